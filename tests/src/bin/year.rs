//! Years of a shop, as a command. See [`whatsapp_tests::year`].

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use chrono::NaiveDate;
use clap::Parser;
use tokio::runtime::Builder;
use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::faults::{self, report};
use whatsapp_tests::year::{self, Flaw, Habits, Year, ZONES};

/// Live through years of a shop that sends reminders, in five zones and on both databases, with
/// outages, killed planners and clocks that are set. Then remove one safeguard after the other, and
/// check that this is noticed. Print one line for each year.
#[derive(Debug, Parser)]
#[command(name = "year")]
struct Options {
    /// Number of days of invoices in each year.
    #[arg(long, default_value_t = 365)]
    days: u16,
    /// First day of the year.
    #[arg(long, default_value = "2026-01-05")]
    from: NaiveDate,
    /// Seed for all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these zones; all of them unless given.
    #[arg(long, value_delimiter = ',')]
    zones: Vec<String>,
    /// Only this database; both unless given. Safeguards are removed on SQLite.
    #[arg(long, value_enum)]
    only: Option<Kind>,
    /// Folder for the databases and reports.
    #[arg(long, default_value_os_t = faults::default_folder())]
    folder: PathBuf,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let kinds = Kind::ALL.into_iter().filter(|kind| options.only.is_none_or(|only| only == *kind));
    // Each database has a thread of its own, on which everything takes turns. The clocks are
    // manual, so hosts on several threads would mostly wait for each other.
    let good = thread::scope(|scope| {
        let options = &options;
        let lives: Vec<_> = kinds.map(|kind| scope.spawn(move || live(kind, options))).collect();
        lives.into_iter().map(joined).collect::<Result<Vec<bool>>>()
    })?;
    Ok(if good.into_iter().all(|good| good) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn joined(life: thread::ScopedJoinHandle<'_, Result<bool>>) -> Result<bool> {
    life.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Lives through all years on one database, and on SQLite also through those that lack a safeguard.
/// Returns true if all were good.
fn live(kind: Kind, options: &Options) -> Result<bool> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let servers = Servers::default();
        let mut good = zones(kind, &servers, options).await?;
        if kind == Kind::Sqlite {
            good &= flaws(&servers, options).await?;
        }
        Ok(good)
    })
}

/// Returns true if nothing was found in any zone.
async fn zones(kind: Kind, servers: &Servers, options: &Options) -> Result<bool> {
    let zones: Vec<String> = match options.zones.as_slice() {
        [] => ZONES.map(str::to_owned).to_vec(),
        some => some.to_vec(),
    };
    let mut good = true;
    for (no, zone) in zones.into_iter().enumerate() {
        let year = Year {
            kind,
            zone,
            from: options.from,
            days: options.days,
            seed: options.seed + no as u64,
            // Each zone has summaries on one of the two databases.
            summary: (no % 2 == 0) == (kind == Kind::Postgres),
            habits: Habits::default(),
            flaw: None,
        };
        let lived = year::live(&year, servers, &options.folder).await?;
        say(&lived.to_string());
        report::write(&options.folder, &format!("year-{}", lived.name), &lived)?;
        good &= lived.is_good();
    }
    Ok(good)
}

/// Returns true if each missing safeguard was noticed.
async fn flaws(servers: &Servers, options: &Options) -> Result<bool> {
    let mut good = true;
    for flaw in Flaw::ALL {
        let mut noticed = false;
        // With two hosts at once, no two runs are alike.
        for seed in options.seed..options.seed + 8 {
            let year = Year {
                kind: Kind::Sqlite,
                zone: ZONES[0].to_owned(),
                from: options.from,
                days: Flaw::DAYS,
                seed,
                summary: flaw.is_of_summaries(),
                habits: flaw.habits(),
                flaw: Some(flaw),
            };
            let lived = year::live(&year, servers, &options.folder).await?;
            noticed = !lived.is_good();
            say(&format!("{lived} flaw={}", if noticed { "caught" } else { "missed" }));
            if noticed {
                break;
            }
        }
        good &= noticed;
    }
    Ok(good)
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}

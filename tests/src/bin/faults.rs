//! The fault harness as a command. The same program is the worker that the harness kills. See
//! [`whatsapp_tests::faults`].

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use tokio::runtime::Builder;
use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::faults::mutant::Mutant;
use whatsapp_tests::faults::report::{self, Storms, Transactions};
use whatsapp_tests::faults::storm::{self, Plan, Weather};
use whatsapp_tests::faults::{self, schedule, worker};

/// Kill and freeze workers and crash their database, against a gateway that misbehaves, and check
/// that no message is lost or sent twice. Then remove one safeguard after the other, and check that
/// this is noticed. Print one line for each test and database.
#[derive(Debug, Parser)]
#[command(name = "faults", args_conflicts_with_subcommands = true)]
struct Options {
    /// Duration, in seconds, of each of T1's three storms and T2's one. Those of T3, T5, T25, T26
    /// and T28 last twice as long, T27's three times. After each storm everything is left to come
    /// to rest, which takes half a minute.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Seed for all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these tests; all of them unless given.
    #[arg(long, value_enum, ignore_case = true, value_delimiter = ',')]
    only: Vec<Test>,
    /// Folder for the databases, logs and reports.
    #[arg(long, default_value_os_t = faults::default_folder())]
    folder: PathBuf,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Test {
    T1,
    T2,
    T3,
    T5,
    T11,
    T14,
    T25,
    T26,
    T27,
    T28,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// Process that the harness starts and kills.
    #[command(hide = true)]
    Worker {
        /// Task of the process, in JSON.
        spec: String,
    },
}

/// Threads of the harness itself: each POST waits for the harness's witness on one of them.
const THREADS: usize = 32;

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let mut runtime = Builder::new_multi_thread();
    runtime.enable_all();
    if let Some(Role::Worker { spec }) = options.role {
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
        runtime.build()?.block_on(worker::work(serde_json::from_str(&spec)?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let harness = Harness { options, servers: Servers::default() };
    let good = runtime.worker_threads(THREADS).build()?.block_on(harness.run())?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Harness {
    options: Options,
    servers: Servers,
}

impl Harness {
    fn wants(&self, test: Test) -> bool {
        self.options.only.is_empty() || self.options.only.contains(&test)
    }

    /// Runs the selected tests. Returns true if all of them were good.
    async fn run(&self) -> Result<bool> {
        let mut good = true;
        // T14 is about the POSTs of T1 and T5.
        let mut over_posts = Vec::new();
        if self.wants(Test::T1) || self.wants(Test::T14) {
            over_posts.push(self.storms(Weather::Kills, Kind::Postgres, 3, 1).await?);
        }
        if self.wants(Test::T2) {
            good &= self.storms(Weather::Kills, Kind::Sqlite, 1, 1).await?.is_good();
        }
        if self.wants(Test::T3) {
            for kind in Kind::ALL {
                good &= self.storms(Weather::Pauses, kind, 1, 2).await?.is_good();
            }
        }
        if self.wants(Test::T5) {
            over_posts.push(self.storms(Weather::Crashes, Kind::Postgres, 1, 2).await?);
        }
        good &= over_posts.iter().all(Storms::is_good);
        for (test, weather, times_as_long) in [
            (Test::T25, Weather::Aliases, 2),
            (Test::T26, Weather::Disguises, 2),
            (Test::T27, Weather::Trouble, 3),
            (Test::T28, Weather::Jumps, 2),
        ] {
            for kind in Kind::ALL.into_iter().filter(|_| self.wants(test)) {
                good &= self.storms(weather, kind, 1, times_as_long).await?.is_good();
            }
        }
        if self.wants(Test::T11) {
            for kind in Kind::ALL {
                good &= self.mutants(kind).await?;
            }
        }
        if self.wants(Test::T14) {
            good &= self.transactions(&over_posts).await?;
        }
        Ok(good)
    }

    /// Plays a storm a number of times, each with the next seed.
    async fn storms(
        &self,
        weather: Weather,
        kind: Kind,
        runs: u64,
        times_as_long: u64,
    ) -> Result<Storms> {
        let mut verdicts = Vec::new();
        for seed in self.options.seed..self.options.seed + runs {
            let plan = Plan {
                program: std::env::current_exe().context("which program is this?")?,
                folder: self.options.folder.clone(),
                kind,
                weather,
                time: Duration::from_secs(self.options.seconds * times_as_long),
                seed,
            };
            verdicts.push(storm::run(&plan, &self.servers).await.with_context(|| plan.name())?);
        }
        let storms = Storms { weather, kind, verdicts };
        say(&storms.to_string());
        let name = format!("{}-{kind}", weather.test(kind));
        report::write(&self.options.folder, &name, &storms.verdicts)?;
        Ok(storms)
    }

    /// Plays all mutants, with and without their safeguards. Returns true if all was as it must be.
    async fn mutants(&self, kind: Kind) -> Result<bool> {
        let folder = &self.options.folder;
        let mutants = schedule::play_all(kind, &self.servers, folder).await?;
        say(&mutants.to_string());
        report::write(folder, &format!("T11-{kind}"), &mutants)?;
        Ok(mutants.is_good())
    }

    /// Reports the transactions that the storms saw, and whether the harness would see one.
    async fn transactions(&self, storms: &[Storms]) -> Result<bool> {
        let folder = &self.options.folder;
        let control = Mutant::OpenTransaction;
        let control = schedule::play(control, true, Kind::Postgres, &self.servers, folder).await?;
        let verdicts = storms.iter().flat_map(|storms| &storms.verdicts);
        let transactions = Transactions {
            posts: verdicts.clone().map(|verdict| verdict.posts).sum(),
            seen: verdicts.map(|verdict| verdict.idle_in_transaction.len()).sum(),
            seen_of_mutant: control.idle_in_transaction.len(),
        };
        say(&transactions.to_string());
        report::write(folder, "T14-postgres", &transactions)?;
        Ok(transactions.is_good())
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}

//! Plays one fault at each named point and checks what must follow: see
//! [`whatsapp_tests::points`]. The same program is the process that dies.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};
use whatsapp_tests::faults;
use whatsapp_tests::faults::database::{Kind, Servers};
use whatsapp_tests::points::{
    Line, Trial, bulk, busy, child, connections, crash, full, herd, migrate, shutdown,
};

/// Play one fault at each named point, and print one line for each test and database.
#[derive(Debug, Parser)]
#[command(name = "fault-points", args_conflicts_with_subcommands = true)]
struct Options {
    /// Duration, in seconds, of the tests that run for a fixed time.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Seed for all random choices.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these tests; all of them unless given.
    #[arg(long, value_enum, ignore_case = true, value_delimiter = ',')]
    only: Vec<Test>,
    /// Run fewer rounds of the tests that have rounds.
    #[arg(long)]
    short: bool,
    /// Print the result of each point as well, as for a test that fails.
    #[arg(long)]
    table: bool,
    /// Folder for the databases, logs and reports.
    #[arg(long, default_value_os_t = faults::default_folder())]
    folder: PathBuf,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Test {
    T4,
    T6,
    T7,
    T8,
    T13,
    T15,
    T16,
    T17,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// Process that the harness starts and kills.
    #[command(hide = true)]
    Child {
        /// Task of the process, in JSON.
        spec: String,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::parse();
    if let Some(Role::Child { spec }) = &options.role {
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
        child::work(serde_json::from_str(spec)?).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let trial = Trial {
        program: std::env::current_exe().context("which program is this?")?,
        folder: options.folder.join("points"),
        seconds: options.seconds,
        seed: options.seed,
        short: options.short,
        servers: Servers::default(),
    };
    let good = run(&options, &trial).await?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the selected tests. Returns true if all of them were good.
async fn run(options: &Options, trial: &Trial) -> Result<bool> {
    const ALL: [Test; 8] =
        [Test::T4, Test::T6, Test::T7, Test::T8, Test::T13, Test::T15, Test::T16, Test::T17];
    let mut good = true;
    for test in ALL {
        if !options.only.is_empty() && !options.only.contains(&test) {
            continue;
        }
        let kinds = match test {
            Test::T6 => &[Kind::Postgres][..],
            Test::T8 => &[Kind::Sqlite],
            Test::T4 | Test::T7 | Test::T13 | Test::T15 | Test::T16 | Test::T17 => &Kind::ALL,
        };
        for kind in kinds {
            let line = play(test, trial, *kind).await.with_context(|| format!("{test:?} {kind}"));
            match line {
                Ok(line) => {
                    say(&line.to_string());
                    if options.table || !line.is_good() {
                        line.table.iter().for_each(|row| say(&format!("    {row}")));
                    }
                    line.write(&options.folder)?;
                    good &= line.is_good();
                }
                Err(error) => {
                    say(&format!("{test:?} {kind} BROKEN({error:#})"));
                    good = false;
                }
            }
        }
    }
    Ok(good)
}

async fn play(test: Test, trial: &Trial, kind: Kind) -> Result<Line> {
    match test {
        Test::T4 => crash::play(trial, kind).await,
        Test::T6 => connections::play(trial).await,
        Test::T7 => full::play(trial, kind).await,
        Test::T8 => busy::play(trial).await,
        Test::T13 => herd::play(trial, kind).await,
        Test::T15 => shutdown::play(trial, kind).await,
        Test::T16 => migrate::play(trial, kind).await,
        Test::T17 => bulk::play(trial, kind).await,
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}

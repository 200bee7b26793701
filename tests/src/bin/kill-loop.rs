//! The kill loop as a command; it is also the worker that it kills. See
//! [`whatsapp_tests::kill_loop`].

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use whatsapp_tests::kill_loop::{self, Mutant, Plan, worker};

/// Kills and freezes worker processes on one SQLite file, against a gateway that misbehaves, and
/// checks that no message is lost or sent twice.
#[derive(Debug, Parser)]
#[command(name = "kill-loop", args_conflicts_with_subcommands = true)]
struct Options {
    /// How many messages are enqueued.
    #[arg(long, default_value_t = 500)]
    messages: u32,
    /// How many workers are killed at least.
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// What decides all that is random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many runs are made, each with the next seed.
    #[arg(long, default_value_t = 1)]
    runs: u64,
    /// Takes one of the defences out: the run succeeds when that is noticed.
    #[arg(long)]
    mutant: Option<Mutant>,
    /// Takes out each of the three defences in turn.
    #[arg(long, conflicts_with = "mutant")]
    mutants: bool,
    /// Where the databases and reports go.
    #[arg(long, default_value_os_t = kill_loop::default_folder())]
    folder: PathBuf,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, clap::Subcommand)]
enum Role {
    /// What the kill loop starts and kills.
    #[command(hide = true)]
    Worker {
        /// What to do, in JSON.
        spec: String,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let options = Options::parse();
    if let Some(Role::Worker { spec }) = options.role {
        tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
        worker::work(serde_json::from_str(&spec)?).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Plan {
        program: std::env::current_exe().context("which program is this?")?,
        folder: options.folder,
        messages: options.messages,
        kills: options.kills,
        seed: options.seed,
        mutant: None,
    };
    let seeds = options.seed..options.seed + options.runs.max(1);
    let mutants: Vec<_> = match (options.mutant, options.mutants) {
        (Some(mutant), _) => vec![mutant],
        (None, true) => Mutant::ALL.to_vec(),
        (None, false) => Vec::new(),
    };
    let good = if mutants.is_empty() {
        honest(&plan, seeds).await?
    } else {
        caught(&plan, seeds, &mutants).await?
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs with all defences in place; whether nothing was found.
async fn honest(plan: &Plan, seeds: std::ops::Range<u64>) -> Result<bool> {
    let mut good = true;
    for seed in seeds {
        let verdict = kill_loop::run(&Plan { seed, ..plan.clone() }).await?;
        say(&verdict.to_string());
        good &= verdict.is_clean();
    }
    Ok(good)
}

/// Runs without one defence each; whether all of that was noticed.
async fn caught(plan: &Plan, seeds: std::ops::Range<u64>, mutants: &[Mutant]) -> Result<bool> {
    let mut caught = 0;
    for mutant in mutants {
        let mut always = true;
        for seed in seeds.clone() {
            let plan = Plan { seed, mutant: Some(*mutant), ..plan.clone() };
            let verdict = kill_loop::run(&plan).await?;
            say(&verdict.to_string());
            always &= verdict.is_caught();
        }
        caught += usize::from(always);
    }
    say(&format!("KILL-LOOP {caught} of {} mutants caught", mutants.len()));
    Ok(caught == mutants.len())
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(line: &str) {
    println!("{line}");
}

//! `cargo xtask faults`: workers are killed and frozen, databases crash, the gateway misbehaves,
//! and safeguards are taken out. No message may be lost or sent twice, and every missing safeguard
//! must be noticed.

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, program, run as start, target};
use crate::postgres;

/// Options of the chore.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds that one random storm lasts.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the chore: the storms and the mutants, then the single points of failure. Each test prints
/// one line and leaves a file in `faults` below the folder for everything built.
///
/// # Errors
///
/// Fails if a test found something, or could not be made.
pub(crate) fn run(options: &Options) -> Result<()> {
    postgres::programs()?;
    start(&mut cargo(&["build", "--quiet", "--package", "whatsapp-tests", "--bins"]))?;
    let (seconds, seed) = (options.seconds.to_string(), options.seed.to_string());
    // Each runs to its end, whatever the earlier ones found.
    let found = [
        harness("faults", &["--seconds", &seconds, "--seed", &seed]),
        harness("fault-points", &["--seconds", &seconds, "--seed", &seed]),
    ];
    found.into_iter().collect::<Result<Vec<()>>>().map(drop)
}

/// Runs one of the harness's programs.
fn harness(name: &str, arguments: &[&str]) -> Result<()> {
    let folder = target().join("faults");
    let mut command = program(target().join("debug").join(name));
    command.args(arguments).arg("--folder").arg(&folder);
    start(&mut command).with_context(|| {
        format!("{name} found something: the files in {} tell all of it", folder.display())
    })
}

//! `cargo xtask kill-loop`: worker processes are killed at random over one database, and no message
//! may be lost or sent twice.

use anyhow::Result;

use crate::cargo::{cargo, run as start, target};

/// Options of the chore.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// For the kill loop itself: `--messages`, `--kills`, `--seed`, `--runs`, `--mutant`,
    /// `--mutants`; `--help` explains them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the chore.
///
/// # Errors
///
/// When a run found something; with a mutant, when it found nothing.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut command = cargo(&["run", "--quiet", "--package", "whatsapp-tests"]);
    command.args(["--bin", "kill-loop", "--", "--folder"]).arg(target().join("kill-loop"));
    start(command.args(&options.arguments))
}

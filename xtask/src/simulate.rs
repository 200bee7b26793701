//! `cargo xtask simulate`: simulated worlds of a shop, each with other troubles. All options are
//! those of the program that runs the worlds; `--help` lists them.

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, program, run as start, target};

/// Options of the chore.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Options of the simulation, such as `--seconds 600`, `--mutants`, or a world that was printed
    /// earlier.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the chore.
///
/// # Errors
///
/// Fails if a promise was broken, or a missing safeguard was not noticed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let build = ["build", "--quiet", "--profile", "simulate", "--package", "whatsapp-simulate"];
    start(&mut cargo(&build))?;
    let mut command = program(target().join("simulate").join("simulate"));
    start(command.args(&options.arguments))
        .context("a promise was broken, a missing safeguard was not noticed, or the command was wrong: see above")
}

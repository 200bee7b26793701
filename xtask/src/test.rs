//! `cargo xtask test`: the one test command.

use anyhow::Result;

use crate::cargo::run as start;
use crate::chore::Chore;
use crate::{prepare, trees};

/// Options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Arguments for the test runner: part of a test's name, `--exact`, `--skip` …
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Prepares what the tests need and runs all of them, in every default member, with all features.
///
/// # Errors
///
/// Fails if a need cannot be met, or a test fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    Chore::run("test", |chore| {
        let prepared = prepare::steps(chore)?;
        chore.step(
            "dependency trees",
            "Remove the dependency, or put it behind a feature.",
            trees::check,
        )?;
        chore.step(
            "tests, all features",
            "`cargo xtask test -- <name>` runs one again.",
            || prepared.tests(&options.arguments).iter_mut().try_for_each(start),
        )?;
        if options.arguments.is_empty() {
            chore.step(
                "calls of the console's API",
                "`cargo xtask schemathesis` runs them again, and longer.",
                || prepared.call_api(),
            )?;
        }
        chore.step("doctests", "The examples in the documentation must compile and run.", || {
            start(&mut prepared.doctests(&options.arguments))
        })
    })
}

//! What the tests need beyond Rust, made ready before the first of them starts.
//!
//! Every need has one step here. It finds the thing, else installs or starts it, else fails with a
//! sentence that says what to do; nothing is skipped for the want of something. What a step found
//! is a field of [`Prepared`], and the run takes it from there.

use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, has};
use crate::chore::Chore;

/// What the preparation found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prepared {
    runner: Runner,
}

/// What runs the tests: nextest is quicker and shows more, but nobody has to have it.
#[derive(Debug, Clone, Copy)]
enum Runner {
    Nextest,
    CargoTest,
}

/// Runs the steps. SQLite is compiled in, so the test runner is all there is to find.
///
/// # Errors
///
/// When something is missing that can be neither installed nor started.
pub(crate) fn steps(chore: &mut Chore) -> Result<Prepared> {
    let runner = chore.step("find a test runner", "", || {
        Ok(if has("nextest") { Runner::Nextest } else { Runner::CargoTest })
    })?;
    Ok(Prepared { runner })
}

impl Prepared {
    /// The command for all tests but doctests, which nextest does not know; `arguments` go to the
    /// runner (a filter, `--exact`, `--skip`: both runners know these).
    pub(crate) fn tests(self, arguments: &[String]) -> Command {
        let mut command = match self.runner {
            Runner::Nextest => cargo(&["nextest", "run", "--all-features"]),
            Runner::CargoTest => cargo(&["test", "--tests", "--all-features"]),
        };
        command.arg("--").args(arguments);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_get_the_filter_after_two_dashes() {
        for runner in [Runner::Nextest, Runner::CargoTest] {
            let command = Prepared { runner }.tests(&["lease".to_owned()]);
            let arguments: Vec<_> = command.get_args().collect();
            assert!(arguments.ends_with(&["--".as_ref(), "lease".as_ref()]), "{arguments:?}");
        }
    }
}

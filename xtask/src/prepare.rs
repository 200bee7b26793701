//! Prepares all that the tests need beyond Rust, before the first of them starts.
//!
//! Every need has one step here. The step finds the thing, else installs or starts it, else fails
//! with a sentence that says what to do. Nothing is skipped because something is missing. The
//! things that a step found are a field of [`Prepared`], and the run takes them from there.

use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::browser;
use crate::cargo::{cargo, has};
use crate::chore::Chore;
use crate::postgres::{self, Server};
use crate::{schemathesis, tools};

/// Tests that run at once on each core. Many of them wait: for a database, a browser, a process.
const THREADS_A_CORE: usize = 2;

/// Result of the preparation.
#[derive(Debug)]
pub(crate) struct Prepared {
    runner: Runner,
    /// The program that calls the console's API.
    schemathesis: PathBuf,
    /// The server runs as long as this value lives.
    server: Server,
}

/// The runner of the tests: nextest is quicker and shows more, but nobody has to have it.
#[derive(Debug, Clone, Copy)]
enum Runner {
    Nextest,
    CargoTest,
}

/// Runs the steps. SQLite is compiled in; PostgreSQL has to be found.
///
/// # Errors
///
/// Fails if something is missing that can be neither installed nor started.
pub(crate) fn steps(chore: &mut Chore) -> Result<Prepared> {
    let runner = chore.step("find a test runner", "", || {
        Ok(if has("nextest") { Runner::Nextest } else { Runner::CargoTest })
    })?;
    chore.step("find PostgreSQL and pgbouncer", "", postgres::programs)?;
    chore.step("find node and the client of Supabase front ends", "", tools::client)?;
    let schemathesis = chore.step("find schemathesis", "", tools::schemathesis)?;
    chore.step("find Chromium and its driver", "", browser::programs)?;
    chore.step("find axe-core", "", browser::axe)?;
    let server = chore.step("start PostgreSQL", "", postgres::server)?;
    Ok(Prepared { runner, schemathesis, server })
}

impl Prepared {
    /// The commands for all tests but doctests, which nextest does not know; `arguments` go to the
    /// runner (a filter, `--exact`, `--skip`: both runners know these).
    pub(crate) fn tests(&self, arguments: &[String]) -> Vec<Command> {
        let commands = self.runner.tests(arguments);
        commands.into_iter().map(|command| self.ready(command)).collect()
    }

    /// The command for the examples in the documentation.
    pub(crate) fn doctests(&self, arguments: &[String]) -> Command {
        let mut command = cargo(&["test", "--doc", "--all-features", "--"]);
        command.args(arguments);
        self.ready(command)
    }

    fn ready(&self, mut command: Command) -> Command {
        command.env(postgres::VARIABLE, self.server.url());
        command.env(browser::VARIABLE, browser::tools());
        command
    }

    /// Calls the console's API for a while, over both databases.
    pub(crate) fn call_api(&self) -> Result<()> {
        let options = schemathesis::Options::short();
        schemathesis::calls(&self.schemathesis, self.server.url(), &options)
    }
}

impl Runner {
    fn tests(self, arguments: &[String]) -> Vec<Command> {
        let threads = (THREADS_A_CORE * cores()).to_string();
        let mut commands = match self {
            // The fault harness comes by itself: see .config/nextest.toml.
            Self::Nextest => vec![
                cargo(&["nextest", "run", "--all-features", "--test-threads", &threads]),
                cargo(&["nextest", "run", "--all-features", "--profile", "harness"]),
            ],
            Self::CargoTest => vec![cargo(&["test", "--tests", "--all-features"])],
        };
        for command in &mut commands {
            if matches!(self, Self::Nextest) && !arguments.is_empty() {
                command.arg("--no-tests=warn");
            }
            command.arg("--").args(arguments);
        }
        commands
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_get_the_filter_after_two_dashes() {
        for runner in [Runner::Nextest, Runner::CargoTest] {
            for command in runner.tests(&["lease".to_owned()]) {
                let arguments: Vec<_> = command.get_args().collect();
                assert!(arguments.ends_with(&["--".as_ref(), "lease".as_ref()]), "{arguments:?}");
            }
        }
    }
}

//! Cargo's subcommands that chores need: found, or installed once below the folder for everything
//! built.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, program, run, target};
use crate::chore::Chore;

/// A subcommand that crates.io has, such as `cargo deny`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subcommand {
    /// The name after `cargo`.
    pub(crate) name: &'static str,
    /// The releases that the chore is written for, such as `0.20`.
    pub(crate) version: &'static str,
}

/// A subcommand that is installed.
#[derive(Debug)]
pub(crate) struct Installed {
    name: &'static str,
    /// The program in the folder of tools; `None` for the program that cargo finds by itself.
    own: Option<PathBuf>,
}

impl Subcommand {
    /// Finds the subcommand, and installs it into the folder of tools if it is not there.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be installed.
    pub(crate) fn install(self, chore: &mut Chore) -> Result<Installed> {
        let Self { name, version } = self;
        let found = Installed { name, own: None };
        if self.is_answered(&mut found.command()) {
            return Ok(found);
        }
        let tools = target().join("tools");
        let own = tools.join(format!("bin/cargo-{name}{EXE_SUFFIX}"));
        let own = Installed { name, own: Some(own) };
        if !self.is_answered(&mut own.command()) {
            chore.step(
                &format!("install cargo-{name} {version} (a few minutes, once)"),
                "It comes from crates.io: connect to the internet, or install it yourself.",
                || {
                    let (package, wanted) = (format!("cargo-{name}"), format!("^{version}"));
                    let install = ["install", "--locked", &package, "--version", &wanted, "--root"];
                    run(cargo(&install).arg(&tools))
                },
            )?;
        }
        Ok(own)
    }

    /// Returns true if the command is there, in a release that the chore is written for.
    fn is_answered(self, command: &mut Command) -> bool {
        let answer = command.arg("--version").output();
        answer
            .is_ok_and(|it| it.status.success() && self.fits(&String::from_utf8_lossy(&it.stdout)))
    }

    /// Returns true if a release that fits is named in the text.
    fn fits(self, text: &str) -> bool {
        let is_one =
            |word: &str| word.strip_prefix(self.version).is_some_and(|rest| rest.starts_with('.'));
        text.split_whitespace().any(is_one)
    }
}

impl Installed {
    /// The command, which takes its arguments next.
    pub(crate) fn command(&self) -> Command {
        let mut command = match &self.own {
            Some(own) => program(own),
            None => cargo(&[]),
        };
        // Cargo passes the name on, so the program expects it either way.
        command.arg(self.name);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: Subcommand = Subcommand { name: "deny", version: "0.20" };

    #[test]
    fn a_release_fits_by_its_first_two_numbers() {
        assert!(DENY.fits("cargo-deny 0.20.3\n"));
        for other in ["cargo-deny 0.2.20", "cargo-deny 0.201.0", "cargo-deny 1.0.20", "", "0.20"] {
            assert!(!DENY.fits(other), "{other}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_answers_nothing() {
        let own = Some(PathBuf::from("/nowhere/cargo-deny"));
        let nowhere = Installed { name: "deny", own };
        assert!(!DENY.is_answered(&mut nowhere.command()));
    }

    #[test]
    fn the_name_comes_before_the_arguments_either_way() {
        for own in [None, Some(PathBuf::from("/tools/cargo-deny"))] {
            let command = Installed { name: "deny", own }.command();
            assert_eq!(command.get_args().collect::<Vec<_>>(), ["deny"]);
        }
    }
}

//! `cargo xtask festivals`: makes the table of festivals in the core, from a Python package.
//!
//! Only this chore needs the package, about once a year: neither a build nor a test asks for it. It
//! goes into the target folder, in the version and with the hash that `requirements.txt` has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::cargo::{output, program, root, run as start, target};
use crate::chore::Chore;

/// The table.
const TABLE: &str = "whatsapp-core/src/festival/india.csv";

/// The script that makes the table, and the packages that the script needs.
const SCRIPT: &str = "xtask/src/festivals/india.py";
const REQUIREMENTS: &str = "xtask/src/festivals/requirements.txt";

/// The most lines of a difference that are shown.
const SHOWN: usize = 20;

/// Options of the chore.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Check that the table is what the package gives, and leave the file as it is.
    #[arg(long)]
    check: bool,
}

/// Runs the chore.
///
/// # Errors
///
/// Fails if Python or the package cannot be had, and if `--check` finds another table.
pub(crate) fn run(options: &Options) -> Result<()> {
    Chore::run("festivals", |chore| {
        let python = python(chore)?;
        let made =
            chore.step("make the table", "The package may have changed its names.", || {
                output(program(&python).args(["-I", SCRIPT]))
            })?;
        let file = root().join(TABLE);
        if options.check {
            let advice = "Run `cargo xtask festivals`, and read what changed.";
            return chore.step("compare it with the one that is checked in", advice, || {
                compare(&fs::read_to_string(&file)?, &made)
            });
        }
        chore.step("write it", "", || fs::write(&file, &made).context(TABLE))
    })
}

/// Returns a Python that has the package, in a folder of its own; makes it if there is none.
fn python(chore: &mut Chore) -> Result<PathBuf> {
    let folder = target().join("festivals");
    let own = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let python = folder.join(own);
    if !python.exists() {
        chore.step(
            "make a virtual environment",
            "Install Python 3.11 or newer, with venv: `apt-get install python3-venv`.",
            || start(program("python3").args(["-m", "venv"]).arg(&folder)),
        )?;
    }
    chore.step(
        "install the package",
        "It comes from PyPI: connect to the internet. It needs Python 3.11 or newer.",
        || install(&python),
    )?;
    Ok(python)
}

fn install(python: &Path) -> Result<()> {
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let pinned = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", REQUIREMENTS];
    start(program(python).args(pip).args(pinned))
}

/// Checks that both tables are the same to the last byte.
fn compare(checked_in: &str, made: &str) -> Result<()> {
    let lines = |text: &'_ str| -> BTreeSet<String> { text.lines().map(str::to_owned).collect() };
    let (old, new) = (lines(checked_in), lines(made));
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let come = new.difference(&old).map(|line| format!("+ {line}"));
    let different: Vec<String> = gone.chain(come).collect();
    let more = different.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("\nand {more} lines more") } else { String::new() };
    let shown = different.get(..SHOWN).unwrap_or(&different).join("\n");
    ensure!(checked_in == made, "{TABLE} is not what the package gives:\n{shown}{more}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_table_passes() {
        compare("date\n2026-11-08\n", "date\n2026-11-08\n").unwrap();
    }

    #[test]
    fn a_moved_date_is_shown_both_ways() {
        let error = compare("date\n2026-11-08\n", "date\n2026-11-09\n").unwrap_err().to_string();
        assert!(error.ends_with("gives:\n- 2026-11-08\n+ 2026-11-09"), "{error}");
    }

    #[test]
    fn other_ends_of_lines_are_a_difference() {
        assert!(compare("date\r\n", "date\n").is_err());
    }

    #[test]
    fn a_long_difference_is_cut_and_counted() {
        let made = (0..SHOWN + 3).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        let error = compare("", &made).unwrap_err().to_string();
        assert!(error.ends_with("\nand 3 lines more"), "{error}");
    }

    #[test]
    fn every_requirement_has_a_version_and_a_hash() {
        let text = fs::read_to_string(root().join(REQUIREMENTS)).unwrap();
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() >= 2 && lines.len().is_multiple_of(2));
        for pair in lines.chunks(2) {
            assert!(pair[0].contains("==") && pair[1].contains("--hash=sha256:"), "{pair:?}");
        }
    }
}

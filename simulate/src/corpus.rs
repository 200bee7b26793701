//! Worlds that are kept: those that once failed, and those whose digests must be the same on every
//! machine.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use whatsapp_testkit::world::{Plan, World};

/// A world that once failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The world.
    pub plan: Plan,
    /// A sentence that tells what was wrong.
    pub found: String,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Reads the worlds that once failed: one on each line, with a sentence after `#`.
///
/// # Errors
/// Fails if the file cannot be read, or if a line is not a world with a sentence.
pub fn corpus() -> Result<Vec<Kept>> {
    let path = file("corpus.txt");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let Some((plan, found)) = line.split_once(" # ") else {
                bail!("a world without a sentence: {line}");
            };
            Ok(Kept { plan: plan.trim().parse()?, found: found.trim().to_owned() })
        })
        .collect()
}

/// Number of worlds whose digests are kept.
const DIGESTS: u64 = 12;

/// Makes a world whose digest is kept: a small one, so that a debug build is quick as well.
fn small(seed: u64) -> Plan {
    Plan::of_seed(seed).with_messages(24)
}

/// Computes the digests of these worlds with this build.
#[must_use]
pub fn digests() -> String {
    let mut text = String::new();
    for seed in 0..DIGESTS {
        let outcome = World::new(small(seed)).run();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{seed} {:016x} {} lives", outcome.digest, outcome.lives);
    }
    text
}

/// Reads the digests that are kept.
///
/// # Errors
/// Fails if the file cannot be read.
pub fn kept_digests() -> Result<String> {
    let path = file("digests.txt");
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// Keeps the digests of this build: writes them to the file.
///
/// # Errors
/// Fails if the file cannot be written.
pub fn keep_digests() -> Result<()> {
    let path = file("digests.txt");
    fs::write(&path, digests()).with_context(|| path.display().to_string())
}

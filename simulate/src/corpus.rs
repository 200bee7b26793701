//! Worlds that are kept: those that once failed, and those whose digests are the same on every machine.

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
    /// What it found.
    pub found: String,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The worlds that once failed: one a line, with a sentence behind `#`.
///
/// # Errors
/// When the file cannot be read, or a line is no world with a sentence.
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

/// How many worlds have their digests kept.
const DIGESTS: u64 = 12;

/// The worlds whose digests are kept: small ones, so that a debug build is quick as well.
fn small(seed: u64) -> Plan {
    Plan::of_seed(seed).with_messages(24)
}

/// The digests of these worlds as this build has them.
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

/// The digests that are kept.
///
/// # Errors
/// When the file cannot be read.
pub fn kept_digests() -> Result<String> {
    let path = file("digests.txt");
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// Keeps the digests of this build.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_digests() -> Result<()> {
    let path = file("digests.txt");
    fs::write(&path, digests()).with_context(|| path.display().to_string())
}

//! `cargo xtask features`: checks the crates in every feature combination that a host would choose.
//!
//! A warning is an error. Clippy takes that as an argument of its own, so no dependency is built
//! twice for it, as with `RUSTFLAGS`. (The setting `build.warnings` comes with cargo 1.97 only.)

use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, run as start};
use crate::chore::Chore;

/// Package and features, default features off. The last one is what `cargo quickstart` builds. All
/// features together are clippy's part of `lint`.
const COMBINATIONS: [(&str, &str); 13] = [
    ("whatsapp-core", ""),
    ("whatsapp-core", "tokio"),
    ("whatsapp-core", "metrics"),
    ("whatsapp-core", "mock"),
    ("whatsapp-store-sqlx", "sqlite"),
    ("whatsapp-store-sqlx", "postgres"),
    ("whatsapp-media", ""),
    ("whatsapp-media", "axum"),
    ("whatsapp-notify", ""),
    ("whatsapp-console", ""),
    ("whatsapp-console", "sign-in"),
    ("whatsapp-console", "supabase"),
    ("whatsapp-examples", ""),
];

/// Runs the chore.
///
/// # Errors
///
/// The first combination that does not build, or not without a warning.
pub(crate) fn run() -> Result<()> {
    Chore::run("features", steps)
}

/// One step for each combination, for this chore and for `lint`.
///
/// # Errors
///
/// The first combination that does not build, or not without a warning.
pub(crate) fn steps(chore: &mut Chore) -> Result<()> {
    for (package, features) in COMBINATIONS {
        let shown = if features.is_empty() { "no features" } else { features };
        chore.step(
            &format!("{package}, {shown}"),
            "Something here is missing a `#[cfg(feature = …)]`, or a dependency a feature.",
            || start(&mut strictly(package, features)),
        )?;
    }
    Ok(())
}

/// The command that checks one combination.
fn strictly(package: &str, features: &str) -> Command {
    let mut command = cargo(&["clippy"]);
    command.args(["-p", package, "--no-default-features", "--features", features]);
    // The pedantic lints are for the whole: an argument that one combination does not use is no
    // fault.
    command.args(["--", "-D", "warnings", "-A", "clippy::pedantic"]);
    command
}

//! `cargo xtask features`: builds the crates in every feature combination that a host would choose.

use anyhow::Result;

use crate::cargo::{cargo, run as start};
use crate::chore::Chore;

/// Package and features, default features off. All features together are clippy's part of `lint`.
const COMBINATIONS: [(&str, &str); 11] = [
    ("whatsapp-core", ""),
    ("whatsapp-core", "tokio"),
    ("whatsapp-core", "mock"),
    ("whatsapp-store-sqlx", "sqlite"),
    ("whatsapp-store-sqlx", "postgres"),
    ("whatsapp-media", ""),
    ("whatsapp-media", "axum"),
    ("whatsapp-notify", ""),
    ("whatsapp-console", ""),
    ("whatsapp-console", "sign-in"),
    ("whatsapp-console", "supabase"),
];

/// Runs the chore.
///
/// # Errors
///
/// The first combination that does not build.
pub(crate) fn run() -> Result<()> {
    Chore::run("features", steps)
}

/// One step for each combination, for this chore and for `lint`.
///
/// # Errors
///
/// The first combination that does not build.
pub(crate) fn steps(chore: &mut Chore) -> Result<()> {
    for (package, features) in COMBINATIONS {
        let shown = if features.is_empty() { "no features" } else { features };
        chore.step(
            &format!("{package}, {shown}"),
            "Something used here is missing a `#[cfg(feature = …)]`, or a dependency a feature.",
            || {
                let scope = ["-p", package, "--no-default-features", "--features", features];
                start(cargo(&["check"]).args(scope))
            },
        )?;
    }
    Ok(())
}

//! cargo-deny, held against `deny.toml`: licences, banned crates, sources and advisories.

use std::env::consts::EXE_SUFFIX;

use anyhow::Result;

use crate::cargo::{cargo, has, program, run as start, target};
use crate::chore::Chore;

/// The releases that `deny.toml` is written for.
const VERSION: &str = "^0.20";

/// Runs cargo-deny, and installs it into the target folder first if it is not found.
///
/// # Errors
///
/// Fails if it cannot be installed, or refuses the dependency tree.
pub(crate) fn steps(chore: &mut Chore, advisories: bool) -> Result<()> {
    let tools = target().join("tools");
    let own = tools.join(format!("bin/cargo-deny{EXE_SUFFIX}"));
    let installed = has("deny");
    if !installed && !own.exists() {
        chore.step(
            "install cargo-deny (a few minutes, once)",
            "It comes from crates.io: connect to the internet, or install it yourself.",
            || {
                let install = ["install", "--locked", "cargo-deny", "--version", VERSION, "--root"];
                start(cargo(&install).arg(&tools))
            },
        )?;
    }
    let check = |what: &[&str]| {
        let mut command = if installed { cargo(&["deny"]) } else { program(&own) };
        start(command.args(["check", "--hide-inclusion-graph"]).args(what))
    };
    chore.step(
        "licences, bans, sources",
        "deny.toml has the reasons; `cargo tree -i <crate>` shows who brings a crate in.",
        || check(&["bans", "licenses", "sources"]),
    )?;
    if advisories {
        chore.step(
            "advisories",
            "Update the crate, or say in deny.toml why it does no harm; the database needs the internet.",
            || check(&["advisories"]),
        )?;
    }
    Ok(())
}

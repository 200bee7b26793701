//! cargo-deny, held against `deny.toml`: licences, banned crates, sources and advisories.

use anyhow::Result;

use crate::cargo::run as start;
use crate::chore::Chore;
use crate::subcommand::Subcommand;

/// The releases that `deny.toml` is written for.
const DENY: Subcommand = Subcommand { name: "deny", version: "0.20" };

/// Runs cargo-deny, and installs it into the target folder first if it is not found.
///
/// # Errors
///
/// Fails if it cannot be installed, or refuses the dependency tree.
pub(crate) fn steps(chore: &mut Chore, advisories: bool) -> Result<()> {
    let deny = DENY.install(chore)?;
    let check =
        |what: &[&str]| start(deny.command().args(["check", "--hide-inclusion-graph"]).args(what));
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

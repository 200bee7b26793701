//! `cargo xtask lint`: everything that can be judged without running the code.

use anyhow::Result;

use crate::cargo::{cargo, run as start};
use crate::chore::Chore;
use crate::{
    deny, documentation, features, files, layers, links, packages, plain, rooms, stability,
};

/// Options of `cargo xtask lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Also check the dependencies against the advisory database, which is fetched from the
    /// internet.
    #[arg(long)]
    advisories: bool,
}

const FORMAT: &str = "Run `cargo fmt --all -- $(git ls-files '*.rs')`.";

const CLIPPY: &str = "Mend what clippy shows, or `#[expect(…, reason = \"…\")]` it.";

/// Runs the chore, quick checks first.
///
/// # Errors
///
/// The first check that fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    Chore::run("lint", |chore| {
        chore.step("format", FORMAT, format)?;
        chore.step(
            "layers",
            "Move the definition that both need to a file below them.",
            layers::check,
        )?;
        chore.step(
            "small rooms",
            "Divide the file or the type by what it decides.",
            rooms::check,
        )?;
        chore.step("plain words", "Reword the line, or cut the sentence in two.", plain::check)?;
        chore.step("links", "Mend the link, or the heading that it leads to.", links::check)?;
        chore.step(
            "types that may grow",
            "Mark the type `#[non_exhaustive]`; docs/stability.md says which types are not.",
            stability::check,
        )?;
        chore.step(
            "packages",
            "Mend the package, so that it can be published.",
            packages::check,
        )?;
        chore.step("clippy, all features", CLIPPY, || clippy(&["--all-features"]))?;
        chore.step("clippy, default features", CLIPPY, || clippy(&[]))?;
        features::steps(chore)?;
        chore.step(
            "documentation",
            "Mend the doc comments that rustdoc shows, or say which item needs the feature.",
            documentation::build,
        )?;
        chore.step("clippy, benchmarks", CLIPPY, || clippy(&["-p", "whatsapp-benches"]))?;
        deny::steps(chore, options.advisories)
    })
}

/// Fails if rustfmt would change a file. All are named: `cargo fmt` by itself follows the `mod`
/// lines of a crate, and sees none that a macro writes.
fn format() -> Result<()> {
    let files = files::all(&["rs"])?;
    start(cargo(&["fmt", "--all", "--check", "--"]).args(files.iter().map(|file| &file.name)))
}

/// Clippy on all targets of the default members, or of what `scope` chooses; a warning is an error.
fn clippy(scope: &[&str]) -> Result<()> {
    let mut command = cargo(&["clippy", "--all-targets"]);
    start(command.args(scope).args(["--", "-D", "warnings"]))
}

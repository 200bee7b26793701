//! Chores of this workspace: `cargo xtask <chore>`, from anywhere inside the checkout.
//!
//! One module per chore. A chore is a row of [steps](chore), each of which says what it does before
//! it starts. The first step that fails ends the chore with a sentence that says what to do.

mod browser;
mod cargo;
mod chore;
mod debian;
mod deny;
mod documentation;
mod faults;
mod features;
mod festivals;
mod files;
mod layers;
mod links;
mod lint;
mod packages;
mod pictures;
mod plain;
mod postgres;
mod prepare;
mod rooms;
mod schemathesis;
mod semver;
mod simulate;
mod stability;
mod subcommand;
mod test;
mod tools;
mod trees;
mod year;

use std::process::ExitCode;

use clap::Parser;

/// Chores of this workspace.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
enum Chore {
    /// Prepare what the tests need, then run every test: unit, integration, documentation,
    /// dependency trees.
    Test(test::Options),
    /// Check format, layers, plain words, links, types that may grow, packages, clippy,
    /// documentation, feature combinations, licences and banned crates.
    Lint(lint::Options),
    /// Check that the crates build, without a warning, without features and with each by itself.
    Features,
    /// Kill and freeze workers, crash their database, take safeguards out: no message may be lost
    /// or sent twice.
    Faults(faults::Options),
    /// Print the sizes of files and types, and what of the public items is documented, crate by
    /// crate.
    Figures,
    /// Make the table of festivals again, from the Python package that has their dates.
    Festivals(festivals::Options),
    /// Take the pictures in the documents again, of the console over the sample data, or those of
    /// every page.
    Pictures(pictures::Options),
    /// Call the console's API as its document says, and as it does not, over both databases.
    Schemathesis(schemathesis::Options),
    /// Compare what the published crates offer with a git revision: nothing may be missing.
    Semver(semver::Options),
    /// Live through simulated worlds of a shop, each with other troubles, and check that every
    /// promise was kept.
    Simulate(simulate::Options),
    /// Live through years of a shop that sends reminders: each due step once, within the hours, and
    /// none to a customer who has paid.
    Year(year::Options),
}

fn main() -> ExitCode {
    if let Some(code) = documentation::stand_in() {
        return code;
    }
    let outcome = match Chore::parse() {
        Chore::Test(options) => test::run(&options),
        Chore::Lint(options) => lint::run(&options),
        Chore::Features => features::run(),
        Chore::Faults(options) => faults::run(&options),
        Chore::Figures => rooms::figures().and_then(|()| plain::figures()),
        Chore::Festivals(options) => festivals::run(&options),
        Chore::Pictures(options) => pictures::run(&options),
        Chore::Schemathesis(options) => schemathesis::run(&options),
        Chore::Semver(options) => semver::run(&options),
        Chore::Simulate(options) => simulate::run(&options),
        Chore::Year(options) => year::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask year`: years of a shop that reminds, in five zones and on both databases. There are
//! outages, killed planners and clocks that are set. Each due step goes out once, none outside the
//! hours, none for an invoice that was paid, and none is lost. Every missing safeguard must be
//! noticed.

use anyhow::{Context as _, Result};

use crate::cargo::{cargo, program, run as start, target};
use crate::postgres;

/// Options of the chore.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Days of invoices in each year.
    #[arg(long, default_value_t = 365)]
    days: u16,
    /// Seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the chore. Each year prints one line and leaves a file in `year` below the folder for
/// everything built.
///
/// # Errors
///
/// Fails if something was found, or could not be made.
pub(crate) fn run(options: &Options) -> Result<()> {
    postgres::programs()?;
    let build = ["build", "--quiet", "--release", "--package", "whatsapp-tests", "--bin", "year"];
    start(&mut cargo(&build))?;
    let folder = target().join("year");
    let mut command = program(target().join("release").join("year"));
    command.args(["--days", &options.days.to_string(), "--seed", &options.seed.to_string()]);
    start(command.arg("--folder").arg(&folder)).with_context(|| {
        format!("something was found: the files in {} tell all of it", folder.display())
    })
}

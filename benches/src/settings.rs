//! What the benchmarks over a database can be told.

use clap::Parser;

/// The options of every benchmark over a database.
#[derive(Debug, Clone, Parser)]
#[command(
    about = "Measures both sides in one run, in interleaved rounds; prints medians and ratios"
)]
pub struct Settings {
    /// How many messages one measurement takes.
    #[arg(long)]
    rows: Option<u32>,
    /// How many rounds; the median of them counts.
    #[arg(long)]
    rounds: Option<usize>,
    /// How many terminal messages a long history has.
    #[arg(long)]
    history: Option<u32>,
    /// Only what has this in its name, such as `sqlite` or `graphile`.
    #[arg(long)]
    only: Option<String>,
    /// What cargo adds by itself.
    #[arg(long, hide = true)]
    bench: bool,
    /// A measurement that runs in a process of its own.
    #[command(subcommand)]
    pub child: Option<Child>,
}

/// What a benchmark starts itself for.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Child {
    /// Drains a database and prints how much memory that took.
    #[command(hide = true)]
    Drain {
        /// A Postgres URL, or the path of a SQLite file.
        database: String,
        /// How many messages it owes.
        rows: u32,
        /// Slots of the dispatcher.
        slots: u32,
    },
    /// Plans a day and prints how much memory that took.
    #[command(hide = true)]
    Plan {
        /// A Postgres URL, or the path of a SQLite file.
        database: String,
        /// How many unpaid invoices there are.
        invoices: u32,
        /// After how many pages of invoices it is killed; it is not unless this is set.
        killed_after: Option<u32>,
    },
}

impl Settings {
    /// What the command line says.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }

    /// How many messages one measurement takes: as told, or this many.
    #[must_use]
    pub fn rows(&self, otherwise: u32) -> u32 {
        self.rows.unwrap_or(otherwise).max(1)
    }

    /// How many rounds: as told, or this many.
    #[must_use]
    pub fn rounds(&self, otherwise: usize) -> usize {
        self.rounds.unwrap_or(otherwise).max(1)
    }

    /// How many terminal messages a long history has: as told, or this many.
    #[must_use]
    pub fn history(&self, otherwise: u32) -> u32 {
        self.history.unwrap_or(otherwise).max(1)
    }

    /// Whether a part with this name is wanted.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| {
            only.split(',').any(|only| name.to_lowercase().contains(&only.trim().to_lowercase()))
        })
    }
}

//! Command-line options of the benchmarks over a database.

use clap::Parser;

/// The options of every benchmark over a database.
#[derive(Debug, Clone, Parser)]
#[command(
    about = "Measures both sides in one run, in interleaved rounds; prints medians and ratios"
)]
pub struct Settings {
    /// Messages in one measurement.
    #[arg(long)]
    rows: Option<u32>,
    /// Rounds to run; their median counts.
    #[arg(long)]
    rounds: Option<usize>,
    /// Terminal messages in a long history.
    #[arg(long)]
    history: Option<u32>,
    /// Run only the parts with this in their name, such as `sqlite` or `graphile`.
    #[arg(long)]
    only: Option<String>,
    /// Added by cargo itself.
    #[arg(long, hide = true)]
    bench: bool,
    /// A measurement that runs in a process of its own.
    #[command(subcommand)]
    pub child: Option<Child>,
}

/// The jobs that a benchmark starts itself again for.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Child {
    /// Drain a database and print how much memory that took.
    #[command(hide = true)]
    Drain {
        /// A Postgres URL, or the path of a SQLite file.
        database: String,
        /// Messages that the database owes.
        rows: u32,
        /// Slots of the dispatcher.
        slots: u32,
    },
    /// Plan a day and print how much memory that took.
    #[command(hide = true)]
    Plan {
        /// A Postgres URL, or the path of a SQLite file.
        database: String,
        /// Unpaid invoices in the books.
        invoices: u32,
        /// Pages of invoices after which the process is killed; without it the process is not
        /// killed.
        killed_after: Option<u32>,
    },
}

impl Settings {
    /// Reads the command line.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }

    /// Messages in one measurement: the option, or this many.
    #[must_use]
    pub fn rows(&self, otherwise: u32) -> u32 {
        self.rows.unwrap_or(otherwise).max(1)
    }

    /// Number of rounds: the option, or this many.
    #[must_use]
    pub fn rounds(&self, otherwise: usize) -> usize {
        self.rounds.unwrap_or(otherwise).max(1)
    }

    /// Terminal messages in a long history: the option, or this many.
    #[must_use]
    pub fn history(&self, otherwise: u32) -> u32 {
        self.history.unwrap_or(otherwise).max(1)
    }

    /// Returns true if a part with this name is wanted.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| {
            only.split(',').any(|only| name.to_lowercase().contains(&only.trim().to_lowercase()))
        })
    }
}

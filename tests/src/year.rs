//! A year of a shop that sends reminders. Two hosts over one database plan and send by the
//! calendar, with outages, planners that are killed, clocks that are set, and a gateway that often
//! refuses.
//!
//! Everything runs on manual clocks, one for each host. They stand still while work is under way,
//! and jump to the next instant at which something is due. The books know the truth of every
//! moment. Each POST is compared with it, and at the end each step that was ever due is accounted
//! for.

mod books;
mod check;
mod gateway;
mod hosts;
mod mortal;
mod mutes;
mod run;

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

pub use check::Findings;
pub use run::live;

use crate::faults::database::Kind;

/// Zones of the long form. Their changes of the clocks: none; Europe's; half an hour; a gap at
/// midnight; given up.
pub const ZONES: [&str; 5] = [
    "Asia/Kolkata",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Vancouver",
];

/// Settings of a year.
#[derive(Debug, Clone)]
pub struct Year {
    /// Database of the year.
    pub kind: Kind,
    /// Zone of the business.
    pub zone: String,
    /// First day.
    pub from: NaiveDate,
    /// Number of days.
    pub days: u16,
    /// Seed for all random choices.
    pub seed: u64,
    /// True if a customer gets one summary a day instead of a message for each step.
    pub summary: bool,
    /// Habits of the shop and its gateway.
    pub habits: Habits,
    /// The safeguard that is missing.
    pub flaw: Option<Flaw>,
}

/// Habits of the shop and its gateway.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Number of customers. The first two share a telephone.
    pub customers: usize,
    /// Largest number of invoices of a day: the more for each customer, the longer the summaries.
    pub invoices: u8,
    /// Fewest days between two reminders of a customer: the more, the more steps are moved.
    pub gap: u16,
    /// Number of POSTs out of ten that the gateway refuses: the more, the longer messages wait.
    pub refused: u8,
    /// True if clocks are set now and then. Days around such a moment are not checked for too many
    /// messages.
    pub sets_clocks: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self { customers: 12, invoices: 3, gap: 7, refused: 3, sets_clocks: true }
    }
}

/// A safeguard that is removed, to see that it is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// A step's key holds what its message says, and its row is forgotten.
    KeyOfValues,
    /// The window is not checked again on a retry.
    WindowNotAsked,
    /// The invoice's payment is not checked before the POST.
    PaidNotAsked,
    /// A step that the gap moved counts as late from its own day on.
    GapMakesLate,
    /// A step that is not listed in a summary any more stays a step of it.
    LeftUnwritten,
    /// The mutes of customers, numbers and invoices are not checked.
    MutesNotAsked,
    /// Steps in a summary that waits do not go with the next one.
    WaitingNotTaken,
}

impl Flaw {
    /// All safeguards.
    pub const ALL: [Self; 7] = [
        Self::KeyOfValues,
        Self::WindowNotAsked,
        Self::PaidNotAsked,
        Self::GapMakesLate,
        Self::LeftUnwritten,
        Self::MutesNotAsked,
        Self::WaitingNotTaken,
    ];

    /// Number of days of invoices after which a run has noticed, mostly, that a safeguard is
    /// missing.
    pub const DAYS: u16 = 10;

    /// Returns true if only summaries have the safeguard.
    #[must_use]
    pub const fn is_of_summaries(self) -> bool {
        matches!(self, Self::LeftUnwritten | Self::WaitingNotTaken)
    }

    /// Returns the habits of a busy shop, which needs the safeguard often.
    #[must_use]
    pub fn habits(self) -> Habits {
        let busy = Habits { customers: 10, invoices: 20, ..Habits::default() };
        match self {
            // A summary waits over night, and the customer's next one is due in the morning.
            Self::WaitingNotTaken => Habits { gap: 1, refused: 7, sets_clocks: false, ..busy },
            Self::LeftUnwritten => Habits { sets_clocks: false, ..busy },
            // The gap moves steps by more days than a late step may have.
            Self::GapMakesLate => Habits { gap: 12, ..busy },
            _ => busy,
        }
    }
}

/// Counts of a year.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    /// Invoices that were written.
    pub invoices: u64,
    /// Steps that have a row.
    pub steps: u64,
    /// Steps that were sent.
    pub sent: u64,
    /// Steps that gave way to a later one.
    pub gave_way: u64,
    /// Steps that were cancelled, with a sentence.
    pub cancelled: u64,
    /// Steps that waited for approval, and were dropped.
    pub held: u64,
    /// POSTs, with those that were refused.
    pub posts: u64,
    /// Hosts that were killed at work.
    pub kills: u64,
    /// Times at which no host ran, each for hours or days.
    pub outages: u64,
    /// Times at which somebody stopped all sending for days, while planners went on.
    pub stops: u64,
    /// Clocks that were set.
    pub clock_steps: u64,
    /// Mutes that were set.
    pub mutes: u64,
}

/// A year that is over.
#[derive(Debug, Clone, Serialize)]
pub struct Lived {
    /// Name of the year.
    pub name: String,
    /// Counts of the year.
    pub figures: Figures,
    /// Findings; all of them are empty in a good year.
    pub findings: Findings,
}

impl Lived {
    /// Returns true if nothing was found.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Lived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { invoices, steps, sent, gave_way, cancelled, held, posts, .. } = self.figures;
        let Figures { kills, outages, stops, clock_steps, mutes, .. } = self.figures;
        write!(
            f,
            "year {} invoices={invoices} steps={steps} sent={sent} gave_way={gave_way} \
             cancelled={cancelled} held={held} posts={posts} kills={kills} outages={outages} \
             stops={stops} clock_steps={clock_steps} mutes={mutes} {}",
            self.name, self.findings
        )
    }
}

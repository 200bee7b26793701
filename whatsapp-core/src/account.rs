//! The account at the gateway: its pause, its pace, what is in doubt about it, and the events that
//! people are told about. Everything here is pure; stores apply it inside their transactions.

mod breaker;
mod change;
mod event;
mod mail;
mod pace;
mod reason;

use chrono::{DateTime, Utc};

pub(crate) use breaker::Breaker;
pub(crate) use change::STUCK_AFTER;
pub use change::{AccountChange, AccountStep, Changed, SeenPause, Unclear, Verdict};
pub use event::{AccountEvent, AccountEventKind};
pub use mail::AccountMail;
pub(crate) use mail::due as mail_due;
pub use pace::{Reservation, Reserve, SeenSlot};
pub use reason::PauseReason;

use crate::id::MessageId;
use crate::message::Cause;
use crate::time::Elapsed;

/// The account does not send for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
    /// What the gateway said, in its own words.
    pub detail: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until then nothing is sent; afterwards one message is let through, to see.
    pub until: DateTime<Utc>,
    /// The message that follows its own schedule as the probe, after a day of one pause.
    pub scout: Option<MessageId>,
}

impl Pause {
    /// A pause of which the gateway said nothing.
    #[must_use]
    pub const fn new(reason: PauseReason, since: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        Self { reason, detail: None, since, until, scout: None }
    }

    /// The reason in words, with the gateway's own.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.detail {
            None => format!("{}.", self.reason.label()),
            Some(detail) => format!("{}: {detail}", self.reason.label()),
        }
    }
}

/// An answer that left open whose trouble it was, while no message was taken since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// Whose trouble it may be beside the message's.
    pub cause: Cause,
    /// Which message met it.
    pub message_id: MessageId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The account's shared state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Whether it is paused.
    pub pause: Option<Pause>,
    /// Requests may be sent from this instant on, by elapsed time.
    pub next_slot: Option<Elapsed>,
    /// The latest unclear answer.
    pub doubt: Option<Doubt>,
    /// The message that was last taken while something was in doubt, and when.
    pub taken: Option<(MessageId, DateTime<Utc>)>,
    /// When the last pause was lifted.
    pub resumed_at: Option<DateTime<Utc>>,
    /// Messages in a row that were accepted half an hour ago, without a word of delivery.
    pub undelivered: u32,
    /// Whether that was told.
    pub undelivered_told: bool,
    /// The last day whose payments were known when people were told that reminders wait for newer ones:
    /// its midnight by UTC.
    pub stale_told: Option<DateTime<Utc>>,
}

impl Account {
    /// Whether somebody stopped all sending: it goes on only by hand.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.pause.as_ref().is_some_and(|pause| pause.reason == PauseReason::Held)
    }
}

//! The account at the gateway: its pause, its rate limit, what is in doubt about it, and the events
//! that people are told about. Everything here is pure; stores apply it inside their transactions.

mod breaker;
mod change;
mod event;
mod mail;
mod rate;
mod reason;

use chrono::{DateTime, Utc};

pub(crate) use breaker::Breaker;
pub(crate) use change::STUCK_AFTER;
pub use change::{AccountChange, AccountStep, Changed, SeenPause, Unclear, Verdict};
pub use event::{AccountEvent, AccountEventKind};
pub use mail::AccountMail;
pub(crate) use mail::due as mail_due;
pub use rate::{Reservation, Reserve, SeenSlot};
pub use reason::PauseReason;

use crate::id::MessageId;
use crate::message::Cause;
use crate::time::Elapsed;

/// The account does not send for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The reason for the pause.
    pub reason: PauseReason,
    /// The gateway's own words.
    pub detail: Option<String>,
    /// Time at which the pause began.
    pub since: DateTime<Utc>,
    /// Until then nothing is sent. Afterwards one message is let through as a test.
    pub until: DateTime<Utc>,
    /// The message that follows its own retry schedule as the probe, once a pause has lasted for a
    /// day.
    pub scout: Option<MessageId>,
}

impl Pause {
    /// Creates a pause without any words of the gateway.
    #[must_use]
    pub const fn new(reason: PauseReason, since: DateTime<Utc>, until: DateTime<Utc>) -> Self {
        Self { reason, detail: None, since, until, scout: None }
    }

    /// Returns the reason in words, together with the gateway's own words.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.detail {
            None => format!("{}.", self.reason.label()),
            Some(detail) => format!("{}: {detail}", self.reason.label()),
        }
    }
}

/// An answer that left open whose fault it was, with no message taken by the gateway since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// The possible cause, if the message itself is not the cause.
    pub cause: Cause,
    /// The message that got the answer.
    pub message_id: MessageId,
    /// Time of the answer.
    pub at: DateTime<Utc>,
}

/// The account's shared state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The pause; `None` while the account sends.
    pub pause: Option<Pause>,
    /// The next slot of the rate limit: requests may be sent from this instant on, by elapsed time.
    pub next_slot: Option<Elapsed>,
    /// The latest unclear answer.
    pub doubt: Option<Doubt>,
    /// The message that was last taken while something was in doubt, and the time.
    pub taken: Option<(MessageId, DateTime<Utc>)>,
    /// Time at which the last pause was lifted.
    pub resumed_at: Option<DateTime<Utc>>,
    /// Number of messages in a row that were accepted half an hour ago, without a word of delivery.
    pub undelivered: u32,
    /// Set once people were told of the undelivered messages.
    pub undelivered_told: bool,
    /// The last day whose payments were known when people were told that reminders wait for newer
    /// payments: its midnight by UTC.
    pub stale_told: Option<DateTime<Utc>>,
}

impl Account {
    /// Returns whether somebody stopped all sending. It goes on only by hand.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.pause.as_ref().is_some_and(|pause| pause.reason == PauseReason::Held)
    }
}

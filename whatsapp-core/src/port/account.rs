//! The account: its pause, its pace, what is in doubt about it, and the events that people are
//! told about.

mod change;
mod mail;
mod reason;

use std::fmt::{self, Debug};
use std::str::FromStr;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use change::STUCK_AFTER;
pub use change::{AccountChange, AccountStep, Unclear, Verdict};
pub use mail::AccountMail;
pub(crate) use mail::due as mail_due;
pub use reason::PauseReason;

use super::StoreError;
use crate::id::{AccountEventId, LeaseToken, MessageId};
use crate::message::{Cause, UnknownWord, words};

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
    /// Requests may be sent from this instant on.
    pub next_slot: Option<DateTime<Utc>>,
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
}

/// How many requests are wanted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Now.
    pub now: DateTime<Utc>,
    /// At most so many.
    pub want: u32,
    /// The time between two requests; zero for no limit.
    pub interval: TimeDelta,
}

/// How many requests may be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// So many; 0 while the account is paused.
    pub granted: u32,
    /// When to ask again: the next slot, or the end of the pause.
    pub again_at: DateTime<Utc>,
    /// The pause, if there is one.
    pub pause: Option<Pause>,
    /// Whether a message that is taken, or delivered, changes what is known of the account.
    pub in_doubt: bool,
}

impl Account {
    /// Grants requests at `reserve.now` and moves the account's next slot: the pure rule that every
    /// store applies inside one transaction.
    ///
    /// Slots are `interval` apart and are never saved up beyond 50 milliseconds' worth, so that no
    /// second sees more than the rate after a quiet time. A pause whose end has passed grants
    /// nothing either: it ends when it is lifted.
    #[must_use]
    pub fn reserve(&mut self, reserve: &Reserve) -> Reservation {
        let in_doubt = self.doubt.is_some() || self.undelivered > 0;
        if let Some(pause) = self.pause.clone() {
            let again_at = pause.until;
            return Reservation { granted: 0, again_at, pause: Some(pause), in_doubt };
        }
        let grant = |granted, again_at| Reservation { granted, again_at, pause: None, in_doubt };
        if reserve.interval <= TimeDelta::zero() {
            return grant(reserve.want, reserve.now);
        }
        let saved = TimeDelta::milliseconds(50);
        // A slot far ahead can only come from a clock that was set back: it does not bind.
        let horizon = reserve.now + reserve.interval.max(TimeDelta::minutes(1));
        let mut slot = match self.next_slot {
            Some(slot) if slot <= horizon => slot.max(reserve.now - saved),
            _ => reserve.now,
        };
        let mut granted = 0;
        while slot <= reserve.now && granted < reserve.want {
            slot += reserve.interval;
            granted += 1;
        }
        self.next_slot = Some(slot);
        grant(granted, slot)
    }
}

words!(
    /// What became of the account.
    AccountEventKind, "account event", "stopped, resumed, undelivered",
    {
        /// Sending stopped, or what it waits for is now something else.
        Stopped => "stopped", "Sending stopped";
        /// Sending goes on.
        Resumed => "resumed", "Sending goes on";
        /// Many messages were accepted and none was delivered.
        Undelivered => "undelivered", "Accepted but not delivered";
    }
);

/// A change of the account that people are told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// Names it.
    pub id: AccountEventId,
    /// What happened.
    pub kind: AccountEventKind,
    /// Why the account stopped; `None` where none did.
    pub reason: Option<PauseReason>,
    /// What the gateway said, in its own words; how many messages were not delivered.
    pub detail: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When a mail told of it, or it was found not worth one.
    pub told_at: Option<DateTime<Utc>>,
}

/// What a change of the account came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What it means for whoever asked.
    pub verdict: Verdict,
    /// The event that was written.
    pub event: Option<AccountEvent>,
    /// The account as it is now.
    pub account: Account,
}

/// The right to tell of events, until it runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventClaim {
    /// Which events: all of them, or none is claimed.
    pub ids: Vec<AccountEventId>,
    /// Proof of the claim.
    pub token: LeaseToken,
    /// Now.
    pub now: DateTime<Utc>,
    /// How long the claim holds.
    pub lease: TimeDelta,
}

/// The account's changes and the events that they leave.
///
/// # Contract
/// - [`change_account`](Self::change_account) is one transaction: it reads the account, applies
///   [`AccountChange::on`], and writes the account and the event. Of several at once each sees what
///   the one before it left, whatever the number of processes.
/// - An event is written once, and its words do not change.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountLog: Debug + Send + Sync + 'static {
    /// Changes the account by the pure rule.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing changed.
    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError>;

    /// The newest events, at most `limit`, the oldest of them first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError>;

    /// Claims events to tell of them; `false`, and nothing is claimed, when one of them was told or
    /// is claimed by somebody else.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing is claimed.
    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError>;

    /// Records that the claimed events were told; those of another claim stay as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn account_events_told(
        &self,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}

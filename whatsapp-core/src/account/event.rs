//! What happened to the account, as people are told about it.

use chrono::{DateTime, Utc};

use super::PauseReason;
use crate::id::AccountEventId;
use crate::word::words;

words!(
    /// What became of the account.
    AccountEventKind, "account event",
    "stopped, resumed, undelivered, stale_payments, approvals, unconfirmed, not_greeted, left_out",
    {
        /// Sending stopped, or what it waits for is now something else.
        Stopped => "stopped", "Sending stopped";
        /// Sending goes on.
        Resumed => "resumed", "Sending goes on";
        /// Many messages were accepted and none was delivered.
        Undelivered => "undelivered", "Accepted but not delivered";
        /// Reminders wait because the latest payments are not known.
        StalePayments => "stale_payments", "Reminders wait for newer payments";
        /// Reminders wait until a person approves them.
        Approvals => "approvals", "Reminders wait for approval";
        /// The date of a greeting is tomorrow, and nobody has confirmed it.
        Unconfirmed => "unconfirmed", "A festival's date must be confirmed";
        /// The hour of a greeting came, and nobody had confirmed its date.
        NotGreeted => "not_greeted", "A greeting is not sent";
        /// A campaign has ended, and some of its recipients got no message.
        LeftOut => "left_out", "Recipients of a festival message were left out";
    }
);

impl AccountEventKind {
    /// Whether the account stopped or goes on by it.
    pub(super) const fn is_turn(self) -> bool {
        matches!(self, Self::Stopped | Self::Resumed)
    }
}

/// A change of the account that people are told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// Names it.
    pub id: AccountEventId,
    /// What happened.
    pub kind: AccountEventKind,
    /// Why the account stopped; `None` where none did.
    pub reason: Option<PauseReason>,
    /// What the gateway said, in its own words; how many messages were not delivered; the last day
    /// whose payments are known; how many reminders wait for approval; a festival and its date; a campaign,
    /// with how many it left out, and why.
    pub detail: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// When a mail told of it, or it was found not worth one.
    pub told_at: Option<DateTime<Utc>>,
}

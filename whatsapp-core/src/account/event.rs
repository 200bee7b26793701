//! Events of the account that people are told about.

use chrono::{DateTime, Utc};

use super::PauseReason;
use crate::id::AccountEventId;
use crate::word::words;

words!(
    /// The kinds of account events.
    #[non_exhaustive]
    AccountEventKind, "account event",
    "stopped, resumed, undelivered, stale_payments, approvals, unconfirmed, not_greeted, left_out",
    {
        /// Sending stopped, or the pause has another reason now.
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
    /// Returns whether the account stopped, or sending went on, with this event.
    pub(super) const fn is_turn(self) -> bool {
        matches!(self, Self::Stopped | Self::Resumed)
    }
}

/// A change of the account that people are told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountEvent {
    /// The id of the event.
    pub id: AccountEventId,
    /// The kind of event.
    pub kind: AccountEventKind,
    /// The reason why the account stopped; `None` for other events.
    pub reason: Option<PauseReason>,
    /// Details of the kind of event: the gateway's words, the number of undelivered messages, the
    /// last day with known payments, or the number of reminders that wait. For campaigns: the
    /// festival and its date, or the campaign with the number of recipients left out and the
    /// reasons.
    pub detail: Option<String>,
    /// Time of the event.
    pub at: DateTime<Utc>,
    /// Time at which a mail told of it, or at which it was found not worth a mail.
    pub told_at: Option<DateTime<Utc>>,
}

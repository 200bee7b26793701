//! Results of messages: settled by the process that claimed them, amended or buried by hand.

use chrono::{DateTime, Utc};

use super::Enqueued;
use super::claim::Lease;
use crate::audit::AuditEntry;
use crate::id::MessageId;
use crate::message::{AttemptRecord, MessageKey, NewMessage, StateRow};
use crate::time::Elapsed;

/// Result of work on a claimed message.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The lease of the message; it ends with this settlement.
    pub lease: Lease,
    /// The new facts about an attempt.
    pub attempt: Option<AttemptRecord>,
    /// The message's new state. A notice is owed where it
    /// [failed for good](StateRow::failed_for_good).
    pub state: StateRow,
    /// The gateway's id of the message; `None` keeps the stored one.
    pub gateway_id: Option<String>,
    /// The gateway's reply; `None` keeps the stored one.
    pub api_response: Option<serde_json::Value>,
    /// Time of the settlement.
    pub at: DateTime<Utc>,
}

impl Settlement {
    /// The same outcome without the gateway's id, which another attempt owns.
    #[must_use]
    pub fn without_id(mut self) -> Self {
        self.gateway_id = None;
        if let Some(record) = &mut self.attempt {
            record.gateway_id = None;
        }
        self
    }
}

/// The longest id of a gateway that the ledger keeps, in bytes: the id is in an index. An attempt
/// whose id is longer is kept as one that was given none.
pub const GATEWAY_ID_MAX: usize = 512;

/// Result of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The settlement was written.
    Done,
    /// The lease was lost; nothing was written.
    Fenced,
}

/// A new send time for a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule {
    /// The new time at which the message is to be sent.
    pub scheduled_for: DateTime<Utc>,
    /// The full warning for the manager about the message from now on.
    pub warning: Option<String>,
}

/// A change to a message that nobody holds: a manager's cancel or retry, or a new send time.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The message.
    pub message_id: MessageId,
    /// The message's `updated_at` when the change was decided.
    pub seen: DateTime<Utc>,
    /// The message's new state.
    pub state: StateRow,
    /// The message's new send time; `None` keeps the old one.
    pub reschedule: Option<Reschedule>,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Elapsed time of the change, which decides whether a lease of the same base still holds.
    pub elapsed: Elapsed,
    /// The audit entry, where a person or the host's code asked for the change.
    pub audit: Option<AuditEntry>,
}

/// A failed message that a person has settled in another way, or takes up again.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// The message.
    pub message_id: MessageId,
    /// The message's `updated_at` when this was decided. The message is put aside in the state that
    /// it had then: if it fails again, it needs a person again.
    pub seen: DateTime<Utc>,
    /// True if the message is put aside, false if it is taken up again.
    pub is_aside: bool,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// The audit entry for the change.
    pub audit: Option<AuditEntry>,
}

/// A new message that replaces one that failed for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    /// The new message. Its [`resend_of`](crate::message::Facts::resend_of) is the failed one.
    pub message: NewMessage,
    /// The `updated_at` of the failed message when this was decided.
    pub seen: DateTime<Utc>,
    /// A key that no message may have: the key of the correct message, where the failed one was
    /// refused and nobody has enqueued the correct one since.
    pub free: Option<MessageKey>,
}

/// Result of a replacement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// The result for the new message, as for any that is enqueued.
    Done(Enqueued),
    /// The failed message changed meanwhile, or something else replaced it; nothing was written.
    Stale,
}

/// The end of a message whose row cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Burial {
    /// The message.
    pub message_id: MessageId,
    /// The message's `updated_at` when somebody looked at it; `None` where nobody did.
    pub seen: Option<DateTime<Utc>>,
    /// The current time.
    pub at: DateTime<Utc>,
    /// The current elapsed time.
    pub elapsed: Elapsed,
    /// The audit entry for the burial.
    pub audit: Option<AuditEntry>,
}

/// Result of a burial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buried {
    /// The message has ended.
    Done,
    /// The message changed since somebody looked at it; nothing was written.
    Stale,
    /// There is no such message: it can be read, was sent, or somebody holds it.
    Nothing,
}

/// Result of an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// The amendment was written.
    Done,
    /// The message changed meanwhile, or a worker holds it; nothing was written.
    Stale,
}

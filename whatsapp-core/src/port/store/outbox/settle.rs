//! What became of messages: settled by whoever claimed them, amended or buried by hand.

use chrono::{DateTime, Utc};

use super::Enqueued;
use super::claim::Lease;
use crate::audit::AuditEntry;
use crate::id::MessageId;
use crate::message::{AttemptRecord, MessageKey, NewMessage, StateRow};
use crate::time::Elapsed;

/// What became of a claimed message.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The right to say so; it ends with this.
    pub lease: Lease,
    /// What is now known about an attempt.
    pub attempt: Option<AttemptRecord>,
    /// The message's new state. A notice is owed where it
    /// [failed for good](StateRow::failed_for_good).
    pub state: StateRow,
    /// The gateway's id of the message; `None` keeps what is there.
    pub gateway_id: Option<String>,
    /// The gateway's reply; `None` keeps what is there.
    pub api_response: Option<serde_json::Value>,
    /// When it was settled.
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

/// The longest id of a gateway that the ledger keeps, in bytes: it stands in an index. An attempt
/// whose id is longer is kept as one that was given none.
pub const GATEWAY_ID_MAX: usize = 512;

/// Whether a settlement was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was.
    Done,
    /// The lease was lost; nothing was written.
    Fenced,
}

/// A message's other instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule {
    /// When it is to go out from now on.
    pub scheduled_for: DateTime<Utc>,
    /// All that the manager should know about the message from now on.
    pub warning: Option<String>,
}

/// A change to a message that nobody holds: a manager's cancel or retry, or another instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The message.
    pub message_id: MessageId,
    /// Its `updated_at` when the change was decided.
    pub seen: DateTime<Utc>,
    /// Its new state.
    pub state: StateRow,
    /// Its other instant; `None` keeps the one that it has.
    pub reschedule: Option<Reschedule>,
    /// When it was changed.
    pub at: DateTime<Utc>,
    /// The same by elapsed time, which decides whether a lease of the same base still holds.
    pub elapsed: Elapsed,
    /// What the audit says of it, where a person or the host's code asked for it.
    pub audit: Option<AuditEntry>,
}

/// A failed message that a person has settled in another way, or takes up again.
#[derive(Debug, Clone, PartialEq)]
pub struct Aside {
    /// The message.
    pub message_id: MessageId,
    /// Its `updated_at` when this was decided. It is put aside as it stood then: once it has failed again, it
    /// needs a person again.
    pub seen: DateTime<Utc>,
    /// Whether it is put aside, or else taken up again.
    pub is_aside: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// What the audit says of it.
    pub audit: Option<AuditEntry>,
}

/// A new message that takes the place of one that failed for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Replacement {
    /// The new message. Its [`resend_of`](crate::message::Facts::resend_of) is the one that failed.
    pub message: NewMessage,
    /// The `updated_at` of the one that failed, when this was decided.
    pub seen: DateTime<Utc>,
    /// A key under which no message may stand: that of the correct message, where the one that failed was
    /// refused and nobody has enqueued it since.
    pub free: Option<MessageKey>,
}

/// What a replacement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// What became of the new message, as of any that is enqueued.
    Done(Enqueued),
    /// The message that failed changed meanwhile, or something else took its place; nothing was written.
    Stale,
}

/// The end of a message whose row cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Burial {
    /// The message.
    pub message_id: MessageId,
    /// Its `updated_at` when somebody looked at it; `None` where nobody did.
    pub seen: Option<DateTime<Utc>>,
    /// Now.
    pub at: DateTime<Utc>,
    /// Now by elapsed time.
    pub elapsed: Elapsed,
    /// What the audit says of it.
    pub audit: Option<AuditEntry>,
}

/// Whether a message was buried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Buried {
    /// It has ended.
    Done,
    /// It changed since somebody looked at it; nothing was written.
    Stale,
    /// There is no such message: it can be read, was sent, or somebody holds it.
    Nothing,
}

/// Whether an amendment was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// It was.
    Done,
    /// The message changed meanwhile, or a worker holds it; nothing was written.
    Stale,
}

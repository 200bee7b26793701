//! Claims: the right to work on messages that are due.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::lane::{Lane, QueuePoint};
use crate::id::{CustomerId, InvoiceId, LeaseToken, MessageId, TemplateId};
use crate::message::{AttachmentRef, MessageKey, MessageValues, Progress, Step, TypeName};
use crate::private::Private;
use crate::time::Elapsed;

/// A claim of due messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The lane to claim from.
    pub lane: Lane,
    /// The kind of messages to claim.
    pub of: ClaimOf,
    /// Only this message, if it is due.
    pub only: Option<MessageId>,
    /// Only messages after this point of the lane's order; `None` begins at the front.
    pub after: Option<QueuePoint>,
    /// The token of this claim, one for all messages in it.
    pub token: LeaseToken,
    /// The current time.
    pub now: DateTime<Utc>,
    /// The current elapsed time, which decides when a lease of the same base has run out.
    pub elapsed: Elapsed,
    /// Duration of the leases.
    pub lease: TimeDelta,
    /// The most messages to claim.
    pub limit: u32,
    /// Messages not to claim, whatever their leases say: the claimer has them in flight.
    pub excluding: Vec<MessageId>,
}

/// The kind of messages that a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClaimOf {
    /// All messages that are due.
    All,
    /// Messages whose next step is a lookup: these requests to the gateway continue while a person
    /// has stopped all sending.
    Looks,
    /// Messages that are to be sent and have no attempt open: while the account is paused, only
    /// such a message can show that the pause is over.
    Sends,
}

/// The longest time by which an old lease may end after a new lease of the same length would. A
/// lease that ends later still was given before a clock was set back, and counts as expired.
pub const LEASE_HORIZON: TimeDelta = TimeDelta::minutes(10);

/// The right to work on a message until the lease runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The message.
    pub message_id: MessageId,
    /// Proof of the claim.
    pub token: LeaseToken,
}

/// A claimed message, with only the fields that are needed to send it or to look it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The lease of the message.
    pub lease: Lease,
    /// The step that was owed.
    pub step: Step,
    /// Time at which the message was due.
    pub due_at: DateTime<Utc>,
    /// The progress of the message.
    pub progress: Progress,
    /// Number of earlier claims that ran out without a result.
    pub expired_leases: u32,
    /// The idempotency key of the message.
    pub key: MessageKey,
    /// The message type.
    pub message_type: TypeName,
    /// The customer.
    pub customer_id: CustomerId,
    /// The number, as the log has it.
    pub whatsapp_number: Private,
    /// The finished text.
    pub text: Private,
    /// The values in the text, by placeholder; `None` for a text that a person wrote.
    pub values: Option<MessageValues>,
    /// The stored template that the text was made from.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The file that is sent with the message.
    pub attachment: Option<AttachmentRef>,
    /// The invoice to ask the ledger about.
    pub invoice_id: Option<InvoiceId>,
    /// Time at which the message was made, and its file checked.
    pub created_at: DateTime<Utc>,
    /// Time at which the host wanted the message to be sent.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Time after which the message is no longer sent.
    pub expires_at: Option<DateTime<Utc>>,
    /// The most retries that the message may have.
    pub max_retries: u32,
    /// The gateway's id of the message, once known.
    pub gateway_id: Option<String>,
}

impl Claimed {
    /// The message's place in the order of its lane: a claim after this point returns the messages
    /// that follow it.
    #[must_use]
    pub const fn point(&self) -> QueuePoint {
        QueuePoint { due_at: self.due_at, message_id: self.lease.message_id }
    }
}

//! Claims: the right to work on messages that are due.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::lane::{Lane, QueuePoint};
use crate::id::{CustomerId, InvoiceId, LeaseToken, MessageId, TemplateId};
use crate::message::{AttachmentRef, MessageKey, MessageValues, Progress, Step, TypeName};
use crate::private::Private;
use crate::time::Elapsed;

/// What to claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which lane.
    pub lane: Lane,
    /// Only this message, if it is due.
    pub only: Option<MessageId>,
    /// Only messages behind this point of the lane's order; `None` begins at the front.
    pub after: Option<QueuePoint>,
    /// The token of this claim, one for all messages in it.
    pub token: LeaseToken,
    /// Now.
    pub now: DateTime<Utc>,
    /// Now by elapsed time, which decides when a lease of the same base has run out.
    pub elapsed: Elapsed,
    /// How long the leases hold.
    pub lease: TimeDelta,
    /// The most messages to claim.
    pub limit: u32,
    /// Not these, whatever their leases say: the claimer has them in hand.
    pub excluding: Vec<MessageId>,
}

/// How much later than a new lease of the same length an old one may end. One that ends later still
/// was given by a clock that was set back since, and counts as run out.
pub const LEASE_HORIZON: TimeDelta = TimeDelta::minutes(10);

/// The right to work on a message until it runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The message.
    pub message_id: MessageId,
    /// Proof of the claim.
    pub token: LeaseToken,
}

/// A claimed message: what is needed to send it or to look it up, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The right to it.
    pub lease: Lease,
    /// What was owed.
    pub step: Step,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Where it stands.
    pub progress: Progress,
    /// How many claims before this one ran out without a word.
    pub reaps: u32,
    /// What makes it happen once.
    pub key: MessageKey,
    /// What it is.
    pub message_type: TypeName,
    /// Whom it is for.
    pub customer_id: CustomerId,
    /// The number as the log has it.
    pub whatsapp_number: Private,
    /// The finished text.
    pub text: Private,
    /// The values that stand in it; `None` for a text that a person wrote.
    pub values: Option<MessageValues>,
    /// The stored template that it was made from.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The file that goes with it.
    pub attachment: Option<AttachmentRef>,
    /// The invoice to ask about.
    pub invoice_id: Option<InvoiceId>,
    /// When it was made, and its file checked.
    pub created_at: DateTime<Utc>,
    /// When the host wanted it to go out.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// After this it is not sent any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many retries it may have.
    pub max_retries: u32,
    /// The gateway's id, once known.
    pub gateway_id: Option<String>,
}

impl Claimed {
    /// Where it stands in its lane's order: a claim after this point gives what comes behind it.
    #[must_use]
    pub const fn point(&self) -> QueuePoint {
        QueuePoint { due_at: self.due_at, message_id: self.lease.message_id }
    }
}

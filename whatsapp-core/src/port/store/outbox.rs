//! The outbox: what is still owed, and the ledger of attempts.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use super::lane::{Lane, NextDue, QueuePoint};
use crate::attachment::MediaLink;
use crate::audit::AuditEntry;
use crate::id::{CustomerId, InvoiceId, LeaseToken, MessageId, TemplateId};
use crate::message::{
    AttachmentRef, AttemptOutcome, AttemptRecord, Fingerprint, MessageKey, MessageValues,
    NewMessage, Part, Progress, SentText, StateRow, Step, TypeName, Via,
};
use crate::private::Private;
use crate::time::Elapsed;

/// What an enqueue came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// A new message.
    New(MessageId),
    /// The same message was enqueued before; nothing changed.
    AlreadyPresent(MessageId),
    /// Another message has the same key; nothing changed.
    Conflict(MessageId),
}

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
    /// At most so many messages.
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

/// An attempt that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// The right to do so.
    pub lease: Lease,
    /// The attempt's number: one more than the POSTs so far.
    pub no: u32,
    /// The part of the message that it sends.
    pub part: Part,
    /// What all variants of the number that it goes to have in common:
    /// [`WhatsAppNumber::variant_key`](crate::WhatsAppNumber::variant_key).
    pub number_key: String,
    /// The number that it goes to.
    pub number: Private,
    /// The text that it sends: the message's, or the name of a file that goes ahead of its text.
    pub text: SentText,
    /// Which gateway it goes to, and by which key; `None` where the gateway has only one way.
    pub via: Option<Via>,
    /// When it begins.
    pub at: DateTime<Utc>,
    /// The same by elapsed time: the attempt's mark.
    pub elapsed: Elapsed,
    /// How much longer the lease must hold by elapsed time: long enough for the POST and its settling.
    pub lease_needed: TimeDelta,
    /// The attempt before it, whose outcome was unknown until a look closed it just now.
    pub close: Option<AttemptRecord>,
    /// What changes in the message before the POST, so that a look knows what was sent.
    pub revision: Option<Revision>,
}

impl Begin {
    /// The number of the open attempt that this begin closes. Without it no attempt may be open.
    #[must_use]
    pub fn closes(&self) -> Option<u32> {
        self.close.as_ref().filter(|record| record.outcome.is_some()).map(|record| record.no)
    }
}

/// A message as it goes out, where that is not as it was enqueued: all of it that may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The number.
    pub number: Private,
    /// The text.
    pub text: Private,
    /// The values that stand in it.
    pub values: Option<MessageValues>,
    /// The stored template that it was made from.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The new link of its file; `None` keeps the file as it is.
    pub link: Option<MediaLink>,
}

impl Revision {
    /// A claimed message as it stands, with nothing changed.
    #[must_use]
    pub fn of(claimed: &Claimed) -> Self {
        Self {
            number: claimed.whatsapp_number.clone(),
            text: claimed.text.clone(),
            values: claimed.values.clone(),
            template_id: claimed.template_id,
            template_version: claimed.template_version,
            link: None,
        }
    }

    /// The same behind the new link of `file`, which takes the old one's place wherever that stands.
    #[must_use]
    pub fn behind(mut self, file: &AttachmentRef, link: MediaLink) -> Self {
        self.text = self.text.as_str().replace(&file.url, &link.url).into();
        self.values = self.values.map(|values| values.replaced(&file.url, &link.url));
        self.link = Some(link);
        self
    }

    /// The claimed message as it goes out.
    #[must_use]
    pub fn apply(&self, claimed: &Claimed) -> Claimed {
        let file = claimed.attachment.clone();
        Claimed {
            whatsapp_number: self.number.clone(),
            text: self.text.clone(),
            values: self.values.clone(),
            template_id: self.template_id,
            template_version: self.template_version,
            attachment: match (file, &self.link) {
                (Some(file), Some(link)) => Some(file.behind(link.clone())),
                (file, _) => file,
            },
            ..claimed.clone()
        }
    }
}

/// Whether an attempt was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is in the ledger: now, and only now, the POST may follow.
    Open,
    /// The lease is lost or too short, or an attempt is open: nothing may be sent.
    Fenced,
}

/// What became of a claimed message.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The right to say so; it ends with this.
    pub lease: Lease,
    /// What is now known about an attempt.
    pub attempt: Option<AttemptRecord>,
    /// The message's new state.
    pub state: StateRow,
    /// The gateway's id of the message; `None` keeps what is there.
    pub gateway_id: Option<String>,
    /// The gateway's reply; `None` keeps what is there.
    pub api_response: Option<serde_json::Value>,
    /// Whether a notice is owed: the message failed for good.
    pub notice: bool,
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

/// A change to a message that nobody holds: a manager's cancel or retry.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The message.
    pub message_id: MessageId,
    /// Its `updated_at` when the change was decided.
    pub seen: DateTime<Utc>,
    /// Its new state.
    pub state: StateRow,
    /// When it was changed.
    pub at: DateTime<Utc>,
    /// The same by elapsed time, which decides whether a lease of the same base still holds.
    pub elapsed: Elapsed,
    /// What the audit says of it, where a person or the host's code asked for it.
    pub audit: Option<AuditEntry>,
}

/// The end of a message whose row cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Burial {
    /// The message.
    pub message_id: MessageId,
    /// Now.
    pub at: DateTime<Utc>,
    /// Now by elapsed time.
    pub elapsed: Elapsed,
    /// What the audit says of it.
    pub audit: Option<AuditEntry>,
}

/// How the instants at which looks are due are put right, after the wall clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redate {
    /// Now, by the wall clock as it is set.
    pub now: DateTime<Utc>,
    /// Now by elapsed time.
    pub elapsed: Elapsed,
    /// No look is due later than this after now.
    pub within: TimeDelta,
}

/// Whether an amendment was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amended {
    /// It was.
    Done,
    /// The message changed meanwhile, or a worker holds it; nothing was written.
    Stale,
}

/// How many messages are owed what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    /// Those that wait to be sent.
    pub waiting: u64,
    /// Those with an open attempt: on their way just now, or of unknown outcome.
    pub in_doubt: u64,
    /// Those that were taken, and whose delivery is followed.
    pub watched: u64,
}

/// An attempt that a look must not mistake for its own: to a variant of the same number, or the owner
/// of an id that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Its message.
    pub message_id: MessageId,
    /// Its number within the message.
    pub no: u32,
    /// The number that it went to.
    pub number: Private,
    /// The text that it sent: the message's, or the name of the file that went ahead of it.
    pub text: SentText,
    /// Which gateway it went to, and by which key.
    pub via: Option<Via>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// `None` while it is open.
    pub outcome: Option<AttemptOutcome>,
    /// The gateway's id that it owns.
    pub gateway_id: Option<String>,
}

/// What is owed: messages in the log with the work they still need, and the attempt ledger.
///
/// # Contract
/// - Each method is one transaction: all of it is there afterwards, durably, or nothing.
/// - Group methods answer item by item, in the order of the items; one item's fence does not touch
///   the others.
/// - A token that is not exactly the row's current one writes nothing and is answered `Fenced`.
/// - At most one attempt of a message is open at any time, by a unique index.
/// - A gateway id belongs to at most one attempt of an account and a gateway's host, by a unique index; a record
///   that names a taken one fails as [`StoreError::Conflict`] without writing anything.
/// - No method reads a clock. Cancelling a future may leave its transaction done or undone.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Outbox: Debug + Send + Sync + 'static {
    /// Puts messages into the log and the outbox, with a notice for each that is final already.
    ///
    /// The message key decides: a new one is added; with the same fingerprint it is
    /// [`Enqueued::AlreadyPresent`], also within one call; with another one
    /// [`Enqueued::Conflict`]. The entries of the audit of those that are added are written too.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was added.
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError>;

    /// The message under this key, and its fingerprint's answer, without adding anything.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError>;

    /// Claims due messages of one lane whose lease is free or has run out, the longest due first and
    /// equal ones by id; a message stands in [`Lane::of`] its step and class. Each claim that finds a lease that ran out counts one reap more. None of
    /// [`excluding`](Claim::excluding) is claimed.
    ///
    /// A lease has run out once its end has come by elapsed time, where it was given by the base of
    /// this claim. Where it was given by another one the wall clock decides; then a lease that ends
    /// more than [`LEASE_HORIZON`] after `now + lease` counts as run out.
    ///
    /// A message whose row cannot be read, because something else than the library changed it, ends
    /// in this transaction as [`Failure::unreadable`](crate::message::Failure::unreadable), with a
    /// notice. One that was sent stays sent, and is followed no further.
    ///
    /// With [`after`](Claim::after) only what stands behind that [`QueuePoint`] is claimed, and the
    /// store begins there instead of at the front. What comes late before the point (a lease that
    /// runs out, a message given back) is found by the next claim without one.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was claimed.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError>;

    /// Ends a message whose row cannot be read and that nobody holds, as a claim does with one that
    /// it meets: `true` if there is such a message.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bury(&self, burial: &Burial) -> Result<bool, StoreError>;

    /// Gives claimed messages back unworked: due as before. A claim that was given back counts no
    /// reap and forgets none.
    ///
    /// # Errors
    /// [`StoreError`]: then the leases run out by themselves.
    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError>;

    /// Opens attempts, durably, before their POSTs; each counts as a POST from then on, and is one
    /// of the part that the message's state names. It keeps the number, the hash of the text that it
    /// sends and the way that it goes, and a [`Revision`] is written into the message with it. When the message is due stays
    /// as it was: its place in the order does not change under a claim.
    ///
    /// The lease must hold by elapsed time of the base by which it was given; a begin by another base
    /// is [`Begun::Fenced`].
    ///
    /// # Errors
    /// [`StoreError`]: then none was opened, and nothing may be sent.
    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError>;

    /// Writes what became of claimed messages, with the notices that are owed, and ends the leases.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written.
    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError>;

    /// Those of these messages to which a send or a look is still owed, each once and in any order:
    /// their files are needed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError>;

    /// Changes a message that nobody holds, if it is still as it was seen. One with an open attempt
    /// is [`Amended::Stale`], also after its lease ran out: it may have been sent.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError>;

    /// Says anew when looks are due by the wall clock, after that was set: a look whose mark has
    /// the base of `elapsed` is due when its time will have elapsed, within a day, and another that
    /// could not be due so late is due now. What was begun and never looked up was due before, and
    /// is due now at the latest.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn redate(&self, redate: &Redate) -> Result<(), StoreError>;

    /// The attempts of all messages that a look must not mistake for its own: those under
    /// `number_key` that began at or after `since`, and those that own one of the gateway's `ids`,
    /// whatever their number and however old. Each is given once; no id is asked for twice.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError>;

    /// How many messages of the account are owed what, whoever holds them.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn owed(&self) -> Result<Owed, StoreError>;

    /// When the next message of each lane is due, or its lease runs out; `None` only for a lane in
    /// which nothing stands at all.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn next_due(&self) -> Result<NextDue, StoreError>;
}

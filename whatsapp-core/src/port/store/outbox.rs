//! The outbox: what is still owed, and the ledger of attempts.

mod begin;
mod claim;
mod settle;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

pub use begin::{Begin, Begun, Revision};
pub use claim::{Claim, Claimed, LEASE_HORIZON, Lease};
pub use settle::{
    Amended, Amendment, Aside, Burial, Buried, GATEWAY_ID_MAX, Replaced, Replacement, Reschedule,
    Settled, Settlement,
};

use super::StoreError;
use super::count::Count;
use super::lane::{Lane, NextDue};
use crate::id::MessageId;
use crate::message::{AttemptOutcome, Fingerprint, HeldFor, MessageKey, NewMessage, SentText, Via};
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

impl Enqueued {
    /// The message that has the key.
    #[must_use]
    pub const fn id(self) -> MessageId {
        match self {
            Self::New(id) | Self::AlreadyPresent(id) | Self::Conflict(id) => id,
        }
    }
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

/// How many messages are owed what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    /// Messages that wait to be sent.
    pub waiting: u64,
    /// Messages with an open attempt: on their way just now, or of unknown outcome.
    pub in_doubt: u64,
    /// Messages that were taken, and whose delivery is followed.
    pub watched: u64,
}

/// How much a lane has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneQueue {
    /// The lane.
    pub lane: Lane,
    /// How many of its messages are due, those in hand just now among them.
    pub due: u64,
    /// How many are due later.
    pub later: u64,
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
/// - At most one attempt of a message is open at any time: the database itself refuses a second.
/// - A gateway id belongs to at most one attempt of an account and a gateway's host, by a unique
///   index; a record that names a taken one fails as [`StoreError::Conflict`] without writing
///   anything.
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

    /// Claims due messages of one lane whose lease is free or has run out, the longest due first
    /// and equal ones by id; a message stands in [`Lane::of`](super::Lane::of) its step and class.
    /// Each claim that finds a lease that ran out counts one reap more. None of
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
    /// With [`after`](Claim::after) only what stands behind that [`QueuePoint`](super::QueuePoint)
    /// is claimed, and the store begins there instead of at the front. What comes late before the
    /// point (a lease that runs out, a message given back) is found by the next claim without one.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was claimed.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError>;

    /// Claims as [`claim`](Self::claim) does, but only messages whose next step is a look: what is asked of
    /// the gateway while a person has stopped all sending.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was claimed.
    async fn claim_looks(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError>;

    /// Ends a message whose row cannot be read and that nobody holds, as a claim does with one that
    /// it meets.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bury(&self, burial: &Burial) -> Result<Buried, StoreError>;

    /// Gives claimed messages back unworked: due as before. A claim that was given back counts no
    /// reap and forgets none.
    ///
    /// # Errors
    /// [`StoreError`]: then the leases run out by themselves.
    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError>;

    /// Opens attempts, durably, before their POSTs; each counts as a POST from then on, and is one
    /// of the part that the message's state names. It keeps the number, the hash of the text that
    /// it sends and the way that it goes, and a [`Revision`] is written into the message with it.
    /// When the message is due stays as it was: its place in the order does not change under a
    /// claim.
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

    /// Which of these messages are still owed a send or a look, each once and in any order:
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

    /// Puts a failed message aside, or takes it up again: [`Amended::Stale`] where it changed meanwhile, or
    /// stands so already. Its `updated_at` rises with it, so that whoever decided another act over the message
    /// as it stood before does nothing; else the message stays as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError>;

    /// Puts a new message in, in the place of one that failed for good and is still as it was seen. That
    /// one's `updated_at` rises with it: of a replacement and an [amendment](Self::amend) that were
    /// decided over the same row one is written.
    ///
    /// A message whose key is there already is answered as in [`enqueue`](Self::enqueue), whatever was
    /// seen, and nothing is written.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] for a message that replaces none.
    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError>;

    /// Says anew when looks are due by the wall clock, after that was set: a look whose mark has
    /// the base of `elapsed` is due when its time will have elapsed, within a day, and another that
    /// could not be due so late is due now. What was begun and never looked up was due before, and
    /// is due now at the latest.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn redate(&self, redate: &Redate) -> Result<(), StoreError>;

    /// Makes due at `now` what waits for this reason and is due later: what it waits for may have come. What
    /// another transaction is about to take is passed over.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn make_due(&self, held_for: HeldFor, now: DateTime<Utc>) -> Result<(), StoreError>;

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

    /// How much there is to do in each of the lanes [`OWED`](Lane::OWED), in their order, each counted up
    /// to `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError>;

    /// How many messages wait to be sent and are withdrawn if that is not done before `until`, and when
    /// the first of them ends. `most` of those that wait are looked at, and the count is exact where they are
    /// fewer.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError>;

    /// When the gateway last took a message, as the last 1,000 attempts in the order of messages' ids
    /// tell; `None` where it took none of these.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError>;
}

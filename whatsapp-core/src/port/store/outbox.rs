//! The outbox: work that is still owed, and the ledger of attempts.

mod begin;
mod claim;
mod settle;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

pub use begin::{Begin, Begun, Revision};
pub use claim::{Claim, ClaimOf, Claimed, LEASE_HORIZON, Lease};
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

/// Result of an enqueue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Enqueued {
    /// A new message was added.
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

/// A correction of the times at which lookups are due, after the wall clock was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redate {
    /// The current time, by the wall clock as it is set now.
    pub now: DateTime<Utc>,
    /// The current elapsed time.
    pub elapsed: Elapsed,
    /// No lookup is due later than this after now.
    pub within: TimeDelta,
}

/// Number of messages by the work that they still need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    /// Messages that wait to be sent.
    pub waiting: u64,
    /// Messages with an open attempt: on their way just now, or of unknown outcome.
    pub in_doubt: u64,
    /// Messages that the gateway accepted, and whose delivery is followed.
    pub watched: u64,
}

/// The backlog of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneQueue {
    /// The lane.
    pub lane: Lane,
    /// Number of its messages that are due, in-flight ones included.
    pub due: u64,
    /// Number of its messages that are due later.
    pub later: u64,
}

/// An attempt that a lookup must not mistake for its own: one to a variant of the same number, or
/// the owner of an id that is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// The message of the attempt.
    pub message_id: MessageId,
    /// The number of the attempt within the message.
    pub no: u32,
    /// The number that the attempt was sent to.
    pub number: Private,
    /// The text that the attempt sent: the message's, or the name of the file that was sent ahead
    /// of it.
    pub text: SentText,
    /// The gateway and the key that the attempt used.
    pub via: Option<Via>,
    /// Time at which the attempt began.
    pub started_at: DateTime<Utc>,
    /// The outcome; `None` while the attempt is open.
    pub outcome: Option<AttemptOutcome>,
    /// The gateway's id that the attempt owns.
    pub gateway_id: Option<String>,
}

/// The work that is owed: messages in the log with the work that they still need, and the attempt
/// ledger.
///
/// # Contract
/// - Each method is one transaction: afterwards all of it is stored, durably, or nothing.
/// - Batch methods answer item by item, in the order of the items; one fenced item does not affect
///   the others.
/// - A token that is not exactly the row's current one writes nothing and is answered `Fenced`.
/// - At most one attempt of a message is open at any time: the database itself refuses a second.
/// - A gateway id belongs to at most one attempt of an account and a gateway's host, by a unique
///   index. A record that names a taken id fails as [`StoreError::Conflict`] and nothing is
///   written.
/// - No method reads a clock. If a future is cancelled, its transaction may be done or not.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Outbox: Debug + Send + Sync + 'static {
    /// Adds messages to the log and the outbox, with a notice for each that is final already.
    ///
    /// The message key decides. A new key adds the message. A known key with the same fingerprint
    /// is [`Enqueued::AlreadyPresent`], also within one call; with another fingerprint it is
    /// [`Enqueued::Conflict`]. The audit entries of the messages that are added are written too.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was added.
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError>;

    /// The message under this key, and the answer for this fingerprint, without adding anything.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError>;

    /// Claims due messages of one lane whose lease is free or has run out, the longest due first
    /// and equal ones by id. A message is in the lane that [`Lane::of`](super::Lane::of) gives for
    /// its step and class. Each claim that finds an expired lease adds one to the message's expired
    /// leases. Only messages of the kind [`of`](Claim::of) are claimed, and none of
    /// [`excluding`](Claim::excluding).
    ///
    /// A lease that was given with the base of this claim has run out once its end has come by
    /// elapsed time. For a lease with another base the wall clock decides. Then a lease that ends
    /// more than [`LEASE_HORIZON`] after `now + lease` also counts as expired.
    ///
    /// A message may have a row that cannot be read, because something else than the library
    /// changed it. Such a message ends in this transaction as
    /// [`Failure::unreadable`](crate::message::Failure::unreadable), with a notice. One that was
    /// sent stays sent, and is followed no further.
    ///
    /// With [`after`](Claim::after) only messages after that [`QueuePoint`](super::QueuePoint) are
    /// claimed, and the store begins there instead of at the front. Messages that become due before
    /// the point later (a lease that runs out, a message given back) are found by the next claim
    /// without `after`.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was claimed.
    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError>;

    /// Ends a message whose row cannot be read and that nobody holds, as a claim does with such a
    /// message.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bury(&self, burial: &Burial) -> Result<Buried, StoreError>;

    /// Returns claimed messages without work done: they are due as before. A claim that was given
    /// back does not change the number of expired leases.
    ///
    /// # Errors
    /// [`StoreError`]: then the leases run out by themselves.
    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError>;

    /// Opens attempts, durably, before their POSTs. Each counts as a POST from then on, and belongs
    /// to the part that the message's state names. The attempt keeps the number, the hash of the
    /// text that it sends, and the gateway and key that it uses. A [`Revision`] is written into the
    /// message with it. The message's due time stays as it was: its place in the order does not
    /// change under a claim.
    ///
    /// The lease must hold by elapsed time, with the base by which it was given; a begin with
    /// another base is [`Begun::Fenced`].
    ///
    /// # Errors
    /// [`StoreError`]: then no attempt was opened, and nothing may be sent.
    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError>;

    /// Writes the results of claimed messages, with the notices that are owed, and ends the leases.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written.
    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError>;

    /// Returns those of the given messages that still need a send or a lookup, each once and in any
    /// order: their files are still needed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError>;

    /// Changes a message that nobody holds, if it is still as it was read. A message with an open
    /// attempt is [`Amended::Stale`], also after its lease ran out: it may have been sent.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError>;

    /// Puts a failed message aside, or takes it up again. [`Amended::Stale`] where it changed
    /// meanwhile, or is in that state already.
    ///
    /// The message's `updated_at` rises with it, so that another action which was decided on the
    /// earlier state does nothing; otherwise the message stays as it is.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError>;

    /// Adds a new message that replaces one that failed for good and is still as it was read. The
    /// `updated_at` of the failed message rises with it. So if a replacement and an
    /// [amendment](Self::amend) were decided on the same row, only one of them is written.
    ///
    /// A message whose key exists already is answered as in [`enqueue`](Self::enqueue), whether or
    /// not the failed message changed, and nothing is written.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] for a message that replaces
    /// no other.
    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError>;

    /// Sets new times by the wall clock at which lookups are due, after the clock was set. A lookup
    /// whose mark has the base of `elapsed` is due when its time will have elapsed, within a day.
    /// Any other lookup is due now if its time is more than `within` ahead. A message that was
    /// begun and never looked up was due before, and is due now at the latest.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn redate(&self, redate: &Redate) -> Result<(), StoreError>;

    /// Makes messages due at `now` that wait for this reason and are due later: the reason may have
    /// passed. Rows that another transaction is about to take are skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn make_due(&self, held_for: HeldFor, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// The attempts of all messages that a lookup must not mistake for its own. These are attempts
    /// under `number_key` that began at or after `since`, and attempts that own one of the
    /// gateway's `ids`, whatever their number and age. Each is returned once; no id is asked for
    /// twice.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError>;

    /// Number of messages of the account by the work that they need, whoever holds them.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn owed(&self) -> Result<Owed, StoreError>;

    /// Time at which the next message of each lane is due, or its lease runs out; `None` only for a
    /// lane without messages.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn next_due(&self) -> Result<NextDue, StoreError>;

    /// The backlog of each of the lanes [`OWED`](Lane::OWED), in their order, each counted up to
    /// `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError>;

    /// Number of messages that wait to be sent and expire before `until`, and the time at which the
    /// first of them expires. At most `most` waiting messages are looked at; the count is exact
    /// where there are fewer.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError>;

    /// Time at which the gateway last accepted a message, according to the last 1,000 attempts in
    /// the order of messages' ids; `None` where it accepted none of these.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError>;
}

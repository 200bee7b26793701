//! Failure notices: rows owed to the manager.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use crate::id::{CustomerId, DigestId, LeaseToken, MessageId};
use crate::message::{Failure, Trigger, TypeName};
use crate::private::Private;

/// A failure notice: the facts about one failed message that specification 9.3 asks for, and those
/// that a person needs to find the message and act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The message.
    pub message_id: MessageId,
    /// The subject, as people know it: the number of the invoice or the order.
    pub subject: Option<String>,
    /// The customer, by the host's own id; `None` where the message's row cannot be read.
    pub customer_id: Option<CustomerId>,
    /// The customer's name.
    pub customer_name: Private,
    /// The number, as the log has it.
    pub whatsapp_number: Private,
    /// The message type.
    pub message_type: TypeName,
    /// The trigger of the message.
    pub trigger: Trigger,
    /// Reason for the failure.
    pub failure: Failure,
    /// Time of the failure.
    pub failed_at: DateTime<Utc>,
    /// Number of retries before it.
    pub retry_count: u32,
}

/// One e-mail with its notices. The same digest is the same e-mail, also when it is sent twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// The id of the e-mail; its Message-ID is made from it.
    pub id: DigestId,
    /// Time at which the digest was put together.
    pub created_at: DateTime<Utc>,
    /// The notices in order of failure.
    pub notices: Vec<Notice>,
    /// The e-mail addresses that have the digest already: none, unless only some of several
    /// accepted it.
    pub told: Vec<Private>,
}

/// A digest that was put together before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestMark {
    /// The id of the digest.
    pub id: DigestId,
    /// Time at which the digest was put together.
    pub created_at: DateTime<Utc>,
    /// Time at which the digest was sent; `None` while it is owed.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A claim on a digest to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collect {
    /// The id of a new digest.
    pub id: DigestId,
    /// Proof of this claim.
    pub token: LeaseToken,
    /// The current time.
    pub now: DateTime<Utc>,
    /// Duration of the claim.
    pub lease: TimeDelta,
    /// The newest digest that the caller knew of when it decided. If there is another one, nothing
    /// new is put together.
    pub newest_known: Option<DigestId>,
    /// True if a new digest may be put together; otherwise only an unsent one is claimed again.
    pub may_start: bool,
}

/// A digest, claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// The digest.
    pub digest: Digest,
    /// Proof of the claim.
    pub token: LeaseToken,
}

/// The notices that are owed.
///
/// # Contract
/// - A notice is created with the final `failed`, in the same transaction (see
///   [`Outbox`](super::Outbox)), once per message.
/// - Failures that were resolved since are left out and not counted. Such a message was sent or
///   withdrawn meanwhile, or a later message replaced it, by its key or by a resend, unless that
///   failed too. If its notice is in no digest yet, the notice is deleted; if it fails again, it
///   gets a new one.
/// - [`collect`](Self::collect) returns an unsent digest whose lease has run out before it puts a
///   new one together. A new digest takes every notice that is in no digest yet. It is atomic: a
///   notice is in exactly one digest. A digest that some addresses have already comes last, and not
///   before the time that [`mark_told`](Self::mark_told) gave. A time more than an hour ahead was
///   given before a clock was set back, and counts as passed.
/// - [`mark_sent`](Self::mark_sent) and [`mark_told`](Self::mark_told) with an old token change
///   nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait NoticeQueue: Debug + Send + Sync + 'static {
    /// Number of notices that are in no sent digest, without failures that were resolved since.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn notices_owed(&self) -> Result<u64, StoreError>;

    /// The newest digests, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError>;

    /// Claims a digest to send; `None` when no notice is owed or another process has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing is claimed then.
    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError>;

    /// Records that the digest was sent. `false` when the claim was lost.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Records which e-mail addresses have the digest, and that the others are still to get it,
    /// from `again_at` on. The claim ends with this call. `false` when it was lost before.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn mark_told(
        &self,
        id: DigestId,
        token: LeaseToken,
        told: &[Private],
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}

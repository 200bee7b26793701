//! Failure notices: rows owed to the manager.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use crate::id::{CustomerId, DigestId, LeaseToken, MessageId};
use crate::message::{Failure, Trigger, TypeName};
use crate::private::Private;

/// A failure notice: what specification 9.3 tells about one failed message, and what it takes to
/// find the message and do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The message.
    pub message_id: MessageId,
    /// What it was about, as people know it: the number of the invoice or the order.
    pub subject: Option<String>,
    /// Whom it was for, by the host's own id; `None` where the message's row cannot be read.
    pub customer_id: Option<CustomerId>,
    /// Whom it was for.
    pub customer_name: Private,
    /// The number as the log has it.
    pub whatsapp_number: Private,
    /// What it was.
    pub message_type: TypeName,
    /// What had set it off.
    pub trigger: Trigger,
    /// Why it failed.
    pub failure: Failure,
    /// When it failed.
    pub failed_at: DateTime<Utc>,
    /// How often it had been tried again.
    pub retry_count: u32,
}

/// One e-mail: the notices that it accounts for. The same digest is the same e-mail, also when it
/// goes out twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Names the e-mail; its Message-ID is made from it.
    pub id: DigestId,
    /// When it was put together.
    pub created_at: DateTime<Utc>,
    /// The notices in order of failure.
    pub notices: Vec<Notice>,
    /// The e-mail addresses that have it already: none, unless it was taken for some of several.
    pub told: Vec<Private>,
}

/// A digest that was put together before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestMark {
    /// Its id.
    pub id: DigestId,
    /// When it was put together.
    pub created_at: DateTime<Utc>,
    /// When it was sent; `None` while it is owed.
    pub sent_at: Option<DateTime<Utc>>,
}

/// What to put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collect {
    /// The id of a new digest.
    pub id: DigestId,
    /// Proof of this claim.
    pub token: LeaseToken,
    /// Now.
    pub now: DateTime<Utc>,
    /// How long the claim holds.
    pub lease: TimeDelta,
    /// The newest digest that the caller knew of when it decided: with another one, nothing new is
    /// put together.
    pub newest_known: Option<DigestId>,
    /// Whether a new digest may be put together; otherwise only an unsent one is taken up again.
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
/// - A notice comes into being with the final `failed`, in the same transaction (see
///   [`Outbox`](super::Outbox)), once per message.
/// - What was mended since is left out and not counted: a message that was sent or withdrawn
///   meanwhile, and one that a later message took the place of, by its key or by a resend, unless
///   that failed too. In no digest yet, its notice is gone; should it fail again, it has a new one.
/// - [`collect`](Self::collect) gives an unsent digest whose lease has run out before it puts a new
///   one together; a new one takes every notice that is in no digest yet. It is atomic: a notice is
///   in exactly one digest. A digest that some addresses have already comes last, and not before the
///   time that [`mark_told`](Self::mark_told) gave. A time more than an hour ahead was given by a
///   clock that was set back since, and has come.
/// - [`mark_sent`](Self::mark_sent) and [`mark_told`](Self::mark_told) with an old token change
///   nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait NoticeQueue: Debug + Send + Sync + 'static {
    /// How many notices no sent digest accounts for, without what was mended since.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn notices_owed(&self) -> Result<u64, StoreError>;

    /// The newest digests, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError>;

    /// Claims a digest to send; `None` when nothing is owed or another process has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing is claimed then.
    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError>;

    /// Records that the digest went out. `false` when the claim was lost.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Records which e-mail addresses have the digest, and that it is owed to others, who get it
    /// from `again_at` on. The claim ends with it. `false` when it was lost before.
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

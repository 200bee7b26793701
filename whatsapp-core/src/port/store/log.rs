//! The read side of the message log.

use std::collections::BTreeSet;
use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::id::{CustomerId, MessageId};
use crate::message::{Attempt, HeldFor, Message, Status, Trigger, TypeName};

/// What to show of the log. Empty shows everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LogFilter {
    /// Only this status.
    pub status: Option<Status>,
    /// Only this message type.
    pub message_type: Option<TypeName>,
    /// Only this trigger.
    pub trigger: Option<Trigger>,
    /// Only what waits for one of these, also for its next attempt; nothing asked where it is empty. With
    /// [`HeldFor::ALL`] it is all of the phase [`Held`](crate::message::Phase::Held).
    pub held_for: BTreeSet<HeldFor>,
    /// Only this customer.
    pub customer_id: Option<CustomerId>,
    /// Made at or after.
    pub from: Option<DateTime<Utc>>,
    /// Made before.
    pub until: Option<DateTime<Utc>>,
}

/// The order of the log; equal rows follow by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `created_at` of its last row.
    pub created_at: DateTime<Utc>,
    /// `id` of its last row.
    pub id: MessageId,
}

/// A row of the log that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    /// Its id, as it stands there.
    pub id: String,
    /// When it was made, if that can be read.
    pub created_at: Option<DateTime<Utc>>,
    /// The column that holds something unexpected.
    pub column: &'static str,
}

/// One page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The rows.
    pub messages: Vec<Message>,
    /// Rows of this page that cannot be read, because something else than the library changed them.
    /// They count towards the page's limit.
    pub broken: Vec<BrokenRow>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

/// Messages by status, each counted as far as was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusCounts {
    /// `pending`.
    pub pending: u64,
    /// `sent`.
    pub sent: u64,
    /// `failed`, with and without a next attempt.
    pub failed: u64,
    /// `cancelled`.
    pub cancelled: u64,
    /// How many of `failed` will be retried.
    pub retrying: u64,
    /// How many of `pending` and of `retrying` were due and [wait](HeldFor).
    pub held: u64,
}

/// The read side of `whatsapp_message_logs`.
///
/// # Contract
/// Paging is by key: rows that are added meanwhile neither repeat nor hide others.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MessageLog: Debug + Send + Sync + 'static {
    /// The message with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError>;

    /// The messages with these ids, in any order. Ids that are unknown and rows that cannot be read
    /// are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError>;

    /// The attempts of a message, the first one first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError>;

    /// A page of at most `limit` rows (1 to 200) after `after`. A row that cannot be read is shown
    /// as broken, and the others as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<LogPage, StoreError>;

    /// Which of these messages were sent again as new ones, each once and in any order.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError>;

    /// How many messages there are of each status, each counted up to `most`: a count of `most`
    /// stands for that many or more. Counting takes as long as there is to count; `u64::MAX` counts
    /// all there are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError>;
}

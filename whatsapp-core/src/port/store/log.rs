//! The read side of the message log.

mod export;
mod filter;
mod page;
mod tally;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use export::{EXPORT_MAX, ExportPage, ExportRow};
pub use filter::{Attention, AttentionFor, CUSTOMERS_MAX, LogFilter, WALK_ROWS, WALK_TIME};
pub use page::{BrokenRow, Cursor, LogPage, NAMES_MAX, Sort, Turn};
pub use tally::{StatusCounts, Tally};

use super::StoreError;
use super::count::Count;
use crate::audit::AuditEntry;
use crate::id::MessageId;
use crate::message::{Attempt, Message};

/// A message, and the time of its last change when it was read.
pub type SeenMessage = (MessageId, DateTime<Utc>);

/// The read side of `whatsapp_message_logs`.
///
/// # Contract
/// - Paging is by key: rows that are added meanwhile neither repeat nor hide others.
/// - A filter with more than [`CUSTOMERS_MAX`] customers is [`StoreError::Other`].
/// - Where no index answers a filter, a page and a count may stop after [`WALK_ROWS`] rows or
///   [`WALK_TIME`], and say so.
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

    /// The attempts of a message, in the order of their numbers.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError>;

    /// A page of at most `limit` rows (1 to 200). A row that cannot be read is shown as broken, and
    /// the others as they are.
    ///
    /// A page after a place begins with the first row after it. A page before a place ends with the
    /// last row before it, and has its rows in the same order.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Other`] where the filter
    /// does not [check](LogFilter::check), and for a cursor without a status with [`Sort::Status`];
    /// [`StoreError::TooMany`] where the filter shows more messages than [`Sort::Customer`] takes.
    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError>;

    /// Number of messages that a filter shows, counted up to `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Other`] where the filter
    /// does not [check](LogFilter::check).
    async fn count(&self, filter: &LogFilter, most: u64) -> Result<Count, StoreError>;

    /// The newest `most` messages that a filter shows, the newest first, each with the time of its
    /// last change; and whether there are more. The whole log is read where that is needed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Other`] where the filter
    /// does not [check](LogFilter::check).
    async fn ids(
        &self,
        filter: &LogFilter,
        most: u32,
    ) -> Result<(Vec<SeenMessage>, bool), StoreError>;

    /// The newest messages that a filter shows, for an export of the log: after a place, and at
    /// most `limit` of them (1 to [`EXPORT_MAX`]). They have their texts only if `texts` is set.
    /// The whole log is read where that is needed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Other`] where the filter
    /// does not [check](LogFilter::check).
    async fn export(
        &self,
        filter: &LogFilter,
        texts: bool,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<ExportPage, StoreError>;

    /// Records in the audit that somebody exports messages from the log.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Conflict`] where the entry
    /// exists already.
    async fn note_export(&self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Returns those of the given messages that were sent again as new ones, each once and in any
    /// order.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError>;

    /// Returns those of the given failed messages that were put aside in their present state, each
    /// once and in any order.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn aside(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError>;

    /// The messages as which this one was sent again, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn resends_of(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError>;

    /// The message of the newest attempt under this
    /// [key of a number](crate::WhatsAppNumber::variant_key) that began at or after `since`. It is
    /// found also if the message's number was changed later. The search stops where it would have
    /// to skip too many other attempts.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn newest_to(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, StoreError>;

    /// Number of messages of each status, each counted up to `most`: a count of `most` stands for
    /// that many or more. Counting takes as long as there is to count; `u64::MAX` counts all
    /// messages.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError>;

    /// Outcomes of the messages made at or after `from` and before `until`: of the newest `most` of
    /// them.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn tally(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<Tally, StoreError>;
}

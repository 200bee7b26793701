//! The read side of the log: pages by key, along the index of what is asked for.

use async_trait::async_trait;
use whatsapp_core::message::{Attempt, Message, MessageType, Status, Trigger};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError};
use whatsapp_core::{CustomerId, MessageId};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::codec::Reader;
use crate::error::store_error;
use crate::rows;

/// The most rows of a page.
const PAGE_MAX: u32 = 200;

#[async_trait]
impl MessageLog for SqliteStore {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let row = sqlx::query(sql::MESSAGE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.map(|row| rows::message(&row)).transpose()
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        let rows = sqlx::query(sql::ATTEMPTS)
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.iter().map(rows::attempt).collect()
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let between = Between::new(filter, sort, after);
        let rows = sqlx::query(page_statement(filter, sort))
            .bind(filter.customer_id.as_ref().map(CustomerId::as_str))
            .bind(filter.status.map(Status::as_str))
            .bind(filter.message_type.map(MessageType::as_str))
            .bind(filter.trigger.map(Trigger::as_str))
            .bind(between.low.0)
            .bind(between.low.1)
            .bind(between.high.0)
            .bind(between.high.1)
            .bind(limit + 1) // One more row tells whether another page follows.
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        let mut messages: Vec<Message> =
            rows.iter().map(rows::message).collect::<Result<_, _>>()?;
        messages.sort_unstable_by_key(|message| (message.new.created_at, message.new.id));
        if newest_first(sort) {
            messages.reverse();
        }
        let more = messages.len() > limit as usize;
        messages.truncate(limit as usize);
        let next = messages
            .last()
            .filter(|_| more)
            .map(|last| Cursor { created_at: last.new.created_at, id: last.new.id });
        Ok(LogPage { messages, next })
    }

    async fn counts(&self) -> Result<StatusCounts, StoreError> {
        let rows = sqlx::query(sql::COUNTS).fetch_all(&self.readers).await.map_err(store_error)?;
        let mut counts = StatusCounts::default();
        for row in &rows {
            let row = Reader::new(row, "message");
            let count = row.number("messages")?;
            counts.retrying = row.number("retrying")?;
            match row.parsed("status")? {
                Status::Pending => counts.pending = count,
                Status::Sent => counts.sent = count,
                Status::Failed => counts.failed = count,
                Status::Cancelled => counts.cancelled = count,
            }
        }
        Ok(counts)
    }
}

const fn newest_first(sort: Sort) -> bool {
    !matches!(sort, Sort::Oldest)
}

/// The statement that walks along the index of the narrowest thing asked for. Most messages are
/// `sent`, so that status comes after the type.
fn page_statement(filter: &LogFilter, sort: Sort) -> &'static str {
    let (newest, oldest) = match filter {
        LogFilter { customer_id: Some(_), .. } => {
            (sql::BY_CUSTOMER_NEWEST, sql::BY_CUSTOMER_OLDEST)
        }
        LogFilter {
            status: Some(Status::Pending | Status::Failed | Status::Cancelled), ..
        } => (sql::BY_STATUS_NEWEST, sql::BY_STATUS_OLDEST),
        LogFilter { message_type: Some(_), .. } => (sql::BY_TYPE_NEWEST, sql::BY_TYPE_OLDEST),
        LogFilter { trigger: Some(_), .. } => (sql::BY_TRIGGER_NEWEST, sql::BY_TRIGGER_OLDEST),
        LogFilter { status: Some(Status::Sent), .. } => {
            (sql::BY_STATUS_NEWEST, sql::BY_STATUS_OLDEST)
        }
        _ => (sql::BY_TIME_NEWEST, sql::BY_TIME_OLDEST),
    };
    if newest_first(sort) { newest } else { oldest }
}

/// Two points in the order of the log, `created_at` and then id, between which the page lies.
/// The empty id stands before all ids of its instant.
struct Between {
    low: (i64, String),
    high: (i64, String),
}

impl Between {
    fn new(filter: &LogFilter, sort: Sort, after: Option<Cursor>) -> Self {
        let edge = |at| (at, String::new());
        let mut low = edge(filter.from.map_or(i64::MIN, micros));
        let mut high = edge(filter.until.map_or(i64::MAX, micros));
        if let Some(cursor) = after {
            let cursor = (micros(cursor.created_at), cursor.id.to_string());
            if newest_first(sort) {
                high = high.min(cursor);
            } else {
                low = low.max(cursor);
            }
        }
        Self { low, high }
    }
}

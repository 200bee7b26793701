//! The read side of the log: pages by key, along the index of what is asked for.

use async_trait::async_trait;
use sqlx::types::Json;
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError};
use whatsapp_core::{CustomerId, MessageId};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::codec::Reader;
use crate::error::store_error;
use crate::page::{
    Walk, counts, held_for, newest_first, of_type, page, page_rows, readable, triggers, up_to,
};
use crate::rows;

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

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let rows = sqlx::query(sql::MESSAGES)
            .bind(Json(ids))
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        readable(&rows)
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
        let between = Between::new(filter, sort, after);
        let walk = Walk::of(filter);
        let query = sqlx::query(page_statement(walk, sort))
            .bind(filter.customer_id.as_ref().map(CustomerId::as_str))
            .bind(filter.status.map(Status::as_str))
            .bind(of_type(filter))
            .bind(Json(triggers(filter)))
            .bind(between.low.0)
            .bind(between.low.1)
            .bind(between.high.0)
            .bind(between.high.1)
            .bind(page_rows(limit) + 1); // One more row tells whether another page follows.
        let query =
            if walk.asks_what_is_held() { query.bind(held_for(filter).map(Json)) } else { query };
        let rows = query.fetch_all(&self.readers).await.map_err(store_error)?;
        page(&rows, sort, limit)
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let rows = sqlx::query(sql::RESENT)
            .bind(Json(ids))
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.iter().map(|row| Reader::new(row, "message").parsed("resend_of")).collect()
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        let query = sqlx::query(sql::COUNTS).bind(up_to(most));
        counts(&query.fetch_one(&self.readers).await.map_err(store_error)?)
    }
}

const fn page_statement(walk: Walk, sort: Sort) -> &'static str {
    let (newest, oldest) = match walk {
        Walk::Customer => (sql::BY_CUSTOMER_NEWEST, sql::BY_CUSTOMER_OLDEST),
        Walk::Held => (sql::HELD_NEWEST, sql::HELD_OLDEST),
        Walk::Status(..) => (sql::OF_STATUS_NEWEST, sql::OF_STATUS_OLDEST),
        Walk::Type => (sql::OF_TYPE_NEWEST, sql::OF_TYPE_OLDEST),
        Walk::All => (sql::OF_ANY_TYPE_NEWEST, sql::OF_ANY_TYPE_OLDEST),
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

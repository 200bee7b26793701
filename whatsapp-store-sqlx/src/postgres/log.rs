//! The read side of the log: pages by key, along the index of what is asked for.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError};

use super::PostgresStore;
use super::codec::{host_id, uuid};
use super::statements as sql;
use super::work::Who;
use crate::codec::Reader;
use crate::error::store_error;
use crate::page::{
    Walk, counts, held_for, newest_first, of_type, page, page_rows, readable, triggers, up_to,
};
use crate::rows;

#[async_trait]
impl MessageLog for PostgresStore {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(Who::Visitor, move |session| {
            Box::pin(async move {
                let query = session.query(sql::MESSAGE).bind(uuid(id));
                let row =
                    query.fetch_optional(&mut *session.connection).await.map_err(store_error)?;
                row.map(|row| rows::message(&row)).transpose()
            })
        })
        .await
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        self.read(Who::Visitor, move |session| {
            let query = session.query(sql::MESSAGES).bind(ids.clone());
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
                readable(&rows)
            })
        })
        .await
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        self.read(Who::Visitor, move |session| {
            Box::pin(async move {
                let query = session.query(sql::ATTEMPTS).bind(uuid(id));
                let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
                rows.iter().map(rows::attempt).collect()
            })
        })
        .await
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
        let statement = page_statement(walk, sort);
        let customer = filter.customer_id.as_ref().map(|id| host_id(id.as_str()).0);
        let (status, triggers) = (filter.status, triggers(filter));
        let of_type = of_type(filter).map(str::to_owned);
        let held_for = held_for(filter);
        self.read(Who::Visitor, move |session| {
            let (of_type, triggers) = (of_type.clone(), triggers.clone());
            let held_for = held_for.clone();
            Box::pin(async move {
                let query = session
                    .query(statement)
                    .bind(customer)
                    .bind(status.map(Status::as_str))
                    .bind(of_type)
                    .bind(triggers)
                    .bind(between.low.0)
                    .bind(between.low.1)
                    .bind(between.high.0)
                    .bind(between.high.1)
                    // One more row tells whether another page follows.
                    .bind(i64::from(page_rows(limit)) + 1);
                let query = if walk.asks_what_is_held() { query.bind(held_for) } else { query };
                let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
                page(&rows, sort, limit)
            })
        })
        .await
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        self.read(Who::Visitor, move |session| {
            let query = session.query(sql::RESENT).bind(ids.clone());
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
                rows.iter().map(|row| Reader::new(row, "message").parsed("resend_of")).collect()
            })
        })
        .await
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        self.read(Who::Visitor, move |session| {
            Box::pin(async move {
                let query = session.query(sql::COUNTS).bind(up_to(most));
                counts(&query.fetch_one(&mut *session.connection).await.map_err(store_error)?)
            })
        })
        .await
    }
}

/// Where no index of the log leads to a status, the outbox does, or the messages of all statuses:
/// most are sent.
const fn page_statement(walk: Walk, sort: Sort) -> &'static str {
    let (newest, oldest) = match walk {
        Walk::Customer => (sql::BY_CUSTOMER_NEWEST, sql::BY_CUSTOMER_OLDEST),
        Walk::Held => (sql::HELD_NEWEST, sql::HELD_OLDEST),
        Walk::Status(Status::Pending, _) => (sql::BY_OWED_NEWEST, sql::BY_OWED_OLDEST),
        Walk::Status(Status::Failed | Status::Cancelled, true) => {
            (sql::UNSENT_OF_TYPE_NEWEST, sql::UNSENT_OF_TYPE_OLDEST)
        }
        Walk::Status(Status::Failed | Status::Cancelled, false) => {
            (sql::UNSENT_NEWEST, sql::UNSENT_OLDEST)
        }
        Walk::Type | Walk::Status(Status::Sent, true) => (sql::OF_TYPE_NEWEST, sql::OF_TYPE_OLDEST),
        Walk::All | Walk::Status(Status::Sent, false) => {
            (sql::OF_ANY_TYPE_NEWEST, sql::OF_ANY_TYPE_OLDEST)
        }
    };
    if newest_first(sort) { newest } else { oldest }
}

/// Two points in the order of the log, `created_at` and then id, between which the page lies. No
/// instant stands for the end of time on its side; the nil id stands before all ids of its instant.
#[derive(Debug, Clone, Copy)]
struct Between {
    low: (Option<DateTime<Utc>>, Uuid),
    high: (Option<DateTime<Utc>>, Uuid),
}

impl Between {
    fn new(filter: &LogFilter, sort: Sort, after: Option<Cursor>) -> Self {
        let mut low = (filter.from, Uuid::nil());
        let mut high = (filter.until, Uuid::nil());
        if let Some(cursor) = after {
            let cursor = (Some(cursor.created_at), uuid(cursor.id));
            if !newest_first(sort) {
                // No instant is less than any.
                low = low.max(cursor);
            } else if high.0.is_none() || cursor < high {
                high = cursor;
            }
        }
        Self { low, high }
    }
}

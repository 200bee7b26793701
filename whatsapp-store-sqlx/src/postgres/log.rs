//! The read side of the log: pages by key, along the index of the wanted rows.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use whatsapp_core::MessageId;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{
    Count, Cursor, ExportPage, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError,
    Tally, Turn,
};

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, host_id, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::codec::Reader;
use crate::log::{
    Ask, Candidate, Named, PagePlan, Placed, Plain, Point, ReadLog, TakenOut, Words, candidate,
    count, counts, export, ids, named, number, oldest_first, page, placed, readable, resend,
    taken_out, tally, up_to,
};
use crate::rows;

#[async_trait]
impl MessageLog for PostgresStore {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::MESSAGE).bind(uuid(id));
                let row = query.fetch_optional(&mut *session.connection).await?;
                row.map(|row| rows::message(&row)).transpose()
            })
        })
        .await
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        self.read(Pool::Client, move |session| {
            let query = session.query(sql::MESSAGES).bind(ids.clone());
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await?;
                readable(&rows)
            })
        })
        .await
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::ATTEMPTS).bind(uuid(id));
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().map(rows::attempt).collect()
            })
        })
        .await
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        page(self, filter, sort, turn, limit).await
    }

    async fn count(&self, filter: &LogFilter, most: u64) -> Result<Count, StoreError> {
        count(self, filter, most).await
    }

    async fn ids(
        &self,
        filter: &LogFilter,
        most: u32,
    ) -> Result<(Vec<(MessageId, DateTime<Utc>)>, bool), StoreError> {
        ids(self, filter, most).await
    }

    async fn export(
        &self,
        filter: &LogFilter,
        texts: bool,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<ExportPage, StoreError> {
        export(self, filter, texts, after, limit).await
    }

    async fn note_export(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let entry = entry.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { record(&mut session, [&entry]).await })
        })
        .await
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        self.read(Pool::Client, move |session| {
            let query = session.query(sql::RESENT).bind(ids.clone());
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().map(|row| Reader::new(row, "message").parsed("resend_of")).collect()
            })
        })
        .await
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::COUNTS).bind(up_to(most));
                counts(&query.fetch_one(&mut *session.connection).await?)
            })
        })
        .await
    }

    async fn resends_of(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError> {
        let query = move |session: &Session<'_>| session.query(sql::RESENDS_OF).bind(uuid(id));
        self.rows(query, resend).await.map(oldest_first)
    }

    async fn aside(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| uuid(*id)).collect();
        let query = move |session: &Session<'_>| session.query(sql::ASIDE).bind(ids.clone());
        self.rows(query, |row| Reader::new(row, "message put aside").parsed("message_id")).await
    }

    async fn newest_to(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, StoreError> {
        let key = text(number_key).into_owned();
        let query = move |session: &Session<'_>| {
            session.query(sql::NEWEST_TO).bind(key.clone()).bind(since).bind(session.account())
        };
        let found =
            self.rows(query, |row| Reader::new(row, "attempt").parsed("message_id")).await?;
        Ok(found.into_iter().next())
    }

    async fn tally(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<Tally, StoreError> {
        let most = up_to(most);
        self.read(Pool::Client, move |session| {
            let query = session.query(sql::TALLY).bind(from).bind(until).bind(most);
            let query = query.bind(most.saturating_add(1));
            Box::pin(async move { tally(&query.fetch_one(&mut *session.connection).await?) })
        })
        .await
    }
}

#[async_trait]
impl ReadLog for PostgresStore {
    /// No index of the log may contain the status of sent or waiting messages: a send would change
    /// it.
    fn leads(&self, plain: Plain) -> bool {
        !matches!(plain, Plain::Status(Status::Pending | Status::Sent, _))
    }

    async fn plain(&self, plain: Plain, ask: &Ask) -> Result<Vec<Placed>, StoreError> {
        let (statement, ask) = (page_statement(plain, ask.newest_first), ask.clone());
        self.rows(move |session| between(session.query(statement), &ask), placed).await
    }

    async fn plain_count(&self, plain: Plain, ask: &Ask) -> Result<u64, StoreError> {
        let (statement, ask) = (count_statement(plain), ask.clone());
        let counted = self.rows(move |session| between(session.query(statement), &ask), number);
        Ok(counted.await?.into_iter().sum())
    }

    async fn candidates(&self, walk: PagePlan, ask: &Ask) -> Result<Vec<Candidate>, StoreError> {
        let (statement, ask) = (walk_statement(walk, ask.newest_first), ask.clone());
        let query = move |session: &Session<'_>| {
            bind_walk(between(session.query(statement), &ask), ask.words(), session.account())
        };
        self.rows(query, candidate).await
    }

    async fn rows_of(&self, ids: Vec<String>) -> Result<Vec<Placed>, StoreError> {
        let ids = column(&ids, |id| Uuid::parse_str(id).unwrap_or_default());
        self.rows(move |session| session.query(sql::MESSAGES).bind(ids.clone()), placed).await
    }

    async fn names_of(&self, ids: Vec<String>) -> Result<Vec<Named>, StoreError> {
        let ids = column(&ids, |id| Uuid::parse_str(id).unwrap_or_default());
        self.rows(move |session| session.query(sql::NAMES).bind(ids.clone()), named).await
    }

    async fn plain_out(
        &self,
        plain: Plain,
        ask: &Ask,
        texts: bool,
    ) -> Result<Vec<TakenOut>, StoreError> {
        let (statement, ask) = (out_statement(plain), ask.clone());
        let query =
            move |session: &Session<'_>| bind_texts(between(session.query(statement), &ask), texts);
        self.rows(query, taken_out).await
    }

    async fn rows_out(&self, ids: Vec<String>, texts: bool) -> Result<Vec<TakenOut>, StoreError> {
        let ids = column(&ids, |id| Uuid::parse_str(id).unwrap_or_default());
        let query =
            move |session: &Session<'_>| session.query(sql::OUT).bind(ids.clone()).bind(texts);
        self.rows(query, taken_out).await
    }
}

/// Binds the first parameters of a statement: the wanted messages, the range, and the number.
fn between(query: Bound, ask: &Ask) -> Bound {
    let customers: Vec<_> = ask.filter.customers.iter().map(|id| host_id(id.as_str()).0).collect();
    let point = |point: Option<&Point>| {
        let id = point.and_then(|point| Uuid::parse_str(&point.id).ok());
        // The nil id comes before all ids of its instant.
        (point.map(|point| point.at), id.unwrap_or_default())
    };
    let (low, high) = (point(ask.low.as_ref()), point(ask.high.as_ref()));
    bind_page(query, ask.words(), customers, low, high, ask.limit)
}

/// A point as a statement takes it.
type Stored = (Option<DateTime<Utc>>, Uuid);

binds! {
    /// Binds the parameters that every query of the log has.
    fn bind_page(words: Words, customers: Vec<Uuid>, low: Stored, high: Stored, most: u32) as PAGE {
        customer_id "uuid[]" = (!customers.is_empty()).then_some(customers);
        status "text[]" = words.statuses;
        message_type "text" = words.of_type;
        trigger_type "text[]" = words.triggers;
        low_at "timestamptz" = low.0;
        low_id "uuid" = low.1;
        high_at "timestamptz" = high.0;
        high_id "uuid" = high.1;
        most "bigint" = i64::from(most);
    }

    /// Binds what a walk checks besides.
    fn bind_walk(words: Words, account: i16) as WALK {
        held_for "text[]" = words.held_for;
        delivery "text[]" = words.deliveries;
        spelling "text[]" =
            words.spellings.map(|all| column(&all, |one| text(one).into_owned()));
        key_prefix "text" = words.key_prefix.map(|key| text(&key).into_owned());
        needs "text[]" = words.needs;
        failed_since "timestamptz" = words.failed_since;
        silent_before "timestamptz" = words.silent_before;
        account_id "smallint" = account;
        outcome "text[]" = words.outcomes;
    }

    /// Binds whether an export has the texts.
    fn bind_texts(texts: bool) as TEXTS {
        texts "boolean" = texts;
    }
}

const fn page_statement(plain: Plain, newest_first: bool) -> &'static str {
    let (newest, oldest) = match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => {
            (sql::UNSENT_OF_TYPE_NEWEST, sql::UNSENT_OF_TYPE_OLDEST)
        }
        Plain::Status(Status::Failed | Status::Cancelled, false) => {
            (sql::UNSENT_NEWEST, sql::UNSENT_OLDEST)
        }
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => {
            (sql::OF_TYPE_NEWEST, sql::OF_TYPE_OLDEST)
        }
        Plain::All | Plain::Status(Status::Sent | Status::Pending, false) => {
            (sql::OF_ANY_TYPE_NEWEST, sql::OF_ANY_TYPE_OLDEST)
        }
    };
    if newest_first { newest } else { oldest }
}

const fn out_statement(plain: Plain) -> &'static str {
    match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => sql::OUT_UNSENT_OF_TYPE,
        Plain::Status(Status::Failed | Status::Cancelled, false) => sql::OUT_UNSENT,
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => sql::OUT_OF_TYPE,
        Plain::All | Plain::Status(Status::Sent | Status::Pending, false) => sql::OUT_OF_ANY_TYPE,
    }
}

const fn count_statement(plain: Plain) -> &'static str {
    match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => sql::COUNT_UNSENT_OF_TYPE,
        Plain::Status(Status::Failed | Status::Cancelled, false) => sql::COUNT_UNSENT,
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => sql::COUNT_OF_TYPE,
        Plain::All | Plain::Status(Status::Sent | Status::Pending, false) => sql::COUNT_OF_ANY_TYPE,
    }
}

const fn walk_statement(walk: PagePlan, newest_first: bool) -> &'static str {
    let (newest, oldest) = match walk {
        PagePlan::Customers => (sql::WALK_CUSTOMERS_NEWEST, sql::WALK_CUSTOMERS_OLDEST),
        PagePlan::About => (sql::GATHER_ABOUT, sql::GATHER_ABOUT),
        PagePlan::Keys => (sql::GATHER_KEYS, sql::GATHER_KEYS),
        PagePlan::Watched => (sql::GATHER_WATCHED, sql::GATHER_WATCHED),
        PagePlan::Retrying => (sql::GATHER_RETRYING, sql::GATHER_RETRYING),
        PagePlan::Held => (sql::WALK_REASONS_NEWEST, sql::WALK_REASONS_OLDEST),
        PagePlan::Along(Plain::Status(Status::Pending, _)) => {
            (sql::WALK_OWED_NEWEST, sql::WALK_OWED_OLDEST)
        }
        PagePlan::Along(Plain::Status(Status::Failed | Status::Cancelled, true)) => {
            (sql::WALK_UNSENT_OF_TYPE_NEWEST, sql::WALK_UNSENT_OF_TYPE_OLDEST)
        }
        PagePlan::Along(Plain::Status(Status::Failed | Status::Cancelled, false)) => {
            (sql::WALK_UNSENT_NEWEST, sql::WALK_UNSENT_OLDEST)
        }
        PagePlan::Along(Plain::Type) => (sql::WALK_TYPE_NEWEST, sql::WALK_TYPE_OLDEST),
        PagePlan::Along(Plain::All | Plain::Status(Status::Sent, _)) => {
            (sql::WALK_ANY_TYPE_NEWEST, sql::WALK_ANY_TYPE_OLDEST)
        }
    };
    if newest_first { newest } else { oldest }
}

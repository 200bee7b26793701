//! The read side of the log: pages by key, along the index of the wanted rows.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{
    Count, Cursor, ExportPage, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError,
    Tally, Turn,
};
use whatsapp_core::{AccountId, MessageId};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::statements as sql;
use super::work::Bound;
use crate::binds::binds;
use crate::codec::Reader;
use crate::log::{
    Ask, Candidate, Named, PagePlan, Placed, Plain, Point, ReadLog, TakenOut, Words, candidate,
    count, counts, export, ids, named, number, oldest_first, page, placed, readable, resend,
    taken_out, tally, up_to,
};
use crate::rows;

#[async_trait]
impl MessageLog for SqliteStore {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let row =
            sql::query(sql::MESSAGE).bind(id.to_string()).fetch_optional(&self.readers).await?;
        row.map(|row| rows::message(&row)).transpose()
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let rows = sql::query(sql::MESSAGES).bind(Json(ids)).fetch_all(&self.readers).await?;
        readable(&rows)
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        let rows = sql::query(sql::ATTEMPTS).bind(id.to_string()).fetch_all(&self.readers).await?;
        rows.iter().map(rows::attempt).collect()
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
        self.write(move |connection| Box::pin(async move { record(connection, [&entry]).await }))
            .await
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let rows = sql::query(sql::RESENT).bind(Json(ids)).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Reader::new(row, "message").parsed("resend_of")).collect()
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        let query = sql::query(sql::COUNTS).bind(up_to(most));
        counts(&query.fetch_one(&self.readers).await?)
    }

    async fn resends_of(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError> {
        let query = sql::query(sql::RESENDS_OF).bind(id.to_string());
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(resend).collect::<Result<_, _>>().map(oldest_first)
    }

    async fn aside(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let query = sql::query(sql::ASIDE).bind(array(ids)?);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Reader::new(row, "message put aside").parsed("message_id")).collect()
    }

    async fn newest_to(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, StoreError> {
        let query = sql::query(sql::NEWEST_TO).bind(number_key).bind(micros(since));
        let row = query.bind(self.account.get()).fetch_optional(&self.readers).await;
        let row = row?;
        row.map(|row| Reader::new(&row, "attempt").parsed("message_id")).transpose()
    }

    async fn tally(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<Tally, StoreError> {
        let most = up_to(most);
        let query = sql::query(sql::TALLY)
            .bind(micros(from))
            .bind(micros(until))
            .bind(most)
            .bind(most.saturating_add(1));
        tally(&query.fetch_one(&self.readers).await?)
    }
}

#[async_trait]
impl ReadLog for SqliteStore {
    /// No index leads to the waiting or sent messages of one type: each send would write it.
    fn leads(&self, plain: Plain) -> bool {
        !matches!(plain, Plain::Status(Status::Pending | Status::Sent, true))
    }

    async fn plain(&self, plain: Plain, ask: &Ask) -> Result<Vec<Placed>, StoreError> {
        let query = between(page_statement(plain, ask.newest_first), ask);
        query.fetch_each(&self.readers, placed).await
    }

    async fn plain_count(&self, plain: Plain, ask: &Ask) -> Result<u64, StoreError> {
        let query = between(count_statement(plain), ask);
        number(&query.fetch_one(&self.readers).await?)
    }

    async fn candidates(&self, walk: PagePlan, ask: &Ask) -> Result<Vec<Candidate>, StoreError> {
        let query = between(walk_statement(walk, ask.newest_first), ask);
        let query = bind_walk(query, ask.words(), self.account);
        query.fetch_each(&self.readers, candidate).await
    }

    async fn rows_of(&self, ids: Vec<String>) -> Result<Vec<Placed>, StoreError> {
        let query = sql::query(sql::MESSAGES).bind(Json(ids));
        query.fetch_each(&self.readers, placed).await
    }

    async fn names_of(&self, ids: Vec<String>) -> Result<Vec<Named>, StoreError> {
        let query = sql::query(sql::NAMES).bind(Json(ids));
        query.fetch_each(&self.readers, named).await
    }

    async fn plain_out(
        &self,
        plain: Plain,
        ask: &Ask,
        texts: bool,
    ) -> Result<Vec<TakenOut>, StoreError> {
        let query = bind_texts(between(out_statement(plain), ask), texts);
        query.fetch_each(&self.readers, taken_out).await
    }

    async fn rows_out(&self, ids: Vec<String>, texts: bool) -> Result<Vec<TakenOut>, StoreError> {
        let query = sql::query(sql::OUT).bind(Json(ids)).bind(texts);
        query.fetch_each(&self.readers, taken_out).await
    }
}

/// A statement with its first parameters: the wanted messages, the range, and the number.
fn between(statement: &'static str, ask: &Ask) -> Bound {
    let customers: Vec<_> = ask.filter.customers.iter().map(|id| id.as_str().to_owned()).collect();
    // The empty id comes before all ids of its instant.
    let point = |point: Option<&Point>, end: i64| {
        point.map_or((end, String::new()), |point| (micros(point.at), point.id.clone()))
    };
    let low = point(ask.low.as_ref(), i64::MIN);
    let high = point(ask.high.as_ref(), i64::MAX);
    bind_page(sql::query(statement), ask.words(), customers, low, high, ask.limit)
}

/// A point as a statement takes it.
type Stored = (i64, String);

binds! {
    /// Binds the parameters that every query of the log has.
    fn bind_page(
        words: Words,
        customers: Vec<String>,
        low: Stored,
        high: Stored,
        most: u32,
    ) as PAGE {
        customer_id = (!customers.is_empty()).then_some(Json(customers));
        status = words.statuses.map(Json);
        message_type = words.of_type;
        trigger_type = Json(words.triggers);
        low_at = low.0;
        low_id = low.1;
        high_at = high.0;
        high_id = high.1;
        most = most;
    }

    /// Binds what a walk checks besides.
    fn bind_walk(words: Words, account: AccountId) as WALK {
        held_for = words.held_for.map(Json);
        delivery = words.deliveries.map(Json);
        spelling = words.spellings.map(Json);
        key_prefix = words.key_prefix;
        needs = words.needs.map(Json);
        failed_since = words.failed_since.map(micros);
        silent_before = words.silent_before.map(micros);
        account_id = account.get();
        outcome = words.outcomes.map(Json);
    }

    /// Binds whether an export has the texts.
    fn bind_texts(texts: bool) as TEXTS {
        texts = texts;
    }
}

const fn page_statement(plain: Plain, newest_first: bool) -> &'static str {
    let (newest, oldest) = match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => {
            (sql::UNSENT_OF_TYPE_NEWEST, sql::UNSENT_OF_TYPE_OLDEST)
        }
        Plain::Status(_, false) => (sql::OF_STATUS_NEWEST, sql::OF_STATUS_OLDEST),
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => {
            (sql::OF_TYPE_NEWEST, sql::OF_TYPE_OLDEST)
        }
        Plain::All => (sql::OF_ANY_TYPE_NEWEST, sql::OF_ANY_TYPE_OLDEST),
    };
    if newest_first { newest } else { oldest }
}

const fn out_statement(plain: Plain) -> &'static str {
    match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => sql::OUT_UNSENT_OF_TYPE,
        Plain::Status(_, false) => sql::OUT_OF_STATUS,
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => sql::OUT_OF_TYPE,
        Plain::All => sql::OUT_OF_ANY_TYPE,
    }
}

const fn count_statement(plain: Plain) -> &'static str {
    match plain {
        Plain::Status(Status::Failed | Status::Cancelled, true) => sql::COUNT_UNSENT_OF_TYPE,
        Plain::Status(_, false) => sql::COUNT_OF_STATUS,
        Plain::Type | Plain::Status(Status::Sent | Status::Pending, true) => sql::COUNT_OF_TYPE,
        Plain::All => sql::COUNT_OF_ANY_TYPE,
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
        PagePlan::Along(Plain::Status(Status::Failed | Status::Cancelled, true)) => {
            (sql::WALK_UNSENT_OF_TYPE_NEWEST, sql::WALK_UNSENT_OF_TYPE_OLDEST)
        }
        PagePlan::Along(Plain::Status(_, false)) => {
            (sql::WALK_STATUS_NEWEST, sql::WALK_STATUS_OLDEST)
        }
        PagePlan::Along(Plain::Type | Plain::Status(Status::Sent | Status::Pending, true)) => {
            (sql::WALK_TYPE_NEWEST, sql::WALK_TYPE_OLDEST)
        }
        PagePlan::Along(Plain::All) => (sql::WALK_ANY_TYPE_NEWEST, sql::WALK_ANY_TYPE_OLDEST),
    };
    if newest_first { newest } else { oldest }
}

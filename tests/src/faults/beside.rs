//! A way into the database past the store. The checker reads through it, the witness asks through
//! it, and some mutants write through it. Statements are the same on both databases unless ids or
//! instants are written.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{FromRow, query, query_as, query_scalar};
use whatsapp_core::MessageId;
use whatsapp_core::message::Failure;
use whatsapp_core::port::Lease;
use whatsapp_core::time::Elapsed;

use super::database::Database;

/// Name under which the harness connects to Postgres. Sessions with any other name are watched.
const HARNESS: &str = "fault-harness";

/// Name of the library's own connections.
const LIBRARY: &str = "whatsapp";

/// Timeout for a connection: no longer than a server takes to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// One connection of the harness. Clones share it.
#[derive(Debug, Clone)]
pub enum Beside {
    /// A connection to a SQLite file.
    Sqlite(SqlitePool),
    /// A connection to a Postgres database.
    Postgres(PgPool),
}

/// Does the same work on either database.
macro_rules! on {
    ($beside:expr, $pool:ident => $work:expr) => {
        match $beside {
            Beside::Sqlite($pool) => $work,
            Beside::Postgres($pool) => $work,
        }
    };
}

/// A message as the checker sees it.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) number: Option<String>,
    pub(super) status: String,
    pub(super) failure_kind: Option<String>,
    pub(super) retrying: bool,
    pub(super) notices: i64,
    pub(super) open: i64,
    pub(super) attempts: i64,
    pub(super) highest: i64,
    pub(super) acknowledged: bool,
    pub(super) refused: i64,
}

/// An attempt, for the reader of the findings.
#[derive(Debug, Clone, PartialEq, Eq, FromRow, Serialize)]
pub struct Attempted {
    no: i64,
    outcome: Option<String>,
    http_status: Option<i64>,
    detail: Option<String>,
}

/// A session that does nothing while its transaction is open: its process id, and since when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(super) struct Idle {
    pid: i32,
    since: DateTime<Utc>,
}

const ROWS: &str = "SELECT CAST(l.id AS TEXT) AS id, l.message_content AS text, \
     l.whatsapp_number AS number, l.status, \
     l.failure_kind, l.next_attempt_at IS NOT NULL AS retrying, \
     (SELECT count(*) FROM whatsapp_notices AS n WHERE n.message_id = l.id) AS notices, \
     (SELECT count(*) FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id AND a.outcome IS NULL) AS open, \
     (SELECT count(*) FROM whatsapp_message_attempts AS a WHERE a.message_id = l.id) AS attempts, \
     (SELECT CAST(coalesce(max(a.no), 0) AS BIGINT) FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id) AS highest, \
     EXISTS (SELECT 1 FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id AND a.outcome = 'accepted') AS acknowledged, \
     (SELECT count(*) FROM whatsapp_message_attempts AS a \
      WHERE a.message_id = l.id AND a.outcome = 'rejected') AS refused \
     FROM whatsapp_message_logs AS l ORDER BY l.id";

const LEDGER: &str = "SELECT CAST(no AS BIGINT) AS no, outcome, \
     CAST(http_status AS BIGINT) AS http_status, detail \
     FROM whatsapp_message_attempts WHERE CAST(message_id AS TEXT) = $1 ORDER BY no";

const ATTEMPTS: &str = "SELECT count(*) FROM whatsapp_message_attempts AS a \
     JOIN whatsapp_message_logs AS l ON l.id = a.message_id WHERE l.message_content = $1";

const IDLE: &str = "SELECT pid, state_change AS since FROM pg_stat_activity \
     WHERE datname = current_database() AND state LIKE 'idle in transaction%' \
     AND application_name <> 'fault-harness'";

const HOLDER: &str = "SELECT CAST(lease_token AS TEXT) FROM whatsapp_outbox \
     WHERE CAST(message_id AS TEXT) = $1";

const UNCOUNT: &str =
    "UPDATE whatsapp_outbox SET posts = posts - 1 WHERE CAST(message_id AS TEXT) = $1";

/// Takes back a notice.
const FORGET_NOTICE: &str = "DELETE FROM whatsapp_notices WHERE CAST(message_id AS TEXT) = $1";

/// Closes the open attempts of messages whose lease ran out, as if nothing had been sent.
const FORGET: &str = "INSERT INTO whatsapp_attempts_ended \
     (message_id, no, account_id, gateway_host, finished_at, outcome) \
     SELECT message_id, no, account_id, gateway_host, $1, 'not_sent' FROM whatsapp_message_attempts \
     WHERE outcome IS NULL \
     AND message_id IN (SELECT message_id FROM whatsapp_outbox WHERE lease_until <= $1)";
const DUE_AGAIN: &str = "UPDATE whatsapp_outbox SET step = 'send', open_since = NULL \
     WHERE lease_until <= $1 AND open_since IS NOT NULL";

impl Beside {
    /// Makes a connection that opens when it is first used.
    ///
    /// # Errors
    /// Returns an error if the address of a server cannot be read.
    pub fn new(database: &Database) -> Result<Self> {
        Self::named(database, HARNESS)
    }

    /// Makes the same connection under the name of the library's own: for mutants.
    pub(super) fn disguised(database: &Database) -> Result<Self> {
        Self::named(database, LIBRARY)
    }

    fn named(database: &Database, name: &str) -> Result<Self> {
        Ok(match database {
            Database::Sqlite(file) => {
                let options = SqliteConnectOptions::new().filename(file).busy_timeout(PATIENCE);
                let pool = SqlitePoolOptions::new().max_connections(1);
                Self::Sqlite(pool.connect_lazy_with(options))
            }
            Database::Postgres(url) => {
                let options: PgConnectOptions = url.parse().context("not an address")?;
                let options = options.application_name(name);
                let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
                Self::Postgres(pool.connect_lazy_with(options))
            }
        })
    }

    pub(super) async fn close(&self) {
        on!(self, pool => pool.close().await);
    }

    /// Reads every message.
    pub(super) async fn rows(&self) -> Result<Vec<Row>, sqlx::Error> {
        on!(self, pool => query_as(ROWS).fetch_all(pool).await)
    }

    /// Reads the attempts of one message, in their order.
    pub(super) async fn ledger(&self, id: &str) -> Result<Vec<Attempted>, sqlx::Error> {
        on!(self, pool => query_as(LEDGER).bind(id).fetch_all(pool).await)
    }

    /// Counts the attempts in the ledger for the message with this text.
    pub(super) async fn attempts(&self, text: &str) -> Result<i64, sqlx::Error> {
        on!(self, pool => query_scalar(ATTEMPTS).bind(text).fetch_one(pool).await)
    }

    /// Returns the answer of SQLite's integrity check, which is `ok` for a sound file. `None` on
    /// Postgres, which has no such check.
    pub(super) async fn integrity(&self) -> Result<Option<String>, sqlx::Error> {
        let Self::Sqlite(pool) = self else { return Ok(None) };
        let lines: Vec<String> = query_scalar("PRAGMA integrity_check").fetch_all(pool).await?;
        Ok(Some(lines.join("; ")))
    }

    /// Returns the workers' sessions that are idle in a transaction at this moment. SQLite does not
    /// tell.
    pub(super) async fn idle_in_transaction(&self) -> Result<BTreeSet<Idle>, sqlx::Error> {
        let Self::Postgres(pool) = self else { return Ok(BTreeSet::new()) };
        Ok(query_as(IDLE).fetch_all(pool).await?.into_iter().collect())
    }

    /// Returns the lease token that a message is under. `None` if the message is not in the outbox,
    /// `Some(None)` if nobody holds it.
    pub(super) async fn holder(
        &self,
        lease: &Lease,
    ) -> Result<Option<Option<String>>, sqlx::Error> {
        let id = lease.message_id.to_string();
        on!(self, pool => query_scalar(HOLDER).bind(id).fetch_optional(pool).await)
    }

    /// Puts a message that nobody holds under this lease.
    pub(super) async fn seize(
        &self,
        lease: &Lease,
        until: DateTime<Utc>,
        ends: Option<Elapsed>,
    ) -> Result<(), sqlx::Error> {
        let (base, ends) = (ends.map(|ends| ends.base.to_i64()), ends.map(|ends| ends.micros));
        let (id, token) = (lease.message_id.to_string(), lease.token.to_string());
        match self {
            Self::Sqlite(pool) => {
                let seize = "UPDATE whatsapp_outbox SET lease_token = $1, lease_until = $2, \
                     lease_base = $4, lease_ends = $5 WHERE message_id = $3 AND lease_token IS NULL";
                let seize = query(seize).bind(token).bind(until.timestamp_micros()).bind(id);
                seize.bind(base).bind(ends).execute(pool).await?;
            }
            Self::Postgres(pool) => {
                let seize = "UPDATE whatsapp_outbox SET lease_token = $1::uuid, lease_until = $2, \
                     lease_base = $4, lease_ends = $5 WHERE message_id = $3::uuid AND lease_token IS NULL";
                let seize = query(seize).bind(token).bind(until).bind(id);
                seize.bind(base).bind(ends).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// Lowers the count of a message's POSTs by one.
    pub(super) async fn uncount(&self, lease: &Lease) -> Result<(), sqlx::Error> {
        let id = lease.message_id.to_string();
        on!(self, pool => query(UNCOUNT).bind(id).execute(pool).await.map(drop))
    }

    /// Makes messages whose worker died due again, as if that worker had sent nothing.
    pub(super) async fn forget_open_attempts(&self, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        for statement in [FORGET, DUE_AGAIN] {
            match self {
                Self::Sqlite(pool) => {
                    query(statement).bind(now.timestamp_micros()).execute(pool).await.map(drop)?;
                }
                Self::Postgres(pool) => {
                    query(statement).bind(now).execute(pool).await.map(drop)?;
                }
            }
        }
        Ok(())
    }

    /// Takes back the notice of a message, if it has one.
    pub(super) async fn forget_notice(&self, id: MessageId) -> Result<(), sqlx::Error> {
        let id = id.to_string();
        on!(self, pool => query(FORGET_NOTICE).bind(id).execute(pool).await.map(drop))
    }

    /// Writes the notice of a message that failed.
    pub(super) async fn notify(
        &self,
        id: MessageId,
        failure: &Failure,
        at: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let id = id.to_string();
        let (kind, cause) = (failure.kind.as_str(), failure.cause.as_str());
        let reason = failure.reason.as_str();
        match self {
            Self::Sqlite(pool) => {
                let notice = "INSERT INTO whatsapp_notices \
                     (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count) \
                     VALUES ($1, $2, $3, $4, $5, 0)";
                let notice = query(notice).bind(id).bind(at.timestamp_micros());
                notice.bind(kind).bind(cause).bind(reason).execute(pool).await?;
            }
            Self::Postgres(pool) => {
                let notice = "INSERT INTO whatsapp_notices \
                     (message_id, created_at, failure_kind, failure_cause, failure_reason, retry_count) \
                     VALUES ($1::uuid, $2, $3, $4, $5, 0)";
                let notice = query(notice).bind(id).bind(at);
                notice.bind(kind).bind(cause).bind(reason).execute(pool).await?;
            }
        }
        Ok(())
    }
}

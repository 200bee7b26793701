//! The rows that a migration finds, and the check that it carried them over.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{Clock as _, Collect, LogFilter, Sort, Store, Turn, random};
use whatsapp_core::{DigestId, Dispatcher, LeaseToken, Ports};
use whatsapp_testkit::fixtures::{START, greeting, refused_message};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport, SeededEntropy};

use super::version::Opening;
use crate::faults::database::Database;
use crate::points::number;

/// State of the database before the library: the host's own tables, with rows in them.
const HOST: &[&str] = &[
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO customers VALUES (1, 'Asha Traders')",
    "CREATE TABLE invoice_configurations (config_key VARCHAR(100) PRIMARY KEY, \
     config_value TEXT, config_type VARCHAR(20), description TEXT)",
    "INSERT INTO invoice_configurations (config_key, config_value) VALUES \
     ('currency', 'INR'), ('whatsapp_retry_max', '2')",
];

/// Counts the settings: the host's row, and the library's beside it, of which one was there
/// already. The next statement counts the files that were applied.
const SETTINGS: &str = "SELECT count(*) FROM invoice_configurations";
const APPLIED: &str = "SELECT count(*) FROM whatsapp_migrations WHERE version < 1000";

/// Counts, in the second version, the rows whose new column does not agree with their other rows.
const WRONG: &str = "
    SELECT
        (SELECT count(*) FROM whatsapp_message_logs AS l WHERE l.attempts_made <> (
            SELECT count(*) FROM whatsapp_message_attempts AS a WHERE a.message_id = l.id
        )) + (SELECT count(*) FROM whatsapp_digests AS d WHERE d.notices_held <> (
            SELECT count(*) FROM whatsapp_notices AS n WHERE n.digest_id = d.id
        ))";

/// Adds up the new columns of the second version.
const CARRIED: &str = "
    SELECT (SELECT sum(attempts_made) FROM whatsapp_message_logs)
        + (SELECT sum(notices_held) FROM whatsapp_digests)";

/// Describes the tables of the database.
const SQLITE_SHAPE: &str = "
    SELECT group_concat(name || ' ' || coalesce(sql, ''), '; ')
    FROM (SELECT name, sql FROM sqlite_master ORDER BY name)";
const POSTGRES_SHAPE: &str = "
    SELECT string_agg(part, '; ' ORDER BY part)
    FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS parts (part)";

/// Messages of a database, with their attempts.
type Rows = Vec<(Message, Vec<Attempt>)>;

/// State of a database before a migration.
#[derive(Debug, PartialEq)]
pub(super) struct Before {
    shape: String,
    rows: Rows,
}

impl Before {
    /// Prepares a database for a migration to `version`: with the host's rows, and for a later
    /// version with those of the one before.
    pub(super) async fn of(database: &Database, version: usize) -> Result<Self> {
        host(database).await?;
        let mut rows = Vec::new();
        if version > 1 {
            let opened = Opening::of(version - 1).open(database, false).await?;
            let store = opened.ports();
            fill(&store).await?;
            rows = self::rows(&store).await?;
            opened.close().await;
            ensure!(rows.len() == 3, "{} messages", rows.len());
        }
        Ok(Self { shape: shape(database).await?, rows })
    }

    /// Checks that the database is as it was.
    pub(super) async fn unchanged(&self, database: &Database) -> Result<()> {
        ensure!(self.shape == shape(database).await?, "the database is half migrated");
        Ok(())
    }

    /// Checks that this version of the library finds everything, and works.
    pub(super) async fn carried(&self, database: &Database, version: usize) -> Result<()> {
        let opened = Opening::of(version).open(database, false).await?;
        let store = opened.ports();
        let rows = rows(&store).await;
        opened.close().await;
        ensure!(self.rows == rows?, "the messages are not what they were");
        let settings = i64::try_from(whatsapp_core::settings::SETTINGS.len())? + 1;
        let found = number(database, SETTINGS).await?;
        ensure!(found == settings, "{found} settings, and not {settings}");
        let applied = number(database, APPLIED).await?;
        ensure!(applied == i64::try_from(version)?, "{applied} files were applied");
        if version > 1 {
            ensure!(number(database, WRONG).await? == 0, "a new column has wrong values");
            // The sum of one attempt of a message that was sent, and one notice.
            ensure!(number(database, CARRIED).await? == 2, "a new column is empty");
        }
        works(database, version).await
    }
}

/// Opens the store and sends all that waits and one message more; then opens it once more.
pub(super) async fn works(database: &Database, version: usize) -> Result<()> {
    let opened = Opening::of(version).open(database, false).await?;
    let store = opened.ports();
    let message = greeting(10 + u64::try_from(version)?, START);
    store.enqueue(std::slice::from_ref(&message)).await?;
    send(&store).await?;
    opened.close().await;
    let opened = Opening::of(version).open(database, false).await?;
    let read = opened.ports().message(message.facts.id).await?.context("a message is gone")?;
    let left = opened.ports().counts(9).await?.pending;
    opened.close().await;
    let status = read.state.status;
    ensure!((status, left) == (Status::Sent, 0), "it is {status}, and {left} messages wait");
    Ok(())
}

/// Makes a message that was sent, one that waits, and one that failed with a notice in a digest.
async fn fill(store: &Arc<dyn Store>) -> Result<()> {
    store.enqueue(&[greeting(2, START)]).await?;
    send(store).await?;
    store.enqueue(&[greeting(3, START), refused_message(4, START)]).await?;
    let entropy = SeededEntropy::new(5);
    let collect = Collect {
        id: DigestId::new(START, random(&entropy)),
        token: LeaseToken::new(START, random(&entropy)),
        now: START,
        lease: TimeDelta::minutes(2),
        newest_known: None,
        may_start: true,
    };
    store.collect(&collect).await?.context("nothing is to be told")?;
    Ok(())
}

/// Sends all that is due.
async fn send(store: &Arc<dyn Store>) -> Result<()> {
    let clock = ManualClock::starting_at(START);
    let ports = Ports::new(Arc::clone(store), Arc::new(FixedDirectory::default()))
        .with_transport(Arc::new(ScriptedTransport::new()))
        .with_clock(Arc::new(clock.clone()));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    Dispatcher::new(ports)?.with_options(options).tick(clock.now()).await?;
    Ok(())
}

async fn rows(store: &Arc<dyn Store>) -> Result<Rows> {
    let page = store.page(&LogFilter::default(), Sort::Oldest, Turn::First, 9).await?;
    ensure!(page.broken.is_empty(), "a row cannot be read");
    let mut rows = Vec::new();
    for message in page.messages {
        let attempts = store.attempts(message.facts.id).await?;
        rows.push((message, attempts));
    }
    Ok(rows)
}

/// Makes the host's tables.
async fn host(database: &Database) -> Result<()> {
    match database {
        Database::Sqlite(file) => {
            let options =
                sqlx::sqlite::SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let mut connection = SqliteConnection::connect_with(&options).await?;
            for statement in HOST {
                connection.execute(*statement).await?;
            }
            connection.close().await?;
        }
        Database::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await?;
            for statement in HOST {
                connection.execute(*statement).await?;
            }
            connection.close().await?;
        }
    }
    Ok(())
}

async fn shape(database: &Database) -> Result<String> {
    Ok(match database {
        Database::Sqlite(file) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
            let mut connection = SqliteConnection::connect_with(&options).await?;
            let shape = sqlx::query_scalar(SQLITE_SHAPE).fetch_one(&mut connection).await?;
            connection.close().await?;
            shape
        }
        Database::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await?;
            let shape = sqlx::query_scalar(POSTGRES_SHAPE).fetch_one(&mut connection).await?;
            connection.close().await?;
            shape
        }
    })
}

//! T16: migrations that are killed, that meet each other, and that meet what a newer version left.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use sqlx::{Connection as _, Executor as _, SqlSafeStr as _};
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::message::Status;
use whatsapp_core::port::{Clock as _, LogFilter, Sort, Store};
use whatsapp_core::{Dispatcher, Ports};
use whatsapp_testdb::Pooler;
use whatsapp_testkit::fixtures::{START, greeting};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport};

use super::child::{Report, Role, Running, Spec, die};
use super::{Line, Trial, number};
use crate::faults::database::{Database, Home, Kind};

/// Processes that open a new database at once.
const AT_ONCE: usize = 4;

/// All migrations of a database, one after the other.
macro_rules! migrations {
    ($database:literal) => {
        concat!(
            include_str!(concat!(
                "../../../whatsapp-store-sqlx/migrations/",
                $database,
                "/0001_tables.sql"
            )),
            include_str!(concat!(
                "../../../whatsapp-store-sqlx/migrations/",
                $database,
                "/0002_attachments.sql"
            )),
            include_str!(concat!(
                "../../../whatsapp-store-sqlx/migrations/",
                $database,
                "/0003_pages.sql"
            )),
            include_str!(concat!(
                "../../../whatsapp-store-sqlx/migrations/",
                $database,
                "/0004_world.sql"
            )),
        )
    };
}

const SQLITE: &str = migrations!("sqlite");
const POSTGRES: &str = migrations!("postgres");

/// How many they are.
const COUNT: i64 = 4;

/// What the second one adds, taken away again.
const WITHOUT_ATTACHMENTS: &[&str] = &[
    "ALTER TABLE whatsapp_message_logs DROP COLUMN attachment_until",
    "ALTER TABLE whatsapp_message_logs DROP COLUMN part",
    "ALTER TABLE whatsapp_message_attempts DROP COLUMN part",
    "ALTER TABLE whatsapp_message_attempts DROP COLUMN fetched_at",
    "ALTER TABLE whatsapp_message_attempts DROP COLUMN fetched_bytes",
    "DELETE FROM whatsapp_migrations WHERE version = 2",
];

/// What the third one changes, as it was before, on either database.
const WITHOUT_PAGES: &[&str] = &[
    "DROP INDEX idx_whatsapp_logs_status",
    "CREATE INDEX idx_whatsapp_logs_status ON whatsapp_message_logs (status, created_at, id)",
    "DROP INDEX idx_whatsapp_logs_type",
    "CREATE INDEX idx_whatsapp_logs_type ON whatsapp_message_logs (message_type, created_at, id)",
    "CREATE INDEX idx_whatsapp_logs_trigger ON whatsapp_message_logs (trigger_type, created_at, id)",
    "CREATE INDEX idx_whatsapp_logs_created ON whatsapp_message_logs (created_at, id)",
    "DELETE FROM whatsapp_migrations WHERE version = 3",
];

/// And on Postgres alone.
const WITHOUT_PAGES_ON_POSTGRES: &[&str] = &[
    "DROP TRIGGER whatsapp_logs_deleted ON whatsapp_message_logs",
    "DROP TRIGGER whatsapp_logs_truncated ON whatsapp_message_logs",
    "DROP FUNCTION whatsapp_forget_messages()",
    "DROP TRIGGER whatsapp_outbox_dated ON whatsapp_outbox",
    "DROP FUNCTION whatsapp_date_owed()",
    "ALTER TABLE whatsapp_message_logs DROP COLUMN unsent",
    "ALTER TABLE whatsapp_outbox DROP COLUMN created_at",
    "DROP INDEX idx_whatsapp_attempts_day",
    "CREATE INDEX idx_whatsapp_attempts_number \
     ON whatsapp_message_attempts (whatsapp_number, started_at)",
    "ALTER TABLE whatsapp_outbox ADD FOREIGN KEY (message_id) \
     REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE",
    "ALTER TABLE whatsapp_message_attempts ADD FOREIGN KEY (message_id) \
     REFERENCES whatsapp_message_logs (id) ON DELETE CASCADE",
];

/// What is there before the library: the host's own tables, with rows in them.
const HOST: &[&str] = &[
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO customers VALUES (1, 'Asha Traders')",
    "CREATE TABLE invoice_configurations (config_key VARCHAR(100) PRIMARY KEY, \
     config_value TEXT, config_type VARCHAR(20), description TEXT)",
    "INSERT INTO invoice_configurations (config_key, config_value) VALUES \
     ('currency', 'INR'), ('whatsapp_retry_max', '2')",
];

const LEFT: &str = "SELECT count(*) FROM invoice_configurations";
const APPLIED: &str = "SELECT count(*) FROM whatsapp_migrations WHERE success AND version < 1000";
const SETTINGS: &str =
    "SELECT count(*) FROM invoice_configurations WHERE config_key LIKE 'whatsapp%'";

/// A process that dies over a migration.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Dying {
    /// After how many statements.
    pub statements: usize,
}

impl Dying {
    /// Runs so many statements of the migration in a transaction, and dies.
    pub(super) async fn work(self, database: &Database) -> Result<()> {
        match database {
            Database::Sqlite(file) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new()
                    .filename(file)
                    .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                    // Unfinished work is in the files already.
                    .pragma("cache_size", "2");
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                connection.execute("BEGIN IMMEDIATE").await?;
                for statement in statements(SQLITE).into_iter().take(self.statements) {
                    connection.execute(statement.into_sql_str()).await?;
                }
            }
            Database::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                connection.execute("BEGIN").await?;
                for statement in statements(POSTGRES).into_iter().take(self.statements) {
                    sqlx::raw_sql(statement.into_sql_str()).execute(&mut connection).await?;
                }
                // Its socket closes with the process.
                die()
            }
        }
        die()
    }
}

/// The statements of a migration. One ends with a line's last semicolon, unless `$$` is open.
fn statements(sql: &'static str) -> Vec<&'static str> {
    let (mut found, mut begins, mut quoted, mut at) = (Vec::new(), 0, false, 0);
    for line in sql.split_inclusive('\n') {
        at += line.len();
        quoted ^= line.matches("$$").count() % 2 == 1;
        let comment = line.trim_start().starts_with("--");
        if !quoted && !comment && line.trim_end().ends_with(';') {
            found.extend(sql.get(begins..at));
            begins = at;
        }
    }
    found
}

/// Kills migrations, and lets them meet.
///
/// # Errors
/// When it could not be done; not when something was found.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T16", kind);
    killed(trial, kind, &mut line).await?;
    at_once(trial, kind, &mut line).await?;
    newer(trial, kind, &mut line).await?;
    older(trial, kind, &mut line).await?;
    Ok(line)
}

/// A process dies after each statement; then the store opens as if nothing had been.
async fn killed(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let all = statements(match kind {
        Kind::Sqlite => SQLITE,
        Kind::Postgres => POSTGRES,
    })
    .len();
    ensure!(all > 20, "{all} statements");
    // Every statement, or in the short form every so many and the last.
    let step = if trial.short { all.div_ceil(3) } else { 1 };
    let mut wrong = Vec::new();
    let mut killed = 0;
    for dies_after in (0..=all).filter(|after| after % step == 0 || *after == all) {
        let home = host(trial, kind, "killed").await?;
        let dying = Role::Migrate(Dying { statements: dies_after });
        Running::start(trial, &Spec::new(home.at.clone(), dying))?.died().await?;
        killed += 1;
        // Two open it one after the other: the second one finds everything done.
        let sends = sends(&home).await.is_ok() && opens_again(&home).await.is_ok();
        // The host's two rows are as they were; ten of ours came, and one was there already.
        let rows = number(&home.at, LEFT).await?;
        if !sends || rows != 12 || number(&home.at, APPLIED).await? != COUNT {
            wrong.push(format!("killed after statement {dies_after}: {rows} settings"));
        }
    }
    line.count("statements", all);
    line.count("killed", killed);
    line.none("not_repaired", wrong.len());
    line.table.extend(wrong);
    Ok(())
}

/// A database in which a host has rows already.
async fn host(trial: &Trial, kind: Kind, name: &str) -> Result<Home> {
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T16-{kind}-{name}"))?).await?;
    run(&home.at, HOST).await?;
    Ok(home)
}

async fn run(database: &Database, statements: &[&'static str]) -> Result<()> {
    match database {
        Database::Sqlite(file) => {
            let options =
                sqlx::sqlite::SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            for statement in statements {
                connection.execute(*statement).await?;
            }
            connection.close().await?;
        }
        Database::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            for statement in statements {
                connection.execute(*statement).await?;
            }
            connection.close().await?;
        }
    }
    Ok(())
}

/// Opens the store and sends a message over it.
async fn sends(home: &Home) -> Result<()> {
    let opened = home.at.open().await?;
    let store = opened.ports();
    let sent = send(&store).await;
    opened.close().await;
    sent
}

async fn send(store: &Arc<dyn Store>) -> Result<()> {
    let message = greeting(1, START);
    store.enqueue(std::slice::from_ref(&message)).await?;
    let clock = ManualClock::starting_at(START);
    let ports = Ports::new(
        Arc::clone(store),
        Arc::new(ScriptedTransport::new()),
        Arc::new(FixedDirectory::default()),
    )
    .with_clock(Arc::new(clock.clone()));
    let mut options = DispatchOptions::default();
    options.pace = Pace::Unlimited;
    Dispatcher::new(ports).with_options(options).tick(clock.now()).await?;
    let read = store.message(message.id).await?.context("the message is gone")?;
    ensure!(read.new.state.status == Status::Sent, "the message is {}", read.new.state.status);
    Ok(())
}

/// Opens the store once more: what it holds is still there.
async fn opens_again(home: &Home) -> Result<()> {
    let opened = home.at.open().await?;
    let read = opened.ports().message(greeting(1, START).id).await?;
    opened.close().await;
    ensure!(read.is_some(), "the message is gone");
    Ok(())
}

/// Four processes open a new database at once, also through a transaction pooler.
async fn at_once(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let mut ways = vec![false];
    if kind == Kind::Postgres {
        ways.push(true);
    }
    let (mut processes, mut wrong) = (0, 0);
    for round in 0..trial.rounds(5, 1) {
        for behind_pooler in &ways {
            let home = host(trial, kind, &format!("at-once-{round}")).await?;
            let (at, pooler) = if *behind_pooler {
                let (at, pooler) = pooled(&home).await?;
                (at, Some(pooler))
            } else {
                (home.at.clone(), None)
            };
            let spec = Spec { behind_pooler: *behind_pooler, ..Spec::new(at.clone(), Role::Open) };
            let opening: Result<Vec<_>> =
                (0..AT_ONCE).map(|_| Running::start(trial, &spec)).collect();
            for child in opening? {
                processes += 1;
                wrong += usize::from(child.ended::<Report>().await.is_err());
            }
            let applied = number(&home.at, APPLIED).await?;
            let settings = number(&home.at, SETTINGS).await?;
            wrong += usize::from(applied != COUNT || settings != 11);
            drop(pooler);
        }
    }
    line.count("at_once", processes);
    line.none("not_applied_once", wrong);
    Ok(())
}

async fn pooled(home: &Home) -> Result<(Database, Pooler)> {
    let Database::Postgres(url) = &home.at else { anyhow::bail!("a file has no pooler") };
    let cluster = home.cluster().context("there is no server")?;
    let pooler = tokio::task::spawn_blocking(move || Pooler::start(&cluster)).await??;
    let name = url.rsplit('/').next().context("a database has a name")?;
    Ok((Database::Postgres(pooler.url(name)), pooler))
}

/// A newer version was here: it has migrated further and added columns. This version still works.
async fn newer(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    const LATER: &[&str] = &[
        "INSERT INTO whatsapp_migrations \
         (version, description, success, checksum, execution_time) \
         SELECT 99, 'later', success, checksum, execution_time FROM whatsapp_migrations \
         WHERE version = 1",
        "ALTER TABLE whatsapp_message_logs ADD COLUMN later TEXT",
        "ALTER TABLE whatsapp_outbox ADD COLUMN later INTEGER DEFAULT 7",
        "ALTER TABLE whatsapp_message_attempts ADD COLUMN later TEXT",
        "ALTER TABLE whatsapp_notices ADD COLUMN later TEXT",
        "CREATE TABLE whatsapp_later (id INTEGER PRIMARY KEY)",
    ];
    let home = host(trial, kind, "newer").await?;
    home.at.open().await?.close().await;
    run(&home.at, LATER).await?;
    let works = sends(&home).await;
    line.figure("works_on_newer_schema", works.is_ok());
    line.bar(works.is_ok(), || format!("on a newer schema: {works:?}"));
    Ok(())
}

/// Older versions were here: their tables hold messages that were sent and that are still to be sent.
async fn older(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let mut undo = WITHOUT_PAGES.to_vec();
    if kind == Kind::Postgres {
        undo.extend(WITHOUT_PAGES_ON_POSTGRES);
    }
    let second = undo.clone();
    undo.extend(WITHOUT_ATTACHMENTS);
    let mut wrong = Vec::new();
    for (version, undo) in [(2, second), (1, undo)] {
        if let Err(why) = over_older_data(trial, kind, version, &undo).await {
            wrong.push(format!("over data of version {version}: {why:#}"));
        }
    }
    line.figure("works_over_older_data", wrong.is_empty());
    line.bar(wrong.is_empty(), || wrong.join("; "));
    Ok(())
}

async fn over_older_data(
    trial: &Trial,
    kind: Kind,
    version: u8,
    undo: &[&'static str],
) -> Result<()> {
    let home = host(trial, kind, &format!("older-{version}")).await?;
    sends(&home).await?;
    let waiting = greeting(2, START);
    let opened = home.at.open().await?;
    opened.ports().enqueue(std::slice::from_ref(&waiting)).await?;
    let sent = opened.ports().message(greeting(1, START).id).await?;
    opened.close().await;
    run(&home.at, undo).await?;

    let opened = home.at.open().await?;
    let store = opened.ports();
    let mut pending = LogFilter::default();
    pending.status = Some(Status::Pending);
    let shown = store.page(&pending, Sort::Newest, None, 9).await?.messages;
    ensure!(shown.len() == 1 && shown.iter().all(|one| one.new == waiting), "{shown:?} is pending");
    ensure!(store.message(greeting(1, START).id).await? == sent, "what was sent is not as it was");
    send(&store).await?;
    let left = store.message(waiting.id).await?.context("what waited is gone")?.new.state.status;
    opened.close().await;
    ensure!(left == Status::Sent, "what waited is {left}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_statement_and_nothing_is_left_out() {
        for sql in [SQLITE, POSTGRES] {
            assert_eq!(statements(sql).concat().trim(), sql.trim());
        }
        // One each in the first file and in the third.
        let blocks = statements(POSTGRES);
        assert_eq!(blocks.iter().filter(|one| one.contains("$$")).count(), 2);
    }
}

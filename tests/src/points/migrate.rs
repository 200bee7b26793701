//! T16: migrations that are killed, that meet each other, and that meet what a newer version left.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _};
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

/// The migrations of a database, in order.
macro_rules! migrations {
    ($database:literal) => {
        [
            migrations!($database, "0001_tables"),
            migrations!($database, "0002_attachments"),
            migrations!($database, "0003_pages"),
            migrations!($database, "0004_world"),
        ]
    };
    ($database:literal, $file:literal) => {
        include_str!(concat!(
            "../../../whatsapp-store-sqlx/migrations/",
            $database,
            "/",
            $file,
            ".sql"
        ))
    };
}

const SQLITE: [&str; COUNT] = migrations!("sqlite");
const POSTGRES: [&str; COUNT] = migrations!("postgres");

/// How many they are.
const COUNT: usize = 4;

/// A message that waits and one that was sent, as the first version wrote them: what every later
/// one finds in the tables, with the columns that the first one had.
const OLD_ROWS: &str = "
    INSERT INTO whatsapp_message_logs (
        id, customer_id, customer_name, whatsapp_number, message_type, trigger_type, status,
        message_content, message_key, fingerprint, created_at, updated_at, sent_at, delivery
    ) VALUES (
        '0190b1c2-7d3e-7000-8a4b-000000000001', '0190b1c2-7d3e-7000-8a4b-00000000000a',
        'Asha Traders', '+919812345670', 'invoice', 'auto', 'pending', 'Your invoice is ready.',
        'invoice:OLD-1', '{fingerprint}', {now}, {now}, NULL, NULL
    ), (
        '0190b1c2-7d3e-7000-8a4b-000000000002', '0190b1c2-7d3e-7000-8a4b-00000000000a',
        'Asha Traders', '+919812345670', 'invoice', 'auto', 'sent', 'Your invoice is ready.',
        'invoice:OLD-2', '{fingerprint}', {now}, {now}, {now}, 'delivered'
    );
    INSERT INTO whatsapp_outbox (
        message_id, step, due_at, posts, refusals, looks, looks_unavailable{more}
    ) VALUES (
        '0190b1c2-7d3e-7000-8a4b-000000000001', 'send', {now}, 0, 0, 0, 0{values}
    );
    INSERT INTO whatsapp_message_attempts (
        message_id, no, whatsapp_number, started_at, finished_at, outcome, http_status, gateway_id
    ) VALUES (
        '0190b1c2-7d3e-7000-8a4b-000000000002', 1, '+919812345670', {now}, {now}, 'accepted', 201,
        'old-2'
    );
";

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
                for statement in all(&SQLITE).into_iter().take(self.statements) {
                    connection.execute(statement.into_sql_str()).await?;
                }
            }
            Database::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                connection.execute("BEGIN").await?;
                for statement in all(&POSTGRES).into_iter().take(self.statements) {
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

/// Those of all files.
fn all(files: &[&'static str]) -> Vec<&'static str> {
    files.iter().flat_map(|sql| statements(sql)).collect()
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
    let all = all(match kind {
        Kind::Sqlite => &SQLITE,
        Kind::Postgres => &POSTGRES,
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
        if !sends || rows != 12 || number(&home.at, APPLIED).await? != i64::try_from(COUNT)? {
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
    let options = DispatchOptions::default().with_pace(Pace::Unlimited);
    Dispatcher::new(ports).with_options(options).tick(clock.now()).await?;
    let read = store.message(message.facts.id).await?.context("the message is gone")?;
    ensure!(read.state.status == Status::Sent, "the message is {}", read.state.status);
    Ok(())
}

/// Opens the store once more: what it holds is still there.
async fn opens_again(home: &Home) -> Result<()> {
    let opened = home.at.open().await?;
    let read = opened.ports().message(greeting(1, START).facts.id).await?;
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
            wrong += usize::from(applied != i64::try_from(COUNT)? || settings != 11);
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
    let mut wrong = Vec::new();
    for version in 1..COUNT {
        if let Err(why) = over_older_data(trial, kind, version).await {
            wrong.push(format!("over data of version {version}: {why:#}"));
        }
    }
    line.figure("works_over_older_data", wrong.is_empty());
    line.bar(wrong.is_empty(), || wrong.join("; "));
    Ok(())
}

async fn over_older_data(trial: &Trial, kind: Kind, version: usize) -> Result<()> {
    let home = host(trial, kind, &format!("older-{version}")).await?;
    older_tables(&home.at, version).await?;
    let opened = home.at.open().await?;
    let store = opened.ports();
    let of_status = async |status| {
        let mut filter = LogFilter::default();
        filter.status = Some(status);
        store.page(&filter, Sort::Newest, None, 9).await
    };
    let waiting = of_status(Status::Pending).await?;
    let sent = of_status(Status::Sent).await?;
    ensure!(waiting.broken.is_empty() && sent.broken.is_empty(), "a row cannot be read");
    ensure!((waiting.messages.len(), sent.messages.len()) == (1, 1), "{waiting:?} {sent:?}");
    let attempts = store.attempts(sent.messages[0].facts.id).await?;
    ensure!(attempts.len() == 1, "what was sent has the attempts {attempts:?}");
    send(&store).await?;
    let left = of_status(Status::Pending).await?;
    opened.close().await;
    ensure!(left.messages.is_empty(), "what waited still does");
    Ok(())
}

/// The tables of an older version, with its rows in them.
async fn older_tables(database: &Database, version: usize) -> Result<()> {
    let migrator = |files: &[&'static str]| {
        let names = ["tables", "attachments", "pages", "world"];
        let all = (1..).zip(names).zip(files).map(|((number, name), sql)| {
            Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
        });
        let mut migrator = Migrator::with_migrations(all.collect());
        migrator.dangerous_set_table_name("whatsapp_migrations");
        migrator.set_locking(false);
        migrator
    };
    let rows = |now: &str, more: &str, values: &str| {
        OLD_ROWS
            .replace("{fingerprint}", &"0".repeat(64))
            .replace("{now}", now)
            .replace("{more}", more)
            .replace("{values}", values)
    };
    match database {
        Database::Sqlite(file) => {
            let options =
                sqlx::sqlite::SqliteConnectOptions::new().filename(file).create_if_missing(true);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            migrator(&SQLITE[..version]).run_direct(None, &mut connection, false).await?;
            let rows = AssertSqlSafe(rows("1767225600000000", "", ""));
            sqlx::raw_sql(rows).execute(&mut connection).await?;
            connection.close().await?;
        }
        Database::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            migrator(&POSTGRES[..version]).run_direct(None, &mut connection, false).await?;
            let now = "'2026-01-01T00:00:00Z'";
            let dated =
                if version < 3 { ("", "") } else { (", created_at", ", '2026-01-01T00:00:00Z'") };
            let rows = AssertSqlSafe(rows(now, dated.0, dated.1));
            sqlx::raw_sql(rows).execute(&mut connection).await?;
            connection.close().await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_statement_and_nothing_is_left_out() {
        for sql in SQLITE.into_iter().chain(POSTGRES) {
            assert_eq!(statements(sql).concat().trim(), sql.trim());
        }
        // One each in the first file and in the third.
        let blocks = all(&POSTGRES);
        assert_eq!(blocks.iter().filter(|one| one.contains("$$")).count(), 2);
    }
}

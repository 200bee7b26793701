//! T16: migrations that are killed, that meet each other, and that meet what another version left.
//! The library has one file so far. A second one is invented, so that data has to be carried.

mod rows;
mod version;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use sqlx::{Connection as _, PgConnection};
use whatsapp_testdb::Pooler;

pub use version::Opening;

use self::rows::{Before, works};
use self::version::GATE;
use super::child::{Report, Role, Running, Spec};
use super::{Line, Trial, until};
use crate::faults::database::{Database, Home, Kind};

/// Number of processes that open a database at once.
const AT_ONCE: usize = 4;

/// Size of the write-ahead log of a process that stands still: more than any migration here writes.
const STANDS: u64 = 4 * 1024 * 1024;

/// Counts the processes that wait for the harness; the next statement counts those that have a
/// transaction open.
const WAITING: &str = "
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND NOT granted AND classid = 0 AND objid = $1::BIGINT::OID
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
const AT_WORK: &str = "
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        AND backend_type = 'client backend' AND $1::BIGINT IS NOT NULL";

/// Kills migrations, and lets them meet.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T16", kind);
    killed(trial, kind, &mut line).await?;
    at_once(trial, kind, &mut line).await?;
    newer(trial, kind, &mut line).await?;
    Ok(line)
}

/// Kills processes after each statement; then the store must open as if nothing had happened. The
/// mutant, which commits each statement, has to be noticed.
async fn killed(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    for version in [1, 2] {
        let careful = Opening::of(version);
        let all = careful.statements(kind).len();
        // Every statement is tried; in the short form a few of the first file, and the last.
        let step = if trial.short && version == 1 { all.div_ceil(3) } else { 1 };
        let (mut killed, mut wrong) = (0, Vec::new());
        for after in (0..=all).filter(|after| after % step == 0 || *after == all) {
            let dying = Opening { stands_after: Some(after), ..careful };
            killed += 1;
            if let Err(why) = dies(trial, kind, dying).await? {
                wrong.push(format!("version {version}, killed after statement {after}: {why:#}"));
            }
        }
        line.at_least(&format!("statements_of_{version}"), all, 8);
        line.count(&format!("killed_in_{version}"), killed);
        line.none(&format!("not_repaired_in_{version}"), wrong.len());
        line.table.extend(wrong);
    }
    let mutant = Opening { careless: true, ..Opening::of(2) };
    let all = mutant.statements(kind).len();
    let (mut mutants, mut missed) = (0, 0);
    // On Postgres the first two statements change nothing.
    for after in 3..=all {
        let dying = Opening { stands_after: Some(after), ..mutant };
        mutants += 1;
        missed += usize::from(dies(trial, kind, dying).await?.is_ok());
    }
    line.count("mutants", mutants);
    line.none("mutants_missed", missed);
    Ok(())
}

/// Lets one process die. The inner result tells whether its database is then as it was, and can be
/// migrated.
async fn dies(trial: &Trial, kind: Kind, dying: Opening) -> Result<Result<()>> {
    let (home, before) = home(trial, kind, "killed", dying.version).await?;
    let gate = Gate::before(&home.at).await?;
    // On Postgres, every other process stands behind a pooler.
    let pooled = match dying.stands_after {
        Some(after) if after % 2 == 1 && kind == Kind::Postgres => Some(pooled(&home).await?),
        _ => None,
    };
    let mut child = Running::start(trial, &spec(&home, pooled.as_ref(), dying))?;
    gate.reached().await?;
    child.kill().await?;
    gate.leave().await?;
    drop(pooled);
    let outcome = async {
        before.unchanged(&home.at).await?;
        before.carried(&home.at, dying.version).await
    };
    Ok(outcome.await)
}

/// Lets several processes open a database at once: a new database, and one of the version before,
/// also through a transaction pooler. One of the processes is of the version before.
async fn at_once(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let (mut processes, mut wrong) = (0, Vec::new());
    let ways = if kind == Kind::Postgres { &[false, true][..] } else { &[false] };
    for round in 0..trial.rounds(5, 1) {
        for (version, behind_pooler) in
            [1, 2].into_iter().flat_map(|version| ways.iter().map(move |way| (version, *way)))
        {
            let name = format!("at-once-{round}-{version}");
            let (home, before) = self::home(trial, kind, &name, version).await?;
            let pooled = if behind_pooler { Some(pooled(&home).await?) } else { None };
            let opening: Result<Vec<_>> = (0..AT_ONCE)
                .map(|nth| {
                    let version = if nth == 0 { 1 } else { version };
                    let spec = spec(&home, pooled.as_ref(), Opening::of(version));
                    Running::start(trial, &spec)
                })
                .collect();
            for child in opening? {
                processes += 1;
                if let Err(why) = child.ended::<Report>().await {
                    wrong.push(format!("{name}: {why:#}"));
                }
            }
            if let Err(why) = before.carried(&home.at, version).await {
                wrong.push(format!("{name}: {why:#}"));
            }
        }
    }
    line.count("at_once", processes);
    line.none("not_applied_once", wrong.len());
    line.table.extend(wrong);
    Ok(())
}

/// Lets a later version change the tables, and checks that this version still works.
async fn newer(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let (home, before) = home(trial, kind, "newer", 2).await?;
    before.carried(&home.at, 2).await?;
    ensure!(before.unchanged(&home.at).await.is_err(), "the later version changed nothing");
    let works = works(&home.at, 1).await;
    line.figure("works_on_newer_schema", works.is_ok());
    line.bar(works.is_ok(), || format!("on a newer schema: {works:?}"));
    Ok(())
}

/// Makes a database that is to be migrated to this version.
async fn home(trial: &Trial, kind: Kind, name: &str, version: usize) -> Result<(Home, Before)> {
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T16-{kind}-{name}"))?).await?;
    let before = Before::of(&home.at, version).await?;
    Ok((home, before))
}

fn spec(home: &Home, pooled: Option<&(Database, Pooler)>, opening: Opening) -> Spec {
    let at = pooled.map_or(&home.at, |(at, _)| at).clone();
    Spec { behind_pooler: pooled.is_some(), ..Spec::new(at, Role::Open(opening)) }
}

async fn pooled(home: &Home) -> Result<(Database, Pooler)> {
    let Database::Postgres(url) = &home.at else { bail!("a file has no pooler") };
    let cluster = home.cluster().context("there is no server")?;
    let pooler = tokio::task::spawn_blocking(move || Pooler::start(&cluster)).await??;
    let name = url.rsplit('/').next().context("a database has a name")?;
    Ok((Database::Postgres(pooler.url(name)), pooler))
}

/// Place at which a process stands still until it is killed.
enum Gate {
    /// The process writes until it is killed; this is its write-ahead log.
    Sqlite(PathBuf),
    /// The process waits for a lock that this connection holds.
    Postgres(tokio::sync::Mutex<PgConnection>),
}

impl Gate {
    /// Closes the gate.
    async fn before(database: &Database) -> Result<Self> {
        Ok(match database {
            Database::Sqlite(file) => Self::Sqlite(file.with_extension("db-wal")),
            Database::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await?;
                let close = sqlx::query("SELECT pg_advisory_lock($1)").bind(GATE);
                close.execute(&mut connection).await?;
                Self::Postgres(connection.into())
            }
        })
    }

    /// Waits until the process stands still.
    async fn reached(&self) -> Result<()> {
        match self {
            Self::Sqlite(log) => {
                let stands = || async { Ok(log.metadata().is_ok_and(|log| log.len() > STANDS)) };
                until("a migration that writes", stands).await
            }
            Self::Postgres(connection) => {
                let stands = || async { Ok(asks(connection, WAITING).await? > 0) };
                until("a migration that waits", stands).await
            }
        }
    }

    /// Opens the gate, and waits until nothing of the dead process is left.
    async fn leave(self) -> Result<()> {
        let Self::Postgres(connection) = self else { return Ok(()) };
        let open = sqlx::query("SELECT pg_advisory_unlock($1)").bind(GATE);
        open.execute(&mut *connection.lock().await).await?;
        let ended = || async { Ok(asks(&connection, AT_WORK).await? == 0) };
        until("the end of a dead process's transaction", ended).await?;
        Ok(connection.into_inner().close().await?)
    }
}

async fn asks(connection: &tokio::sync::Mutex<PgConnection>, query: &'static str) -> Result<i64> {
    let count = sqlx::query_scalar(query).bind(GATE);
    Ok(count.fetch_one(&mut *connection.lock().await).await?)
}

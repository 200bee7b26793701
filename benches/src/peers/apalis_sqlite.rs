//! apalis-sqlite 1.0.

use std::time::Duration;

use ::apalis::prelude::*;
use ::apalis_sqlite::{Config, SqliteStorage};
use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::{Executor, SqlitePool};
use tempfile::TempDir;

use super::apalis_postgres::Tuning;
use super::{Job, Tally, jobs, log};
use crate::contest::{Contestant, mark};
use crate::enqueue::Sink;
use crate::server::sqlite_pool;

const QUEUE: &str = "messages";

/// apalis-sqlite with one worker, on a file that is as durable as ours. Its own set-up turns
/// `synchronous` off on the connection that it happens to use, so the set-up gets a pool of its
/// own.
#[derive(Debug)]
pub struct ApalisSqlite {
    tuning: Tuning,
    with_log: bool,
    mended: bool,
    open: Option<(SqlitePool, TempDir)>,
}

impl ApalisSqlite {
    /// A queue with these settings.
    #[must_use]
    pub const fn new(tuning: Tuning, with_log: bool) -> Self {
        Self { tuning, with_log, mended: false, open: None }
    }

    /// Changes the schema by hand: without the index that spoils its plans.
    #[must_use]
    pub const fn mended(mut self) -> Self {
        self.mended = true;
        self
    }

    /// Begins a file, and returns the contestant with it.
    ///
    /// # Errors
    /// Fails if its tables cannot be made.
    pub async fn begun(mut self) -> Result<Self> {
        self.fresh().await?;
        Ok(self)
    }

    /// Begins a new file and gives its pool.
    async fn fresh(&mut self) -> Result<SqlitePool> {
        if let Some((pool, _folder)) = self.open.take() {
            pool.close().await;
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("apalis.sqlite");
        let set_up = sqlite_pool(&path, 1).await?;
        SqliteStorage::setup(&set_up).await?;
        set_up.close().await;
        let connections = match self.tuning {
            Tuning::Defaults => 10,
            // More connections only wait for each other's lock.
            Tuning::Best => 1,
        };
        let pool = sqlite_pool(&path, connections).await?;
        if self.mended {
            // With this index SQLite looks each finished job up among all those of its worker, and
            // not by its id. That takes a time that grows with the square of the backlog.
            pool.execute("DROP INDEX LIdx").await?;
        }
        if self.with_log {
            log::create_sqlite(&pool).await?;
        }
        self.open = Some((pool.clone(), folder));
        Ok(pool)
    }

    /// Puts jobs in, and their log rows in the same transaction if there is a log.
    async fn push(&self, jobs: Vec<Job>) -> Result<()> {
        let (pool, _folder) = self.open.as_ref().context("a file was begun")?;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        if self.with_log {
            log::add_sqlite(&mut transaction, &jobs).await?;
        }
        let tasks: Result<Vec<_>, _> = jobs
            .iter()
            .map(|job| serde_json::to_vec(job).map(|json| TaskBuilder::new(json).build()))
            .collect();
        ::apalis_sqlite::queries::push_tasks(&mut *transaction, QUEUE, &tasks?).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The things that the handler needs.
#[derive(Debug, Clone)]
struct Desk {
    tally: Tally,
    log: Option<SqlitePool>,
}

async fn handle(job: Job, desk: Data<Desk>, worker: WorkerContext) -> Result<(), BoxDynError> {
    if let Some(pool) = &desk.log {
        log::sent_sqlite(pool, &job).await?;
    }
    if desk.tally.one_more() {
        worker.stop()?;
    }
    Ok(())
}

/// Works until the handler stops it.
fn work(
    name: &str,
    storage: SqliteStorage<Job>,
    desk: Desk,
    tuning: Tuning,
) -> BoxFuture<'static, Result<(), WorkerError>> {
    let worker = WorkerBuilder::new(name).backend(storage).data(desk);
    match tuning {
        Tuning::Defaults => worker.build(handle).run().boxed(),
        Tuning::Best => worker.parallelize(tokio::spawn).build(handle).run().boxed(),
    }
}

#[async_trait]
impl Contestant for ApalisSqlite {
    fn name(&self) -> String {
        let tuning = match (self.tuning, self.mended) {
            (Tuning::Defaults, _) => "defaults",
            (Tuning::Best, false) => "best settings",
            (Tuning::Best, true) => "best settings, LIdx dropped",
        };
        format!("apalis-sqlite, {tuning}, {}", if self.with_log { "plus log" } else { "no log" })
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        let pool = self.fresh().await?;
        for from in (0..rows).step_by(1_000) {
            self.push(jobs(from..(from + 1_000).min(rows))).await?;
        }
        pool.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let (pool, _folder) = self.open.as_ref().context("prepared first")?;
        let config = Config::default().queue(QUEUE);
        let config = match self.tuning {
            Tuning::Defaults => config,
            Tuning::Best => config.batch_size(500).lock_tasks(false),
        };
        let log = self.with_log.then(|| pool.clone());
        let desk = Desk { tally: Tally::up_to(rows), log };
        let name = format!("worker-{}", fastrand::u64(..));
        let start = mark();
        let storage = SqliteStorage::<Job>::new(pool).with_config(config);
        work(&name, storage, desk, self.tuning).await?;
        let took = start.elapsed();
        let (done,): (i64,) = sqlx::query_as("SELECT count(*) FROM Jobs WHERE status = 'Done'")
            .fetch_one(pool)
            .await?;
        ensure!(done == i64::from(rows), "{done} of {rows} jobs are done");
        Ok(took)
    }
}

#[async_trait]
impl Sink for ApalisSqlite {
    type Item = Job;

    fn name(&self) -> String {
        format!("apalis-sqlite, {}", if self.with_log { "plus log" } else { "no log" })
    }

    fn items(&self, numbers: std::ops::Range<u32>) -> Vec<Job> {
        jobs(numbers)
    }

    async fn empty(&self) -> Result<()> {
        let (pool, _folder) = self.open.as_ref().context("a file was begun")?;
        pool.execute("DELETE FROM Jobs").await?;
        if self.with_log {
            pool.execute("DELETE FROM message_logs").await?;
        }
        pool.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(())
    }

    async fn put(&self, jobs: Vec<Job>) -> Result<()> {
        self.push(jobs).await
    }
}

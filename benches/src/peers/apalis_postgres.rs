//! apalis-postgres 1.0.

use std::time::Duration;

use ::apalis::prelude::*;
use ::apalis_postgres::{Config, PostgresStorage};
use anyhow::{Result, ensure};
use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::{Executor, PgPool};
use whatsapp_testdb::TestDatabase;

use super::{Job, Tally, jobs, log};
use crate::contest::{Contestant, mark};
use crate::enqueue::Sink;
use crate::server::{Server, postgres_pool, settle_postgres};

const QUEUE: &str = "messages";

/// The worker's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tuning {
    /// The peer's own defaults.
    Defaults,
    /// The fastest that was found: fetched by 500, handled by spawned tasks, without the extra
    /// write that marks a job as running.
    Best,
}

/// apalis-postgres with one worker.
#[derive(Debug)]
pub struct ApalisPostgres {
    tuning: Tuning,
    with_log: bool,
    pool: PgPool,
    _database: TestDatabase,
}

impl ApalisPostgres {
    /// Sets the peer up in a database of its own.
    ///
    /// # Errors
    /// Fails if its tables cannot be made.
    pub async fn new(server: &Server, tuning: Tuning, with_log: bool) -> Result<Self> {
        let database = server.database().await;
        let pool = postgres_pool(database.url(), 20).await?;
        PostgresStorage::setup(&pool).await?;
        if with_log {
            log::create_postgres(&pool).await?;
        }
        Ok(Self { tuning, with_log, pool, _database: database })
    }

    /// The queue with the settings.
    fn storage(&self) -> PostgresStorage<Job> {
        let config = Config::default().queue(QUEUE);
        let config = match self.tuning {
            Tuning::Defaults => config,
            Tuning::Best => config.batch_size(500).lock_tasks(false),
        };
        PostgresStorage::new(&self.pool).with_config(config)
    }

    /// Puts jobs in, and their log rows in the same transaction if there is a log.
    async fn push(&self, jobs: Vec<Job>) -> Result<()> {
        let pool = &self.pool;
        let mut transaction = pool.begin().await?;
        if self.with_log {
            log::add_postgres(&mut transaction, &jobs).await?;
        }
        let tasks: Result<Vec<_>, _> = jobs
            .iter()
            .map(|job| serde_json::to_vec(job).map(|json| TaskBuilder::new(json).build()))
            .collect();
        ::apalis_postgres::queries::push_tasks(&mut *transaction, QUEUE, tasks?).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Empties all tables.
    async fn clear(&self) -> Result<()> {
        self.pool.execute("TRUNCATE apalis.jobs").await?;
        if self.with_log {
            self.pool.execute("TRUNCATE message_logs").await?;
        }
        Ok(())
    }
}

/// The things that the handler needs.
#[derive(Debug, Clone)]
struct Desk {
    tally: Tally,
    log: Option<PgPool>,
}

async fn handle(job: Job, desk: Data<Desk>, worker: WorkerContext) -> Result<(), BoxDynError> {
    if let Some(pool) = &desk.log {
        log::sent_postgres(pool, &job).await?;
    }
    if desk.tally.one_more() {
        worker.stop()?;
    }
    Ok(())
}

/// Works until the handler stops it.
fn work(
    name: &str,
    storage: PostgresStorage<Job>,
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
impl Contestant for ApalisPostgres {
    fn name(&self) -> String {
        let tuning = match self.tuning {
            Tuning::Defaults => "defaults",
            Tuning::Best => "best settings",
        };
        format!("apalis-postgres, {tuning}, {}", if self.with_log { "plus log" } else { "no log" })
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        self.clear().await?;
        for from in (0..rows).step_by(1_000) {
            let jobs = jobs(from..(from + 1_000).min(rows));
            self.push(jobs).await?;
        }
        settle_postgres(&self.pool).await
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let log = self.with_log.then(|| self.pool.clone());
        let desk = Desk { tally: Tally::up_to(rows), log };
        let name = format!("worker-{}", fastrand::u64(..));
        let start = mark();
        work(&name, self.storage(), desk, self.tuning).await?;
        let took = start.elapsed();
        let (done,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM apalis.jobs WHERE status = 'Done'")
                .fetch_one(&self.pool)
                .await?;
        ensure!(done == i64::from(rows), "{done} of {rows} jobs are done");
        Ok(took)
    }
}

#[async_trait]
impl Sink for ApalisPostgres {
    type Item = Job;

    fn name(&self) -> String {
        format!("apalis-postgres, {}", if self.with_log { "plus log" } else { "no log" })
    }

    fn items(&self, numbers: std::ops::Range<u32>) -> Vec<Job> {
        jobs(numbers)
    }

    async fn empty(&self) -> Result<()> {
        self.clear().await?;
        settle_postgres(&self.pool).await
    }

    async fn put(&self, jobs: Vec<Job>) -> Result<()> {
        self.push(jobs).await
    }
}

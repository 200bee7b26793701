//! `graphile_worker` 0.14, tuned: 24 jobs at once, local queue of 500, completion batched at 1 ms.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, TaskHandler, WorkerContext, WorkerOptions,
    WorkerUtils,
};
use serde::{Deserialize, Serialize};
use sqlx::{Executor, PgPool};
use tokio::sync::Notify;
use whatsapp_testdb::TestDatabase;

use super::{Job, Tally, jobs, log};
use crate::contest::{Contestant, mark};
use crate::enqueue::Sink;
use crate::server::{Server, postgres_pool, settle_postgres};

const SCHEMA: &str = "graphile_worker";

/// Number of concurrent jobs.
const AT_ONCE: usize = 24;

/// One message to send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Send(pub Job);

/// The things that the handler needs.
#[derive(Debug, Clone)]
struct Desk {
    tally: Tally,
    log: Option<PgPool>,
    done: Arc<Notify>,
}

impl TaskHandler for Send {
    const IDENTIFIER: &'static str = "send";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let desk = context.get_ext::<Desk>().ok_or_else(|| "no desk".to_owned())?;
        if let Some(pool) = &desk.log {
            log::sent_postgres(pool, &self.0).await.map_err(|error| error.to_string())?;
        }
        if desk.tally.one_more() {
            desk.done.notify_one();
        }
        Ok::<(), String>(())
    }
}

/// `graphile_worker` with one worker.
#[derive(Debug)]
pub struct Graphile {
    with_log: bool,
    pool: PgPool,
    database: TestDatabase,
}

impl Graphile {
    /// Sets the peer up in a database of its own.
    ///
    /// # Errors
    /// Fails if its tables cannot be made.
    pub async fn new(server: &Server, with_log: bool) -> Result<Self> {
        let database = server.database().await;
        // One connection for each concurrent job, and some for its own work.
        let pool = postgres_pool(database.url(), 32).await?;
        let graphile = Self { with_log, pool, database };
        graphile.utils().migrate().await?;
        if with_log {
            log::create_postgres(&graphile.pool).await?;
        }
        Ok(graphile)
    }

    /// The database's address.
    #[must_use]
    pub fn url(&self) -> &str {
        self.database.url()
    }

    fn utils(&self) -> WorkerUtils {
        WorkerUtils::new(self.pool.clone(), SCHEMA)
    }

    /// Puts jobs in, and their log rows in the same transaction if there is a log.
    async fn push(&self, jobs: Vec<Job>) -> Result<()> {
        let pool = &self.pool;
        let utils = WorkerUtils::new(pool.clone(), SCHEMA);
        let spec = JobSpec::default();
        if self.with_log {
            let mut transaction = pool.begin().await?;
            log::add_postgres(&mut transaction, &jobs).await?;
            let mut utils = utils.with_executor(&mut *transaction);
            if let [job] = jobs.as_slice() {
                utils.add_job(Send(job.clone()), spec).await?;
            } else {
                let jobs: Vec<_> = jobs.into_iter().map(|job| (Send(job), &spec)).collect();
                utils.add_jobs(&jobs).await?;
            }
            drop(utils);
            transaction.commit().await?;
        } else if let [job] = jobs.as_slice() {
            utils.add_job(Send(job.clone()), spec).await?;
        } else {
            let jobs: Vec<_> = jobs.into_iter().map(|job| (Send(job), &spec)).collect();
            utils.add_jobs(&jobs).await?;
        }
        Ok(())
    }

    /// Empties all tables.
    async fn clear(&self) -> Result<()> {
        self.pool.execute("TRUNCATE graphile_worker._private_jobs CASCADE").await?;
        if self.with_log {
            self.pool.execute("TRUNCATE message_logs").await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Contestant for Graphile {
    fn name(&self) -> String {
        format!("graphile_worker, tuned, {}", if self.with_log { "plus log" } else { "no log" })
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
        let done = Arc::new(Notify::new());
        let desk = Desk { tally: Tally::up_to(rows), log, done: Arc::clone(&done) };
        let options = WorkerOptions::default()
            .pg_pool(self.pool.clone())
            .schema(SCHEMA)
            .concurrency(AT_ONCE)
            .local_queue(LocalQueueConfig::default().with_size(500))
            .complete_job_batch_delay(Duration::from_millis(1))
            .define_job::<Send>()
            .add_extension(desk)
            .listen_os_shutdown_signals(false);
        let worker = Box::pin(options.init()).await?;
        let start = mark();
        let (ended, ()) = tokio::join!(worker.run(), async {
            done.notified().await;
            worker.request_shutdown();
        });
        ended?;
        let took = start.elapsed();
        let (left,): (i64,) = sqlx::query_as("SELECT count(*) FROM graphile_worker._private_jobs")
            .fetch_one(&self.pool)
            .await?;
        ensure!(left == 0, "{left} of {rows} jobs are left");
        Ok(took)
    }
}

#[async_trait]
impl Sink for Graphile {
    type Item = Job;

    fn name(&self) -> String {
        format!("graphile_worker, {}", if self.with_log { "plus log" } else { "no log" })
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

//! The databases that a benchmark runs on.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Executor, PgPool, SqlitePool};
use whatsapp_testdb::{Cluster, TestDatabase};

/// A PostgreSQL server for this benchmark alone, on the disk and durable.
#[derive(Debug)]
pub struct Server(Cluster);

impl Server {
    /// Starts the server. Every commit waits for the disk. Checkpoints happen when a benchmark asks
    /// for one, not in the middle of a contestant's round. All else is as PostgreSQL has it.
    ///
    /// # Errors
    /// Fails if the server programs are not installed.
    pub fn start() -> Result<Self> {
        let cluster = Cluster::builder()
            .setting("fsync", "on")
            .setting("synchronous_commit", "on")
            .setting("max_wal_size", "16GB")
            .setting("checkpoint_timeout", "1h")
            .start()?;
        Ok(Self(cluster))
    }

    /// A fresh, empty database.
    pub async fn database(&self) -> TestDatabase {
        TestDatabase::create_on(&self.0).await
    }

    /// The address of the database that every server has.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("postgres")
    }
}

/// A pool on a Postgres database.
///
/// # Errors
/// Fails if the database cannot be reached.
pub async fn postgres_pool(url: &str, connections: u32) -> Result<PgPool> {
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new().max_connections(connections);
    Ok(pool.connect_with(options.disable_statement_logging()).await?)
}

/// Gives every contestant the same start: statistics and visibility up to date, nothing to write
/// back.
///
/// # Errors
/// Fails if the database does not answer.
pub async fn settle_postgres(pool: &PgPool) -> Result<()> {
    pool.execute("VACUUM (ANALYZE)").await?;
    pool.execute("CHECKPOINT").await?;
    Ok(())
}

/// A pool on a SQLite file: write-ahead log, every commit on the disk.
///
/// # Errors
/// Fails if the file cannot be opened.
pub async fn sqlite_pool(path: &Path, connections: u32) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30))
        .disable_statement_logging();
    Ok(SqlitePoolOptions::new().max_connections(connections).connect_with(options).await?)
}

//! The shop's database, which is the library's as well: SQLite or Postgres, by its address.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use whatsapp_core::Wake;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Clock, Enqueued, EveryStore, StoreError, SystemClock};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// Longest time that a transaction waits for another one that writes to the same file.
const BUSY: Duration = Duration::from_secs(10);

/// The library's store, and the shop's own connections to the same database.
///
/// A real back-end has one database and needs no enum: it uses the store and the pool of its kind
/// directly, as each branch here does.
#[derive(Debug, Clone)]
pub enum Database {
    /// A SQLite file on this machine.
    Sqlite {
        /// Store of the library.
        store: SqliteStore,
        /// Connections of the shop.
        pool: SqlitePool,
    },
    /// A Postgres server.
    Postgres {
        /// Store of the library.
        store: PostgresStore,
        /// Connections of the shop.
        pool: PgPool,
    },
}

/// A transaction of the shop's. If it is dropped without [`commit`](Self::commit), nothing is
/// written.
#[derive(Debug)]
pub enum Transaction {
    /// A transaction on SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// A transaction on Postgres.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Database {
    /// Opens `sqlite:FILE` or `postgres://…`, and brings the library's tables and the shop's up to
    /// date. A missing SQLite file is made.
    ///
    /// # Errors
    /// Returns an error if the address is neither, or the database cannot be used.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let store = PostgresStore::open(url).await?;
            // If a client hangs up and leaves a transaction open, it is undone before the next one
            // gets the connection.
            let pool = PostgresStore::host_pool(PgPoolOptions::new().max_connections(8))
                .connect(url)
                .await
                .context("the Postgres server cannot be reached")?;
            POSTGRES.run(&pool).await.context("the shop's tables cannot be made")?;
            Ok(Self::Postgres { store, pool })
        } else if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .context("DATABASE_URL is not like sqlite:FILE")?
                .busy_timeout(BUSY)
                .foreign_keys(true);
            let store = SqliteStore::open(options.get_filename()).await?;
            let pool = SqliteStore::host_pool(SqlitePoolOptions::new().max_connections(8))
                .connect_with(options)
                .await?;
            SQLITE.run(&pool).await.context("the shop's tables cannot be made")?;
            Ok(Self::Sqlite { store, pool })
        } else {
            bail!("DATABASE_URL begins with neither sqlite: nor postgres:")
        }
    }

    /// Returns the library's store.
    #[must_use]
    pub fn store(&self) -> Arc<dyn EveryStore> {
        match self {
            Self::Sqlite { store, .. } => Arc::new(store.clone()),
            Self::Postgres { store, .. } => Arc::new(store.clone()),
        }
    }

    /// Returns the clock that all processes on this database agree by. A file is used by one
    /// machine, and that machine's clock will do; a server has its own.
    ///
    /// # Errors
    /// Returns an error if the server does not answer.
    pub async fn clock(&self) -> Result<Arc<dyn Clock>> {
        match self {
            Self::Sqlite { .. } => Ok(Arc::new(SystemClock::new())),
            Self::Postgres { store, .. } => Ok(Arc::new(store.clock().await?)),
        }
    }

    /// Rings whenever another process has committed a message, until the database is closed. SQLite
    /// cannot tell: there dispatchers look for themselves, every two seconds.
    pub fn listen(&self, wake: Wake) {
        if let Self::Postgres { store, .. } = self {
            tokio::spawn(store.listen(wake));
        }
    }

    /// Begins a transaction that is going to write.
    ///
    /// # Errors
    /// Returns an error if the database does not answer, or is locked for too long.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Sqlite { pool, .. } => {
                pool.begin_with("BEGIN IMMEDIATE").await.map(Transaction::Sqlite)
            }
            Self::Postgres { pool, .. } => pool.begin().await.map(Transaction::Postgres),
        }
    }

    /// Waits for the work under way and closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { store, pool } => {
                pool.close().await;
                store.close().await;
            }
            Self::Postgres { store, pool } => {
                pool.close().await;
                store.close().await;
            }
        }
    }
}

impl Transaction {
    /// Puts messages into the outbox within this transaction.
    ///
    /// # Errors
    /// Returns an error as [`SqliteStore::enqueue_in`] and [`PostgresStore::enqueue_in`] do.
    pub async fn enqueue(&mut self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        match self {
            Self::Sqlite(transaction) => SqliteStore::enqueue_in(transaction, messages).await,
            Self::Postgres(transaction) => PostgresStore::enqueue_in(transaction, messages).await,
        }
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }

    /// Rolls the transaction back.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction) => transaction.rollback().await,
        }
    }
}

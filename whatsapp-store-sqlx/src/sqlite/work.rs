//! Transactions on the store's connections.

use std::future::Future;
use std::pin::Pin;

use sqlx::pool::PoolConnection;
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool};
use tracing::Instrument;
use whatsapp_core::port::StoreError;

use super::SqliteStore;
use crate::error::{failed, other, store_error};
use crate::statement::Statement;

/// Durability of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Synchronous {
    /// The commit is on the disk: a power failure loses nothing except leases, which are given
    /// again.
    #[default]
    Full,
    /// The operating system has the commit: a crash of the process loses nothing, but a power
    /// failure may lose the last commits. A message that was sent may then be sent again, so this
    /// is for tests and trials.
    Normal,
}

/// A statement with its arguments.
pub(super) type Bound = Statement<Sqlite>;

/// The work of one transaction.
pub(super) type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

impl SqliteStore {
    /// Runs a write transaction to its end in a task of its own: a caller that goes away does not
    /// leave it half done on the one connection that writes.
    ///
    /// It takes the write lock at once. A transaction that begins by reading could find at its
    /// first write that another one was faster, and could then only fail.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        in_task(transaction(self.writer.clone(), self.synchronous, work)).await
    }

    /// Runs a transaction that only gives leases or ends them. Its commit does not wait for the
    /// disk. If a power failure loses a lease, no work was begun under it: a begin waits for the
    /// disk, and comes later in the same file.
    pub(super) async fn lease<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T> + Send + 'static,
    {
        in_task(transaction(self.writer.clone(), Synchronous::Normal, work)).await
    }
}

async fn in_task<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let task = tokio::spawn(work.in_current_span());
    task.await.unwrap_or_else(|_| Err(other("the task that wrote was stopped")))
}

/// Runs one transaction on the pool's connection.
pub(super) async fn transaction<T, F>(
    pool: SqlitePool,
    synchronous: Synchronous,
    work: F,
) -> Result<T, StoreError>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T>,
{
    let connection = pool.acquire().await.map_err(store_error)?;
    transaction_on(connection, synchronous, work).await
}

/// Runs one transaction on this connection: committed if `work` succeeds, otherwise undone. Each
/// sets the durability of its commit in the same call.
pub(super) async fn transaction_on<T, F>(
    mut connection: PoolConnection<Sqlite>,
    synchronous: Synchronous,
    work: F,
) -> Result<T, StoreError>
where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, T>,
{
    let begin = match synchronous {
        Synchronous::Full => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
        Synchronous::Normal => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
    };
    let mut transaction =
        connection.begin_with(begin).await.map_err(|error| failed(error, "BEGIN"))?;
    match work(&mut transaction).await {
        Ok(value) => match transaction.commit().await {
            Ok(()) => Ok(value),
            Err(error) => {
                discard(connection).await;
                Err(failed(error, "COMMIT"))
            }
        },
        Err(error) => {
            if transaction.rollback().await.is_err() {
                discard(connection).await;
            }
            Err(error)
        }
    }
}

/// Closes a connection instead of using it again. On a full disk SQLite ends the transaction by
/// itself. The driver does not see that, and would refuse to begin another one.
async fn discard(connection: PoolConnection<Sqlite>) {
    // It is closed either way, and the caller already has an error to report.
    let _ = connection.detach().close_hard().await;
}

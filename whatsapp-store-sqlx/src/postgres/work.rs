//! How the store works on its connections.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, Transaction};
use tracing::Instrument;
use whatsapp_core::port::StoreError;

use super::PostgresStore;
use crate::error::{other, store_error};

/// The work of one transaction.
pub(super) type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// How a transaction begins: with the settings that hold for it alone, in the same round trip.
pub(super) type Begin = Arc<str>;

/// Whose connections work is done on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    /// A dispatcher.
    Worker,
    /// Whoever enqueues or reads.
    Visitor,
}

/// How often a connection is replaced that turns out to be lost before anything was done on it: a
/// server that was restarted leaves a pool full of those.
const REPLACED: usize = 16;

impl PostgresStore {
    /// Runs a transaction to its end in a task of its own: a caller that goes away does not leave
    /// it half done. The driver could otherwise hand out a connection in the middle of a
    /// transaction that was begun and given up (<https://github.com/launchbadge/sqlx/issues/4385>).
    pub(super) async fn write<T, F>(&self, who: Who, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut PgConnection) -> Work<'c, T> + Send + 'static,
    {
        let (pool, begin) = self.of(who);
        in_task(transaction(pool, begin, work)).await
    }

    /// Runs a query that changes nothing.
    pub(super) async fn read<T, F>(&self, who: Who, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut PgConnection) -> Work<'c, T> + Send + Sync + 'static,
    {
        let (pool, begin) = self.of(who);
        if self.shared.behind_pooler {
            in_task(transaction(pool, begin, query)).await
        } else {
            in_task(look_up(pool, query)).await
        }
    }

    fn of(&self, who: Who) -> (PgPool, Begin) {
        match who {
            Who::Worker => (self.workers.clone(), self.shared.begin_worker.clone()),
            Who::Visitor => (self.visitors.clone(), self.shared.begin_visitor.clone()),
        }
    }
}

async fn in_task<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let task = tokio::spawn(work.in_current_span());
    task.await.unwrap_or_else(|_| Err(other("the task at the database was stopped")))
}

/// One transaction: committed if `work` is well, else undone.
async fn transaction<T, F>(pool: PgPool, begin: Begin, work: F) -> Result<T, StoreError>
where
    F: for<'c> FnOnce(&'c mut PgConnection) -> Work<'c, T>,
{
    let mut transaction = begun(&pool, &begin).await?;
    // Whatever ends in an error is rolled back, and its connection looked at, when it is dropped.
    let value = work(&mut transaction).await?;
    transaction.commit().await.map_err(store_error)?;
    Ok(value)
}

async fn begun(pool: &PgPool, begin: &Begin) -> Result<Transaction<'static, Postgres>, StoreError> {
    let mut replaced = 0;
    loop {
        match pool.begin_with(AssertSqlSafe(Arc::clone(begin))).await {
            Ok(transaction) => return Ok(transaction),
            Err(error @ (sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)) => {
                return Err(store_error(error));
            }
            Err(error) if replaced == REPLACED => return Err(store_error(error)),
            // Nothing was done yet. The pool closes a lost connection when it gets it back.
            Err(_) => replaced += 1,
        }
    }
}

async fn look_up<T, F>(pool: PgPool, query: F) -> Result<T, StoreError>
where
    F: for<'c> Fn(&'c mut PgConnection) -> Work<'c, T>,
{
    let mut replaced = 0;
    loop {
        let mut connection = pool.acquire().await.map_err(store_error)?;
        match query(&mut connection).await {
            Err(StoreError::Unavailable { .. })
                if replaced < REPLACED && connection.ping().await.is_err() =>
            {
                replaced += 1;
            }
            outcome => return outcome,
        }
    }
}

//! Transactions and queries on the store's connections.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, Transaction};
use tracing::Instrument;
use whatsapp_core::AccountId;
use whatsapp_core::port::StoreError;

use super::PostgresStore;
use super::statements as sql;
use crate::error::{failed, other, store_error};
use crate::statement::Statement;

/// The statement that begins a transaction of the store. It names the isolation, because a server,
/// a database or a role may have another default. Each transaction here is correct at this level;
/// at a stricter one it would sometimes fail and have to be run again. It does not name whether the
/// transaction may write: if somebody makes a database read-only, writes must fail.
pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// The work of one transaction.
pub(super) type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'c>>;

/// A connection to work on.
pub(super) struct Session<'c> {
    pub(super) connection: &'c mut PgConnection,
    /// The account that the work is for.
    pub(super) account: AccountId,
    /// True if statements may stay prepared on the connection: not if a pooler may give it to
    /// somebody else next.
    prepared: bool,
}

impl<'c> Session<'c> {
    /// A session on a connection of the host's own, about which nothing is known.
    pub(super) const fn of_host(connection: &'c mut PgConnection) -> Self {
        Self { connection, account: AccountId::DEFAULT, prepared: false }
    }

    /// Returns the account in the form of its column.
    pub(super) fn account(&self) -> i16 {
        self.account.get().into()
    }

    /// Returns a statement for this connection.
    pub(super) fn query(&self, statement: &'static str) -> Bound {
        sql::query(statement, self.prepared)
    }
}

/// A statement with its arguments.
pub(super) type Bound = Statement<Postgres>;

/// The statement that begins a transaction, with the settings for this transaction only, in the
/// same round trip.
pub(super) type Begin = Arc<str>;

/// The group of connections to use.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pool {
    /// A dispatcher.
    Worker,
    /// All others, who enqueue or read.
    Client,
}

/// Maximum number of connections replaced because they turn out to be lost before any work: a
/// server restart leaves a pool full of those.
const REPLACED: usize = 16;

impl PostgresStore {
    /// Reads whole rows, each by this function.
    pub(super) async fn rows<T, Q>(
        &self,
        query: Q,
        row: fn(&PgRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError>
    where
        T: Send + 'static,
        Q: Fn(&Session<'_>) -> Bound + Send + Sync + 'static,
    {
        self.read(Pool::Client, move |session| {
            let query = query(&session);
            Box::pin(async move { query.fetch_each(&mut *session.connection, row).await })
        })
        .await
    }

    /// Runs a transaction to its end in a task of its own: a caller that goes away does not leave
    /// it half done. Otherwise the driver could hand out a connection in the middle of a
    /// transaction that was begun and given up (<https://github.com/launchbadge/sqlx/issues/4385>).
    pub(super) async fn write<T, F>(&self, pool: Pool, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Session<'c>) -> Work<'c, T> + Send + 'static,
    {
        in_task(transaction(self.access(pool), work)).await
    }

    /// Runs a query that changes nothing.
    pub(super) async fn read<T, F>(&self, pool: Pool, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(Session<'c>) -> Work<'c, T> + Send + Sync + 'static,
    {
        let access = self.access(pool);
        if access.behind_pooler {
            in_task(transaction(access, query)).await
        } else {
            in_task(look_up(access, query)).await
        }
    }

    fn access(&self, pool: Pool) -> Access {
        let pool = match pool {
            Pool::Worker => &self.workers,
            Pool::Client => &self.clients,
        };
        Access {
            pool: pool.clone(),
            account: self.account,
            begin: Arc::clone(&self.shared.begin),
            behind_pooler: self.shared.behind_pooler,
        }
    }
}

/// Access to a connection.
struct Access {
    pool: PgPool,
    account: AccountId,
    begin: Begin,
    behind_pooler: bool,
}

async fn in_task<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let task = tokio::spawn(work.in_current_span());
    task.await.unwrap_or_else(|_| Err(other("the task at the database was stopped")))
}

/// Runs one transaction: committed if `work` succeeds, otherwise undone.
async fn transaction<T, F>(access: Access, work: F) -> Result<T, StoreError>
where
    F: for<'c> FnOnce(Session<'c>) -> Work<'c, T>,
{
    let mut transaction = begun(&access.pool, &access.begin).await?;
    let (account, prepared) = (access.account, !access.behind_pooler);
    // After an error it is rolled back, and its connection is tested, when it is dropped.
    let value = work(Session { connection: &mut transaction, account, prepared }).await?;
    transaction.commit().await.map_err(|error| failed(error, "COMMIT"))?;
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

async fn look_up<T, F>(access: Access, query: F) -> Result<T, StoreError>
where
    F: for<'c> Fn(Session<'c>) -> Work<'c, T>,
{
    let mut replaced = 0;
    loop {
        let mut connection = access.pool.acquire().await.map_err(store_error)?;
        let account = access.account;
        match query(Session { connection: &mut connection, account, prepared: true }).await {
            Err(StoreError::Unavailable { .. })
                if replaced < REPLACED && connection.ping().await.is_err() =>
            {
                replaced += 1;
            }
            outcome => return outcome,
        }
    }
}

//! Postgres: any number of worker processes on any number of hosts share one database.

mod account;
mod audit;
mod bulk;
mod campaigns;
mod clock;
mod codec;
mod daily;
mod fetches;
mod host;
mod listen;
mod log;
mod migrations;
mod mutes;
mod notices;
mod open;
mod outbox;
mod planner;
mod settings;
mod statements;
mod templates;
#[cfg(test)]
mod tests;
mod work;

use std::fmt;
use std::sync::Arc;

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use whatsapp_core::AccountId;

pub use clock::DatabaseClock;
pub use open::PostgresOptions;

/// Every storage port on one Postgres database.
///
/// A clone is the same store. Workers and all other callers have separate connections, so that a
/// busy console never keeps an outcome from being recorded.
#[derive(Clone)]
pub struct PostgresStore {
    /// Connections of the outbox's workers.
    workers: PgPool,
    /// Connections of all others: hosts that enqueue, the console.
    clients: PgPool,
    shared: Arc<Shared>,
    account: AccountId,
}

/// The part that the clones of a store share.
struct Shared {
    /// The statement that begins a transaction.
    begin: work::Begin,
    /// Options for a task that needs a connection of its own.
    connect: PgConnectOptions,
    behind_pooler: bool,
    wake_up: listen::WakeUp,
}

impl PostgresStore {
    /// Returns the same store for another account of the business.
    ///
    /// Messages enqueued through it belong to that account. Its claims, rate limit, pause and
    /// events are that account's too. The log, templates, settings and notices are shared.
    #[must_use]
    pub fn with_account(&self, account: AccountId) -> Self {
        Self { account, ..self.clone() }
    }

    /// Waits for the work in progress and closes every connection. Every clone of the store is
    /// closed with it: later calls fail.
    pub async fn close(&self) {
        self.clients.close().await;
        self.workers.close().await;
    }
}

impl fmt::Debug for PostgresStore {
    /// Shows no address, no password and no row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

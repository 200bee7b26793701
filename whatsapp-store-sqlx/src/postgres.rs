//! Postgres: any number of worker processes on any number of hosts over one database.

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
/// A clone is the same store. Workers and everybody else have connections of their own, so that a
/// busy console never keeps an outcome from being written down.
#[derive(Clone)]
pub struct PostgresStore {
    /// For the outbox's workers.
    workers: PgPool,
    /// For everybody else: hosts that enqueue, the console.
    visitors: PgPool,
    shared: Arc<Shared>,
    account: AccountId,
}

/// What the clones of a store share.
struct Shared {
    /// How transactions begin.
    begin: work::Begin,
    /// Where to connect for what needs a connection of its own.
    connect: PgConnectOptions,
    behind_pooler: bool,
    knock: listen::Knock,
}

impl PostgresStore {
    /// The same store for another account of the business.
    ///
    /// What is enqueued through it is that account's, and its claims, pace, pause and events are. The
    /// log, templates, settings and notices are shared.
    #[must_use]
    pub fn with_account(&self, account: AccountId) -> Self {
        Self { account, ..self.clone() }
    }

    /// Waits for what is under way and closes every connection. Every clone of the store is closed
    /// with it: later calls fail.
    pub async fn close(&self) {
        self.visitors.close().await;
        self.workers.close().await;
    }
}

impl fmt::Debug for PostgresStore {
    /// Shows no address, no password and no row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

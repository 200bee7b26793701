//! SQLite: one file, one writer, any number of readers.

mod account;
mod audit;
mod bulk;
mod campaigns;
mod codec;
mod daily;
mod fetches;
mod host;
mod items;
mod log;
mod migrations;
mod mutes;
mod notices;
mod open;
mod outbox;
mod planner;
mod sender;
mod settings;
mod statements;
mod templates;
#[cfg(test)]
mod tests;
mod work;

use std::fmt;

use sqlx::SqlitePool;
use whatsapp_core::AccountId;

use outbox::gather::Gathering;
use sender::Sender;

pub use open::SqliteOptions;
pub use work::Synchronous;

/// Every storage port on one SQLite database.
///
/// A clone is the same store. Writes queue for the one connection that writes, each in a
/// transaction of its own, but that callers who enqueue at the same time share one; reads go on beside
/// them.
#[derive(Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    sender: Sender,
    gathering: Gathering,
    synchronous: Synchronous,
    account: AccountId,
}

impl SqliteStore {
    /// The same store for another account of the business.
    ///
    /// What is enqueued through it is that account's, and its claims, pace, pause and events are. The
    /// log, templates, settings and notices are shared.
    #[must_use]
    pub fn with_account(&self, account: AccountId) -> Self {
        Self { account, ..self.clone() }
    }

    /// Waits for what is under way and closes the database. Every clone of the store is closed
    /// with it: later calls fail.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.sender.leave();
    }
}

impl fmt::Debug for SqliteStore {
    /// Shows no path and no row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

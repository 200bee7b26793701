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
/// transaction of its own. Callers who enqueue at the same time share a transaction. Reads run
/// beside the writes.
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
    /// Returns the same store for another account of the business.
    ///
    /// Messages enqueued through it belong to that account. Its claims, rate limit, pause and
    /// events are that account's too. The log, templates, settings and notices are shared.
    #[must_use]
    pub fn with_account(&self, account: AccountId) -> Self {
        Self { account, ..self.clone() }
    }

    /// Waits for the work in progress and closes the database. Every clone of the store is closed
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

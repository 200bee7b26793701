//! The host's own pool.

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, SqliteConnection};

use super::SqliteStore;

impl SqliteStore {
    /// The options of the host's own pool, with one thing more: a connection that comes back to the
    /// pool in the middle of a transaction is closed, which undoes the transaction, and nobody else
    /// gets it.
    ///
    /// sqlx itself undoes one whose caller went away, as when a client hangs up. What it does not
    /// see is a transaction that was begun by executing a statement, and one that SQLite ended by
    /// itself, as it does on a full disk: no other can be begun on such a connection any more.
    ///
    /// It takes the place of [`after_release`](SqlitePoolOptions::after_release).
    ///
    /// ```
    /// use sqlx::SqlitePool;
    /// use sqlx::sqlite::SqlitePoolOptions;
    /// use whatsapp_store_sqlx::SqliteStore;
    ///
    /// # async fn open() -> sqlx::Result<SqlitePool> {
    /// SqliteStore::host_pool(SqlitePoolOptions::new().max_connections(8))
    ///     .connect("sqlite:shop.sqlite")
    ///     .await
    /// # }
    /// ```
    #[must_use]
    pub fn host_pool(options: SqlitePoolOptions) -> SqlitePoolOptions {
        options.after_release(|connection, _| Box::pin(has_nothing_open(connection)))
    }
}

/// Whether no transaction is open, neither in SQLite's eyes nor in the driver's.
async fn has_nothing_open(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // What the driver has still to undo is undone by then.
    let free = sqlx::raw_sql("BEGIN; ROLLBACK").execute(&mut *connection).await.is_ok();
    Ok(free && !connection.is_in_transaction())
}

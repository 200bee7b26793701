//! The host's own pool.

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{Connection, SqliteConnection};

use super::SqliteStore;

impl SqliteStore {
    /// Adds a check to the options of the host's own pool. A connection that comes back to the pool
    /// in the middle of a transaction is closed. That undoes the transaction, and nobody else gets
    /// the connection.
    ///
    /// sqlx itself undoes a transaction whose caller went away, for example because a client
    /// disconnected. It does not see a transaction that was begun by executing a statement. Nor
    /// does it see that SQLite ended one by itself, as on a full disk: no other can be begun on
    /// such a connection.
    ///
    /// It replaces [`after_release`](SqlitePoolOptions::after_release).
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

/// Returns true if no transaction is open, neither in SQLite nor in the driver.
async fn has_nothing_open(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    // The driver has undone by then what it still had to undo.
    let free = sqlx::raw_sql("BEGIN; ROLLBACK").execute(&mut *connection).await.is_ok();
    Ok(free && !connection.is_in_transaction())
}

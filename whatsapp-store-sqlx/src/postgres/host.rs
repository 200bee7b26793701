//! The host's own pool.

use sqlx::PgConnection;
use sqlx::postgres::PgPoolOptions;

use super::PostgresStore;

impl PostgresStore {
    /// Adds a check to the options of the host's own pool. A transaction that is still open on a
    /// connection when it comes back to the pool is undone, before anybody else gets the
    /// connection.
    ///
    /// A web server drops the work for a client that disconnects. If that happens while sqlx 0.9
    /// waits for the answer to `BEGIN`, the connection goes back with an open transaction unknown
    /// to sqlx. The writes of the next request on it are confirmed and later lost
    /// (<https://github.com/launchbadge/sqlx/issues/4385>).
    ///
    /// It replaces [`after_release`](PgPoolOptions::after_release), and costs one round trip in the
    /// background each time a connection comes back.
    ///
    /// ```no_run
    /// use sqlx::PgPool;
    /// use sqlx::postgres::PgPoolOptions;
    /// use whatsapp_store_sqlx::PostgresStore;
    ///
    /// # async fn open() -> sqlx::Result<PgPool> {
    /// PostgresStore::host_pool(PgPoolOptions::new().max_connections(8))
    ///     .connect("postgres://shop@db.example.com/shop")
    ///     .await
    /// # }
    /// ```
    #[must_use]
    pub fn host_pool(options: PgPoolOptions) -> PgPoolOptions {
        options.after_release(|connection, _| Box::pin(leave_nothing_open(connection)))
    }
}

/// Ends any open transaction. Usually there is none, and then nothing happens and the server logs
/// nothing. If the transaction has failed already, this fails, and the pool closes the connection.
async fn leave_nothing_open(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await.map(|_| true)
}

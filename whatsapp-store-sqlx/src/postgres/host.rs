//! The host's own pool.

use sqlx::PgConnection;
use sqlx::postgres::PgPoolOptions;

use super::PostgresStore;

impl PostgresStore {
    /// The options of the host's own pool, with one thing more: a transaction that is still open on
    /// a connection when it comes back to the pool is undone before anybody else gets it.
    ///
    /// A web server drops what it was doing for a client that hangs up. Where that happens while
    /// sqlx 0.9 waits for the answer to `BEGIN`, the connection goes back with an open transaction
    /// that sqlx does not know of. What the next request writes on it is answered as written and
    /// lost later (<https://github.com/launchbadge/sqlx/issues/4385>).
    ///
    /// It takes the place of [`after_release`](PgPoolOptions::after_release), and costs one round
    /// trip in the background each time a connection comes back.
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

/// Ends whatever transaction is open. Where there is none, which is the rule, nothing happens and
/// the server logs nothing; with one that has failed already, this fails, and the pool closes the
/// connection.
async fn leave_nothing_open(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::raw_sql("BEGIN; ROLLBACK").execute(connection).await.map(|_| true)
}

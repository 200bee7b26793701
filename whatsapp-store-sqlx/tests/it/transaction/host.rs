//! A host's database: the store's tables, and a table of the host's own beside them.

use std::sync::Arc;

use sqlx::{Database, Pool, Transaction};
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Enqueued, Store, StoreError};

/// A connection of the host's.
pub(crate) type Connection<H> = <<H as Host>::Database as Database>::Connection;

/// The number of the host's orders.
pub(super) const ORDERS: &str = "SELECT COUNT(*) FROM orders";
const ADD_ORDER: &str = "INSERT INTO orders DEFAULT VALUES RETURNING number";
const NUMBERS: &str = "SELECT number FROM orders";
/// The number of messages.
pub(super) const LOG: &str = "SELECT COUNT(*) FROM whatsapp_message_logs";
/// The number of rows in the outbox.
pub(super) const OUTBOX: &str = "SELECT COUNT(*) FROM whatsapp_outbox";

/// The host's pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PoolOptions {
    /// With the options that the store's documentation requires.
    HostPool,
    /// With sqlx's defaults.
    Plain,
}

/// A host on one of the databases.
pub(crate) trait Host: Sized {
    type Database: Database;

    /// Creates a fresh database, with the store's tables and the host's.
    async fn open() -> Self {
        Self::open_with(PoolOptions::HostPool).await
    }

    async fn open_with(options: PoolOptions) -> Self;

    /// Opens a connection beside the pool.
    async fn stranger(&self) -> Connection<Self>;

    fn store(&self) -> Arc<dyn Store>;

    fn pool(&self) -> &Pool<Self::Database>;

    /// Begins a transaction in the way that the store's documentation requires.
    async fn begin(&self) -> Transaction<'static, Self::Database>;

    async fn enqueue_in(
        connection: &mut Connection<Self>,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError>;

    /// Writes a row of the host, and returns its number.
    async fn add_order(connection: &mut Connection<Self>) -> i64;

    async fn orders(connection: &mut Connection<Self>) -> Vec<i64>;

    async fn count(connection: &mut Connection<Self>, statement: &'static str) -> i64;

    /// Makes the second of the statements that enqueue fail from now on.
    async fn refuse_outbox_rows(connection: &mut Connection<Self>);

    async fn allow_outbox_rows(connection: &mut Connection<Self>);
}

pub(crate) use postgres::OnPostgres;
pub(crate) use sqlite::OnSqlite;

mod postgres {
    use std::sync::Arc;

    use sqlx::postgres::PgPoolOptions;
    use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, Postgres, Transaction};
    use whatsapp_core::message::NewMessage;
    use whatsapp_core::port::{Enqueued, Store, StoreError};
    use whatsapp_store_sqlx::PostgresStore;
    use whatsapp_testdb::TestDatabase;

    use super::{Host, PoolOptions};

    pub(crate) struct OnPostgres {
        store: PostgresStore,
        pool: PgPool,
        database: TestDatabase,
    }

    impl Host for OnPostgres {
        type Database = Postgres;

        async fn open_with(options: PoolOptions) -> Self {
            let database = TestDatabase::create().await;
            let store = PostgresStore::open(database.url()).await.unwrap();
            let pool = PgPoolOptions::new().max_connections(10);
            let pool = match options {
                PoolOptions::HostPool => PostgresStore::host_pool(pool),
                PoolOptions::Plain => pool,
            };
            let pool = pool.connect(database.url()).await.unwrap();
            let table = "CREATE TABLE orders (number bigint GENERATED ALWAYS AS IDENTITY)";
            pool.execute(table).await.unwrap();
            Self { store, pool, database }
        }

        fn store(&self) -> Arc<dyn Store> {
            Arc::new(self.store.clone())
        }

        fn pool(&self) -> &PgPool {
            &self.pool
        }

        async fn begin(&self) -> Transaction<'static, Postgres> {
            self.pool.begin().await.unwrap()
        }

        async fn enqueue_in(
            connection: &mut PgConnection,
            messages: &[NewMessage],
        ) -> Result<Vec<Enqueued>, StoreError> {
            PostgresStore::enqueue_in(connection, messages).await
        }

        async fn stranger(&self) -> PgConnection {
            PgConnection::connect(self.database.url()).await.unwrap()
        }

        async fn add_order(connection: &mut PgConnection) -> i64 {
            sqlx::query_scalar(super::ADD_ORDER).fetch_one(connection).await.unwrap()
        }

        async fn orders(connection: &mut PgConnection) -> Vec<i64> {
            sqlx::query_scalar(super::NUMBERS).fetch_all(connection).await.unwrap()
        }

        async fn count(connection: &mut PgConnection, statement: &'static str) -> i64 {
            sqlx::query_scalar(statement).fetch_one(connection).await.unwrap()
        }

        async fn refuse_outbox_rows(connection: &mut PgConnection) {
            let check = "ALTER TABLE whatsapp_outbox ADD CONSTRAINT refuse CHECK (false) NOT VALID";
            connection.execute(check).await.unwrap();
        }

        async fn allow_outbox_rows(connection: &mut PgConnection) {
            connection.execute("ALTER TABLE whatsapp_outbox DROP CONSTRAINT refuse").await.unwrap();
        }
    }
}

mod sqlite {
    use std::sync::Arc;
    use std::time::Duration;

    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
    use sqlx::{Executor as _, Sqlite, SqliteConnection, SqlitePool, Transaction};
    use tempfile::TempDir;
    use whatsapp_core::message::NewMessage;
    use whatsapp_core::port::{Enqueued, Store, StoreError};
    use whatsapp_store_sqlx::SqliteStore;

    use super::{Host, PoolOptions};

    pub(crate) struct OnSqlite {
        store: SqliteStore,
        pool: SqlitePool,
        folder: TempDir,
    }

    impl Host for OnSqlite {
        type Database = Sqlite;

        async fn open_with(options: PoolOptions) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(crate::FILE);
            let store = SqliteStore::open(&path).await.unwrap();
            let connect = SqliteConnectOptions::new()
                .filename(path)
                .busy_timeout(Duration::from_mins(1))
                .synchronous(SqliteSynchronous::Normal);
            let pool = SqlitePoolOptions::new().max_connections(10);
            let pool = match options {
                PoolOptions::HostPool => SqliteStore::host_pool(pool),
                PoolOptions::Plain => pool,
            };
            let pool = pool.connect_lazy_with(connect);
            let table = "CREATE TABLE orders (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT";
            pool.execute(table).await.unwrap();
            Self { store, pool, folder }
        }

        fn store(&self) -> Arc<dyn Store> {
            Arc::new(self.store.clone())
        }

        fn pool(&self) -> &SqlitePool {
            &self.pool
        }

        async fn begin(&self) -> Transaction<'static, Sqlite> {
            self.pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
        }

        async fn enqueue_in(
            connection: &mut SqliteConnection,
            messages: &[NewMessage],
        ) -> Result<Vec<Enqueued>, StoreError> {
            SqliteStore::enqueue_in(connection, messages).await
        }

        async fn stranger(&self) -> SqliteConnection {
            crate::stranger(self.folder.path()).await
        }

        async fn add_order(connection: &mut SqliteConnection) -> i64 {
            sqlx::query_scalar(super::ADD_ORDER).fetch_one(connection).await.unwrap()
        }

        async fn orders(connection: &mut SqliteConnection) -> Vec<i64> {
            sqlx::query_scalar(super::NUMBERS).fetch_all(connection).await.unwrap()
        }

        async fn count(connection: &mut SqliteConnection, statement: &'static str) -> i64 {
            sqlx::query_scalar(statement).fetch_one(connection).await.unwrap()
        }

        async fn refuse_outbox_rows(connection: &mut SqliteConnection) {
            let trigger = "CREATE TRIGGER refuse BEFORE INSERT ON whatsapp_outbox \
                           BEGIN SELECT RAISE(ABORT, 'refused'); END";
            connection.execute(trigger).await.unwrap();
        }

        async fn allow_outbox_rows(connection: &mut SqliteConnection) {
            connection.execute("DROP TRIGGER refuse").await.unwrap();
        }
    }
}

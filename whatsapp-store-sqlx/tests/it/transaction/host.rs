//! A host's database: the store's tables, and one of the host's own beside them.

use std::sync::Arc;

use sqlx::{Database, Pool, Transaction};
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Enqueued, Store, StoreError};

/// A connection of the host's.
pub(super) type Connection<H> = <<H as Host>::Database as Database>::Connection;

/// How many orders the host has.
pub(super) const ORDERS: &str = "SELECT COUNT(*) FROM orders";
/// How many messages there are.
pub(super) const LOG: &str = "SELECT COUNT(*) FROM whatsapp_message_logs";
/// How many messages owe something.
pub(super) const OUTBOX: &str = "SELECT COUNT(*) FROM whatsapp_outbox";

/// A host on one of the databases.
pub(super) trait Host: Sized {
    type Database: Database;

    /// A fresh database, with the store's tables and the host's.
    async fn open() -> Self;

    fn store(&self) -> Arc<dyn Store>;

    fn pool(&self) -> &Pool<Self::Database>;

    /// Begins a transaction as the store's documentation asks for.
    async fn begin(&self) -> Transaction<'static, Self::Database>;

    async fn enqueue_in(
        connection: &mut Connection<Self>,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError>;

    /// Writes a row of the host's.
    async fn add_order(connection: &mut Connection<Self>);

    async fn count(connection: &mut Connection<Self>, statement: &'static str) -> i64;

    /// From now on the second of the statements that enqueue fails.
    async fn refuse_outbox_rows(connection: &mut Connection<Self>);

    async fn allow_outbox_rows(connection: &mut Connection<Self>);
}

pub(super) use postgres::OnPostgres;
pub(super) use sqlite::OnSqlite;

mod postgres {
    use std::sync::Arc;

    use sqlx::postgres::PgPoolOptions;
    use sqlx::{Executor as _, PgConnection, PgPool, Postgres, Transaction};
    use whatsapp_core::message::NewMessage;
    use whatsapp_core::port::{Enqueued, Store, StoreError};
    use whatsapp_store_sqlx::PostgresStore;
    use whatsapp_testdb::TestDatabase;

    use super::Host;

    pub(crate) struct OnPostgres {
        store: PostgresStore,
        pool: PgPool,
        _database: TestDatabase,
    }

    impl Host for OnPostgres {
        type Database = Postgres;

        async fn open() -> Self {
            let database = TestDatabase::create().await;
            let store = PostgresStore::open(database.url()).await.unwrap();
            let pool = PgPoolOptions::new().max_connections(10).connect(database.url()).await;
            let pool = pool.unwrap();
            let table = "CREATE TABLE orders (number bigint GENERATED ALWAYS AS IDENTITY)";
            pool.execute(table).await.unwrap();
            Self { store, pool, _database: database }
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

        async fn add_order(connection: &mut PgConnection) {
            connection.execute("INSERT INTO orders DEFAULT VALUES").await.unwrap();
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

    use super::Host;

    pub(crate) struct OnSqlite {
        store: SqliteStore,
        pool: SqlitePool,
        _folder: TempDir,
    }

    impl Host for OnSqlite {
        type Database = Sqlite;

        async fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(crate::FILE);
            let store = SqliteStore::open(&path).await.unwrap();
            let options = SqliteConnectOptions::new()
                .filename(path)
                .busy_timeout(Duration::from_mins(1))
                .synchronous(SqliteSynchronous::Normal);
            let pool = SqlitePoolOptions::new().max_connections(10).connect_lazy_with(options);
            let table = "CREATE TABLE orders (number INTEGER PRIMARY KEY AUTOINCREMENT) STRICT";
            pool.execute(table).await.unwrap();
            Self { store, pool, _folder: folder }
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

        async fn add_order(connection: &mut SqliteConnection) {
            connection.execute("INSERT INTO orders DEFAULT VALUES").await.unwrap();
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

//! A server that looks like Supabase, with the database of a shop on it.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use whatsapp_core::port::StoreError;
use whatsapp_store_sqlx::PostgresOptions;
use whatsapp_testdb::{Cluster, TestDatabase};

/// The server is the test's own, because roles belong to the server.
#[derive(Debug)]
pub(crate) struct Host {
    database: TestDatabase,
    _cluster: Cluster,
}

impl Host {
    /// Creates a shop's database, without the library's tables.
    pub(crate) async fn new() -> Self {
        let cluster = tokio::task::spawn_blocking(Cluster::start).await.unwrap().unwrap();
        let database = TestDatabase::create_on(&cluster).await;
        let host = Self { database, _cluster: cluster };
        host.run(include_str!("roles.sql")).await;
        host.run(include_str!("host.sql")).await;
        host
    }

    /// Creates a shop's database with the library's tables under row-level security, and a row in
    /// each.
    pub(crate) async fn secured() -> Self {
        let host = Self::new().await;
        host.migrate(|options| options.references(true).supabase(true)).await.unwrap();
        host.fill().await;
        host
    }

    /// Opens a store as the shop does, which creates its tables.
    pub(crate) async fn migrate(
        &self,
        sets: impl FnOnce(PostgresOptions) -> PostgresOptions,
    ) -> Result<(), StoreError> {
        let shop = self.options().username("shop");
        sets(PostgresOptions::with(shop)).open().await?.close().await;
        Ok(())
    }

    /// Puts a row into each of the library's tables, and makes the policies apply to their owner.
    pub(crate) async fn fill(&self) {
        self.run(include_str!("rows.sql")).await;
        self.run("ALTER ROLE shop NOBYPASSRLS").await;
    }

    /// Opens a connection of the superuser.
    pub(crate) async fn connect(&self) -> PgConnection {
        self.options().connect().await.unwrap()
    }

    /// Runs statements as the superuser.
    pub(crate) async fn run(&self, statements: &str) {
        self.try_as("postgres", statements).await.unwrap();
    }

    /// Runs statements as another role, in one transaction.
    pub(crate) async fn try_as(&self, role: &str, statements: &str) -> sqlx::Result<()> {
        let mut connection = self.connect().await;
        let statements = format!("BEGIN; SET LOCAL ROLE {role}; {statements}; COMMIT");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(&mut connection).await?;
        connection.close().await
    }

    /// Returns the connection options of the superuser.
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.database.url().parse().unwrap()
    }
}

//! Our own side on Postgres.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use sqlx::{Executor, PgPool};
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Clock, Outbox, Store, Transport};
use whatsapp_store_sqlx::{PostgresOptions, PostgresStore};
use whatsapp_testdb::TestDatabase;

use super::{AcceptAll, Shape, about_invoices, drain, load, run_word};
use crate::contest::Contestant;
use crate::enqueue::Sink;
use crate::server::{Server, postgres_pool, settle_postgres};

/// Our store on Postgres, by the database's clock.
#[derive(Debug)]
pub struct OursOnPostgres {
    shape: Shape,
    transport: Arc<dyn Transport>,
    store: PostgresStore,
    clock: Arc<dyn Clock>,
    pool: PgPool,
    /// The set-up, as the table names it.
    kind: &'static str,
    /// Name of the contestant if it keeps the rows of earlier rounds.
    keeping: Option<&'static str>,
    database: TestDatabase,
}

impl OursOnPostgres {
    /// Sets the store up for many messages, in a database of its own.
    ///
    /// # Errors
    /// Fails if the database cannot be opened.
    pub async fn new(server: &Server, shape: Shape) -> Result<Self> {
        Self::with(server, shape, true).await
    }

    /// Sets the store up with its defaults, in a database of its own.
    ///
    /// # Errors
    /// Fails if the database cannot be opened.
    pub async fn as_it_comes(server: &Server, shape: Shape) -> Result<Self> {
        Self::with(server, shape, false).await
    }

    async fn with(server: &Server, shape: Shape, without_status_index: bool) -> Result<Self> {
        let database = server.database().await;
        let options = PostgresOptions::new(database.url())?;
        let store = options.without_status_index(without_status_index).open().await?;
        let clock: Arc<dyn Clock> = Arc::new(store.clock().await?);
        let pool = postgres_pool(database.url(), 2).await?;
        let transport = Arc::new(AcceptAll::default());
        let kind = if without_status_index { "" } else { ", as it comes" };
        Ok(Self { shape, transport, store, clock, pool, kind, keeping: None, database })
    }

    /// Sends through this transport instead of a gateway that takes all at once.
    #[must_use]
    pub fn over(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = transport;
        self
    }

    /// Keeps the rows of earlier rounds, under this name.
    #[must_use]
    pub const fn keeping(mut self, name: &'static str) -> Self {
        self.keeping = Some(name);
        self
    }

    /// Empties all tables of messages.
    ///
    /// # Errors
    /// Fails if the database refuses.
    pub async fn clear(&self) -> Result<()> {
        self.pool.execute("TRUNCATE whatsapp_message_logs CASCADE").await?;
        Ok(())
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &PostgresStore {
        &self.store
    }

    /// A pool beside the store's own.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// The database's name.
    #[must_use]
    pub fn database(&self) -> &str {
        self.database.name()
    }

    /// The database's address.
    #[must_use]
    pub fn url(&self) -> &str {
        self.database.url()
    }
}

#[async_trait]
impl Contestant for OursOnPostgres {
    fn name(&self) -> String {
        match self.keeping {
            Some(name) => name.to_owned(),
            None => format!("ours on Postgres, log and ledger, {}{}", self.shape, self.kind),
        }
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        if self.keeping.is_none() {
            self.clear().await?;
        }
        load(&self.store, rows).await?;
        settle_postgres(&self.pool).await
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let store: Arc<dyn Store> = Arc::new(self.store.clone());
        drain(&store, &self.transport, Some(&self.clock), self.shape, rows).await
    }
}

#[async_trait]
impl Sink for OursOnPostgres {
    type Item = NewMessage;

    fn name(&self) -> String {
        "ours on Postgres".to_owned()
    }

    fn items(&self, numbers: std::ops::Range<u32>) -> Vec<NewMessage> {
        about_invoices(&run_word(), numbers)
    }

    async fn empty(&self) -> Result<()> {
        self.clear().await?;
        settle_postgres(&self.pool).await
    }

    async fn put(&self, messages: Vec<NewMessage>) -> Result<()> {
        self.store.enqueue(&messages).await?;
        Ok(())
    }
}

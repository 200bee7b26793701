//! Our own side on SQLite.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use sqlx::Executor;
use tempfile::TempDir;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Outbox, Store, Transport};
use whatsapp_store_sqlx::SqliteStore;

use super::{AcceptAll, Shape, about_invoices, drain, load, run_word};
use crate::contest::Contestant;
use crate::enqueue::Sink;
use crate::server::sqlite_pool;

const FILE: &str = "ours.sqlite";

/// Our store on SQLite: a new file for each round, `synchronous=FULL`.
#[derive(Debug)]
pub struct OursOnSqlite {
    shape: Shape,
    transport: Arc<dyn Transport>,
    /// Name of the contestant if it keeps the rows of earlier rounds.
    keeping: Option<&'static str>,
    open: Option<(SqliteStore, TempDir)>,
}

impl OursOnSqlite {
    /// Sets the store up, to be drained in this shape.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        let transport = Arc::new(AcceptAll::default());
        Self { shape, transport, keeping: None, open: None }
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

    /// The file that was begun.
    ///
    /// # Errors
    /// Fails if no file was begun.
    pub fn path(&self) -> Result<PathBuf> {
        let (_, folder) = self.open.as_ref().context("a file was begun")?;
        Ok(folder.path().join(FILE))
    }

    /// The store on the file that was begun.
    ///
    /// # Errors
    /// Fails if no file was begun.
    pub fn store(&self) -> Result<&SqliteStore> {
        let (store, _) = self.open.as_ref().context("a file was begun")?;
        Ok(store)
    }

    /// Begins a file, and returns the contestant with it.
    ///
    /// # Errors
    /// Fails if the file cannot be opened.
    pub async fn begun(mut self) -> Result<Self> {
        self.fresh().await?;
        Ok(self)
    }

    /// Begins a new file and gives its store.
    pub(crate) async fn fresh(&mut self) -> Result<()> {
        if let Some((store, _folder)) = self.open.take() {
            store.close().await;
        }
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(folder.path().join(FILE)).await?;
        self.open = Some((store, folder));
        Ok(())
    }
}

#[async_trait]
impl Contestant for OursOnSqlite {
    fn name(&self) -> String {
        match self.keeping {
            Some(name) => name.to_owned(),
            None => format!("ours on SQLite, log and ledger, {}", self.shape),
        }
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        if self.keeping.is_none() {
            self.fresh().await?;
        }
        load(self.store()?, rows).await?;
        let pool = sqlite_pool(&self.path()?, 1).await?;
        pool.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        pool.close().await;
        Ok(())
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let store: Arc<dyn Store> = Arc::new(self.store()?.clone());
        drain(&store, &self.transport, None, self.shape, rows).await
    }
}

#[async_trait]
impl Sink for OursOnSqlite {
    type Item = NewMessage;

    fn name(&self) -> String {
        "ours on SQLite".to_owned()
    }

    fn items(&self, numbers: std::ops::Range<u32>) -> Vec<NewMessage> {
        about_invoices(&run_word(), numbers)
    }

    async fn empty(&self) -> Result<()> {
        let pool = sqlite_pool(&self.path()?, 1).await?;
        pool.execute("DELETE FROM whatsapp_message_logs").await?;
        pool.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        pool.close().await;
        Ok(())
    }

    async fn put(&self, messages: Vec<NewMessage>) -> Result<()> {
        self.store()?.enqueue(&messages).await?;
        Ok(())
    }
}

//! The two databases: the address that a worker is told, and the servers that the harness runs.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use whatsapp_core::Wake;
use whatsapp_core::port::{BulkStore, Store};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::{Cluster, TestDatabase};

/// Kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One SQLite file, for several processes of one host.
    Sqlite,
    /// A Postgres server.
    Postgres,
}

impl Kind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// Address of a database, as a worker is told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Database {
    /// Path of the SQLite file.
    Sqlite(PathBuf),
    /// Address of a Postgres database.
    Postgres(String),
}

/// A store on one of the databases, with its own connections.
#[derive(Debug, Clone)]
pub enum Opened {
    /// A store on SQLite.
    Sqlite(SqliteStore),
    /// A store on Postgres.
    Postgres(PostgresStore),
}

impl Database {
    /// Returns the kind of the database.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// Opens a store, as every worker process does for itself.
    ///
    /// # Errors
    /// Returns an error if the database does not answer.
    pub async fn open(&self) -> Result<Opened> {
        Ok(match self {
            Self::Sqlite(file) => Opened::Sqlite(SqliteStore::open(file).await?),
            Self::Postgres(url) => Opened::Postgres(PostgresStore::open(url).await?),
        })
    }
}

impl Opened {
    /// Returns all storage ports.
    #[must_use]
    pub fn ports(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
        }
    }

    /// Returns the port that acts on many messages.
    #[must_use]
    pub fn bulk(&self) -> Arc<dyn BulkStore> {
        match self {
            Self::Sqlite(store) => Arc::new(store.clone()),
            Self::Postgres(store) => Arc::new(store.clone()),
        }
    }

    /// Lets the database wake a dispatcher, where it can.
    pub fn listen(&self, wake: Wake) {
        if let Self::Postgres(store) = self {
            tokio::spawn(store.listen(wake));
        }
    }

    /// Closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// The Postgres server of a whole run. It starts when it is first asked for, and ends with the
/// value.
#[derive(Debug, Default)]
pub struct Servers(tokio::sync::OnceCell<Arc<Cluster>>);

impl Servers {
    /// Returns the server, and starts it if need be.
    ///
    /// # Errors
    /// Returns an error if this machine has none; the error says what to install.
    pub async fn postgres(&self) -> Result<Arc<Cluster>> {
        let start = || async { Ok(Arc::new(tokio::task::spawn_blocking(Cluster::start).await??)) };
        self.0.get_or_try_init(start).await.cloned()
    }

    /// Makes a fresh database; on SQLite this is a file in `folder`.
    ///
    /// # Errors
    /// Returns an error if there is no server, or no folder.
    pub async fn fresh(&self, kind: Kind, folder: &Path) -> Result<Home> {
        Ok(match kind {
            Kind::Sqlite => {
                fs::create_dir_all(folder).context("no folder for the database")?;
                Home { at: Database::Sqlite(folder.join("whatsapp.db")), server: None }
            }
            Kind::Postgres => {
                let cluster = self.postgres().await?;
                let database = TestDatabase::create_on(&cluster).await;
                Home {
                    at: Database::Postgres(database.url().to_owned()),
                    server: Some((cluster, database)),
                }
            }
        })
    }
}

/// A database for one run, and the server that it needs.
#[derive(Debug)]
pub struct Home {
    /// Address of the database.
    pub at: Database,
    server: Option<(Arc<Cluster>, TestDatabase)>,
}

impl Home {
    /// Returns the server that can be crashed, if there is one.
    #[must_use]
    pub fn cluster(&self) -> Option<Arc<Cluster>> {
        self.server.as_ref().map(|(cluster, _)| Arc::clone(cluster))
    }
}

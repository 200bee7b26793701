//! A test's own database, on a server that other tests use too.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, process, thread};

use anyhow::{Context as _, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};
use tokio::sync::OnceCell;

use crate::cluster::Cluster;
use crate::guard::random;

/// The variable with the address of a server for all tests to share.
pub const VARIABLE: &str = "TEST_DATABASE_URL";

/// Number of tries to create a database when something else is in the way.
const TRIES: usize = 5;

/// The longest that dropping a database may take; after that it is left to its server.
const PATIENCE: Duration = Duration::from_secs(10);

/// A fresh, empty database with a name that no other has. It is dropped with the value, also while
/// somebody is still connected to it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
    server: PgConnectOptions,
}

impl TestDatabase {
    /// Creates a database on the server of `TEST_DATABASE_URL`; where that is not set, on a server
    /// that this process starts for its first database, and that ends with the process.
    ///
    /// # Panics
    ///
    /// Panics if there is no server, with a sentence that says what to do.
    pub async fn create() -> Self {
        let created = async { Self::create_at(&shared_server().await?).await };
        created.await.unwrap_or_else(|error| panic!("no database for this test: {error:#}"))
    }

    /// Creates a database on `cluster`, for a test that crashes its server or counts its
    /// connections.
    ///
    /// # Panics
    ///
    /// Panics if the server does not answer.
    pub async fn create_on(cluster: &Cluster) -> Self {
        let created = Self::create_at(&cluster.url("postgres")).await;
        created.unwrap_or_else(|error| panic!("no database for this test: {error:#}"))
    }

    /// The address to connect to, a `postgres://` URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    async fn create_at(server: &str) -> Result<Self> {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let number = CREATED.fetch_add(1, Ordering::Relaxed);
        let name = format!("whatsapp_test_{}_{number}_{:016x}", process::id(), random());
        let server: PgConnectOptions =
            server.parse().with_context(|| format!("{VARIABLE} is no address of a database"))?;
        let mut connection =
            server.connect().await.context("cannot connect to the PostgreSQL server")?;
        // Nobody can be connected to template0, and it alone can be copied in another encoding than
        // the server's own. All databases sort alike, whatever the server was set up with.
        let statement = format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' \
             LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
        );
        let mut created = run(&mut connection, &statement).await;
        for _ in 1..TRIES {
            if !created.as_ref().is_err_and(somebody_is_in_the_way) {
                break;
            }
            created = run(&mut connection, &statement).await;
        }
        created.context("cannot create a database")?;
        connection.close().await?;
        let url = server.clone().database(&name).to_url_lossy().to_string();
        Ok(Self { name, url, server })
    }
}

impl Drop for TestDatabase {
    /// Drops the database, best effort. A thread with a runtime of its own does it, because this
    /// one's may be shutting down. The call waits for the thread, because the process may end right
    /// after.
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let work = async {
                let mut connection = server.connect().await?;
                run(&mut connection, &statement).await?;
                connection.close().await
            };
            runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await })??;
            anyhow::Ok(())
        });
        let _ = dropping.join();
    }
}

async fn run(connection: &mut PgConnection, statement: &str) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(statement)).await.map(drop)
}

/// True for `object_in_use`: the server's own maintenance was just visiting the template.
fn somebody_is_in_the_way(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "55006")
}

/// The address of the server that tests share.
async fn shared_server() -> Result<String> {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    if let Some(url) = env::var(VARIABLE).ok().filter(|url| !url.is_empty()) {
        return Ok(url);
    }
    let cluster = CLUSTER
        .get_or_try_init(|| async { tokio::task::spawn_blocking(Cluster::start).await? })
        .await?;
    Ok(cluster.url("postgres"))
}

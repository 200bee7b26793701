//! The other half of the fault harness. It plays one fault at one named point, and checks what must
//! follow.
//!
//! | test | what happens | database |
//! | --- | --- | --- |
//! | [T4](crash) | a process dies or stands still at each named point of a message's life | both |
//! | [T6](connections) | calls are given up, connections break, hang and run out, commits go unanswered | Postgres |
//! | [T7](full) | the disk fills up and is freed again | both |
//! | [T8](busy) | a foreign process locks the file | SQLite |
//! | [T13](herd) | ten thousand messages are due at once, and the gateway asks to wait | both |
//! | [T15](shutdown) | SIGTERM with POSTs under way | both |
//! | [T16](migrate) | a process dies at each statement of a data migration; four at once | both |
//! | [T17](bulk) | processes die again and again half way in acts on ten thousand messages | both |
//!
//! Each test gives one [`Line`]. What has to die is a process of its own: the `fault-points` binary
//! again, with its task on its command line ([`child`]). Faults are put in from outside: by a
//! [`Proxy`](proxy::Proxy) before the server, by a full disk, by wrappers around the ports
//! ([`watched`]). Nothing in the library knows of them.

pub mod bulk;
pub mod busy;
pub mod child;
pub mod clock;
pub mod connections;
pub mod crash;
pub mod full;
pub mod herd;
mod line;
pub mod migrate;
pub mod proxy;
pub mod shutdown;
pub mod watched;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

pub use line::Line;

use crate::faults::database::{Database, Servers};

/// Settings of every test.
#[derive(Debug)]
pub struct Trial {
    /// Path of the `fault-points` binary.
    pub program: PathBuf,
    /// Folder for the databases and logs.
    pub folder: PathBuf,
    /// Duration, in seconds, of the tests that run for a fixed time.
    pub seconds: u64,
    /// Seed for all random choices.
    pub seed: u64,
    /// True for the short form: tests with rounds play fewer of them.
    pub short: bool,
    /// The Postgres server.
    pub servers: Servers,
}

impl Trial {
    /// Makes a folder for a part of a test, and removes what an earlier run left there.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("the folder of an earlier run stays")?;
        }
        std::fs::create_dir_all(&folder).context("no folder for the run")?;
        Ok(folder)
    }

    /// Returns the number of rounds: `short` in the short form, otherwise `long`.
    const fn rounds(&self, long: usize, short: usize) -> usize {
        if self.short { short } else { long }
    }
}

/// Longest time that a condition may take to come true.
const PATIENCE: Duration = Duration::from_mins(5);

/// Waits for something that must happen, and fails if it takes too long.
async fn seen<T>(what: &str, happening: impl Future<Output = T>) -> Result<T> {
    let seen = tokio::time::timeout(PATIENCE, happening).await;
    seen.with_context(|| format!("waited in vain: {what}"))
}

/// Asks again and again until the answer is yes.
async fn until<F: Future<Output = Result<bool>>>(what: &str, asks: impl Fn() -> F) -> Result<()> {
    let asked = now();
    while !asks().await? {
        if asked.elapsed() > PATIENCE {
            bail!("waited in vain: {what}");
        }
        nap(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Returns the number that a statement gives, on a connection of its own past the store.
async fn number(database: &Database, statement: &'static str) -> Result<i64> {
    use sqlx::Connection as _;
    let number = match database {
        Database::Sqlite(file) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(file)
                .busy_timeout(Duration::from_secs(5));
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            let number = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
            connection.close().await?;
            number
        }
        Database::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let number = sqlx::query_scalar(statement).fetch_one(&mut connection).await?;
            connection.close().await?;
            number
        }
    };
    Ok(number)
}

#[expect(clippy::disallowed_methods, reason = "a harness for real processes takes real time")]
async fn nap(time: Duration) {
    tokio::time::sleep(time).await;
}

#[expect(clippy::disallowed_methods, reason = "how long something took is what is measured")]
fn now() -> Instant {
    Instant::now()
}

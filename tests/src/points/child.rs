//! The processes that die: the `fault-points` binary, told in JSON what to do.
//!
//! A child says on its standard output what happens, one line each: `at begin after`, `failed settle`,
//! and `done {…}` when it has come to its end. One that waits goes on when it is given a line.

mod live;
mod running;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::{DateTime, Utc};
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use whatsapp_360messenger::Gateway;
use whatsapp_core::port::{ApiKey, Clock, FixedKey};
use whatsapp_store_sqlx::{PostgresOptions, SqliteOptions};
use whatsapp_testkit::gateway::StandInGateway;

pub use running::Running;

use super::watched::{Call, When};
use super::{bulk, busy, full, migrate};
use crate::faults::database::{Database, Opened};

/// What a child is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    /// Where the database is.
    pub database: Database,
    /// Whether a transaction pooler stands before it.
    pub behind_pooler: bool,
    /// What to do.
    pub role: Role,
}

/// What a child does.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A dispatcher whose time is the shared clock's, until nothing is owed any more.
    Live(Live),
    /// A dispatcher in real time, until SIGTERM.
    Run(Run),
    /// A host that enqueues in its own transaction, and dies before or after the commit.
    Host {
        /// Whether it commits first.
        commit: bool,
    },
    /// Opens the store, which migrates.
    Open(migrate::Opening),
    /// Locks the SQLite file again and again.
    Hold(busy::Hold),
    /// Works on a disk that fills up.
    Disk(full::Plan),
    /// Does confirmed acts on many messages.
    Bulk(bulk::Plan),
}

/// A dispatcher in virtual time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Live {
    /// The gateway.
    pub gateway: Address,
    /// The shared clock.
    pub clock: PathBuf,
    /// When it stops at the latest.
    pub until: DateTime<Utc>,
    /// Where something happens to it.
    pub stop: Option<Stop>,
    /// Where it writes down what e-mails it sent.
    pub mails: PathBuf,
}

/// A dispatcher in real time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// The gateway.
    pub gateway: Address,
    /// Messages under way at once.
    pub slots: u32,
    /// Whether it keeps to the pace of the settings.
    pub paced: bool,
}

/// Where the gateway is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Address {
    /// Its base URL.
    pub url: String,
    /// Its key.
    pub key: String,
}

/// Where something happens to a child.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Stop {
    /// At which call.
    pub call: Call,
    /// Before or after it.
    pub when: When,
    /// What.
    pub how: How,
}

/// What happens to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// SIGKILL.
    Dies,
    /// SIGSTOP, for the whole process.
    Freezes,
    /// It waits for a line.
    Waits,
}

/// What a dispatcher in virtual time came to.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Report {
    /// Writes that came too late.
    pub fenced: u32,
}

impl Address {
    /// The address of a gateway.
    #[must_use]
    pub fn of(gateway: &StandInGateway) -> Self {
        Self { url: gateway.url(), key: gateway.key().to_owned() }
    }

    fn adapter(&self, clock: Arc<dyn Clock>) -> Result<Gateway> {
        let key = FixedKey(ApiKey::new(self.key.clone())?);
        // Through a proxy or not, it is the same gateway: what one way left in doubt the other can
        // clear up.
        let builder = Gateway::builder(Arc::new(key)).known_as("the gateway");
        Ok(builder.base_url(self.url.clone()).clock(clock).build()?)
    }
}

impl Spec {
    /// A child at this database.
    #[must_use]
    pub const fn new(database: Database, role: Role) -> Self {
        Self { database, behind_pooler: false, role }
    }

    /// Opens the store. Its patience is short, so that a harness that takes the database away need
    /// not wait long until that shows.
    async fn open(&self) -> Result<Opened> {
        Ok(match &self.database {
            Database::Sqlite(file) => {
                let options = SqliteOptions::new(file).busy_timeout(Duration::from_secs(2));
                Opened::Sqlite(options.open().await?)
            }
            Database::Postgres(url) => {
                let options = PostgresOptions::new(url)?
                    .behind_pooler(self.behind_pooler)
                    .acquire_timeout(Duration::from_secs(2));
                Opened::Postgres(options.open().await?)
            }
        })
    }
}

/// Does what it is told, as a child.
///
/// # Errors
/// When it could not.
pub async fn work(spec: Spec) -> Result<()> {
    match &spec.role {
        Role::Live(live) => done(&live::live(spec.open().await?.ports(), live).await?),
        Role::Run(run) => {
            live::run(spec.open().await?, run).await?;
            done(&Report::default())
        }
        Role::Host { commit } => live::host(&spec.database, *commit).await,
        Role::Open(opening) => {
            opening.work(&spec.database, spec.behind_pooler).await?;
            done(&Report::default())
        }
        Role::Hold(hold) => done(&hold.work(&spec.database).await?),
        Role::Disk(plan) => done(&plan.work().await?),
        Role::Bulk(plan) => {
            plan.work(spec.open().await?).await?;
            done(&Report::default())
        }
    }
}

/// The last word of a child.
fn done(report: &impl Serialize) -> Result<()> {
    say(&format!("done {}", serde_json::to_string(report)?));
    Ok(())
}

/// Says something to whoever started this process. Nobody there to hear it is no reason to stop.
pub(super) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Ends this process as `kill -9` does.
pub(super) fn die() -> ! {
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

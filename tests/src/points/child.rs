//! The processes that die: the `fault-points` binary, told in JSON what to do.
//!
//! A child reports on its standard output, one line each: `at begin after`, `failed settle`, and
//! `done {…}` when it has come to its end. A child that waits goes on when it is given a line.

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

/// Task of a child, as it is told in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    /// Address of the database.
    pub database: Database,
    /// True if a transaction pooler stands before the database.
    pub behind_pooler: bool,
    /// Role of the child.
    pub role: Role,
}

/// Role of a child.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A dispatcher in the shared clock's time, until nothing is owed any more.
    Live(Live),
    /// A dispatcher in real time, until SIGTERM.
    Run(Run),
    /// A host that enqueues in its own transaction, and dies before or after the commit.
    Host {
        /// True if it commits first.
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
    /// Address of the gateway.
    pub gateway: Address,
    /// File of the shared clock.
    pub clock: PathBuf,
    /// Latest time at which it stops.
    pub until: DateTime<Utc>,
    /// Point at which something happens to it, if anything does.
    pub stop: Option<Stop>,
    /// File in which it notes the e-mails that it sent.
    pub mails: PathBuf,
}

/// A dispatcher in real time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Address of the gateway.
    pub gateway: Address,
    /// Limit on the messages in flight at once.
    pub slots: u32,
    /// True if it keeps to the rate limit of the settings.
    pub paced: bool,
}

/// Address of the gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Address {
    /// Base URL of the gateway.
    pub url: String,
    /// Key of the gateway.
    pub key: String,
}

/// Point at which something happens to a child.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Stop {
    /// The call at which it happens.
    pub call: Call,
    /// Moment at which it happens: before or after the call.
    pub when: When,
    /// The thing that happens.
    pub how: How,
}

/// Thing that happens to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// SIGKILL.
    Dies,
    /// SIGSTOP, for the whole process.
    Freezes,
    /// The process waits for a line.
    Waits,
}

/// Result of a dispatcher in virtual time.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Report {
    /// Number of writes that came too late.
    pub fenced: u32,
}

impl Address {
    /// Returns the address of a gateway.
    #[must_use]
    pub fn of(gateway: &StandInGateway) -> Self {
        Self { url: gateway.url(), key: gateway.key().to_owned() }
    }

    fn adapter(&self, clock: Arc<dyn Clock>) -> Result<Gateway> {
        let key = FixedKey(ApiKey::new(self.key.clone())?);
        // Whether through a proxy or not, it is the same gateway: what one way left in doubt the
        // other can clear up.
        let builder = Gateway::builder(Arc::new(key)).known_as("the gateway");
        Ok(builder.base_url(self.url.clone()).clock(clock).build()?)
    }
}

impl Spec {
    /// Makes the task of a child on this database.
    #[must_use]
    pub const fn new(database: Database, role: Role) -> Self {
        Self { database, behind_pooler: false, role }
    }

    /// Opens the store. Its timeouts are short, so that a harness that takes the database away need
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

/// Does the task of a child.
///
/// # Errors
/// Returns an error if the child could not do it.
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

/// Prints the last line of a child.
fn done(report: &impl Serialize) -> Result<()> {
    say(&format!("done {}", serde_json::to_string(report)?));
    Ok(())
}

/// Says something to the process that started this one. If nobody is there to hear it, this one
/// goes on.
pub(super) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Ends this process as `kill -9` does.
pub(super) fn die() -> ! {
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

//! T7: the disk fills up and is freed again.
//!
//! A message is enqueued, begun or settled while there is no room. Then `enqueue` must give an
//! error and leave nothing behind, no POST may go out without its attempt in the ledger, and an
//! outcome must wait for room in memory. Once there is room everything goes on, over the same
//! store.

mod disk;
mod rounds;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::signal::unix::{SignalKind, signal};
use whatsapp_store_sqlx::{PostgresStore, SqliteOptions, Synchronous};
use whatsapp_testdb::Cluster;

use self::disk::{Disk, Mount};
use self::rounds::rounds;
use super::child::{Role, Running, Spec};
use super::{Line, Trial};
use crate::faults::database::{Database, Kind};

/// Signal for a file that may not grow; without a handler it kills the process.
const FILE_TOO_LARGE: i32 = 25;

/// Task of a child.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// Folder for the database.
    pub folder: PathBuf,
    /// True if the folder is a small disk; otherwise its files may not grow when it is full.
    pub small_disk: bool,
    /// Number of times that the disk fills up.
    pub rounds: usize,
    /// Seed for all random choices.
    pub seed: u64,
}

/// Counts of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Number of times that the disk was full.
    pub fills: usize,
    /// Messages that were not taken.
    pub refused: usize,
    /// Begins that failed.
    pub begin_failed: usize,
    /// Settlements that failed and waited.
    pub settle_failed: usize,
    /// Messages that were taken.
    pub taken: usize,
    /// Messages that were taken, and sent by the end after one POST.
    pub sent_once: usize,
    /// POSTs that the gateway saw.
    pub posts: usize,
    /// POSTs of messages without an open attempt in the ledger.
    pub without_attempt: usize,
    /// POSTs of messages that were not taken.
    pub phantom: usize,
}

impl Tally {
    /// Returns true if nothing was found, and there was something to find.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.without_attempt == 0
            && self.phantom == 0
            && self.sent_once == self.taken
            && self.posts == self.taken
            && self.refused > 0
            && self.begin_failed + self.settle_failed > 0
    }
}

/// Fills the disk of one database and frees it.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T7", kind);
    let Some(tally) = on_a_full_disk(trial, kind, trial.rounds(20, 6)).await? else {
        // This is told, not passed over in silence: a tablespace cannot be small without a disk of
        // its own.
        line.figure("not_done", "no file system may be mounted here");
        return Ok(line);
    };
    for (name, count) in [
        ("fills", tally.fills),
        ("enqueue_refused", tally.refused),
        ("begin_failed", tally.begin_failed),
        ("settle_failed", tally.settle_failed),
        ("taken", tally.taken),
        ("sent_once", tally.sent_once),
        ("posts", tally.posts),
        ("posts_without_attempt", tally.without_attempt),
        ("phantom", tally.phantom),
    ] {
        line.count(name, count);
    }
    line.bar(tally.is_clean(), || format!("{tally:?}"));
    Ok(line)
}

/// Does the same, for T4 as well. Returns `None` if there can be no small disk.
pub(super) async fn on_a_full_disk(
    trial: &Trial,
    kind: Kind,
    rounds: usize,
) -> Result<Option<Tally>> {
    match kind {
        Kind::Sqlite => {
            let folder = trial.folder(&format!("T7-sqlite-{rounds}"))?;
            let mount = Mount::try_new(&folder, "16m");
            let small_disk = mount.is_some();
            let plan = Plan { folder: folder.clone(), small_disk, rounds, seed: trial.seed };
            let spec = Spec::new(Database::Sqlite(folder.join("whatsapp.db")), Role::Disk(plan));
            let tally = Running::start(trial, &spec)?.ended().await;
            drop(mount);
            tally.map(Some)
        }
        Kind::Postgres => on_a_small_tablespace(rounds, trial.seed).await,
    }
}

impl Plan {
    /// Does the task.
    pub(super) async fn work(&self) -> Result<Tally> {
        let file = self.folder.join("whatsapp.db");
        let disk = if self.small_disk {
            Disk::Small(self.folder.join("filler"))
        } else {
            // This handler is kept for good: without it the process would be killed.
            let mut told = signal(SignalKind::from_raw(FILE_TOO_LARGE))?;
            tokio::spawn(async move { while told.recv().await.is_some() {} });
            Disk::Limited(self.folder.clone())
        };
        let store = SqliteOptions::new(&file).synchronous(Synchronous::Full).open().await?;
        let tally = rounds(Arc::new(store.clone()), disk, self.rounds, self.seed).await?;
        store.close().await;
        let mut connection = sqlx::SqliteConnection::connect_with(
            &sqlx::sqlite::SqliteConnectOptions::new().filename(&file),
        )
        .await?;
        let check: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
        ensure!(check == "ok", "the file is damaged: {check}");
        Ok(tally)
    }
}

async fn on_a_small_tablespace(rounds: usize, seed: u64) -> Result<Option<Tally>> {
    let cluster = tokio::task::spawn_blocking(Cluster::start).await??;
    let folder = cluster.folder().join("small");
    fs::create_dir(&folder)?;
    let Some(mount) = Mount::try_new(&folder, "24m") else { return Ok(None) };
    // The server's folder belongs to the user it runs as; the room for its tables must as well.
    let space = folder.join("space");
    fs::create_dir(&space)?;
    let owner = fs::metadata(cluster.folder().join("data"))?;
    let (user, group) = {
        use std::os::unix::fs::MetadataExt as _;
        (owner.uid(), owner.gid())
    };
    std::os::unix::fs::chown(&space, Some(user), Some(group))?;
    let mut connection = sqlx::PgConnection::connect(&cluster.url("postgres")).await?;
    for statement in [
        format!("CREATE TABLESPACE small LOCATION '{}'", space.display()),
        "CREATE DATABASE shop TEMPLATE template0 TABLESPACE small".to_owned(),
    ] {
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    let store = PostgresStore::open(&cluster.url("shop")).await?;
    let disk = Disk::Small(folder.join("filler"));
    let tally = self::rounds::rounds(Arc::new(store.clone()), disk, rounds, seed).await;
    store.close().await;
    connection.close().await?;
    // The server's folder cannot be removed while the small disk is in it; `stop` makes sure that
    // the folder is gone.
    drop(mount);
    cluster.stop()?;
    tally.map(Some)
}

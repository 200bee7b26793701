//! T7: the disk fills up and is freed again.
//!
//! A message is enqueued, begun or settled while there is no room. Then `enqueue` must give an error
//! and leave nothing behind, no POST may go out without its attempt in the ledger, and an outcome must
//! wait for room in memory. Once there is room everything goes on, over the same store.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use chrono::TimeDelta;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::signal::unix::{SignalKind, signal};
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::message::{Facts, Status};
use whatsapp_core::port::{
    Accepted, Clock as _, OutgoingMessage, Probe, Store, Transport, TransportError,
};
use whatsapp_core::{Dispatcher, MessageId, Ports, Private};
use whatsapp_store_sqlx::{PostgresStore, SqliteOptions, Synchronous};
use whatsapp_testdb::Cluster;
use whatsapp_testkit::fixtures::{START, greeting};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport};

use super::child::{Role, Running, Spec};
use super::watched::{Call, Hook, Watched, When};
use super::{Line, Trial};
use crate::faults::database::{Database, Kind};

/// How often messages are enqueued until the disk must be full.
const TRIES_MAX: usize = 5_000;

/// The most passes until a dispatcher must have come to rest.
const PASSES_MAX: usize = 2_000;

/// A signal that tells of a file that may not grow; without a handler it kills.
const FILE_TOO_LARGE: i32 = 25;

/// What a child works on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// Where the database goes.
    pub folder: PathBuf,
    /// Whether the folder is a small disk; otherwise its files may not grow when it is full.
    pub small_disk: bool,
    /// How often the disk fills up.
    pub rounds: usize,
    /// What decides all that is random.
    pub seed: u64,
}

/// What was seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tally {
    /// How often the disk was full.
    pub fills: usize,
    /// Messages that were not taken.
    pub refused: usize,
    /// Begins that failed.
    pub begin_failed: usize,
    /// Settlements that failed and waited.
    pub settle_failed: usize,
    /// Messages that were taken.
    pub taken: usize,
    /// Those of them that were sent by the end, after one POST.
    pub sent_once: usize,
    /// POSTs.
    pub posts: usize,
    /// POSTs of messages without an open attempt in the ledger.
    pub without_attempt: usize,
    /// POSTs of messages that were not taken.
    pub phantom: usize,
}

impl Tally {
    /// Whether nothing was found, and there was something to find.
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
/// When it could not be done; not when something was found.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T7", kind);
    let Some(tally) = on_a_full_disk(trial, kind, trial.rounds(20, 6)).await? else {
        // Told, and not passed over in silence: a tablespace cannot be small without a disk of its own.
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

/// The same, for T4 as well; `None` when there can be no small disk.
pub(super) async fn on_a_full_disk(
    trial: &Trial,
    kind: Kind,
    rounds: usize,
) -> Result<Option<Tally>> {
    match kind {
        Kind::Sqlite => {
            let folder = trial.folder(&format!("T7-sqlite-{rounds}"))?;
            let mount = Mount::try_new(&folder, "4m");
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
    /// Works on it.
    pub(super) async fn work(&self) -> Result<Tally> {
        let file = self.folder.join("whatsapp.db");
        let disk = if self.small_disk {
            Disk::Small(self.folder.join("filler"))
        } else {
            // Kept for good: without it the process would be killed.
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
    let tally = self::rounds(Arc::new(store.clone()), disk, rounds, seed).await;
    store.close().await;
    connection.close().await?;
    // The server's folder cannot be removed while the small disk is in it; that it is gone is what
    // `stop` makes sure of.
    drop(mount);
    cluster.stop()?;
    tally.map(Some)
}

/// A small file system in memory, in this folder. Gone when it is dropped.
struct Mount(PathBuf);

impl Mount {
    /// `None` where nothing may be mounted.
    fn try_new(folder: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounting = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder)
            .stderr(std::process::Stdio::null())
            .status();
        mounting.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A disk that can be full.
#[derive(Debug, Clone)]
enum Disk {
    /// A small one, filled up by this file.
    Small(PathBuf),
    /// No file of this process may grow beyond the largest in this folder.
    Limited(PathBuf),
}

impl Disk {
    fn fill(&self) -> Result<()> {
        match self {
            Self::Small(filler) => {
                let mut file = fs::OpenOptions::new().create(true).append(true).open(filler)?;
                for size in [65_536, 4_096] {
                    while file.write_all(&vec![1; size]).is_ok() {}
                }
                Ok(())
            }
            Self::Limited(folder) => {
                let mut largest = 0;
                for entry in fs::read_dir(folder)? {
                    largest = largest.max(entry?.metadata()?.len());
                }
                limit(Some(largest))
            }
        }
    }

    fn free(&self) -> Result<()> {
        match self {
            Self::Small(filler) if filler.exists() => Ok(fs::remove_file(filler)?),
            Self::Small(_) => Ok(()),
            Self::Limited(_) => limit(None),
        }
    }
}

fn limit(bytes: Option<u64>) -> Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, Rlimit { current: bytes.or(maximum), maximum })
        .context("this process may not limit itself")
}

/// Everything about one run.
#[derive(Debug)]
struct Bench {
    store: Arc<dyn Store>,
    disk: Disk,
    seed: AtomicUsize,
    /// By their texts: what was taken, and what was not.
    taken: Mutex<BTreeMap<String, MessageId>>,
    refused: Mutex<BTreeSet<String>>,
    /// At which call the disk fills up.
    fills_at: Mutex<Option<(Call, When)>>,
    begin_failed: AtomicUsize,
    settle_failed: AtomicUsize,
    without_attempt: AtomicUsize,
    phantom: AtomicUsize,
}

async fn rounds(store: Arc<dyn Store>, disk: Disk, rounds: usize, seed: u64) -> Result<Tally> {
    let bench = Arc::new(Bench {
        store: Arc::clone(&store),
        disk,
        seed: AtomicUsize::new(1),
        taken: Mutex::default(),
        refused: Mutex::default(),
        fills_at: Mutex::default(),
        begin_failed: AtomicUsize::new(0),
        settle_failed: AtomicUsize::new(0),
        without_attempt: AtomicUsize::new(0),
        phantom: AtomicUsize::new(0),
    });
    let clock = ManualClock::starting_at(START);
    let scripted = ScriptedTransport::new();
    let transport: Arc<dyn Transport> =
        Arc::new(Witness { bench: Arc::clone(&bench), inner: scripted.clone() });
    let hook: Arc<dyn Hook> = Arc::new(Filling(Arc::clone(&bench)));
    let ports = Ports::new(
        Arc::new(Watched::new(store, Arc::clone(&hook))),
        Arc::new(FixedDirectory::default()),
    )
    .with_transport(Arc::new(Watched::new(transport, hook)))
    .with_clock(Arc::new(clock.clone()));
    let options = DispatchOptions::default().with_pace(Pace::Unlimited).with_watch(false);
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..rounds {
        let at = match round % 3 {
            0 => None,
            1 => Some((Call::Claim, When::After)),
            _ => Some((Call::Send, When::After)),
        };
        for _ in 0..random.usize(1..4) {
            ensure!(bench.enqueue().await, "nothing is taken although there is room");
        }
        *lock(&bench.fills_at) = at;
        if at.is_none() {
            bench.exhaust().await?;
        }
        // A pass on the full disk; it may fail.
        let _ = dispatcher.tick(clock.now()).await;
        bench.disk.free()?;
        *lock(&bench.fills_at) = None;
        settle_down(&dispatcher, &clock).await?;
    }
    bench.tally(rounds, &scripted).await
}

/// Passes until nothing is owed any more.
async fn settle_down(dispatcher: &Dispatcher, clock: &ManualClock) -> Result<()> {
    for _ in 0..PASSES_MAX {
        let report = dispatcher.tick(clock.now()).await.context("there is room again")?;
        match report.again_at {
            Some(at) if at > clock.now() => clock.advance_to(at),
            Some(_) if report.claimed > 0 => {}
            Some(_) => clock.advance(TimeDelta::seconds(30)),
            None => return Ok(()),
        }
    }
    anyhow::bail!("the dispatcher does not come to rest")
}

impl Bench {
    /// Enqueues one more message, a long one; whether it was taken.
    async fn enqueue(&self) -> bool {
        let seed = self.seed.fetch_add(1, Ordering::SeqCst) as u64;
        let text = format!("Dear Customer {seed}, {}", "a long story. ".repeat(250));
        let message = greeting(seed, START)
            .with_facts(|facts| Facts { text: Private::new(text.clone()), ..facts });
        let enqueued = self.store.enqueue(std::slice::from_ref(&message)).await;
        if enqueued.is_ok() {
            lock(&self.taken).insert(text, message.facts.id);
        } else {
            lock(&self.refused).insert(text);
        }
        enqueued.is_ok()
    }

    /// Fills the disk, and enqueues until nothing is taken any more.
    async fn exhaust(&self) -> Result<()> {
        self.disk.fill()?;
        for _ in 0..TRIES_MAX {
            if !self.enqueue().await {
                return Ok(());
            }
        }
        anyhow::bail!("the disk is full, and yet everything is taken")
    }

    async fn tally(&self, fills: usize, scripted: &ScriptedTransport) -> Result<Tally> {
        let mut posts = BTreeMap::<String, usize>::new();
        for sent in scripted.sent() {
            *posts.entry(sent.text.as_str().to_owned()).or_default() += 1;
        }
        let taken = lock(&self.taken).clone();
        let mut sent_once = 0;
        for (text, id) in &taken {
            let message = self.store.message(*id).await?.context("a message is gone")?;
            let attempts = self.store.attempts(*id).await?.len();
            let good = message.state.status == Status::Sent && attempts == 1;
            sent_once += usize::from(good && posts.get(text) == Some(&1));
        }
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        Ok(Tally {
            fills,
            refused: lock(&self.refused).len(),
            begin_failed: count(&self.begin_failed),
            settle_failed: count(&self.settle_failed),
            taken: taken.len(),
            sent_once,
            posts: posts.values().sum(),
            without_attempt: count(&self.without_attempt),
            phantom: count(&self.phantom),
        })
    }
}

/// Fills the disk at a call, and counts what fails.
#[derive(Debug)]
struct Filling(Arc<Bench>);

#[async_trait]
impl Hook for Filling {
    #[expect(clippy::expect_used, reason = "a disk that does not fill up proves nothing")]
    async fn at(&self, call: Call, when: When) {
        match (call, when) {
            (Call::Begin, When::Failed) => self.0.begin_failed.fetch_add(1, Ordering::SeqCst),
            (Call::Settle, When::Failed) => self.0.settle_failed.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
        let fills = {
            let mut at = lock(&self.0.fills_at);
            let here = *at == Some((call, when));
            if here {
                *at = None;
            }
            here
        };
        if fills {
            self.0.exhaust().await.expect("the disk fills up");
        }
    }
}

/// Looks into the ledger at each POST.
#[derive(Debug)]
struct Witness {
    bench: Arc<Bench>,
    inner: ScriptedTransport,
}

#[async_trait]
impl Transport for Witness {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let id = lock(&self.bench.taken).get(message.text.as_str()).copied();
        match id {
            None => {
                self.bench.phantom.fetch_add(1, Ordering::SeqCst);
            }
            Some(id) => {
                let attempts = self.bench.store.attempts(id).await;
                let open = |attempts: Vec<whatsapp_core::message::Attempt>| {
                    attempts.last().is_some_and(|last| last.outcome.is_none())
                };
                if !attempts.is_ok_and(open) {
                    self.bench.without_attempt.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        self.inner.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The processes that die: the `fault-points` binary, told in JSON what to do.
//!
//! A child says on its standard output what happens, one line each: `at begin after`, `failed settle`,
//! and `done {…}` when it has come to its end. One that waits goes on when it is given a line.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use rustix::process::{Pid, Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{
    AccountMail, ApiKey, AttachmentSource, Clock, Digest, FixedKey, Notifier, NotifyError, Store,
    SystemClock, Told, Transport,
};
use whatsapp_core::template::Types;
use whatsapp_core::{Dispatcher, Ports, Runner};
use whatsapp_store_sqlx::{PostgresOptions, SqliteOptions};
use whatsapp_testkit::FixedDirectory;
use whatsapp_testkit::gateway::StandInGateway;

use super::clock::SharedClock;
use super::watched::{Call, Hook, Watched, When};
use super::{Trial, busy, full, migrate, nap, now, seen};
use crate::faults::database::{Database, Opened};

/// The most passes of a worker until it must have come to rest.
const PASSES_MAX: usize = 1_000;

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
        // Through a proxy or not, it is the same gateway: what one way left in doubt the other can clear up.
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
        Role::Live(live) => done(&self::live(spec.open().await?.ports(), live).await?),
        Role::Run(run) => {
            self::run(spec.open().await?, run).await?;
            done(&Report::default())
        }
        Role::Host { commit } => host(&spec.database, *commit).await,
        Role::Open(opening) => {
            opening.work(&spec.database, spec.behind_pooler).await?;
            done(&Report::default())
        }
        Role::Hold(hold) => done(&hold.work(&spec.database).await?),
        Role::Disk(plan) => done(&plan.work().await?),
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

/// Works until nothing is owed any more, moving the clock from one thing due to the next.
async fn live(store: Arc<dyn Store>, live: &Live) -> Result<Report> {
    let clock = SharedClock::of(live.clock.clone());
    let hook: Arc<dyn Hook> =
        Arc::new(Stopping { stop: Mutex::new(live.stop), input: Mutex::new(None) });
    let gateway = Arc::new(live.gateway.adapter(Arc::new(clock.clone()))?);
    let transport: Arc<dyn Transport> = gateway.clone();
    let notifier: Arc<dyn Notifier> = Arc::new(Mails(live.mails.clone()));
    let sources: Arc<dyn AttachmentSource> = Arc::new(super::crash::card());
    let ports = Ports::new(
        Arc::new(Watched::new(store, Arc::clone(&hook))),
        Arc::new(FixedDirectory::default()),
    )
    .with_transport(Arc::new(Watched::new(transport, Arc::clone(&hook))))
    .with_deliveries(gateway)
    .with_sources(Arc::new(Watched::new(sources, Arc::clone(&hook))))
    .with_notifier(Arc::new(Watched::new(notifier, hook)))
    .with_clock(Arc::new(clock.clone()));
    let options = DispatchOptions::default().with_pace(Pace::Unlimited).with_watch(false);
    let dispatcher = Dispatcher::new(ports.clone())?.with_options(options);
    let notices = Notices::new(ports);
    let mut report = Report::default();
    // One more pass when nothing is owed: an outcome may still wait in memory.
    let mut rested = false;
    for _ in 0..PASSES_MAX {
        let now = clock.now();
        if now >= live.until {
            break;
        }
        let Ok(tick) = dispatcher.tick(now).await else {
            // Time stands still while the database is away.
            nap(Duration::from_millis(50)).await;
            continue;
        };
        report.fenced += tick.fenced;
        let mail = notices.tick(now).await;
        let mail_waits = !matches!(mail, Ok(NoticeReport::Idle | NoticeReport::NowhereToSend(_)));
        match tick.again_at {
            Some(at) if at > now => clock.move_to(at.min(live.until))?,
            // What is due and was claimed, but could not be begun, is due again with the lease.
            Some(_) if tick.claimed > 0 => {}
            Some(_) => clock.advance(TimeDelta::seconds(30))?,
            None if mail_waits => clock.advance(TimeDelta::minutes(1))?,
            None if rested => break,
            None => rested = true,
        }
    }
    Ok(report)
}

/// Works until SIGTERM, and then stops gracefully.
async fn run(opened: Opened, run: &Run) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let clock: Arc<dyn Clock> = match &opened {
        Opened::Sqlite(_) => Arc::new(SystemClock::new()),
        Opened::Postgres(store) => Arc::new(store.clock().await?),
    };
    let gateway = Arc::new(run.gateway.adapter(Arc::clone(&clock))?);
    let ports = Ports::new(opened.ports(), Arc::new(FixedDirectory::default()))
        .with_transport(gateway.clone())
        .with_deliveries(gateway)
        .with_clock(clock);
    let options = DispatchOptions::default()
        .with_slots(run.slots)
        .with_pace(if run.paced { Pace::FromSettings } else { Pace::Unlimited })
        .with_watch(false);
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    opened.listen(dispatcher.ports().wake());
    let runner = Runner::sending(dispatcher)?;
    say("at work");
    runner
        .run(async move {
            terminate.recv().await;
        })
        .await;
    Ok(())
}

/// Enqueues message 1 in a transaction of the host's own.
async fn host(database: &Database, commit: bool) -> Result<()> {
    use sqlx::Connection as _;
    use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
    use whatsapp_testkit::fixtures::{START, greeting};

    let message = [greeting(1, START)];
    match database {
        Database::Sqlite(file) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
            SqliteStore::enqueue_in(&mut transaction, &message).await?;
            if commit {
                transaction.commit().await?;
            }
            die()
        }
        Database::Postgres(url) => {
            let mut connection = sqlx::PgConnection::connect(url).await?;
            let mut transaction = connection.begin().await?;
            PostgresStore::enqueue_in(&mut transaction, &message).await?;
            if commit {
                transaction.commit().await?;
            }
            die()
        }
    }
}

/// Writes down what was sent.
#[derive(Debug)]
struct Mails(PathBuf);

#[async_trait]
impl Notifier for Mails {
    async fn notify(
        &self,
        _recipient: &str,
        digest: &Digest,
        _types: &Types,
    ) -> Result<Told, NotifyError> {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&self.0);
        file.and_then(|mut file| file.write_all(format!("{}\n", digest.id).as_bytes()))
            .map(|()| Told::All)
            .map_err(|_| NotifyError { reason: "the file takes nothing".to_owned() })
    }

    async fn notify_account(
        &self,
        _recipient: &str,
        _mail: &AccountMail,
    ) -> Result<(), NotifyError> {
        Ok(())
    }
}

/// Does at a call what is to happen there, once.
#[derive(Debug)]
struct Stopping {
    stop: Mutex<Option<Stop>>,
    input: Mutex<Option<Lines<BufReader<tokio::io::Stdin>>>>,
}

#[async_trait]
impl Hook for Stopping {
    async fn at(&self, call: Call, when: When) {
        if when == When::Failed {
            say(&format!("failed {call:?}"));
        }
        let how = match &mut *self.stop.lock().await {
            stop @ Some(_) => match stop {
                Some(here) if here.call == call && here.when == when => {
                    stop.take().map(|stop| stop.how)
                }
                _ => None,
            },
            None => None,
        };
        let Some(how) = how else { return };
        say(&format!("at {call:?} {when:?}"));
        match how {
            How::Dies => die(),
            How::Freezes => {
                let _ = kill_process(getpid(), Signal::STOP);
            }
            How::Waits => {
                let mut input = self.input.lock().await;
                let input = input.get_or_insert_with(|| BufReader::new(tokio::io::stdin()).lines());
                // Whoever was to say it is gone: so is the reason to wait.
                let _ = input.next_line().await;
            }
        }
    }
}

/// A child, from outside.
#[derive(Debug)]
pub struct Running {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts a child. It is killed when this is dropped.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(trial: &Trial, spec: &Spec) -> Result<Self> {
        std::fs::create_dir_all(&trial.folder).context("no folder for logs")?;
        let log = trial.folder.join("children.log");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut child = Command::new(&trial.program)
            .arg("child")
            .arg(serde_json::to_string(spec)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", trial.program.display()))?;
        let input = child.stdin.take().context("a child without input")?;
        let output = child.stdout.take().context("a child without output")?;
        Ok(Self { child, input, output: BufReader::new(output).lines() })
    }

    /// Waits until it says a line that begins like this, and gives the rest of it.
    ///
    /// # Errors
    /// When it ends without it, or takes too long.
    pub async fn says(&mut self, beginning: &str) -> Result<String> {
        seen(beginning, async {
            loop {
                let line = self.output.next_line().await?;
                let line = line.with_context(|| {
                    format!("a child ended without having said {beginning}; see children.log")
                })?;
                if let Some(rest) = line.strip_prefix(beginning) {
                    return Ok(rest.trim().to_owned());
                }
            }
        })
        .await?
    }

    /// Lets one that waits go on.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn go_on(&mut self) -> Result<()> {
        self.input.write_all(b"\n").await?;
        Ok(self.input.flush().await?)
    }

    /// Waits until it is killed, by itself or by somebody else.
    ///
    /// # Errors
    /// When it ends otherwise.
    pub async fn died(&mut self) -> Result<()> {
        let status = seen("the death of a child", self.child.wait()).await??;
        let by = std::os::unix::process::ExitStatusExt::signal(&status);
        ensure!(by == Some(9), "a child was to be killed, but ended: {status}");
        Ok(())
    }

    /// Kills it.
    ///
    /// # Errors
    /// When it has ended already.
    pub async fn kill(&mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        self.died().await
    }

    /// Waits until it is frozen, which it does by itself.
    ///
    /// # Errors
    /// When it does not.
    pub async fn frozen(&self) -> Result<()> {
        let pid = self.child.id().context("the child has ended")?;
        super::until("a frozen child", || async move {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
            Ok(stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('T')))
        })
        .await
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(pid.context("the child has ended")?, signal)?;
        Ok(())
    }

    /// The most memory it ever had, in bytes.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn most_memory(&self) -> Result<u64> {
        let pid = self.child.id().context("the child has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let line = line.context("this system does not tell the memory of a process")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
    }

    /// Waits for its last word.
    ///
    /// # Errors
    /// When it fails.
    pub async fn ended<R: for<'de> Deserialize<'de>>(mut self) -> Result<R> {
        let report = self.says("done ").await?;
        let status = seen("the end of a child", self.child.wait()).await??;
        ensure!(status.success(), "a child ended: {status}; see children.log");
        Ok(serde_json::from_str(&report)?)
    }

    /// Waits until it has ended, for so long at most. Gives how, and after how long.
    ///
    /// # Errors
    /// When it takes longer.
    pub async fn ends_within(&mut self, time: Duration) -> Result<(ExitStatus, Duration)> {
        let asked = now();
        match tokio::time::timeout(time, self.child.wait()).await {
            Ok(status) => Ok((status?, asked.elapsed())),
            Err(_) => bail!("a child did not end in {time:?}"),
        }
    }
}

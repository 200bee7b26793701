//! The work of the children: dispatchers in virtual and in real time, and a host.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use chrono::TimeDelta;
use rustix::process::{Signal, getpid, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{
    AccountMail, AttachmentSource, Clock, Digest, Notifier, NotifyError, Store, SystemClock, Told,
    Transport,
};
use whatsapp_core::template::Types;
use whatsapp_core::{Dispatcher, Ports, Runner};
use whatsapp_testkit::FixedDirectory;

use super::super::clock::SharedClock;
use super::super::watched::{Call, Hook, Watched, When};
use super::super::{crash, nap};
use super::{How, Live, Report, Run, Stop, die, say};
use crate::faults::database::{Database, Opened};

/// Largest number of passes of a worker until it must have come to rest.
const PASSES_MAX: usize = 1_000;

/// Works until nothing is owed any more, and moves the clock from each due time to the next.
pub(super) async fn live(store: Arc<dyn Store>, live: &Live) -> Result<Report> {
    let clock = SharedClock::of(live.clock.clone());
    let hook: Arc<dyn Hook> =
        Arc::new(Stopping { stop: Mutex::new(live.stop), input: Mutex::new(None) });
    let gateway = Arc::new(live.gateway.adapter(Arc::new(clock.clone()))?);
    let transport: Arc<dyn Transport> = gateway.clone();
    let notifier: Arc<dyn Notifier> = Arc::new(Mails(live.mails.clone()));
    let sources: Arc<dyn AttachmentSource> = Arc::new(crash::card());
    let ports = Ports::new(
        Arc::new(Watched::new(store, Arc::clone(&hook))),
        Arc::new(FixedDirectory::default()),
    )
    .with_transport(Arc::new(Watched::new(transport, Arc::clone(&hook))))
    .with_deliveries(gateway)
    .with_sources(Arc::new(Watched::new(sources, Arc::clone(&hook))))
    .with_notifier(Arc::new(Watched::new(notifier, hook)))
    .with_clock(Arc::new(clock.clone()));
    let options =
        DispatchOptions::default().with_rate_limit(RateLimit::Unlimited).with_watch(false);
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
            // A message that was claimed, but could not be begun, is due again when its lease ends.
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
pub(super) async fn run(opened: Opened, run: &Run) -> Result<()> {
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
        .with_rate_limit(if run.paced { RateLimit::FromSettings } else { RateLimit::Unlimited })
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
pub(super) async fn host(database: &Database, commit: bool) -> Result<()> {
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

/// A notifier that writes down the e-mails in a file.
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
            .map_err(|_| NotifyError::new("the file takes nothing"))
    }

    async fn notify_account(
        &self,
        _recipient: &str,
        _mail: &AccountMail,
    ) -> Result<(), NotifyError> {
        Ok(())
    }
}

/// A hook that lets happen, once, what is to happen at a call.
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
                // If the harness that was to say it is gone, the reason to wait is gone too.
                let _ = input.next_line().await;
            }
        }
    }
}

//! T4: a process dies, or stands still, at each named point of a message's life.
//!
//! Each case is one message on a fresh database. The first worker dies at its point. Then another
//! one lives through eight virtual hours. The content of the database, the requests at the gateway
//! and the copies that the customer got are compared with the promise.
//!
//! Points that only the other database can meet are told as `not_here`. A freeze between the last
//! look at the clock and the socket is no case: nobody can tell it from a gateway that takes a
//! message late.

mod cases;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use rustix::process::Signal;
use sqlx::Connection as _;
use whatsapp_core::attachment::{AttachmentKind, FoundFile, Place};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{AttachmentRef, Facts, Message, NewMessage, Status};
use whatsapp_core::messenger::Resend;
use whatsapp_core::port::{Clock as _, Customer, LogFilter, Sort, Store, Turn};
use whatsapp_core::{Messenger, Ports};
use whatsapp_testkit::fixtures::{AT_ALL_HOURS, START, greeting, save_settings};
use whatsapp_testkit::gateway::StandInGateway;
use whatsapp_testkit::{FixedDirectory, FixedSource, ScriptedTransport};

use cases::{Case, Doom, Outcome, cases};

use super::child::{Address, How, Live, Report, Role, Running, Spec, Stop};
use super::clock::SharedClock;
use super::full;
use super::proxy::{Cut, END, Proxy};
use super::watched::{Call, When};
use super::{Line, Trial, seen};
use crate::faults::database::{Database, Home, Kind};

/// Time longer than all attempts and looks of a message take.
const A_WORKING_DAY: TimeDelta = TimeDelta::hours(8);

/// Number of cases at once: most of their time processes start and end.
const AT_ONCE: usize = 3;

/// Plays all points on one database.
///
/// # Errors
/// Returns an error if the points could not be played; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T4", kind);
    let (mut equal, mut points) = (0, BTreeSet::new());
    let all = cases(kind);
    let mut lines = all.len();
    // Cases that take the server away are alone with it.
    let alone = |case: &&Case| kind == Kind::Postgres && case.doom.takes_the_server_away();
    let (alone, together): (Vec<_>, Vec<_>) = all.iter().partition(alone);
    for cases in together.chunks(AT_ONCE).chain(alone.chunks(1)) {
        let one = |place: usize| async move {
            match cases.get(place) {
                Some(case) => {
                    Box::pin(play_one(trial, kind, case)).await.map(|played| Some((*case, played)))
                }
                None => Ok(None),
            }
        };
        let (first, second, third) = tokio::join!(one(0), one(1), one(2));
        for (case, (actual, minutes)) in [first?, second?, third?].into_iter().flatten() {
            let holds = actual == case.expected && minutes <= case.within;
            equal += usize::from(holds);
            points.insert(case.point);
            let row = format!(
                "{} {}: expected {} within {} min, was {actual} after {minutes} min",
                case.point, case.what, case.expected, case.within
            );
            line.table.push(format!("{row}{}", if holds { ", equal" } else { "" }));
            line.bar(holds, || row);
        }
    }
    if kind == Kind::Sqlite {
        // T7 has the same points on a full disk, one after the other.
        let tally = full::on_a_full_disk(trial, kind, 3).await?;
        let holds = tally.as_ref().is_some_and(full::Tally::is_clean);
        lines += 1;
        equal += usize::from(holds);
        points.insert("C23");
        line.table.push(format!("C23 disk full at enqueue, begin and settle: {tally:?}"));
        line.bar(holds, || format!("C23 disk full: {tally:?}"));
    }
    let not_here = match kind {
        Kind::Sqlite => "C9,C22",
        Kind::Postgres => "C23",
    };
    line.count("points", points.len());
    line.figure("equal", format!("{equal}/{lines}"));
    line.figure("not_here", not_here);
    Ok(line)
}

/// Address of the one file that a message of these cases may carry.
const CARD: &str = "https://files.example/card.pdf";

/// Returns the source that reads this file.
pub(super) fn card() -> FixedSource {
    let sources = FixedSource::new();
    let file =
        FoundFile::new(b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec()).as_given();
    sources.put(Place::Link(CARD.to_owned()), file);
    sources
}

/// Makes a greeting. If the check of a file is the point, it has a file, and was made an hour ago.
fn message(case: &Case) -> NewMessage {
    let message = greeting(1, START);
    if !matches!(case.doom, Doom::DiesAt(Call::Check, _)) {
        return message;
    }
    message.with_facts(|facts| Facts {
        attachment: Some(AttachmentRef::new(CARD, AttachmentKind::Pdf, "card.pdf")),
        created_at: START - TimeDelta::hours(1),
        ..facts
    })
}

/// Plays a case on a stage of its own.
async fn play_one(trial: &Trial, kind: Kind, case: &Case) -> Result<(Outcome, i64)> {
    let name = format!("T4-{kind}-{}-{}", case.point, case.what.replace([' ', ','], "-"));
    let played = async { Stage::set(trial, kind, trial.folder(&name)?).await?.play(case).await };
    played.await.with_context(|| format!("{} {}, on {kind}", case.point, case.what))
}

/// A database, a gateway, a clock, for one message.
struct Stage<'a> {
    trial: &'a Trial,
    home: Home,
    gateway: StandInGateway,
    clock: SharedClock,
    mails: PathBuf,
}

impl<'a> Stage<'a> {
    async fn set(trial: &'a Trial, kind: Kind, folder: PathBuf) -> Result<Self> {
        let home = trial.servers.fresh(kind, &folder).await?;
        let clock = SharedClock::set(folder.join("clock"))?;
        let now = clock.clone();
        let gateway = StandInGateway::builder().now(move || now.now()).start().await?;
        Ok(Self { trial, home, gateway, clock, mails: folder.join("mails") })
    }

    /// Plays a case. Returns the outcome of the message, and the number of minutes that it took.
    async fn play(self, case: &Case) -> Result<(Outcome, i64)> {
        let opened = self.home.at.open().await?;
        let store = opened.ports();
        let email = ("whatsapp_failure_notification_email", "owner@shop.example");
        save_settings(&*store, &[email], START).await;
        save_settings(&*store, &AT_ALL_HOURS, START).await;
        if !matches!(case.doom, Doom::Host { .. }) {
            store.enqueue(&[message(case)]).await?;
        }
        if let Some(fault) = &case.fault {
            self.gateway.next(fault.clone());
        }
        self.gateway.lists(case.lists.clone());
        let ended = self.end(case.doom, store.as_ref()).await?;
        let used = match self.newest(store.as_ref()).await? {
            Some(message) => store.attempts(message.facts.id).await?.len(),
            None => 0,
        };
        self.worker(&self.home.at, &self.gateway.url(), None)?.ended::<Report>().await?;
        let fenced = match ended {
            Ended::Over { fenced } => fenced,
            Ended::Frozen(worker) => {
                worker.signal(Signal::CONT)?;
                worker.ended::<Report>().await?.fenced
            }
        };
        let outcome = self.outcome(store, used, fenced).await;
        opened.close().await;
        self.gateway.shutdown().await;
        outcome
    }

    /// Lets the first worker come to its end.
    async fn end(&self, doom: Doom, store: &dyn Store) -> Result<Ended> {
        let (database, gateway) = (&self.home.at, self.gateway.url());
        let stop = |call, when, how| Some(Stop { call, when, how });
        match doom {
            Doom::Host { commit } => {
                let spec = Spec::new(database.clone(), Role::Host { commit });
                Running::start(self.trial, &spec)?.died().await?;
            }
            Doom::DiesAt(call, when) => {
                let stop = stop(call, when, How::Dies);
                self.worker(database, &gateway, stop)?.died().await?;
            }
            Doom::DiesOverReply => {
                let mut worker = self.worker(database, &gateway, None)?;
                seen("the POST", self.gateway.wait_for_posts(1)).await?;
                worker.kill().await?;
            }
            Doom::DiesOverRequest => {
                let proxy = Proxy::before(self.gateway.address().port()).await?;
                proxy.cut(Cut::HangAfter(60));
                let mut worker = self.worker(database, &proxy.instead_of(&gateway), None)?;
                seen("half a request", proxy.wait_for_cuts(1)).await?;
                worker.kill().await?;
            }
            Doom::FreezesAt(call, when) => {
                let mut worker = self.worker(database, &gateway, stop(call, when, How::Freezes))?;
                worker.says("at ").await?;
                worker.frozen().await?;
                return Ok(Ended::Frozen(Box::new(worker)));
            }
            Doom::Lives => {
                self.worker(database, &gateway, None)?.ended::<Report>().await?;
            }
            Doom::Commit { passed_on } => {
                return Ok(Ended::Over { fenced: self.commit(passed_on).await? });
            }
            Doom::DatabaseAway { dies } => self.database_away(dies).await?,
            Doom::ServerCrash(call, when) => {
                let cluster = self.home.cluster().context("there is no server")?;
                let mut worker = self.worker(database, &gateway, stop(call, when, How::Waits))?;
                worker.says("at ").await?;
                tokio::task::spawn_blocking(move || cluster.crash_and_restart()).await??;
                worker.go_on().await?;
                worker.ended::<Report>().await?;
                // The store of the harness has noticed nothing yet.
                let _ = store.next_due().await;
            }
            Doom::DoubleClick => self.double_click(store).await?,
        }
        Ok(Ended::Over { fenced: 0 })
    }

    /// Breaks the connection over the commit of the outcome; the worker lives.
    async fn commit(&self, passed_on: bool) -> Result<u32> {
        let Database::Postgres(url) = &self.home.at else {
            anyhow::bail!("there is no connection to break");
        };
        let port = self.home.cluster().context("there is no server")?.port();
        let proxy = Proxy::before(port).await?;
        let through = Database::Postgres(proxy.instead_of(url));
        let stop = Stop { call: Call::Send, when: When::After, how: How::Waits };
        let mut worker = self.worker(&through, &self.gateway.url(), Some(stop))?;
        worker.says("at ").await?;
        proxy.cut(Cut::At { words: END.to_vec(), passed_on });
        worker.go_on().await?;
        seen("the cut commit", proxy.wait_for_cuts(1)).await?;
        worker.says("failed Settle").await?;
        // The proxy has to stay until the worker has ended.
        let report: Report = worker.ended().await?;
        drop(proxy);
        Ok(report.fenced)
    }

    /// Takes the database away after the reply.
    async fn database_away(&self, dies: bool) -> Result<()> {
        let stop = Stop { call: Call::Send, when: When::After, how: How::Waits };
        let mut worker = self.worker(&self.home.at, &self.gateway.url(), Some(stop))?;
        worker.says("at ").await?;
        let away = Away::take(&self.home).await?;
        worker.go_on().await?;
        worker.says("failed Settle").await?;
        if dies {
            worker.kill().await?;
            away.give_back().await
        } else {
            away.give_back().await?;
            worker.ended::<Report>().await.map(drop)
        }
    }

    /// Lets the message fail. Then a manager clicks twice on "send again", and the first of three
    /// requests is given up half way.
    async fn double_click(&self, store: &dyn Store) -> Result<()> {
        self.worker(&self.home.at, &self.gateway.url(), None)?.ended::<Report>().await?;
        let failed = self.newest(store).await?.context("the message is gone")?.facts;
        let number = failed.whatsapp_number.as_str().to_owned();
        let customer = Customer::new(failed.customer_id, "Asha Traders", Some(&number));
        let ports = Ports::new(
            self.home.at.open().await?.ports(),
            Arc::new(FixedDirectory::new([customer])),
        )
        .with_transport(Arc::new(ScriptedTransport::new()))
        .with_clock(Arc::new(self.clock.clone()));
        self.clock.advance(TimeDelta::seconds(1))?;
        let messenger = Messenger::new(ports);
        let resend = Resend::new(failed.id, Actor::Host);
        let gone = tokio::spawn({
            let (messenger, resend) = (messenger.clone(), resend.clone());
            async move { messenger.resend(&resend).await }
        });
        tokio::task::yield_now().await;
        gone.abort();
        let clicks = [messenger.clone(), messenger].map(|messenger| {
            let resend = resend.clone();
            tokio::spawn(async move { messenger.resend(&resend).await })
        });
        let mut ids = BTreeSet::new();
        for click in clicks {
            ids.insert(click.await??);
        }
        ensure!(ids.len() == 1, "two clicks made {} messages", ids.len());
        Ok(())
    }

    /// Starts a worker that lives until nothing is owed.
    fn worker(&self, at: &Database, gateway: &str, stop: Option<Stop>) -> Result<Running> {
        let live = Live {
            gateway: Address { url: gateway.to_owned(), ..Address::of(&self.gateway) },
            clock: self.clock.file(),
            until: START + A_WORKING_DAY,
            stop,
            mails: self.mails.clone(),
        };
        Running::start(self.trial, &Spec::new(at.clone(), Role::Live(live)))
    }

    async fn newest(&self, store: &dyn Store) -> Result<Option<Message>> {
        let page = store.page(&LogFilter::default(), Sort::Newest, Turn::First, 10).await?;
        Ok(page.messages.into_iter().next())
    }

    async fn outcome(
        &self,
        store: Arc<dyn Store>,
        used: usize,
        fenced: u32,
    ) -> Result<(Outcome, i64)> {
        let mails = std::fs::read_to_string(&self.mails).unwrap_or_default();
        let different: BTreeSet<_> = mails.lines().collect();
        let mut outcome = Outcome {
            row: "none".to_owned(),
            copies: self.gateway.accepted().len(),
            used,
            attempts: 0,
            posts: self.gateway.posts().len(),
            mails: (mails.lines().count(), different.len()),
            fenced,
        };
        let Some(message) = self.newest(store.as_ref()).await? else {
            return Ok((outcome, 0));
        };
        let attempts = store.attempts(message.facts.id).await?;
        outcome.attempts = attempts.len();
        let state = &message.state;
        // A reply that says yes needs no explanation; a look notes what it found.
        let by_look = attempts.last().is_some_and(|last| last.detail.is_some());
        outcome.row = match (state.status, &state.failure) {
            (Status::Sent, _) if by_look => "sent by a look".to_owned(),
            (status, Some(failure)) => format!("{status} {}", failure.kind),
            (status, None) => status.to_string(),
        };
        if state.owed.is_some() {
            outcome.row.push_str(", still owed");
        }
        Ok((outcome, (message.updated_at - START).num_minutes()))
    }
}

/// End of the first worker.
enum Ended {
    /// The worker is gone, after `fenced` writes that came too late.
    Over { fenced: u32 },
    /// The worker stands still.
    Frozen(Box<Running>),
}

/// A database that is away for a time.
pub(super) enum Away {
    /// A SQLite file that somebody has locked.
    Sqlite(sqlx::SqliteConnection),
    /// A Postgres server that is down.
    Postgres(Arc<whatsapp_testdb::Cluster>),
}

impl Away {
    pub(super) async fn take(home: &Home) -> Result<Self> {
        match &home.at {
            Database::Sqlite(file) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
                sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await?;
                Ok(Self::Sqlite(connection))
            }
            Database::Postgres(_) => {
                let cluster = home.cluster().context("there is no server")?;
                let crashing = Arc::clone(&cluster);
                tokio::task::spawn_blocking(move || crashing.crash()).await??;
                Ok(Self::Postgres(cluster))
            }
        }
    }

    pub(super) async fn give_back(self) -> Result<()> {
        match self {
            Self::Sqlite(mut connection) => {
                sqlx::query("ROLLBACK").execute(&mut connection).await?;
                connection.close().await?;
            }
            Self::Postgres(cluster) => {
                tokio::task::spawn_blocking(move || cluster.start_again()).await??;
            }
        }
        Ok(())
    }
}

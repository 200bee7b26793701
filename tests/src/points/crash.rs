//! T4: a process dies, or stands still, at each named point of a message's life.
//!
//! Each [`Case`] is one message on a fresh database. The first worker dies at its point; then another
//! one lives through eight virtual hours. What is in the database, what the gateway saw and what the
//! customer got is compared with what was promised.
//!
//! Points that this project does not have are told as `not_here`: the check of an attachment before
//! the send (C3), webhooks (C13, C14), the planner of reminders (C15), purges and key rotation
//! (C21). C18, a freeze between the last look at the clock and the socket, is the honest residual
//! and cannot be told from a late acceptance.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use rustix::process::Signal;
use sqlx::Connection as _;
use whatsapp_core::message::{Message, Status};
use whatsapp_core::messenger::Resend;
use whatsapp_core::port::{
    Clock as _, Customer, LogFilter, SettingRow, Sort, Store,
};
use whatsapp_core::{Dispatcher, Messenger, Ports};
use whatsapp_testkit::fixtures::{START, greeting};
use whatsapp_testkit::gateway::{Answer, Fault, Look, StandInGateway};
use whatsapp_testkit::{FixedDirectory, ScriptedTransport};

use super::child::{Address, How, Live, Report, Role, Running, Spec, Stop};
use super::clock::SharedClock;
use super::full;
use super::proxy::{Cut, Proxy};
use super::watched::{Call, When};
use super::{Line, Trial, seen};
use crate::faults::database::{Database, Home, Kind};

/// Longer than all attempts and looks of a message take.
const A_WORKING_DAY: TimeDelta = TimeDelta::hours(8);

/// A point, and what must follow.
#[derive(Debug, Clone)]
struct Case {
    point: &'static str,
    what: &'static str,
    doom: Doom,
    /// How the gateway answers the first POST.
    fault: Option<Fault>,
    /// Whether the gateway can be asked.
    lists: Look,
    expected: Outcome,
    /// How many minutes it takes at most until all is said about the message.
    within: i64,
}

/// How the first worker, or its host, ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doom {
    /// The host dies in its own transaction, or right after it.
    Host { commit: bool },
    /// It dies by itself.
    DiesAt(Call, When),
    /// It is killed while the gateway has the request.
    DiesOverReply,
    /// It is killed while half of the request is written.
    DiesOverRequest,
    /// It is frozen, and wakes up when all is over.
    FreezesAt(Call, When),
    /// Nothing happens to it.
    Lives,
    /// The connection breaks over the commit of the outcome.
    Commit { passed_on: bool },
    /// The database goes away before the outcome is written. Then the worker dies, or the database
    /// comes back.
    DatabaseAway { dies: bool },
    /// The server crashes, and comes back.
    ServerCrash(Call, When),
    /// A manager clicks twice, and goes away in between.
    DoubleClick,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// Its row: `none`, `sent`, `sent by a look`, `failed rejected`.
    row: String,
    /// Copies that the customer got.
    copies: usize,
    /// Attempts that the first worker used up.
    used: usize,
    /// Attempts in the ledger in the end.
    attempts: usize,
    /// POSTs that the gateway saw.
    posts: usize,
    /// E-mails to the manager, and how many of them are different ones.
    mails: (usize, usize),
    /// Writes of the frozen worker that came too late.
    fenced: u32,
}

impl Outcome {
    fn new(row: &str, copies: usize, used: usize, attempts: usize, posts: usize) -> Self {
        let row = row.to_owned();
        Self { row, copies, used, attempts, posts, mails: (0, 0), fenced: 0 }
    }

    fn mails(mut self, sent: usize, different: usize) -> Self {
        self.mails = (sent, different);
        self
    }
}

/// All points of this project on this database.
fn cases(kind: Kind) -> Vec<Case> {
    use Call::{Begin, Claim, Notify, Send, Settle};
    use When::{After, Before};

    let refused = || Some(Fault::refuse(Answer::session_down()));
    let taken = |answer| Some(Fault::accept_then(answer));
    let by_look = || Outcome::new("sent by a look", 1, 1, 1, 1);
    let sent = || Outcome::new("sent", 1, 1, 1, 1);
    let case = |point, what, doom, fault, expected, within| Case {
        point,
        what,
        doom,
        fault,
        lists: Look::Honest,
        expected,
        within,
    };
    let mut cases = vec![
        case("C0", "host dies before its commit", Doom::Host { commit: false }, None,
            Outcome::new("none", 0, 0, 0, 0), 0),
        case("C1", "host dies after its commit", Doom::Host { commit: true }, None,
            Outcome::new("sent", 1, 0, 1, 1), 0),
        case("C2", "dies after the claim", Doom::DiesAt(Claim, After), None,
            Outcome::new("sent", 1, 0, 1, 1), 2),
        case("C2b", "dies before the begin", Doom::DiesAt(Begin, Before), None,
            Outcome::new("sent", 1, 0, 1, 1), 2),
        case("C4", "dies after the begin", Doom::DiesAt(Begin, After), None,
            Outcome::new("sent", 1, 1, 2, 1), 31),
        case("C5", "dies over half a request", Doom::DiesOverRequest, None,
            Outcome::new("sent", 1, 1, 2, 1), 31),
        case("C6", "dies over a request that is never accepted", Doom::DiesOverReply,
            Some(Fault::refuse(Answer::Hang)), Outcome::new("sent", 1, 1, 2, 2), 31),
        case("C7", "dies after the acceptance", Doom::DiesOverReply, taken(Answer::Hang),
            by_look(), 2),
        case("C7", "accepted, and the connection is reset", Doom::Lives, taken(Answer::Reset),
            by_look(), 2),
        case("C7", "accepted, and the reply is an error 500", Doom::Lives,
            taken(Answer::Status(500)), by_look(), 2),
        case("C7", "accepted, and the reply is garbage", Doom::Lives, taken(Answer::Garbage),
            by_look(), 2),
        Case {
            lists: Look::Status(503),
            ..case("C7b", "as C7, and the list is down", Doom::DiesOverReply, taken(Answer::Hang),
                Outcome::new("failed unknown_outcome", 1, 1, 1, 1).mails(1, 1), 95)
        },
        case("C8", "dies over an acceptance", Doom::DiesAt(Send, After), None, by_look(), 2),
        case("C8b", "dies over a refusal", Doom::DiesAt(Send, After), refused(),
            Outcome::new("sent", 1, 1, 2, 2), 31),
        case("C10", "dies after the settlement", Doom::DiesAt(Settle, After), None, sent(), 0),
        case("C11", "dies after the failure, before the e-mail", Doom::DiesAt(Settle, After),
            Some(Fault::refuse(Answer::Status(400))),
            Outcome::new("failed rejected", 0, 1, 1, 1).mails(1, 1), 0),
        case("C12", "dies after the e-mail, before that is written", Doom::DiesAt(Notify, After),
            Some(Fault::refuse(Answer::Status(400))),
            Outcome::new("failed rejected", 0, 1, 1, 1).mails(2, 1), 0),
        case("C16", "frozen between begin and POST", Doom::FreezesAt(Begin, After), None,
            Outcome { fenced: 1, ..Outcome::new("sent", 1, 1, 2, 1) }, 31),
        case("C17", "frozen between POST and settlement", Doom::FreezesAt(Send, After), None,
            Outcome { fenced: 1, ..by_look() }, 2),
        case("C19", "database away after the acceptance, and back",
            Doom::DatabaseAway { dies: false }, None, sent(), 1),
        case("C19", "database away after the acceptance, until the worker dies",
            Doom::DatabaseAway { dies: true }, None, by_look(), 2),
        case("C20", "a manager clicks twice and goes away", Doom::DoubleClick,
            Some(Fault::refuse(Answer::Status(400))),
            Outcome::new("sent", 1, 0, 1, 2).mails(1, 1), 1),
    ];
    if kind == Kind::Postgres {
        cases.extend([
            case("C9", "commit of the outcome does not arrive", Doom::Commit { passed_on: false },
                None, sent(), 1),
            case("C9", "commit of the outcome is not answered", Doom::Commit { passed_on: true },
                None, Outcome { fenced: 1, ..sent() }, 1),
            case("C22", "server crashes after the claim", Doom::ServerCrash(Claim, After), None,
                Outcome::new("sent", 1, 0, 1, 1), 1),
            case("C22", "server crashes after the begin", Doom::ServerCrash(Begin, After), None,
                sent(), 1),
            case("C22", "server crashes after the reply", Doom::ServerCrash(Send, After), None,
                sent(), 1),
        ]);
    }
    cases
}

/// What this project does not have.
const NOT_HERE: &[&str] = &["C3", "C13", "C14", "C15", "C18", "C21"];

/// Plays all points on one database.
///
/// # Errors
/// When they could not be played; not when something was found.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T4", kind);
    let (mut equal, mut points) = (0, BTreeSet::new());
    let cases = cases(kind);
    let mut lines = cases.len();
    for (place, case) in cases.iter().enumerate() {
        let folder = trial.folder(&format!("T4-{kind}-{place}"))?;
        let stage = Stage::set(trial, kind, folder).await?;
        let (actual, minutes) = stage
            .play(case)
            .await
            .with_context(|| format!("{} {}, on {kind}", case.point, case.what))?;
        let holds = actual == case.expected && minutes <= case.within;
        equal += usize::from(holds);
        points.insert(case.point);
        line.table.push(format!(
            "{} {}: {} after {minutes} min",
            case.point,
            case.what,
            tell(&actual)
        ));
        line.bar(holds, || {
            let (expected, within) = (tell(&case.expected), case.within);
            format!(
                "{} {}: expected {expected} within {within} min, was {} after {minutes} min",
                case.point,
                case.what,
                tell(&actual)
            )
        });
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
    let not_here: Vec<_> = match kind {
        Kind::Sqlite => NOT_HERE.iter().chain(&["C9", "C22"]).copied().collect(),
        Kind::Postgres => NOT_HERE.iter().chain(&["C23"]).copied().collect(),
    };
    line.count("points", points.len());
    line.figure("equal", format!("{equal}/{lines}"));
    line.figure("not_here", not_here.join(","));
    Ok(line)
}

fn tell(outcome: &Outcome) -> String {
    let Outcome { row, copies, used, attempts, posts, mails, fenced } = outcome;
    format!(
        "row [{row}] copies {copies} used {used} attempts {attempts} posts {posts} mails {}/{} \
         fenced {fenced}",
        mails.1, mails.0
    )
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

    /// Plays a case. Gives what became of the message, and how many minutes that took.
    async fn play(self, case: &Case) -> Result<(Outcome, i64)> {
        let opened = self.home.at.open().await?;
        let store = opened.ports();
        let email = "whatsapp_failure_notification_email".to_owned();
        let email = SettingRow { key: email, value: "owner@shop.example".to_owned() };
        store.save_settings(&[email]).await?;
        if !matches!(case.doom, Doom::Host { .. }) {
            store.enqueue(&[greeting(1, START)]).await?;
        }
        if let Some(fault) = &case.fault {
            self.gateway.next(fault.clone());
        }
        self.gateway.lists(case.lists.clone());
        let ended = self.end(case.doom, store.as_ref()).await?;
        let used = match self.newest(store.as_ref()).await? {
            Some(message) => store.attempts(message.new.id).await?.len(),
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
                return Ok(Ended::Frozen(worker));
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

    /// The connection breaks over the commit of the outcome; the worker lives.
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
        proxy.cut(Cut::At { words: b"COMMIT".to_vec(), passed_on });
        worker.go_on().await?;
        seen("the cut commit", proxy.wait_for_cuts(1)).await?;
        worker.says("failed Settle").await?;
        // The proxy has to stay until the worker has ended.
        let report: Report = worker.ended().await?;
        drop(proxy);
        Ok(report.fenced)
    }

    /// The database goes away after the reply.
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

    /// The message fails; then a manager clicks twice on "send again", and the first of three
    /// requests is given up half way.
    async fn double_click(&self, store: &dyn Store) -> Result<()> {
        self.worker(&self.home.at, &self.gateway.url(), None)?.ended::<Report>().await?;
        let failed = self.newest(store).await?.context("the message is gone")?.new;
        let number = failed.whatsapp_number.as_str().to_owned();
        let customer = Customer::new(failed.customer_id, "Asha Traders", Some(&number));
        let ports = Ports::new(
            self.home.at.open().await?.ports(),
            Arc::new(ScriptedTransport::new()),
            Arc::new(FixedDirectory::new([customer])),
        )
        .with_clock(Arc::new(self.clock.clone()));
        self.clock.advance(TimeDelta::seconds(1))?;
        let messenger = Messenger::new(Dispatcher::new(ports));
        let resend = Resend {
            message_id: failed.id,
            action: "one click".to_owned(),
            confirmed: false,
            by: None,
        };
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
        let page = store.page(&LogFilter::default(), Sort::Newest, None, 10).await?;
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
        let attempts = store.attempts(message.new.id).await?;
        outcome.attempts = attempts.len();
        let state = &message.new.state;
        let by_look = attempts.last().is_some_and(|last| last.http_status.is_none());
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

/// How the first worker ended.
enum Ended {
    /// It is gone, after so many writes that came too late.
    Over { fenced: u32 },
    /// It stands still.
    Frozen(Running),
}

/// A database that is not there just now.
pub(super) enum Away {
    /// Locked by somebody.
    Sqlite(sqlx::SqliteConnection),
    /// Its server is down.
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

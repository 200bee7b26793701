//! The kill loop: several worker processes on one SQLite file, killed and frozen at random, against
//! a gateway that misbehaves; and a checker that afterwards holds the gateway's record against the
//! database.
//!
//! The harness itself is never killed: it holds the gateway's record and knows what was enqueued.
//! Clocks run [`FACTOR`] times as fast as time. Everything else is to scale, and these inequalities
//! keep the scale honest, all in real time:
//!
//! | what | how long |
//! | --- | --- |
//! | a POST follows its begin within | 1 s ([`worker::MONOTONIC_FACTOR`]) |
//! | a POST takes at most | 1 s |
//! | a lease | 2 s |
//! | a frozen worker (SIGSTOP) | 2.5 to 3.3 s: longer than a lease |
//! | the list knows of a message after | 0.75 s |
//! | the settle window (30 minutes) | 7.5 s: longer than 1 + 3.3 + 0.75 s |
//! | a worker held up between reply and settle | 2.5 to 10 s: longer than a settle window too |
//!
//! A run with the ledger, the fence and the look in place must find nothing wrong. A run with one
//! of the three taken out (a [`Mutant`]) must find something, or the harness proves nothing.

mod chaos;
mod check;
mod faults;
mod journal;
mod store;
mod witness;
pub mod worker;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use whatsapp_core::port::{Clock as _, Customer, MessageLog as _};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Dispatcher, MessageId, Messenger, Ports, Request};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::gateway::{Answer, Fault, RetryAfter, StandInGateway};
use whatsapp_testkit::{FixedDirectory, ScaledClock, ScriptedTransport, fixtures};

use chaos::{Chaos, Phase};
pub use check::Verdict;
use journal::Journal;
use witness::Witness;

/// How many times as fast as time the clocks run: half an hour takes 7.5 seconds.
pub const FACTOR: u32 = 240;

/// How long the gateway's list lags behind: 0.75 seconds in real time.
const LIST_LAG: TimeDelta = TimeDelta::minutes(3);

/// Messages for one number, so that looks meet other messages and several pages.
const MESSAGES_A_NUMBER: u32 = 8;

/// Real time between two enqueues, about.
const ENQUEUE_EVERY: Duration = Duration::from_millis(50);

/// How long the workers may take, in real time, to settle what is left once nobody is killed any
/// more: eight hours by their clocks.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// One of the three defences taken out, by a wrapper around a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Mutant {
    /// Writes under a lost lease pass.
    Fence,
    /// The attempt is begun after its POST.
    Begin,
    /// The gateway's list is always complete and empty.
    Look,
}

impl Mutant {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Fence, Self::Begin, Self::Look];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fence => "fence",
            Self::Begin => "begin",
            Self::Look => "look",
        }
    }
}

/// One run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program that becomes a worker when it is started with `worker` and a
    /// [`worker::Spec`] in JSON.
    pub program: PathBuf,
    /// Where the database, the logs and the report go; a folder of this run's own is made in it.
    pub folder: PathBuf,
    /// How many messages are enqueued.
    pub messages: u32,
    /// How many kills there are at least.
    pub kills: u32,
    /// What decides all that is random here, though not how the machine schedules its processes.
    pub seed: u64,
    /// What is taken out.
    pub mutant: Option<Mutant>,
}

impl Plan {
    fn name(&self) -> String {
        format!("{}-{}", self.mutant.map_or("honest", Mutant::name), self.seed)
    }
}

/// Does one run and judges it. The verdict's details are in `<folder>/<run>.json` afterwards.
///
/// A run with a mutant ends as soon as a defect shows, and its workers are killed in the end: a
/// system without its defences may not come to rest.
///
/// # Errors
/// When the run could not be made; not when it found something.
pub async fn run(plan: &Plan) -> Result<Verdict> {
    let started = now();
    let folder = plan.folder.join(plan.name());
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the folder of an earlier run stays")?;
    }
    fs::create_dir_all(&folder).context("no folder for the run")?;
    let database = folder.join("whatsapp.db");
    let clock = ScaledClock::from_now(FACTOR);
    let origin = clock.now();
    let store = SqliteStore::open(&database).await?;
    let gateway = faulty_gateway(plan.seed, clock).await?;
    let witness = Witness::watch(&gateway, &database)?;
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let chaos = Chaos::start(
        &plan.program,
        &folder,
        random.u64(..),
        &worker::Spec {
            database: database.clone(),
            gateway: gateway.url(),
            key: gateway.key().to_owned(),
            origin,
            journal: folder.join("journal"),
            mutant: plan.mutant,
            slots: 16,
            seed: 0,
        },
    );
    let outcome = drive(plan, &store, &database, clock, &gateway, &chaos, &mut random).await;
    let survived = chaos.stop(plan.mutant.is_none()).await;
    let enqueued = outcome?;
    let done = survived?;
    store.close().await;
    let verdict = check::judge(&check::Evidence {
        plan,
        database: &database,
        enqueued: &enqueued,
        posts: gateway.posts(),
        accepted: gateway.accepted(),
        unledgered: witness.unledgered(),
        journal: Journal::read(&folder.join("journal"))?,
        kills: done.kills,
        pauses: done.pauses,
        seconds: started.elapsed().as_secs(),
    })
    .await?;
    gateway.shutdown().await;
    let report = folder.with_extension("json");
    fs::write(&report, serde_json::to_vec_pretty(&verdict)?).context("no report")?;
    Ok(verdict)
}

/// Enqueues while workers die, then waits until everything is settled and stays so for as long as
/// some worker may still be held up with a write that comes too late.
async fn drive(
    plan: &Plan,
    store: &SqliteStore,
    database: &Path,
    clock: ScaledClock,
    gateway: &StandInGateway,
    chaos: &Chaos,
    random: &mut fastrand::Rng,
) -> Result<Vec<MessageId>> {
    let enqueued = enqueue(plan, store, clock, random).await?;
    while chaos.kills() < plan.kills {
        chaos.check()?;
        nap(Duration::from_millis(50)).await;
    }
    chaos.enter(Phase::Calm);
    let calm = now();
    let mut settled = None;
    loop {
        chaos.check()?;
        let red = plan.mutant.is_some()
            && (check::has_duplicates(&gateway.accepted())
                || check::has_contradictions(database).await?);
        let counts = store.counts().await?;
        settled = match settled {
            _ if counts.pending + counts.retrying > 0 => None,
            None => Some(now()),
            since => since,
        };
        let quiet = settled.is_some_and(|since| since.elapsed() > faults::HELD_UP_MOST);
        if red || quiet || calm.elapsed() > SETTLED_WITHIN {
            return Ok(enqueued);
        }
        nap(Duration::from_millis(100)).await;
    }
}

/// Enqueues the messages one by one, over time, and gives those that were taken.
async fn enqueue(
    plan: &Plan,
    store: &SqliteStore,
    clock: ScaledClock,
    random: &mut fastrand::Rng,
) -> Result<Vec<MessageId>> {
    let customers = FixedDirectory::default();
    let ports = Ports::new(
        Arc::new(store.clone()),
        Arc::new(ScriptedTransport::new()),
        Arc::new(customers.clone()),
    )
    .with_clock(Arc::new(clock));
    let messenger = Messenger::new(Dispatcher::new(ports));
    let mut enqueued = Vec::new();
    for no in 0..plan.messages {
        let customer = no / MESSAGES_A_NUMBER;
        let id = CustomerId::new(format!("C-{customer}"))?;
        let number = fixtures::number(customer.into());
        customers.put(Customer::new(id.clone(), format!("Customer {customer}"), Some(&number)));
        let order = StockDelivered {
            order_number: format!("SO-{no}"),
            delivered_on: clock.now().date_naive(),
            items: vec!["20 × LED bulb 9 W".to_owned()],
        };
        let receipt = messenger.enqueue(Request::stock_delivered(id, order)).await?;
        if !receipt.is_new {
            bail!("order {no} was enqueued before");
        }
        enqueued.push(receipt.message_id);
        nap(ENQUEUE_EVERY.mul_f64(random.f64() * 2.0)).await;
    }
    Ok(enqueued)
}

/// A gateway of whose answers 35 in a hundred are bad, by the same clock as the workers'.
async fn faulty_gateway(seed: u64, clock: ScaledClock) -> Result<StandInGateway> {
    let gateway = StandInGateway::builder()
        .seed(seed)
        .now(move || clock.now())
        .page_size(3)
        .list_lag(LIST_LAG.to_std()?)
        .start()
        .await?;
    let wait = Answer::TooManyRequests(RetryAfter::Text("1".to_owned()));
    gateway.mix(
        seed,
        &[
            (6, Fault::accept_then(Answer::Reset)),
            (5, Fault::accept_then(Answer::Status(500))),
            (4, Fault::accept_then(Answer::Hang)),
            (4, Fault::accept_then(Answer::Truncated)),
            (5, Fault::refuse(Answer::Reset)),
            (3, Fault::refuse(Answer::Status(500))),
            (6, Fault::refuse(Answer::session_down())),
            (2, Fault::refuse(wait)),
        ],
    );
    Ok(gateway)
}

/// The folder for runs of a checkout: below its folder for everything built.
#[must_use]
pub fn default_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.join("kill-loop")
}

#[expect(clippy::disallowed_methods, reason = "a harness for real processes takes real time")]
async fn nap(time: Duration) {
    tokio::time::sleep(time).await;
}

#[expect(clippy::disallowed_methods, reason = "how long a run took is told to a person")]
fn now() -> Instant {
    Instant::now()
}

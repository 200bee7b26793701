//! Storms: a host enqueues while its workers and its database die, against a gateway of whose
//! answers a third are bad; then everybody is left alone until all is settled, and the checker looks.
//!
//! The harness itself is never killed: it holds the gateway's record and knows what was enqueued.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use whatsapp_core::port::{Clock as _, Store};
use whatsapp_testkit::ScaledClock;
use whatsapp_testkit::gateway::{Answer, Fault, RetryAfter, StandInGateway};

use super::beside::Beside;
use super::chaos::{Chaos, Phase, Seat};
use super::database::{Kind, Servers};
use super::host::{Host, Placed};
use super::journal::Journal;
use super::witness::Witness;
use super::{FACTOR, Verdict, check, held_up, nap, now, worker};

/// How long the gateway's list lags behind: 0.75 seconds in real time.
const LIST_LAG: TimeDelta = TimeDelta::minutes(3);

/// How long the workers may take, in real time, to settle what is left once nobody is killed any
/// more: eight hours by their clocks.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// For how long nothing may change any more afterwards: longer than a lease.
const QUIET: Duration = Duration::from_millis(2_500);

/// What the workers and their database suffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// A worker is killed every 50 ms.
    Kills,
    /// Workers are killed seldom, frozen, and held up over replies: fast kills hide what long
    /// pauses do.
    Pauses,
    /// As kills, and the database server crashes every 2.5 seconds.
    Crashes,
}

impl Weather {
    /// The name of the test that it belongs to.
    #[must_use]
    pub const fn test(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Kills, Kind::Postgres) => "T1",
            (Self::Kills, Kind::Sqlite) => "T2",
            (Self::Pauses, _) => "T3",
            (Self::Crashes, _) => "T5",
        }
    }

    /// The workers, and what each suffers. Those that die young hold few messages each.
    fn seats(self, kind: Kind) -> Vec<Seat> {
        let frozen = Seat::Frozen { every: 300..1_500, pause: 300..4_000 };
        match (self, kind) {
            (Self::Pauses, _) => {
                vec![Seat::Killed(1_500..9_000), Seat::Killed(1_500..9_000), frozen.clone(), frozen]
            }
            (_, Kind::Sqlite) => vec![Seat::Killed(5..120); 2],
            (_, Kind::Postgres) => vec![Seat::Killed(5..200); 4],
        }
    }

    /// Orders a second, about as many as such workers get through.
    const fn orders_a_second(self) -> f64 {
        match self {
            Self::Kills | Self::Crashes => 30.0,
            Self::Pauses => 15.0,
        }
    }

    const fn server_crashes_every(self) -> Option<Duration> {
        match self {
            Self::Crashes => Some(Duration::from_millis(2_500)),
            Self::Kills | Self::Pauses => None,
        }
    }

    const fn holds_up(self) -> bool {
        matches!(self, Self::Pauses)
    }
}

/// One run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program that becomes a worker when it is started with `worker` and a
    /// [`worker::Spec`] in JSON.
    pub program: PathBuf,
    /// Where the database, the logs and the journal go; a folder of this run's own is made in it.
    pub folder: PathBuf,
    /// On which database.
    pub kind: Kind,
    /// What happens.
    pub weather: Weather,
    /// For how long it happens; afterwards all is left to come to rest.
    pub time: Duration,
    /// What decides all that is random here, though not how the machine schedules its processes.
    pub seed: u64,
}

impl Plan {
    /// The run's name, which is that of its folder.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{}-{}", self.weather.test(self.kind), self.kind, self.seed)
    }
}

/// Does one run and judges it.
///
/// # Errors
/// When the run could not be made; not when it found something.
pub async fn run(plan: &Plan, servers: &Servers) -> Result<Verdict> {
    let started = now();
    let folder = plan.folder.join(plan.name());
    if folder.exists() {
        fs::remove_dir_all(&folder).context("the folder of an earlier run stays")?;
    }
    fs::create_dir_all(&folder).context("no folder for the run")?;
    let home = servers.fresh(plan.kind, &folder).await?;
    let clock = ScaledClock::from_now(FACTOR);
    let origin = clock.now();
    let store = home.at.open().await?;
    let beside = Beside::new(&home.at)?;
    let gateway = faulty_gateway(plan.seed, clock).await?;
    let witness = Witness::watch(&gateway, Beside::new(&home.at)?, !plan.weather.holds_up())?;
    let host = Host::open(Beside::new(&home.at)?, store.ports(), clock).await?;
    let mut random = fastrand::Rng::with_seed(plan.seed);
    let spec = worker::Spec {
        database: home.at.clone(),
        gateway: gateway.url(),
        key: gateway.key().to_owned(),
        origin,
        journal: folder.join("journal"),
        held_up: plan.weather.holds_up(),
        slots: 16,
        seed: 0,
    };
    let mut chaos = Chaos::new(&plan.program, &folder, &spec, random.u64(..));
    for seat in plan.weather.seats(plan.kind) {
        chaos.seat(seat);
    }
    if let (Some(every), Some(cluster)) = (plan.weather.server_crashes_every(), home.cluster()) {
        chaos.crash(cluster, every);
    }
    let outcome = drive(plan, &host, store.ports().as_ref(), &chaos, &mut random).await;
    let survived = chaos.stop().await;
    let placed = outcome?;
    let done = survived?;
    store.close().await;
    let verdict = check::judge(check::Evidence {
        run: plan.name(),
        database: plan.kind,
        beside: &beside,
        placed: &placed,
        posts: gateway.posts(),
        accepted: gateway.accepted(),
        seen: witness.seen(),
        faults: Journal::read(&folder.join("journal"))?.joined(done),
        seconds: started.elapsed().as_secs(),
    })
    .await?;
    gateway.shutdown().await;
    Ok(verdict)
}

/// Enqueues while workers die, then waits until everything is settled and stays so for as long as
/// some worker may still be held up with a write that comes too late.
async fn drive(
    plan: &Plan,
    host: &Host,
    store: &dyn Store,
    chaos: &Chaos,
    random: &mut fastrand::Rng,
) -> Result<Placed> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let orders = (plan.time.as_secs_f64() * plan.weather.orders_a_second()).ceil() as u32;
    let placed = host.place(orders, plan.time, random).await?;
    chaos.enter(Phase::Calm);
    let calm = now();
    let quiet = if plan.weather.holds_up() { held_up::HELD_UP_MOST } else { QUIET };
    let mut settled = None;
    while calm.elapsed() < SETTLED_WITHIN {
        chaos.check()?;
        settled = match store.counts(u64::MAX).await {
            Ok(counts) if counts.pending + counts.retrying == 0 => settled.or_else(|| Some(now())),
            _ => None,
        };
        if settled.is_some_and(|since| since.elapsed() > quiet) {
            break;
        }
        nap(Duration::from_millis(100)).await;
    }
    Ok(placed)
}

/// A gateway of whose answers 35 in a hundred are bad, by the same clock as the workers'. The good
/// ones take their time, as a real gateway's do, so that most workers die over one.
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
            (30, Fault::ordinary().slowly(Duration::from_millis(20))),
            (25, Fault::ordinary().slowly(Duration::from_millis(60))),
            (10, Fault::ordinary().slowly(Duration::from_millis(150))),
            (6, Fault::accept_then(Answer::Reset)),
            (5, Fault::accept_then(Answer::Status(500))),
            (4, Fault::accept_then(Answer::Hang)),
            (4, Fault::accept_then(Answer::Truncated)),
            (5, Fault::refuse(Answer::Reset)),
            (3, Fault::refuse(Answer::Status(500))),
            (6, Fault::refuse(Answer::not_taken())),
            (2, Fault::refuse(wait)),
        ],
    );
    Ok(gateway)
}

//! Storms: a host enqueues while its workers and its database die, against a gateway of whose
//! answers a third are bad. Then everybody is left alone until all is settled, and the checker
//! looks.
//!
//! The harness itself is never killed: it holds the gateway's record and knows what was enqueued.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use whatsapp_core::port::{Clock as _, Store};
use whatsapp_testkit::ScaledClock;
use whatsapp_testkit::gateway::StandInGateway;

use super::beside::Beside;
use super::chaos::{Chaos, Phase, Seat};
use super::database::{Kind, Servers};
use super::host::{Customers, Host, Placed};
use super::journal::Journal;
use super::jumps::Jumps;
use super::witness::Witness;
use super::{FACTOR, Verdict, check, held_up, nap, now, skies, worker};

/// Time limit for the workers to settle what is left after the last kill, in real time: eight hours
/// by their clocks.
const SETTLED_WITHIN: Duration = Duration::from_mins(2);

/// Time afterwards in which nothing may change any more: longer than a lease.
const QUIET: Duration = Duration::from_millis(2_500);

/// Faults that the workers and their database suffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// A worker is killed every 50 ms.
    Kills,
    /// Workers are killed seldom, frozen, and held up over replies: fast kills hide the effects of
    /// long pauses.
    Pauses,
    /// As in `Kills`, and the database server crashes every 2.5 seconds.
    Crashes,
    /// Workers are killed seldom, and lists show most recipients as aliases or with other digits.
    Aliases,
    /// Workers are killed seldom, and lists show most texts escaped, replaced or cut, and most
    /// times shifted.
    Disguises,
    /// Workers are killed seldom, and the whole account is in trouble again and again, in every
    /// form.
    Trouble,
    /// Workers are killed seldom, and each worker's wall clock is set by hours, ahead and behind,
    /// again and again.
    Jumps,
}

/// Schedule for hosts' wall clocks in [`Weather::Jumps`]; each host has a seed of its own.
const JUMPS: Jumps = Jumps { seed: 0, every: Duration::from_secs(2), most: 180 };

/// The same limit as [`SETTLED_WITHIN`] where clocks jump. What a clock ahead by 3 hours wrote is
/// due by a clock behind by 3 hours only 6 hours later. That is 90 seconds, for each of 3 retries.
const SETTLED_OVER_JUMPS_WITHIN: Duration = Duration::from_mins(6);

impl Weather {
    /// Name of the test that the weather belongs to.
    #[must_use]
    pub const fn test(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Kills, Kind::Postgres) => "T1",
            (Self::Kills, Kind::Sqlite) => "T2",
            (Self::Pauses, _) => "T3",
            (Self::Crashes, _) => "T5",
            (Self::Aliases, _) => "T25",
            (Self::Disguises, _) => "T26",
            (Self::Trouble, _) => "T27",
            (Self::Jumps, _) => "T28",
        }
    }

    /// Returns the seats, each with the faults of its workers. Workers that die young hold few
    /// messages each.
    fn seats(self, kind: Kind) -> Vec<Seat> {
        let frozen = Seat::Frozen { every: 300..1_500, pause: 300..4_000 };
        match (self, kind) {
            (Self::Pauses, _) => {
                vec![Seat::Killed(1_500..9_000), Seat::Killed(1_500..9_000), frozen.clone(), frozen]
            }
            (Self::Aliases | Self::Disguises | Self::Trouble | Self::Jumps, _) => {
                vec![Seat::Killed(1_200..5_000); 3]
            }
            (_, Kind::Sqlite) => vec![Seat::Killed(5..120); 2],
            (_, Kind::Postgres) => vec![Seat::Killed(5..200); 4],
        }
    }

    /// Returns the orders in a second, about as many as these workers get through.
    const fn orders_a_second(self) -> f64 {
        match self {
            Self::Kills | Self::Crashes => 30.0,
            Self::Pauses | Self::Aliases | Self::Disguises | Self::Jumps => 15.0,
            Self::Trouble => 10.0,
        }
    }

    const fn server_crashes_every(self) -> Option<Duration> {
        match self {
            Self::Crashes => Some(Duration::from_millis(2_500)),
            _ => None,
        }
    }

    /// Returns the customers that messages go to. If lists do not show recipients and texts as they
    /// were sent, these are of several countries, with names of all that is escaped, replaced and
    /// cut.
    const fn customers(self) -> Customers {
        match self {
            Self::Aliases | Self::Disguises => Customers::Anywhere,
            _ => Customers::Plain,
        }
    }

    fn jumps(self) -> Option<Jumps> {
        (self == Self::Jumps).then_some(JUMPS)
    }

    const fn settled_within(self) -> Duration {
        match self {
            Self::Jumps => SETTLED_OVER_JUMPS_WITHIN,
            _ => SETTLED_WITHIN,
        }
    }

    const fn holds_up(self) -> bool {
        matches!(self, Self::Pauses)
    }
}

/// Settings of one run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program that becomes a worker when it is started with `worker` and a
    /// [`worker::Spec`] in JSON.
    pub program: PathBuf,
    /// Folder for the database, the logs and the journal; the run makes a folder of its own in it.
    pub folder: PathBuf,
    /// Database of the run.
    pub kind: Kind,
    /// Faults of the run.
    pub weather: Weather,
    /// Duration of the faults; afterwards all is left to come to rest.
    pub time: Duration,
    /// Seed for all random choices here, though not for how the machine schedules its processes.
    pub seed: u64,
}

impl Plan {
    /// Name of the run and of its folder.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{}-{}", self.weather.test(self.kind), self.kind, self.seed)
    }
}

/// Plays one run and judges it.
///
/// # Errors
/// Returns an error if the run could not be made; a finding is no error.
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
    let (gateway, wardrobe) = skies::gateway(plan.weather, plan.seed, clock).await?;
    let witness = Witness::watch(&gateway, Beside::new(&home.at)?, !plan.weather.holds_up())?;
    let host =
        Host::open(Beside::new(&home.at)?, store.ports(), clock, plan.weather.customers()).await?;
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
        jumps: plan.weather.jumps(),
        own_base: false,
        elapsed_by_wall: false,
    };
    let mut chaos = Chaos::new(&plan.program, &folder, &spec, random.u64(..));
    for seat in plan.weather.seats(plan.kind) {
        chaos.seat(seat);
    }
    if let (Some(every), Some(cluster)) = (plan.weather.server_crashes_every(), home.cluster()) {
        chaos.crash(cluster, every);
    }
    let outcome = drive(plan, &host, store.ports().as_ref(), &chaos, &gateway, &mut random).await;
    let survived = chaos.stop().await;
    let placed = outcome?;
    let done = survived?;
    store.close().await;
    let (posts, accepted) = (gateway.posts(), gateway.accepted());
    let guised = wardrobe.guised(&accepted);
    let mut faults = Journal::read(&folder.join("journal"))?.joined(done);
    let turns = started.elapsed().as_millis() / JUMPS.every.as_millis();
    let turns = plan.weather.jumps().map_or(0, |_| turns);
    faults.jumps = usize::try_from(turns)? * plan.weather.seats(plan.kind).len();
    faults.guised = guised.len();
    faults.troubled = posts.iter().filter(|post| skies::met_trouble(post)).count();
    faults.forms = skies::forms_met(&posts);
    let verdict = check::judge(check::Evidence {
        run: plan.name(),
        database: plan.kind,
        beside: &beside,
        placed: &placed,
        posts,
        accepted,
        guised,
        seen: witness.seen(),
        faults,
        seconds: started.elapsed().as_secs(),
    })
    .await?;
    gateway.shutdown().await;
    Ok(verdict)
}

/// Enqueues while workers die, then waits until everything is settled. It must stay settled for as
/// long as some worker may still be held up with a write that comes too late.
async fn drive(
    plan: &Plan,
    host: &Host,
    store: &dyn Store,
    chaos: &Chaos,
    gateway: &StandInGateway,
    random: &mut fastrand::Rng,
) -> Result<Placed> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let orders = (plan.time.as_secs_f64() * plan.weather.orders_a_second()).ceil() as u32;
    let seed = random.u64(..);
    let placed = if plan.weather == Weather::Trouble {
        tokio::select! {
            placed = host.place(orders, plan.time, random) => placed?,
            never = skies::trouble(gateway, seed) => match never {},
        }
    } else {
        host.place(orders, plan.time, random).await?
    };
    gateway.account().recovers();
    chaos.enter(Phase::Calm);
    let calm = now();
    let quiet = if plan.weather.holds_up() { held_up::HELD_UP_MOST } else { QUIET };
    let mut settled = None;
    while calm.elapsed() < plan.weather.settled_within() {
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

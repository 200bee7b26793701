//! A worker process: a dispatcher over the real store and the real gateway adapter, until SIGTERM.

use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::signal::unix::{SignalKind, signal};
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::port::{ApiKey, Clock, FixedKey, Transport};
use whatsapp_core::time::{Elapsed, TimeBase};
use whatsapp_core::{Dispatcher, Ports, Runner};
use whatsapp_testkit::{ElapsedByWall, FixedDirectory, ScaledClock};

use super::database::{Database, Opened};
use super::held_up::HeldUp;
use super::journal::Journal;
use super::jumps::Jumps;
use super::store::HarnessStore;
use super::{FACTOR, nap, now};

/// Speed of the workers' monotonic clocks, as a multiple of real time. The 5 seconds within which a
/// POST has to follow its begin take 1.
pub const MONOTONIC_FACTOR: u32 = 5;

/// Timeout for a request, in real time.
const REQUEST: Duration = Duration::from_secs(1);

/// Duration of a lease: 2 seconds in real time.
const LEASE: TimeDelta = TimeDelta::seconds(2 * FACTOR as i64);

/// Longest time that a worker tries to open a database whose server may be down just now.
const PATIENCE: Duration = Duration::from_secs(30);

/// Task of a worker, as it is told in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    /// Address of the database.
    pub database: Database,
    /// Base URL of the gateway.
    pub gateway: String,
    /// Key of the gateway.
    pub key: String,
    /// Time at which the clocks began to run fast.
    pub origin: DateTime<Utc>,
    /// File that events are noted in.
    pub journal: PathBuf,
    /// True if the worker is now and then held up over a reply.
    pub held_up: bool,
    /// Limit on the messages in flight at once.
    pub slots: u32,
    /// Seed for all random choices in this process.
    pub seed: u64,
    /// Schedule by which the wall clock of the worker's host is set, if it is.
    pub jumps: Option<Jumps>,
    /// True if the elapsed time cannot be compared with that of other workers, as on another host.
    pub own_base: bool,
    /// True for the mutant without elapsed time: setting the wall clock moves it too.
    pub elapsed_by_wall: bool,
}

/// Works until SIGTERM, and then stops gracefully.
///
/// # Errors
/// Returns an error if the database or the gateway cannot be opened.
pub async fn work(spec: Spec) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let journal = Arc::new(Journal::open(&spec.journal)?);
    let clock = WorkerClock {
        time: ScaledClock::since(spec.origin, FACTOR),
        origin: spec.origin,
        jumps: spec.jumps,
        base: spec.own_base.then(|| TimeBase::shared(&spec.seed.to_be_bytes())),
    };
    let clock: Arc<dyn Clock> =
        if spec.elapsed_by_wall { Arc::new(ElapsedByWall(clock)) } else { Arc::new(clock) };
    let opened = open(&spec.database).await.context("no database")?;
    let store = HarnessStore {
        inner: opened.ports(),
        journal: Arc::clone(&journal),
        tamper: None,
        deathbed: None,
        at_work: Some(Once::new()),
    };
    let key = FixedKey(ApiKey::new(spec.key)?);
    let gateway = Gateway::builder(Arc::new(key))
        .base_url(spec.gateway)
        .clock(clock.clone())
        .timeout(REQUEST)
        .look_timeout(REQUEST)
        .build()?;
    let gateway = Arc::new(gateway);
    let transport: Arc<dyn Transport> = if spec.held_up {
        Arc::new(HeldUp::new(gateway.clone(), journal, spec.seed))
    } else {
        gateway.clone()
    };
    let customers = FixedDirectory::default();
    let ports = Ports::new(Arc::new(store), Arc::new(customers))
        .with_transport(transport)
        .with_deliveries(gateway)
        .with_clock(clock);
    let options = DispatchOptions::default()
        .with_slots(spec.slots)
        .with_lease(LEASE)
        .with_listing_tolerance(TimeDelta::days(1))
        .with_rate_limit(RateLimit::Unlimited)
        .with_poll(Duration::from_millis(20));
    let shutdown = async move {
        terminate.recv().await;
    };
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    opened.listen(dispatcher.ports().wake());
    Runner::sending(dispatcher)?.run(shutdown).await;
    Ok(())
}

/// Opens the database. A server that has crashed comes back; until then a real worker would be
/// started again.
async fn open(database: &Database) -> Result<Opened> {
    let asked = now();
    loop {
        match database.open().await {
            Err(_) if asked.elapsed() < PATIENCE => nap(Duration::from_millis(50)).await,
            opened => return opened,
        }
    }
}

/// A clock whose readings all run fast, though not equally, on a host whose wall clock may be set.
#[derive(Debug)]
struct WorkerClock {
    time: ScaledClock,
    origin: DateTime<Utc>,
    jumps: Option<Jumps>,
    /// Base of elapsed time, unless it is counted from the machine's boot.
    base: Option<TimeBase>,
}

#[deny(clippy::missing_trait_methods)]
impl Clock for WorkerClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.time.now();
        let real = (now - self.origin).to_std().unwrap_or_default() / FACTOR;
        self.jumps.map_or(now, |jumps| now + jumps.off(real))
    }

    fn elapsed(&self) -> Elapsed {
        let elapsed = self.time.elapsed();
        self.base.map_or(elapsed, |base| Elapsed { base, ..elapsed })
    }

    fn monotonic(&self) -> Duration {
        self.time.monotonic() * MONOTONIC_FACTOR
    }
}

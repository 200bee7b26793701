//! A worker process: a dispatcher over the real store and the real gateway adapter, until SIGTERM.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::signal::unix::{SignalKind, signal};
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::port::{ApiKey, Clock, DeliveryReports, FixedKey};
use whatsapp_core::{Dispatcher, Ports};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::{FixedDirectory, ScaledClock};

use super::faults::{Blind, HeldUp};
use super::journal::Journal;
use super::store::HarnessStore;
use super::{FACTOR, Mutant};

/// How many times as fast the workers' monotonic clocks run: the 5 seconds within which a POST has
/// to follow its begin take 1.
pub const MONOTONIC_FACTOR: u32 = 5;

/// How long a request may take, in real time.
const REQUEST: Duration = Duration::from_secs(1);

/// How long a claim holds: 2 seconds in real time.
const LEASE: TimeDelta = TimeDelta::seconds(2 * FACTOR as i64);

/// What a worker is told, in JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Spec {
    /// The SQLite file.
    pub database: PathBuf,
    /// The gateway's base URL.
    pub gateway: String,
    /// The gateway's key.
    pub key: String,
    /// When the clocks began to run fast.
    pub origin: DateTime<Utc>,
    /// Where events are noted.
    pub journal: PathBuf,
    /// What is taken out.
    pub mutant: Option<Mutant>,
    /// Messages under way at once.
    pub slots: u32,
    /// Decides what is random in this process.
    pub seed: u64,
}

/// Works until SIGTERM, and then stops gracefully.
///
/// # Errors
/// When the database or the gateway cannot be opened.
pub async fn work(spec: Spec) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let journal = Arc::new(Journal::open(&spec.journal)?);
    let clock = Arc::new(WorkerClock(ScaledClock::since(spec.origin, FACTOR)));
    let store = SqliteStore::open(&spec.database).await.context("no database")?;
    let store = HarnessStore::new(store, &spec.database, Arc::clone(&journal), spec.mutant);
    let key = FixedKey(ApiKey::new(spec.key)?);
    let gateway = Gateway::builder(Arc::new(key))
        .base_url(spec.gateway)
        .clock(clock.clone())
        .timeout(REQUEST)
        .look_timeout(REQUEST)
        .build()?;
    let gateway = Arc::new(gateway);
    let deliveries: Arc<dyn DeliveryReports> = match spec.mutant {
        Some(Mutant::Look) => Arc::new(Blind(gateway.clone())),
        Some(Mutant::Fence | Mutant::Begin) | None => gateway.clone(),
    };
    let transport = HeldUp::new(gateway, journal, spec.seed);
    let customers = FixedDirectory::default();
    let ports = Ports::new(Arc::new(store), Arc::new(transport), Arc::new(customers))
        .with_deliveries(deliveries)
        .with_clock(clock);
    let mut options = DispatchOptions::default();
    options.slots = spec.slots;
    options.lease = LEASE;
    options.listing_tolerance = TimeDelta::days(1);
    options.pace = Pace::Unlimited;
    options.poll = Duration::from_millis(20);
    let shutdown = async move {
        terminate.recv().await;
    };
    Dispatcher::new(ports).with_options(options).run(shutdown).await;
    Ok(())
}

/// A clock whose two faces both run fast, though not equally.
#[derive(Debug)]
struct WorkerClock(ScaledClock);

#[deny(clippy::missing_trait_methods)]
impl Clock for WorkerClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic() * MONOTONIC_FACTOR
    }
}

//! The stage for a schedule: a database, a gateway, a clock that stands still until it is moved,
//! and workers that die when the schedule says so.
//!
//! A worker here is a task and not a process, with a store and connections of its own. To die, it
//! is dropped in the middle of its work: what it has committed stays, and nothing else comes from
//! it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::port::{
    ApiKey, Clock as _, Customer, DeliveryReports, FixedKey, StoreError, Transport,
};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Dispatcher, Messenger, Ports, Request};
use whatsapp_testkit::fixtures::{self, START};
use whatsapp_testkit::gateway::{Look, StandInGateway};
use whatsapp_testkit::{ElapsedByWall, FixedDirectory, ManualClock};

use super::beside::Beside;
use super::careless::{Careless, CarelessList, Texts};
use super::check::{self, Evidence};
use super::database::{Home, Kind, Opened, Servers};
use super::held_up::Gated;
use super::host::Placed;
use super::journal::Journal;
use super::mutant::{Mutant, Tamper};
use super::store::HarnessStore;
use super::verdict::{Faults, Verdict};
use super::witness::Witness;

/// Timeout for the gateway's answer, in real time.
const REQUEST: Duration = Duration::from_secs(2);

/// Longest time that the stage waits for something to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Largest number of passes until a dispatcher must have come to rest.
const PASSES_MAX: usize = 500;

/// A stage for one schedule.
#[derive(Debug)]
pub struct Scene {
    pub(super) gateway: StandInGateway,
    pub(super) clock: ManualClock,
    name: String,
    kind: Kind,
    mutant: Option<Mutant>,
    home: Home,
    journal: Arc<Journal>,
    journal_file: std::path::PathBuf,
    witness: Witness,
    placed: Placed,
    opened: Vec<Opened>,
    guised: bool,
    texts: Arc<Texts>,
}

/// A worker on the stage.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) dispatcher: Dispatcher,
    messenger: Messenger,
    customers: FixedDirectory,
    clock: ManualClock,
}

/// Peculiarities of one worker.
#[derive(Debug, Default)]
pub(super) struct Fate {
    /// The worker is held up over each reply until `go_on` is notified; `replied` tells that it is.
    pub(super) held_up: Option<(Arc<Notify>, Arc<Notify>)>,
    /// The worker stops for ever after the first transaction of its next settlement, and notifies
    /// this.
    pub(super) deathbed: Option<Arc<Notify>>,
    /// The worker uses another gateway: its attempts keep another host.
    pub(super) elsewhere: bool,
}

impl Scene {
    /// Sets the stage, in a folder of its own.
    ///
    /// # Errors
    /// Returns an error if there is no database or no gateway.
    pub async fn set(
        name: String,
        kind: Kind,
        mutant: Option<Mutant>,
        servers: &Servers,
        folder: &Path,
    ) -> Result<Self> {
        let folder = folder.join(&name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("the folder of an earlier run stays")?;
        }
        std::fs::create_dir_all(&folder).context("no folder for the run")?;
        let home = servers.fresh(kind, &folder).await?;
        let clock = ManualClock::starting_at(START);
        let now = clock.clone();
        let gateway = StandInGateway::builder().now(move || true_time(&now)).start().await?;
        let witness = Witness::watch(&gateway, Beside::new(&home.at)?, true)?;
        let journal_file = folder.join("journal");
        Ok(Self {
            gateway,
            clock,
            name,
            kind,
            mutant,
            home,
            journal: Arc::new(Journal::open(&journal_file)?),
            journal_file,
            witness,
            placed: Placed::default(),
            opened: Vec::new(),
            guised: false,
            texts: Arc::default(),
        })
    }

    /// Makes lists show every message in this guise.
    pub(super) fn disguise(&mut self, guise: &str) -> Result<()> {
        self.gateway.guises().of_all(guise.parse()?);
        self.guised = true;
        Ok(())
    }

    /// Changes to another gateway, which lists nothing of what was sent.
    pub(super) fn change_gateway(&mut self) {
        self.gateway.lists(Look::Nothing);
        self.guised = true;
    }

    /// Makes a new worker, with a store and connections of its own.
    pub(super) async fn worker(&mut self, fate: Fate) -> Result<Worker> {
        let opened = self.home.at.open().await?;
        let tamper = match self.mutant {
            Some(mutant) => Some(Tamper::new(mutant, Beside::disguised(&self.home.at)?)),
            None => None,
        };
        let store = HarnessStore {
            inner: opened.ports(),
            journal: Arc::clone(&self.journal),
            tamper,
            deathbed: fate.deathbed,
            at_work: None,
        };
        self.opened.push(opened);
        let (gateway, moved) =
            (self.adapter("", fate.elsewhere)?, self.adapter("/moved", fate.elsewhere)?);
        let deliveries: Arc<dyn DeliveryReports> = match self.mutant {
            Some(mutant) => {
                let clock = self.clock.clone();
                let texts = Arc::clone(&self.texts);
                Arc::new(CarelessList { inner: gateway.clone(), mutant, texts, clock })
            }
            None => gateway.clone(),
        };
        let mut transport: Arc<dyn Transport> = match self.mutant {
            Some(mutant) => {
                let texts = Arc::clone(&self.texts);
                Arc::new(Careless { inner: gateway, moved, mutant, texts })
            }
            None => gateway,
        };
        if let Some((replied, go_on)) = fate.held_up {
            transport = Arc::new(Gated { inner: transport, replied, go_on });
        }
        let customers = FixedDirectory::default();
        let ports = Ports::new(Arc::new(store), Arc::new(customers.clone()))
            .with_transport(transport)
            .with_deliveries(deliveries)
            .with_clock(match self.mutant {
                Some(Mutant::ElapsedByWall) => Arc::new(ElapsedByWall(self.clock.clone())),
                _ => Arc::new(self.clock.clone()),
            });
        let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
        let dispatcher = Dispatcher::new(ports.clone())?.with_options(options);
        let messenger = Messenger::new(ports);
        Ok(Worker { dispatcher, messenger, customers, clock: self.clock.clone() })
    }

    fn adapter(&self, path: &str, elsewhere: bool) -> Result<Arc<Gateway>> {
        let key = FixedKey(ApiKey::new(self.gateway.key())?);
        let builder = Gateway::builder(Arc::new(key))
            .base_url(format!("{}{path}", self.gateway.url()))
            .known_as(if elsewhere { "another gateway" } else { "the gateway" })
            .clock(Arc::new(self.clock.clone()))
            .timeout(REQUEST)
            .look_timeout(REQUEST);
        Ok(Arc::new(builder.build()?))
    }

    /// Enqueues the message of an order. A second call for the same order makes the same message.
    pub(super) async fn enqueue(&mut self, worker: &Worker, order: u32) -> Result<()> {
        let id = CustomerId::new(format!("C-{order}"))?;
        let number = fixtures::number(order.into());
        worker.customers.put(Customer::new(id.clone(), "Asha Traders", Some(&number)));
        let order = StockDelivered {
            order_number: format!("SO-{order}"),
            delivered_on: START.date_naive(),
            items: vec!["20 × LED bulb 9 W".to_owned()],
        };
        let receipt = worker.messenger.enqueue(Request::stock_delivered(id, order)).await?;
        if receipt.is_new {
            self.placed.committed.push(receipt.message_id);
        }
        Ok(())
    }

    /// Closes all stores, and judges the run by everything that is known.
    pub(super) async fn judged(self) -> Result<Verdict> {
        for opened in &self.opened {
            opened.close().await;
        }
        let beside = Beside::new(&self.home.at)?;
        let accepted = self.gateway.accepted();
        let verdict = check::judge(Evidence {
            run: self.name,
            database: self.kind,
            beside: &beside,
            placed: &self.placed,
            posts: self.gateway.posts(),
            guised: accepted
                .iter()
                .map(|message| message.arrival)
                .filter(|_| self.guised)
                .collect(),
            accepted,
            seen: self.witness.seen(),
            faults: Journal::read(&self.journal_file)?.joined(Faults::default()),
            seconds: 0,
        })
        .await?;
        beside.close().await;
        self.gateway.shutdown().await;
        Ok(verdict)
    }
}

/// Returns the gateway's time, which does not follow the wall clock of the workers' host.
fn true_time(clock: &ManualClock) -> DateTime<Utc> {
    START + TimeDelta::microseconds(clock.elapsed().micros)
}

/// A worker's pass that is under way.
pub(super) type Pass = JoinHandle<Result<TickReport, StoreError>>;

impl Worker {
    /// Starts one pass.
    pub(super) fn start(&self) -> Pass {
        let (dispatcher, now) = (self.dispatcher.clone(), self.clock.now());
        tokio::spawn(async move { dispatcher.tick(now).await })
    }

    /// Runs passes until nothing is due, then moves the clock to the next due time, for `time` at
    /// most. A dispatcher that does not come to rest, as one without its safeguards may not, is
    /// given up: what it leaves behind shows.
    pub(super) async fn live_for(&self, time: TimeDelta) -> Result<()> {
        let end = self.clock.now() + time;
        for _ in 0..PASSES_MAX {
            let report = self.dispatcher.tick(self.clock.now()).await?;
            match report.again_at {
                Some(at) if at > end => break,
                Some(at) if at > self.clock.now() => self.clock.advance_to(at),
                // A message that was claimed, but could not be begun, is due again when its lease
                // ends.
                Some(_) if report.claimed > 0 => {}
                Some(_) => self.clock.advance(TimeDelta::seconds(30)),
                None => break,
            }
            if self.clock.now() >= end {
                break;
            }
        }
        Ok(())
    }
}

/// Kills a worker in the middle of its pass.
pub(super) async fn kill(pass: Pass) -> Result<()> {
    pass.abort();
    match pass.await {
        Err(error) if error.is_cancelled() => Ok(()),
        ended => bail!("the worker was to die in its pass, but the pass ended: {ended:?}"),
    }
}

/// Waits for something that must happen, and fails if it takes too long.
pub(super) async fn seen<T>(what: &str, happening: impl Future<Output = T>) -> Result<T> {
    let seen = tokio::time::timeout(PATIENCE, happening).await;
    seen.with_context(|| format!("waited in vain: {what}"))
}

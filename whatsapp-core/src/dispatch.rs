//! The dispatcher: claims messages that are due, sends them, looks up unknown outcomes, and writes
//! down the results.
//!
//! [`Dispatcher::tick`] is all of its behaviour: one pass, no sleeping. A [`Runner`](crate::Runner)
//! gives it its turns as a [`Chore`](crate::chore::Chore).

mod batch;
mod conclude;
pub(crate) mod decide;
pub(crate) mod fate;
mod health;
mod job;
mod options;
mod pass;
mod reconcile;
mod run;
mod settings;
mod settle;
mod sights;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_lock::Semaphore;
use chrono::TimeDelta;
pub use options::{DispatchOptions, RateLimit, TickReport};
pub use pass::tick::Work;

use crate::id::AccountId;
use crate::port::{AddressError, Claimed, Transport};
use crate::settings::Settings;
use crate::time::Elapsed;
use crate::wake::Wake;
use crate::wiring::{Ports, WiringError};
use conclude::Ending;
use health::Health;
use job::begin::Begins;
use job::preflight::PreflightOutcomes;
use pass::claims::Claims;
use pass::in_flight::InFlight;
use pass::overdue::OverdueScan;
use pass::rate::KnownSlots;
use settings::LatestSettings;
use settings::address::HeededAddress;
use settings::tried::LastTrial;
use settle::Outcomes;
use sights::Times;

/// The shortest lease. A lease shorter than the longest POST and its settling would let nothing
/// begin.
const LEASE_MIN: TimeDelta = TimeDelta::seconds(60);

/// Sends the messages that the outbox owes. Cheap to clone: clones share their slots.
///
/// A service gives it to a [`Runner`](crate::Runner). A test runs its passes by itself:
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::port::{Clock, Outbox, TransportError};
/// # use whatsapp_core::{Dispatcher, Ports, retry::Disposition};
/// # use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, ScriptedTransport, fixtures};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let clock = ManualClock::starting_at(fixtures::START);
/// # let (store, gateway) = (MemoryStore::new(), ScriptedTransport::new());
/// # store.enqueue(&[fixtures::new_message(1, clock.now())]).await?;
/// let ports = Ports::new(Arc::new(store), Arc::new(FixedDirectory::default()))
///     .with_transport(Arc::new(gateway.clone()))
///     .with_clock(Arc::new(clock.clone()));
/// let dispatcher = Dispatcher::new(ports)?;
///
/// gateway.next_send(Err(TransportError::new(Disposition::Transient, "The gateway is busy.")));
/// assert_eq!(dispatcher.tick(clock.now()).await?.sent, 0);
/// clock.advance(chrono::TimeDelta::minutes(30));
/// assert_eq!(dispatcher.tick(clock.now()).await?.sent, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Dispatcher {
    ports: Ports,
    transport: Arc<dyn Transport>,
    options: DispatchOptions,
    /// The concurrency limit: one permit for each request that may be under way.
    slots: Arc<Semaphore>,
    shared: Arc<Shared>,
}

/// The state that the passes of one dispatcher share, by what it is about.
#[derive(Debug)]
struct Shared {
    /// The account's health.
    health: Health,
    /// The account's rate limit.
    rate: KnownSlots,
    /// The messages in flight.
    in_flight: Arc<InFlight>,
    /// The claims, and the knowledge about the queue.
    claims: Claims,
    /// The progress through the queue while the account is paused.
    overdue: OverdueScan,
    /// The results of long pre-flights, until their messages are claimed again.
    preflights: PreflightOutcomes,
    /// The begins of attempts.
    begins: Arc<Begins>,
    /// The outcomes on their way into the database.
    outcomes: Arc<Outcomes>,
    /// The settings, and what is obeyed of them.
    settings: LatestSettings,
    address: HeededAddress,
    trial: LastTrial,
    /// The wall clock, and the first sights of attempts of other time bases.
    times: Times,
    /// Set once this process has logged which time zone rules it uses.
    began: AtomicBool,
    /// Set once the process is shutting down: there are no new claims.
    stopping: AtomicBool,
    /// Rung when there is room for another claim, and together with the ports' own bell.
    wake: Wake,
}

impl Shared {
    fn new(ports: &Ports, transport: &Arc<dyn Transport>) -> Self {
        let in_flight = Arc::new(InFlight::default());
        Self {
            health: Health::new(ports, Arc::clone(transport)),
            rate: KnownSlots::default(),
            claims: Claims::new(ports, Arc::clone(&in_flight)),
            in_flight,
            overdue: OverdueScan::default(),
            preflights: PreflightOutcomes::default(),
            begins: Arc::new(Begins::new(ports.clone(), Arc::clone(transport))),
            outcomes: Arc::new(Outcomes::new(Arc::clone(&ports.store), ports.wake.clone())),
            settings: LatestSettings::default(),
            address: HeededAddress::default(),
            trial: LastTrial::default(),
            times: Times::default(),
            began: AtomicBool::default(),
            stopping: AtomicBool::default(),
            wake: ports.wake.below(),
        }
    }
}

impl Dispatcher {
    /// Creates a dispatcher with the default options.
    ///
    /// # Errors
    /// [`WiringError::NoTransport`] when the ports have no transport.
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let transport = ports.transport.clone().ok_or(WiringError::NoTransport)?;
        let options = DispatchOptions::default();
        let slots = Arc::new(options.semaphore());
        let shared = Arc::new(Shared::new(&ports, &transport));
        Ok(Self { ports, transport, options, slots, shared })
    }

    /// Returns the same dispatcher with other options.
    #[must_use]
    pub fn with_options(mut self, options: DispatchOptions) -> Self {
        self.slots = Arc::new(options.semaphore());
        self.options = options;
        self
    }

    /// Returns the ports that it works over.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Returns the reason why the address in the settings is not in use in this process, if it is
    /// not.
    #[must_use]
    pub fn address_refused(&self) -> Option<AddressError> {
        self.shared.address.refused()
    }

    /// Makes no new claims from now on, and gives back claims without an attempt. Attempts that are
    /// under way are finished.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // One more permit goes round among the tasks that wait for a slot: each sees that it is
        // over, and passes the permit on.
        self.slots.add_permits(1);
        self.shared.wake.wake();
    }

    fn stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::SeqCst)
    }

    /// Returns the account that it sends for.
    fn account(&self) -> AccountId {
        self.ports.store.account_id()
    }

    /// Returns the length of a lease.
    fn lease(&self) -> TimeDelta {
        self.options.lease.max(LEASE_MIN)
    }

    /// Returns the end of a lease that is given now.
    fn leased_until(&self) -> Elapsed {
        self.ports.clock.elapsed() + self.lease()
    }

    /// Returns the rules by which a message's claim ends.
    fn ending<'a>(&self, claimed: &'a Claimed, settings: &'a Settings) -> Ending<'a> {
        Ending {
            claimed,
            settings,
            of: self.ports.types.get(claimed.message_type),
            follows: self.ports.deliveries.is_some() && self.options.watch,
        }
    }
}

/// Locks a mutex whose holder cannot leave the value half changed: a panic elsewhere does not spoil
/// it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

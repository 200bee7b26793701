//! The dispatcher: claims messages that are due, sends them, looks up unknown outcomes, and writes
//! down the results.
//!
//! [`Dispatcher::tick`] is all of its behaviour: one pass, no sleeping. A [`Runner`](crate::Runner)
//! gives it its turns as a [`Chore`](crate::chore::Chore).

mod address;
mod attempt;
mod campaign;
pub(crate) mod decide;
mod disguise;
pub(crate) mod fate;
mod group;
mod hand;
mod held;
mod host;
mod look;
mod options;
mod overdue;
mod pass;
mod post;
mod preflight;
mod queue;
mod recipient;
mod reconcile;
mod run;
mod settle;
mod sights;
mod summary;
mod tick;
mod trial;
mod tried;
mod trouble;
mod watch;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_lock::Semaphore;
use chrono::{DateTime, NaiveDate, Utc};
pub use options::{DispatchOptions, Pace, TickReport};
pub use tick::Work;

use crate::account::{Breaker, SeenSlot};
use crate::message::Via;
use crate::port::{Lease, Settled, Settlement, Transport};
use crate::settings::Settings;
use crate::time::{Elapsed, Moment};
use crate::wake::Wake;
use crate::wiring::{Ports, WiringError};
use address::Heeded;
use attempt::{Answer, Ask};
use group::Group;
use hand::Hand;
use overdue::Walk;
use preflight::Verdicts;
use queue::Queue;
use sights::Sights;
use tried::Tried;

/// Sends the messages that the outbox owes. Cheap to clone: clones share their slots.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    pub(crate) ports: Ports,
    transport: Arc<dyn Transport>,
    options: DispatchOptions,
    /// The concurrency limit: one permit for each request that may be under way.
    slots: Arc<Semaphore>,
    shared: Arc<Shared>,
}

/// The state that the passes of one dispatcher share.
#[derive(Debug, Default)]
struct Shared {
    /// Number of messages in flight: claimed and not yet settled.
    in_hand: AtomicU32,
    /// The messages in flight, and the end of their leases.
    hand: Mutex<Hand>,
    /// Times at which attempts of other time bases were first seen here.
    sights: Mutex<Sights>,
    /// The difference between the wall clock and the elapsed time when they were last compared.
    offset: Mutex<Option<Moment>>,
    /// The account's slot, if it has another time base, and the time at which it was first seen
    /// here.
    seen_slot: Mutex<Option<SeenSlot>>,
    /// The account's next slot, where it is known: until then nobody has to ask for it.
    next_slot: Mutex<Option<Elapsed>>,
    /// Set once the process is shutting down: there are no new claims.
    stopping: AtomicBool,
    /// Number of times the account was paused from here: a claim from before a pause begins
    /// nothing.
    pauses: AtomicU32,
    breaker: Mutex<Breaker>,
    /// Set after an unclear answer came here, until a message is taken.
    in_doubt: AtomicBool,
    /// The end of the pause that was last waited for, and the way of requests then.
    waited: Mutex<Option<(DateTime<Utc>, Option<Via>)>>,
    /// The progress through the queue while the account is paused.
    walk: Mutex<Walk>,
    queue: Mutex<Queue>,
    /// The settings, and the time by the monotonic clock at which they were read.
    settings: Mutex<Option<(Duration, Arc<Settings>)>>,
    /// The trial, as it was last looked up in the settings.
    tried: Mutex<Option<Tried>>,
    /// The result of using the gateway's address in the settings.
    address: Mutex<Option<Heeded>>,
    /// Outcomes that the database would not take yet. They go first in the next pass.
    unsettled: Mutex<VecDeque<Settlement>>,
    /// Claims that the database would not take back yet.
    unreleased: Mutex<Vec<Lease>>,
    /// The results of long pre-flights, until their messages are claimed again.
    verdicts: Mutex<Verdicts>,
    /// The last day with known payments, as this process last reported it for reminders that wait.
    stale_told: Mutex<Option<NaiveDate>>,
    begins: Group<Ask, Answer>,
    settlements: Group<Settlement, Option<Settled>>,
    releases: Group<Lease, bool>,
    /// Set once this process has logged which time zone rules it uses.
    began: AtomicBool,
    /// Set once the odd settings were logged.
    noted: AtomicBool,
    /// Rung when there is room for another claim, and together with the ports' own bell.
    wake: Wake,
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
        let shared = Arc::new(Shared { wake: ports.wake.below(), ..Shared::default() });
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
}

/// Locks a mutex whose holder cannot leave the value half changed: a panic elsewhere does not spoil
/// it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

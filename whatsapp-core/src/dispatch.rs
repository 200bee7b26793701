//! The dispatcher: claims what is owed, sends it, looks up what is unknown, and writes down what
//! became of it.
//!
//! [`Dispatcher::tick`] is all of its behaviour: one pass, no sleeping. As a
//! [`Chore`](crate::chore::Chore) a [`Runner`](crate::Runner) gives it its turns.

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

/// Sends what the outbox owes. Cheap to clone: clones share their slots.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    pub(crate) ports: Ports,
    transport: Arc<dyn Transport>,
    options: DispatchOptions,
    /// One permit for each request that may be under way.
    slots: Arc<Semaphore>,
    shared: Arc<Shared>,
}

/// What the passes of one dispatcher share.
#[derive(Debug, Default)]
struct Shared {
    /// How many messages are claimed and not yet settled.
    in_hand: AtomicU32,
    /// Which they are, and until when their leases hold.
    hand: Mutex<Hand>,
    /// When attempts of other time bases were first seen here.
    sights: Mutex<Sights>,
    /// How far the wall clock was from the elapsed time when they were last compared.
    offset: Mutex<Option<Moment>>,
    /// The account's slot, where it has another time base, and when it was first seen here.
    seen_slot: Mutex<Option<SeenSlot>>,
    /// When the account's next slot comes, where that is known: until then nobody has to ask for it.
    next_slot: Mutex<Option<Elapsed>>,
    /// No new claims: the process is shutting down.
    stopping: AtomicBool,
    /// How often the account was paused from here: a claim from before a pause begins nothing.
    pauses: AtomicU32,
    breaker: Mutex<Breaker>,
    /// An unclear answer came from here, and no message was taken since.
    in_doubt: AtomicBool,
    /// The end of the pause that was last waited for, and the way of requests then.
    waited: Mutex<Option<(DateTime<Utc>, Option<Via>)>>,
    /// The way through the queue, while the account is paused.
    walk: Mutex<Walk>,
    queue: Mutex<Queue>,
    /// The settings, and when they were read by the monotonic clock.
    settings: Mutex<Option<(Duration, Arc<Settings>)>>,
    /// The trial, as it was last looked up in the settings.
    tried: Mutex<Option<Tried>>,
    /// What came of the gateway's address in the settings.
    address: Mutex<Option<Heeded>>,
    /// Outcomes that the database would not take yet; they go first in the next pass.
    unsettled: Mutex<VecDeque<Settlement>>,
    /// Claims that the database would not take back yet.
    unreleased: Mutex<Vec<Lease>>,
    /// What long pre-flights came to, until their messages are claimed again.
    verdicts: Mutex<Verdicts>,
    /// The day of payments that this process last said reminders wait behind.
    stale_told: Mutex<Option<NaiveDate>>,
    begins: Group<Ask, Answer>,
    settlements: Group<Settlement, Option<Settled>>,
    releases: Group<Lease, bool>,
    /// Whether this process has said by which time zone rules it goes.
    began: AtomicBool,
    /// Whether the odd settings were logged.
    noted: AtomicBool,
    /// Rung when there is room for another claim, and with the ports' own bell.
    wake: Wake,
}

impl Dispatcher {
    /// A dispatcher with the default options.
    ///
    /// # Errors
    /// [`WiringError::NoTransport`] when the ports have nothing to send by.
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let transport = ports.transport.clone().ok_or(WiringError::NoTransport)?;
        let options = DispatchOptions::default();
        let slots = Arc::new(options.semaphore());
        let shared = Arc::new(Shared { wake: ports.wake.below(), ..Shared::default() });
        Ok(Self { ports, transport, options, slots, shared })
    }

    /// The same dispatcher with other options.
    #[must_use]
    pub fn with_options(mut self, options: DispatchOptions) -> Self {
        self.slots = Arc::new(options.semaphore());
        self.options = options;
        self
    }

    /// The ports it works over.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Makes no new claims from now on, and gives back those without an attempt; what is under way
    /// is finished.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // A slot more goes round among those that wait for one: each sees that it is over, and
        // passes it on.
        self.slots.add_permits(1);
        self.shared.wake.wake();
    }

    fn stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::SeqCst)
    }
}

/// A lock whose holder cannot leave the value half changed: a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

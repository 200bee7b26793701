//! The dispatcher: claims what is owed, sends it, looks up what is unknown, and writes down what
//! became of it.
//!
//! [`Dispatcher::tick`] is all of its behaviour: one pass, no sleeping. `Dispatcher::run` (feature
//! `tokio`) only ticks, sleeps and listens for shutdown.

mod attempt;
mod breaker;
mod decide;
mod options;
mod queue;
mod reconcile;
#[cfg(feature = "tokio")]
mod run;
mod tick;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
pub use options::{DispatchOptions, Pace, TickReport};
pub use tick::Work;

use crate::port::Settlement;
use crate::ports::Ports;
use crate::settings::Settings;
use breaker::Breaker;
use queue::Queue;

/// Sends what the outbox owes. Cheap to clone: clones share their slots.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    pub(crate) ports: Ports,
    options: DispatchOptions,
    shared: Arc<Shared>,
}

/// What the passes of one dispatcher share.
#[derive(Debug, Default)]
struct Shared {
    /// Slots in use.
    busy: AtomicU32,
    /// No new claims: the process is shutting down.
    stopping: AtomicBool,
    breaker: Mutex<Breaker>,
    /// Since when the gateway has been out of reach, whatever pauses there were in between.
    outage_since: Mutex<Option<DateTime<Utc>>>,
    /// Messages refused like a bad key since the gateway last took one.
    refused_in_a_row: AtomicU32,
    queue: Mutex<Queue>,
    /// The settings, and when they were read by the monotonic clock.
    settings: Mutex<Option<(Duration, Arc<Settings>)>>,
    /// Outcomes that the database would not take yet; they go first in the next pass.
    unsettled: Mutex<VecDeque<Settlement>>,
    /// A message may have failed for good since the notices were last looked at.
    may_owe_notice: AtomicBool,
    #[cfg(feature = "tokio")]
    wake: tokio::sync::Notify,
}

impl Shared {
    /// Tells a sleeping `run` that a slot is free.
    #[cfg_attr(not(feature = "tokio"), expect(clippy::unused_self, reason = "nothing sleeps"))]
    fn go_on(&self) {
        #[cfg(feature = "tokio")]
        self.wake.notify_one();
    }
}

impl Dispatcher {
    /// A dispatcher with the default options.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, options: DispatchOptions::default(), shared: Arc::default() }
    }

    /// The same dispatcher with other options.
    #[must_use]
    pub fn with_options(mut self, options: DispatchOptions) -> Self {
        self.options = options;
        self
    }

    /// The ports it works over.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Makes no new claims from now on; what is under way is finished.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.wake();
    }

    fn stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::SeqCst)
    }

    /// Lifts a pause of the account, after its cause was mended: a new key, a new address.
    ///
    /// # Errors
    /// [`StoreError`](crate::port::StoreError) when the database does not answer.
    pub async fn resume(&self) -> Result<(), crate::port::StoreError> {
        self.ports.store.set_pause(None).await?;
        *locked(&self.shared.settings) = None;
        self.wake();
        Ok(())
    }

    /// Tells a sleeping `run` of this process that there may be something to do: a message to send,
    /// or a failure to tell about.
    pub fn wake(&self) {
        self.shared.may_owe_notice.store(true, Ordering::SeqCst);
        self.shared.go_on();
    }

    /// Takes up to `want` free slots; they come back when the guard is dropped or gives them back.
    fn take_slots(&self, want: u32) -> Slots {
        let mut taken = 0;
        let all = self.options.slots.max(1);
        let update = |busy: u32| {
            taken = want.min(all.saturating_sub(busy));
            Some(busy + taken)
        };
        let order = Ordering::SeqCst;
        let _ = self.shared.busy.fetch_update(order, order, update);
        Slots { shared: Arc::clone(&self.shared), count: taken }
    }
}

/// Slots in use.
#[derive(Debug)]
struct Slots {
    shared: Arc<Shared>,
    count: u32,
}

impl Slots {
    /// Keeps this many and gives the others back.
    fn keep(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX).min(self.count);
        self.shared.busy.fetch_sub(self.count - count, Ordering::SeqCst);
        self.count = count;
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        self.keep(0);
    }
}

/// A lock whose holder cannot leave the value half changed: a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The clocks of a world's machines, and their timers.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use whatsapp_core::port::{Clock, Runtime, Task};
use whatsapp_core::time::{Elapsed, TimeBase};

use super::executor::{Executor, Pid, locked};
use super::sim::Sim;
use super::span::Micros;

/// Largest error of a wall clock, in microseconds. The README's promise about copies holds up to
/// twelve hours, of which drift may take some minutes.
const WRONG_MOST: i64 = 11 * 3_600 * 1_000_000;

/// The clocks of one machine: a wall clock that may be wrong, and elapsed time, which counts from
/// the machine's start. All its processes share both.
#[derive(Clone)]
pub(super) struct HostClock {
    sim: Arc<Sim>,
    hands: Arc<Mutex<Hands>>,
}

struct Hands {
    base: TimeBase,
    booted: Micros,
    /// Microseconds that the wall clock is ahead.
    ahead: i64,
    /// Microseconds that the wall clock gains in a second.
    drift: i64,
}

impl HostClock {
    /// Creates the clocks of host `no`, which starts with the world.
    pub(super) fn new(sim: Arc<Sim>, no: u32, ahead: TimeDelta, drift: i64) -> Self {
        let hands = Hands {
            base: base(no, 0),
            booted: 0,
            ahead: ahead.num_microseconds().unwrap_or_default(),
            drift,
        };
        Self { sim, hands: Arc::new(Mutex::new(hands)) }
    }

    /// Sets the wall clock forward or back, up to the largest error.
    pub(super) fn step(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or_default();
        let mut hands = locked(&self.hands);
        hands.ahead = (hands.ahead + by).clamp(-WRONG_MOST, WRONG_MOST);
    }

    /// Sets the wall clock right, as a time server does. It stays right.
    pub(super) fn correct(&self) {
        let mut hands = locked(&self.hands);
        (hands.ahead, hands.drift) = (0, 0);
    }

    /// Starts the machine again: elapsed time begins anew.
    pub(super) fn reboot(&self, no: u32) {
        let now = self.sim.executor.now();
        let mut hands = locked(&self.hands);
        hands.base = base(no, now);
        hands.booted = now;
    }
}

fn base(host: u32, booted: Micros) -> TimeBase {
    TimeBase::shared(format!("host {host} since {booted}").as_bytes())
}

impl Clock for HostClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.sim.executor.now();
        let hands = locked(&self.hands);
        let seconds = i64::try_from(now / 1_000_000);
        let gained = seconds.unwrap_or_default() * hands.drift;
        self.sim.at(now) + TimeDelta::microseconds(hands.ahead + gained)
    }

    fn elapsed(&self) -> Elapsed {
        let hands = locked(&self.hands);
        let micros = self.sim.executor.now().saturating_sub(hands.booted);
        Elapsed::new(hands.base, i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

impl fmt::Debug for HostClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostClock").finish_non_exhaustive()
    }
}

/// Sleeping and spawning for one process.
#[derive(Clone)]
pub(super) struct SimRuntime {
    pub(super) executor: Executor,
    pub(super) pid: Pid,
}

impl Runtime for SimRuntime {
    fn sleep(&self, wait: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.executor.sleep(wait))
    }

    fn spawn(&self, work: BoxFuture<'static, ()>) -> Task {
        let (over, ended) = with_end(work);
        self.executor.spawn(self.pid, over);
        ended
    }
}

/// Splits work into a future to spawn and a task that ends with it, also if the future is dropped.
fn with_end(work: BoxFuture<'static, ()>) -> (BoxFuture<'static, ()>, Task) {
    let (end, ended) = futures_util::future::abortable(std::future::pending::<()>());
    let over = async move {
        // Dropped when the work ends, panics, or dies with its process.
        let _end = EndsWith(ended);
        work.await;
    };
    (Box::pin(over), Box::pin(end.map(|_| ())))
}

struct EndsWith(futures_util::future::AbortHandle);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for SimRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimRuntime").field("pid", &self.pid).finish_non_exhaustive()
    }
}

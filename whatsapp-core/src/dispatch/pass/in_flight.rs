//! In-flight limits of a dispatcher: slots bound the requests under way, permits bound the
//! claims.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_lock::Semaphore;

use crate::dispatch::{DispatchOptions, RateLimit, locked};
use crate::id::{LeaseToken, MessageId};
use crate::port::Claimed;
use crate::time::Elapsed;

impl DispatchOptions {
    pub(crate) fn semaphore(&self) -> Semaphore {
        Semaphore::new(usize::try_from(self.slots.max(1)).unwrap_or(usize::MAX))
    }
}

/// The messages in flight: claimed and not yet settled.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    /// Their number, with the permits that claims under way have taken.
    count: AtomicU32,
    /// The messages of each claim that are still in flight.
    held: Mutex<BTreeMap<LeaseToken, Held>>,
}

/// The messages of one claim.
#[derive(Debug)]
struct Held {
    ends: Elapsed,
    ids: BTreeSet<MessageId>,
}

impl InFlight {
    /// Takes permits under the in-flight limit for the messages of one claim: as many as there are
    /// slots. Outcomes that wait for the database count as in flight.
    ///
    /// Without a rate limit, claims run ahead: while the requests of one claim are under way, the
    /// next messages are claimed, so that a slot never waits for the database. With a rate limit, a
    /// claimed message would only grow old, and granted requests must not wait and go out in a
    /// burst. So there are as many permits as there are slots.
    pub(crate) fn permits(
        self: &Arc<Self>,
        options: &DispatchOptions,
        unsettled: usize,
    ) -> Permits {
        let slots = options.slots.max(1);
        // A claim ahead is worth its transaction once it can fill a quarter of the slots.
        let (most, least) = match options.rate_limit {
            RateLimit::FromSettings => (slots, 1),
            RateLimit::Unlimited => (slots.saturating_mul(2), slots.div_ceil(4)),
        };
        let most = most.saturating_sub(u32::try_from(unsettled).unwrap_or(u32::MAX));
        let mut count = 0;
        let update = |in_flight: u32| {
            let free = most.saturating_sub(in_flight);
            count = if free < least { 0 } else { slots.min(free) };
            Some(in_flight + count)
        };
        let order = Ordering::SeqCst;
        let _ = self.count.fetch_update(order, order, update);
        Permits { in_flight: Arc::clone(self), count, token: None }
    }

    /// Returns the messages in flight whose leases have run out, because the machine slept or the
    /// database was away. Until their work is over, this process must not claim them from itself.
    pub(crate) fn run_out(&self, now: Elapsed) -> Vec<MessageId> {
        let held = locked(&self.held);
        let run_out = held.values().filter(|held| has_come(held.ends, now));
        run_out.flat_map(|held| held.ids.iter().copied()).collect()
    }
}

/// Permits for messages in flight. They are given back when this is dropped, or by `keep`.
#[derive(Debug)]
pub(crate) struct Permits {
    in_flight: Arc<InFlight>,
    pub(crate) count: u32,
    /// The claim that uses the permits.
    token: Option<LeaseToken>,
}

impl Permits {
    /// Notes the messages that a claim took, and the end of their leases.
    pub(crate) fn take(&mut self, claimed: &[Claimed], ends: Elapsed) {
        self.keep(claimed.len());
        let Some(first) = claimed.first() else { return };
        let ids = claimed.iter().map(|one| one.lease.message_id).collect();
        self.token = Some(first.lease.token);
        locked(&self.in_flight.held).insert(first.lease.token, Held { ends, ids });
    }

    /// Notes that work on a message is over.
    pub(crate) fn over(&mut self, id: MessageId) {
        let mut held = locked(&self.in_flight.held);
        if let Some(held) = self.token.and_then(|token| held.get_mut(&token)) {
            held.ids.remove(&id);
        }
    }

    /// Keeps this many permits, and gives the rest back.
    pub(crate) fn keep(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX).min(self.count);
        self.in_flight.count.fetch_sub(self.count - count, Ordering::SeqCst);
        self.count = count;
    }
}

impl Drop for Permits {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            locked(&self.in_flight.held).remove(&token);
        }
        self.keep(0);
    }
}

/// Returns whether an instant has come. If the clock has another base since, nobody knows, and it
/// counts as come.
pub(crate) fn has_come(instant: Elapsed, now: Elapsed) -> bool {
    now.since(instant).is_none_or(|passed| passed >= chrono::TimeDelta::zero())
}

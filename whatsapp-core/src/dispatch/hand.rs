//! What a dispatcher has in hand: slots bound the requests under way, room bounds the claims.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use async_lock::{Semaphore, SemaphoreGuardArc};

use super::attempt::Pass;
use super::{DispatchOptions, Dispatcher, Pace, Shared, locked};

impl DispatchOptions {
    pub(super) fn semaphore(&self) -> Semaphore {
        Semaphore::new(usize::try_from(self.slots.max(1)).unwrap_or(usize::MAX))
    }
}

impl Dispatcher {
    /// Waits for a free slot; `None` when nothing may be begun any more under this claim: the
    /// process stops, the account was paused, or the claim became too old while it waited.
    pub(super) async fn slot(&self, pass: &Pass) -> Option<SemaphoreGuardArc> {
        let slot = self.slots.acquire_arc().await;
        let paused = pass.pauses != self.shared.pauses.load(Ordering::SeqCst);
        let late = self.ports.clock.now() > pass.begin_by;
        (!self.stopping() && !paused && !late).then_some(slot)
    }

    /// Takes room for the messages of one claim: for one, or for as many as there are slots.
    ///
    /// Without a pace claims run ahead: while the requests of one claim are under way the next
    /// messages are taken in hand, so that a slot never waits for the database. Where a pace bounds
    /// the requests a message would only grow old in hand, and what was granted must not wait and
    /// go out in a burst: there is room for as many as have a slot each.
    pub(super) fn room(&self, one: bool) -> Room {
        let slots = self.options.slots.max(1);
        // A claim ahead is worth its transaction once it can be for a quarter of the slots.
        let (most, least) = match self.options.pace {
            Pace::FromSettings => (slots, 1),
            Pace::Unlimited => (slots.saturating_mul(2), slots.div_ceil(4)),
        };
        let (want, least) = if one { (1, 1) } else { (slots, least) };
        let unsettled = locked(&self.shared.unsettled).len();
        let most = most.saturating_sub(u32::try_from(unsettled).unwrap_or(u32::MAX));
        let mut count = 0;
        let update = |in_hand: u32| {
            let free = most.saturating_sub(in_hand);
            count = if free < least { 0 } else { want.min(free) };
            Some(in_hand + count)
        };
        let order = Ordering::SeqCst;
        let _ = self.shared.in_hand.fetch_update(order, order, update);
        Room { shared: Arc::clone(&self.shared), count }
    }
}

/// Room for messages in hand; it comes back when this is dropped or gives it back.
#[derive(Debug)]
pub(super) struct Room {
    shared: Arc<Shared>,
    pub(super) count: u32,
}

impl Room {
    /// Keeps this much and gives the rest back.
    pub(super) fn keep(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX).min(self.count);
        self.shared.in_hand.fetch_sub(self.count - count, Ordering::SeqCst);
        self.count = count;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.keep(0);
    }
}

//! Waking sleeping chores: a handle that tells a runner that there may be something to do.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use event_listener::Event;

/// A bell for sleeping chores of this process. Clones ring the same bell; nobody needs to listen.
///
/// [`Ports`](crate::Ports) have one, which the messenger rings after it enqueued something. Give
/// it to all other code that learns of new messages: a database's listener, the host after its
/// own commit.
///
/// ```
/// use whatsapp_core::Wake;
///
/// # fn after_the_commit(wake: &Wake) {
/// wake.wake();
/// # }
/// # after_the_commit(&Wake::new());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Wake {
    bell: Arc<Bell>,
    above: Option<Arc<Bell>>,
}

#[derive(Debug, Default)]
struct Bell {
    rings: AtomicU64,
    event: Event,
}

/// The number of rings of a [`Wake`] until some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rings(u64, u64);

impl Wake {
    /// A bell that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes every chore that listens. A chore that is busy takes its next turn right after.
    pub fn wake(&self) {
        self.bell.ring();
    }

    /// Another bell that is also rung whenever this one is.
    pub(crate) fn below(&self) -> Self {
        Self { bell: Arc::default(), above: Some(Arc::clone(&self.bell)) }
    }

    /// The rings until now, for waiting until the [next one](Self::rung_since).
    #[must_use]
    pub fn rings(&self) -> Rings {
        let above = self.above.as_ref().map_or(0, |bell| bell.count());
        Rings(self.bell.count(), above)
    }

    /// Waits until the bell was rung since then; no ring is missed, whenever it came.
    pub async fn rung_since(&self, seen: Rings) {
        loop {
            let (own, above) = (self.bell.event.listen(), self.above.as_ref());
            let above = above.map(|bell| bell.event.listen());
            if self.rings() != seen {
                return;
            }
            match above {
                Some(above) => first(own, above).await,
                None => own.await,
            }
        }
    }
}

impl Bell {
    fn ring(&self) {
        self.rings.fetch_add(1, Ordering::SeqCst);
        self.event.notify(usize::MAX);
    }

    fn count(&self) -> u64 {
        self.rings.load(Ordering::SeqCst)
    }
}

/// Waits for either future; the first one is polled first.
pub(crate) async fn first(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (one, other) = (std::pin::pin!(one), std::pin::pin!(other));
    futures_util::future::select(one, other).await;
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_ring_is_heard_whenever_it_came_and_once() {
        let wake = Wake::new();
        let seen = wake.rings();
        assert!(wake.rung_since(seen).now_or_never().is_none());
        wake.clone().wake();
        assert!(wake.rung_since(seen).now_or_never().is_some());
        assert!(wake.rung_since(wake.rings()).now_or_never().is_none());
    }

    #[test]
    fn a_ring_reaches_the_bells_below_and_no_other() {
        let wake = Wake::new();
        let (one, other) = (wake.below(), wake.below());
        let seen = (wake.rings(), one.rings(), other.rings());
        one.wake();
        assert!(one.rung_since(seen.1).now_or_never().is_some());
        assert!(other.rung_since(seen.2).now_or_never().is_none());
        assert!(wake.rung_since(seen.0).now_or_never().is_none());
        wake.wake();
        assert!(other.rung_since(seen.2).now_or_never().is_some());
    }

    #[test]
    fn all_who_wait_are_woken_by_one_ring() {
        let wake = Wake::new();
        let seen = wake.rings();
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(wake.rung_since(seen))).collect();
        assert!(waiting.iter_mut().all(|one| one.now_or_never().is_none()));
        wake.wake();
        assert!(waiting.iter_mut().all(|one| one.now_or_never().is_some()));
    }
}

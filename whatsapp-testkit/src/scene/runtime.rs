//! Sleeping in a scene: whoever sleeps lets the scene's time pass.

use std::collections::BTreeSet;
use std::fmt;
use std::future::pending;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::yield_now;
use whatsapp_core::port::{Clock as _, Runtime, Task};

use super::engine::Engine;
use super::entry::later;
use crate::ManualClock;

/// A [`Runtime`] by a scene's clock. The sleeper whose time comes first drives the scene until
/// then; the others wait for it.
#[derive(Clone)]
pub(super) struct SceneRuntime {
    clock: ManualClock,
    /// Set once the scene has started. The scene holds the engine, and the engine's chores hold
    /// this.
    engine: Arc<OnceLock<Weak<Engine>>>,
    sleepers: Arc<Sleepers>,
}

/// The sleepers, by the end of their sleep.
struct Sleepers {
    waiting: Mutex<Waiting>,
    /// Changes whenever a sleeper goes.
    gone: watch::Sender<u64>,
}

#[derive(Default)]
struct Waiting {
    ends: BTreeSet<(DateTime<Utc>, u64)>,
    came: u64,
}

impl SceneRuntime {
    pub(super) fn new(clock: ManualClock) -> Self {
        let sleepers = Sleepers { waiting: Mutex::default(), gone: watch::Sender::new(0) };
        Self { clock, engine: Arc::default(), sleepers: Arc::new(sleepers) }
    }

    /// Sets the engine that sleepers drive.
    pub(super) fn drives(&self, engine: &Arc<Engine>) {
        // It is set once.
        let _ = self.engine.set(Arc::downgrade(engine));
    }

    /// Drives the scene until this instant. A turn that has begun ends, even if nobody waits for
    /// this any more.
    ///
    /// # Panics
    /// Panics if the scene is gone, or its time does not go on.
    async fn drive(&self, until: DateTime<Utc>) {
        let engine = self.engine.get().and_then(Weak::upgrade);
        let Some(engine) = engine else {
            panic!("the scene is gone: keep it for as long as its messenger is used");
        };
        match tokio::spawn(async move { engine.run_until(until).await }).await {
            Ok(Ok(())) => {}
            Ok(Err(stuck)) => panic!("the time of the scene does not go on: {stuck:?}"),
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The runtime is shut down, and nobody waits any more.
                Err(_) => pending().await,
            },
        }
    }
}

impl Runtime for SceneRuntime {
    fn sleep(&self, wait: Duration) -> BoxFuture<'static, ()> {
        let runtime = self.clone();
        Box::pin(async move {
            let end = later(runtime.clock.now(), wait);
            let place = Place::taken(Arc::clone(&runtime.sleepers), end);
            let mut gone = runtime.sleepers.gone.subscribe();
            // All who begin to sleep together are known before time passes.
            yield_now().await;
            while runtime.clock.now() < end {
                if place.is_first() {
                    runtime.drive(end).await;
                } else {
                    // The sender lives in `runtime`, so the channel cannot close.
                    let _ = gone.changed().await;
                }
            }
        })
    }

    fn spawn(&self, work: BoxFuture<'static, ()>) -> Task {
        let task = tokio::spawn(work);
        Box::pin(async move {
            // An error is a panic in the task, which is reported there.
            let _ = task.await;
        })
    }
}

/// The place of a sleeper, given up on drop.
struct Place {
    sleepers: Arc<Sleepers>,
    end: (DateTime<Utc>, u64),
}

impl Place {
    fn taken(sleepers: Arc<Sleepers>, end: DateTime<Utc>) -> Self {
        let end = {
            let mut waiting = sleepers.waiting();
            waiting.came += 1;
            let end = (end, waiting.came);
            waiting.ends.insert(end);
            end
        };
        Self { sleepers, end }
    }

    fn is_first(&self) -> bool {
        self.sleepers.waiting().ends.first() == Some(&self.end)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sleepers.waiting().ends.remove(&self.end);
        self.sleepers.gone.send_modify(|gone| *gone += 1);
    }
}

impl Sleepers {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SceneRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SceneRuntime").finish_non_exhaustive()
    }
}

//! Runs the dispatcher until there is nothing left to do.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use whatsapp_core::port::{
    Clock, Lane, Pause, PauseReason, Reserve, StatusCounts, Store, StoreError,
};
use whatsapp_core::{DispatchOptions, Dispatcher, Ports};

use crate::progress::Progress;

/// How long a claim holds in real time when the clock is fast: 30 seconds for the POST, and some to
/// spare.
const FAST_LEASE: TimeDelta = TimeDelta::seconds(45);

/// How often the database is asked whether it is done.
const LOOK: Duration = Duration::from_millis(50);

/// A gateway's wish to wait is granted on the spot when it is no longer than this.
const SHORT: TimeDelta = TimeDelta::seconds(60);

/// Why the dispatcher was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every message is sent or has failed for good.
    Done,
    /// What is left has to wait until then.
    Waiting(DateTime<Utc>),
    /// The account does not send.
    Paused(Pause),
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// How to dispatch `scale` times as fast as time.
///
/// A POST takes real time, 30 seconds at most, whatever the clock says: leases must be long enough
/// by the fast clock. And a gateway's times, which a look compares with the clock's, mean nothing
/// to a fast one.
pub(crate) fn options(scale: u32) -> DispatchOptions {
    let mut options = DispatchOptions::default();
    if scale > 1 {
        options.lease = FAST_LEASE * i32::try_from(scale).unwrap_or(i32::MAX);
        options.listing_tolerance = TimeDelta::days(3_650);
        options.poll = Duration::from_millis(5);
    }
    options
}

/// What decides when the work is over.
pub(crate) struct Shift {
    pub(crate) ports: Ports,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) scale: u32,
    /// The account's pace by its settings.
    pub(crate) per_second: f64,
    pub(crate) until_idle: bool,
}

impl Shift {
    /// Sends until nothing is due any more: now, or with `until_idle` at all.
    pub(crate) async fn work(&self, progress: &Progress) -> Result<Ending> {
        let pace = match self.scale {
            1 => format!(" (at most {} a second)", self.per_second),
            scale => format!(" (the clock runs {scale} times as fast)"),
        };
        progress.start(owed(&self.store.counts().await?), pace);
        let mut interrupt = std::pin::pin!(interrupted());
        let mut ending = None;
        // Usually once: what was claimed at the very moment of a stop is given back unsent.
        while ending.is_none() {
            let dispatcher = Dispatcher::new(self.ports.clone()).with_options(options(self.scale));
            let (stop, stopped) = oneshot::channel::<()>();
            let mut stop = Some(stop);
            let running = tokio::spawn(dispatcher.run(async {
                let _ = stopped.await;
            }));
            let mut running = std::pin::pin!(running);
            let mut look = tokio::time::interval(LOOK);
            let mut pressed = false;
            loop {
                tokio::select! {
                    ended = &mut running => {
                        ended.context("the dispatcher broke down")?;
                        break;
                    }
                    () = &mut interrupt, if !pressed => {
                        pressed = true;
                        progress.say("Stopping: what is under way is finished first, 30 seconds at most …");
                        drop(stop.take());
                    }
                    _ = look.tick() => {
                        let counts = self.store.counts().await?;
                        progress.left(owed(&counts));
                        if stop.is_some() && self.over(&counts).await?.is_some() {
                            drop(stop.take());
                        }
                    }
                }
            }
            ending = if pressed {
                Some(Ending::Interrupted)
            } else {
                self.over(&self.store.counts().await?).await?
            };
        }
        progress.left(owed(&self.store.counts().await?));
        progress.finish();
        Ok(ending.unwrap_or(Ending::Done))
    }

    /// Whether there is a reason to stop, by what the database says.
    async fn over(&self, counts: &StatusCounts) -> Result<Option<Ending>, StoreError> {
        if owed(counts) == 0 {
            return Ok(Some(Ending::Done));
        }
        let now = self.clock.now();
        if let Some(pause) = paused(&*self.store, now).await? {
            let wait = pause.until - now;
            let for_good =
                matches!(pause.reason, PauseReason::KeyRefused | PauseReason::Misconfigured);
            let short = pause.reason == PauseReason::RateLimited
                && wait <= SHORT * i32::try_from(self.scale).unwrap_or(1);
            if for_good || (!self.until_idle && wait > TimeDelta::zero() && !short) {
                return Ok(Some(Ending::Paused(pause)));
            }
            return Ok(None);
        }
        if self.until_idle {
            return Ok(None);
        }
        let next = self.store.next_due(Lane::Owed).await?;
        Ok(next.filter(|at| *at > now).map(Ending::Waiting))
    }
}

/// The account's pause, if there is one: a reservation of nothing tells.
pub(crate) async fn paused(
    store: &dyn Store,
    now: DateTime<Utc>,
) -> Result<Option<Pause>, StoreError> {
    let nothing = Reserve { now, want: 0, interval: TimeDelta::zero() };
    Ok(store.reserve(&nothing).await?.pause)
}

/// Messages that will still be sent or looked up.
pub(crate) const fn owed(counts: &StatusCounts) -> u64 {
    counts.pending + counts.retrying
}

/// Resolves at Ctrl-C, and on Unix at a polite request to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

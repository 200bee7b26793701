//! Runs the dispatcher until there is nothing left to do.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;
use whatsapp_core::dispatch::RateLimit;
use whatsapp_core::port::{Clock, Lane, Pause, PauseReason, Store, StoreError};
use whatsapp_core::time::Zone;
use whatsapp_core::{DispatchOptions, Dispatcher, Ports, Runner};

use crate::progress::Progress;
use crate::{clock, log};

/// Interval at which the database is asked whether the work is done.
const LOOK: Duration = Duration::from_millis(100);

/// Longest wait asked for by a gateway that is granted on the spot.
const SHORT: TimeDelta = TimeDelta::seconds(60);

/// Reason why the dispatcher was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Every message is sent or has failed for good.
    Done,
    /// The remaining messages have to wait until then.
    Waiting(DateTime<Utc>),
    /// The account is paused and does not send.
    Paused(Pause),
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

/// Returns the options to dispatch `scale` times as fast as time.
///
/// A POST takes real time, 30 seconds at most, whatever the clock says: leases must be long enough
/// by the fast clock. A look compares a gateway's times with the clock's, and to a fast clock these
/// mean nothing.
pub(crate) fn options(scale: u32) -> DispatchOptions {
    let options = DispatchOptions::default();
    if scale <= 1 {
        return options;
    }
    options
        .with_lease(clock::lease(scale))
        .with_listing_tolerance(TimeDelta::days(3_650))
        .with_poll(Duration::from_millis(5))
}

/// Returns the options for a played day: the stand-in gateway needs no rate limit.
pub(crate) fn unpaced() -> DispatchOptions {
    DispatchOptions::default()
        .with_rate_limit(RateLimit::Unlimited)
        .with_poll(Duration::from_millis(20))
}

/// Settings that decide when the work is over.
pub(crate) struct Shift {
    pub(crate) ports: Ports,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) scale: u32,
    pub(crate) options: DispatchOptions,
    /// Rate limit of the account, by its settings.
    pub(crate) per_second: f64,
    pub(crate) zone: Zone,
    pub(crate) until_idle: bool,
}

/// State of the work, by what the database says.
struct Standing {
    now: DateTime<Utc>,
    /// Messages that will still be sent or looked up.
    owed: u64,
    pause: Option<Pause>,
    /// Time at which the next of them is due.
    next: Option<DateTime<Utc>>,
}

impl Shift {
    /// Sends until nothing is due any more, or with `until_idle` until nothing is owed at all.
    pub(crate) async fn work(&self, progress: &Progress) -> Result<Ending> {
        progress.start(self.standing().await?.owed);
        let mut interrupt = std::pin::pin!(interrupted());
        let ending = loop {
            let pressed = self.round(progress, interrupt.as_mut()).await?;
            let standing = self.standing().await?;
            progress.left(standing.owed, String::new());
            if pressed {
                break Ending::Interrupted;
            }
            // Usually there is a reason: only messages claimed at the very moment of the stop were
            // given back.
            if let Some(ending) = self.ending(&standing) {
                break ending;
            }
        };
        progress.finish();
        Ok(ending)
    }

    /// Runs a dispatcher until there is a reason to stop, and lets it finish the work under way.
    /// Returns true if the reason was Ctrl-C.
    async fn round(
        &self,
        progress: &Progress,
        mut interrupt: Pin<&mut impl Future<Output = ()>>,
    ) -> Result<bool> {
        let (stop, stopped) = oneshot::channel::<()>();
        let dispatcher = Dispatcher::new(self.ports.clone())?.with_options(self.options.clone());
        let mut running = tokio::spawn(Runner::sending(dispatcher)?.run(async {
            let _ = stopped.await;
        }));
        let mut stop = Some(stop);
        let mut pressed = false;
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                ended = &mut running => {
                    return ended.map(|()| pressed).context("the dispatcher broke down");
                }
                () = &mut interrupt, if !pressed => {
                    pressed = true;
                    progress.say("Stopping: what is under way is finished first, 30 seconds at most.");
                    drop(stop.take());
                }
                _ = look.tick() => {
                    let standing = self.standing().await?;
                    progress.left(standing.owed, self.pace(&standing));
                    if self.ending(&standing).is_some() {
                        drop(stop.take());
                    }
                }
            }
        }
    }

    async fn standing(&self) -> Result<Standing, StoreError> {
        let counts = self.store.counts(u64::MAX).await?;
        Ok(Standing {
            now: self.clock.now(),
            owed: counts.pending + counts.retrying,
            pause: self.store.account().await?.pause,
            next: self.store.next_due().await?.earliest_of(Lane::OWED),
        })
    }

    /// Returns the reason to stop, if there is one.
    fn ending(&self, standing: &Standing) -> Option<Ending> {
        if standing.owed == 0 {
            return Some(Ending::Done);
        }
        let Some(pause) = &standing.pause else {
            let later = standing.next.filter(|at| *at > standing.now && !self.until_idle);
            return later.map(Ending::Waiting);
        };
        let wait = pause.until - standing.now;
        let stops = match pause.reason {
            reason if !reason.passes() => true,
            _ if self.until_idle => false,
            PauseReason::RateLimited => wait > SHORT * i32::try_from(self.scale).unwrap_or(1),
            _ => wait > TimeDelta::zero(),
        };
        stops.then(|| Ending::Paused(pause.clone()))
    }

    /// Tells the speed of the work, or what it waits for.
    fn pace(&self, standing: &Standing) -> String {
        let time = |at| log::time(at, standing.now, &self.zone);
        match (&standing.pause, standing.next) {
            (Some(pause), _) => format!("{} until {}", pause.reason.label(), time(pause.until)),
            (None, Some(at)) if at > standing.now => format!("nothing is due until {}", time(at)),
            (None, _) if self.scale > 1 => format!("{} times as fast as time", self.scale),
            (None, _) => format!("at most {} a second", self.per_second),
        }
    }
}

/// Waits for Ctrl-C, and on Unix also for a polite request to end.
pub(crate) async fn interrupted() {
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

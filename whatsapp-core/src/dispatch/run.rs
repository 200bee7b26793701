//! The sleeping loop.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;

use super::Dispatcher;
use crate::notices::Notices;
use crate::settings::Settings;
use crate::time::ZoneRules;

/// How often notices are looked at when nothing has failed here: others may have left some, and a
/// digest may have become due.
const NOTICES_EVERY: Duration = Duration::from_secs(30);

/// How often links that ended are looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// How long a stop may take at most, but for the last POST: long enough for a database that is away
/// for a moment, and short of what a service manager waits for.
const STOPPED_WITHIN: Duration = Duration::from_secs(33);

/// How often outcomes and claims are offered to a database that is away while the process stops.
const RETRIED_EVERY: Duration = Duration::from_millis(500);

impl Dispatcher {
    /// Ticks for ever: whenever something is due, a slot is free, or [`wake`](Self::wake) is called.
    /// Failure notices are sent along the way when a notifier is there, and files whose links ended
    /// are let go when there is a media host.
    ///
    /// When `shutdown` resolves nothing new is claimed, claims without an attempt are given back,
    /// and POSTs under way are finished and recorded (33 seconds at most, also when the database is
    /// away for a part of them): a graceful stop leaves no unknown outcome. Must not be dropped
    /// before it returns, or attempts stay open until the next start looks them up.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        tracing::info!("time zone rules {}", ZoneRules::in_use());
        self.log_notes().await;
        let mut shutdown = std::pin::pin!(shutdown);
        let mut passes = JoinSet::new();
        let notices = Arc::new(Notices::new(self.ports.clone()));
        let (mut mailing, mut sweeping) = (Chore::default(), Chore::default());
        loop {
            let now = self.ports.clock.now();
            let again_at = match self.take(now, None).await {
                Ok(work) => {
                    let again_at = work.again_at();
                    if !work.is_empty() {
                        let dispatcher = self.clone();
                        passes.spawn(async move {
                            dispatcher.perform(work).await;
                        });
                    }
                    again_at
                }
                Err(error) => {
                    tracing::warn!(error = %error, "the database does not answer; trying again");
                    None
                }
            };
            let mark = self.ports.clock.monotonic();
            let may_owe = &self.shared.may_owe_notice;
            let rest =
                if may_owe.load(Ordering::SeqCst) { self.options.poll } else { NOTICES_EVERY };
            if mailing.is_due(mark, rest) {
                may_owe.store(false, Ordering::SeqCst);
                let notices = Arc::clone(&notices);
                mailing.start(mark, async move { notices.tick_or_log(now).await });
            }
            if sweeping.is_due(mark, SWEEP_EVERY) {
                let dispatcher = self.clone();
                sweeping.start(mark, async move { dispatcher.sweep_or_log(now).await });
            }
            let wait = again_at
                .and_then(|at| (at - self.ports.clock.now()).to_std().ok())
                .unwrap_or(if again_at.is_some() { Duration::ZERO } else { self.options.poll })
                .clamp(Duration::from_millis(1), self.options.poll);
            tokio::select! {
                () = &mut shutdown => break,
                () = self.shared.wake.notified() => {}
                Some(_) = passes.join_next() => {}
                () = pause(wait) => {}
            }
        }
        self.stop();
        let stopped = self.ports.clock.monotonic();
        while passes.join_next().await.is_some() {}
        mailing.end().await;
        // Nothing is claimed any more: this only writes what the database would not take.
        loop {
            let written = self.take(self.ports.clock.now(), None).await;
            let Err(error) = written else { break };
            let late = self.ports.clock.monotonic().saturating_sub(stopped) >= STOPPED_WITHIN;
            if late || !self.is_behind() {
                tracing::error!(error = %error, "the database did not answer before the end");
                break;
            }
            pause(RETRIED_EVERY).await;
        }
        sweeping.end().await;
    }

    async fn sweep_or_log(&self, now: DateTime<Utc>) {
        if let Err(error) = self.sweep(now).await {
            tracing::warn!(error = %error, "files could not be let go; trying again");
        }
    }

    /// What is odd about the settings but stands in nobody's way, once.
    async fn log_notes(&self) {
        let Ok(rows) = self.ports.store.load_settings().await else { return };
        let Ok(settings) = Settings::read(&rows) else { return };
        for note in settings.notes {
            tracing::warn!(note = %note, "a setting has no effect");
        }
    }
}

/// Something that is done beside the passes: one at a time, with a rest in between.
#[derive(Debug, Default)]
struct Chore {
    running: JoinSet<()>,
    started: Option<Duration>,
}

impl Chore {
    /// Whether it may be started again at `mark`, by the monotonic clock.
    fn is_due(&mut self, mark: Duration, rest: Duration) -> bool {
        while self.running.try_join_next().is_some() {}
        let rested = self.started.is_none_or(|last| mark.saturating_sub(last) >= rest);
        self.running.is_empty() && rested
    }

    fn start(&mut self, mark: Duration, work: impl Future<Output = ()> + Send + 'static) {
        self.started = Some(mark);
        self.running.spawn(work);
    }

    /// Waits for what is under way.
    async fn end(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one loop that sleeps")]
async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}

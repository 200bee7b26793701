//! The dispatcher as a chore: one pass after the other, each beside the next.

use std::sync::atomic::Ordering;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Dispatcher;
use crate::chore::{Chore, Next, Turn};
use crate::time::ZoneRules;
use crate::wake::Wake;

/// The longest time that a stop may take, except for the last POST. It is long enough for a
/// database that is away for a moment, and shorter than what a service manager waits for.
const STOPPED_WITHIN: Duration = Duration::from_secs(33);

/// The interval at which outcomes and claims are offered to a database that is away while the
/// process stops.
const RETRIED_EVERY: Duration = Duration::from_millis(500);

#[async_trait]
impl Chore for Dispatcher {
    fn name(&self) -> &'static str {
        "dispatch"
    }

    fn wake(&self) -> Wake {
        self.shared.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        if !self.shared.began.swap(true, Ordering::SeqCst) {
            tracing::info!("time zone rules {}", ZoneRules::in_use());
        }
        let poll = self.options.poll;
        let work = match self.take(now).await {
            Ok(work) => work,
            Err(error) => {
                tracing::warn!(error = %error, "the database does not answer; trying again");
                return Turn::next(Next::In(poll));
            }
        };
        let turn = Turn::next(work.again_at().map_or(Next::In(poll), |at| Next::At(at, poll)));
        if work.is_empty() {
            return turn;
        }
        let dispatcher = self.clone();
        turn.with_beside(Box::pin(async move {
            dispatcher.perform(work).await;
        }))
    }

    fn stop(&self) {
        Self::stop(self);
    }

    /// Writes what the database would not take. Nothing is claimed any more.
    async fn finish(&self) {
        let stopped = self.ports.clock.monotonic();
        loop {
            let written = self.take(self.ports.clock.now()).await;
            let Err(error) = written else { break };
            let late = self.ports.clock.monotonic().saturating_sub(stopped) >= STOPPED_WITHIN;
            let Some(runtime) =
                self.ports.runtime.as_ref().filter(|_| !late && self.shared.outcomes.is_behind())
            else {
                tracing::error!(error = %error, "the database did not answer before the end");
                break;
            };
            runtime.sleep(RETRIED_EVERY).await;
        }
    }
}

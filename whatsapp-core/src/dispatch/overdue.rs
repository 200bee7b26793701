//! Messages that wait while the account is paused: their time may end, or a crash may have left
//! them open.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::decide::WAIT_MAX;
use super::trial::is_open;
use super::{Dispatcher, TickReport, decide, locked};
use crate::account::{Pause, PauseReason};
use crate::id::LeaseToken;
use crate::message::{Event, FailureKind, Part, Step};
use crate::port::{Claim, Claimed, Lane, QueuePoint, StoreError, random};
use crate::settings::Settings;

/// The interval at which the paused dispatcher looks for such messages, and the number of messages
/// of each lane that it then looks at.
pub(super) const EVERY: Duration = Duration::from_mins(1);
const BATCH: u32 = 500;

/// The progress of the dispatcher through the lanes.
#[derive(Debug, Default)]
pub(super) struct Walk {
    last: Option<Duration>,
    after: BTreeMap<Lane, QueuePoint>,
}

impl Dispatcher {
    /// Ends messages whose time passed while the account was paused, as failures of the account: a
    /// part of the queue each minute. If a person made the pause, messages that a crash left open
    /// wait for a look from then on.
    pub(super) async fn end_overdue(
        &self,
        pause: &Pause,
        now: DateTime<Utc>,
        mark: Duration,
        settings: &Settings,
        report: &mut TickReport,
    ) -> Result<(), StoreError> {
        {
            let mut walk = locked(&self.shared.walk);
            if walk.last.is_some_and(|last| mark.saturating_sub(last) < EVERY) {
                return Ok(());
            }
            walk.last = Some(mark);
        }
        for &lane in Lane::OWED {
            self.end_overdue_in(lane, pause, now, settings, report).await?;
        }
        Ok(())
    }

    async fn end_overdue_in(
        &self,
        lane: Lane,
        pause: &Pause,
        now: DateTime<Utc>,
        settings: &Settings,
        report: &mut TickReport,
    ) -> Result<(), StoreError> {
        let after = locked(&self.shared.walk).after.remove(&lane);
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let lease = self.lease();
        let elapsed = self.ports.clock.elapsed();
        let excluding = locked(&self.shared.hand).run_out(elapsed);
        let (only, limit) = (None, BATCH);
        let claim = Claim { lane, only, after, token, now, elapsed, lease, limit, excluding };
        let claimed = self.ports.store.claim(&claim).await?;
        if let Some(last) = claimed.last().filter(|_| claimed.len() >= BATCH as usize) {
            locked(&self.shared.walk).after.insert(lane, last.point());
        }
        let by_hand = pause.reason == PauseReason::Held;
        let mut back = Vec::new();
        for claimed in &claimed {
            if self.is_overdue(claimed, pause, now).await? {
                let policy = decide::policy(claimed, settings);
                let (kind, cause) = (FailureKind::Exhausted, pause.reason.cause());
                let event = Event::Abandoned { kind, cause, reason: words(pause) };
                let ended = decide::after(&claimed.progress, &event, now, &policy);
                let settlement = decide::settlement(claimed, &ended, None, now);
                self.write_down(settlement, 0).await.count(report);
            } else if by_hand && claimed.step == Step::Send && is_open(&claimed.progress) {
                let settlement = self.to_be_looked_up(claimed, settings);
                self.write_down(settlement, 0).await.count(report);
            } else {
                back.push(claimed.lease);
            }
        }
        self.ports.store.release(&back).await
    }

    async fn is_overdue(
        &self,
        claimed: &Claimed,
        pause: &Pause,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let id = claimed.lease.message_id;
        if claimed.step != Step::Send || is_open(&claimed.progress) || pause.scout == Some(id) {
            return Ok(false);
        }
        let whole = claimed.progress.part != Part::Text;
        let expired = whole && claimed.expires_at.is_some_and(|at| at <= now);
        if expired || now - claimed.due_at >= WAIT_MAX {
            return Ok(true);
        }
        // A message that was put off is due later than it first was: its attempts tell, unless a
        // person moved it.
        let wanted = claimed.scheduled_for.unwrap_or(claimed.created_at).max(claimed.created_at);
        if claimed.progress.posts == 0 || now - wanted < WAIT_MAX {
            return Ok(false);
        }
        let attempts = self.ports.store.attempts(id).await?;
        Ok(attempts.first().is_some_and(|first| now - first.started_at >= WAIT_MAX))
    }
}

fn words(pause: &Pause) -> String {
    format!("Nothing could be sent until it was too late for this message. {}", pause.words())
}

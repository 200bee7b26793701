//! Messages that wait while the account is paused: their time may end, or a crash may have left
//! them open.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::take::Take;
use crate::account::{Pause, PauseReason};
use crate::books::Why;
use crate::dispatch::conclude::Conclusion;
use crate::dispatch::decide::{WAIT_MAX, is_open};
use crate::dispatch::locked;
use crate::message::{Event, FailureKind, Part, Step};
use crate::port::{Claimed, Lane, QueuePoint, Settlement, Store, StoreError};
use crate::settings::Settings;

/// The interval at which the paused dispatcher looks for such messages, and the number of messages
/// of each lane that it then looks at.
const EVERY: Duration = Duration::from_secs(60);
const BATCH: u32 = 500;

/// The progress of a paused dispatcher through the lanes.
#[derive(Debug, Default)]
pub(crate) struct OverdueScan(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    last: Option<Duration>,
    after: BTreeMap<Lane, QueuePoint>,
}

impl OverdueScan {
    /// Returns whether it is time for the next part of the queue.
    fn goes_on(&self, mark: Duration) -> bool {
        let mut places = locked(&self.0);
        if places.last.is_some_and(|last| mark.saturating_sub(last) < EVERY) {
            return false;
        }
        places.last = Some(mark);
        true
    }

    /// Returns the place in a lane where the next part begins; `None` is the front.
    fn place(&self, lane: Lane) -> Option<QueuePoint> {
        locked(&self.0).after.remove(&lane)
    }

    /// Notes the messages of a part. After a part that was full there may be another.
    fn was_at(&self, lane: Lane, claimed: &[Claimed]) {
        if let Some(last) = claimed.last().filter(|_| claimed.len() >= BATCH as usize) {
            locked(&self.0).after.insert(lane, last.point());
        }
    }
}

impl Take<'_> {
    /// Ends messages whose time passed while the account was paused, as failures of the account: a
    /// part of the queue each minute. If a person made the pause, messages that a crash left open
    /// wait for a look from then on.
    pub(crate) async fn end_overdue(
        &mut self,
        pause: &Pause,
        settings: &Settings,
    ) -> Result<(), StoreError> {
        if !self.dispatcher.shared.overdue.goes_on(self.mark) {
            return Ok(());
        }
        for &lane in Lane::OWED {
            self.end_overdue_in(lane, pause, settings).await?;
        }
        Ok(())
    }

    async fn end_overdue_in(
        &mut self,
        lane: Lane,
        pause: &Pause,
        settings: &Settings,
    ) -> Result<(), StoreError> {
        let (dispatcher, now) = (self.dispatcher, self.now);
        let (shared, store) = (&dispatcher.shared, dispatcher.ports.store.as_ref());
        let place = (lane, shared.overdue.place(lane));
        let claimed = shared.claims.after(place, BATCH, now, dispatcher.lease()).await?;
        shared.overdue.was_at(lane, &claimed);
        let by_hand = pause.reason == PauseReason::Held;
        let mut back = Vec::new();
        for claimed in &claimed {
            let settlement = if is_overdue(claimed, pause, store, now).await? {
                self.overdue(claimed, pause, settings)
            } else if by_hand && claimed.step == Step::Send && is_open(&claimed.progress) {
                self.to_be_looked_up(claimed, settings)
            } else {
                back.push(claimed.lease);
                continue;
            };
            shared.outcomes.write_down(settlement, 0).await.count(&mut self.report);
        }
        store.release(&back).await
    }

    /// Returns the settlement of a message whose time has passed.
    fn overdue(&self, claimed: &Claimed, pause: &Pause, settings: &Settings) -> Settlement {
        let (kind, cause) = (FailureKind::Exhausted, pause.reason.cause());
        let event = Event::Abandoned { kind, cause, reason: words(pause) };
        let ending = self.dispatcher.ending(claimed, settings);
        ending.decided(&claimed.progress, (&event, Why::default()), None, self.now)
    }

    /// Returns the settlement of a message whose attempt a crash left open: it waits for a look,
    /// which finds it.
    fn to_be_looked_up(&self, claimed: &Claimed, settings: &Settings) -> Settlement {
        let dispatcher = self.dispatcher;
        let clock = dispatcher.ports.clock.as_ref();
        let moment = dispatcher.shared.times.moment_of(claimed, clock);
        let known = dispatcher.ending(claimed, settings).unknown(moment);
        Conclusion::of(known, None).settlement(claimed, moment.now)
    }
}

/// Returns whether the time of a message has passed. One attempt of it may tell.
async fn is_overdue(
    claimed: &Claimed,
    pause: &Pause,
    store: &dyn Store,
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
    // A message that was put off is due later than it first was: its attempts tell, unless a person
    // moved it.
    let wanted = claimed.scheduled_for.unwrap_or(claimed.created_at).max(claimed.created_at);
    if claimed.progress.posts == 0 || now - wanted < WAIT_MAX {
        return Ok(false);
    }
    let attempts = store.attempts(id).await?;
    Ok(attempts.first().is_some_and(|first| now - first.started_at >= WAIT_MAX))
}

fn words(pause: &Pause) -> String {
    format!("Nothing could be sent until it was too late for this message. {}", pause.words())
}

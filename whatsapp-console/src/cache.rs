//! What the first page shows, read once in ten seconds for all who look.

use std::sync::Arc;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use whatsapp_core::Ports;
use whatsapp_core::message::Message;
use whatsapp_core::overview::{Need, OverviewNow};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter, Sort, StoreError, Turn};
use whatsapp_core::schedule::{LAST_DAY, ReminderStep, StepState};

/// How long it is shown.
const KEPT: TimeDelta = TimeDelta::seconds(10);

/// How many messages of a kind are shown on the first page.
const FIRST: u32 = 5;

/// What stands now, with the first messages of each kind that needs a person.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) now: OverviewNow,
    first: Vec<(AttentionFor, Vec<Message>)>,
    /// The first reminders that wait for approval.
    pub(crate) held: Vec<ReminderStep>,
}

impl Seen {
    /// The first messages of a kind, the newest first.
    pub(crate) fn first_of(&self, kind: AttentionFor) -> &[Message] {
        let found = self.first.iter().find(|(one, _)| *one == kind);
        found.map_or(&[], |(_, messages)| messages)
    }

    async fn read(ports: &Ports) -> Result<Self, StoreError> {
        let now = OverviewNow::read(ports).await?;
        let mut first = Vec::new();
        for need in now.needs() {
            let Need::Messages(kind, _) = need else { continue };
            let mut filter = LogFilter::default();
            filter.attention = Some(Attention::at(now.at).only(kind));
            let page = ports.log().page(&filter, Sort::Newest, Turn::First, FIRST).await?;
            first.push((kind, page.messages));
        }
        let held = match ports.plans() {
            Some(plans) => plans.steps_by(StepState::Held, LAST_DAY, None, FIRST).await?,
            None => Vec::new(),
        };
        Ok(Self { now, first, held })
    }

    /// What the page shows, in a few letters: other ones where it shows something else.
    pub(crate) fn mark(&self) -> String {
        let now = &self.now;
        let ids = self.first.iter().flat_map(|(_, messages)| messages);
        let ids: Vec<_> = ids.map(|message| (message.facts.id, message.updated_at)).collect();
        let steps: Vec<_> = self.held.iter().map(|step| (&step.invoice, step.revision)).collect();
        let counts = (&now.today, &now.week, &now.failed, &now.unknown, &now.silent, &now.held);
        let rest = (&now.broken_settings, now.notices_without_address, &now.account, &now.lanes);
        let shown = format!("{ids:?}{steps:?}{counts:?}{rest:?}");
        hex::encode(Sha256::digest(shown.as_bytes()).get(..6).unwrap_or_default())
    }
}

/// Keeps what was read. One reader reads at a time; the others wait for what it brings.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Option<Arc<Seen>>>);

impl Cache {
    /// What stands now, or stood a few seconds ago.
    pub(crate) async fn seen(&self, ports: &Ports) -> Result<Arc<Seen>, StoreError> {
        let mut kept = self.0.lock().await;
        let now = ports.clock().now();
        let age = |seen: &Arc<Seen>| now - seen.now.at;
        let is_fresh = |seen: &&Arc<Seen>| (TimeDelta::zero()..KEPT).contains(&age(seen));
        if let Some(seen) = kept.as_ref().filter(is_fresh) {
            return Ok(seen.clone());
        }
        let seen = Arc::new(Seen::read(ports).await?);
        *kept = Some(seen.clone());
        Ok(seen)
    }

    /// Forgets it: somebody changed something.
    pub(crate) async fn forget(&self) {
        *self.0.lock().await = None;
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::port::Outbox as _;
    use whatsapp_testkit::fixtures::{START, new_message};
    use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};

    use super::*;

    #[tokio::test]
    async fn what_was_read_is_shown_for_ten_seconds_unless_somebody_changed_something() {
        let (store, clock) = (MemoryStore::new(), ManualClock::starting_at(START));
        let ports = Ports::new(Arc::new(store.clone()), Arc::new(FixedDirectory::default()))
            .with_clock(Arc::new(clock.clone()));
        let cache = Cache::default();
        let made = async || cache.seen(&ports).await.unwrap().now.today.made();
        assert_eq!(made().await, 0);
        store.enqueue(&[new_message(1, START)]).await.unwrap();
        clock.advance(KEPT - TimeDelta::microseconds(1));
        assert_eq!(made().await, 0);
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(made().await, 1);
        store.enqueue(&[new_message(2, START)]).await.unwrap();
        cache.forget().await;
        assert_eq!(made().await, 2);
    }
}

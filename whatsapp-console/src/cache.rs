//! Figures of the first page, read once in ten seconds for all visitors.

use std::sync::Arc;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tracing::Instrument as _;
use whatsapp_core::campaigns::{CampaignError, CampaignForecast};
use whatsapp_core::message::Message;
use whatsapp_core::overview::{Need, OverviewNow};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter, Sort, StoreError, Turn};
use whatsapp_core::schedule::{LAST_DAY, ReminderStep, StepState};
use whatsapp_core::{Campaigns, Ports};

use crate::soon::soon;

/// Time for which the figures are shown.
const KEPT: TimeDelta = TimeDelta::seconds(10);

/// Number of messages of each kind on the first page: a bad day of a small shop is seen whole.
const FIRST: u32 = 10;

/// Number of days, today included, whose armed campaigns are shown on the first page.
const DAYS: u16 = 8;

/// The present figures, with the first messages of each kind that needs a person.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) now: OverviewNow,
    first: Vec<(AttentionFor, Vec<Message>)>,
    /// The first reminders that wait for approval.
    pub(crate) held: Vec<ReminderStep>,
    /// Campaigns of the next days that are armed, run or are paused.
    pub(crate) campaigns: Vec<CampaignForecast>,
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
        let campaigns = campaigns(ports).await?;
        Ok(Self { now, first, held, campaigns })
    }

    /// Returns a short hash of what the page shows; it differs where the page shows something else.
    pub(crate) fn mark(&self) -> String {
        let now = &self.now;
        let ids = self.first.iter().flat_map(|(_, messages)| messages);
        let ids: Vec<_> = ids.map(|message| (message.facts.id, message.updated_at)).collect();
        let steps: Vec<_> = self.held.iter().map(|step| (&step.invoice, step.revision)).collect();
        let counts = (&now.today, &now.week, &now.failed, &now.unknown, &now.silent, &now.held);
        let rest = (&now.broken_settings, now.notices_without_address, &now.account, &now.lanes);
        let campaign = |it: &CampaignForecast| (it.campaign.id, it.campaign.revision, it.waiting);
        let campaigns: Vec<_> = self.campaigns.iter().map(campaign).collect();
        let rest = (rest, &now.days, campaigns);
        let shown = format!("{ids:?}{steps:?}{counts:?}{rest:?}");
        hex::encode(Sha256::digest(shown.as_bytes()).get(..6).unwrap_or_default())
    }
}

/// Campaigns of the next days; none where the host keeps none, or where they cannot be
/// told just now.
async fn campaigns(ports: &Ports) -> Result<Vec<CampaignForecast>, StoreError> {
    let Ok(campaigns) = Campaigns::new(ports.clone()) else { return Ok(Vec::new()) };
    match campaigns.forecast(DAYS).await {
        Ok(found) => Ok(found),
        Err(CampaignError::Store(error)) => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

/// Keeps the figures that were read. One reader reads at a time; the others wait for its result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cache(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    kept: Mutex<Kept>,
    reading: Mutex<()>,
}

#[derive(Debug, Default)]
struct Kept {
    seen: Option<Arc<Seen>>,
    /// Number of changes by people until now, and the number before the figures were read.
    changes: u64,
    read_after: u64,
}

impl Cache {
    /// Returns the present figures, or those of a few seconds ago. Where reading takes longer than
    /// a page waits, returns those that were read last; the reading goes on to its end for the
    /// next page.
    pub(crate) async fn seen(&self, ports: &Ports) -> Result<Arc<Seen>, StoreError> {
        if let Some(fresh) = self.fresh(ports).await {
            return Ok(fresh);
        }
        let mut reading = tokio::spawn({
            let (cache, ports) = (self.clone(), ports.clone());
            async move { cache.read(&ports).await }.in_current_span()
        });
        let read = match soon(&mut reading).await {
            Some(read) => read,
            None => match self.last().await {
                Some(old) => return Ok(old),
                None => reading.await,
            },
        };
        read.unwrap_or_else(|_| {
            Err(StoreError::Other { reason: "the figures were not read to their end".to_owned() })
        })
    }

    /// Counts a change by a person, so that the figures are read anew.
    pub(crate) async fn forget(&self) {
        self.0.kept.lock().await.changes += 1;
    }

    /// Number of changes by people.
    pub(crate) async fn changes(&self) -> u64 {
        self.0.kept.lock().await.changes
    }

    async fn read(&self, ports: &Ports) -> Result<Arc<Seen>, StoreError> {
        let _alone = self.0.reading.lock().await;
        if let Some(fresh) = self.fresh(ports).await {
            return Ok(fresh);
        }
        let changes = self.0.kept.lock().await.changes;
        let seen = Arc::new(Seen::read(ports).await?);
        let mut kept = self.0.kept.lock().await;
        (kept.seen, kept.read_after) = (Some(seen.clone()), changes);
        Ok(seen)
    }

    async fn last(&self) -> Option<Arc<Seen>> {
        self.0.kept.lock().await.seen.clone()
    }

    async fn fresh(&self, ports: &Ports) -> Option<Arc<Seen>> {
        let now = ports.clock().now();
        let kept = self.0.kept.lock().await;
        let seen = kept.seen.clone().filter(|_| kept.read_after == kept.changes)?;
        (TimeDelta::zero()..KEPT).contains(&(now - seen.now.at)).then_some(seen)
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::port::{Count, MessageLog as _, Outbox as _, Store};
    use whatsapp_testkit::fixtures::{START, new_message};
    use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, StoreWrapper, forward_store};

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

    /// A store that counts only as long as the test lets it.
    #[derive(Debug)]
    struct Slow(MemoryStore, Arc<tokio::sync::Semaphore>);

    #[async_trait::async_trait]
    impl StoreWrapper for Slow {
        fn inner(&self) -> &dyn Store {
            &self.0
        }

        async fn count(&self, filter: &LogFilter, most: u64) -> Result<Count, StoreError> {
            let _let = self.1.acquire().await;
            self.0.count(filter, most).await
        }
    }

    forward_store!(Slow);

    #[tokio::test(start_paused = true)]
    async fn where_reading_takes_long_what_was_read_last_is_shown_and_reading_goes_on() {
        let (store, clock) = (MemoryStore::new(), ManualClock::starting_at(START));
        let gate = Arc::new(tokio::sync::Semaphore::new(1));
        let slow = Arc::new(Slow(store.clone(), gate.clone()));
        let ports = Ports::new(slow, Arc::new(FixedDirectory::default()))
            .with_clock(Arc::new(clock.clone()));
        let cache = Cache::default();
        let made = async || cache.seen(&ports).await.unwrap().now.today.made();
        assert_eq!(made().await, 0);
        store.enqueue(&[new_message(1, START)]).await.unwrap();
        clock.advance(KEPT);
        let held = gate.clone().acquire_owned().await.unwrap();
        assert_eq!(made().await, 0, "as it was read last");
        drop(held);
        assert_eq!(made().await, 1);
    }
}

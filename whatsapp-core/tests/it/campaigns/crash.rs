//! Killed at every call of the store while arming, feeding, pausing: it goes on, and no number gets
//! two.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use whatsapp_core::campaign::{LeftOut, Recipient};
use whatsapp_core::port::{
    Amended, Amendment, CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten,
    EndedRecipient, OfMessage, RecipientPoint, SeenCampaign, SlotsTaken, Store, StoreError,
};
use whatsapp_core::{MessageId, Private};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use super::*;

/// A store whose process dies at one of the calls: before the call is done, or after it.
#[derive(Debug)]
pub(super) struct Dying {
    store: MemoryStore,
    left: AtomicU32,
    behind: bool,
    /// Number of messages in each question.
    asked: Mutex<Vec<usize>>,
}

impl Dying {
    fn at(store: MemoryStore, kill: u32, behind: bool) -> Self {
        Self { store, left: AtomicU32::new(kill), behind, asked: Mutex::default() }
    }

    /// A store whose process does not die.
    pub(super) fn never(store: MemoryStore) -> Self {
        Self::at(store, 0, false)
    }

    /// Number of messages whose recipients were asked for, question by question.
    pub(super) fn asked(&self) -> Vec<usize> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns true if the process dies at this call.
    fn dies(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)) == Ok(1)
    }

    async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError>
    where
        T: Send,
    {
        let dies = self.dies();
        let killed = || StoreError::Unavailable { reason: "the process was killed".to_owned() };
        if dies && !self.behind {
            return Err(killed());
        }
        let answer = call.await?;
        if dies { Err(killed()) } else { Ok(answer) }
    }
}

#[async_trait]
impl StoreWrapper for Dying {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        self.call(whatsapp_core::port::Outbox::amend(&self.store, amendment)).await
    }
}

forward_store!(Dying);

#[async_trait]
impl CampaignStore for Dying {
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
        self.call(self.store.campaign(id)).await
    }

    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        self.call(self.store.campaigns(after, limit)).await
    }

    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        self.call(self.store.open_campaigns()).await
    }

    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        self.call(self.store.ending_campaigns()).await
    }

    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError> {
        self.call(self.store.write_campaign(write)).await
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.call(self.store.begin_freeze(draft)).await
    }

    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        self.call(self.store.thaw(draft, freeze, limit)).await
    }

    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError> {
        self.call(self.store.freeze(draft, freeze, recipients)).await
    }

    async fn recipients(
        &self,
        campaign: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        self.call(self.store.recipients(campaign, state, after, limit)).await
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        self.call(self.store.recipient_counts(campaign)).await
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        self.call(self.store.recipients_ended(limit)).await
    }

    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        self.call(self.store.recipients_stranded(after, limit)).await
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        self.call(self.store.recipients_left_out(campaign, limit)).await
    }

    async fn recipients_of_messages(
        &self,
        ids: &[MessageId],
    ) -> Result<Vec<OfMessage>, StoreError> {
        self.asked.lock().unwrap().push(ids.len());
        self.call(self.store.recipients_of_messages(ids)).await
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.call(self.store.feeder_seen()).await
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.call(self.store.note_feeder(at)).await
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        self.call(self.store.slots_taken(since)).await
    }
}

const CUSTOMERS: u32 = 6;

/// Plans, arms, feeds, pauses and resumes, with one kill at this call. A new process repeats the
/// killed act. Returns the number of calls that were left when all was over.
async fn lives_through(kill: u32, behind: bool, cancels: bool) -> u32 {
    let first = Greeting::with(CUSTOMERS);
    let dying = Arc::new(Dying::at(first.shop.store.clone(), kill, behind));
    let ports = Ports::new(dying.clone(), Arc::new(first.shop.customers.clone()))
        .with_transport(Arc::new(first.shop.gateway.clone()))
        .with_clock(Arc::new(first.shop.clock.clone()))
        .with_plans(Arc::new(first.shop.store.clone()))
        .with_campaigns(dying.clone());
    let (mut shop, id) = armed(Greeting::over(first.shop, ports)).await;
    shop.sleep_until("2026-01-28 10:00");
    for minute in 0..40 {
        shop = a_minute(shop, id, minute, cancels).await;
        shop.shop.clock.advance(TimeDelta::minutes(1));
    }
    let counts = loop {
        match shop.campaigns.counts(id).await {
            Ok(counts) => break counts,
            Err(error) => shop = again(shop, &error),
        }
    };
    let name = format!("kill {kill}, behind {behind}, cancels {cancels}: {counts:?}");
    assert!(shop.by_number().values().all(|count| *count == 1), "{name}");
    assert_eq!(shop.by_number().len() as u64, counts.sent, "{name}");
    if cancels {
        assert_eq!(counts.sent + counts.left_out, u64::from(CUSTOMERS), "{name}");
        assert!(counts.left_out > 0, "{name}");
    } else {
        assert_eq!(counts.sent, u64::from(CUSTOMERS), "{name}");
        let campaign = shop.shop.store.campaign(id).await.unwrap().unwrap();
        assert_eq!(campaign.state, CampaignState::Finished, "{name}");
    }
    dying.left.load(Ordering::SeqCst)
}

/// Plans and arms, however often the process is killed.
async fn armed(mut shop: Greeting) -> (Greeting, CampaignId) {
    let draft = loop {
        match shop.campaigns.create(diwali(WEDNESDAY), &manager()).await {
            Ok(draft) => break draft,
            Err(error) => shop = again(shop, &error),
        }
    };
    let id = draft.id;
    loop {
        let armed = async {
            let checked = shop.campaigns.check(id).await?;
            shop.campaigns.arm(id, &checked, &manager()).await
        };
        match armed.await {
            // The process was killed after the last write.
            Ok(_) | Err(CampaignError::Forbidden(CampaignState::Armed)) => break,
            Err(error) => shop = again(shop, &error),
        }
        // A killed arming leaves a draft that sends nothing.
        let _ = shop.feeder.tick(shop.now()).await;
        assert!(shop.messages().is_empty());
    }
    (shop, id)
}

/// Lives through a minute of the day: turns of feeder and dispatcher, and a person's act.
async fn a_minute(mut shop: Greeting, id: CampaignId, minute: u32, cancels: bool) -> Greeting {
    loop {
        match shop.feeder.tick(shop.now()).await {
            Ok(_) => break,
            Err(error) => shop = again(shop, &error),
        }
    }
    while shop.dispatcher.tick(shop.now()).await.unwrap().claimed > 0 {}
    if minute == 2 {
        loop {
            let stopped = if cancels {
                shop.campaigns.cancel(id, &manager()).await
            } else {
                shop.campaigns.pause(id, &manager()).await
            };
            match stopped {
                Ok(_) | Err(CampaignError::Forbidden(_)) => break,
                Err(error) => shop = again(shop, &error),
            }
        }
    }
    if minute == 4 && !cancels {
        loop {
            match shop.campaigns.resume(id, &manager()).await {
                Ok(_) | Err(CampaignError::Forbidden(_)) => break,
                Err(error) => shop = again(shop, &error),
            }
        }
    }
    shop
}

/// A new process over the same database.
fn again(killed: Greeting, error: &CampaignError) -> Greeting {
    let was_killed = error.to_string().contains("the process was killed");
    assert!(was_killed, "{error}");
    Greeting::over(killed.shop, killed.ports)
}

#[tokio::test]
async fn a_kill_at_any_call_loses_nobody_and_doubles_nobody() {
    for cancels in [false, true] {
        for behind in [false, true] {
            let mut kill = 1;
            while Box::pin(lives_through(kill, behind, cancels)).await == 0 {
                kill += 1;
            }
            assert!(kill > 100, "it was killed {kill} times");
        }
    }
}

//! A list of dates whose events repeat, of which some are there already, or which is cut off in
//! the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::campaign::{LeftOut, Recipient, RecipientCounts, RecipientState};
use whatsapp_core::port::{
    CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, EndedRecipient, OfMessage,
    RecipientPoint, SeenCampaign, SlotsTaken, StoreError,
};
use whatsapp_core::{MessageId, Private};
use whatsapp_testkit::MemoryStore;

use super::*;
use crate::shop::Browser;

/// A store of campaigns that fails one of the writes.
#[derive(Debug)]
struct Failing {
    store: MemoryStore,
    /// Number of the write that fails, counted down to one.
    left: AtomicU32,
}

#[async_trait]
impl CampaignStore for Failing {
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
        self.store.campaign(id).await
    }

    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        self.store.campaigns(after, limit).await
    }

    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        self.store.open_campaigns().await
    }

    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        self.store.ending_campaigns().await
    }

    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if left == Ok(1) {
            return Err(StoreError::Unavailable { reason: "it starts anew".to_owned() });
        }
        self.store.write_campaign(write).await
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.store.begin_freeze(draft).await
    }

    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        self.store.thaw(draft, freeze, limit).await
    }

    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError> {
        self.store.freeze(draft, freeze, recipients).await
    }

    async fn recipients(
        &self,
        campaign: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        self.store.recipients(campaign, state, after, limit).await
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        self.store.recipient_counts(campaign).await
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        self.store.recipients_ended(limit).await
    }

    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        self.store.recipients_stranded(after, limit).await
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        self.store.recipients_left_out(campaign, limit).await
    }

    async fn recipients_of_messages(
        &self,
        ids: &[MessageId],
    ) -> Result<Vec<OfMessage>, StoreError> {
        self.store.recipients_of_messages(ids).await
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.store.feeder_seen().await
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.store.note_feeder(at).await
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        self.store.slots_taken(since).await
    }
}

/// The form after a check of this list, with the ticks that are set, for making entries.
async fn looked_over(browser: &mut Browser, list: &str) -> Form {
    let form = browser.open("festivals/import").await.form("#import");
    let page = browser.sent(&form.with("dates", list).with("do", "look")).await;
    page.form("#import").with("do", "make")
}

async fn dates(shop: &Shop) -> Vec<String> {
    entries(shop).await.iter().map(|entry| entry.plan.date.to_string()).collect()
}

#[tokio::test]
async fn each_year_of_an_event_is_an_entry_of_its_own() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20200601\nRRULE:FREQ=YEARLY\n\
                    SUMMARY:Fair\nEND:VEVENT\nEND:VCALENDAR\n";
    let both = looked_over(&mut browser, calendar).await;
    let ticks = both.fields.iter().filter(|(name, _)| name == "line");
    let ticks: Vec<_> = ticks.map(|(_, tick)| tick.as_str()).collect();
    assert_eq!(ticks, ["2.2026-06-01", "2.2027-06-01"]);
    let later = both.clone().with("line", "2.2027-06-01");
    assert_eq!(browser.sent(&later).await.done(), "festivals-imported-1-0");
    assert_eq!(dates(&shop).await, ["2027-06-01"], "the year that was ticked");
    let page = browser.submit(&both).await;
    assert!(
        page.one("p.note[role=status]").starts_with("2 festival messages are made."),
        "{}",
        page.told()
    );
    assert_eq!(dates(&shop).await, ["2027-06-01", "2026-06-01"]);
    assert_eq!(acts(&shop).await, [Act::CampaignSaved; 2]);
}

#[tokio::test]
async fn what_was_there_already_is_told_and_a_list_that_was_changed_is_looked_over_again() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let list = "date,name\n2026-04-14,Opening\n2026-05-01,Fair\n";
    let form = looked_over(&mut browser, list).await;
    // Somebody else is faster with one of them.
    draft(&shop, "Opening", "2026-04-14").await;
    let page = browser.submit(&form).await;
    assert_eq!(
        page.one("p.note[role=status]"),
        "1 festival message is made. Nothing is sent for it until somebody arms it. 1 was in the list already."
    );
    assert_eq!(dates(&shop).await, ["2026-05-01", "2026-04-14"]);
    let fair = entries(&shop).await[0].id;
    campaigns(&shop).cancel(fair, &Actor::Host).await.unwrap();
    let page = browser.submit(&form).await;
    assert_eq!(
        page.one("p.note[role=status]"),
        "No festival message is made. 2 were in the list already."
    );
    let other = form.with("dates", "date,name\n2026-06-14,Opening\n2026-05-01,Fair\n");
    let page = browser.sent(&other).await;
    assert_eq!(page.status, 422);
    assert!(page.one("p.note.bad").starts_with("The list, or the day, is another one"));
    assert_eq!(entries(&shop).await.len(), 2);
}

#[tokio::test]
async fn a_list_is_not_lost_where_the_database_does_not_answer_in_the_middle() {
    let shop = Shop::new();
    let failing = Failing { store: shop.store.clone(), left: AtomicU32::new(2) };
    let shop = shop.with(|ports| ports.with_campaigns(Arc::new(failing)));
    let mut browser = shop.manager();
    let list = "date,name\n2026-04-14,Opening\n2026-05-01,Fair\n2026-06-01,Stocktaking\n";
    let mut form = looked_over(&mut browser, list).await;
    form.fields.retain(|(_, value)| value != "4.2026-06-01");
    let page = browser.sent(&form).await;
    assert_eq!(page.status, 503);
    assert_eq!(
        page.one("p.note.bad"),
        "The database does not answer. 1 festival message is made so far. Send the list once more: what is \
         made is not made twice."
    );
    assert_eq!(dates(&shop).await, ["2026-04-14"]);
    let again = page.form("#import");
    assert_eq!(again.value("dates").replace("\r\n", "\n").trim(), list.trim());
    let ticks = page.attribute("input[name=line][checked]", "value");
    assert_eq!(ticks, ["2.2026-04-14", "3.2026-05-01"], "what was not ticked is not ticked");
    let page = browser.submit(&again.with("do", "make")).await;
    assert!(
        page.one("p.note[role=status]").starts_with("2 festival messages are made."),
        "{}",
        page.told()
    );
    assert_eq!(dates(&shop).await, ["2026-05-01", "2026-04-14"]);
    assert_eq!(acts(&shop).await, [Act::CampaignSaved; 2]);
}

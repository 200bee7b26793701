//! A row that cannot be read.

use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::MessageId;
use whatsapp_core::message::Message;
use whatsapp_core::port::{
    BrokenRow, Burial, Buried, LogFilter, LogPage, MessageLog, Sort, Store, StoreError, Turn,
};
use whatsapp_testkit::fixtures::{START, new_message};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{Shop, exhausted, message, minutes};

/// A store of which one row cannot be read.
#[derive(Debug)]
struct Broken {
    store: MemoryStore,
    id: MessageId,
}

#[async_trait]
impl StoreWrapper for Broken {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        if id == self.id {
            return Err(StoreError::Corrupt { entity: "message", column: "status" });
        }
        MessageLog::message(&self.store, id).await
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let mut found = MessageLog::messages(&self.store, ids).await?;
        found.retain(|message| message.facts.id != self.id);
        Ok(found)
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let mut page = MessageLog::page(&self.store, filter, sort, turn, limit).await?;
        page.messages.retain(|message| message.facts.id != self.id);
        let created_at = Some(START - minutes(2));
        page.broken.push(BrokenRow { id: self.id.to_string(), created_at, column: "status" });
        Ok(page)
    }

    async fn bury(&self, burial: &Burial) -> Result<Buried, StoreError> {
        if burial.message_id != self.id {
            return Ok(Buried::Nothing);
        }
        let row = MessageLog::message(&self.store, self.id).await?;
        let is_as_seen = |seen| row.is_some_and(|row| row.updated_at == seen);
        Ok(if burial.seen.is_none_or(is_as_seen) { Buried::Done } else { Buried::Stale })
    }
}

forward_store!(Broken);

#[tokio::test]
async fn a_row_that_cannot_be_read_stands_in_its_place_and_can_be_ended() {
    let broken = new_message(2, START - minutes(2)).facts.id;
    let shop = Shop::over(|store| Arc::new(Broken { store, id: broken }));
    shop.put(message(1, "Newer", START - minutes(1), exhausted())).await;
    shop.put(new_message(2, START - minutes(2))).await;
    shop.put(message(3, "Older", START - minutes(3), exhausted())).await;
    let mut browser = shop.manager();
    let page = browser.open("messages").await;
    assert_eq!(page.all("#rows .cust a"), ["Newer", "A message that cannot be read", "Older"]);
    browser.click("A message that cannot be read").await;
    assert!(browser.page.told().contains("column status"), "{}", browser.page.told());
    browser.click("Cancel…").await;
    let form = browser.page.form("#ask");
    assert_eq!(browser.submit(&form).await.one("p.note"), "The message was cancelled.");
    browser.open(&format!("messages/{broken}/retry")).await;
    assert_eq!(browser.done, "not-now", "nothing else can be done to it");
}

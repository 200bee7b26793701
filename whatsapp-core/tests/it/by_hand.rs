//! Messages that a person writes: looked over before, tried out, and sent once over what was seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::message::{Fingerprint, MessageKey, MessageType, Trigger};
use whatsapp_core::messenger::{ByHandError, Receipt, SendErrorKind, TryOut};
use whatsapp_core::port::{
    AuditFilter, AuditLog as _, Clock as _, Cursor, Customer, LogFilter, LogPage, MessageLog as _,
    Sort, Store, StoreError, Turn,
};
use whatsapp_core::sweep::Sweep;
use whatsapp_core::template::RenderError;
use whatsapp_core::{Attachment, CustomerId, MessageId, Request, UserId, WhatsAppNumber};
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::shop::{ASHA, NUMBER, PDF, Shop};

const KIND: MessageType = MessageType::STOCK_DELIVERED;

fn asha() -> CustomerId {
    CustomerId::new(ASHA).unwrap()
}

fn by(name: &str) -> Actor {
    Actor::Person(UserId::new(name).unwrap())
}

fn text(text: &str) -> Request {
    Request::text(asha(), KIND, text, BTreeMap::new())
}

async fn sent(
    shop: &Shop,
    said: &str,
    seen: Option<MessageId>,
    who: &str,
) -> Result<Receipt, ByHandError> {
    let same = Fingerprint::of(&[("text", said)]);
    shop.messenger.send_by_hand(text(said), same, seen, by(who)).await
}

#[tokio::test]
async fn the_same_over_the_same_is_one_message_whoever_asks() {
    let shop = Shop::new();
    assert_eq!(shop.messenger.last_by_hand(&asha()).await.unwrap(), None);
    let (one, two) =
        tokio::join!(sent(&shop, "Hello", None, "asha"), sent(&shop, "Hello", None, "ravi"));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.message_id, two.message_id);
    assert!(one.is_new != two.is_new);
    assert_eq!(shop.store.messages().len(), 1);
    assert_eq!(shop.store.every_audit_entry().len(), 1);
    let same = Fingerprint::of(&[("text", "Hello")]);
    let known = shop.messenger.sent_by_hand(&asha(), &same, None).await.unwrap();
    assert_eq!(known, Some(one.message_id));
    assert_eq!(shop.messenger.last_by_hand(&asha()).await.unwrap(), known);
    let message = &shop.store.messages()[0];
    assert_eq!(message.facts.trigger, Trigger::Manual);
    let entry = shop.store.audit(&AuditFilter::default(), None, 9).await.unwrap().entries.remove(0);
    assert_eq!((entry.act, entry.by.user()), (Act::MessageSent, message.facts.created_by.as_ref()));
}

#[tokio::test]
async fn another_one_over_the_same_is_told_of_the_first_and_goes_out_over_it() {
    let shop = Shop::new();
    let first = sent(&shop, "Hello", None, "asha").await.unwrap().message_id;
    let told = sent(&shop, "Good day", None, "ravi").await.unwrap_err();
    assert!(matches!(told, ByHandError::Meanwhile(id) if id == first), "{told}");
    let second = sent(&shop, "Good day", Some(first), "ravi").await.unwrap();
    assert!(second.is_new);
    // A message that a program sent by hand counts, also where the clock was set back since.
    shop.clock.jump_wall_clock(-chrono::TimeDelta::hours(1));
    let last = shop.messenger.last_by_hand(&asha()).await.unwrap();
    assert_eq!(last, Some(second.message_id));
    let third = sent(&shop, "Third", last, "asha").await.unwrap();
    assert_eq!(shop.messenger.last_by_hand(&asha()).await.unwrap(), Some(third.message_id));
    let by_program = shop.messenger.enqueue(text("Of a program")).await.unwrap();
    shop.clock.advance(chrono::TimeDelta::hours(2));
    let later = shop.messenger.enqueue(text("Later")).await.unwrap().message_id;
    assert_ne!(by_program.message_id, later);
    let told = sent(&shop, "Fourth", Some(third.message_id), "asha").await.unwrap_err();
    assert!(matches!(told, ByHandError::Meanwhile(id) if id == later), "{told}");
}

/// A store whose every first look ends at its limit, before anything is found.
#[derive(Debug)]
struct Bounded(MemoryStore);

#[async_trait]
impl StoreWrapper for Bounded {
    fn inner(&self) -> &dyn Store {
        &self.0
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let mut page = self.0.page(filter, sort, turn, limit).await?;
        if turn == Turn::First {
            let place =
                Cursor { created_at: DateTime::<Utc>::MAX_UTC, ..Cursor::of(&page.messages[0]) };
            page = LogPage { messages: Vec::new(), next: None, further: Some(place), ..page };
        }
        Ok(page)
    }
}

forward_store!(Bounded);

#[tokio::test]
async fn the_last_one_is_found_however_far_back_it_is() {
    let shop = Shop::through(|store| Arc::new(Bounded(store)));
    let id =
        shop.messenger.enqueue(text("Of a program").with_trigger(Trigger::Manual)).await.unwrap();
    let last = shop.messenger.last_by_hand(&asha()).await.unwrap();
    assert_eq!(last, Some(id.message_id));
}

#[tokio::test]
async fn an_outlook_tells_all_that_is_wrong_at_once_and_writes_nothing() {
    let shop = Shop::new();
    let nobody = CustomerId::new("C-404").unwrap();
    let request = Request::values(nobody, MessageType::INVOICE, BTreeMap::new());
    let outlook = shop.messenger.look_over(&request, true).await.unwrap();
    let kinds = outlook.problems.as_slice();
    let [SendErrorKind::CustomerUnknown, SendErrorKind::Text(RenderError::Missing { names }), file] =
        kinds
    else {
        panic!("{kinds:?}")
    };
    assert_eq!(names.as_slice(), ["invoiceNumber", "invoiceDate", "amount", "dueDate"]);
    assert!(matches!(file, SendErrorKind::AttachmentMissing(_)), "{file}");
    // Samples are shown where values are missing.
    assert!(outlook.preview.unwrap().text.as_str().contains("INV-2026-0042"));
    shop.customers.put(Customer::new(asha(), "Asha Traders", None));
    let outlook = shop.messenger.look_over(&text("Hi {customerName}"), false).await.unwrap();
    assert!(matches!(outlook.problems.as_slice(), [SendErrorKind::Number(_)]));
    assert_eq!(outlook.preview.unwrap().text.as_str(), "Hi Asha Traders");
    assert!(shop.store.messages().is_empty() && shop.store.notices().is_empty());
    assert_eq!(shop.media.publications(), 0);
}

#[tokio::test]
async fn what_is_ready_goes_out_as_it_was_shown() {
    let shop = Shop::new();
    let request = text("Hi {customerName}, {orderNumber}?");
    let seen = shop.messenger.look_over(&request, true).await.unwrap();
    assert!(matches!(seen.problems.as_slice(), [SendErrorKind::Text(_)]), "{:?}", seen.problems);
    let values = BTreeMap::from([("orderNumber".to_owned(), "SO-7".to_owned())]);
    let request = Request::text(asha(), KIND, "Hi {customerName}, {orderNumber}?", values);
    let seen = shop.messenger.look_over(&request, true).await.unwrap();
    assert!(seen.problems.is_empty(), "{:?}", seen.problems);
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    assert_eq!(shop.message(id).await.facts.text, seen.preview.unwrap().text);
}

#[tokio::test]
async fn a_file_is_kept_for_a_day_until_its_message_takes_it_over() {
    let shop = Shop::new();
    let file = CheckedFile::new("INV-7.pdf", PDF.to_vec()).unwrap();
    let kept = shop.messenger.keep(&file).await.unwrap();
    assert_eq!(shop.media.files().len(), 1);
    let request = || text("Your invoice").with_attachment(Attachment::Kept(kept.clone()));
    let seen = shop.messenger.look_over(&request(), false).await.unwrap().file.unwrap();
    assert_eq!((seen.name.as_str(), seen.bytes), ("INV-7.pdf", Some(PDF.len() as u64)));
    let first = shop.messenger.enqueue(request()).await.unwrap().message_id;
    shop.tick().await;
    let link = shop.gateway.sent()[0].attachment.clone().unwrap();
    assert_eq!(shop.media.fetch(&link.url, shop.clock.now()).as_deref(), Some(PDF));
    assert_eq!(
        shop.message(first).await.facts.attachment.unwrap().sha256,
        Some(kept.sha256.clone())
    );
    // The day is over, and nothing keeps the file any more.
    shop.clock.advance(chrono::TimeDelta::days(40));
    Sweep::new(shop.ports.clone()).tick(shop.clock.now()).await.unwrap();
    assert!(shop.media.files().is_empty());
    let gone = shop.messenger.enqueue(request()).await.unwrap_err();
    assert!(gone.to_string().contains("choose it once more"), "{gone}");
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_trial_goes_to_whoever_asks_once_and_to_nobody_else() {
    let shop = Shop::new();
    let number = WhatsAppNumber::parse("+919812345679").unwrap();
    let (id, name) = (CustomerId::new("asha").unwrap(), "Asha Rao");
    let to = TryOut::new(id, name, number, "Asha Traders");
    let key = MessageKey::of(KIND, &["tried", "asha", "1"]);
    let request = text("Hi {customerName}");
    let tried = || shop.messenger.try_out(request.clone(), &to, key.clone(), by("asha"));
    let first = tried().await.unwrap();
    assert_eq!(tried().await.unwrap().message_id, first.message_id);
    let message = shop.message(first.message_id).await;
    assert_eq!(message.facts.text.as_str(), "Hi Asha Traders");
    assert_eq!(message.facts.whatsapp_number.as_str(), "+919812345679");
    assert_eq!(shop.messenger.last_by_hand(&asha()).await.unwrap(), None);
    shop.tick().await;
    assert!(shop.gateway.sent().iter().all(|sent| sent.number.as_str() != NUMBER));
}

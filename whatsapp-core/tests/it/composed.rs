//! The parts of a message: read once for many, kept with each, and enough to make it again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{CancelReason, Cause, MessageKey, MessageType, Phase};
use whatsapp_core::messenger::{ComposeError, ManageError, Resend};
use whatsapp_core::port::{
    Clock as _, Customer, Due, Listing, Reference, Standing, Store, StoreError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Messenger, Ports, Request, TemplateId};
use whatsapp_testkit::wrapped::StoreWrapper;
use whatsapp_testkit::{MemoryStore, SeededEntropy, forward_store};

use crate::shop::{ASHA, NUMBER, Shop, error, row};

/// A store that records its calls.
#[derive(Debug, Default)]
struct Heard {
    inner: MemoryStore,
    questions: Arc<Mutex<Vec<&'static str>>>,
}

#[async_trait]
impl StoreWrapper for Heard {
    fn inner(&self) -> &dyn Store {
        &self.inner
    }

    async fn before(&self, method: &'static str) -> Result<(), StoreError> {
        self.questions.lock().unwrap().push(method);
        Ok(())
    }
}

forward_store!(Heard);

fn id(id: &str) -> CustomerId {
    CustomerId::new(id).unwrap()
}

async fn save(shop: &Shop, kind: MessageType, content: &str) -> TemplateId {
    shop.save_template(kind.as_str(), kind, content, true).await
}

async fn resend(shop: &Shop, message_id: MessageId) -> Result<MessageId, ManageError> {
    shop.messenger.resend(&Resend::new(message_id, Actor::Host)).await
}

async fn refused(shop: &Shop, request: Request) -> MessageId {
    shop.messenger.enqueue(request).await.unwrap_err().logged().unwrap()
}

#[tokio::test]
async fn a_thousand_messages_read_each_template_and_the_customers_once() {
    let shop = Shop::new();
    let store = Heard::default();
    let questions = Arc::clone(&store.questions);
    let ports = Ports::new(Arc::new(store), Arc::new(shop.customers.clone()))
        .with_clock(Arc::new(shop.clock.clone()))
        .with_entropy(Arc::new(SeededEntropy::new(7)));
    let requests: Vec<Request> = (0..1_000)
        .map(|nth| {
            if nth % 2 == 0 {
                return shop.order(&format!("SO-{nth}"));
            }
            let key = MessageKey::of(MessageType::PAYMENT_REMINDER, &[&nth.to_string()]);
            shop.reminder("2026-02-18").with_key(key)
        })
        .collect();
    let receipts = Messenger::new(ports).enqueue_all(&requests).await;
    assert_eq!(receipts.iter().filter(|receipt| receipt.is_ok()).count(), 1_000);
    let questions = questions.lock().unwrap();
    let asked = |method| questions.iter().filter(|asked| **asked == method).count();
    assert_eq!((asked("active_template"), asked("load_settings"), asked("enqueue")), (2, 1, 1));
    assert_eq!(shop.customers.questions(), 1);
}

#[tokio::test]
async fn a_message_keeps_the_values_of_its_text_and_the_version_of_its_template() {
    let shop = Shop::new();
    let kind = MessageType::STOCK_DELIVERED;
    let template = save(&shop, kind, "{customerName}: {orderNumber}").await;
    save(&shop, kind, "{orderNumber} for {customerName}").await;
    let message = shop.message(shop.enqueued("SO-\u{202e}1").await).await.facts;
    assert_eq!(message.text.as_str(), "SO-1 for Asha Traders");
    assert_eq!((message.template_id, message.template_version), (Some(template), Some(2)));
    // All values of the type, as they would be written in a text.
    let values = message.values.unwrap();
    let values: Vec<_> = values.iter().collect();
    assert_eq!(
        values,
        [
            ("customerName", "Asha Traders"),
            ("deliveryDate", "27 Jan 2026"),
            ("items", "20 × LED bulb 9 W\n5 × Switch board"),
            ("orderNumber", "SO-1"),
        ]
    );
}

#[tokio::test]
async fn a_text_that_a_person_wrote_keeps_no_values_and_no_template() {
    let shop = Shop::new();
    let text = Request::text(id(ASHA), MessageType::FESTIVAL, "Hi {customerName}", BTreeMap::new());
    let receipt = shop.messenger.enqueue(text).await.unwrap();
    let facts = shop.message(receipt.message_id).await.facts;
    assert_eq!((facts.values, facts.template_id, facts.template_version), (None, None, None));
}

#[tokio::test]
async fn the_gateway_is_given_what_the_text_was_made_of() {
    let shop = Shop::new();
    let template = save(&shop, MessageType::STOCK_DELIVERED, "{orderNumber} is there").await;
    let message_id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let sent = shop.gateway.sent().pop().unwrap();
    assert_eq!(sent.reference, Some(Reference { message_id, attempt: 1 }));
    assert_eq!(sent.message_type, Some(MessageType::STOCK_DELIVERED.name()));
    assert_eq!(sent.template, Some((template, 1)));
    assert_eq!(sent.values.unwrap().get("orderNumber"), Some("SO-1"));
}

#[tokio::test]
async fn a_files_new_link_stands_among_the_values_too() {
    let shop = Shop::new();
    let later = shop.clock.now() + TimeDelta::hours(3);
    let request = shop.invoice(ASHA, "INV-7").with_schedule(later);
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    let before = shop.message(id).await.facts;
    shop.live_for(TimeDelta::hours(4)).await;
    let after = shop.message(id).await.facts;
    let link = after.attachment.unwrap().url;
    assert_ne!(link, before.attachment.unwrap().url);
    assert_eq!(after.values.as_ref().unwrap().get("invoiceLink"), Some(link.as_str()));
    assert!(after.text.as_str().contains(&link));
    assert_eq!(shop.gateway.sent()[0].values, after.values);
}

#[tokio::test]
async fn a_message_refused_for_its_number_is_composed_when_it_is_sent_again() {
    let shop = Shop::new();
    let old = refused(&shop, shop.invoice("C-2", "INV-8")).await;
    let kept = shop.message(old).await.facts;
    assert_eq!((kept.text.as_str(), kept.subject.as_deref()), ("", Some("INV-8")));
    assert_eq!(kept.attachment.as_ref().map(|file| file.name.as_str()), Some("INV-8.pdf"));
    assert_eq!(kept.values.unwrap().get("amount"), Some("₹1,23,456.00"));
    assert!(matches!(resend(&shop, old).await, Err(ManageError::Number(_))));

    shop.customers.put(Customer::new(id("C-2"), "Gupta & Sons Ltd", Some(NUMBER)));
    save(&shop, MessageType::INVOICE, "{customerName}: {invoiceNumber} {invoiceLink}").await;
    let fresh = resend(&shop, old).await.unwrap();
    let facts = shop.message(fresh).await.facts;
    let link = facts.attachment.unwrap().url;
    assert_eq!(facts.text.as_str(), format!("Gupta & Sons Ltd: INV-8 {link}"));
    assert_eq!(facts.customer_name.as_str(), "Gupta & Sons Ltd");
    assert_eq!(facts.values.unwrap().get("invoiceLink"), Some(link.as_str()));
    assert_eq!((facts.template_version, facts.subject.as_deref()), (Some(1), Some("INV-8")));
    shop.tick().await;
    assert_eq!(shop.phase(fresh).await, Phase::Sent);
}

#[tokio::test]
async fn a_text_for_a_customer_who_was_unknown_is_filled_in_when_it_is_sent_again() {
    let shop = Shop::new();
    let values = BTreeMap::from([("festivalName".to_owned(), "Diwali".to_owned())]);
    let text = "Dear {customerName}, happy {festivalName}!";
    let old = refused(&shop, Request::text(id("C-99"), MessageType::FESTIVAL, text, values)).await;
    shop.customers.put(Customer::new(id("C-99"), "Iyer", Some(NUMBER)));
    let facts = shop.message(resend(&shop, old).await.unwrap()).await.facts;
    assert_eq!(facts.text.as_str(), "Dear Iyer, happy Diwali!");
    assert_eq!(facts.values, None);
}

#[tokio::test]
async fn a_refused_message_is_sent_again_by_the_template_that_was_asked_for() {
    let shop = Shop::new();
    let template = save(&shop, MessageType::STOCK_DELIVERED, "{orderNumber}!").await;
    let values = BTreeMap::from([("orderNumber".to_owned(), "SO-1".to_owned())]);
    let request = Request::values(id("C-3"), MessageType::STOCK_DELIVERED, values);
    let old = refused(&shop, request.with_template(template)).await;
    save(&shop, MessageType::FESTIVAL, "{festivalName}").await;
    assert_eq!(shop.message(old).await.facts.template_id, Some(template));
    shop.customers.put(Customer::new(id("C-3"), "Das Home", Some(NUMBER)));
    let facts = shop.message(resend(&shop, old).await.unwrap()).await.facts;
    assert_eq!((facts.text.as_str(), facts.template_id), ("SO-1!", Some(template)));
}

#[tokio::test]
async fn what_cannot_be_composed_of_what_was_kept_is_refused_again_with_the_reason() {
    let shop = Shop::new();
    let values = Request::values(id("C-3"), MessageType::STOCK_DELIVERED, BTreeMap::new());
    let incomplete = refused(&shop, values).await;
    let values = Request::values(id("C-3"), MessageType::INVOICE, BTreeMap::new());
    let without_file = refused(&shop, values).await;
    shop.customers.put(Customer::new(id("C-3"), "Das Home", Some(NUMBER)));
    let error = resend(&shop, incomplete).await.unwrap_err();
    assert!(matches!(error, ManageError::Compose(ComposeError::Text(_))), "{error}");
    assert!(matches!(resend(&shop, without_file).await, Err(ManageError::FileGone)));
}

#[tokio::test]
async fn a_request_may_name_its_subject_whether_it_is_refused_or_not() {
    let shop = Shop::new();
    let order = shop.order("SO-1").with_subject(" Ledger 7 ");
    let sent = shop.messenger.enqueue(order).await.unwrap().message_id;
    let refused = refused(&shop, shop.invoice("C-3", "INV-9").with_subject("Ledger 8")).await;
    for (id, subject) in [(sent, "Ledger 7"), (refused, "Ledger 8")] {
        assert_eq!(shop.message(id).await.facts.subject.as_deref(), Some(subject));
    }
}

fn due(number: &str, due: &str, rupees: &str) -> Due {
    let date = "2026-01-02".parse().unwrap();
    let (invoice, due) = (InvoiceId::new(number).unwrap(), due.parse().unwrap());
    Due::new(invoice, id(ASHA), number, date, due, Amount::rupees(rupees).unwrap())
}

/// A reminder of tomorrow, enqueued today.
async fn reminder_of_tomorrow(shop: &Shop) -> MessageId {
    let tomorrow = shop.clock.now() + TimeDelta::days(1);
    let reminder = shop.reminder("2026-02-18").with_schedule(tomorrow);
    shop.messenger.enqueue(reminder).await.unwrap().message_id
}

fn owe(shop: &Shop, due: Due) {
    shop.invoices.owe(due);
}

#[tokio::test]
async fn a_part_paid_reminder_asks_for_what_is_open_on_the_day_it_is_sent() {
    let shop = Shop::new();
    let id = reminder_of_tomorrow(&shop).await;
    let text = "{customerName}: {amount} of {invoiceNumber}, {daysOverdue} days since {dueDate}";
    let template = save(&shop, MessageType::PAYMENT_REMINDER, text).await;
    owe(&shop, due("INV-7", "2026-01-20", "150"));
    shop.customers.put(Customer::new(
        CustomerId::new(ASHA).unwrap(),
        "Asha & Co",
        Some("+919812345671"),
    ));
    shop.live_for(TimeDelta::days(2)).await;
    let sent = shop.gateway.sent().pop().unwrap();
    assert_eq!(sent.text.as_str(), "Asha & Co: ₹150.00 of INV-7, 8 days since 20 Jan 2026");
    assert_eq!(sent.number.as_str(), "+919812345671");
    let facts = shop.message(id).await.facts;
    assert_eq!((&facts.text, &facts.values), (&sent.text, &sent.values));
    assert_eq!(facts.values.unwrap().get("amount"), Some("₹150.00"));
    assert_eq!(facts.whatsapp_number.as_str(), "+919812345671");
    assert_eq!((facts.template_id, facts.template_version), (Some(template), Some(1)));
}

#[tokio::test]
async fn each_attempt_of_a_reminder_says_what_is_open_then() {
    let shop = Shop::new();
    owe(&shop, due("INV-7", "2026-01-20", "500"));
    shop.gateway.next_send(Err(error(Disposition::Transient)));
    shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap();
    shop.tick().await;
    owe(&shop, due("INV-7", "2026-01-20", "400"));
    shop.live_for(TimeDelta::hours(2)).await;
    let texts: Vec<_> = shop.gateway.sent().into_iter().map(|sent| sent.text).collect();
    let [first, second] = texts.as_slice() else { panic!("{texts:?}") };
    assert!(first.as_str().contains("₹500.00") && second.as_str().contains("₹400.00"));
}

#[tokio::test]
async fn nothing_changes_while_an_outcome_is_unknown_and_the_look_finds_what_was_sent() {
    let shop = Shop::new();
    owe(&shop, due("INV-7", "2026-01-20", "500"));
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let reminder = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap();
    shop.tick().await;
    let sent = shop.gateway.sent().pop().unwrap().text;
    owe(&shop, due("INV-7", "2026-01-20", "400"));
    let listed = vec![row("G-1", sent.clone(), shop.clock.now())];
    shop.gateway.next_listing(Ok(Listing::new(listed, true)));
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.phase(reminder.message_id).await, Phase::Sent);
    assert_eq!(shop.message(reminder.message_id).await.facts.text, sent);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_reminder_that_a_person_wrote_goes_out_as_it_was_written() {
    let shop = Shop::new();
    let values = BTreeMap::from([("amount".to_owned(), "₹500".to_owned())]);
    let text = Request::text(id(ASHA), MessageType::PAYMENT_REMINDER, "Please: {amount}", values)
        .with_invoice(InvoiceId::new("INV-7").unwrap());
    shop.messenger.enqueue(text).await.unwrap();
    owe(&shop, due("INV-7", "2026-01-20", "150"));
    shop.tick().await;
    assert_eq!(shop.gateway.sent()[0].text.as_str(), "Please: ₹500");
}

#[tokio::test]
async fn a_reminder_whose_customer_lost_the_number_fails_and_is_told() {
    let shop = Shop::new();
    let reminder = reminder_of_tomorrow(&shop).await;
    shop.customers.put(Customer::new(id(ASHA), "Asha Traders", None));
    shop.live_for(TimeDelta::days(2)).await;
    let Phase::Failed(why) = shop.phase(reminder).await else { panic!("it did not fail") };
    assert_eq!(why.cause, Cause::Recipient);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_void_invoice_is_not_reminded_of() {
    let shop = Shop::new();
    let reminder = reminder_of_tomorrow(&shop).await;
    owe(&shop, due("INV-7", "2026-01-20", "150").with_standing(Standing::Void));
    shop.live_for(TimeDelta::days(2)).await;
    assert_eq!(shop.phase(reminder).await, Phase::Cancelled(CancelReason::Void));
}

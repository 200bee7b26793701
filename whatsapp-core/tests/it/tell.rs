//! Telling in one line: the same messages as those of a request.

use chrono::{DateTime, Utc};
use whatsapp_core::format::Amount;
use whatsapp_core::message::{MessageType, Trigger};
use whatsapp_core::messenger::{Receipt, SendErrorKind, Tell};
use whatsapp_core::template::{
    Festival, Invoice, OpenInvoice, PaymentReminder, PaymentSummary, StockDelivered,
};
use whatsapp_core::{Attachment, CustomerId, Request};

use crate::shop::{ASHA, PDF, Shop};

fn order() -> StockDelivered {
    StockDelivered {
        order_number: "SO-1".to_owned(),
        delivered_on: "2026-01-27".parse().unwrap(),
        items: vec!["20 × LED bulb 9 W".to_owned(), "5 × Switch board".to_owned()],
    }
}

fn summary() -> PaymentSummary {
    let due = "2026-02-11".parse().unwrap();
    let open = |number, rupees| OpenInvoice::new(number, due, Amount::rupees(rupees).unwrap());
    PaymentSummary::new([open("INV-7", "500"), open("INV-9", "1500")])
}

/// What is told is the message that the same request makes, in whichever order they come.
async fn is_the_same(shop: &Shop, told: Receipt, request: Request) {
    let requested = shop.messenger.enqueue(request).await.unwrap();
    assert!(told.is_new && !requested.is_new);
    assert_eq!(told.message_id, requested.message_id);
}

#[tokio::test]
async fn a_typed_payload_is_told_as_its_request_is_enqueued() {
    let shop = Shop::new();
    let told = shop.messenger.tell(ASHA, order()).await.unwrap();
    is_the_same(&shop, told, shop.order("SO-1")).await;

    let festival = || Festival { name: "Diwali".to_owned() };
    let told = shop.messenger.tell(ASHA, festival()).await.unwrap();
    is_the_same(&shop, told, Request::festival(ASHA.try_into().unwrap(), festival())).await;

    // Without a key every summary is a message of its own.
    let told = shop.messenger.tell(ASHA, summary()).await.unwrap();
    let request = Request::payment_summary(ASHA.try_into().unwrap(), summary());
    let requested = shop.messenger.enqueue(request).await.unwrap();
    let [told, requested] =
        [shop.message(told.message_id).await.facts, shop.message(requested.message_id).await.facts];
    assert_eq!((told.text, told.trigger), (requested.text, requested.trigger));
    assert_eq!(told.message_type, MessageType::PAYMENT_SUMMARY.name());
}

#[tokio::test]
async fn a_file_and_a_time_go_before_the_await() {
    let shop = Shop::new();
    let invoice = Invoice {
        number: "INV-7".to_owned(),
        date: "2026-01-27".parse().unwrap(),
        amount: Amount::rupees("123456").unwrap(),
        due: "2026-02-11".parse().unwrap(),
        link: None,
    };
    let at: DateTime<Utc> = "2026-01-28T04:30:00Z".parse().unwrap();
    let pdf = Attachment::file("INV-7.pdf", PDF.to_vec()).unwrap();
    let telling = shop.messenger.tell(ASHA, invoice.clone()).with_attachment(pdf);
    let told = telling.with_schedule(at).await.unwrap();
    is_the_same(&shop, told, shop.invoice(ASHA, "INV-7").with_schedule(at)).await;
    assert_eq!(shop.message(told.message_id).await.facts.scheduled_for, Some(at));

    let other = Invoice { number: "INV-8".to_owned(), ..invoice };
    let bare = shop.messenger.tell(ASHA, other).await.unwrap_err();
    assert!(matches!(bare.kind(), SendErrorKind::AttachmentMissing(_)), "{bare}");
}

#[tokio::test]
async fn a_reminder_names_the_invoice_that_the_ledger_is_asked_about() {
    let shop = Shop::new();
    let reminder = PaymentReminder {
        invoice_number: "INV-7".to_owned(),
        amount: Amount::rupees("500").unwrap(),
        due: "2026-02-11".parse().unwrap(),
        today: "2026-02-14".parse().unwrap(),
    };
    let told = shop.messenger.tell(ASHA, reminder.clone().about("INV-7").unwrap()).await.unwrap();
    is_the_same(&shop, told, shop.reminder("2026-02-14")).await;
    let facts = shop.message(told.message_id).await.facts;
    assert_eq!(facts.invoice_id.unwrap().as_str(), "INV-7");
    assert!(reminder.about("no key").is_err());
}

#[tokio::test]
async fn the_customer_is_whatever_a_host_has_as_an_id() {
    let shop = Shop::new();
    let first = shop.messenger.tell(ASHA, order()).await.unwrap().message_id;
    let (asha, text) = (CustomerId::new(ASHA).unwrap(), ASHA.to_owned());
    for again in [
        shop.messenger.tell(&asha, order()).await,
        shop.messenger.tell(asha.clone(), order()).await,
        shop.messenger.tell(&text, order()).await,
        shop.messenger.tell(text.clone(), order()).await,
    ] {
        assert_eq!(again.unwrap().message_id, first);
    }
    let unknown = shop.messenger.tell(7, order()).await.unwrap_err();
    assert!(matches!(unknown.kind(), SendErrorKind::CustomerUnknown), "{unknown}");
    let logged = shop.message(unknown.logged().unwrap()).await;
    assert_eq!(logged.facts.customer_id.as_str(), "7");
    let rows = shop.store.messages().len();

    let none = shop.messenger.tell("Asha Traders", order()).await.unwrap_err();
    assert!(matches!(none.kind(), SendErrorKind::CustomerId(_)), "{none}");
    assert!(none.to_string().starts_with("a customer id has"), "{none}");
    assert_eq!((none.logged(), shop.store.messages().len()), (None, rows));
}

#[tokio::test]
async fn nobody_is_told_what_is_not_awaited() {
    let shop = Shop::new();
    drop(shop.messenger.tell(ASHA, order()));
    assert_eq!(shop.store.messages().len(), 0);
}

#[tokio::test]
async fn a_type_of_a_hosts_own_is_told_in_one_line_too() {
    struct Greeting(&'static str);

    impl Tell for Greeting {
        fn request_to(self, customer: CustomerId) -> Request {
            let values = [("festivalName".to_owned(), self.0.to_owned())];
            Request::values(customer, MessageType::FESTIVAL, values.into())
                .with_trigger(Trigger::Auto)
        }
    }

    let shop = Shop::new();
    let told = shop.messenger.tell(ASHA, Greeting("Onam")).await.unwrap();
    let facts = shop.message(told.message_id).await.facts;
    assert!(facts.text.as_str().contains("Onam"), "the name of the festival is in the text");
    assert_eq!(facts.trigger, Trigger::Auto);
}

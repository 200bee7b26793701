//! Events in a message's life, from its enqueue to its end.

use chrono::TimeDelta;
use whatsapp_core::format::Amount;
use whatsapp_core::message::{CancelReason, FailureKind, Phase, Status};
use whatsapp_core::port::{Clock as _, Due, MessageLog as _, NoticeQueue as _};
use whatsapp_core::template::PaymentReminder;
use whatsapp_core::{InvoiceId, Request};
use whatsapp_testkit::fixtures::START;
use whatsapp_testkit::gateway::Delivery;

use crate::shop::{Shop, customer, number, order};

const LONG: TimeDelta = TimeDelta::hours(30);

#[tokio::test]
async fn messages_switched_off_after_the_enqueue_are_withdrawn() {
    let shop = Shop::open().await;
    let id = shop.enqueued(1).await;
    shop.set("whatsapp_stock_delivered_enabled", "false").await;
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::SwitchedOff));
    assert_eq!(shop.gateway.posts().len(), 0);
    assert_eq!(shop.store.notices_owed().await.unwrap(), 0, "a withdrawal is no failure");
}

#[tokio::test]
async fn a_reminder_whose_invoice_was_paid_in_between_is_withdrawn() {
    let shop = Shop::open().await;
    let invoice = InvoiceId::new("INV-7").unwrap();
    let reminder = PaymentReminder {
        invoice_number: "INV-7".to_owned(),
        amount: Amount::rupees("500").unwrap(),
        due: START.date_naive() - TimeDelta::days(3),
        today: START.date_naive(),
    };
    let reminder = Request::payment_reminder(customer(1), invoice.clone(), reminder)
        .with_schedule(shop.clock.now() + TimeDelta::hours(2));
    let id = shop.messenger.enqueue(reminder).await.unwrap().message_id;
    shop.live_for(TimeDelta::hours(1)).await;
    shop.invoices.pay(invoice);
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Paid));
    assert_eq!(shop.gateway.posts().len(), 0);
    assert_eq!(shop.invoices.questions(), 1, "right before it would have been sent");
}

#[tokio::test]
async fn a_part_paid_reminder_asks_for_what_is_open_when_it_is_sent() {
    let shop = Shop::open().await;
    let invoice = InvoiceId::new("INV-7").unwrap();
    let due = START.date_naive() - TimeDelta::days(3);
    let reminder = PaymentReminder {
        invoice_number: "INV-7".to_owned(),
        amount: Amount::rupees("500").unwrap(),
        due,
        today: START.date_naive(),
    };
    let reminder = Request::payment_reminder(customer(1), invoice.clone(), reminder)
        .with_schedule(shop.clock.now() + TimeDelta::hours(2));
    let id = shop.messenger.enqueue(reminder).await.unwrap().message_id;
    let open = Amount::rupees("200").unwrap();
    shop.invoices.owe(Due::new(invoice, customer(1), "INV-7", START.date_naive(), due, open));
    shop.live_for(LONG).await;
    let posts = shop.gateway.posts();
    assert_eq!(posts.len(), 1);
    assert!(posts[0].text.contains("₹200.00") && !posts[0].text.contains("500"));
    let facts = shop.store.message(id).await.unwrap().unwrap().facts;
    assert_eq!(facts.text.as_str(), posts[0].text);
    assert_eq!(facts.values.unwrap().get("amount"), Some("₹200.00"));
}

#[tokio::test]
async fn a_message_past_its_time_is_withdrawn() {
    let shop = Shop::open().await;
    let request = order(1, 1).with_expiry(shop.clock.now() + TimeDelta::hours(1));
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.clock.advance(TimeDelta::hours(2));
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
    assert_eq!(shop.gateway.posts().len(), 0);
}

#[tokio::test]
async fn delivery_is_followed_from_accepted_over_delivered_to_read() {
    let shop = Shop::open().await;
    shop.gateway.deliveries().of_number(&number(1), Delivery::Pending);
    let id = shop.enqueued(1).await;
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    shop.gateway.deliveries().of_number(&number(1), Delivery::Delivered);
    shop.live_for(TimeDelta::minutes(4)).await;
    assert_eq!(shop.phase(id).await, Phase::Delivered);
    shop.gateway.deliveries().of_number(&number(1), Delivery::Read);
    shop.live_for(TimeDelta::minutes(30)).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    shop.gateway.deliveries().of_number(&number(1), Delivery::Pending);
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Read, "it never moves back");
    assert_eq!(shop.gateway.posts().len(), 1);
}

#[tokio::test]
async fn a_number_that_is_not_on_whatsapp_fails_for_good() {
    let shop = Shop::open().await;
    shop.gateway.deliveries().of_number(&number(1), Delivery::NotOnWhatsApp);
    let id = shop.enqueued(1).await;
    shop.tick().await;
    assert_eq!(shop.status(id).await, Status::Sent, "accepted is all that is known yet");
    shop.live_for(LONG).await;
    assert_eq!(shop.failure(id).await, FailureKind::Undelivered);
    assert_eq!(shop.gateway.posts().len(), 1);
    assert_eq!(shop.store.notices_owed().await.unwrap(), 1);
}

#[tokio::test]
async fn a_message_that_the_gateway_could_not_deliver_is_sent_again() {
    let shop = Shop::open().await;
    shop.gateway.deliveries().of_number(&number(1), Delivery::Failed);
    let id = shop.enqueued(1).await;
    shop.live_for(TimeDelta::minutes(10)).await;
    let at = START + TimeDelta::minutes(30);
    assert_eq!(shop.phase(id).await, Phase::Retrying { at });
    shop.gateway.deliveries().of_number(&number(1), Delivery::Delivered);
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Delivered);
    assert_eq!(shop.post_minutes(), [0, 30]);
}

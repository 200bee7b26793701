//! Order of messages by their class.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::{Cause, Class, MessageType, NewMessage, Progress, StateRow, Trigger};
use whatsapp_core::messenger::{Consent, Resend};
use whatsapp_core::port::{Clock as _, MessageLog as _, Outbox as _, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::Festival;
use whatsapp_core::{CustomerId, MessageId, Request};
use whatsapp_testkit::fixtures;

use crate::shop::{ASHA, Shop};

/// Messages of this class that are due now, with these seeds.
async fn due(shop: &Shop, class: Class, seeds: std::ops::Range<u64>) {
    let now = shop.clock.now();
    let state = StateRow::of(&Progress::new(now).with_class(class));
    let messages: Vec<_> = seeds
        .map(|seed| NewMessage { state: state.clone(), ..fixtures::new_message(seed, now) })
        .collect();
    shop.store.enqueue(&messages).await.unwrap();
}

fn greeting(year: &str) -> Request {
    let festival = Festival { name: format!("Diwali {year}") };
    Request::festival(CustomerId::new(ASHA).unwrap(), festival)
}

fn text(words: &str) -> Request {
    let customer = CustomerId::new(ASHA).unwrap();
    Request::text(customer, MessageType::FESTIVAL, words, BTreeMap::new())
}

async fn class(shop: &Shop, id: MessageId) -> Class {
    shop.message(id).await.state.owed.unwrap().class
}

#[tokio::test]
async fn an_invoice_behind_five_thousand_greetings_is_posted_within_a_second() {
    let shop = Shop::with_options(DispatchOptions::default());
    shop.set("whatsapp_requests_per_second", "4");
    due(&shop, Class::Greeting, 0..5_000).await;
    shop.live_for(TimeDelta::seconds(3)).await;
    for number in 0..12 {
        shop.live_for(TimeDelta::milliseconds(730)).await;
        let invoice = shop.invoice(ASHA, &format!("INV-{number}/26"));
        let id = shop.messenger.enqueue(invoice).await.unwrap().message_id;
        let enqueued = shop.clock.now();
        shop.live_for(TimeDelta::seconds(1)).await;
        let attempts = shop.store.attempts(id).await.unwrap();
        let waited = attempts.first().map(|attempt| attempt.started_at - enqueued);
        assert!(waited.is_some_and(|waited| waited <= TimeDelta::seconds(1)), "{waited:?}");
    }
    let sent = shop.gateway.sent().len();
    assert!(sent > 12 + 70, "the greetings go on: {sent}");
}

#[tokio::test]
async fn while_urgent_messages_wait_the_others_get_one_request_in_ten_in_turn() {
    let shop = Shop::with_options(DispatchOptions::default());
    due(&shop, Class::Transactional, 0..60).await;
    due(&shop, Class::Greeting, 100..110).await;
    due(&shop, Class::Bulk, 200..210).await;
    while shop.gateway.sent().len() < 40 {
        shop.live_for(TimeDelta::milliseconds(250)).await;
    }
    let sent = async |seeds: std::ops::Range<u64>| {
        let mut sent = 0;
        for seed in seeds {
            let id = fixtures::new_message(seed, shop.opened).facts.id;
            sent += shop.store.attempts(id).await.unwrap().len();
        }
        sent
    };
    assert_eq!((sent(0..60).await, sent(100..110).await, sent(200..210).await), (36, 2, 2));
}

#[tokio::test]
async fn a_message_has_its_types_class_unless_a_person_sends_it_singly() {
    let shop = Shop::new();
    let manual = Trigger::Manual;
    let cases = [
        (shop.order("SO-1"), Class::Transactional),
        (shop.invoice(ASHA, "INV-1"), Class::Transactional),
        (shop.reminder("2026-02-12"), Class::Reminder),
        (greeting("2026"), Class::Greeting),
        (shop.reminder("2026-02-13").with_trigger(manual), Class::Transactional),
        (text("Happy new year!"), Class::Transactional),
    ];
    for (request, expected) in cases {
        let id = shop.messenger.enqueue(request).await.unwrap().message_id;
        assert_eq!(class(&shop, id).await, expected);
    }
    let many = [text("Happy Holi!"), text("Happy Onam!")];
    for receipt in shop.messenger.enqueue_all(&many).await {
        assert_eq!(class(&shop, receipt.unwrap().message_id).await, Class::Greeting);
    }
}

#[tokio::test]
async fn what_a_person_retries_or_resends_singly_is_urgent_and_what_goes_in_bulk_is_not() {
    let shop = Shop::new();
    let waiting = shop.messenger.enqueue(greeting("2024")).await.unwrap().message_id;
    shop.messenger.send_now(waiting, Consent::NotAsked, &Actor::Host).await.unwrap();
    assert_eq!(class(&shop, waiting).await, Class::Transactional);
    shop.tick().await;

    let fatal = TransportError::new(Disposition::Permanent, "It did not work.");
    let fatal = fatal.with_cause(Cause::Gateway);
    let mut failed = Vec::new();
    for year in ["2025", "2026"] {
        shop.gateway.next_send(Err(fatal.clone()));
        failed.push(shop.messenger.enqueue(greeting(year)).await.unwrap().message_id);
        shop.tick().await;
    }
    let resend = Resend::new(failed[0], Actor::Host);
    let again = shop.messenger.resend(&resend).await.unwrap();
    assert_eq!(class(&shop, again).await, Class::Transactional);
    let bulk = shop.messenger.resend_failed(shop.opened, None, None, &Actor::Host).await.unwrap();
    assert_eq!(bulk.messages.len(), 1);
    assert_eq!(class(&shop, bulk.messages[0]).await, Class::Greeting);
}

//! Messages of types that only another program knows.

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{CancelReason, Cause, FailureKind, HeldFor, MessageKey, Phase};
use whatsapp_core::messenger::{ManageError, Resend};
use whatsapp_core::notices::Notices;
use whatsapp_core::port::{Clock as _, LogFilter, MessageLog as _, Outbox as _, Sort, Turn};
use whatsapp_core::retry::Disposition;
use whatsapp_core::template::Types;
use whatsapp_core::{Dispatcher, MessageId, Messenger};
use whatsapp_testkit::fixtures;

use super::{OWN, asha, quotation};
use crate::shop::{Shop, error};

/// A message of a type that only another program knew, due now.
async fn stranger(shop: &Shop) -> MessageId {
    let now = shop.clock.now();
    let message = fixtures::greeting(7, now).with_facts(|mut facts| {
        facts.message_type = fixtures::type_name("quotation");
        facts.customer_id = asha();
        facts.key = MessageKey::of(facts.message_type, &["7"]);
        facts
    });
    shop.store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    message.facts.id
}

#[tokio::test]
async fn a_message_of_an_unknown_type_waits_then_fails_and_is_told() {
    let shop = Shop::new();
    shop.set("whatsapp_failure_notification_email", "boss@shop.example");
    let id = stranger(&shop).await;
    shop.live_for(TimeDelta::days(7) - TimeDelta::hours(1)).await;
    assert!(matches!(shop.phase(id).await, Phase::Held { by: HeldFor::Records, .. }));
    let filter = LogFilter::default();
    let page = shop.store.page(&filter, Sort::Newest, Turn::First, 10).await.unwrap();
    assert_eq!(page.messages.len(), 1, "it is on the page");
    let label = shop.ports.types().label(page.messages[0].facts.message_type);
    assert_eq!(label, "quotation (unknown type)");
    assert_eq!(shop.store.counts(9).await.unwrap().pending, 1);

    shop.live_for(TimeDelta::hours(2)).await;
    let Phase::Failed(failure) = shop.phase(id).await else { panic!("it waits for ever") };
    assert_eq!((failure.kind, failure.cause), (FailureKind::Invalid, Cause::Host));
    insta::assert_snapshot!(
        failure.reason,
        @r#"The program does not know the message type "quotation", so it did not send the message. Resend it once the program knows the type."#
    );
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.store.attempts(id).await.unwrap(), []);
    Notices::new(shop.ports.clone()).tick(shop.clock.now()).await.unwrap();
    let (_, digest) = shop.notifier.sent().pop().unwrap();
    assert_eq!(digest.notices[0].message_type.as_str(), "quotation");
    let resend = Resend::new(id, Actor::Host);
    let error = shop.messenger.resend(&resend).await.unwrap_err();
    assert!(matches!(error, ManageError::TypeUnknown(_)), "{error}");

    // The next version of the program knows it.
    let ports = shop.ports.clone().with_types(Types::new(OWN).unwrap());
    let again = Messenger::new(ports.clone());
    let again = again.resend_failed(shop.opened, Some(Cause::Host), None, &Actor::Host).await;
    let [again] = again.unwrap().messages[..] else { panic!("it does not come back") };
    let dispatcher = Dispatcher::new(ports).unwrap();
    dispatcher.tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.phase(again).await, Phase::Sent);
}

#[tokio::test]
async fn what_nobody_sent_for_days_waits_when_it_is_first_met_by_a_process_without_its_type() {
    let shop = Shop::new();
    let id = stranger(&shop).await;
    // The same as after a long pause, or while no process ran.
    shop.clock.advance(TimeDelta::days(3));
    shop.tick().await;
    assert!(matches!(shop.phase(id).await, Phase::Held { .. }), "{:?}", shop.phase(id).await);
    let ports = shop.ports.clone().with_types(Types::new(OWN).unwrap());
    shop.clock.advance(TimeDelta::hours(1));
    Dispatcher::new(ports).unwrap().tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_message_of_an_unknown_type_goes_out_once_a_process_knows_the_type() {
    let shop = Shop::new();
    let id = stranger(&shop).await;
    shop.live_for(TimeDelta::minutes(10)).await;
    assert!(shop.gateway.sent().is_empty());
    let ports = shop.ports.clone().with_types(Types::new(OWN).unwrap());
    let dispatcher = Dispatcher::new(ports).unwrap();
    // It waits as long as it has waited so far, an hour at most.
    shop.clock.advance(TimeDelta::minutes(10));
    dispatcher.tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn an_unknown_type_is_looked_at_ever_more_seldom() {
    let shop = Shop::new();
    let id = stranger(&shop).await;
    let mut looks = Vec::new();
    for _ in 0..1_000 {
        let report = shop.tick().await;
        if report.claimed > 0 {
            looks.push((shop.clock.now() - shop.opened).num_minutes());
        }
        match (shop.phase(id).await, report.again_at) {
            (Phase::Failed(_), _) => break,
            (_, Some(at)) if at > shop.clock.now() => shop.clock.advance_to(at),
            (_, _) => {}
        }
    }
    assert_eq!(looks[..8], [0, 1, 2, 4, 8, 16, 32, 64]);
    let hourly = looks[7..].windows(2).all(|pair| pair[1] - pair[0] == 60);
    assert!(hourly && looks.last() == Some(&10_084), "{looks:?}");
}

#[tokio::test]
async fn an_unknown_type_past_its_time_fails_and_is_told_and_one_can_be_cancelled() {
    let shop = Shop::new();
    let id = stranger(&shop).await;
    shop.live_for(TimeDelta::minutes(10)).await;
    shop.messenger.cancel(id, &Actor::Host).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Manager));

    let now = shop.clock.now();
    let message = fixtures::greeting(8, now).with_facts(|mut facts| {
        facts.message_type = fixtures::type_name("quotation");
        facts.expires_at = Some(now + TimeDelta::minutes(5));
        facts
    });
    shop.store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    shop.live_for(TimeDelta::hours(1)).await;
    let Phase::Failed(failure) = shop.phase(message.facts.id).await else { panic!() };
    assert_eq!(failure.cause, Cause::Host);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.store.notices().len(), 1);
    // The program may know the type by now: it is too late for the message.
    let ports = shop.ports.clone().with_types(Types::new(OWN).unwrap());
    let again = Messenger::new(ports);
    let again = again.resend_failed(shop.opened, None, None, &Actor::Host).await.unwrap();
    assert_eq!((again.messages.len(), again.left_out.expired), (0, 1));
}

#[tokio::test]
async fn what_was_sent_is_followed_whatever_its_type() {
    let shop = Shop::with_types(OWN);
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.messenger.enqueue(quotation()).await.unwrap().message_id;
    shop.tick().await;
    // Another process, which does not know the type, looks it up: the gateway has it.
    let sent = shop.gateway.sent().pop().unwrap().text;
    let listed = crate::shop::row("G-9", sent, shop.clock.now());
    shop.gateway.next_listing(Ok(whatsapp_core::port::Listing::new(vec![listed], true)));
    let dispatcher = Dispatcher::new(shop.ports.clone().with_types(Types::default())).unwrap();
    shop.clock.advance(TimeDelta::minutes(2));
    dispatcher.tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

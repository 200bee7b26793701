//! A change of gateway by the settings, while messages are under way.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_360messenger::Gateway;
use whatsapp_core::Dispatcher;
use whatsapp_core::message::{FailureKind, Status};
use whatsapp_core::port::{ApiKey, Clock as _, FixedKey, MessageLog as _};
use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};

use crate::shop::{Shop, unhurried};

/// Makes a shop that takes the gateway's address from the setting, and another gateway that knows
/// the same key.
async fn movable() -> (Shop, StandInGateway) {
    let mut shop = Shop::open().await;
    let now = shop.clock.clone();
    let other = StandInGateway::builder().now(move || now.now()).start().await.unwrap();
    let key = FixedKey(ApiKey::new(shop.gateway.key()).unwrap());
    assert_eq!(key.0.expose(), other.key(), "only the host tells them apart");
    let builder = Gateway::builder(Arc::new(key)).clock(Arc::new(shop.clock.clone()));
    shop.ports = shop.ports.clone().with_gateway(Arc::new(builder.build().unwrap()));
    shop.dispatcher = Dispatcher::new(shop.ports.clone()).unwrap().with_options(unhurried());
    shop.set("whatsapp_api_url", &shop.gateway.url()).await;
    (shop, other)
}

#[tokio::test]
async fn messages_go_by_the_new_gateway_once_the_setting_says_so() {
    let (shop, other) = movable().await;
    shop.enqueued(1).await;
    assert_eq!(shop.tick().await.sent, 1);
    shop.set("whatsapp_api_url", &other.url()).await;
    shop.clock.advance(TimeDelta::seconds(1));
    let second = shop.enqueued(2).await;
    shop.tick().await;
    assert_eq!((shop.gateway.posts().len(), other.posts().len()), (1, 1));
    let attempts = shop.store.attempts(second).await.unwrap();
    let host = attempts[0].via.as_ref().unwrap().host().to_owned();
    assert_eq!(format!("http://{host}"), other.url());
}

#[tokio::test]
async fn a_message_that_was_taken_by_the_old_gateway_is_not_sent_by_the_new_one() {
    let (shop, other) = movable().await;
    shop.gateway.next(Fault::accept_then(Answer::Reset));
    let id = shop.enqueued(1).await;
    assert_eq!(shop.tick().await.checking, 1);
    shop.set("whatsapp_api_url", &other.url()).await;
    shop.clock.advance(TimeDelta::seconds(1));
    shop.live_for(TimeDelta::hours(30)).await;
    assert_eq!(shop.status(id).await, Status::Failed);
    assert_eq!(shop.failure(id).await, FailureKind::UnknownOutcome);
    assert_eq!((shop.gateway.accepted().len(), other.posts().len()), (1, 0), "one copy");
    shop.set("whatsapp_failure_notification_email", "manager@example.com").await;
    shop.tell().await;
    assert_eq!(shop.notifier.sent().len(), 1, "somebody is told");
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_leaves_the_old_one_at_work() {
    let (shop, other) = movable().await;
    shop.enqueued(1).await;
    shop.tick().await;
    let gone = other.url();
    other.shutdown().await;
    shop.set("whatsapp_api_url", &gone).await;
    shop.clock.advance(TimeDelta::seconds(1));
    shop.enqueued(2).await;
    assert_eq!(shop.tick().await.sent, 1);
    assert_eq!(shop.gateway.posts().len(), 2);
    let refused = shop.dispatcher.address_refused().unwrap().to_string();
    assert!(refused.starts_with("no gateway answers at 127.0.0.1:"), "{refused}");
}

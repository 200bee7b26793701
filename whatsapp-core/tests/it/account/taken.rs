//! Evidence about the account from messages that were taken, late or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Notify;
use whatsapp_core::Dispatcher;
use whatsapp_core::audit::Actor;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{Cause, Reported};
use whatsapp_core::messenger::Consent;
use whatsapp_core::port::{
    Accepted, AccountEventKind, Clock as _, OutgoingMessage, Probe, Transport, TransportError,
};
use whatsapp_testkit::ScriptedTransport;

use super::{MINUTE, assert_all_sent_free_of_charge, enqueued, events, unclear};
use crate::shop::Shop;

/// A gateway that answers its first message only when it is told to.
#[derive(Debug, Clone)]
struct SlowAtFirst {
    gateway: ScriptedTransport,
    first: Arc<AtomicBool>,
    go_on: Arc<Notify>,
}

#[async_trait]
impl Transport for SlowAtFirst {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        if self.first.swap(false, Ordering::SeqCst) {
            self.go_on.notified().await;
        }
        self.gateway.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.gateway.probe().await
    }
}

/// A POST from before an unclear answer is accepted after it: that does not make the trouble the
/// other message's own.
#[tokio::test]
async fn a_message_that_is_taken_late_speaks_for_the_account_as_of_its_post() {
    let shop = Shop::new();
    let slow = SlowAtFirst {
        gateway: shop.gateway.clone(),
        first: Arc::new(AtomicBool::new(true)),
        go_on: Arc::default(),
    };
    let ports = shop.ports.clone().with_transport(Arc::new(slow.clone()));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    let dispatcher = Dispatcher::new(ports).unwrap().with_options(options);
    let tick = async |now| dispatcher.tick(now).await.unwrap();

    let first = shop.enqueued("SO-1").await;
    let (under_way, began) = (dispatcher.clone(), shop.clock.now());
    let under_way = tokio::spawn(async move { under_way.tick(began).await });
    while slow.first.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    shop.clock.advance(TimeDelta::seconds(10));
    let second = shop.enqueued("SO-2").await;
    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    tick(shop.clock.now()).await;
    shop.clock.advance(TimeDelta::seconds(10));
    slow.go_on.notify_one();
    assert_eq!(under_way.await.unwrap().unwrap().sent, 1);

    shop.gateway.next_send(Err(unclear(Cause::Account, 403)));
    shop.clock.advance(MINUTE * 5);
    tick(shop.clock.now()).await;
    shop.live_for(TimeDelta::hours(1)).await;
    assert_all_sent_free_of_charge(&shop, &[first, second]).await;
    assert_eq!(shop.gateway.sent().len(), 4);
}

/// The number is not on WhatsApp; a retry would go there again.
#[tokio::test]
async fn a_number_that_is_not_on_whatsapp_is_not_tried_again_by_hand() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::NotOnWhatsApp));
    shop.live_for(TimeDelta::hours(1)).await;
    let refused =
        shop.messenger.retry(id, Consent::NotAsked, &Actor::Host).await.unwrap_err().to_string();
    assert!(refused.contains("correct the customer's number, then resend"), "{refused}");
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn many_accepted_and_none_delivered_are_told_once() {
    let shop = Shop::new();
    for number in 0..4 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::hours(7)).await;
    assert!(events(&shop).is_empty(), "each counts once, however often it is asked about");
    for number in 4..20 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::minutes(29)).await;
    assert!(events(&shop).is_empty());
    shop.live_for(TimeDelta::hours(30)).await;
    assert_eq!(events(&shop), [AccountEventKind::Undelivered]);
    shop.gateway.next_status(Ok(Reported::Reached(whatsapp_core::message::Delivery::Delivered)));
    for number in 20..26 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(events(&shop).len(), 2, "told again, after one was delivered");
}

#[tokio::test]
async fn the_count_of_undelivered_messages_is_a_setting() {
    let shop = Shop::new();
    shop.set("whatsapp_undelivered_alert", "0");
    enqueued(&shop, 20).await;
    shop.live_for(TimeDelta::hours(3)).await;
    assert!(events(&shop).is_empty());
}

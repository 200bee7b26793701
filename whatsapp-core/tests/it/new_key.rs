//! A pause that somebody has to mend, and a key or an address that has changed by then.

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::Phase;
use whatsapp_core::port::{AccountStore as _, Clock as _, Pause, TransportError};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Desk, Dispatcher};
use whatsapp_testkit::fixtures::via;

use crate::shop::Shop;

const HOST: &str = "api.360messenger.com";
const SECONDS: TimeDelta = TimeDelta::seconds(2);

fn refused() -> TransportError {
    TransportError::new(Disposition::Account, "Unauthorized").with_status(401)
}

fn busy() -> TransportError {
    TransportError::new(Disposition::Transient, "Too many requests.")
        .with_status(429)
        .with_retry_after(TimeDelta::minutes(10))
}

async fn pause(shop: &Shop) -> Option<Pause> {
    shop.store.account().await.unwrap().pause
}

/// Lets some seconds pass, after which the dispatcher has its next turn.
async fn later(shop: &Shop) {
    shop.clock.advance(SECONDS);
    shop.tick().await;
}

/// A shop with three messages that was paused just now, and whose dispatcher waits.
async fn paused(error: TransportError) -> Shop {
    let shop = Shop::new();
    shop.gateway.goes_by(Some(via(HOST, "old")));
    shop.gateway.every_send(Some(error));
    for order in ["SO-1", "SO-2", "SO-3"] {
        shop.enqueued(order).await;
    }
    shop.tick().await;
    later(&shop).await;
    assert!(pause(&shop).await.is_some_and(|pause| pause.until > shop.clock.now()));
    shop
}

#[tokio::test]
async fn a_new_key_or_address_ends_the_wait_at_once_and_one_message_finds_out() {
    for other in [via(HOST, "new"), via("gate.example", "old")] {
        let shop = paused(refused()).await;
        let tried = shop.gateway.sent().len();
        later(&shop).await;
        assert_eq!(shop.gateway.sent().len(), tried, "with the old key it waits");
        shop.gateway.goes_by(Some(other));
        later(&shop).await;
        assert_eq!(shop.gateway.sent().len(), tried + 1, "the new one is refused as well");
        let waits = pause(&shop).await.unwrap().until - shop.clock.now();
        assert_eq!(waits, TimeDelta::minutes(5), "and waits as long as the old one");
        later(&shop).await;
        assert_eq!(shop.gateway.sent().len(), tried + 1);

        shop.gateway.every_send(None);
        shop.gateway.goes_by(Some(via(HOST, "newer")));
        later(&shop).await;
        later(&shop).await;
        assert_eq!((pause(&shop).await, shop.gateway.sent().len()), (None, tried + 4));
        for message in shop.store.messages() {
            assert_eq!(message.phase(shop.clock.now()), Phase::Sent);
            assert_eq!(message.state.retry_count, 0);
        }
    }
}

#[tokio::test]
async fn of_two_processes_one_lets_a_message_through() {
    let shop = paused(refused()).await;
    let other = Dispatcher::new(shop.ports.clone()).unwrap();
    other.tick(shop.clock.now()).await.unwrap();
    let tried = shop.gateway.sent().len();
    shop.gateway.goes_by(Some(via(HOST, "new")));
    shop.clock.advance(SECONDS);
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    other.tick(shop.clock.now()).await.unwrap();
    shop.clock.advance(SECONDS);
    other.tick(shop.clock.now()).await.unwrap();
    assert_eq!(shop.gateway.sent().len(), tried, "the first one has the right to");
    shop.dispatcher.perform(work).await;
    assert_eq!(shop.gateway.sent().len(), tried + 1);
}

#[tokio::test]
async fn what_no_key_mends_goes_on_waiting() {
    // The gateway asked to wait.
    let busy = paused(busy()).await;
    let tried = busy.gateway.sent().len();
    busy.gateway.goes_by(Some(via(HOST, "new")));
    later(&busy).await;
    assert_eq!(busy.gateway.sent().len(), tried);
    // A person stopped it.
    let held = paused(refused()).await;
    Desk::new(held.ports.clone()).pause(&Actor::Host).await.unwrap();
    later(&held).await;
    let tried = held.gateway.sent().len();
    held.gateway.goes_by(Some(via(HOST, "new")));
    later(&held).await;
    assert_eq!(held.gateway.sent().len(), tried);
    // There is no key at all any more.
    let without = paused(refused()).await;
    let tried = without.gateway.sent().len();
    without.gateway.goes_by(None);
    later(&without).await;
    assert_eq!(without.gateway.sent().len(), tried);
}

//! Slots bound the requests; claims run ahead, and settlements follow.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::task::JoinHandle;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit, TickReport};
use whatsapp_core::message::Phase;
use whatsapp_core::port::{
    Accepted, AccountStore as _, Clock as _, OutgoingMessage, PauseReason, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Dispatcher, MessageId, Ports};
use whatsapp_testkit::ScriptedTransport;

use crate::observed::Observed;
use crate::shop::{Shop, error};

/// A gateway that answers no message until it is told to.
#[derive(Debug, Clone)]
struct Slow {
    gateway: ScriptedTransport,
    answering: Arc<tokio::sync::Mutex<()>>,
}

#[async_trait]
impl Transport for Slow {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let reply = self.gateway.send(message).await;
        let _held = self.answering.lock().await;
        reply
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.gateway.probe().await
    }
}

fn options(slots: u32, rate_limit: RateLimit) -> DispatchOptions {
    DispatchOptions::default().with_rate_limit(rate_limit).with_slots(slots)
}

/// A shop without a rate limit, its observed store, its gateway, and messages that are due.
async fn shop(slots: u32, messages: usize) -> (Shop, Observed, Slow, Dispatcher, Vec<MessageId>) {
    let shop = Shop::new();
    let store = Observed::over(shop.store.clone());
    let slow = Slow { gateway: shop.gateway.clone(), answering: Arc::default() };
    let customers = Arc::new(shop.customers.clone());
    let ports = Ports::new(Arc::new(store.clone()), customers)
        .with_transport(Arc::new(slow.clone()))
        .with_clock(Arc::new(shop.clock.clone()));
    let mut ids = Vec::new();
    for number in 0..messages {
        ids.push(shop.enqueued(&format!("SO-{number}")).await);
        shop.clock.advance(TimeDelta::milliseconds(1));
    }
    let dispatcher =
        Dispatcher::new(ports).unwrap().with_options(options(slots, RateLimit::Unlimited));
    (shop, store, slow, dispatcher, ids)
}

/// Takes as much as there is room for, and works on it in a task of its own.
async fn pass(shop: &Shop, dispatcher: &Dispatcher) -> JoinHandle<TickReport> {
    let work = dispatcher.take(shop.clock.now()).await.unwrap();
    assert!(!work.is_empty());
    let dispatcher = dispatcher.clone();
    tokio::spawn(async move { dispatcher.perform(work).await })
}

/// Lets the tasks go on until nothing moves any more.
async fn rest() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn without_a_pace_as_many_again_are_claimed_ahead_and_no_more() {
    let (shop, _, _, dispatcher, _) = shop(3, 10).await;
    let now = shop.clock.now();
    let first = dispatcher.take(now).await.unwrap();
    let ahead = dispatcher.take(now).await.unwrap();
    let more = dispatcher.take(now).await.unwrap();
    assert!(more.is_empty(), "twice as many as there are slots are in flight");
    assert_eq!(dispatcher.perform(first).await.sent, 3);
    assert_eq!(dispatcher.perform(ahead).await.sent, 3);
    while dispatcher.tick(now).await.unwrap().claimed > 0 {}
    assert_eq!(shop.gateway.sent().len(), 10);
}

#[tokio::test]
async fn with_a_pace_nothing_is_claimed_or_reserved_beyond_the_slots() {
    let shop = Shop::with_options(options(2, RateLimit::FromSettings));
    for number in 0..5 {
        shop.enqueued(&format!("SO-{number}")).await;
    }
    let mut taken = Vec::new();
    for claimed in [true, true, false, false] {
        shop.clock.advance(TimeDelta::seconds(10));
        let before = shop.store.account().await.unwrap();
        let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
        assert_eq!(!work.is_empty(), claimed);
        let reserved = shop.store.account().await.unwrap() != before;
        assert_eq!(reserved, claimed, "what is granted is sent at once");
        taken.push(work);
    }
    for work in taken {
        shop.dispatcher.perform(work).await;
    }
    assert_eq!(shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn slots_bound_the_posts_and_a_claim_ahead_begins_nothing_without_one() {
    let (shop, _, slow, dispatcher, ids) = shop(2, 4).await;
    let answering = slow.answering.lock().await;
    let passes = [pass(&shop, &dispatcher).await, pass(&shop, &dispatcher).await];
    rest().await;
    assert_eq!(shop.gateway.sent().len(), 2);
    assert_eq!(shop.attempts(ids[2]).await, [], "it waits for a slot, so it is not begun");
    drop(answering);
    for pass in passes {
        assert_eq!(pass.await.unwrap().sent, 2);
    }
}

#[tokio::test]
async fn a_slot_is_free_again_before_the_settlement_is_written() {
    let (shop, store, _, dispatcher, ids) = shop(1, 2).await;
    let settling = store.hold_settlements().await;
    let passes = [pass(&shop, &dispatcher).await, pass(&shop, &dispatcher).await];
    rest().await;
    assert_eq!(shop.gateway.sent().len(), 2);
    let more = dispatcher.take(shop.clock.now()).await.unwrap();
    assert!(more.is_empty(), "what is not settled is in flight");
    drop(settling);
    for pass in passes {
        pass.await.unwrap();
    }
    assert_eq!(shop.phase(ids[1]).await, Phase::Sent);
}

#[tokio::test]
async fn what_becomes_ready_while_the_database_writes_is_settled_together() {
    let (shop, store, _, dispatcher, _) = shop(8, 0).await;
    let settling = store.hold_settlements().await;
    let mut passes = Vec::new();
    for number in 0..8 {
        shop.enqueued(&format!("SO-{number}")).await;
        let work = dispatcher.take(shop.clock.now()).await.unwrap();
        let dispatcher = dispatcher.clone();
        passes.push(tokio::spawn(async move { dispatcher.perform(work).await }));
        rest().await;
    }
    store.calls();
    drop(settling);
    for pass in passes {
        assert_eq!(pass.await.unwrap().sent, 1);
    }
    assert_eq!(store.calls(), ["settle"], "one for the seven that came after the first");
}

#[tokio::test]
async fn the_end_of_one_pass_takes_no_other_ones_outcome_along() {
    let (shop, store, _, dispatcher, ids) = shop(1, 2).await;
    let settling = store.hold_settlements().await;
    let passes = [pass(&shop, &dispatcher).await, pass(&shop, &dispatcher).await];
    rest().await;
    let [first, second] = passes;
    first.abort();
    assert!(first.await.is_err());
    drop(settling);
    assert_eq!(second.await.unwrap().sent, 1);
    assert_eq!(shop.phase(ids[1]).await, Phase::Sent);
}

#[tokio::test]
async fn a_stop_gives_back_at_once_what_was_not_begun_and_records_what_was() {
    let (shop, _, slow, dispatcher, ids) = shop(1, 2).await;
    let answering = slow.answering.lock().await;
    let under_way = pass(&shop, &dispatcher).await;
    rest().await;
    let ahead = pass(&shop, &dispatcher).await;
    rest().await;
    dispatcher.stop();
    let report = ahead.await.unwrap();
    assert_eq!((report.released, report.posts), (1, 0));
    assert_eq!(shop.store.lease(ids[1]), None);
    assert!(!under_way.is_finished());
    drop(answering);
    assert_eq!(under_way.await.unwrap().sent, 1);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn what_the_database_does_not_take_back_is_given_back_once_it_is_there_again() {
    let (shop, store, _, dispatcher, ids) = shop(1, 1).await;
    let work = dispatcher.take(shop.clock.now()).await.unwrap();
    dispatcher.stop();
    store.is_away(true);
    assert_eq!(dispatcher.perform(work).await.released, 0);
    assert!(dispatcher.take(shop.clock.now()).await.is_err());
    assert!(shop.store.lease(ids[0]).is_some());
    store.is_away(false);
    dispatcher.take(shop.clock.now()).await.unwrap();
    assert_eq!(shop.store.lease(ids[0]), None);
}

#[tokio::test]
async fn a_claim_from_before_a_pause_is_given_back() {
    let (shop, _, slow, dispatcher, ids) = shop(1, 2).await;
    shop.gateway.next_send(Err(error(Disposition::Account).with_status(401)));
    shop.gateway.next_probe(Ok(Probe::Refused));
    let answering = slow.answering.lock().await;
    let passes = [pass(&shop, &dispatcher).await, pass(&shop, &dispatcher).await];
    rest().await;
    drop(answering);
    let [first, second] = passes;
    first.await.unwrap();
    assert_eq!(second.await.unwrap().released, 1);
    assert_eq!(shop.gateway.sent().len(), 1, "the gateway has just refused the key");
    assert_eq!(shop.attempts(ids[1]).await, []);
    let report = dispatcher.tick(shop.clock.now()).await.unwrap();
    assert_eq!(report.pause.map(|pause| pause.reason), Some(PauseReason::KeyRefused));
}

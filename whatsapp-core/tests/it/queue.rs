//! A dispatcher's questions to the database, and the starting points of its claims.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::Phase;
use whatsapp_core::port::{Claim, Clock as _, Lane, Lease, Outbox as _};
use whatsapp_core::{Dispatcher, MessageId, Ports};
use whatsapp_testkit::SeededEntropy;

use crate::observed::Observed;
use crate::shop::Shop;

/// A shop whose dispatcher has this many slots and works over an observed store.
fn observed(slots: u32) -> (Shop, Observed, Dispatcher) {
    let shop = Shop::new();
    let store = Observed::over(shop.store.clone());
    let ports = Ports::new(Arc::new(store.clone()), Arc::new(shop.customers.clone()))
        .with_transport(Arc::new(shop.gateway.clone()))
        .with_deliveries(Arc::new(shop.gateway.clone()))
        .with_clock(Arc::new(shop.clock.clone()))
        .with_entropy(Arc::new(SeededEntropy::new(8)));
    let options =
        DispatchOptions::default().with_rate_limit(RateLimit::Unlimited).with_slots(slots);
    (shop, store, Dispatcher::new(ports).unwrap().with_options(options))
}

/// Enqueues messages, each due a millisecond after the one before.
async fn enqueued(shop: &Shop, count: u32) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(shop.enqueued(&format!("SO-{number}")).await);
        shop.clock.advance(TimeDelta::milliseconds(1));
    }
    ids
}

/// Takes and performs one pass, and returns its claims.
async fn pass(shop: &Shop, store: &Observed, dispatcher: &Dispatcher) -> Vec<Claim> {
    let work = dispatcher.take(shop.clock.now()).await.unwrap();
    dispatcher.perform(work).await;
    let claims = store.claims();
    claims.into_iter().filter(|claim| claim.lane == Lane::Transactional).collect()
}

/// The message after which each of these claims began.
fn starts(claims: &[Claim]) -> Vec<Option<MessageId>> {
    claims.iter().map(|claim| claim.after.map(|point| point.message_id)).collect()
}

#[tokio::test]
async fn an_idle_pass_makes_one_small_read() {
    let (shop, store, dispatcher) = observed(16);
    dispatcher.tick(shop.clock.now()).await.unwrap();
    store.calls();
    for second in 1..=180 {
        shop.clock.advance(TimeDelta::seconds(1));
        dispatcher.tick(shop.clock.now()).await.unwrap();
        // Once a minute the trial is looked up. Messages that others had in hand when this process
        // began may wait for its end.
        let expected: &[_] = match second {
            60 => &["load_settings", "make_due", "next_due"],
            120 | 180 => &["load_settings", "next_due"],
            _ => &["next_due"],
        };
        assert_eq!(store.calls(), expected, "an empty lane costs no claim");
    }
}

#[tokio::test]
async fn once_a_minute_a_claim_trusts_no_due_time_where_something_is_owed() {
    let (shop, store, dispatcher) = observed(16);
    let order = shop.order("SO-1").with_schedule(shop.opened + TimeDelta::hours(1));
    shop.messenger.enqueue(order).await.unwrap();
    dispatcher.tick(shop.clock.now()).await.unwrap();
    store.calls();
    for _ in 0..59 {
        shop.clock.advance(TimeDelta::seconds(1));
        dispatcher.tick(shop.clock.now()).await.unwrap();
        assert_eq!(store.calls(), ["next_due"]);
    }
    shop.clock.advance(TimeDelta::seconds(1));
    dispatcher.tick(shop.clock.now()).await.unwrap();
    let calls = store.calls();
    assert_eq!(calls, ["load_settings", "make_due", "next_due", "account", "claim", "next_due"]);
}

#[tokio::test]
async fn under_a_backlog_a_pass_asks_nothing_that_it_knows() {
    let (shop, store, dispatcher) = observed(2);
    enqueued(&shop, 7).await;
    let start = ["load_settings", "redate", "make_due", "next_due"];
    let first = [&start[..], &["account", "claim", "begin", "settle"]].concat();
    let next = ["account", "claim", "begin", "settle"];
    for expected in [&first[..], &next, &next] {
        pass(&shop, &store, &dispatcher).await;
        assert_eq!(store.calls(), expected);
    }
    pass(&shop, &store, &dispatcher).await;
    let last = ["account", "claim", "next_due", "begin", "settle"];
    assert_eq!(store.calls(), last, "a slot was left: the backlog is over");
}

#[tokio::test]
async fn messages_in_flight_read_the_settings_once_for_all() {
    let (shop, store, dispatcher) = observed(8);
    let ids = enqueued(&shop, 8).await;
    let work = dispatcher.take(shop.clock.now()).await.unwrap();
    store.calls();
    // Their turns come when what was read before is too old.
    shop.clock.advance(TimeDelta::seconds(2));
    dispatcher.perform(work).await;
    let calls = store.calls();
    assert_eq!(calls.iter().filter(|call| **call == "load_settings").count(), 1, "{calls:?}");
    for id in ids {
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
}

#[tokio::test]
async fn under_a_backlog_the_database_is_asked_twice_a_second_what_else_is_due() {
    let (shop, store, dispatcher) = observed(1);
    for number in 0..9 {
        shop.messenger.enqueue(shop.reminder(&format!("2026-02-1{number}"))).await.unwrap();
    }
    pass(&shop, &store, &dispatcher).await;
    let urgent = shop.enqueued("SO-1").await;
    shop.clock.advance(TimeDelta::milliseconds(499));
    pass(&shop, &store, &dispatcher).await;
    assert_eq!(shop.phase(urgent).await, Phase::Queued);
    shop.clock.advance(TimeDelta::milliseconds(1));
    pass(&shop, &store, &dispatcher).await;
    assert_eq!(shop.phase(urgent).await, Phase::Sent);
}

#[tokio::test]
async fn under_a_backlog_claims_go_on_where_the_last_one_ended() {
    let (shop, store, dispatcher) = observed(2);
    let ids = enqueued(&shop, 7).await;
    for start in [None, Some(ids[1]), Some(ids[3]), Some(ids[5])] {
        let claims = pass(&shop, &store, &dispatcher).await;
        assert_eq!(starts(&claims), [start]);
    }
    shop.enqueued("SO-7").await;
    let claims = pass(&shop, &store, &dispatcher).await;
    assert_eq!(starts(&claims), [None], "the backlog is over");
}

#[tokio::test]
async fn what_comes_late_waits_five_seconds_at_most_under_a_backlog() {
    let (shop, store, dispatcher) = observed(2);
    let ids = enqueued(&shop, 20).await;
    // A worker takes the first two and gives them back once others have gone on.
    let taken = dispatcher.take(shop.clock.now()).await.unwrap();
    let leases: Vec<_> = ids[..2]
        .iter()
        .map(|&message_id| Lease { message_id, token: shop.store.lease(message_id).unwrap().0 })
        .collect();
    drop(taken);
    pass(&shop, &store, &dispatcher).await;
    shop.store.release(&leases).await.unwrap();
    shop.clock.advance(TimeDelta::seconds(5) - TimeDelta::milliseconds(1));
    pass(&shop, &store, &dispatcher).await;
    assert_eq!(shop.phase(ids[0]).await, Phase::Queued, "they stand before the point");
    assert_eq!(shop.phase(ids[5]).await, Phase::Sent);

    shop.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(starts(&pass(&shop, &store, &dispatcher).await), [None]);
    assert_eq!(shop.phase(ids[0]).await, Phase::Sent);
    let claims = pass(&shop, &store, &dispatcher).await;
    assert_eq!(starts(&claims), [Some(ids[1])], "and from there it goes on");
    assert_eq!(shop.phase(ids[6]).await, Phase::Sent);
}

#[tokio::test]
async fn a_changed_setting_is_obeyed_within_a_second() {
    let (shop, store, dispatcher) = observed(1);
    let ids = enqueued(&shop, 3).await;
    pass(&shop, &store, &dispatcher).await;
    assert_eq!(shop.phase(ids[0]).await, Phase::Sent);
    shop.set("whatsapp_enabled", "false");
    shop.clock.advance(TimeDelta::seconds(1));
    pass(&shop, &store, &dispatcher).await;
    assert!(matches!(shop.phase(ids[1]).await, Phase::Cancelled(_)));

    shop.set("whatsapp_enabled", "true");
    shop.clock.advance(TimeDelta::seconds(1));
    pass(&shop, &store, &dispatcher).await;
    assert_eq!(shop.phase(ids[2]).await, Phase::Sent);
}

//! The account: refused keys, requests to wait, the rate limit, and a graceful stop.

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::{FailureKind, Status};
use whatsapp_core::port::{
    Claim, ClaimOf, Clock as _, Lane, MessageLog as _, Outbox as _, PauseReason, random,
};
use whatsapp_core::{Desk, LeaseToken, Runner};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::gateway::{Answer, Fault, RetryAfter};

use crate::shop::{Shop, number, unhurried};

#[tokio::test]
async fn a_refused_key_pauses_the_account_and_a_good_one_sends_everything() {
    let shop = Shop::open().await;
    shop.key.change("an-old-key-that-ended");
    let ids = shop.enqueued_for(3).await;
    shop.tick().await;
    let report = shop.tick().await;
    let reason = report.pause.map(|pause| pause.reason);
    assert_eq!((reason, report.claimed), (Some(PauseReason::KeyRefused), 0));
    for id in &ids {
        let state = shop.message(*id).await.state;
        assert_eq!((state.status, state.retry_count), (Status::Pending, 0));
        assert_eq!(shop.outcomes(*id).await, ["account_refused"]);
    }
    assert_eq!(shop.gateway.accepted().len(), 0);
    let before = shop.gateway.posts().len();
    shop.live_for(TimeDelta::minutes(30)).await;
    assert_eq!(shop.gateway.posts().len(), before, "probes carry no message");

    shop.key.change(shop.gateway.key());
    Desk::new(shop.ports.clone()).resume(&Actor::Host).await.unwrap();
    shop.tick().await;
    for id in ids {
        let state = shop.message(id).await.state;
        assert_eq!((state.status, state.retry_count), (Status::Sent, 0));
    }
    assert_eq!(shop.gateway.accepted().len(), 3);
}

#[tokio::test]
async fn a_403_for_one_message_while_the_key_works_fails_that_message_alone() {
    let options = unhurried().with_slots(1);
    let shop = Shop::with(options, |gateway| gateway).await;
    shop.gateway.for_number(&number(2), Fault::refuse(Answer::Status(403)), 9);
    let ids = shop.enqueued_for(3).await;
    shop.live_for(TimeDelta::hours(30)).await;
    assert_eq!(shop.status(ids[0]).await, Status::Sent);
    assert_eq!(shop.failure(ids[1]).await, FailureKind::Rejected);
    assert_eq!(shop.status(ids[2]).await, Status::Sent);
    assert_eq!(
        shop.gateway.posts().len(),
        4,
        "the refused one is tried again, the others go first"
    );
}

#[tokio::test]
async fn a_gateway_that_asks_to_wait_is_left_alone_for_so_long() {
    let options = unhurried().with_slots(1);
    let shop = Shop::with(options, |gateway| gateway).await;
    let wait = Answer::TooManyRequests(RetryAfter::Text("120".to_owned()));
    shop.gateway.next(Fault::refuse(wait));
    let ids = shop.enqueued_for(2).await;
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.post_minutes(), [0, 2, 2], "being asked to wait uses up no attempt");
    let posts = shop.gateway.posts();
    assert_eq!(posts[0].text, posts[1].text, "it keeps its place");
    for id in ids {
        assert_eq!(shop.status(id).await, Status::Sent);
    }
}

#[tokio::test]
async fn no_second_sees_more_requests_than_the_setting_says() {
    let shop = Shop::with(DispatchOptions::default(), |gateway| gateway).await;
    shop.set("whatsapp_requests_per_second", "4").await;
    shop.enqueued_for(20).await;
    shop.live_for(TimeDelta::seconds(30)).await;
    let arrivals: Vec<_> = shop.gateway.posts().iter().map(|post| post.received_at).collect();
    assert_eq!(arrivals.len(), 20);
    for first in &arrivals {
        let second = *first..*first + TimeDelta::seconds(1);
        let within = arrivals.iter().filter(|at| second.contains(at)).count();
        assert!(within <= 4, "{within} requests within a second");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_finishes_what_is_under_way_and_gives_the_rest_back() {
    let options = unhurried().with_slots(2);
    let shop = Shop::with(options, |gateway| gateway).await;
    let slow = Fault::ordinary().slowly(std::time::Duration::from_millis(150));
    shop.gateway.always(slow);
    let ids = shop.enqueued_for(6).await;
    let (ring, bell) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(Runner::sending(shop.dispatcher.clone()).unwrap().run(async move {
        // An error means that the test has failed already.
        let _ = bell.await;
    }));
    shop.gateway.wait_for_posts(1).await;
    ring.send(()).unwrap();
    running.await.unwrap();
    let mut left = 0;
    for id in ids {
        match shop.status(id).await {
            Status::Sent => assert_eq!(shop.outcomes(id).await, ["accepted"]),
            status => {
                assert_eq!(status, Status::Pending);
                assert!(shop.store.attempts(id).await.unwrap().is_empty());
                left += 1;
            }
        }
    }
    assert_eq!(left + shop.gateway.accepted().len(), 6);
    assert!(left > 0, "the stop came too late to be one");
    let claim = Claim {
        lane: Lane::Transactional,
        of: ClaimOf::All,
        only: None,
        after: None,
        token: LeaseToken::new(shop.clock.now(), random(&SeededEntropy::new(1))),
        now: shop.clock.now(),
        elapsed: shop.clock.elapsed(),
        lease: TimeDelta::minutes(2),
        limit: 100,
        excluding: Vec::new(),
    };
    let claimed = shop.store.claim(&claim).await.unwrap();
    assert_eq!(claimed.len(), left, "no claim is left");
    assert!(claimed.iter().all(|claimed| claimed.expired_leases == 0));
}

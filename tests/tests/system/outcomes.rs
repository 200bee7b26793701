//! Outcomes of a message, by what the gateway does to its POST.

use chrono::TimeDelta;
use whatsapp_core::Dispatcher;
use whatsapp_core::message::{FailureKind, Phase, Status};
use whatsapp_core::port::{Clock, NoticeQueue as _};
use whatsapp_testkit::ManualClock;
use whatsapp_testkit::gateway::{Answer, Fault, Look};

use crate::shop::{Shop, unhurried};

const LONG: TimeDelta = TimeDelta::hours(30);

/// Checks that the message has one POST, and is `sent` by a look at the gateway's list.
async fn is_sent_by_look(fault: Fault) {
    let shop = Shop::open().await;
    shop.gateway.next(fault);
    let id = shop.enqueued(1).await;
    assert_eq!(shop.tick().await.checking, 1);
    assert_eq!(shop.outcomes(id).await, ["open"]);
    assert_eq!(shop.phase(id).await, Phase::Checking);
    shop.live_for(LONG).await;
    assert_eq!(shop.status(id).await, Status::Sent);
    assert_eq!(shop.outcomes(id).await, ["accepted"]);
    assert_eq!(shop.gateway.posts().len(), 1);
    let listed = shop.gateway.accepted()[0].id.clone();
    assert_eq!(shop.message(id).await.gateway_id, Some(listed));
}

#[tokio::test]
async fn accepted_then_reset_is_one_post_and_sent() {
    is_sent_by_look(Fault::accept_then(Answer::Reset)).await;
}

#[tokio::test]
async fn accepted_then_500_is_one_post_and_sent() {
    is_sent_by_look(Fault::accept_then(Answer::Status(500))).await;
}

#[tokio::test]
async fn accepted_then_silence_is_one_post_and_sent() {
    is_sent_by_look(Fault::accept_then(Answer::Hang)).await;
}

#[tokio::test]
async fn accepted_then_half_an_answer_is_one_post_and_sent() {
    is_sent_by_look(Fault::accept_then(Answer::Truncated)).await;
}

#[tokio::test]
async fn a_worker_that_dies_over_its_post_leaves_one_post_and_a_message_that_is_sent() {
    let shop = Shop::open().await;
    shop.gateway.next(Fault::accept_then(Answer::Hang));
    let id = shop.enqueued(1).await;
    let (dispatcher, now) = (shop.dispatcher.clone(), shop.clock.now());
    let worker = tokio::spawn(async move { dispatcher.tick(now).await });
    shop.gateway.wait_for_accepted(1).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(shop.outcomes(id).await, ["open"]);
    let other = Dispatcher::new(shop.ports.clone()).unwrap().with_options(unhurried());
    assert_eq!(other.tick(shop.clock.now()).await.unwrap().claimed, 0, "the lease still holds");
    shop.clock.advance(TimeDelta::seconds(121));
    assert_eq!(other.tick(shop.clock.now()).await.unwrap().sent, 1);
    assert_eq!(shop.status(id).await, Status::Sent);
    assert_eq!(shop.gateway.posts().len(), 1);
}

#[tokio::test]
async fn success_false_four_times_is_four_posts_half_an_hour_apart_and_one_notice() {
    let shop = Shop::open().await;
    shop.gateway.always(Fault::refuse(Answer::not_taken()));
    let id = shop.enqueued(1).await;
    shop.live_for(TimeDelta::minutes(31)).await;
    let state = shop.message(id).await.state;
    assert_eq!((state.status, state.retry_count), (Status::Failed, 1));
    assert!(state.next_attempt_at.is_some(), "it is retried");
    assert_eq!(shop.store.notices_owed().await.unwrap(), 0, "there is hope still");
    shop.live_for(LONG).await;
    assert_eq!(shop.post_minutes(), [0, 30, 60, 90]);
    assert_eq!(shop.failure(id).await, FailureKind::Exhausted);
    assert_eq!(shop.outcomes(id).await, ["rejected"; 4]);
    assert_eq!(shop.message(id).await.state.retry_count, 3);
    assert_eq!(shop.store.notices_owed().await.unwrap(), 1);
}

#[tokio::test]
async fn a_time_out_with_the_list_down_for_ever_is_one_post_and_an_unknown_outcome() {
    let shop = Shop::open().await;
    shop.set("whatsapp_failure_notification_email", "owner@shop.example").await;
    shop.gateway.next(Fault::accept_then(Answer::Hang));
    shop.gateway.lists(Look::Status(500));
    let id = shop.enqueued(1).await;
    shop.live_for(LONG).await;
    assert_eq!(shop.gateway.posts().len(), 1);
    assert_eq!(shop.failure(id).await, FailureKind::UnknownOutcome);
    assert_eq!(shop.outcomes(id).await, ["unknown_held"]);
    shop.tell().await;
    let told = shop.notifier.sent();
    let [(_, digest)] = told.as_slice() else { panic!("{} mails", told.len()) };
    assert_eq!(digest.notices.len(), 1);
    let reason = &digest.notices[0].failure.reason;
    assert!(reason.contains("may have been delivered"), "{reason}");
}

#[tokio::test]
async fn a_list_that_is_broken_in_any_way_never_leads_to_a_second_post() {
    for look in [Look::Garbage, Look::Truncated, Look::Reset, Look::WrongPage, Look::Hang] {
        let shop = Shop::open().await;
        shop.gateway.next(Fault::accept_then(Answer::Reset));
        shop.gateway.lists(look.clone());
        let id = shop.enqueued(1).await;
        shop.live_for(LONG).await;
        assert_eq!(shop.gateway.posts().len(), 1, "{look:?}");
        assert_eq!(shop.failure(id).await, FailureKind::UnknownOutcome, "{look:?}");
    }
}

#[tokio::test]
async fn a_message_that_was_never_accepted_is_sent_again_after_half_an_hour() {
    let shop = Shop::open().await;
    shop.gateway.next(Fault::refuse(Answer::Reset));
    let id = shop.enqueued(1).await;
    shop.live_for(LONG).await;
    assert_eq!(shop.post_minutes(), [0, 30]);
    assert_eq!(shop.outcomes(id).await, ["not_accepted", "accepted"]);
    assert_eq!(shop.gateway.accepted().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    // 303 may be the answer to a message that was taken, so the message is looked for.
    for status in [303] {
        let shop = Shop::open().await;
        shop.gateway.next(Fault::refuse(Answer::Redirect(status)));
        let id = shop.enqueued(1).await;
        shop.tick().await;
        assert_eq!(shop.gateway.posts().len(), 1, "{status}");
        assert_eq!(shop.phase(id).await, Phase::Checking, "{status}");
        shop.live_for(LONG).await;
        assert!(shop.gateway.posts().iter().all(|post| !post.followed_redirect), "{status}");
        assert_eq!(shop.status(id).await, Status::Sent, "{status}");
    }
}

/// A process that stands still for six seconds between any two looks at its monotonic clock.
#[derive(Debug)]
struct Freezing(ManualClock);

impl Clock for Freezing {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.now()
    }

    fn elapsed(&self) -> whatsapp_core::time::Elapsed {
        self.0.elapsed()
    }

    fn monotonic(&self) -> std::time::Duration {
        self.0.pass_unseen(TimeDelta::seconds(6));
        self.0.monotonic()
    }
}

#[tokio::test]
async fn a_worker_that_was_frozen_between_begin_and_post_sends_nothing() {
    let shop = Shop::open().await;
    let id = shop.enqueued(1).await;
    let ports = shop.ports.clone().with_clock(std::sync::Arc::new(Freezing(shop.clock.clone())));
    let report = Dispatcher::new(ports).unwrap().tick(shop.clock.now()).await.unwrap();
    assert_eq!((report.posts, report.retrying), (0, 1));
    assert_eq!(shop.gateway.posts().len(), 0);
    assert_eq!(shop.outcomes(id).await, ["not_sent"]);
    shop.live_for(LONG).await;
    assert_eq!(shop.post_minutes(), [30]);
    assert_eq!(shop.status(id).await, Status::Sent);
}

#[tokio::test]
async fn looks_and_settles_share_one_connection_without_waiting_for_each_other() {
    let shop = Shop::in_memory().await;
    shop.gateway.always(Fault::accept_then(Answer::Reset));
    let ids = shop.enqueued_for(12).await;
    shop.live_for(TimeDelta::seconds(59)).await;
    shop.clock.advance(TimeDelta::minutes(2));
    // Twelve lost replies pause the account for a minute; the first pass ends that.
    shop.tick().await;
    let report = shop.tick().await;
    assert_eq!((report.claimed, report.sent), (12, 12), "{report:?}");
    for id in ids {
        assert_eq!(shop.status(id).await, Status::Sent);
    }
}

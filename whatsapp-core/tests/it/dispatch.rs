//! The dispatcher: attempts and their schedule, withdrawals, the rate limit and leases.

mod delivery;
mod unknown;

use chrono::TimeDelta;
use whatsapp_core::Request;
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::{CancelReason, Failure, FailureKind, Phase, Status};
use whatsapp_core::port::{Clock as _, ListedMessage, Listing};
use whatsapp_core::retry::Disposition;

use crate::shop::{Shop, error};

const LONG: TimeDelta = TimeDelta::hours(30);

fn failed(phase: &Phase) -> FailureKind {
    match phase {
        Phase::Failed(Failure { kind, .. }) => *kind,
        other => panic!("{other:?} is not failed"),
    }
}

fn listed(entries: Vec<ListedMessage>) -> Listing {
    Listing::new(entries, true)
}

#[tokio::test]
async fn an_accepted_message_is_sent_with_one_post() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    let report = shop.tick().await;
    assert_eq!((report.claimed, report.posts, report.sent), (1, 1, 1));
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let message = shop.message(id).await;
    assert_eq!(message.gateway_id.as_deref(), Some("G-1"));
    assert_eq!(message.state.sent_at, Some(shop.opened));
    assert_eq!(shop.attempts(id).await, [(0, Some("accepted"))]);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn definite_failures_are_retried_at_30_60_and_90_minutes_and_then_final() {
    let shop = Shop::new();
    for _ in 0..5 {
        shop.gateway.next_send(Err(error(Disposition::Transient)));
    }
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.message(id).await.state.status, Status::Failed);
    assert!(matches!(shop.phase(id).await, Phase::Retrying { .. }));
    assert!(shop.store.notices().is_empty());
    shop.live_for(LONG).await;
    let rejected = Some("rejected");
    let posts = [(0, rejected), (30, rejected), (60, rejected), (90, rejected)];
    assert_eq!(shop.attempts(id).await, posts);
    assert_eq!(failed(&shop.phase(id).await), FailureKind::Exhausted);
    assert_eq!(shop.message(id).await.state.retry_count, 3);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_permanent_failure_is_final_at_once() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Permanent).with_status(422)));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("rejected"))]);
    assert_eq!(failed(&shop.phase(id).await), FailureKind::Rejected);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn the_invoice_is_asked_about_right_before_a_reminder() {
    let shop = Shop::new();
    let request = || shop.reminder("2026-02-18").with_schedule(shop.opened + TimeDelta::hours(1));
    let id = shop.messenger.enqueue(request()).await.unwrap().message_id;
    shop.live_for(TimeDelta::minutes(59)).await;
    shop.invoices.pay(whatsapp_core::InvoiceId::new("INV-7").unwrap());
    shop.live_for(TimeDelta::hours(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Paid));
    assert!(shop.gateway.sent().is_empty() && shop.store.notices().is_empty());
}

#[tokio::test]
async fn a_host_that_cannot_say_whether_an_invoice_is_due_is_asked_again() {
    let shop = Shop::new();
    shop.invoices.fail_next(2);
    let id = shop.messenger.enqueue(shop.reminder("2026-02-18")).await.unwrap().message_id;
    shop.live_for(TimeDelta::minutes(10)).await;
    assert_eq!(shop.attempts(id).await, [(2, Some("accepted"))]);
}

#[tokio::test]
async fn messages_switched_off_after_the_enqueue_are_withdrawn() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.set("whatsapp_stock_delivered_enabled", "false");
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::SwitchedOff));
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn broken_settings_stop_everything_and_are_named() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.set("whatsapp_retry_interval_minutes", "soon");
    let report = shop.tick().await;
    assert!(report.blocked.unwrap().contains("whatsapp_retry_interval_minutes"));
    assert_eq!(shop.phase(id).await, Phase::Queued);
    shop.set("whatsapp_retry_interval_minutes", "30");
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_message_past_its_time_is_withdrawn() {
    let shop = Shop::new();
    let request: Request = shop.order("SO-1").with_expiry(shop.opened + TimeDelta::minutes(40));
    for _ in 0..2 {
        shop.gateway.next_send(Err(error(Disposition::Transient)));
    }
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await.len(), 2, "at 0 and 30 minutes");
    assert_eq!(shop.phase(id).await, Phase::Cancelled(CancelReason::Expired));
}

#[tokio::test]
async fn the_pace_is_never_exceeded_in_any_second() {
    let shop = Shop::with_options(DispatchOptions::default());
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(shop.enqueued(&format!("SO-{number}")).await);
    }
    shop.live_for(TimeDelta::minutes(1)).await;
    let mut starts = Vec::new();
    for (_, attempt) in shop.store.ledger() {
        starts.push(attempt.started_at);
    }
    starts.sort_unstable();
    assert_eq!(starts.len(), 40);
    for window in starts.windows(5) {
        assert!(window[4] - window[0] >= TimeDelta::seconds(1), "5 requests within a second");
    }
    let took = *starts.last().unwrap() - starts[0];
    assert!(took < TimeDelta::seconds(16), "{took} for 40 messages is too slow");
    let gaps: std::collections::BTreeSet<_> =
        starts.windows(2).map(|pair| (pair[1] - pair[0]).num_microseconds()).collect();
    assert!(gaps.len() > 20, "the pace is jittered");
}

#[tokio::test]
async fn claims_are_given_back_when_the_process_stops() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    let work = shop.dispatcher.take(shop.clock.now()).await.unwrap();
    shop.dispatcher.stop();
    let report = shop.dispatcher.perform(work).await;
    assert_eq!((report.released, report.posts), (1, 0));
    assert_eq!(shop.store.lease(id), None);
    assert!(shop.tick().await.claimed == 0, "a stopped dispatcher claims nothing");
}

#[tokio::test]
async fn a_lease_from_before_the_clock_was_set_back_holds_nobody_up() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.clock.advance(TimeDelta::hours(6));
    drop(shop.dispatcher.take(shop.clock.now()).await.unwrap());
    shop.clock.jump_wall_clock(-TimeDelta::hours(5));
    shop.tick().await;
    shop.clock.advance(TimeDelta::seconds(60));
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Queued, "nothing seems due before its lease ends");
    shop.clock.advance(TimeDelta::seconds(60));
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

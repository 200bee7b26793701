use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::{
    CancelReason, Delivery, Failure, FailureKind, Phase, Reported, SentText, Status,
};
use whatsapp_core::port::{
    Accepted, Claim, Clock, DeliveryReports, GATEWAY_ID_MAX, Lane, ListedMessage, Listing,
    Outbox as _, TransportError, random,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::Elapsed;
use whatsapp_core::{Dispatcher, LeaseToken, Request, WhatsAppNumber};
use whatsapp_testkit::{ManualClock, ScriptedTransport, SeededEntropy};

use crate::shop::{Shop, error, row};

const LONG: TimeDelta = TimeDelta::hours(30);

/// A process that stands still for six seconds between any two looks at its monotonic clock.
#[derive(Debug)]
struct Freezing(ManualClock);

impl Clock for Freezing {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn elapsed(&self) -> Elapsed {
        self.0.elapsed()
    }

    fn monotonic(&self) -> Duration {
        self.0.pass_unseen(TimeDelta::seconds(6));
        self.0.monotonic()
    }
}

/// A gateway that takes so long to list what it has sent.
#[derive(Debug)]
struct SlowToList(ScriptedTransport, ManualClock, TimeDelta);

#[async_trait]
impl DeliveryReports for SlowToList {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.0.status(gateway_id).await
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let listing = self.0.sent_to(number, since).await;
        self.1.advance(self.2);
        listing
    }
}

fn failed(phase: &Phase) -> FailureKind {
    match phase {
        Phase::Failed(Failure { kind, .. }) => *kind,
        other => panic!("{other:?} is not failed"),
    }
}

fn listed(entries: Vec<ListedMessage>) -> Listing {
    Listing { messages: entries, complete: true }
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
async fn an_unknown_outcome_that_is_listed_is_sent_without_a_second_post() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Checking);
    let text = shop.message(id).await.facts.text;
    let entry = row("G-9", text, shop.opened);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("accepted"))]);
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.message(id).await.gateway_id.as_deref(), Some("G-9"));
    assert_eq!(shop.gateway.looks().len(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_that_is_never_listed_is_retried_after_thirty_minutes() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("not_accepted")), (30, Some("accepted"))]);
    assert_eq!(shop.gateway.looks().len(), 3, "at 1, 5 and 30 minutes");
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_listing_asked_for_too_early_proves_nothing_however_late_it_comes() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let slow = SlowToList(shop.gateway.clone(), shop.clock.clone(), TimeDelta::seconds(15));
    let ports = shop.ports.clone().with_deliveries(Arc::new(slow));
    let dispatcher = Dispatcher::new(ports).unwrap();
    shop.clock.advance(TimeDelta::minutes(30) - TimeDelta::seconds(10));
    dispatcher.tick(shop.clock.now()).await.unwrap();
    assert!(shop.clock.now() > shop.opened + TimeDelta::minutes(30));
    assert_eq!(shop.gateway.sent().len(), 1, "the list was asked for ten seconds too early");
    shop.live_for(TimeDelta::hours(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn an_unknown_outcome_is_never_resent_where_the_settings_say_hold() {
    let shop = Shop::new();
    shop.set("whatsapp_on_unknown", "hold");
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    let id = shop.enqueued("SO-1").await;
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("unknown_held"))]);
    assert_eq!(failed(&shop.phase(id).await), FailureKind::UnknownOutcome);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_gateway_that_cannot_be_asked_three_times_leaves_the_outcome_unknown() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    for _ in 0..3 {
        shop.gateway.next_listing(Err(error(Disposition::Unknown)));
    }
    let id = shop.enqueued("SO-1").await;
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("unknown_held"))]);
    assert_eq!(failed(&shop.phase(id).await), FailureKind::UnknownOutcome);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn an_incomplete_listing_never_leads_to_a_resend() {
    let shop = Shop::new();
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    for _ in 0..3 {
        shop.gateway.next_listing(Ok(Listing { messages: vec![], complete: false }));
    }
    let id = shop.enqueued("SO-1").await;
    shop.live_for(LONG).await;
    assert_eq!(failed(&shop.phase(id).await), FailureKind::UnknownOutcome);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn a_crash_after_the_begin_leads_to_a_look_and_not_to_a_post() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    // A worker claims, begins, and dies.
    let now = shop.clock.now();
    let claim = Claim {
        lane: Lane::Transactional,
        only: None,
        after: None,
        token: LeaseToken::new(now, random(&SeededEntropy::new(99))),
        now,
        elapsed: shop.clock.elapsed(),
        lease: TimeDelta::seconds(120),
        limit: 1,
        excluding: Vec::new(),
    };
    let claimed = shop.store.claim(&claim).await.unwrap();
    let begin = whatsapp_core::port::Begin {
        lease: claimed[0].lease,
        no: 1,
        number_key: "91-12345670".to_owned(),
        number: claimed[0].whatsapp_number.clone(),
        text: SentText::of(claimed[0].text.as_str()),
        via: None,
        at: now,
        elapsed: shop.clock.elapsed(),
        lease_needed: TimeDelta::seconds(40),
        close: None,
        revision: None,
    };
    shop.store.begin(&[begin]).await.unwrap();
    shop.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(shop.phase(id).await, Phase::Sending);
    let text = shop.message(id).await.facts.text;
    let entry = row("G-9", text, now);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert!(shop.gateway.sent().is_empty());
}

#[tokio::test]
async fn a_message_that_kills_its_worker_three_times_is_poison() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    for _ in 0..3 {
        let now = shop.clock.now();
        let work = shop.dispatcher.take(now).await.unwrap();
        assert!(!work.is_empty());
        drop(work);
        shop.clock.advance(TimeDelta::seconds(121));
    }
    shop.live_for(LONG).await;
    assert_eq!(failed(&shop.phase(id).await), FailureKind::Poison);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_worker_that_was_frozen_between_begin_and_post_sends_nothing() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    let ports = shop.ports.clone().with_clock(Arc::new(Freezing(shop.clock.clone())));
    let report = Dispatcher::new(ports).unwrap().tick(shop.clock.now()).await.unwrap();
    assert_eq!(report.posts, 0);
    assert!(shop.gateway.sent().is_empty());
    assert_eq!(shop.attempts(id).await, [(0, Some("not_sent"))]);
    assert!(matches!(shop.phase(id).await, Phase::Retrying { .. }));
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
async fn delivery_is_followed_and_moves_only_forward() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    for reported in [
        Reported::Nothing,
        Reported::Reached(Delivery::Read),
        Reported::Reached(Delivery::Delivered),
    ] {
        shop.gateway.next_status(Ok(reported));
    }
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    shop.live_for(TimeDelta::minutes(4)).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    assert_eq!(shop.gateway.asked(), ["G-1", "G-1"], "a read message is not asked about again");
}

#[tokio::test]
async fn a_number_that_is_not_on_whatsapp_fails_for_good() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::NotOnWhatsApp));
    shop.live_for(LONG).await;
    assert_eq!(failed(&shop.phase(id).await), FailureKind::Undelivered);
    assert_eq!(shop.gateway.sent().len(), 1);
    assert_eq!(shop.store.notices().len(), 1);
}

#[tokio::test]
async fn a_status_word_that_nobody_knows_is_kept_with_the_message_and_moves_nothing() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::Unreadable("MOON".to_owned())));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let response = shop.message(id).await.api_response;
    assert_eq!(response, Some(serde_json::json!({"status": "MOON"})));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Read)));
    shop.live_for(LONG).await;
    assert_eq!(shop.phase(id).await, Phase::Read);
    assert_eq!(shop.gateway.sent().len(), 1);
}

#[tokio::test]
async fn an_undelivered_message_is_sent_again() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    shop.live_for(LONG).await;
    assert_eq!(shop.attempts(id).await, [(0, Some("accepted")), (30, Some("accepted"))]);
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn an_acceptance_without_an_id_finds_it_in_the_list_later() {
    let shop = Shop::new();
    shop.gateway.next_send(Ok(Accepted::default()));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    let text = shop.message(id).await.facts.text;
    let entry = row("G-7", text, shop.opened);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(shop.message(id).await.gateway_id.as_deref(), Some("G-7"));
    assert_eq!(shop.phase(id).await, Phase::Delivered);
}

#[tokio::test]
async fn a_gateway_that_gives_one_id_twice_loses_no_outcome() {
    let shop = Shop::new();
    for _ in 0..2 {
        shop.gateway.next_send(Ok(Accepted::new(Some("G-1".to_owned()))));
    }
    let one = shop.enqueued("SO-1").await;
    let two = shop.enqueued("SO-2").await;
    shop.tick().await;
    assert_eq!(shop.phase(one).await, Phase::Sent);
    assert_eq!(shop.phase(two).await, Phase::Sent);
}

#[tokio::test]
async fn an_id_without_an_end_loses_no_outcome() {
    let shop = Shop::new();
    let endless = "G".repeat(GATEWAY_ID_MAX + 1);
    shop.gateway.next_send(Ok(Accepted::new(Some(endless.clone()))));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.message(id).await.gateway_id, None);

    let text = shop.message(id).await.facts.text;
    let entry = row(&endless, text, shop.opened);
    shop.gateway.next_listing(Ok(listed(vec![entry])));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.live_for(TimeDelta::minutes(2)).await;
    assert_eq!(
        shop.phase(id).await,
        Phase::Delivered,
        "its delivery can be asked for all the same"
    );
    assert_eq!(shop.message(id).await.gateway_id, None);
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

//! Unknown outcomes: lost replies, crashes, and workers that stood still.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{FailureKind, Part, Phase, Reported, SentText};
use whatsapp_core::port::{
    Claim, ClaimOf, Clock, DeliveryReports, Lane, Listing, Outbox as _, TransportError, random,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::Elapsed;
use whatsapp_core::{Dispatcher, LeaseToken, WhatsAppNumber};
use whatsapp_testkit::{ManualClock, ScriptedTransport, SeededEntropy};

use super::{LONG, failed, listed};
use crate::shop::{Shop, error, row};

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

/// A gateway that takes this long to list its messages.
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
        shop.gateway.next_listing(Ok(Listing::new(vec![], false)));
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
        of: ClaimOf::All,
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
        part: Part::Whole,
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

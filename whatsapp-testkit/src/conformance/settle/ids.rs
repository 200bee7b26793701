//! Cases for the ids that the gateway gives: of one attempt each, and perhaps known late.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use whatsapp_core::message::{AttemptOutcome, Event};
use whatsapp_core::port::{Lane, Settled, Store, StoreError};
use whatsapp_core::retry::Disposition;

use super::super::trial::{LEASE, Trial, record, refused, sending_via};
use super::to_state;
use crate::fixtures::{self, START};

pub async fn the_gateways_reply_reads_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let reply = json!({
        "success": true,
        "data": {"id": "ज-7", "big": u64::MAX, "small": -1, "list": [null, 0.5, {"a": "\u{1}"}]},
    });
    let mut settlement = trial.accepted(&claimed, "ज-7");
    settlement.api_response = Some(reply.clone());
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let message = trial.message(claimed.lease.message_id).await;
    assert_eq!(message.api_response, Some(reply));
    assert_eq!(message.gateway_id.as_deref(), Some("ज-7"));
}

pub async fn a_taken_gateway_id_is_a_conflict_and_writes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.sent(1).await;
    let (fine, taken) = (trial.sending(2).await, trial.sending(3).await);
    let ids = [fine.lease.message_id, taken.lease.message_id];
    let mut before = Vec::new();
    for id in ids {
        before.push((trial.message(id).await, trial.attempts(id).await));
    }
    let fails = trial.settlement(&fine, &refused(Disposition::Permanent));
    assert!(fails.state.failed_for_good().is_some());
    let items = [fails, trial.accepted(&taken, "G-1")];
    let answer = trial.store.settle(&items).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    for (id, before) in ids.into_iter().zip(before) {
        assert_eq!((trial.message(id).await, trial.attempts(id).await), before);
    }
    assert_eq!(trial.notices_owed().await, 0);
    // The leases still hold: the true outcome can be settled.
    trial.settle(&fine, &Event::OutcomeUnknown).await;
    let own = trial.accepted(&taken, "G-3");
    assert_eq!(trial.settle_as(&own).await, Settled::Done);
}

pub async fn two_gateways_may_give_the_same_id(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let host = |host: &str| Some(fixtures::via(host, "one"));
    let another_key = Some(fixtures::via("one.example", "other"));
    for (seed, via, taken) in [
        (1, host("one.example"), false),
        (2, host("other.example"), false),
        (3, None, false),
        (4, host("one.example"), true),
        (5, another_key, true),
        (6, None, true),
    ] {
        let claimed = sending_via(&trial, seed, via).await;
        let answer = trial.store.settle(&[trial.accepted(&claimed, "G-1")]).await;
        assert_eq!(matches!(answer, Err(StoreError::Conflict { .. })), taken, "{seed}: {answer:?}");
        if taken {
            trial.settle(&claimed, &Event::OutcomeUnknown).await;
        }
    }
    let ids = ["G-1".to_owned()];
    let owners = trial.store.siblings("nobody", START, &ids).await.expect("siblings");
    assert_eq!(owners.len(), 3, "all of them own it");
}

pub async fn two_attempts_cannot_share_a_gateway_id_within_one_call(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let (one, other) = (trial.sending(1).await, trial.sending(2).await);
    let items = [trial.accepted(&one, "G-1"), trial.accepted(&other, "G-1")];
    let answer = trial.store.settle(&items).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    let attempts = trial.attempts(one.lease.message_id).await;
    assert_eq!(attempts[0].outcome, None);
}

pub async fn an_open_attempt_owns_no_id(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let before = (trial.message(id).await, trial.attempts(id).await);
    let unknown = |gateway_id: Option<&str>| {
        let mut settlement = trial.settlement(&claimed, &Event::OutcomeUnknown);
        let record = settlement.attempt.as_mut().expect("the attempt's record");
        record.gateway_id = gateway_id.map(str::to_owned);
        settlement
    };
    let answer = trial.store.settle(&[unknown(Some("G-1"))]).await;
    assert!(matches!(answer, Err(StoreError::Other { .. })), "{answer:?}");
    assert_eq!((trial.message(id).await, trial.attempts(id).await), before);
    // The lease still holds: the true outcome can be settled.
    assert_eq!(trial.settle_as(&unknown(None)).await, Settled::Done);
}

pub async fn an_accepted_attempt_learns_its_id_late(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &Event::Accepted).await;
    let before = trial.attempts(id).await.remove(0);
    assert_eq!((before.outcome, &before.gateway_id), (Some(AttemptOutcome::Accepted), &None));
    trial.pass(TimeDelta::minutes(1));
    let watching = trial.claim_one_in(Lane::Watch, id).await;
    let mut found = to_state(&trial, watching.lease, &watching.progress);
    let mut record = record(1, None, trial.now());
    record.gateway_id = Some("G-1".to_owned());
    found.attempt = Some(record);
    assert_eq!(trial.settle_as(&found).await, Settled::Done);
    let after = trial.attempts(id).await.remove(0);
    assert_eq!((after.outcome, after.gateway_id.as_deref()), (before.outcome, Some("G-1")));
    let owners =
        trial.store.siblings("nobody", START, &["G-1".to_owned()]).await.expect("siblings");
    assert_eq!(owners.iter().map(|owner| owner.message_id).collect::<Vec<_>>(), [id]);
}

pub async fn a_fenced_settlement_with_a_taken_gateway_id_is_only_fenced(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.sent(1).await;
    let slow = trial.sending(2).await;
    trial.pass(LEASE);
    trial.claim_one(slow.lease.message_id).await;
    let settlement = trial.accepted(&slow, "G-1");
    assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
}

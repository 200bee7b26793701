//! Cases for what a settlement writes of its attempt.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use whatsapp_core::message::{AttemptOutcome, Event, FailureKind, Progress, State, Step};
use whatsapp_core::port::{Lane, Settled, Store};
use whatsapp_core::retry::Disposition;

use super::super::trial::{Trial, record, refused};
use super::to_state;
use crate::fixtures;

pub async fn an_unknown_outcome_keeps_the_attempt_open_for_a_look(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let (started, mark) = (trial.now(), trial.elapsed());
    trial.pass(TimeDelta::seconds(30));
    let mut settlement = trial.settlement(&claimed, &Event::OutcomeUnknown);
    let record = settlement.attempt.as_mut().expect("the attempt's record");
    record.http_status = Some(502);
    record.detail = Some("the gateway answered 502".to_owned());
    let (finished_at, detail) = (record.finished_at, record.detail.clone());
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);

    let attempts = trial.attempts(id).await;
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].no, attempts[0].outcome), (1, None));
    assert_eq!(attempts[0].started_at, started);
    assert_eq!(attempts[0].finished_at, Some(finished_at));
    assert_eq!((attempts[0].http_status, &attempts[0].detail), (Some(502), &detail));

    trial.pass(TimeDelta::minutes(1));
    let looking = trial.claim_one(id).await;
    assert_eq!(looking.step, Step::Look);
    let expected = State::Checking {
        started,
        mark: Some(mark),
        looks: 0,
        unavailable: 0,
        next: started + TimeDelta::minutes(1),
        look_mark: Some(mark + TimeDelta::minutes(1)),
    };
    assert_eq!(looking.progress.state, expected);
    trial.settle(&looking, &Event::LookUnavailable).await;
    trial.pass(TimeDelta::minutes(5));
    let state = trial.claim_one(id).await.progress.state;
    assert!(matches!(state, State::Checking { looks: 1, unavailable: 1, .. }), "{state:?}");
}

pub async fn what_a_settlement_does_not_say_stays(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let mut settlement = trial.accepted(&claimed, "G-1");
    settlement.api_response = Some(json!({"success": true}));
    let first = settlement.attempt.as_mut().expect("the attempt's record");
    first.http_status = Some(201);
    first.detail = Some("accepted".to_owned());
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);

    trial.pass(TimeDelta::minutes(1));
    let watching = trial.claim_one_in(Lane::Watch, id).await;
    let undelivered =
        State::Retrying { at: trial.now(), why: fixtures::failure(FailureKind::Undelivered) };
    let progress = Progress { state: undelivered, posts: 1, ..Progress::new(trial.now()) };
    let mut silent = to_state(&trial, watching.lease, &progress);
    silent.attempt = Some(record(1, Some(AttemptOutcome::Accepted), trial.now()));
    assert_eq!(trial.settle_as(&silent).await, Settled::Done);

    let message = trial.message(id).await;
    assert_eq!(message.gateway_id.as_deref(), Some("G-1"));
    assert_eq!(message.api_response, Some(json!({"success": true})));
    let attempt = trial.attempts(id).await.remove(0);
    assert_eq!(attempt.http_status, Some(201));
    assert_eq!(attempt.detail.as_deref(), Some("accepted"));
    assert_eq!(attempt.gateway_id.as_deref(), Some("G-1"));
}

pub async fn every_outcome_reads_back_in_the_ledger(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for (seed, outcome) in (0..).zip(AttemptOutcome::ALL) {
        let claimed = trial.sending(seed).await;
        let mut settlement = trial.settlement(&claimed, &refused(Disposition::Transient));
        settlement.attempt = Some(record(1, Some(*outcome), trial.now()));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let attempts = trial.attempts(claimed.lease.message_id).await;
        assert_eq!(attempts[0].outcome, Some(*outcome));
    }
}

pub async fn what_was_unclear_stays_beside_what_a_look_says(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let mut unknown = trial.settlement(&claimed, &Event::OutcomeUnknown);
    let record = unknown.attempt.as_mut().expect("the attempt's record");
    record.http_status = Some(502);
    record.detail = Some("the gateway answered 502".to_owned());
    assert_eq!(trial.settle_as(&unknown).await, Settled::Done);
    trial.pass(TimeDelta::minutes(1));
    let looking = trial.claim_one(id).await;
    let mut found = trial.accepted(&looking, "G-1");
    let record = found.attempt.as_mut().expect("the attempt's record");
    record.detail = Some("found in the list".to_owned());
    let at = record.finished_at;
    assert_eq!(trial.settle_as(&found).await, Settled::Done);
    let attempt = trial.attempts(id).await.remove(0);
    assert_eq!(attempt.outcome, Some(AttemptOutcome::Accepted));
    assert_eq!((attempt.finished_at, attempt.http_status), (Some(at), Some(502)));
    assert_eq!(attempt.detail.as_deref(), Some("found in the list"));
    assert_eq!(attempt.gateway_id.as_deref(), Some("G-1"));
}

pub async fn refusals_for_the_accounts_sake_are_counted_apart(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &refused(Disposition::Account)).await;
    let claimed = trial.claim_one(id).await;
    assert_eq!((claimed.progress.posts, claimed.progress.free_posts), (1, 1));
    let claimed = trial.begun(claimed).await;
    let settlement = trial.accepted(&claimed, "G-1");
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    assert_eq!(trial.message(id).await.state.retry_count, 0);
    assert_eq!(trial.attempts(id).await.len(), 2);
}

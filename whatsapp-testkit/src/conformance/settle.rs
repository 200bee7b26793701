//! Cases for settling claimed messages.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use whatsapp_core::Private;
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Class, Delivery, Event, FailureKind, HeldFor, Part, PostCount,
    Progress, State, StateRow, Step,
};
use whatsapp_core::port::{
    Amended, Amendment, Lane, Lease, Settled, Settlement, Store, StoreError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::{Elapsed, TimeBase};

use super::trial::{LEASE, MICROSECOND, Trial, WITHDRAWN, refused};
use crate::fixtures::{self, START};

/// Every kind of state that a settlement may write, with each word that it may hold.
fn states() -> Vec<State> {
    let at = START + TimeDelta::minutes(7);
    let later = START + TimeDelta::minutes(37);
    let mut states = vec![
        State::Waiting { due: later },
        State::Checking {
            started: START,
            mark: Some(Elapsed::new(TimeBase::shared(b"this boot"), i64::MAX)),
            looks: 2,
            unavailable: 1,
            next: later,
            look_mark: Some(Elapsed::new(TimeBase::own(b"another process"), -7)),
        },
        State::Checking {
            started: START,
            mark: None,
            looks: 0,
            unavailable: 0,
            next: later,
            look_mark: None,
        },
    ];
    for kind in FailureKind::ALL {
        let why = fixtures::failure(*kind);
        states.push(State::Retrying { at: later, why: why.clone() });
        states.push(State::Failed(why));
    }
    for delivery in Delivery::ALL {
        for watch in [None, Some(later)] {
            states.push(State::Sent { at, delivery: *delivery, watch });
        }
    }
    states.extend(CancelReason::ALL.iter().map(|r| State::Cancelled(*r)));
    states
}

/// A settlement that writes this state and nothing else.
fn to_state(trial: &Trial, lease: Lease, progress: &Progress) -> Settlement {
    Settlement {
        lease,
        attempt: None,
        state: StateRow::of(progress),
        gateway_id: None,
        api_response: None,
        at: trial.now(),
    }
}

pub async fn every_state_reads_back_as_it_was_settled(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for (seed, state) in (0..).zip(states()) {
        let message = trial.waiting(seed).await;
        let claimed = trial.claim_one(message.facts.id).await;
        let claimed = trial.begun(claimed).await;
        let progress = Progress { state, ..claimed.progress };
        let mut settlement = to_state(&trial, claimed.lease, &progress);
        let is_open = matches!(progress.state, State::Checking { .. });
        if !is_open {
            settlement.attempt = Some(trial.record(1, Some(AttemptOutcome::Rejected)));
        }
        trial.pass(MICROSECOND);
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let read = trial.message(message.facts.id).await;
        assert_eq!(read.state, settlement.state);
        assert_eq!(
            read.state.progress(PostCount { made: 1, free: 0 }).as_ref(),
            Ok(&progress),
            "the columns of {:?}",
            progress.state
        );
        // Nothing but the state changed.
        let expected =
            whatsapp_core::message::NewMessage { state: settlement.state.clone(), ..message };
        assert_eq!(fixtures::as_new(read), expected);
    }
}

pub async fn why_a_message_waits_reads_back_until_it_is_settled_again(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let later = Progress::new(START + TimeDelta::hours(1));
    let cancelled = Progress::ended(State::Cancelled(CancelReason::Paid));
    let sentence = || Some(Private::from("\"INV-7\" was paid: ₹1,234.00."));
    let mut said: Vec<_> =
        HeldFor::ALL.iter().map(|held| (&later, Some(*held), sentence())).collect();
    said.push((&cancelled, None, sentence()));
    said.push((&later, Some(HeldFor::Disputed), sentence()));
    for (seed, (progress, held_for, explanation)) in (0..).zip(said) {
        let message = trial.waiting(seed).await;
        let claimed = trial.claim_one(message.facts.id).await;
        let mut settlement = to_state(&trial, claimed.lease, progress);
        settlement.state = settlement.state.explained(held_for, explanation);
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let read = trial.message(message.facts.id).await;
        assert_eq!(read.state, settlement.state);
        if progress == &later {
            let cancel = Amendment {
                message_id: read.facts.id,
                seen: read.updated_at,
                state: StateRow::of(&Progress::ended(State::Cancelled(CancelReason::Manager))),
                reschedule: None,
                at: trial.now(),
                elapsed: trial.elapsed(),
                audit: None,
            };
            assert_eq!(trial.store.amend(&cancel).await.expect("amend"), Amended::Done);
            let after = trial.message(read.facts.id).await.state;
            assert_eq!((after.held_for, after.explanation), (None, None));
        }
    }
}

pub async fn a_claim_gives_the_state_that_was_settled(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for (seed, state) in (0..).zip(states()) {
        let claimed = trial.sending(seed).await;
        let id = claimed.lease.message_id;
        let progress = Progress { state, posts: 1, ..Progress::new(trial.now()) };
        let settlement = to_state(&trial, claimed.lease, &progress);
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        trial.pass(TimeDelta::hours(1));
        let Some(owed) = settlement.state.owed else {
            assert_eq!(trial.claim().await, [], "nothing is owed");
            let watch = trial.claim_of(Lane::Watch);
            assert_eq!(trial.claim_with(watch).await, [], "nothing is owed");
            continue;
        };
        let lane = Lane::of(owed.step, owed.class);
        let again = trial.claim_one_in(lane, id).await;
        assert_eq!((again.step, &again.progress), (owed.step, &progress));
        assert_eq!(again.reaps, 0);
        // Cancelled, so that it is out of the way of the next state.
        let gone = Progress { state: State::Cancelled(CancelReason::Manager), ..progress };
        let gone = to_state(&trial, again.lease, &gone);
        assert_eq!(trial.settle_as(&gone).await, Settled::Done);
    }
}

pub async fn an_old_token_writes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let slow = trial.sending(1).await;
    let id = slow.lease.message_id;
    trial.pass(LEASE);
    let quick = trial.claim_one(id).await;
    let (message, attempts) = (trial.message(id).await, trial.attempts(id).await);
    for event in [Event::Accepted, refused(Disposition::Permanent)] {
        let mut settlement = trial.settlement(&slow, &event);
        settlement.gateway_id = Some("G-1".to_owned());
        settlement.api_response = Some(json!({"success": true}));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
        assert_eq!(trial.message(id).await, message);
        assert_eq!(trial.attempts(id).await, attempts);
        assert_eq!(trial.notices_owed().await, 0);
    }
    assert_eq!(trial.claim().await, [], "the new lease still holds");
    trial.settle(&quick, &Event::OutcomeUnknown).await;
}

pub async fn an_invented_token_writes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let before = trial.message(id).await;
    let mut settlement = trial.accepted(&claimed, "G-1");
    settlement.lease.token = trial.token();
    assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
    settlement.lease = Lease { message_id: trial.message_id(), token: claimed.lease.token };
    assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
    assert_eq!(trial.message(id).await, before);
}

pub async fn a_lease_ends_with_its_settlement(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    let before = trial.message(claimed.lease.message_id).await;
    let second = trial.accepted(&claimed, "G-1");
    assert_eq!(trial.settle_as(&second).await, Settled::Fenced);
    assert_eq!(trial.message(claimed.lease.message_id).await, before);
}

pub async fn an_expired_lease_that_nobody_took_still_settles(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    trial.pass(LEASE * 3);
    let settlement = trial.accepted(&claimed, "G-1");
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
}

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
    let record = settlement.attempt.as_mut().expect("the attempt's record");
    record.http_status = Some(201);
    record.detail = Some("accepted".to_owned());
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);

    trial.pass(TimeDelta::minutes(1));
    let watching = trial.claim_one_in(Lane::Watch, id).await;
    let undelivered =
        State::Retrying { at: trial.now(), why: fixtures::failure(FailureKind::Undelivered) };
    let progress = Progress { state: undelivered, posts: 1, ..Progress::new(trial.now()) };
    let mut silent = to_state(&trial, watching.lease, &progress);
    silent.attempt = Some(trial.record(1, Some(AttemptOutcome::Accepted)));
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
        settlement.attempt = Some(trial.record(1, Some(*outcome)));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let attempts = trial.attempts(claimed.lease.message_id).await;
        assert_eq!(attempts[0].outcome, Some(*outcome));
    }
}

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

pub async fn updated_at_strictly_increases(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let mut last = trial.message(id).await.updated_at;
    // The wall clock stands, then goes back, then forward.
    for jump in [0, 0, -3600, 7200] {
        let claimed = trial.claim_one(id).await;
        let due = START - TimeDelta::hours(2);
        let mut settlement = to_state(&trial, claimed.lease, &Progress::new(due));
        trial.clock.jump_wall_clock(TimeDelta::seconds(jump));
        settlement.at = trial.now();
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        let updated_at = trial.message(id).await.updated_at;
        assert!(updated_at > last, "{updated_at} after {last}");
        assert!(updated_at >= settlement.at);
        last = updated_at;
    }
    assert_eq!(last, trial.now(), "without a reason it is the instant given");
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
        let claimed = trial.sending_via(seed, via).await;
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
    let mut record = trial.record(1, None);
    record.gateway_id = Some("G-1".to_owned());
    found.attempt = Some(record);
    assert_eq!(trial.settle_as(&found).await, Settled::Done);
    let after = trial.attempts(id).await.remove(0);
    assert_eq!((after.outcome, after.gateway_id.as_deref()), (before.outcome, Some("G-1")));
    let owners =
        trial.store.siblings("nobody", START, &["G-1".to_owned()]).await.expect("siblings");
    assert_eq!(owners.iter().map(|owner| owner.message_id).collect::<Vec<_>>(), [id]);
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

pub async fn a_fenced_settlement_with_a_taken_gateway_id_is_only_fenced(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.sent(1).await;
    let slow = trial.sending(2).await;
    trial.pass(LEASE);
    trial.claim_one(slow.lease.message_id).await;
    let settlement = trial.accepted(&slow, "G-1");
    assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
}

pub async fn a_notice_comes_with_the_failure_and_never_twice(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.failed(1).await;
    assert_eq!(trial.notices_owed().await, 1);
    let failed = trial.message(id).await;
    assert_eq!(failed.state.owed, None);
    assert_eq!(trial.next_due(Lane::Transactional).await, None);
    assert_eq!(trial.claim().await, []);

    // A manager has the message sent once more, and it fails again.
    trial.pass(TimeDelta::minutes(5));
    let again = Progress {
        state: State::Retrying { at: trial.now(), why: fixtures::failure(FailureKind::Rejected) },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let amendment = Amendment {
        message_id: id,
        seen: failed.updated_at,
        state: StateRow::of(&again),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    };
    let amended = trial.store.amend(&amendment).await.expect("amend");
    assert_eq!(amended, Amended::Done);
    let claimed = trial.claim_one(id).await;
    let claimed = trial.begun(claimed).await;
    let event = refused(Disposition::Permanent);
    let settlement = trial.settle(&claimed, &event).await;
    assert!(settlement.state.failed_for_good().is_some());
    assert_eq!(trial.notices_owed().await, 1);
}

pub async fn a_failure_that_owes_no_notice_makes_none(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let event = refused(Disposition::Transient);
    let settlement = trial.settle(&claimed, &event).await;
    assert_eq!(settlement.state.failed_for_good(), None, "it will be retried");
    assert_eq!(trial.notices_owed().await, 0);
}

pub async fn settlements_are_answered_one_by_one_in_order(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut items = Vec::new();
    for seed in 0..4 {
        let claimed = trial.sending(seed).await;
        items.push(trial.accepted(&claimed, &format!("G-{seed}")));
    }
    items[0].lease.token = trial.token();
    items[2].lease.message_id = trial.message_id();
    // The same item twice: the first ends the lease.
    items.push(items[1].clone());
    let answers = trial.store.settle(&items).await.expect("settle");
    let expected =
        [Settled::Fenced, Settled::Done, Settled::Fenced, Settled::Done, Settled::Fenced];
    assert_eq!(answers, expected);
    assert_eq!(trial.store.counts(u64::MAX).await.expect("counts").sent, 2);
}

pub async fn of_groups_that_settle_the_same_messages_in_any_order_one_settles_each(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let mut items = Vec::new();
    for seed in 0..30 {
        let claimed = trial.sending(seed).await;
        // Sent, to be retried, and failed with a notice: every table has its part.
        items.push(match seed % 3 {
            0 => trial.accepted(&claimed, &format!("G-{seed}")),
            1 => trial.settlement(&claimed, &refused(Disposition::Transient)),
            _ => trial.settlement(&claimed, &refused(Disposition::Permanent)),
        });
    }
    let calls: Vec<_> = (0..6)
        .map(|call| {
            let mut group = items.clone();
            if call % 2 == 0 {
                group.reverse();
            }
            let store = Arc::clone(&trial.store);
            tokio::spawn(async move { store.settle(&group).await })
        })
        .collect();
    let mut done = 0;
    for call in calls {
        let answers = call.await.expect("no panic").expect("settle");
        done += answers.iter().filter(|answer| **answer == Settled::Done).count();
    }
    assert_eq!(done, items.len());
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    assert_eq!((counts.sent, counts.failed, counts.retrying), (10, 20, 10));
    assert_eq!(trial.notices_owed().await, 10);
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

pub async fn a_cancelled_message_is_never_claimed_again(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let claimed = trial.claim_one(id).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    trial.pass(TimeDelta::days(1));
    assert_eq!(trial.claim().await, []);
    assert_eq!(trial.notices_owed().await, 0);
}

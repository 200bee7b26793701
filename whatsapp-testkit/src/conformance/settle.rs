//! Cases for settling claimed messages.

mod ids;
mod ledger;

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::json;
use whatsapp_core::Private;
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Class, Delivery, Event, FailureKind, HeldFor, Part, PostCount,
    Progress, State, StateRow,
};
use whatsapp_core::port::{Amended, Amendment, Lane, Lease, Settled, Settlement, Store};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::{Elapsed, TimeBase};

use super::trial::{LEASE, MICROSECOND, Trial, WITHDRAWN, record, refused};
use crate::fixtures::{self, START};

pub use ids::*;
pub use ledger::*;

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
            settlement.attempt = Some(record(1, Some(AttemptOutcome::Rejected), trial.now()));
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
        assert_eq!(again.expired_leases, 0);
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

pub async fn a_cancelled_message_is_never_claimed_again(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let claimed = trial.claim_one(id).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    trial.pass(TimeDelta::days(1));
    assert_eq!(trial.claim().await, []);
    assert_eq!(trial.notices_owed().await, 0);
}

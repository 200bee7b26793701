//! Cases for changing messages that nobody holds.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    CancelReason, Class, Facts, FailureKind, Message, Part, Progress, State, StateRow,
};
use whatsapp_core::port::{Amended, Amendment, Lane, Reschedule, Settled, Store};

use super::trial::{LEASE, MICROSECOND, Trial, WITHDRAWN};
use crate::fixtures::{self, START};

/// A manager's cancel of the message, which was seen as it is in `seen`.
fn cancel(trial: &Trial, seen: &Message) -> Amendment {
    let cancelled =
        Progress { state: State::Cancelled(CancelReason::Manager), ..Progress::new(trial.now()) };
    amendment(trial, seen, &cancelled)
}

fn amendment(trial: &Trial, seen: &Message, progress: &Progress) -> Amendment {
    Amendment {
        message_id: seen.facts.id,
        seen: seen.updated_at,
        state: StateRow::of(progress),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    }
}

async fn amend(trial: &Trial, amendment: &Amendment) -> Amended {
    trial.store.amend(amendment).await.expect("amend")
}

async fn is_unchanged(trial: &Trial, id: MessageId, before: &Message) {
    assert_eq!(trial.message(id).await, *before);
}

pub async fn a_waiting_message_can_be_cancelled(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    trial.pass(TimeDelta::seconds(1));
    let amendment = cancel(&trial, &seen);
    assert_eq!(amend(&trial, &amendment).await, Amended::Done);
    let expected = Message { updated_at: trial.now(), state: amendment.state, ..seen };
    assert_eq!(trial.message(id).await, expected);
    assert_eq!(trial.claim().await, []);
    assert_eq!(trial.notices_owed().await, 0);
}

pub async fn a_scheduled_message_can_be_sent_now(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = fixtures::full_message(1, START);
    trial.enqueue(std::slice::from_ref(&message)).await;
    let seen = trial.message(message.facts.id).await;
    let now = amendment(&trial, &seen, &Progress::new(trial.now()));
    assert_eq!(amend(&trial, &now).await, Amended::Done);
    assert_eq!(trial.next_due(Lane::Transactional).await, Some(START));
    assert_eq!(trial.claim_ids().await, [message.facts.id]);
}

pub async fn a_waiting_message_gets_another_instant_and_what_is_said_of_it(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = fixtures::full_message(1, START);
    let other = fixtures::full_message(2, START);
    trial.enqueue(&[message.clone(), other.clone()]).await;
    let seen = trial.message(message.facts.id).await;
    let untouched = trial.message(other.facts.id).await;
    let later = START + TimeDelta::days(3);
    let reschedule = Reschedule { scheduled_for: later, warning: Some("Look at it.".to_owned()) };
    let first = Amendment {
        reschedule: Some(reschedule.clone()),
        ..amendment(&trial, &seen, &Progress::new(later))
    };
    assert_eq!(amend(&trial, &first).await, Amended::Done);
    let after = trial.message(seen.facts.id).await;
    assert_eq!(after.facts.scheduled_for, Some(later));
    assert_eq!(after.facts.warning.as_deref(), Some("Look at it."));
    let expected =
        Facts { scheduled_for: Some(later), warning: after.facts.warning.clone(), ..seen.facts };
    assert_eq!(after.facts, expected, "all else stays");
    assert_eq!(after.state.owed.expect("owed").due_at, later);
    // A stale amendment moves nothing; a warning can be removed as well.
    let stale = Reschedule { scheduled_for: START, warning: None };
    let stale = Amendment { reschedule: Some(stale.clone()), ..first };
    assert_eq!(amend(&trial, &stale).await, Amended::Stale);
    assert_eq!(trial.message(after.facts.id).await, after);
    let second = Amendment {
        reschedule: stale.reschedule,
        ..amendment(&trial, &after, &Progress::new(START))
    };
    assert_eq!(amend(&trial, &second).await, Amended::Done);
    let facts = trial.message(after.facts.id).await.facts;
    assert_eq!((facts.scheduled_for, facts.warning), (Some(START), None));
    assert_eq!(trial.message(other.facts.id).await, untouched);
    let claimed = trial.claim_one(facts.id).await;
    assert_eq!(claimed.scheduled_for, Some(START));
}

pub async fn an_amendment_without_another_instant_keeps_the_one_that_was_set(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let message = fixtures::full_message(1, START);
    trial.enqueue(std::slice::from_ref(&message)).await;
    let seen = trial.message(message.facts.id).await;
    let now = amendment(&trial, &seen, &Progress::new(trial.now()));
    assert_eq!(amend(&trial, &now).await, Amended::Done);
    assert_eq!(trial.message(seen.facts.id).await.facts, seen.facts);
}

pub async fn a_message_that_a_person_waits_for_changes_lanes(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = fixtures::greeting(1, START);
    trial.enqueue(std::slice::from_ref(&message)).await;
    assert_eq!(trial.claim().await, []);
    let seen = trial.message(message.facts.id).await;
    let urgent = amendment(&trial, &seen, &Progress::new(START));
    assert_eq!(amend(&trial, &urgent).await, Amended::Done);
    assert_eq!(trial.next_due(Lane::Greeting).await, None);
    assert_eq!(trial.claim_ids().await, [message.facts.id]);
}

pub async fn a_failed_message_can_be_owed_again_with_its_posts(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.failed(1).await;
    let seen = trial.message(id).await;
    let progress = Progress {
        state: State::Retrying { at: trial.now(), why: fixtures::failure(FailureKind::Rejected) },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    let retry = amendment(&trial, &seen, &progress);
    assert_eq!(amend(&trial, &retry).await, Amended::Done);
    let claimed = trial.claim_one(id).await;
    assert_eq!((&claimed.progress, claimed.expired_leases), (&progress, 0));
    trial.begun(claimed).await;
    assert_eq!(trial.attempts(id).await.len(), 2);
}

pub async fn an_amendment_of_what_changed_meanwhile_is_stale(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    // Changed without any time passing on the clock.
    let due = Progress::new(trial.now());
    let changes = amendment(&trial, &seen, &due);
    assert_eq!(amend(&trial, &changes).await, Amended::Done);
    let before = trial.message(id).await;
    assert_eq!(amend(&trial, &cancel(&trial, &seen)).await, Amended::Stale);
    is_unchanged(&trial, id, &before).await;
    assert_eq!(trial.claim_ids().await, [id]);
}

pub async fn an_amendment_is_stale_while_a_worker_holds_the_message(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    trial.claim_one(id).await;
    trial.pass(LEASE - MICROSECOND);
    assert_eq!(amend(&trial, &cancel(&trial, &seen)).await, Amended::Stale);
    is_unchanged(&trial, id, &seen).await;
    trial.pass(MICROSECOND);
    assert_eq!(amend(&trial, &cancel(&trial, &seen)).await, Amended::Done);
}

pub async fn an_amendment_ends_an_expired_lease(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    let frozen = trial.claim_one(id).await;
    trial.pass(LEASE);
    let due = amendment(&trial, &seen, &Progress::new(trial.now()));
    assert_eq!(amend(&trial, &due).await, Amended::Done);
    let late = trial.settlement(&frozen, &WITHDRAWN);
    assert_eq!(trial.settle_as(&late).await, Settled::Fenced);
    assert_eq!(trial.claim_one(id).await.expired_leases, 0);
}

pub async fn an_amendment_decided_before_an_attempt_began_is_stale(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    let claimed = trial.claim_one(id).await;
    trial.begun(claimed).await;
    // The worker dies; its lease runs out, and the message row still reads as it was seen.
    trial.pass(LEASE);
    assert_eq!(amend(&trial, &cancel(&trial, &seen)).await, Amended::Stale);
    assert_eq!(trial.claim_ids().await, [id]);
}

pub async fn of_concurrent_amendments_one_is_written(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    let amendments: Vec<_> = (0..16)
        .map(|_| {
            let (trial, amendment) = (trial.clone(), cancel(&trial, &seen));
            tokio::spawn(async move { amend(&trial, &amendment).await })
        })
        .collect();
    let mut done = 0;
    for amendment in amendments {
        done += u32::from(amendment.await.expect("no panic") == Amended::Done);
    }
    assert_eq!(done, 1);
}

pub async fn a_message_that_does_not_exist_is_stale(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let seen = trial.message(id).await;
    let stranger = Amendment { message_id: trial.message_id(), ..cancel(&trial, &seen) };
    assert_eq!(amend(&trial, &stranger).await, Amended::Stale);
    is_unchanged(&trial, id, &seen).await;
}

//! Cases for new messages that take the place of failed ones.

use std::sync::Arc;

use whatsapp_core::MessageId;
use whatsapp_core::message::{
    Class, Facts, FailureKind, Message, MessageKey, NewMessage, Part, Progress, State, StateRow,
};
use whatsapp_core::port::{Amended, Amendment, Enqueued, Replaced, Replacement, Store, StoreError};

use super::trial::{MICROSECOND, Trial};
use crate::fixtures::{self, START};

/// Replaces a failed message with message `seed`; nobody had seen a resend of the failed one.
fn replacement(trial: &Trial, seed: u64, old: &Message) -> Replacement {
    let message = fixtures::new_message(seed, trial.now());
    let message = message.with_facts(|facts| Facts {
        key: MessageKey::resend(old.facts.id, 0),
        resend_of: Some(old.facts.id),
        ..facts
    });
    Replacement { message, seen: old.updated_at, free: None }
}

async fn replace(trial: &Trial, replacement: &Replacement) -> Replaced {
    trial.store.replace(replacement).await.expect("replace")
}

const fn new(message: &NewMessage) -> Replaced {
    Replaced::Done(Enqueued::New(message.facts.id))
}

/// A person's retry of a message that failed after one attempt.
fn retry(trial: &Trial, old: &Message) -> Amendment {
    let progress = Progress {
        state: State::Retrying { at: trial.now(), why: fixtures::failure(FailureKind::Rejected) },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    Amendment {
        message_id: old.facts.id,
        seen: old.updated_at,
        state: StateRow::of(&progress),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    }
}

async fn failed(trial: &Trial, seed: u64) -> Message {
    let id = trial.failed(seed).await;
    trial.message(id).await
}

async fn is_absent(trial: &Trial, id: MessageId) {
    assert_eq!(trial.store.message(id).await.expect("message"), None);
}

pub async fn a_replacement_is_a_message_like_any_other_and_changes_the_failed_one(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let old = failed(&trial, 1).await;
    let other = replacement(&trial, 2, &old);
    assert_eq!(replace(&trial, &other).await, new(&other.message));
    let now = trial.message(old.facts.id).await;
    // No time has passed on the clock.
    assert_eq!(now, Message { updated_at: old.updated_at + MICROSECOND, ..old.clone() });
    let fresh = trial.message(other.message.facts.id).await;
    assert_eq!(fixtures::as_new(fresh), other.message);
    assert_eq!(trial.claim_ids().await, [other.message.facts.id]);
    let resends = trial.store.resends_of(old.facts.id).await.expect("resends_of");
    assert_eq!(resends, [other.message.facts.id]);
}

pub async fn of_a_replacement_and_a_retry_over_the_same_row_the_first_is_written(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let first = failed(&trial, 1).await;
    let other = replacement(&trial, 2, &first);
    assert_eq!(replace(&trial, &other).await, new(&other.message));
    let stale = trial.store.amend(&retry(&trial, &first)).await.expect("amend");
    assert_eq!(stale, Amended::Stale);

    let second = failed(&trial, 3).await;
    let done = trial.store.amend(&retry(&trial, &second)).await.expect("amend");
    assert_eq!(done, Amended::Done);
    let before = trial.message(second.facts.id).await;
    let late = replacement(&trial, 4, &second);
    assert_eq!(replace(&trial, &late).await, Replaced::Stale);
    is_absent(&trial, late.message.facts.id).await;
    assert_eq!(trial.message(second.facts.id).await, before);
}

pub async fn of_concurrent_replacements_and_retries_one_is_written(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for round in 0..8 {
        let old = failed(&trial, round * 10).await;
        let other = replacement(&trial, round * 10 + 1, &old);
        let retry = retry(&trial, &old);
        let replaced = {
            let (trial, other) = (trial.clone(), other.clone());
            tokio::spawn(async move { replace(&trial, &other).await })
        };
        let amended = trial.store.amend(&retry).await.expect("amend");
        match (replaced.await.expect("no panic"), amended) {
            (Replaced::Done(_), Amended::Stale) => {}
            (Replaced::Stale, Amended::Done) => is_absent(&trial, other.message.facts.id).await,
            both => panic!("one is written: {both:?}"),
        }
    }
}

pub async fn of_concurrent_replacements_one_is_written_and_the_others_find_it(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let old = failed(&trial, 1).await;
    let print = fixtures::new_message(9, START).facts.fingerprint;
    let replacements: Vec<_> = (10..26)
        .map(|seed| {
            let mut other = replacement(&trial, seed, &old);
            other.message.facts.fingerprint = print;
            let trial = trial.clone();
            tokio::spawn(async move { replace(&trial, &other).await })
        })
        .collect();
    let (mut written, mut found) = (Vec::new(), Vec::new());
    for replacement in replacements {
        match replacement.await.expect("no panic") {
            Replaced::Done(Enqueued::New(id)) => written.push(id),
            Replaced::Done(Enqueued::AlreadyPresent(id)) => found.push(id),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((written.len(), found.len()), (1, 15));
    assert!(found.iter().all(|id| *id == written[0]));
}

pub async fn a_replacement_that_is_there_already_is_answered_whatever_was_seen(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let old = failed(&trial, 1).await;
    let first = replacement(&trial, 2, &old);
    assert_eq!(replace(&trial, &first).await, new(&first.message));
    let before = trial.message(old.facts.id).await;
    let id = first.message.facts.id;
    let mut again = replacement(&trial, 3, &old);
    assert_eq!(replace(&trial, &again).await, Replaced::Done(Enqueued::Conflict(id)));
    again.message.facts.fingerprint = first.message.facts.fingerprint;
    assert_eq!(replace(&trial, &again).await, Replaced::Done(Enqueued::AlreadyPresent(id)));
    again.seen = before.updated_at;
    assert_eq!(replace(&trial, &again).await, Replaced::Done(Enqueued::AlreadyPresent(id)));
    assert_eq!(trial.message(old.facts.id).await, before);
    is_absent(&trial, again.message.facts.id).await;
}

pub async fn a_replacement_is_stale_where_a_key_is_taken_that_has_to_be_free(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let corrected = fixtures::new_message(1, START);
    let refused = fixtures::refused_message(2, START).with_facts(|facts| Facts {
        key: corrected.facts.key.refused(&facts.fingerprint),
        ..facts
    });
    trial.enqueue(std::slice::from_ref(&refused)).await;
    let old = trial.message(refused.facts.id).await;
    let free = Some(corrected.facts.key.clone());
    let first = Replacement { free: free.clone(), ..replacement(&trial, 3, &old) };
    trial.enqueue(std::slice::from_ref(&corrected)).await;
    assert_eq!(replace(&trial, &first).await, Replaced::Stale);
    is_absent(&trial, first.message.facts.id).await;
    assert_eq!(trial.message(old.facts.id).await, old);
    // A writer that has seen the corrected message may send another one.
    let seen = Replacement { free: None, ..first };
    assert_eq!(replace(&trial, &seen).await, new(&seen.message));
}

pub async fn a_replacement_of_nothing_is_refused(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let old = failed(&trial, 1).await;
    let mut of_none = replacement(&trial, 2, &old);
    of_none.message.facts.resend_of = None;
    let refused = trial.store.replace(&of_none).await;
    assert!(matches!(refused, Err(StoreError::Other { .. })), "{refused:?}");
    is_absent(&trial, of_none.message.facts.id).await;
    let mut of_unknown = replacement(&trial, 3, &old);
    of_unknown.message.facts.resend_of = Some(trial.message_id());
    assert_eq!(replace(&trial, &of_unknown).await, Replaced::Stale);
    is_absent(&trial, of_unknown.message.facts.id).await;
}

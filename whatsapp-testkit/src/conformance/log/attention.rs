//! Cases for messages that need a person.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    CancelReason, Change, Delivery, Event, Facts, FailureKind, Message, NewMessage, Progress,
    Reported, State, StateRow,
};
use whatsapp_core::port::{
    Amended, Amendment, Aside, Attention, AttentionFor, Lane, LogFilter, Sort, Store,
};
use whatsapp_core::retry::{Disposition, RetryPolicy};

use super::super::trial::{MICROSECOND, Trial, refused};
use super::{all, filter};
use crate::fixtures::{self, START};

fn needs(trial: &Trial, kind: AttentionFor) -> LogFilter {
    filter(|f| f.attention = Some(Attention::at(trial.now()).only(kind)))
}

async fn shown(trial: &Trial, kind: AttentionFor) -> Vec<MessageId> {
    let asked = needs(trial, kind);
    let shown = all(trial, &asked, Sort::Oldest, 200).await;
    let count = trial.store.count(&asked, 99).await.expect("count");
    assert_eq!((count.number, count.is_exact), (shown.len() as u64, true));
    shown
}

/// A message that had ended with this failure when it was enqueued.
fn ended(seed: u64, kind: FailureKind) -> NewMessage {
    let state = State::Failed(fixtures::failure(kind));
    let state = StateRow::of(&Progress { state, ..Progress::new(START) });
    NewMessage { state, ..fixtures::new_message(seed, START) }
}

pub async fn what_failed_for_good_needs_a_person_for_thirty_days(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.waiting(1).await;
    trial.sent(2).await;
    let failed = trial.failed(3).await;
    let retrying = trial.sending(4).await;
    trial.settle(&retrying, &refused(Disposition::Transient)).await;
    let unknown = ended(5, FailureKind::UnknownOutcome);
    trial.enqueue(std::slice::from_ref(&unknown)).await;
    assert_eq!(shown(&trial, AttentionFor::Failed).await, [failed]);
    assert_eq!(shown(&trial, AttentionFor::Unknown).await, [unknown.facts.id]);
    let every = filter(|f| f.attention = Some(Attention::at(trial.now())));
    let mut both = all(&trial, &every, Sort::Newest, 1).await;
    both.sort_unstable();
    let mut expected = [failed, unknown.facts.id];
    expected.sort_unstable();
    assert_eq!(both, expected);
    // Its last change was the failure.
    let changed = trial.message(failed).await.updated_at;
    let mut since = needs(&trial, AttentionFor::Failed);
    let mut from = async |failed_since| {
        if let Some(attention) = &mut since.attention {
            attention.failed_since = failed_since;
        }
        all(&trial, &since, Sort::Newest, 9).await
    };
    assert_eq!(from(changed).await, [failed]);
    assert_eq!(from(changed + MICROSECOND).await, []);
}

pub async fn what_took_its_place_and_did_not_fail_mends_a_failure(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    // Refused, and enqueued in a correct form since, under its plain key.
    let plain = fixtures::new_message(1, START + TimeDelta::seconds(1));
    let refused_one = |seed: u64| {
        fixtures::refused_message(seed, START)
            .with_facts(|facts| Facts { key: facts.key.refused(&facts.fingerprint), ..facts })
    };
    let (corrected, not_corrected) = (refused_one(1), refused_one(2));
    trial.enqueue(&[corrected.clone(), not_corrected.clone(), plain]).await;
    // Resends: one that waits, one that failed too, and a resend of that one.
    let resend = |seed, of: MessageId| {
        fixtures::new_message(seed, START)
            .with_facts(|facts| Facts { resend_of: Some(of), ..facts })
    };
    let failed_resend = |seed, of: MessageId| {
        let NewMessage { state, .. } = ended(seed, FailureKind::Exhausted);
        NewMessage { state, ..resend(seed, of) }
    };
    let (mended, twice) = (trial.failed(10).await, trial.failed(11).await);
    let again = failed_resend(21, twice);
    trial.enqueue(&[resend(20, mended), again.clone()]).await;
    // Retried by hand, and sent.
    let retried = trial.failed(12).await;
    let message = trial.message(retried).await;
    let attempts = trial.attempts(retried).await;
    let progress = message.state.progress(message.state.counts(&attempts)).expect("a state");
    let policy = RetryPolicy::new(3, TimeDelta::minutes(30));
    let moment = trial.moment();
    let Change::To(progress) = progress.on(&Event::RetryRequested, moment, &policy) else {
        panic!("a failed message can be retried");
    };
    let amendment = Amendment {
        message_id: retried,
        seen: message.updated_at,
        state: StateRow::of(&progress),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    };
    trial.store.amend(&amendment).await.expect("amend");
    let claimed = trial.claim_one(retried).await;
    let claimed = trial.begun(claimed).await;
    let accepted = trial.accepted(&claimed, "G-12");
    trial.settle_as(&accepted).await;

    let mut expected = vec![not_corrected.facts.id, twice, again.facts.id];
    expected.sort_unstable();
    let mut found = shown(&trial, AttentionFor::Failed).await;
    found.sort_unstable();
    assert_eq!(found, expected);
    // A resend that a person withdraws mends nothing.
    let manager = State::Cancelled(CancelReason::Manager);
    let manager = StateRow::of(&Progress { state: manager, ..Progress::new(START) });
    trial.enqueue(&[NewMessage { state: manager, ..resend(23, again.facts.id) }]).await;
    let mut found = shown(&trial, AttentionFor::Failed).await;
    found.sort_unstable();
    assert_eq!(found, expected);
    // The last resend goes out: it mends the failed one before it, but not the message before that.
    trial.enqueue(&[resend(22, again.facts.id)]).await;
    let mut found = shown(&trial, AttentionFor::Failed).await;
    found.sort_unstable();
    expected.retain(|id| *id != again.facts.id);
    assert_eq!(found, expected);
}

pub async fn what_is_silent_for_more_than_an_hour_needs_a_person_while_it_is_followed(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let silent = trial.sent(1).await;
    trial.pass(TimeDelta::hours(1));
    let later = trial.sent(2).await;
    assert_eq!(shown(&trial, AttentionFor::Silent).await, [], "an hour exactly");
    trial.pass(MICROSECOND);
    assert_eq!(shown(&trial, AttentionFor::Silent).await, [silent]);
    // The filter for silent messages together with another filter.
    let customer = trial.message(silent).await.facts.customer_id;
    let mut asked = needs(&trial, AttentionFor::Silent);
    asked.customers = [customer].into();
    assert_eq!(all(&trial, &asked, Sort::Newest, 9).await, [silent]);
    trial.pass(TimeDelta::hours(1));
    assert_eq!(shown(&trial, AttentionFor::Silent).await, [silent, later]);
    // Delivered: all is well. No longer followed: the delivery will never be known.
    let claimed = trial.claim_one_in(Lane::Watch, silent).await;
    let delivered = Reported::Reached(Delivery::Delivered);
    trial.settle(&claimed, &Event::Reported(delivered)).await;
    assert_eq!(shown(&trial, AttentionFor::Silent).await, [later]);
    let claimed = trial.claim_one_in(Lane::Watch, later).await;
    let mut settlement = trial.settlement(&claimed, &Event::Reported(Reported::Nothing));
    settlement.state.owed = None;
    trial.settle_as(&settlement).await;
    assert_eq!(shown(&trial, AttentionFor::Silent).await, []);
}

pub async fn what_was_put_aside_needs_nobody_until_it_fails_again(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let (id, other) = (trial.failed(1).await, trial.failed(2).await);
    let both = async || {
        let mut shown = shown(&trial, AttentionFor::Failed).await;
        shown.sort_unstable();
        let mut both = vec![id, other];
        both.sort_unstable();
        assert_eq!(shown, both);
        assert_eq!(trial.store.aside(&[id, other]).await.expect("aside"), []);
    };
    let put = async |seen: &Message, is_aside| {
        let (message_id, seen, at) = (seen.facts.id, seen.updated_at, trial.now());
        let aside = Aside { message_id, seen, is_aside, at, audit: None };
        trial.store.put_aside(&aside).await.expect("put_aside")
    };
    let seen = trial.message(id).await;
    let before = Message { updated_at: seen.updated_at - MICROSECOND, ..seen.clone() };
    assert_eq!(put(&before, true).await, Amended::Stale, "it has changed since");
    assert_eq!(put(&seen, false).await, Amended::Stale, "it is not aside");
    both().await;
    assert_eq!(put(&seen, true).await, Amended::Done);
    assert_eq!(put(&seen, true).await, Amended::Stale, "it has changed by that");
    let aside = trial.message(id).await;
    assert!(aside.updated_at > seen.updated_at);
    assert_eq!(Message { updated_at: seen.updated_at, ..aside.clone() }, seen);
    assert_eq!(put(&aside, true).await, Amended::Stale, "it is aside");
    assert_eq!(shown(&trial, AttentionFor::Failed).await, [other]);
    assert_eq!(trial.store.aside(&[other, id]).await.expect("aside"), [id]);
    assert_eq!(put(&seen, false).await, Amended::Stale);
    assert_eq!(put(&aside, false).await, Amended::Done);
    both().await;

    // A message that fails again needs a person again.
    assert_eq!(put(&trial.message(id).await, true).await, Amended::Done);
    let seen = trial.message(id).await;
    let why = fixtures::failure(FailureKind::Rejected);
    let state = State::Retrying { at: trial.now(), why };
    let retry = Amendment {
        message_id: id,
        seen: seen.updated_at,
        state: StateRow::of(&Progress { state, posts: 1, ..Progress::new(START) }),
        reschedule: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        audit: None,
    };
    assert_eq!(trial.store.amend(&retry).await.expect("amend"), Amended::Done);
    let claimed = trial.claim_one(id).await;
    let claimed = trial.begun(claimed).await;
    trial.settle(&claimed, &refused(Disposition::Permanent)).await;
    both().await;
    let again = trial.message(id).await;
    assert_eq!(put(&seen, false).await, Amended::Stale);
    assert_eq!(put(&again, true).await, Amended::Done);
    assert_eq!(shown(&trial, AttentionFor::Failed).await, [other]);
}

//! Cases for opening attempts.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{
    Attempt, AttemptOutcome, Class, Event, OwedRow, Part, Progress, SentText, State, StateRow, Step,
};
use whatsapp_core::port::{Begin, Begun, Lease, Settled, Store, StoreError};

use super::trial::{LEASE, MICROSECOND, Trial, record, sending_via};
use crate::fixtures::{self, START};

pub async fn a_begin_opens_the_attempt_and_counts_it_as_a_post(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let claimed = trial.claim_one(message.facts.id).await;
    trial.pass(TimeDelta::seconds(1));
    let (started, mark) = (trial.now(), trial.elapsed());
    trial.begun(claimed).await;
    assert_eq!(trial.attempts(message.facts.id).await, [Attempt::begun(1, started)]);

    // The worker that takes over after a crash sees the open attempt.
    trial.pass(LEASE);
    let taken_over = trial.claim_one(message.facts.id).await;
    let expected = Progress {
        state: State::Sending { started, mark: Some(mark) },
        part: Part::Whole,
        posts: 1,
        free_posts: 0,
        class: Class::Transactional,
    };
    assert_eq!(taken_over.progress, expected);
    assert_eq!((taken_over.step, taken_over.expired_leases), (Step::Send, 1));
}

pub async fn a_begin_touches_nothing_of_the_message_row_but_what_is_owed(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let mut before = trial.message(message.facts.id).await;
    let claimed = trial.claim_one(message.facts.id).await;
    trial.pass(TimeDelta::seconds(1));
    let claimed = trial.begun(claimed).await;
    let due_at = claimed.due_at;
    let owed = StateRow::of(&claimed.progress).owed;
    before.state.owed = owed.map(|owed| OwedRow { due_at, ..owed });
    assert_eq!(trial.message(message.facts.id).await, before);
}

pub async fn a_begin_leaves_the_place_in_the_order(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let first = trial.waiting(1).await.facts.id;
    trial.pass(TimeDelta::seconds(1));
    let second = trial.waiting(2).await.facts.id;
    trial.pass(TimeDelta::seconds(1));
    let claimed = trial.claim_one(first).await;
    let point = claimed.point();
    trial.begun(claimed).await;
    trial.pass(LEASE);
    let claimed = trial.claim().await;
    let ids: Vec<_> = claimed.iter().map(|c| c.lease.message_id).collect();
    assert_eq!(ids, [first, second], "still the longest due");
    assert_eq!(claimed[0].point(), point);
}

pub async fn a_begin_needs_the_exact_token(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let old = trial.claim_one(message.facts.id).await;
    trial.pass(LEASE);
    let new = trial.claim_one(message.facts.id).await;
    let stranger = Lease { token: trial.token(), ..new.lease };
    for lease in [old.lease, stranger] {
        let begin = Begin { lease, ..trial.begin_of(&new) };
        assert_eq!(trial.begin(begin).await, Begun::Fenced);
    }
    assert_eq!(trial.attempts(message.facts.id).await, []);
    trial.begun(new).await;
}

pub async fn a_message_that_nobody_claimed_cannot_begin(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let begin = Begin {
        lease: Lease { message_id: message.facts.id, token: trial.token() },
        no: 1,
        part: Part::Whole,
        number_key: fixtures::number_key(1),
        number: message.facts.whatsapp_number.clone(),
        text: SentText::of(message.facts.text.as_str()),
        via: None,
        at: trial.now(),
        elapsed: trial.elapsed(),
        lease_needed: TimeDelta::zero(),
        close: None,
        revision: None,
    };
    assert_eq!(trial.begin(begin).await, Begun::Fenced);
    assert_eq!(trial.attempts(message.facts.id).await, []);
}

pub async fn a_begin_needs_a_lease_that_lasts(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let claimed = trial.claim_one(message.facts.id).await;
    let too_short = Begin { lease_needed: LEASE + MICROSECOND, ..trial.begin_of(&claimed) };
    assert_eq!(trial.begin(too_short).await, Begun::Fenced);
    assert_eq!(trial.attempts(message.facts.id).await, []);
    let just_enough = Begin { lease_needed: LEASE, ..trial.begin_of(&claimed) };
    assert_eq!(trial.begin(just_enough).await, Begun::Open);
}

pub async fn a_begin_needs_the_next_number(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let claimed = trial.claim_one(message.facts.id).await;
    for no in [0, 2, 3] {
        let begin = Begin { no, ..trial.begin_of(&claimed) };
        assert_eq!(trial.begin(begin).await, Begun::Fenced);
    }
    assert_eq!(trial.attempts(message.facts.id).await, []);
    trial.begun(claimed).await;
}

pub async fn a_second_begin_is_fenced(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let before = trial.attempts(claimed.lease.message_id).await;
    for no in [1, 2] {
        let begin = Begin { no, ..trial.begin_of(&claimed) };
        assert_eq!(trial.begin(begin).await, Begun::Fenced);
    }
    assert_eq!(trial.attempts(claimed.lease.message_id).await, before);
}

pub async fn an_attempt_that_a_crash_left_open_fences_the_next(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let crashed = trial.sending(1).await;
    trial.pass(LEASE);
    let taken_over = trial.claim_one(crashed.lease.message_id).await;
    let begin = trial.begin_of(&taken_over);
    assert_eq!(begin.no, 2);
    assert_eq!(trial.begin(begin).await, Begun::Fenced);
    assert_eq!(trial.attempts(crashed.lease.message_id).await.len(), 1);
}

pub async fn of_concurrent_begins_one_opens(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let claimed = trial.claim_one(message.facts.id).await;
    let begins: Vec<_> = (0..16)
        .map(|_| {
            let (trial, begin) = (trial.clone(), trial.begin_of(&claimed));
            tokio::spawn(async move { trial.begin(begin).await })
        })
        .collect();
    let mut opened = 0;
    for begin in begins {
        opened += u32::from(begin.await.expect("no panic") == Begun::Open);
    }
    assert_eq!(opened, 1);
    assert_eq!(trial.attempts(message.facts.id).await.len(), 1);
}

pub async fn of_groups_that_begin_the_same_messages_in_any_order_one_opens_each(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let messages: Vec<_> = (0..30).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    let begins: Vec<_> = trial.claim().await.iter().map(|c| trial.begin_of(c)).collect();
    let calls: Vec<_> = (0..6)
        .map(|call| {
            let mut group = begins.clone();
            if call % 2 == 0 {
                group.reverse();
            }
            let store = Arc::clone(&trial.store);
            tokio::spawn(async move { store.begin(&group).await })
        })
        .collect();
    let mut opened = 0;
    for call in calls {
        let answers = call.await.expect("no panic").expect("begin");
        opened += answers.iter().filter(|answer| **answer == Begun::Open).count();
    }
    assert_eq!(opened, messages.len());
    for message in messages {
        assert_eq!(trial.attempts(message.facts.id).await.len(), 1);
    }
}

pub async fn a_begin_closes_the_unknown_attempt_and_opens_the_next(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    trial.pass(TimeDelta::minutes(30));
    let looking = trial.claim_one(id).await;
    let before = trial.message(id).await;
    let (closed_at, mark) = (trial.now(), trial.elapsed());
    let begin = Begin {
        close: Some(record(1, Some(AttemptOutcome::NotAccepted), trial.now())),
        ..trial.begin_of(&looking)
    };
    assert_eq!(trial.begin(begin).await, Begun::Open);
    let attempts = trial.attempts(id).await;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0].outcome, Some(AttemptOutcome::NotAccepted));
    assert_eq!(attempts[0].finished_at, Some(closed_at));
    assert_eq!(attempts[1], Attempt::begun(2, closed_at));
    assert_eq!(trial.message(id).await.updated_at, before.updated_at);

    trial.pass(LEASE);
    let expected = Progress {
        state: State::Sending { started: closed_at, mark: Some(mark) },
        part: Part::Whole,
        posts: 2,
        free_posts: 0,
        class: Class::Transactional,
    };
    assert_eq!(trial.claim_one(id).await.progress, expected);
}

pub async fn a_begin_that_would_leave_the_old_attempt_open_is_fenced(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    let before = trial.attempts(id).await;
    let begin = Begin { close: Some(record(1, None, trial.now())), ..trial.begin_of(&claimed) };
    assert_eq!(trial.begin(begin).await, Begun::Fenced);
    assert_eq!(trial.attempts(id).await, before);
}

pub async fn a_fenced_begin_closes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    trial.pass(TimeDelta::minutes(30));
    let looking = trial.claim_one(id).await;
    let before = trial.attempts(id).await;
    let close = Some(record(1, Some(AttemptOutcome::NotAccepted), trial.now()));
    let fenced = [
        Begin { lease: claimed.lease, ..trial.begin_of(&looking) },
        Begin { no: 3, ..trial.begin_of(&looking) },
        Begin { lease_needed: LEASE + MICROSECOND, ..trial.begin_of(&looking) },
    ];
    for begin in fenced {
        let close = close.clone();
        assert_eq!(trial.begin(Begin { close, ..begin }).await, Begun::Fenced);
        assert_eq!(trial.attempts(id).await, before);
    }
}

pub async fn a_close_that_names_a_taken_gateway_id_opens_nothing_of_the_call(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    trial.sent(1).await;
    let claimed = trial.sending(2).await;
    let id = claimed.lease.message_id;
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    trial.pass(TimeDelta::minutes(30));
    let looking = trial.claim_one(id).await;
    let fine = trial.waiting(3).await;
    let fine = trial.claim_one(fine.facts.id).await;
    let mut close = record(1, Some(AttemptOutcome::NotAccepted), trial.now());
    close.gateway_id = Some("G-1".to_owned());
    let begin = Begin { close: Some(close), ..trial.begin_of(&looking) };
    let before = trial.attempts(id).await;
    let answer = trial.store.begin(&[trial.begin_of(&fine), begin]).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    assert_eq!(trial.attempts(id).await, before);
    assert_eq!(trial.attempts(fine.lease.message_id).await, []);
    trial.begun(fine).await;
}

pub async fn begins_are_answered_one_by_one_in_order(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut claimed = Vec::new();
    for seed in 0..4 {
        let message = trial.waiting(seed).await;
        claimed.push(trial.claim_one(message.facts.id).await);
    }
    let mut begins: Vec<_> = claimed.iter().map(|c| trial.begin_of(c)).collect();
    begins[1].lease.token = trial.token();
    begins[2].no = 2;
    // The same message twice in one call: the second finds an open attempt.
    begins.push(begins[0].clone());
    begins.reverse();
    let answers = trial.store.begin(&begins).await.expect("begin");
    let open = [Begun::Open, Begun::Open, Begun::Fenced, Begun::Fenced, Begun::Fenced];
    assert_eq!(answers, open);
    for (claimed, attempts) in claimed.iter().zip([1, 0, 0, 1]) {
        let ledger = trial.attempts(claimed.lease.message_id).await;
        assert_eq!(ledger.len(), attempts);
    }
}

pub async fn a_settled_lease_cannot_begin(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let claimed = trial.sending(1).await;
    let event = super::trial::refused(whatsapp_core::retry::Disposition::Account);
    let settlement = trial.settlement(&claimed, &event);
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    assert_eq!(trial.begin(trial.begin_of(&claimed)).await, Begun::Fenced);
}

pub async fn an_attempt_keeps_the_way_that_it_went(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let ways = [
        None,
        Some(fixtures::via("api.360messenger.com", "one")),
        Some(fixtures::via("api.360messenger.com", "other")),
        Some(fixtures::via("127.0.0.1:8080", "one")),
    ];
    for (seed, via) in (1..).zip(ways) {
        let claimed = sending_via(&trial, seed, via.clone()).await;
        let attempts = trial.attempts(claimed.lease.message_id).await;
        assert_eq!(attempts.iter().map(|attempt| &attempt.via).collect::<Vec<_>>(), [&via]);
        let key = fixtures::number_key(seed);
        let siblings = trial.store.siblings(&key, START, &[]).await.expect("siblings");
        assert_eq!(siblings.iter().map(|sibling| &sibling.via).collect::<Vec<_>>(), [&via]);
        // The way stays, whatever happens later.
        trial.settle(&claimed, &Event::OutcomeUnknown).await;
        assert_eq!(trial.attempts(claimed.lease.message_id).await[0].via, via);
    }
}

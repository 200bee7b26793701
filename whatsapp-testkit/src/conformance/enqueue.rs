//! Cases for putting messages into the outbox.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use whatsapp_core::MessageId;
use whatsapp_core::message::{Facts, Fingerprint, Message, MessageKey, NewMessage};
use whatsapp_core::port::{Enqueued, Lane, Store, StoreError};

use super::trial::Trial;
use crate::fixtures::{self, START};

/// The same message as it would be enqueued again: another id, the same key and content.
fn again(trial: &Trial, message: &NewMessage) -> NewMessage {
    message.clone().with_facts(|facts| Facts { id: trial.message_id(), ..facts })
}

/// Another message under the same key.
fn contradicting(trial: &Trial, message: &NewMessage) -> NewMessage {
    again(trial, message).with_facts(|facts| Facts {
        fingerprint: Fingerprint::of(&[("text", "something else")]),
        ..facts
    })
}

async fn pending(store: &dyn Store) -> u64 {
    store.counts(u64::MAX).await.expect("counts").pending
}

pub async fn an_enqueued_message_reads_back_column_by_column(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let messages = [
        fixtures::new_message(1, START),
        fixtures::full_message(2, START),
        fixtures::greeting(3, START),
        fixtures::refused_message(4, START),
    ];
    trial.enqueue(&messages).await;
    for new in messages {
        let expected = Message {
            updated_at: new.facts.created_at,
            gateway_id: None,
            api_response: None,
            facts: new.facts.clone(),
            state: new.state.clone(),
        };
        assert_eq!(trial.message(new.facts.id).await, expected);
        assert_eq!(trial.attempts(new.facts.id).await, []);
    }
}

pub async fn any_text_reads_back_unchanged(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let texts = [
        "नमस्ते 🙏 — ₹1,250.00\n\tline two\r\n",
        "'; DROP TABLE whatsapp_message_logs; --",
        "%_\\ {name} \"quoted\" ?1 $1 :name",
        "\u{202e}\u{feff}\u{1}",
    ];
    for (seed, text) in (0..).zip(texts) {
        let message = fixtures::new_message(seed, START).with_facts(|facts| Facts {
            text: text.into(),
            customer_name: text.into(),
            warning: Some(text.to_owned()),
            ..facts
        });
        trial.enqueue(std::slice::from_ref(&message)).await;
        assert_eq!(fixtures::as_new(trial.message(message.facts.id).await), message);
    }
}

pub async fn the_same_message_again_is_already_present(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let first = trial.waiting(1).await;
    let before = trial.message(first.facts.id).await;
    let second = again(&trial, &first);
    let answer = trial.store.enqueue(std::slice::from_ref(&second)).await;
    assert_eq!(answer.expect("enqueue"), [Enqueued::AlreadyPresent(first.facts.id)]);
    assert_eq!(trial.message(first.facts.id).await, before);
    assert_eq!(trial.store.message(second.facts.id).await.expect("message"), None);
    assert_eq!(trial.claim_ids().await, [first.facts.id]);
}

pub async fn the_same_message_again_is_already_present_after_it_was_sent(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.sent(1).await;
    let repeated = again(&trial, &fixtures::new_message(1, START));
    let answer = trial.store.enqueue(&[repeated]).await.expect("enqueue");
    assert_eq!(answer, [Enqueued::AlreadyPresent(id)]);
    assert_eq!(trial.next_due(Lane::Transactional).await, None);
}

pub async fn another_content_under_the_same_key_conflicts(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let first = trial.waiting(1).await;
    let before = trial.message(first.facts.id).await;
    let other = contradicting(&trial, &first);
    let answer = trial.store.enqueue(&[other]).await.expect("enqueue");
    assert_eq!(answer, [Enqueued::Conflict(first.facts.id)]);
    assert_eq!(trial.message(first.facts.id).await, before);
    assert_eq!(pending(&*trial.store).await, 1);
}

pub async fn a_repeat_within_one_call_is_one_message_and_answers_keep_their_order(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let present = trial.waiting(1).await;
    let new = fixtures::new_message(2, START);
    let last = fixtures::new_message(3, START);
    let call = [
        new.clone(),
        again(&trial, &present),
        again(&trial, &new),
        contradicting(&trial, &new),
        last.clone(),
    ];
    let answers = trial.store.enqueue(&call).await.expect("enqueue");
    let expected = [
        Enqueued::New(new.facts.id),
        Enqueued::AlreadyPresent(present.facts.id),
        Enqueued::AlreadyPresent(new.facts.id),
        Enqueued::Conflict(new.facts.id),
        Enqueued::New(last.facts.id),
    ];
    assert_eq!(answers, expected);
    assert_eq!(pending(&*trial.store).await, 3);
}

pub async fn a_hundred_concurrent_enqueues_of_one_key_make_one_message(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = fixtures::new_message(1, START);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (store, message) = (Arc::clone(&trial.store), again(&trial, &message));
            tokio::spawn(async move { store.enqueue(&[message]).await })
        })
        .collect();
    let mut new = Vec::new();
    let mut present = Vec::new();
    for call in calls {
        let answers = call.await.expect("no panic").expect("enqueue");
        match answers[..] {
            [Enqueued::New(id)] => new.push(id),
            [Enqueued::AlreadyPresent(id)] => present.push(id),
            _ => panic!("one answer, and no conflict: {answers:?}"),
        }
    }
    assert_eq!((new.len(), present.len()), (1, 99));
    assert!(present.iter().all(|id| *id == new[0]));
    assert_eq!(trial.claim_ids().await, new);
}

pub async fn groups_with_keys_in_common_never_wait_for_each_other_in_a_circle(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let messages: Vec<_> = (0..40).map(|seed| fixtures::new_message(seed, START)).collect();
    let calls: Vec<_> = (0..8)
        .map(|call| {
            let mut group: Vec<_> = messages.iter().map(|m| again(&trial, m)).collect();
            if call % 2 == 0 {
                group.reverse();
            }
            let store = Arc::clone(&trial.store);
            tokio::spawn(async move { store.enqueue(&group).await })
        })
        .collect();
    let mut new = 0;
    for call in calls {
        let answers = call.await.expect("no panic").expect("enqueue");
        new += answers.iter().filter(|answer| matches!(answer, Enqueued::New(_))).count();
    }
    assert_eq!(new, messages.len(), "each key is new once");
    assert_eq!(pending(&*trial.store).await, 40);
}

pub async fn a_refused_message_owes_a_notice_and_no_send(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let refused = fixtures::refused_message(1, START);
    trial.enqueue(std::slice::from_ref(&refused)).await;
    assert_eq!(trial.claim_ids().await, []);
    assert_eq!(trial.next_due(Lane::Transactional).await, None);
    assert_eq!(trial.notices_owed().await, 1);
    let repeated = again(&trial, &refused);
    trial.store.enqueue(&[repeated]).await.expect("enqueue");
    assert_eq!(trial.notices_owed().await, 1);
}

pub async fn find_key_answers_without_adding(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let find = async |key: &MessageKey, fingerprint: &Fingerprint| {
        let answer = trial.store.find_key(key, fingerprint).await;
        answer.expect("find_key")
    };
    let other = Fingerprint::of(&[("text", "something else")]);
    let free = fixtures::new_message(2, START).facts.key;
    assert_eq!(
        find(&message.facts.key, &message.facts.fingerprint).await,
        Some(Enqueued::AlreadyPresent(message.facts.id))
    );
    assert_eq!(find(&message.facts.key, &other).await, Some(Enqueued::Conflict(message.facts.id)));
    assert_eq!(find(&free, &message.facts.fingerprint).await, None);
    assert_eq!(pending(&*trial.store).await, 1);
}

pub async fn a_taken_id_adds_nothing_of_the_call(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let present = trial.waiting(1).await;
    let fine = fixtures::new_message(2, START);
    let taken =
        fixtures::new_message(3, START).with_facts(|facts| Facts { id: present.facts.id, ..facts });
    let answer = trial.store.enqueue(&[fine.clone(), taken]).await;
    assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    assert_eq!(trial.store.message(fine.facts.id).await.expect("message"), None);
    assert_eq!(trial.claim_ids().await, [present.facts.id]);
}

pub async fn empty_calls_are_answered_with_nothing(store: Arc<dyn Store>) {
    assert_eq!(store.enqueue(&[]).await.expect("enqueue"), []);
    assert_eq!(store.begin(&[]).await.expect("begin"), []);
    assert_eq!(store.settle(&[]).await.expect("settle"), []);
    store.release(&[]).await.expect("release");
    fixtures::save_settings(&*store, &[], START).await;
}

pub async fn a_large_call_is_one_transaction_too(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    // More rows than a statement can have parameters on any database.
    let messages: Vec<_> = (0..10_000).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    assert_eq!(pending(&*trial.store).await, 10_000);
}

pub async fn a_cancelled_enqueue_leaves_all_or_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for polls in 0..12_u64 {
        let messages: Vec<_> =
            (0..5).map(|nth| fixtures::new_message(polls * 10 + nth, START)).collect();
        poll_and_drop(trial.store.enqueue(&messages), polls).await;
        let answers = trial.store.enqueue(&messages).await.expect("enqueue");
        let ids = messages.iter().map(|message| message.facts.id);
        let new: Vec<_> = ids.clone().map(Enqueued::New).collect();
        let present: Vec<_> = ids.map(Enqueued::AlreadyPresent).collect();
        assert!(answers == new || answers == present, "{answers:?}");
        assert_eq!(pending(&*trial.store).await, (polls + 1) * 5);
    }
}

pub async fn a_cancelled_claim_leaves_messages_claimable_in_the_end(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let ids: Vec<MessageId> =
        [trial.waiting(1).await.facts.id, trial.waiting(2).await.facts.id].into();
    for polls in 0..6 {
        let claim = trial.claim_of(Lane::Transactional);
        poll_and_drop(trial.store.claim(&claim), polls).await;
        // Whether that claim came through, did not, or is still under way: its lease ends.
        let mut missing: BTreeSet<MessageId> = ids.iter().copied().collect();
        for _ in 0..CLAIMS_AFTER_A_CANCELLED_ONE {
            trial.pass(super::trial::LEASE);
            for claimed in trial.claim_ids().await {
                missing.remove(&claimed);
            }
            if missing.is_empty() {
                break;
            }
        }
        assert!(missing.is_empty(), "{missing:?} cannot be claimed any more");
        trial.pass(super::trial::LEASE);
    }
}

/// Number of claims after a cancelled one: a store that works on in the background may take a while
/// over a claim that was given up.
const CLAIMS_AFTER_A_CANCELLED_ONE: u32 = 1_000;

/// Polls a future this many times, lets others run in between, and drops it, as `select!` and
/// timeouts do to their losers.
async fn poll_and_drop(future: impl Future, times: u64) {
    let mut future = pin!(future);
    for _ in 0..times {
        let ready =
            std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready()));
        if ready.await {
            break;
        }
        tokio::task::yield_now().await;
    }
}

//! Callers who enqueue at the same time.

use futures_util::future::join_all;
use whatsapp_core::message::{Facts, NewMessage};
use whatsapp_core::port::{Enqueued, MessageLog, Outbox, StoreError};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::SqliteStore;

/// Returns the answer of each caller, if all have come before the first of them could be written.
async fn together(
    store: &SqliteStore,
    callers: Vec<Vec<NewMessage>>,
) -> Vec<Result<Vec<Enqueued>, StoreError>> {
    let writer = store.writer.acquire().await.unwrap();
    let tasks: Vec<_> = callers
        .into_iter()
        .map(|messages| {
            let store = store.clone();
            tokio::spawn(async move { store.enqueue(&messages).await })
        })
        .collect();
    tokio::task::yield_now().await;
    drop(writer);
    join_all(tasks).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn callers_who_come_together_are_each_answered_for_their_own() {
    let store = SqliteStore::in_memory().await.unwrap();
    let message = |seed| new_message(seed, START);
    let known = message(1);
    store.enqueue(std::slice::from_ref(&known)).await.unwrap();
    let same_key = |seed| {
        message(seed).with_facts(|facts| Facts {
            key: known.facts.key.clone(),
            fingerprint: known.facts.fingerprint,
            ..facts
        })
    };
    let callers = vec![vec![message(2), message(3)], vec![], vec![same_key(4)], vec![message(5)]];
    let answers = together(&store, callers).await;
    let new = |seed| Enqueued::New(message(seed).facts.id);
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers[0], [new(2), new(3)]);
    assert_eq!(answers[1], []);
    assert!(matches!(answers[2][..], [Enqueued::AlreadyPresent(_)]), "{:?}", answers[2]);
    assert_eq!(answers[3], [new(5)]);
}

#[tokio::test]
async fn the_error_of_one_caller_is_not_the_others() {
    let store = SqliteStore::in_memory().await.unwrap();
    let message = |seed| new_message(seed, START);
    store.enqueue(&[message(1)]).await.unwrap();
    // The id of another message, under a key of its own.
    let id = message(1).facts.id;
    let stolen = message(9).with_facts(|facts| Facts { id, ..facts });
    let answers = together(&store, vec![vec![message(2)], vec![stolen], vec![message(3)]]).await;
    assert!(matches!(answers[1], Err(StoreError::Conflict { .. })), "{:?}", answers[1]);
    for (place, seed) in [(0, 2), (2, 3)] {
        let id = message(seed).facts.id;
        assert_eq!(answers[place].as_ref().unwrap(), &[Enqueued::New(id)]);
        assert!(store.message(id).await.unwrap().is_some());
    }
}

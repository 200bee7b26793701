//! Cases for pages and single messages.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{LogFilter, Sort, StatusCounts, Store, Turn};
use whatsapp_core::retry::Disposition;

use super::super::trial::{Trial, refused};
use super::all;
use crate::fixtures::{self, START};

pub async fn what_is_not_there_reads_as_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.message_id();
    assert_eq!(trial.store.message(id).await.expect("message"), None);
    assert_eq!(trial.attempts(id).await, []);
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    assert_eq!(counts, StatusCounts::default());
    let empty = LogFilter::default();
    assert_eq!(all(&trial, &empty, Sort::Newest, 10).await, []);
}

pub async fn attempts_come_in_their_order(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    for _ in 0..4 {
        let claimed = trial.claim_one(id).await;
        let claimed = trial.begun(claimed).await;
        trial.settle(&claimed, &refused(Disposition::Transient)).await;
        trial.pass(TimeDelta::minutes(30));
    }
    let attempts = trial.attempts(id).await;
    let numbers: Vec<_> = attempts.iter().map(|attempt| attempt.no).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert!(attempts.is_sorted_by_key(|attempt| attempt.started_at));
}

pub async fn a_page_holds_whole_messages(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.sent(1).await;
    let full = fixtures::full_message(2, START - TimeDelta::hours(2));
    trial.enqueue(std::slice::from_ref(&full)).await;
    let page = trial
        .store
        .page(&LogFilter::default(), Sort::Newest, Turn::First, 200)
        .await
        .expect("page");
    let expected = [trial.message(id).await, trial.message(full.facts.id).await];
    assert_eq!(page.messages, expected);
    assert_eq!(page.next, None);
}

pub async fn pages_show_each_message_once_also_when_many_are_equally_old(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut messages = Vec::new();
    for seed in 0..14_u64 {
        // Fourteen messages over three instants.
        let at = START + TimeDelta::microseconds((seed % 3).cast_signed());
        messages.push(fixtures::new_message(seed, at));
    }
    trial.enqueue(&messages).await;
    messages.sort_by_key(|message| (message.facts.created_at, message.facts.id));
    let oldest: Vec<_> = messages.iter().map(|message| message.facts.id).collect();
    let newest: Vec<_> = oldest.iter().rev().copied().collect();
    let every = LogFilter::default();
    for limit in [1, 2, 3, 7, 13, 14, 15, 200] {
        assert_eq!(all(&trial, &every, Sort::Oldest, limit).await, oldest);
        assert_eq!(all(&trial, &every, Sort::Newest, limit).await, newest);
    }
}

pub async fn rows_added_meanwhile_neither_repeat_nor_hide_others(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut ids = Vec::new();
    for seed in 0..4 {
        ids.push(trial.waiting(seed).await.facts.id);
        trial.pass(TimeDelta::seconds(1));
    }
    let every = LogFilter::default();
    let first = trial.store.page(&every, Sort::Newest, Turn::First, 2).await;
    let first = first.expect("page");
    for seed in 10..15 {
        trial.waiting(seed).await;
    }
    let second = trial.store.page(&every, Sort::Newest, first.next.into(), 2).await;
    let second = second.expect("page");
    let shown: Vec<_> = first.messages.iter().chain(&second.messages).collect();
    let shown: Vec<_> = shown.iter().map(|message| message.facts.id).collect();
    ids.reverse();
    assert_eq!(shown, ids);
    assert_eq!(second.next, None);
}

pub async fn messages_are_found_by_their_ids_and_unknown_ids_left_out(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let three: Vec<_> = (1..=3).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&three).await;
    let unknown = fixtures::new_message(9, START).facts.id;
    let asked = [three[2].facts.id, unknown, three[0].facts.id];
    let found = trial.store.messages(&asked).await.expect("messages");
    let mut found: Vec<_> = found.into_iter().map(fixtures::as_new).collect();
    found.sort_by_key(|message: &NewMessage| message.facts.id);
    let mut expected = vec![three[0].clone(), three[2].clone()];
    expected.sort_by_key(|message: &NewMessage| message.facts.id);
    assert_eq!(found, expected);
    assert_eq!(trial.store.messages(&[]).await.expect("messages"), []);
}

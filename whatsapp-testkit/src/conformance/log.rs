//! Cases for reading the message log.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    Event, Facts, HeldFor, Message, MessageType, NewMessage, Status, Trigger,
};
use whatsapp_core::port::{Cursor, LogFilter, Settled, Sort, StatusCounts, Store};
use whatsapp_core::retry::Disposition;

use super::trial::{Trial, WITHDRAWN, refused};
use crate::fixtures::{self, START};

/// All pages of the log, put together; each but the last must be full.
async fn all(trial: &Trial, filter: &LogFilter, sort: Sort, limit: u32) -> Vec<MessageId> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = trial.store.page(filter, sort, after, limit).await;
        let page = page.expect("page");
        let full = page.messages.len() == limit as usize;
        ids.extend(page.messages.iter().map(|message| message.facts.id));
        assert!(ids.len() <= 1_000, "the pages never end");
        match page.next {
            None => return ids,
            Some(next) => {
                assert!(full, "only the last page may be short");
                assert_eq!(Some(next), page.messages.last().map(end));
                after = Some(next);
            }
        }
    }
}

fn end(message: &Message) -> Cursor {
    Cursor { created_at: message.facts.created_at, id: message.facts.id }
}

/// A filter that differs from the empty one as `set` says.
fn filter(set: impl FnOnce(&mut LogFilter)) -> LogFilter {
    let mut filter = LogFilter::default();
    set(&mut filter);
    filter
}

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
    let page =
        trial.store.page(&LogFilter::default(), Sort::Newest, None, 200).await.expect("page");
    let expected = [trial.message(id).await, trial.message(full.facts.id).await];
    assert_eq!(page.messages, expected);
    assert_eq!(page.next, None);
}

pub async fn pages_show_each_message_once_also_when_many_are_equally_old(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut messages = Vec::new();
    for seed in 0..14_u64 {
        // Three instants for fourteen messages.
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
    let first = trial.store.page(&every, Sort::Newest, None, 2).await;
    let first = first.expect("page");
    for seed in 10..15 {
        trial.waiting(seed).await;
    }
    let second = trial.store.page(&every, Sort::Newest, first.next, 2).await;
    let second = second.expect("page");
    let shown: Vec<_> = first.messages.iter().chain(&second.messages).collect();
    let shown: Vec<_> = shown.iter().map(|message| message.facts.id).collect();
    ids.reverse();
    assert_eq!(shown, ids);
    assert_eq!(second.next, None);
}

pub async fn each_filter_shows_exactly_what_it_says(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let minute = |minutes| START + TimeDelta::minutes(minutes);
    let invoice = fixtures::new_message(1, minute(0));
    let greeting = fixtures::greeting(2, minute(1));
    let by_hand = fixtures::greeting(3, minute(2)).with_facts(|facts| Facts {
        trigger: Trigger::Manual,
        customer_id: invoice.facts.customer_id.clone(),
        ..facts
    });
    let refused = fixtures::refused_message(4, minute(3));
    let (a, b, c, d) = (invoice.facts.id, greeting.facts.id, by_hand.facts.id, refused.facts.id);
    let customer = invoice.facts.customer_id.clone();
    trial.enqueue(&[invoice, greeting, by_hand, refused]).await;

    let cases = [
        (filter(|_| ()), vec![a, b, c, d]),
        (filter(|f| f.status = Some(Status::Failed)), vec![d]),
        (filter(|f| f.status = Some(Status::Sent)), vec![]),
        (filter(|f| f.message_type = Some(MessageType::FESTIVAL.name())), vec![b, c]),
        (filter(|f| f.trigger = Some(Trigger::Auto)), vec![a, d]),
        (filter(|f| f.customer_id = Some(customer.clone())), vec![a, c]),
        (filter(|f| f.from = Some(minute(1))), vec![b, c, d]),
        (filter(|f| f.until = Some(minute(2))), vec![a, b]),
        (
            filter(|f| {
                f.status = Some(Status::Pending);
                f.message_type = Some(MessageType::FESTIVAL.name());
                f.trigger = Some(Trigger::Manual);
                f.customer_id = Some(customer.clone());
                f.from = Some(minute(2));
                f.until = Some(minute(3));
            }),
            vec![c],
        ),
    ];
    for (filter, mut expected) in cases {
        assert_eq!(all(&trial, &filter, Sort::Oldest, 1).await, expected);
        expected.reverse();
        assert_eq!(all(&trial, &filter, Sort::Newest, 200).await, expected);
    }
}

pub async fn counts_tell_retrying_messages_from_failed_ones(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.waiting(1).await;
    trial.sending(2).await;
    trial.sent(3).await;
    trial.failed(4).await;
    let retrying = trial.sending(5).await;
    trial.settle(&retrying, &refused(Disposition::Transient)).await;
    let cancelled = trial.waiting(6).await;
    let cancelled = trial.claim_one(cancelled.facts.id).await;
    trial.settle(&cancelled, &WITHDRAWN).await;
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    let expected = StatusCounts {
        pending: 2,
        sent: 1,
        failed: 2,
        cancelled: 1,
        retrying: 1,
        ..StatusCounts::default()
    };
    assert_eq!(counts, expected);
}

pub async fn what_waits_for_something_is_shown_by_what_it_waits_for_and_counted(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut waits = Vec::new();
    for (seed, by) in (0..).zip([HeldFor::Hours, HeldFor::Disputed, HeldFor::Hours, HeldFor::Records]) {
        let message = trial.waiting(seed).await;
        let claimed = trial.claim_one(message.facts.id).await;
        let mut settlement =
            trial.settlement(&claimed, &Event::Postponed { until: START + TimeDelta::days(1) });
        settlement.state = settlement.state.explained(Some(by), Some("It waits.".into()));
        assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
        waits.push(message.facts);
    }
    // What will be tried again may wait as well; this one waits for nothing any more.
    trial.waiting(10).await;
    let retried = trial.sending(11).await;
    let mut settlement = trial.settlement(&retried, &refused(Disposition::Transient));
    settlement.state =
        settlement.state.explained(Some(HeldFor::Disputed), Some("It waits.".into()));
    assert_eq!(trial.settle_as(&settlement).await, Settled::Done);
    let retried = retried.lease.message_id;
    let ids: Vec<_> = waits.iter().map(|facts| facts.id).collect();
    let customer = waits[2].customer_id.clone();
    let for_any = |of: &[HeldFor]| {
        let of = of.iter().copied().collect();
        filter(|f| f.held_for = of)
    };
    let cases = [
        (for_any(&[HeldFor::Hours]), vec![ids[0], ids[2]]),
        (for_any(&[HeldFor::Disputed]), vec![ids[1], retried]),
        (for_any(&[HeldFor::Records, HeldFor::Hours]), vec![ids[0], ids[2], ids[3]]),
        (for_any(&[HeldFor::Credit]), vec![]),
        (for_any(HeldFor::ALL), [ids.as_slice(), &[retried]].concat()),
        (
            filter(|f| {
                f.held_for = HeldFor::ALL.iter().copied().collect();
                f.status = Some(Status::Failed);
            }),
            vec![retried],
        ),
        (
            filter(|f| {
                f.held_for = [HeldFor::Hours].into();
                f.customer_id = Some(customer.clone());
            }),
            vec![ids[2]],
        ),
        (
            filter(|f| {
                f.held_for = [HeldFor::Credit].into();
                f.customer_id = Some(customer);
            }),
            vec![],
        ),
    ];
    for (filter, mut expected) in cases {
        expected.sort_unstable();
        for (sort, limit) in [(Sort::Oldest, 1), (Sort::Newest, 200)] {
            let mut shown = all(&trial, &filter, sort, limit).await;
            shown.sort_unstable();
            assert_eq!(shown, expected, "{filter:?}");
        }
    }
    for (most, held) in [(u64::MAX, 5), (3, 3)] {
        assert_eq!(trial.store.counts(most).await.expect("counts").held, held);
    }
}

pub async fn counts_go_as_far_as_asked(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    for seed in 1..=3 {
        trial.waiting(seed).await;
    }
    trial.sent(4).await;
    trial.sent(5).await;
    for (most, pending, sent) in [(0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 3, 2), (u64::MAX, 3, 2)] {
        let counts = trial.store.counts(most).await.expect("counts");
        assert_eq!(
            counts,
            StatusCounts { pending, sent, ..StatusCounts::default() },
            "up to {most}"
        );
    }
}

pub async fn what_was_sent_again_is_known(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let old: Vec<_> = (1..=3).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&old).await;
    let again = |seed, of: &NewMessage| {
        fixtures::new_message(seed, START)
            .with_facts(|facts| Facts { resend_of: Some(of.facts.id), ..facts })
    };
    trial.enqueue(&[again(11, &old[0]), again(12, &old[0]), again(13, &old[2])]).await;
    let ids: Vec<_> = old.iter().map(|message| message.facts.id).collect();
    let mut resent = trial.store.resent(&ids).await.expect("resent");
    resent.sort_unstable();
    let mut expected = vec![old[0].facts.id, old[2].facts.id];
    expected.sort_unstable();
    assert_eq!(resent, expected);
    assert_eq!(trial.store.resent(&ids[1..2]).await.expect("resent"), []);
    assert_eq!(trial.store.resent(&[]).await.expect("resent"), []);
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

pub async fn a_message_of_any_type_is_kept_shown_and_counted(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let of = |seed, name: &str| {
        let message_type = fixtures::type_name(name);
        let trigger = [Trigger::Auto, Trigger::Manual][usize::from(seed % 2 == 0)];
        let at = START + TimeDelta::seconds(seed);
        fixtures::new_message(seed.unsigned_abs(), at).with_facts(|facts| Facts {
            message_type,
            trigger,
            ..facts
        })
    };
    let longest = "t".repeat(50);
    let messages = [of(1, "quotation"), of(2, "a"), of(3, &longest), of(4, "quotation"), of(5, "step_2")];
    trial.enqueue(&messages).await;
    let refused = fixtures::refused_message(6, START + TimeDelta::seconds(6));
    let quotation = messages[0].facts.message_type;
    let refused = refused.with_facts(|facts| Facts { message_type: quotation, ..facts });
    trial.enqueue(std::slice::from_ref(&refused)).await;

    let ids: Vec<_> = messages.iter().map(|message| message.facts.id).collect();
    let failed = refused.facts.id;
    let cases = [
        (filter(|_| ()), [&ids[..], &[failed]].concat()),
        (filter(|f| f.message_type = Some(quotation)), vec![ids[0], ids[3], failed]),
        (filter(|f| f.message_type = Some(fixtures::type_name(&longest))), vec![ids[2]]),
        (filter(|f| f.message_type = Some(fixtures::type_name("quotatio"))), vec![]),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.status = Some(Status::Pending);
            }),
            vec![ids[0], ids[3]],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.status = Some(Status::Failed);
            }),
            vec![failed],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.status = Some(Status::Sent);
            }),
            vec![],
        ),
        (
            filter(|f| {
                f.message_type = Some(quotation);
                f.trigger = Some(Trigger::Manual);
            }),
            vec![ids[3]],
        ),
        (filter(|f| f.trigger = Some(Trigger::Manual)), vec![ids[1], ids[3]]),
    ];
    for (filter, mut expected) in cases {
        assert_eq!(all(&trial, &filter, Sort::Oldest, 1).await, expected, "{filter:?}");
        expected.reverse();
        assert_eq!(all(&trial, &filter, Sort::Newest, 200).await, expected, "{filter:?}");
    }
    for message in &messages {
        let read = trial.message(message.facts.id).await.facts.message_type;
        assert_eq!(read, message.facts.message_type);
    }
    let counts = trial.store.counts(u64::MAX).await.expect("counts");
    assert_eq!((counts.pending, counts.failed), (5, 1));
    trial.pass(TimeDelta::seconds(9));
    assert_eq!(trial.claim_one(ids[2]).await.message_type, messages[2].facts.message_type);
}

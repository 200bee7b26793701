//! Cases for exporting messages from the log, and their results.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, Facts, HeldFor, Message, Outcome, Status};
use whatsapp_core::port::{
    CUSTOMERS_MAX, Count, Cursor, EXPORT_MAX, ExportPage, ExportRow, LogFilter, Sort, Store,
    StoreError,
};
use whatsapp_core::{CustomerId, MessageId};

use super::super::trial::{MICROSECOND, Trial};
use super::{all, filter, one_of_each};
use crate::fixtures::{self, START};

/// Exports all rows of a filter, page by page; each page but the last must be full.
async fn taken_out(trial: &Trial, filter: &LogFilter, texts: bool, limit: u32) -> Vec<ExportRow> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let page = trial.store.export(filter, texts, after, limit).await.expect("export");
        assert_eq!(page.broken, 0);
        let number = page.rows.len();
        rows.extend(page.rows);
        let Some(next) = page.next else { return rows };
        let last = rows.last().map(|row| (row.created_at, row.id));
        assert_eq!((number, last), (limit as usize, Some((next.created_at, next.id))));
        after = Some(next);
    }
}

fn row(message: Message, texts: bool) -> ExportRow {
    let Message { facts, state, .. } = message;
    ExportRow {
        id: facts.id,
        created_at: facts.created_at,
        customer_id: facts.customer_id,
        customer_name: facts.customer_name,
        whatsapp_number: facts.whatsapp_number,
        message_type: facts.message_type,
        trigger: facts.trigger,
        status: state.status,
        delivery: state.delivery,
        retry_count: state.retry_count,
        reason: match (state.failure, state.cancel_reason) {
            (Some(failure), _) => Some(failure.reason),
            (None, reason) => reason.map(|reason| reason.label().to_owned()),
        },
        subject: facts.subject,
        sent_at: state.sent_at,
        text: texts.then_some(facts.text),
    }
}

/// Filters of every kind, some of which show something.
fn filters(trial: &Trial) -> Vec<LogFilter> {
    let customer = fixtures::new_message(3, START).facts.customer_id;
    let key = fixtures::new_message(1, START).facts.key;
    vec![
        filter(|_| ()),
        filter(|f| f.statuses = [Status::Sent].into()),
        filter(|f| f.statuses = [Status::Failed, Status::Pending].into()),
        filter(|f| f.deliveries = [Delivery::Delivered, Delivery::Read].into()),
        filter(|f| f.outcomes = Outcome::WAITING.iter().copied().collect()),
        filter(|f| {
            f.outcomes = [Outcome::Undelivered, Outcome::Accepted].into();
            f.customers = [customer.clone()].into();
        }),
        filter(|f| f.customers = [customer.clone()].into()),
        filter(|f| f.held_for = HeldFor::ALL.iter().copied().collect()),
        filter(|f| f.about = Some("INV".to_owned())),
        filter(|f| f.key_prefix = Some(key.as_str().to_owned())),
        filter(|f| f.until = Some(trial.now())),
        filter(|f| f.from = Some(trial.now() + MICROSECOND)),
    ]
}

pub async fn what_is_taken_out_equals_the_pages_of_the_same_filter(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    one_of_each(&trial).await;
    let subject = Some("INV-7".to_owned());
    let about = fixtures::full_message(20, trial.now());
    // Messages of the same age too, so that places are told apart by their ids.
    let about = [about, fixtures::new_message(21, trial.now())]
        .map(|message| message.with_facts(|facts| Facts { subject: subject.clone(), ..facts }));
    trial.enqueue(&about).await;
    for asked in filters(&trial) {
        let mut expected = Vec::new();
        for id in all(&trial, &asked, Sort::Newest, 200).await {
            expected.push(trial.message(id).await);
        }
        for (limit, texts) in [(1, true), (3, false), (EXPORT_MAX, true)] {
            let expected: Vec<_> = expected.iter().map(|it| row(it.clone(), texts)).collect();
            assert_eq!(taken_out(&trial, &asked, texts, limit).await, expected, "{asked:?}");
        }
    }
    let many = (0..=CUSTOMERS_MAX).map(|no| CustomerId::new(format!("C-{no}")).expect("an id"));
    let refused = filter(|f| f.customers = many.collect());
    let refused = trial.store.export(&refused, false, None, 9).await;
    assert!(matches!(refused, Err(StoreError::Other { .. })), "{refused:?}");
}

pub async fn what_is_made_while_rows_are_taken_out_neither_repeats_nor_hides_others(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let mut ids = Vec::new();
    for seed in 0..4 {
        ids.push(trial.waiting(seed).await.facts.id);
        trial.pass(TimeDelta::seconds(1));
    }
    let every = LogFilter::default();
    let first = trial.store.export(&every, false, None, 2).await.expect("export");
    trial.waiting(9).await;
    let second = trial.store.export(&every, false, first.next, 9).await.expect("export");
    let shown = first.rows.iter().chain(&second.rows).map(|row| row.id);
    ids.reverse();
    assert_eq!(shown.collect::<Vec<_>>(), ids);
    let oldest = trial.message(ids[3]).await;
    let behind = trial.store.export(&every, false, Some(Cursor::of(&oldest)), 9).await;
    assert_eq!(behind.expect("export"), ExportPage::default());
}

pub async fn each_outcome_shows_exactly_what_came_to_it(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    one_of_each(&trial).await;
    trial.pass(TimeDelta::minutes(1));
    let every = all(&trial, &filter(|_| ()), Sort::Newest, 200).await;
    let mut outcomes = Vec::new();
    for id in &every {
        outcomes.push(Outcome::of(&trial.message(*id).await.state));
    }
    let tally = trial.store.tally(START, trial.now(), 99).await.expect("tally");
    let expected = |wanted: &[Outcome], statuses: &[(MessageId, Status)]| {
        let shown = every.iter().zip(&outcomes).filter(|(id, outcome)| {
            let is_asked = |(one, _): &(MessageId, Status)| one == *id;
            wanted.contains(outcome) && (statuses.is_empty() || statuses.iter().any(is_asked))
        });
        shown.map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let pairs = Outcome::ALL.iter().zip(Outcome::ALL.iter().cycle().skip(3));
    let asked = Outcome::ALL.iter().map(|one| vec![*one]);
    let asked = asked.chain(pairs.map(|(a, b)| vec![*a, *b]));
    let groups = [Outcome::WAITING, Outcome::SENT, Outcome::FAILED, Outcome::ALL];
    for wanted in asked.chain(groups.map(<[Outcome]>::to_vec)) {
        let of = filter(|f| f.outcomes = wanted.iter().copied().collect());
        let shown = expected(&wanted, &[]);
        for limit in [1, 2, 200] {
            assert_eq!(all(&trial, &of, Sort::Newest, limit).await, shown, "{wanted:?}");
        }
        let count = trial.store.count(&of, 99).await.expect("count");
        assert_eq!(count, Count { number: tally.sum(&wanted), is_exact: true }, "{wanted:?}");
        let (listed, _) = trial.store.ids(&of, 99).await.expect("ids");
        assert_eq!(listed.iter().map(|(id, _)| *id).collect::<Vec<_>>(), shown, "{wanted:?}");
        // Together with a status, it shows only messages that fit both.
        let both = filter(|f| {
            f.outcomes = wanted.iter().copied().collect();
            f.statuses = [Status::Failed].into();
        });
        let mut failed = Vec::new();
        for id in &every {
            failed.extend(Some((*id, trial.message(*id).await.state.status)));
        }
        failed.retain(|(_, status)| *status == Status::Failed);
        let shown = expected(&wanted, &failed);
        assert_eq!(all(&trial, &both, Sort::Status, 2).await, shown, "{wanted:?}");
    }
}

//! Cases for turning pages, forwards and backwards.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, Facts, Status};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, NAMES_MAX, Sort, Store, StoreError, Turn};
use whatsapp_core::retry::Disposition;

use super::super::trial::{Trial, WITHDRAWN, refused};
use super::{all, filter, ids, turned};
use crate::fixtures::{self, START};

const SORTS: [Sort; 4] = [Sort::Newest, Sort::Oldest, Sort::Status, Sort::Customer];

/// Messages of all statuses, three for each instant.
async fn mixed(trial: &Trial, many: u64) {
    for seed in 0..many {
        match seed % 5 {
            0 => drop(trial.waiting(seed).await),
            1 => drop(trial.failed(seed).await),
            2 => drop(trial.sent(seed).await),
            3 => {
                let waiting = trial.waiting(seed).await;
                let claimed = trial.claim_one(waiting.facts.id).await;
                trial.settle(&claimed, &WITHDRAWN).await;
            }
            _ => {
                let retrying = trial.sending(seed).await;
                trial.settle(&retrying, &refused(Disposition::Transient)).await;
            }
        }
        if seed % 3 == 2 {
            trial.pass(TimeDelta::microseconds(1));
        }
    }
}

/// All pages from the first one to the last.
async fn forth(trial: &Trial, asked: &LogFilter, sort: Sort, limit: u32) -> Vec<LogPage> {
    let mut pages = vec![turned(trial, asked, sort, Turn::First, limit).await];
    while let Some(next) = pages.last().and_then(|page| page.next) {
        assert!(pages.len() < 100, "the pages never end");
        pages.push(turned(trial, asked, sort, Turn::After(next), limit).await);
    }
    pages
}

pub async fn turns_forth_and_back_meet_the_same_rows(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    mixed(&trial, 23).await;
    let asked = [
        filter(|_| ()),
        filter(|f| f.statuses = [Status::Failed, Status::Sent, Status::Pending].into()),
        filter(|f| f.deliveries = [Delivery::Accepted].into()),
    ];
    for asked in asked {
        for sort in SORTS {
            let whole = all(&trial, &asked, sort, 200).await;
            for limit in [1, 2, 7, 200] {
                let pages = forth(&trial, &asked, sort, limit).await;
                let rows: Vec<_> = pages.iter().flat_map(|page| ids(&page.messages)).collect();
                assert_eq!(rows, whole, "{sort:?}, {limit} a page, {asked:?}");
                assert_eq!(pages[0].previous, None);
                for pair in pages.windows(2) {
                    let previous = pair[1].previous.expect("a page after another one");
                    let back = turned(&trial, &asked, sort, Turn::Before(previous), limit).await;
                    assert_eq!(back.messages, pair[0].messages, "{sort:?}, {limit} a page");
                    assert_eq!(back.next, pair[0].next, "{sort:?}, {limit} a page");
                    assert_eq!(back.previous, pair[0].previous, "{sort:?}, {limit} a page");
                }
            }
        }
    }
}

pub async fn statuses_come_in_their_order_and_each_the_newest_first(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    mixed(&trial, 15).await;
    let mut expected = Vec::new();
    for status in [Status::Failed, Status::Pending, Status::Cancelled, Status::Sent] {
        let one = filter(|f| f.statuses = [status].into());
        expected.extend(all(&trial, &one, Sort::Newest, 200).await);
    }
    for limit in [1, 4, 200] {
        assert_eq!(all(&trial, &filter(|_| ()), Sort::Status, limit).await, expected);
    }
}

pub async fn names_come_without_regard_to_capitals_and_each_the_newest_first(
    store: Arc<dyn Store>,
) {
    let trial = Trial::new(store);
    let names = ["asha", "Bharat", "Asha", "ÄSHA", "asha", "", "Zoya"];
    let rows = (0..).zip(names).map(|(seed, name): (u64, &str)| {
        let at = START + TimeDelta::seconds(seed.cast_signed());
        let customer_name = name.into();
        fixtures::new_message(seed, at).with_facts(|facts| Facts { customer_name, ..facts })
    });
    let rows: Vec<_> = rows.collect();
    trial.enqueue(&rows).await;
    let expected = [5, 4, 2, 0, 1, 6, 3].map(|place: usize| rows[place].facts.id);
    for limit in [1, 3, 200] {
        assert_eq!(all(&trial, &filter(|_| ()), Sort::Customer, limit).await, expected);
    }
    // A page's place is that of its message, even if the filter no longer shows the message.
    let page = turned(&trial, &filter(|_| ()), Sort::Customer, Turn::First, 3).await;
    trial.pass(TimeDelta::seconds(9));
    let claimed = trial.claim_one(expected[2]).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    let waiting = filter(|f| f.statuses = [Status::Pending].into());
    let after = turned(&trial, &waiting, Sort::Customer, page.next.into(), 9).await;
    assert_eq!(ids(&after.messages), expected[3..]);
}

pub async fn more_names_than_can_be_put_in_order_are_refused(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let rows: Vec<_> =
        (0..=u64::from(NAMES_MAX)).map(|seed| fixtures::new_message(seed, START)).collect();
    for some in rows.chunks(2_500) {
        trial.enqueue(some).await;
    }
    let every = LogFilter::default();
    let page = trial.store.page(&every, Sort::Customer, Turn::First, 9).await;
    assert!(matches!(page, Err(StoreError::TooMany { most: NAMES_MAX })), "{page:?}");
    let fewer = filter(|f| f.customers = [rows[7].facts.customer_id.clone()].into());
    assert_eq!(all(&trial, &fewer, Sort::Customer, 9).await, [rows[7].facts.id]);
}

pub async fn rows_that_come_between_turns_back_repeat_and_hide_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    mixed(&trial, 9).await;
    for (seed, sort) in [(101, Sort::Newest), (102, Sort::Oldest)] {
        let every = LogFilter::default();
        let pages = forth(&trial, &every, sort, 3).await;
        trial.pass(TimeDelta::seconds(1));
        trial.waiting(seed).await;
        let previous = pages[2].previous.expect("the page before");
        let back = turned(&trial, &every, sort, Turn::Before(previous), 3).await;
        assert_eq!(back.messages, pages[1].messages);
        let previous = back.previous.expect("the page before");
        let back = turned(&trial, &every, sort, Turn::Before(previous), 3).await;
        assert_eq!(back.messages, pages[0].messages);
        assert_eq!(back.previous.is_some(), sort == Sort::Newest, "what came is newer");
    }
}

pub async fn a_status_that_changes_between_two_pages_hides_no_other_row(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    mixed(&trial, 12).await;
    let every = LogFilter::default();
    let whole = all(&trial, &every, Sort::Status, 200).await;
    let mut shown = Vec::new();
    let first = turned(&trial, &every, Sort::Status, Turn::First, 6).await;
    shown.extend(ids(&first.messages));
    let last = first.messages.last().expect("a full page");
    // The row after which the next page begins is sent before that page is read.
    assert_eq!(last.state.status, Status::Pending);
    let claimed = trial.claim_one(last.facts.id).await;
    let claimed = trial.begun(claimed).await;
    let accepted = trial.accepted(&claimed, "G-later");
    trial.settle_as(&accepted).await;
    let moved = last.facts.id;
    let mut turn = Turn::from(first.next);
    while turn != Turn::First {
        let page = turned(&trial, &every, Sort::Status, turn, 2).await;
        shown.extend(ids(&page.messages).into_iter().filter(|id| *id != moved));
        turn = page.next.into();
    }
    assert_eq!(shown, whole);
}

pub async fn the_order_of_statuses_asks_for_a_cursor_with_one(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let row = fixtures::new_message(1, trial.now());
    trial.enqueue(std::slice::from_ref(&row)).await;
    let bare = Cursor::of(&trial.message(row.facts.id).await);
    for turn in [Turn::After(bare), Turn::Before(bare)] {
        let page = trial.store.page(&LogFilter::default(), Sort::Status, turn, 5).await;
        assert!(matches!(page, Err(StoreError::Other { .. })), "{page:?}");
    }
}

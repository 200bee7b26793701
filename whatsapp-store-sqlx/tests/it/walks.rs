//! Pages and counts without a matching index, over more rows than one call searches.

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    Facts, FailureKind, MessageType, NewMessage, Progress, State, StateRow, Status,
};
use whatsapp_core::port::{
    Attention, AttentionFor, Cursor, LogFilter, Sort, Store, Turn, WALK_ROWS,
};
use whatsapp_testkit::fixtures::{START, failure, greeting, new_message, refused_message};

/// Number of messages before those that are searched for.
const MANY: u64 = WALK_ROWS as u64 + 2_500;

/// Three messages of unknown outcome, followed by many that were refused.
async fn filled(store: &dyn Store) -> Vec<MessageId> {
    let one = |seed: u64| {
        let at = START + TimeDelta::seconds(i64::try_from(seed / 7).unwrap());
        let subject = Some(if seed < 3 { format!("SO-{seed}") } else { format!("INV-{seed}") });
        let message = if seed < 3 {
            let state = State::Failed(failure(FailureKind::UnknownOutcome));
            let state = StateRow::of(&Progress { state, ..Progress::new(START) });
            NewMessage { state, ..new_message(seed, at) }
        } else {
            refused_message(seed, at)
        };
        message.with_facts(|facts| Facts { subject, ..facts })
    };
    let messages: Vec<_> = (0..MANY).map(one).collect();
    for group in messages.chunks(2_500) {
        store.enqueue(group).await.unwrap();
    }
    let mut few: Vec<_> =
        messages[..3].iter().map(|one| (one.facts.created_at, one.facts.id)).collect();
    few.sort_unstable();
    few.into_iter().map(|(_, id)| id).collect()
}

async fn a_walk_ends_at_its_bound_and_goes_on_from_there(store: &dyn Store) {
    let mut few = filled(store).await;
    let mut filter = LogFilter::default();
    filter.attention = Some(Attention::at(START).only(AttentionFor::Unknown));
    // The oldest ones are found first, and it is not known yet whether there are more.
    let page = store.page(&filter, Sort::Oldest, Turn::First, 20).await.unwrap();
    let ids: Vec<_> = page.messages.iter().map(|one| one.facts.id).collect();
    assert_eq!(ids, few);
    assert!(page.next.is_none() && page.further.is_some(), "{page:?}");
    // A page of two is full.
    let page = store.page(&filter, Sort::Oldest, Turn::First, 2).await.unwrap();
    assert!(page.next.is_some() && page.further.is_none(), "{page:?}");

    few.reverse();
    for sort in [Sort::Newest, Sort::Status] {
        let page = store.page(&filter, sort, Turn::First, 20).await.unwrap();
        assert_eq!(page.messages, []);
        assert!(page.next.is_none() && page.further.is_some(), "{page:?}");
        let (mut found, mut rest): (Vec<_>, Option<Cursor>) = (Vec::new(), page.rest());
        while let Some(after) = rest {
            let page = store.page(&filter, sort, Turn::After(after), 2).await.unwrap();
            found.extend(page.messages.iter().map(|one| one.facts.id));
            rest = page.rest();
        }
        assert_eq!(found, few, "{sort:?}");
    }
    let count = store.count(&filter, 10_000).await.unwrap();
    assert!(!count.is_exact, "{count:?}");
    // Messages to be acted on are searched to the end.
    let (listed, more) = store.ids(&filter, 10).await.unwrap();
    let listed: Vec<_> = listed.into_iter().map(|(id, _)| id).collect();
    assert_eq!((listed, more), (few, false));
}

async fn what_many_are_about_is_found_by_age(store: &dyn Store) {
    let few = filled(store).await;
    let mut filter = LogFilter::default();
    filter.about = Some("inv".to_owned());
    let page = store.page(&filter, Sort::Newest, Turn::First, 20).await.unwrap();
    let newest = store.page(&LogFilter::default(), Sort::Newest, Turn::First, 20).await.unwrap();
    assert_eq!(page.messages, newest.messages);
    assert_eq!((page.next, page.further), (newest.next, None));
    let page = store.page(&filter, Sort::Oldest, Turn::First, 5).await.unwrap();
    assert_eq!(page.messages.len(), 5);
    assert!(page.messages.iter().all(|one| !few.contains(&one.facts.id)));
    // A few messages are found by the beginning of their subject.
    filter.about = Some("so-".to_owned());
    let page = store.page(&filter, Sort::Oldest, Turn::First, 5).await.unwrap();
    let ids: Vec<_> = page.messages.iter().map(|one| one.facts.id).collect();
    assert_eq!((ids, page.rest()), (few, None));
}

/// Many waiting and many refused messages, with a few of another type among each.
async fn of_rare_types(store: &dyn Store) {
    let one = |seed: u64| {
        let at = START + TimeDelta::seconds(i64::try_from(seed / 7).unwrap());
        match (seed < 3, seed % 2) {
            (true, _) => greeting(seed, at),
            (false, 0) => new_message(seed, at),
            (false, _) => {
                let message_type = MessageType::STOCK_DELIVERED.name();
                refused_message(seed, at).with_facts(|facts| Facts { message_type, ..facts })
            }
        }
    };
    let messages: Vec<_> = (0..2 * MANY).map(one).collect();
    for group in messages.chunks(2_500) {
        store.enqueue(group).await.unwrap();
    }
}

async fn pages_of_a_status_and_a_rare_type_end_at_their_bound(store: &dyn Store) {
    of_rare_types(store).await;
    // Greetings wait behind all invoices, and no order was sent.
    for (status, of, expected) in [
        (Status::Pending, MessageType::FESTIVAL, 3),
        (Status::Sent, MessageType::STOCK_DELIVERED, 0),
    ] {
        let mut filter = LogFilter::default();
        filter.statuses = [status].into();
        filter.message_type = Some(of.name());
        let page = store.page(&filter, Sort::Newest, Turn::First, 20).await.unwrap();
        assert_eq!(page.messages, [], "{status:?}");
        assert!(page.next.is_none() && page.further.is_some(), "{status:?}: {page:?}");
        let (mut found, mut rest) = (0, page.rest());
        while let Some(after) = rest {
            let page = store.page(&filter, Sort::Newest, Turn::After(after), 2).await.unwrap();
            found += page.messages.len();
            rest = page.rest();
        }
        assert_eq!(found, expected, "{status:?}");
        assert!(!store.count(&filter, 10_000).await.unwrap().is_exact, "{status:?}");
    }
}

macro_rules! on_both {
    ($($case:ident,)+) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $case() {
                let (store, _folder) = crate::conformance::on_file().await;
                super::$case(store.as_ref()).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            async fn $case() {
                let (store, _database) = crate::conformance::on_postgres().await;
                super::$case(store.as_ref()).await;
            })+
        }
    };
}

on_both! {
    a_walk_ends_at_its_bound_and_goes_on_from_there,
    what_many_are_about_is_found_by_age,
    pages_of_a_status_and_a_rare_type_end_at_their_bound,
}

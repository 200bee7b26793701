//! Several stores on one file, and logs longer than a page.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use whatsapp_core::message::{MessageType, NewMessage, Status, Trigger};
use whatsapp_core::port::{Lane, LogFilter, MessageLog, Outbox, Sort};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{START, as_new, greeting, new_message};

/// Two thousand messages, a hundred in each second, a third of them greetings.
fn messages() -> Vec<NewMessage> {
    (0..2_000)
        .map(|seed| {
            let at = START + TimeDelta::seconds(i64::try_from(seed / 100).unwrap());
            if seed % 3 == 0 { greeting(seed, at) } else { new_message(seed, at) }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_on_one_file_never_share_a_message() {
    let (one, folder) = crate::on_file().await;
    let other = SqliteStore::open(folder.path().join(crate::FILE)).await;
    let other = std::sync::Arc::new(other.unwrap());
    one.enqueue(&messages()).await.unwrap();
    let entropy = SeededEntropy::new(1);
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let store = if worker % 2 == 0 { &one } else { &other };
            let (store, entropy) = (store.clone(), entropy.clone());
            let lane = if worker < 4 { Lane::Transactional } else { Lane::Greeting };
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut claim = crate::claim(&entropy, 7);
                    claim.now = START + TimeDelta::minutes(1);
                    claim.lane = lane;
                    let claimed = store.claim(&claim).await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|one| one.lease.message_id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 2_000);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 2_000);
}

#[tokio::test]
async fn what_one_store_wrote_the_other_reads_at_once() {
    let (one, folder) = crate::on_file().await;
    let other = SqliteStore::open(folder.path().join(crate::FILE)).await;
    let other = other.unwrap();
    for seed in 0..20 {
        let message = new_message(seed, START);
        one.enqueue(std::slice::from_ref(&message)).await.unwrap();
        let read = other.message(message.facts.id).await.unwrap();
        assert_eq!(as_new(read.unwrap()), message);
    }
}

#[tokio::test]
async fn a_long_log_is_read_by_pages_each_message_once() {
    let (store, _folder) = crate::on_file().await;
    let messages = messages();
    store.enqueue(&messages).await.unwrap();
    let filter = |change: fn(&mut LogFilter)| {
        let mut filter = LogFilter::default();
        change(&mut filter);
        filter
    };
    let filters = [
        filter(|_| {}),
        filter(|f| f.statuses = [Status::Pending].into()),
        filter(|f| f.message_type = Some(MessageType::FESTIVAL.name())),
        filter(|f| f.trigger = Some(Trigger::Auto)),
        filter(|f| f.from = Some(START + TimeDelta::seconds(7))),
        filter(|f| f.until = Some(START + TimeDelta::seconds(7))),
        filter(|f| f.statuses = [Status::Sent].into()),
    ];
    for filter in filters {
        let shown = |m: &&NewMessage| {
            (filter.statuses.is_empty() || filter.statuses.contains(&m.state.status))
                && filter.message_type.is_none_or(|kind| m.facts.message_type == kind)
                && filter.trigger.is_none_or(|trigger| m.facts.trigger == trigger)
                && filter.from.is_none_or(|from| m.facts.created_at >= from)
                && filter.until.is_none_or(|until| m.facts.created_at < until)
        };
        let mut expected: Vec<_> = messages.iter().filter(shown).collect();
        expected.sort_by_key(|m| (m.facts.created_at, m.facts.id));
        for sort in [Sort::Oldest, Sort::Newest] {
            let mut read = Vec::new();
            let mut after = None;
            loop {
                let page = store.page(&filter, sort, after.into(), 37).await.unwrap();
                assert!(page.messages.len() <= 37);
                read.extend(page.messages.into_iter().map(as_new));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert!(read.iter().eq(expected.iter().copied()), "{filter:?}");
            expected.reverse();
        }
    }
}

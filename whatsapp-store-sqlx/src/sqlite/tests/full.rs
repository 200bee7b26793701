//! A full disk, simulated by SQLite's own limit on pages.

use sqlx::AssertSqlSafe;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{Enqueued, MessageLog, Outbox, Saved, StoreError, TemplateStore};
use whatsapp_testkit::fixtures::{NewTemplate, START, new_message, template};

use crate::SqliteStore;

/// Lets the database grow by this many pages from now on.
async fn room(store: &SqliteStore, pages: i64) {
    let size: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.writer).await.unwrap();
    let limit = AssertSqlSafe(format!("PRAGMA max_page_count = {}", size + pages));
    sqlx::query(limit).execute(&store.writer).await.unwrap();
}

/// Messages of a batch: they need more pages than the test ever leaves free.
const GROUP: u64 = 100;

fn group(number: u32) -> Vec<NewMessage> {
    let first = u64::from(number) * GROUP;
    (first..first + GROUP).map(|seed| new_message(seed, START)).collect()
}

#[tokio::test]
async fn a_full_disk_refuses_whole_calls_and_work_goes_on_once_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("whatsapp.db")).await;
    let store = store.unwrap();
    // A batch needs more than ten pages; with less room it fails at later and later points.
    for round in 0..10 {
        room(&store, round.into()).await;
        let messages = group(round);
        let refused = store.enqueue(&messages).await;
        assert!(
            matches!(&refused, Err(StoreError::Unavailable { reason }) if reason == "the disk is full"),
            "{refused:?}"
        );
        assert_eq!(store.counts(u64::MAX).await.unwrap().pending, u64::from(round) * GROUP);

        room(&store, 1_000).await;
        let answers = store.enqueue(&messages).await.unwrap();
        assert!(answers.iter().all(|answer| matches!(answer, Enqueued::New(_))));
    }
    let sound: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&store.writer).await.unwrap();
    assert_eq!(sound, "ok");
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_does_not_block_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("whatsapp.db")).await;
    let store = store.unwrap();
    // A statement that writes one row has no journal of its own: when it finds the disk full,
    // SQLite rolls the whole transaction back, and the driver does not notice.
    let mut saved = None;
    let long = NewTemplate { content: "न".repeat(4_000), ..template(2, START) };
    for _ in 0..3 {
        room(&store, 2).await;
        let refused = store.save_template(&long.save()).await;
        assert!(
            matches!(&refused, Err(StoreError::Unavailable { reason }) if reason == "the disk is full"),
            "{refused:?}"
        );
        let short = NewTemplate { over: saved, ..template(1, START) };
        assert_eq!(store.save_template(&short.save()).await.unwrap(), Saved::Done);
        saved = Some(saved.unwrap_or(0) + 1);
    }
}

//! Locked files, unreadable rows, closed stores: each gives an error with a plain sentence, and
//! work continues afterwards.

use std::time::Duration;

use sqlx::Executor;
use whatsapp_core::port::{MessageLog, Outbox, StoreError};
use whatsapp_store_sqlx::{SqliteOptions, SqliteStore};
use whatsapp_testkit::fixtures::{START, as_new, new_message};

#[tokio::test]
async fn another_process_that_holds_the_lock_makes_the_store_unavailable_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(folder.path().join(crate::FILE));
    let busy_timeout = Duration::from_millis(20);
    let store = options.busy_timeout(busy_timeout).open().await.unwrap();
    let mut stranger = crate::stranger(folder.path()).await;
    stranger.execute("BEGIN IMMEDIATE").await.unwrap();

    let message = new_message(1, START);
    let refused = store.enqueue(std::slice::from_ref(&message)).await;
    let Err(StoreError::Unavailable { reason }) = refused else {
        panic!("a locked database is not available: {refused:?}");
    };
    assert_eq!(reason, "another process holds its lock");
    assert_eq!(store.message(message.facts.id).await.unwrap(), None, "reads go on");

    stranger.execute("ROLLBACK").await.unwrap();
    store.enqueue(&[message]).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(crate::FILE);
    std::fs::write(&path, "customer list, not a database\n".repeat(100)).unwrap();
    let error = SqliteStore::open(&path).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database refused the operation: its file is damaged, or no SQLite database"
    );
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStore::open(folder.path().join("missing").join(crate::FILE)).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "the database is not available: its file could not be opened"
    );
}

#[tokio::test]
async fn what_was_written_is_there_after_closing_and_opening_again() {
    let (store, folder) = crate::on_file().await;
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    store.close().await;
    let closed = store.counts(u64::MAX).await;
    assert!(matches!(closed, Err(StoreError::Other { .. })), "{closed:?}");

    let store = SqliteStore::open(folder.path().join(crate::FILE)).await;
    let read = store.unwrap().message(message.facts.id).await.unwrap();
    assert_eq!(as_new(read.unwrap()), message);
}

#[tokio::test]
async fn debug_shows_neither_path_nor_rows() {
    let (store, folder) = crate::on_file().await;
    let shown = format!("{store:?}");
    assert_eq!(shown, "SqliteStore { .. }");
    assert!(!shown.contains(folder.path().to_str().unwrap()));
}

//! Settings of the connections.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Executor, SqlitePool};
use whatsapp_core::LeaseToken;
use whatsapp_core::port::{Claim, ClaimOf, Lane, Outbox, random};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{START, elapsed, new_message};

use crate::{SqliteOptions, SqliteStore, Synchronous};

async fn pragma(pool: &SqlitePool, name: &str) -> String {
    let query = AssertSqlSafe(format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"));
    match name {
        // These two have no table of their own.
        "busy_timeout" | "trusted_schema" => {
            let query = AssertSqlSafe(format!("PRAGMA {name}"));
            let value: i64 = sqlx::query_scalar(query).fetch_one(pool).await.unwrap();
            value.to_string()
        }
        _ => sqlx::query_scalar(query).fetch_one(pool).await.unwrap(),
    }
}

#[tokio::test]
async fn commits_are_on_the_disk_and_every_connection_is_guarded() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("whatsapp.db")).await;
    let store = store.unwrap();
    for pool in [&store.writer, &store.readers] {
        assert_eq!(pragma(pool, "journal_mode").await, "wal");
        assert_eq!(pragma(pool, "synchronous").await, "2", "FULL");
        assert_eq!(pragma(pool, "foreign_keys").await, "1");
        assert_eq!(pragma(pool, "trusted_schema").await, "0");
        assert_eq!(pragma(pool, "busy_timeout").await, "5000");
    }
    assert_eq!(pragma(&store.writer, "page_size").await, "8192");
    assert_eq!(
        pragma(&store.writer, "temp_store").await,
        "2",
        "what a statement may undo is in memory"
    );
    let write = store.readers.execute("DELETE FROM whatsapp_outbox").await;
    assert!(write.is_err(), "a reader writes nothing");
    assert_eq!(store.writer.options().get_max_connections(), 1);
}

#[tokio::test]
async fn the_knobs_turn() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::new(folder.path().join("whatsapp.db"))
        .busy_timeout(std::time::Duration::from_millis(70))
        .readers(0)
        .synchronous(Synchronous::Normal);
    let store = options.open().await.unwrap();
    assert_eq!(pragma(&store.writer, "synchronous").await, "1", "NORMAL");
    assert_eq!(pragma(&store.writer, "busy_timeout").await, "70");
    assert_eq!(store.readers.options().get_max_connections(), 1);
}

#[tokio::test]
async fn a_claim_alone_does_not_wait_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    assert_eq!(pragma(&store.writer, "synchronous").await, "2", "FULL");
    let claim = Claim {
        lane: Lane::Transactional,
        of: ClaimOf::All,
        only: None,
        after: None,
        token: LeaseToken::new(START, random(&SeededEntropy::new(1))),
        now: START,
        elapsed: elapsed(START),
        lease: TimeDelta::seconds(120),
        limit: 1,
        excluding: Vec::new(),
    };
    let claimed = store.claim(&claim).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(pragma(&store.writer, "synchronous").await, "1", "NORMAL");
    store.release(&[claimed[0].lease]).await.unwrap();
    assert_eq!(pragma(&store.writer, "synchronous").await, "1", "NORMAL");
    store.enqueue(&[new_message(2, START)]).await.unwrap();
    assert_eq!(pragma(&store.writer, "synchronous").await, "2", "FULL");
}

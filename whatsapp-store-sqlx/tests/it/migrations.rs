//! Migrations over data, over the host's own tables, and over the remains of a process that died.

use std::path::Path;

use sqlx::{Connection, Executor, SqlSafeStr};
use whatsapp_core::port::{MessageLog, Outbox, SettingRow, SettingsStore, StoreError};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::fixtures::{START, as_new, new_message};

/// All migrations, statement by statement.
fn statements() -> impl Iterator<Item = &'static str> {
    concat!(
        include_str!("../../migrations/sqlite/0001_tables.sql"),
        include_str!("../../migrations/sqlite/0002_attachments.sql"),
        include_str!("../../migrations/sqlite/0003_pages.sql"),
        include_str!("../../migrations/sqlite/0004_world.sql"),
    )
    .split_inclusive(";\n")
    .filter(|statement| !statement.trim().is_empty())
}

async fn assert_works(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    assert_eq!(as_new(store.message(message.facts.id).await.unwrap().unwrap()), message);
    assert_eq!(store.load_settings().await.unwrap().len(), 11);
    store.close().await;
}

#[tokio::test]
async fn opening_again_keeps_what_is_there() {
    let (store, folder) = crate::on_file().await;
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    let setting = SettingRow { key: "whatsapp_enabled".to_owned(), value: "false".to_owned() };
    store.save_settings(std::slice::from_ref(&setting)).await.unwrap();
    for _ in 0..3 {
        let again = SqliteStore::open(folder.path().join(crate::FILE)).await;
        let again = again.unwrap();
        assert_eq!(as_new(again.message(message.facts.id).await.unwrap().unwrap()), message);
        assert!(again.load_settings().await.unwrap().contains(&setting));
    }
}

#[tokio::test]
async fn a_process_that_dies_at_any_statement_leaves_a_file_that_opens() {
    let count = statements().count();
    assert!(count > 20, "{count} statements");
    for killed_after in 0..=count {
        let folder = tempfile::tempdir().unwrap();
        let mut dying = crate::stranger(folder.path()).await;
        // With a cache of few pages the unfinished work is already in the files.
        dying.execute("PRAGMA journal_mode = WAL").await.unwrap();
        dying.execute("PRAGMA cache_size = 2").await.unwrap();
        dying.execute("BEGIN IMMEDIATE").await.unwrap();
        for statement in statements().take(killed_after) {
            dying.execute(statement.into_sql_str()).await.unwrap();
        }
        // What a killed process leaves: the files as they are now.
        let remains = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), remains.path().join(file.file_name())).unwrap();
        }
        dying.close().await.unwrap();
        assert_works(&remains.path().join(crate::FILE)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_open_a_new_file_at_once_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(crate::FILE);
    let opening: Vec<_> = (0..8).map(|_| tokio::spawn(SqliteStore::open(path.clone()))).collect();
    for store in opening {
        store.await.unwrap().unwrap().close().await;
    }
    assert_works(&path).await;
}

#[tokio::test]
async fn the_hosts_settings_table_and_migrations_stay_the_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let mut host = crate::stranger(folder.path()).await;
    for statement in [
        "CREATE TABLE invoice_configurations (
            id INTEGER PRIMARY KEY, config_key VARCHAR(100) NOT NULL UNIQUE, config_value TEXT,
            config_type VARCHAR(20), description TEXT, tenant TEXT DEFAULT 'main')",
        "INSERT INTO invoice_configurations (config_key, config_value) VALUES
            ('currency', 'INR'), ('WHATSAPP_shouted', 'x'), ('whatsapp_enabled', 'false')",
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, checksum BLOB)",
        "INSERT INTO _sqlx_migrations (version) VALUES (1), (2)",
    ] {
        host.execute(statement).await.unwrap();
    }
    host.close().await.unwrap();
    assert_works(&folder.path().join(crate::FILE)).await;

    let mut host = crate::stranger(folder.path()).await;
    for (query, expected) in [
        ("SELECT config_value FROM invoice_configurations WHERE config_key = 'currency'", "INR"),
        (
            "SELECT config_value FROM invoice_configurations WHERE config_key = 'whatsapp_enabled'",
            "false",
        ),
        ("SELECT group_concat(DISTINCT tenant) FROM invoice_configurations", "main"),
        ("SELECT group_concat(version) FROM _sqlx_migrations", "1,2"),
    ] {
        let value: String = sqlx::query_scalar(query).fetch_one(&mut host).await.unwrap();
        assert_eq!(value, expected, "{query}");
    }
}

#[tokio::test]
async fn a_newer_version_of_the_tables_still_serves_and_a_changed_one_is_refused() {
    let (store, folder) = crate::on_file().await;
    store.close().await;
    let path = folder.path().join(crate::FILE);
    let mut stranger = crate::stranger(folder.path()).await;
    stranger
        .execute(
            "INSERT INTO whatsapp_migrations (version, description, success, checksum, execution_time)
             VALUES (99, 'from the future', TRUE, x'00', 0)",
        )
        .await
        .unwrap();
    assert_works(&path).await;

    stranger
        .execute("UPDATE whatsapp_migrations SET checksum = x'00' WHERE version = 1")
        .await
        .unwrap();
    let refused = SqliteStore::open(&path).await;
    assert!(matches!(refused, Err(StoreError::Other { .. })), "{refused:?}");
}

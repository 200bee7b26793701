//! Locked files, unreadable rows, closed stores: each gives an error with a plain sentence, and
//! work continues afterwards.

use std::time::Duration;

use sqlx::Executor;
use whatsapp_core::port::{MessageLog, Outbox, StoreError};
use whatsapp_store_sqlx::{PostgresStore, SqliteOptions, SqliteStore};
use whatsapp_testdb::TestDatabase;
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
    let said = "the database refused the operation: its file is damaged, or no SQLite database";
    assert_eq!(error.to_string(), format!("{said} ({})", path.display()));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let error = SqliteStore::open(missing.join(crate::FILE)).await.unwrap_err().to_string();
    let said = "the folder of its file is not there, create it first";
    assert!(error.ends_with(&format!("{said}: {}", missing.display())), "{error}");
}

#[tokio::test]
async fn what_names_no_file_is_refused_with_what_to_give_instead() {
    let folder = tempfile::tempdir().unwrap();
    let (given, file) = (folder.path().to_str().unwrap(), folder.path().join("file"));
    std::fs::write(&file, "").unwrap();
    for (path, said) in [
        ("", "the path of its file is empty: give one such as whatsapp.sqlite"),
        (" ", "the path of its file is empty: give one such as whatsapp.sqlite"),
        (":memory:", ":memory: is no file: use SqliteStore::in_memory"),
        ("sqlite://shop.db", "is a URL: give the path of its file"),
        ("file:shop.db?mode=rwc", "is a URL: give the path of its file"),
        (given, "is a folder: give the path of a file in it"),
        (&format!("{}/shop.db", file.display()), "the folder of its file is not there"),
    ] {
        let error = SqliteStore::open(path).await.unwrap_err().to_string();
        assert!(error.contains(said), "{path}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_used_is_named_without_the_password() {
    let database = TestDatabase::create().await;
    let url = database.url();
    let refused = [
        (
            "postgres://shop:hush@127.0.0.1:1/ledger".to_owned(),
            "no server answers (database ledger at 127.0.0.1:1)",
        ),
        (format!("{}?sslmode=require", database.url().split('?').next().unwrap()), "speaks no TLS"),
        (url.replace("/whatsapp_test", "/no_whatsapp_test"), "there is no database of that name"),
        ("mysql://shop:hush@127.0.0.1/ledger".to_owned(), "is not like postgres://user"),
        ("shop".to_owned(), "is not like postgres://user"),
    ];
    for (url, said) in refused {
        let error = PostgresStore::open(&url).await.unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
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

/// Tables of settings that hosts may have, and the sentence that says what is wrong with them.
const SETTINGS: [(&str, &str); 7] = [
    (
        "CREATE TABLE invoice_configurations (name TEXT PRIMARY KEY, value TEXT)",
        "lacks a column: it must have config_key, config_value, config_type and description",
    ),
    (
        "CREATE TABLE invoice_configurations \
         (config_key TEXT PRIMARY KEY, config_value TEXT, config_type TEXT)",
        "lacks a column: it must have config_key, config_value, config_type and description",
    ),
    (
        "CREATE TABLE invoice_configurations \
         (config_key TEXT, config_value TEXT, config_type TEXT, description TEXT)",
        "the column config_key of the table invoice_configurations must be its primary key or unique",
    ),
    (
        "CREATE TABLE invoice_configurations (config_key TEXT PRIMARY KEY, config_value TEXT, \
         config_type TEXT, description TEXT, tenant TEXT NOT NULL)",
        "has a column that this library does not know and that must have a value: give it a default",
    ),
    (
        "CREATE TABLE invoice_configurations (config_key INTEGER PRIMARY KEY, config_value INTEGER, \
         config_type INTEGER, description INTEGER)",
        "must be columns of text without a CHECK",
    ),
    (
        "CREATE TABLE invoice_configurations (config_key TEXT PRIMARY KEY, config_value TEXT \
         CHECK (length(config_value) > 1000), config_type TEXT, description TEXT)",
        "must be columns of text without a CHECK",
    ),
    (
        "CREATE VIEW invoice_configurations AS SELECT 'a' AS config_key, 'b' AS config_value, \
         'c' AS config_type, 'd' AS description LIMIT 1",
        "and it must be a table",
    ),
];

#[tokio::test]
async fn a_table_of_settings_that_does_not_fit_is_refused_with_what_it_lacks() {
    for (table, said) in SETTINGS {
        let folder = tempfile::tempdir().unwrap();
        crate::stranger(folder.path()).await.execute(table).await.unwrap();
        let error = SqliteStore::open(folder.path().join(crate::FILE)).await.unwrap_err();
        assert!(error.to_string().contains(said), "SQLite: {table}: {error}");

        let database = TestDatabase::create().await;
        let host = sqlx::PgPool::connect(database.url()).await.unwrap();
        host.execute(table).await.unwrap();
        host.close().await;
        let error = PostgresStore::open(database.url()).await.unwrap_err();
        assert!(error.to_string().contains(said), "Postgres: {table}: {error}");
    }
}

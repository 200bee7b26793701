//! Migrations with data, with the host's own tables, and with the tables of other versions.

use std::path::Path;

use sqlx::{Connection, Executor};
use whatsapp_core::port::{MessageLog, NoticeQueue, Outbox, SettingRow, SettingsStore, StoreError};
use whatsapp_core::settings::SETTINGS;
use whatsapp_store_sqlx::{SqliteOptions, SqliteStore};
use whatsapp_testkit::fixtures::{START, as_new, new_message, refused_message, save_settings};

async fn assert_works(path: &Path) {
    let store = SqliteStore::open(path).await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    assert_eq!(as_new(store.message(message.facts.id).await.unwrap().unwrap()), message);
    assert_eq!(store.load_settings().await.unwrap().len(), SETTINGS.len());
    store.close().await;
}

#[tokio::test]
async fn opening_again_keeps_what_is_there() {
    let (store, folder) = crate::on_file().await;
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    let setting = SettingRow { key: "whatsapp_enabled".to_owned(), value: "false".to_owned() };
    save_settings(&*store, &[("whatsapp_enabled", "false")], START).await;
    for _ in 0..3 {
        let again = SqliteStore::open(folder.path().join(crate::FILE)).await;
        let again = again.unwrap();
        assert_eq!(as_new(again.message(message.facts.id).await.unwrap().unwrap()), message);
        assert!(again.load_settings().await.unwrap().contains(&setting));
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

/// The library's own file of the tables.
const TABLES: &str = include_str!("../../migrations/sqlite/0001_tables.sql");

/// Opens the store as a later version of the library does, which has one more file.
async fn open_later(path: &Path, file: &str) -> Result<SqliteStore, StoreError> {
    SqliteOptions::new(path).tables_from([TABLES.to_owned(), file.to_owned()]).open().await
}

/// Returns the file's description of its tables, and the applied migrations.
async fn shape(folder: &Path) -> String {
    let shape = "SELECT group_concat(part, '; ') FROM (
        SELECT coalesce(sql, name) AS part FROM sqlite_master
        UNION ALL SELECT version || hex(checksum) FROM whatsapp_migrations
    )";
    sqlx::query_scalar(shape).fetch_one(&mut crate::stranger(folder).await).await.unwrap()
}

#[tokio::test]
async fn a_file_of_a_newer_version_serves_and_keeps_what_the_newer_version_added() {
    let (store, folder) = crate::on_file().await;
    let path = folder.path().join(crate::FILE);
    store.close().await;
    let later = "ALTER TABLE whatsapp_message_logs ADD COLUMN later TEXT DEFAULT 'kept';";
    open_later(&path, later).await.unwrap().close().await;
    let newer = shape(folder.path()).await;
    assert_works(&path).await;
    assert_eq!(shape(folder.path()).await, newer);
}

#[tokio::test]
async fn a_file_of_an_older_shape_is_refused_with_a_sentence_and_stays_as_it_was() {
    let older = TABLES.replace("-- 4.2", "-- before 4.2");
    for files in [
        vec![older.clone()],
        vec![older, "CREATE TABLE whatsapp_more (id INTEGER PRIMARY KEY);".to_owned()],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(crate::FILE);
        let store = SqliteOptions::new(&path).tables_from(files).open().await.unwrap();
        let message = new_message(1, START);
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        store.close().await;
        let before = shape(folder.path()).await;

        let refused = SqliteStore::open(&path).await.unwrap_err();
        assert_eq!(refused.to_string(), format!("{} ({})", crate::OLDER_SHAPE, path.display()));
        assert_eq!(shape(folder.path()).await, before);
        let count = "SELECT count(*) FROM whatsapp_outbox";
        let mut stranger = crate::stranger(folder.path()).await;
        let left: i64 = sqlx::query_scalar(count).fetch_one(&mut stranger).await.unwrap();
        assert_eq!(left, 1, "a message is gone");
    }
}

/// The statements that create the log again under another name, copy its rows, and put it in the
/// place of the old one.
fn log_anew() -> String {
    let statements = || TABLES.split_inclusive(";\n").map(str::trim_start);
    let of_the_log = |beginning: &str| {
        let made = statements().filter(|one| one.contains(beginning));
        made.map(|one| &one[one.find("CREATE").unwrap()..]).collect::<String>()
    };
    let table = of_the_log("CREATE TABLE whatsapp_message_logs (");
    let table = table.replace("TABLE whatsapp_message_logs", "TABLE whatsapp_message_logs_new");
    let indexes = of_the_log("ON whatsapp_message_logs (");
    format!(
        "{table}
        INSERT INTO whatsapp_message_logs_new SELECT * FROM whatsapp_message_logs;
        DROP TABLE whatsapp_message_logs;
        ALTER TABLE whatsapp_message_logs_new RENAME TO whatsapp_message_logs;
        {indexes}"
    )
}

#[tokio::test]
async fn a_table_that_others_refer_to_is_made_anew_and_keeps_what_refers_to_it() {
    let (store, folder) = crate::on_file().await;
    let path = folder.path().join(crate::FILE);
    let message = new_message(1, START);
    store.enqueue(&[message.clone(), refused_message(2, START)]).await.unwrap();
    store.close().await;

    let later = open_later(&path, &log_anew()).await.unwrap();
    assert_eq!(as_new(later.message(message.facts.id).await.unwrap().unwrap()), message);
    assert_eq!(later.unsettled(&[message.facts.id]).await.unwrap(), [message.facts.id]);
    assert_eq!(later.notices_owed().await.unwrap(), 1);
    // Afterwards the references are enforced again.
    let mut host = crate::stranger(folder.path()).await;
    host.execute("DELETE FROM whatsapp_message_logs").await.unwrap();
    assert_eq!(later.notices_owed().await.unwrap(), 0);
    later.close().await;
}

#[tokio::test]
async fn a_migration_that_would_leave_rows_that_refer_to_nothing_is_undone() {
    let (store, folder) = crate::on_file().await;
    store.enqueue(&[new_message(1, START)]).await.unwrap();
    store.close().await;
    let before = shape(folder.path()).await;
    let path = folder.path().join(crate::FILE);
    let refused = open_later(&path, "DELETE FROM whatsapp_message_logs;").await.unwrap_err();
    let said = "a migration would leave rows that refer to nothing";
    assert!(refused.to_string().contains(said), "{refused}");
    assert_eq!(shape(folder.path()).await, before);
    assert_works(&path).await;
}

#[tokio::test]
async fn the_rows_that_are_there_from_the_beginning_are_the_definitions() {
    use whatsapp_testdb::TestDatabase;

    const ROWS: &str = "SELECT config_key, config_value, config_type, description
        FROM invoice_configurations ORDER BY config_key";
    type Row = (String, String, String, String);
    let mut defined: Vec<Row> = SETTINGS
        .iter()
        .map(|def| {
            [&*def.key, def.default, def.kind.word(), &*def.description].map(str::to_owned).into()
        })
        .collect();
    defined.sort_unstable();
    let (store, folder) = crate::on_file().await;
    let rows: Vec<Row> =
        sqlx::query_as(ROWS).fetch_all(&mut crate::stranger(folder.path()).await).await.unwrap();
    assert_eq!(rows, defined);
    store.close().await;

    let database = TestDatabase::create().await;
    let store = whatsapp_store_sqlx::PostgresStore::open(database.url()).await.unwrap();
    let mut host = sqlx::PgConnection::connect(database.url()).await.unwrap();
    let rows: Vec<Row> = sqlx::query_as(ROWS).fetch_all(&mut host).await.unwrap();
    assert_eq!(rows, defined);
    store.close().await;
}

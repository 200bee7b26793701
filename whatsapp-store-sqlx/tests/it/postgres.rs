//! Features of Postgres only: the server's clock, waking, migrations beside the host's tables.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use whatsapp_core::Wake;
use whatsapp_core::port::{
    Clock, Enqueued, MessageLog, Outbox, PlanWrite, PlanWritten, PlannerStore, SettingRow,
    SettingsStore, StoreError,
};
use whatsapp_core::settings::SETTINGS;
use whatsapp_store_sqlx::{PostgresOptions, PostgresStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{START, as_new, new_message, save_settings};

async fn assert_works(url: &str) {
    let store = PostgresStore::open(url).await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    assert_eq!(as_new(store.message(message.facts.id).await.unwrap().unwrap()), message);
    assert_eq!(store.load_settings().await.unwrap().len(), SETTINGS.len());
    store.close().await;
    let closed = store.counts(u64::MAX).await;
    assert!(matches!(closed, Err(StoreError::Other { .. })), "{closed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_listens_is_woken_by_every_way_to_enqueue() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    let wake = Wake::new();
    // The test runner ends a test that waits for ever.
    let before = wake.rings();
    let listening = tokio::spawn(store.listen(wake.clone()));
    wake.rung_since(before).await;

    // Another process, with a store of its own.
    let other = PostgresStore::open(database.url()).await.unwrap();
    let before = wake.rings();
    other.enqueue(&[new_message(1, START)]).await.unwrap();
    wake.rung_since(before).await;

    let before = wake.rings();
    let messages = vec![new_message(3, START)];
    let plan = PlanWrite { messages, ..PlanWrite::default() };
    assert!(matches!(other.write_plan(&plan).await.unwrap(), PlanWritten::Done(_)));
    wake.rung_since(before).await;

    // A host, in a transaction of its own; it wakes nobody before it commits.
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    let mut transaction = host.begin().await.unwrap();
    let before = wake.rings();
    PostgresStore::enqueue_in(&mut transaction, &[new_message(2, START)]).await.unwrap();
    transaction.commit().await.unwrap();
    wake.rung_since(before).await;

    // A lost connection is opened again, and messages that may have been missed are looked for.
    let before = wake.rings();
    host.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .await
    .unwrap();
    wake.rung_since(before).await;

    store.close().await;
    listening.await.unwrap();
}

#[tokio::test]
async fn the_clock_is_the_servers_and_never_goes_back() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    let clock = store.clock().await.unwrap();
    let mut last = clock.now();
    let mark = clock.monotonic();
    for _ in 0..50 {
        let told = clock.now();
        let server: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(&mut host).await.unwrap();
        let later = clock.now();
        assert!(last <= told && told <= later);
        // Both hosts are this machine: they agree to within the time of the question.
        let slack = chrono::TimeDelta::milliseconds(250);
        assert!(told - slack <= server && server <= later + slack, "{told} {server} {later}");
        last = later;
    }
    assert!(clock.monotonic() > mark);
    assert_eq!(clock.clone().now().timestamp_subsec_nanos() % 1_000, 0, "whole microseconds");
}

#[tokio::test]
async fn opening_again_keeps_what_is_there() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    let setting = SettingRow { key: "whatsapp_enabled".to_owned(), value: "false".to_owned() };
    save_settings(&store, &[("whatsapp_enabled", "false")], START).await;
    for _ in 0..3 {
        let again = PostgresStore::open(database.url()).await.unwrap();
        assert_eq!(as_new(again.message(message.facts.id).await.unwrap().unwrap()), message);
        assert!(again.load_settings().await.unwrap().contains(&setting));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_open_a_new_database_at_once_all_succeed() {
    let database = TestDatabase::create().await;
    let opening: Vec<_> = (0..8)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move { PostgresStore::open(&url).await })
        })
        .collect();
    for store in opening {
        store.await.unwrap().unwrap().close().await;
    }
    assert_works(database.url()).await;
}

#[tokio::test]
async fn the_hosts_settings_table_and_migrations_stay_the_hosts() {
    let database = TestDatabase::create().await;
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    for statement in [
        "CREATE TABLE invoice_configurations (
            id SERIAL PRIMARY KEY, config_key VARCHAR(100) NOT NULL UNIQUE, config_value TEXT,
            config_type VARCHAR(20), description TEXT, tenant TEXT DEFAULT 'main')",
        "INSERT INTO invoice_configurations (config_key, config_value) VALUES
            ('currency', 'INR'), ('WHATSAPP_shouted', 'x'), ('whatsapp_enabled', 'false')",
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, checksum BYTEA)",
        "INSERT INTO _sqlx_migrations (version) VALUES (1), (2)",
    ] {
        host.execute(statement).await.unwrap();
    }
    assert_works(database.url()).await;
    for (query, expected) in [
        ("SELECT config_value FROM invoice_configurations WHERE config_key = 'currency'", "INR"),
        (
            "SELECT config_value FROM invoice_configurations WHERE config_key = 'whatsapp_enabled'",
            "false",
        ),
        ("SELECT string_agg(DISTINCT tenant, ',') FROM invoice_configurations", "main"),
        ("SELECT string_agg(version::text, ',' ORDER BY version) FROM _sqlx_migrations", "1,2"),
        (
            "SELECT coalesce(obj_description('invoice_configurations'::regclass), 'the host''s')",
            "the host's",
        ),
    ] {
        let value: String = sqlx::query_scalar(query).fetch_one(&mut host).await.unwrap();
        assert_eq!(value, expected, "{query}");
    }
}

/// The library's own file of the tables.
const TABLES: &str = include_str!("../../migrations/postgres/0001_tables.sql");

/// Returns the database's description of its tables, and the applied migrations.
async fn shape(url: &str) -> String {
    let shape = "SELECT string_agg(part, '; ' ORDER BY part) FROM (
        SELECT concat_ws(' ', table_name, column_name) FROM information_schema.columns
        WHERE table_schema = 'public'
        UNION ALL SELECT version || encode(checksum, 'hex') FROM whatsapp_migrations
    ) AS parts (part)";
    let mut stranger = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar(shape).fetch_one(&mut stranger).await.unwrap()
}

#[tokio::test]
async fn a_database_of_a_newer_version_serves_and_keeps_what_the_newer_version_added() {
    let database = TestDatabase::create().await;
    let later = "ALTER TABLE whatsapp_message_logs ADD COLUMN later TEXT DEFAULT 'kept'";
    let files = [TABLES.to_owned(), later.to_owned()];
    let options = PostgresOptions::new(database.url()).unwrap();
    options.tables_from(files).open().await.unwrap().close().await;
    let newer = shape(database.url()).await;
    assert_works(database.url()).await;
    assert_eq!(shape(database.url()).await, newer);
}

#[tokio::test]
async fn a_database_of_an_older_shape_is_refused_with_a_sentence_and_stays_as_it_was() {
    let older = TABLES.replace("-- 4.2", "-- before 4.2");
    for files in [
        vec![older.clone()],
        vec![older, "CREATE TABLE whatsapp_more (id INTEGER PRIMARY KEY)".to_owned()],
    ] {
        let database = TestDatabase::create().await;
        let options = PostgresOptions::new(database.url()).unwrap();
        let store = options.clone().tables_from(files).open().await.unwrap();
        store.enqueue(&[new_message(1, START)]).await.unwrap();
        let before = shape(database.url()).await;

        for options in
            [options.clone(), options.clone().behind_pooler(true), options.references(true)]
        {
            let refused = options.open().await.unwrap_err();
            assert_eq!(refused.to_string(), crate::OLDER_SHAPE);
        }
        assert_eq!(shape(database.url()).await, before);
        assert_eq!(store.counts(9).await.unwrap().pending, 1, "a message is gone");
        store.close().await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_and_one_that_refuses_are_told_apart() {
    let nobody = PostgresOptions::new("postgres://postgres@127.0.0.1:1/shop").unwrap();
    let error = nobody.open().await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");

    let database = TestDatabase::create().await;
    let missing = database.url().replace(database.name(), "no_such_database");
    let refused = PostgresStore::open(&missing).await.unwrap_err().to_string();
    let said = "the database refused the operation: there is no database of that name";
    assert!(refused.starts_with(&format!("{said} (database no_such_database at ")), "{refused}");
}

#[test]
fn migrations_of_both_databases_have_the_same_numbers_and_names() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = |database: &str| {
        let mut names: Vec<_> = std::fs::read_dir(root.join(database))
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(files("postgres"), files("sqlite"));
    assert!(!files("sqlite").is_empty());
}

/// Returns the number of our rows for message 1 beside the log.
async fn rows_beside_the_log(host: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM whatsapp_outbox)
             + (SELECT count(*) FROM whatsapp_attempts_begun)
             + (SELECT count(*) FROM whatsapp_attempts_ended)",
    )
    .fetch_one(host)
    .await
    .unwrap()
}

#[tokio::test]
async fn what_belongs_to_a_message_goes_with_it_however_it_is_deleted() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    for deletion in [
        "DELETE FROM whatsapp_message_logs",
        "TRUNCATE whatsapp_message_logs CASCADE",
        "TRUNCATE whatsapp_message_logs, whatsapp_outbox, whatsapp_attempts_begun CASCADE",
        // Whatever the search path is, and whatever other tables have the same name.
        "CREATE SCHEMA other; CREATE TABLE other.whatsapp_outbox (message_id UUID);
         SET search_path = other; DELETE FROM public.whatsapp_message_logs; RESET search_path",
    ] {
        let (first, second) = (new_message(1, START), new_message(2, START));
        store.enqueue(&[first.clone(), second]).await.unwrap();
        // Two attempts each, so that one refers to the result of the other.
        host.execute(
            "INSERT INTO whatsapp_attempts_begun
                 (message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, started_at)
             SELECT id, 1, 1, part, whatsapp_number, whatsapp_number, '\\x00', now()
             FROM whatsapp_message_logs;
             INSERT INTO whatsapp_attempts_ended (message_id, no, account_id, finished_at, outcome)
             SELECT message_id, no, account_id, now(), 'rejected' FROM whatsapp_attempts_begun;
             INSERT INTO whatsapp_attempts_begun
                 (message_id, no, account_id, part, number_key, whatsapp_number, text_sha256, started_at)
             SELECT id, 2, 1, part, whatsapp_number, whatsapp_number, '\\x00', now()
             FROM whatsapp_message_logs",
        )
        .await
        .unwrap();
        assert_eq!(rows_beside_the_log(&mut host).await, 8);

        // One message alone first: the other keeps its rows.
        sqlx::query("DELETE FROM whatsapp_message_logs WHERE message_key = $1")
            .bind(first.facts.key.as_str())
            .execute(&mut host)
            .await
            .unwrap();
        assert_eq!(rows_beside_the_log(&mut host).await, 4, "before {deletion}");
        host.execute(deletion).await.unwrap();
        assert_eq!(rows_beside_the_log(&mut host).await, 0, "after {deletion}");
    }
}

/// A host gives a call up and makes it again, while the first one is still working.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_messages_enqueued_twice_at_once_are_there_once() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    for round in 0..400 {
        let messages: Vec<_> = (0..3).map(|nth| new_message(round * 10 + nth, START)).collect();
        let calls = [0, 1].map(|_| {
            let (store, messages) = (store.clone(), messages.clone());
            tokio::spawn(async move { store.enqueue(&messages).await.unwrap() })
        });
        let mut new = 0;
        for call in calls {
            for (message, enqueued) in messages.iter().zip(call.await.unwrap()) {
                match enqueued {
                    Enqueued::New(id) if id == message.facts.id => new += 1,
                    other => assert_eq!(other, Enqueued::AlreadyPresent(message.facts.id)),
                }
            }
        }
        assert_eq!(new, 3, "round {round}");
    }
}

#[tokio::test]
async fn who_may_delete_messages_needs_no_right_to_what_belongs_to_them() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    store.enqueue(&[new_message(1, START)]).await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    // Roles belong to the whole server: this one is named after the database.
    let eraser = format!("eraser_of_{}", database.name());
    for statement in [
        format!("CREATE ROLE {eraser}"),
        format!("GRANT SELECT, DELETE ON whatsapp_message_logs TO {eraser}"),
        format!("SET ROLE {eraser}"),
        "DELETE FROM whatsapp_message_logs".to_owned(),
        "RESET ROLE".to_owned(),
        format!("DROP OWNED BY {eraser}"),
        format!("DROP ROLE {eraser}"),
    ] {
        host.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    assert_eq!(rows_beside_the_log(&mut host).await, 0);
}

#[tokio::test]
async fn the_deletion_trigger_serves_no_other_table() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    store.enqueue(&[new_message(1, START)]).await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    host.execute(
        "CREATE TABLE decoy (id UUID);
         CREATE TRIGGER decoy AFTER TRUNCATE ON decoy
         FOR EACH STATEMENT EXECUTE FUNCTION whatsapp_forget_messages()",
    )
    .await
    .unwrap();
    assert!(host.execute("TRUNCATE decoy").await.is_err());
    assert_eq!(rows_beside_the_log(&mut host).await, 1);
}

/// The columns of the log that indexes contain or depend on.
const INDEXED: &str = "
    SELECT DISTINCT attname::TEXT
    FROM pg_index
    JOIN pg_attribute ON attrelid = indrelid
    LEFT JOIN pg_depend ON objid = indexrelid AND refobjid = indrelid AND refobjsubid = attnum
    WHERE indrelid = 'whatsapp_message_logs'::REGCLASS
        AND (attnum = ANY (indkey) OR refobjsubid IS NOT NULL)
    ORDER BY 1";

#[tokio::test]
async fn without_the_status_index_a_send_changes_no_index_of_the_log() {
    let database = TestDatabase::create().await;
    let options = PostgresOptions::new(database.url()).unwrap();
    let store = options.clone().without_status_index(true).open().await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    let indexed: Vec<String> = sqlx::query_scalar(INDEXED).fetch_all(&mut host).await.unwrap();
    let kept = [
        "created_at",
        "customer_id",
        "held_for",
        "id",
        "message_key",
        "message_type",
        "next_attempt_at",
        "resend_of",
        "scheduled_for",
        "subject",
        "trigger_type",
        "unsent",
    ];
    assert_eq!(indexed, kept);

    // The three of them that a change of status may change stay empty when a message is sent.
    let message = new_message(1, START);
    store.enqueue(std::slice::from_ref(&message)).await.unwrap();
    let empty =
        "SELECT num_nonnulls(next_attempt_at, unsent, held_for) = 0 FROM whatsapp_message_logs";
    assert!(sqlx::query_scalar::<_, bool>(empty).fetch_one(&mut host).await.unwrap());
    host.execute("UPDATE whatsapp_message_logs SET status = 'sent', sent_at = now()")
        .await
        .unwrap();
    assert!(sqlx::query_scalar::<_, bool>(empty).fetch_one(&mut host).await.unwrap());

    // The index stays away, and comes back in the form of the specification.
    options.open().await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, String>(INDEXED).fetch_all(&mut host).await.unwrap(), kept);
    host.execute(
        "CREATE INDEX CONCURRENTLY idx_whatsapp_logs_status ON whatsapp_message_logs (status)",
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn the_specifications_indexes_are_there() {
    let database = TestDatabase::create().await;
    PostgresStore::open(database.url()).await.unwrap();
    let mut host = PgConnection::connect(database.url()).await.unwrap();
    for (index, column) in [
        ("idx_whatsapp_logs_customer", "customer_id"),
        ("idx_whatsapp_logs_status", "status"),
        ("idx_whatsapp_logs_type", "message_type"),
        ("idx_whatsapp_logs_scheduled", "scheduled_for"),
        ("idx_whatsapp_templates_type", "message_type"),
        ("idx_whatsapp_templates_active", "is_active"),
    ] {
        let first: Option<String> = sqlx::query_scalar(
            "SELECT pg_get_indexdef(indexrelid, 1, TRUE) FROM pg_index
             WHERE indexrelid = to_regclass($1)",
        )
        .bind(index)
        .fetch_optional(&mut host)
        .await
        .unwrap();
        assert_eq!(first.as_deref(), Some(column), "{index}");
    }
}

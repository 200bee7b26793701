//! How the connections are set, with a pooler between and without.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use whatsapp_core::port::{MessageLog, Outbox, StoreError};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::PostgresOptions;
use crate::error::store_error;
use crate::postgres::PostgresStore;
use crate::postgres::work::Who;

const SETTINGS: [(&str, &str); 8] = [
    ("transaction_isolation", "read committed"),
    ("statement_timeout", "1500ms"),
    ("lock_timeout", "700ms"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("enable_seqscan", "off"),
    ("enable_sort", "off"),
    ("plan_cache_mode", "force_generic_plan"),
    ("jit", "off"),
];

async fn setting(connection: &mut PgConnection, name: &'static str) -> Result<String, StoreError> {
    let query = sqlx::query_scalar(AssertSqlSafe(format!("SHOW {name}"))).persistent(false);
    query.fetch_one(connection).await.map_err(store_error)
}

async fn assert_set(store: &PostgresStore) {
    for who in [Who::Worker, Who::Visitor] {
        for (name, expected) in SETTINGS {
            let written =
                store.write(who, move |session| Box::pin(setting(session.connection, name)));
            assert_eq!(written.await.unwrap(), expected, "{name}, {who:?}");
            let read = store.read(who, move |session| Box::pin(setting(session.connection, name)));
            assert_eq!(read.await.unwrap(), expected, "{name}, {who:?}");
        }
    }
}

fn options(url: &str) -> PostgresOptions {
    PostgresOptions::new(url)
        .unwrap()
        .statement_timeout(Duration::from_millis(1_500))
        .lock_timeout(Duration::from_millis(700))
}

#[tokio::test]
async fn every_statement_has_its_isolation_its_time_limits_and_its_plans() {
    let (_, database) = super::store().await;
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    let serializable = format!(
        "ALTER DATABASE {} SET default_transaction_isolation = 'serializable'",
        database.name()
    );
    server.execute(AssertSqlSafe(serializable)).await.unwrap();
    let direct = options(database.url()).open().await.unwrap();
    assert_set(&direct).await;
    let pooled = options(database.url()).behind_pooler(true).open().await.unwrap();
    assert_set(&pooled).await;
    pooled.enqueue(&[new_message(1, START)]).await.unwrap();
    assert_eq!(pooled.counts(u64::MAX).await.unwrap().pending, 1);
    // Nothing stays behind on a connection that the pooler gives to somebody else next.
    let mut connection = pooled.workers.acquire().await.unwrap();
    assert_eq!(setting(&mut connection, "statement_timeout").await.unwrap(), "0");
    let prepared: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_prepared_statements")
        .persistent(false)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(prepared, 0);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up_in_plain_words() {
    let (_, database) = super::store().await;
    let store = options(database.url()).open().await.unwrap();
    let slow = store.read(Who::Visitor, |session| {
        Box::pin(async move {
            let query = session.query("SELECT pg_sleep(60)");
            query.execute(&mut *session.connection).await.map(|_| ()).map_err(store_error)
        })
    });
    assert_eq!(
        slow.await.unwrap_err().to_string(),
        "the database is not available: it took too long over a statement"
    );
}

#[test]
fn no_address_and_no_password_is_shown() {
    let options = options("postgres://shop:hunter2@db.example.com/shop");
    let shown = format!("{options:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("example"), "{shown}");
    let error = PostgresOptions::new("postgres://shop:hunter2@[/shop").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

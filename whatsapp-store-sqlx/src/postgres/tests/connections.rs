//! Settings of the connections, with and without a pooler.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;
use whatsapp_core::port::{MessageLog, Outbox, StoreError};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::PostgresOptions;
use crate::error::store_error;
use crate::postgres::PostgresStore;
use crate::postgres::statements as sql;
use crate::postgres::work::Pool;

const SETTINGS: [(&str, &str); 9] = [
    ("synchronous_commit", "on"),
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
    for pool in [Pool::Worker, Pool::Client] {
        for (name, expected) in SETTINGS {
            let written =
                store.write(pool, move |session| Box::pin(setting(session.connection, name)));
            assert_eq!(written.await.unwrap(), expected, "{name}, {pool:?}");
            let read = store.read(pool, move |session| Box::pin(setting(session.connection, name)));
            assert_eq!(read.await.unwrap(), expected, "{name}, {pool:?}");
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
    // No setting stays on a connection that the pooler gives to somebody else next.
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
    let slow = store.read(Pool::Client, |session| {
        Box::pin(async move {
            let query = session.query("SELECT pg_sleep(60)");
            query.execute(&mut *session.connection).await.map(|_| ())
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

/// The durability of a claim's commit, and of the next transaction on its connection.
#[tokio::test]
async fn a_claim_alone_does_not_wait_for_the_disk() {
    let (store, database) = super::store().await;
    store.enqueue(&[new_message(1, START)]).await.unwrap();
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    assert_eq!(setting(&mut transaction, "synchronous_commit").await.unwrap(), "on");
    let later = START + TimeDelta::minutes(2);
    let claimed = sqlx::query(sql::LONGEST_DUE)
        .bind(Uuid::from_u128(7))
        .bind(later)
        .bind("transactional")
        .bind(START)
        .bind(later)
        .bind(None::<DateTime<Utc>>)
        .bind(Uuid::nil())
        .bind(1_i64)
        .bind(0_i64)
        .bind(120_000_000_i64)
        .bind(1_i64)
        .bind(1_i16)
        .fetch_all(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(setting(&mut transaction, "synchronous_commit").await.unwrap(), "off");
    transaction.commit().await.unwrap();
    assert_eq!(setting(&mut connection, "synchronous_commit").await.unwrap(), "on");
}

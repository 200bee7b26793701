//! Servers, databases and roles with another isolation than the usual one, and some that accept no
//! writes.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use whatsapp_core::Ports;
use whatsapp_core::dispatch::{DispatchOptions, Dispatcher, RateLimit};
use whatsapp_core::port::{Enqueued, MessageLog, Outbox, StoreError};
use whatsapp_store_sqlx::{PostgresOptions, PostgresStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{START, new_message};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport};

/// Sets a default of new sessions on the database.
async fn set(database: &TestDatabase, setting: &str) {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    connection.execute("SET default_transaction_read_only = off").await.unwrap();
    let statement = format!("ALTER DATABASE {} SET {setting}", database.name());
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
}

async fn open(database: &TestDatabase, behind_pooler: bool) -> PostgresStore {
    let options = PostgresOptions::new(database.url()).unwrap();
    options.behind_pooler(behind_pooler).open().await.unwrap()
}

/// A dispatcher whose clock stands still: a lease that is not given back is valid for ever.
fn dispatcher(store: &PostgresStore, gateway: &ScriptedTransport) -> Dispatcher {
    let directory = Arc::new(FixedDirectory::new([]));
    let ports = Ports::new(Arc::new(store.clone()), directory)
        .with_transport(Arc::new(gateway.clone()))
        .with_clock(Arc::new(ManualClock::starting_at(START)));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    Dispatcher::new(ports).unwrap().with_options(options)
}

async fn nothing_waits_under_serializable(behind_pooler: bool) {
    let database = TestDatabase::create().await;
    set(&database, "default_transaction_isolation = 'serializable'").await;
    let gateway = ScriptedTransport::new();
    let messages: Vec<_> = (0..400).map(|seed| new_message(seed, START)).collect();
    let mut enqueuing = Vec::new();
    for some in messages.chunks(100) {
        let (store, some) = (open(&database, behind_pooler).await, some.to_vec());
        enqueuing.push(tokio::spawn(async move {
            for message in some {
                let enqueued = store.enqueue(std::slice::from_ref(&message)).await.unwrap();
                assert_eq!(enqueued, [Enqueued::New(message.facts.id)]);
            }
        }));
    }
    let mut working = Vec::new();
    for _ in 0..4 {
        let store = open(&database, behind_pooler).await;
        let dispatcher = dispatcher(&store, &gateway);
        working.push(tokio::spawn(async move {
            while store.counts(1_000).await.unwrap().sent < 400 {
                dispatcher.tick(START).await.unwrap();
            }
        }));
    }
    for task in enqueuing.into_iter().chain(working) {
        task.await.unwrap();
    }
    assert_eq!(gateway.sent().len(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_serializable_no_enqueue_fails_and_no_message_waits_for_its_lease() {
    nothing_waits_under_serializable(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn under_serializable_and_behind_a_pooler_nothing_waits_either() {
    nothing_waits_under_serializable(true).await;
}

#[tokio::test]
async fn migrations_and_the_clock_name_their_isolation_too() {
    for behind_pooler in [false, true] {
        let database = TestDatabase::create().await;
        set(&database, "default_transaction_isolation = 'serializable'").await;
        let mut host = PgConnection::connect(database.url()).await.unwrap();
        // Each change of the tables records the isolation at which it was made.
        for statement in [
            "CREATE TABLE seen (isolation TEXT NOT NULL)",
            "CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO seen SELECT current_setting('transaction_isolation'); END $$",
            "CREATE EVENT TRIGGER see ON ddl_command_end EXECUTE FUNCTION see()",
        ] {
            host.execute(statement).await.unwrap();
        }
        let store = open(&database, behind_pooler).await;
        host.execute("DROP EVENT TRIGGER see").await.unwrap();
        let seen: Vec<String> = sqlx::query_scalar("SELECT DISTINCT isolation FROM seen")
            .fetch_all(&mut host)
            .await
            .unwrap();
        assert_eq!(seen, ["read committed"], "behind a pooler: {behind_pooler}");
        store.clock().await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn a_database_that_takes_no_writes_says_so_and_nothing_is_lost() {
    for behind_pooler in [false, true] {
        let database = TestDatabase::create().await;
        let gateway = ScriptedTransport::new();
        let messages: Vec<_> = (0..3).map(|seed| new_message(seed, START)).collect();
        open(&database, behind_pooler).await.enqueue(&messages).await.unwrap();

        set(&database, "default_transaction_read_only = on").await;
        let store = open(&database, behind_pooler).await;
        let says_so = |outcome: Result<(), StoreError>| {
            let error = outcome.unwrap_err();
            assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
            assert_eq!(
                error.to_string(),
                "the database is not available: it takes no writes: it is a standby, or somebody \
                 has made it read-only"
            );
        };
        says_so(store.enqueue(&[new_message(9, START)]).await.map(drop));
        says_so(dispatcher(&store, &gateway).tick(START).await.map(drop));
        assert_eq!(gateway.sent().len(), 0, "nothing goes out that cannot be written down");
        assert_eq!(store.counts(10).await.unwrap().pending, 3, "reads go on");
        store.close().await;

        set(&database, "default_transaction_read_only = off").await;
        let store = open(&database, behind_pooler).await;
        dispatcher(&store, &gateway).tick(START).await.unwrap();
        assert_eq!(gateway.sent().len(), 3);
    }
}

#[tokio::test]
async fn a_new_database_that_takes_no_writes_says_so_when_it_is_opened() {
    let database = TestDatabase::create().await;
    set(&database, "default_transaction_read_only = on").await;
    let error = PostgresStore::open(database.url()).await.unwrap_err();
    assert!(error.to_string().contains("it takes no writes"), "{error}");
}

#[tokio::test]
async fn a_host_in_the_way_of_another_is_told_to_run_its_whole_transaction_again() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let seed = level.len() as u64;
        let message = new_message(seed, START);
        let same = message.clone().with_facts(|facts| whatsapp_core::message::Facts {
            id: new_message(seed + 100, START).facts.id,
            ..facts
        });
        let mut host = PgConnection::connect(database.url()).await.unwrap();
        let begin = format!("BEGIN ISOLATION LEVEL {level}");
        let mut transaction = host.begin_with(AssertSqlSafe(begin.clone())).await.unwrap();
        // Its view of the database is older than the other transaction.
        transaction.execute("SELECT count(*) FROM whatsapp_message_logs").await.unwrap();
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        let draft = [same];
        let error = PostgresStore::enqueue_in(&mut transaction, &draft).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
        assert!(error.to_string().ends_with("run the whole transaction again"), "{error}");
        transaction.rollback().await.unwrap();

        let mut again = host.begin_with(AssertSqlSafe(begin)).await.unwrap();
        let enqueued = PostgresStore::enqueue_in(&mut again, &draft).await.unwrap();
        again.commit().await.unwrap();
        assert_eq!(enqueued, [Enqueued::AlreadyPresent(message.facts.id)], "{level}");
    }
}

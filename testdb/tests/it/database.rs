use std::collections::HashSet;

use sqlx::{Connection as _, Executor as _, PgConnection};
use whatsapp_testdb::{Cluster, TestDatabase};

async fn databases(url: &str) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let names = "SELECT datname FROM pg_database WHERE datname LIKE 'whatsapp\\_test\\_%'";
    sqlx::query_scalar(names).fetch_all(&mut connection).await.unwrap()
}

#[tokio::test]
async fn database_is_empty_and_sorts_by_bytes() {
    let database = TestDatabase::create().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let (name, tables, sorts): (String, i64, bool) = sqlx::query_as(
        "SELECT current_database(), (SELECT count(*) FROM pg_tables WHERE schemaname = 'public'), 'B' < 'a'",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!((name.as_str(), tables, sorts), (database.name(), 0, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_are_created_at_once() {
    let cluster = Cluster::start().unwrap();
    let (all, names) = {
        let all = (0..24).map(|_| TestDatabase::create_on(&cluster));
        let all = futures_util::future::join_all(all).await;
        let names: HashSet<String> =
            all.iter().map(|database| database.name().to_owned()).collect();
        (all, names)
    };
    assert_eq!(names.len(), 24);
    let there: HashSet<String> = databases(&cluster.url("postgres")).await.into_iter().collect();
    assert_eq!(there, names);
    drop(all);
}

#[tokio::test]
async fn database_is_dropped_with_its_value_under_the_feet_of_its_clients() {
    let cluster = Cluster::start().unwrap();
    let database = TestDatabase::create_on(&cluster).await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    connection.execute("BEGIN").await.unwrap();
    drop(database);
    assert_eq!(databases(&cluster.url("postgres")).await, Vec::<String>::new());
    assert!(connection.ping().await.is_err());
}

#[tokio::test]
async fn dropping_after_the_server_ended_is_no_trouble() {
    let cluster = Cluster::start().unwrap();
    let database = TestDatabase::create_on(&cluster).await;
    cluster.stop().unwrap();
    drop(database);
}

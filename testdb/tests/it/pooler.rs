use std::net::TcpStream;

use sqlx::{Connection as _, Executor as _, PgConnection};
use whatsapp_testdb::{Cluster, Pooler, TestDatabase};

/// The process id of the server's process that answers, as a client sees it in a statement of its
/// own.
async fn backend(connection: &mut PgConnection) -> i32 {
    let query = sqlx::raw_sql("SELECT pg_backend_pid()");
    let row = query.fetch_one(connection).await.unwrap();
    sqlx::Row::get(&row, 0)
}

#[tokio::test]
async fn clients_share_connections_between_transactions_and_not_within() {
    let cluster = Cluster::start().unwrap();
    let pooler = Pooler::start(&cluster).unwrap();
    let database = TestDatabase::create_on(&cluster).await;
    let url = pooler.url(database.name());
    let mut one = PgConnection::connect(&url).await.unwrap();
    let mut other = PgConnection::connect(&url).await.unwrap();
    assert_eq!(backend(&mut one).await, backend(&mut other).await);
    one.execute("BEGIN").await.unwrap();
    assert_ne!(backend(&mut one).await, backend(&mut other).await);
    one.execute("COMMIT").await.unwrap();
}

#[tokio::test]
async fn prepared_statements_do_not_last() {
    let cluster = Cluster::start().unwrap();
    let pooler = Pooler::start(&cluster).unwrap();
    let url = pooler.url("postgres");
    let mut one = PgConnection::connect(&url).await.unwrap();
    let mut other = PgConnection::connect(&url).await.unwrap();
    // Both would use the driver's first statement name, on the same connection of the server's.
    sqlx::query("SELECT 1").execute(&mut one).await.unwrap();
    let clash = sqlx::query("SELECT 2").execute(&mut other).await;
    assert!(clash.is_err(), "a pooler that forgives prepared statements proves nothing");
}

#[tokio::test]
async fn pooler_outlives_its_server_and_finds_it_again() {
    let cluster = Cluster::start().unwrap();
    let pooler = Pooler::start(&cluster).unwrap();
    let mut connection = PgConnection::connect(&pooler.url("postgres")).await.unwrap();
    let before = backend(&mut connection).await;
    cluster.crash_and_restart().unwrap();
    drop(connection);
    let mut connection = PgConnection::connect(&pooler.url("postgres")).await.unwrap();
    let after = loop {
        // Until the pooler notices, it hands out the connections that it still has.
        if let Ok(row) = sqlx::raw_sql("SELECT pg_backend_pid()").fetch_one(&mut connection).await {
            break sqlx::Row::get::<i32, _>(&row, 0);
        }
        connection = PgConnection::connect(&pooler.url("postgres")).await.unwrap();
    };
    assert_ne!(before, after);
}

#[test]
fn stopped_pooler_is_gone() {
    let cluster = Cluster::start().unwrap();
    let pooler = Pooler::start(&cluster).unwrap();
    let port = pooler.port();
    TcpStream::connect(("127.0.0.1", port)).unwrap();
    pooler.stop().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}

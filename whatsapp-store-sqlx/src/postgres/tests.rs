//! Tests that need the inside of the store.

mod binds;
mod connections;
mod plans;
mod statements;

use whatsapp_testdb::TestDatabase;

use super::PostgresStore;

/// A store on a database of its own, which lives as long as the store.
async fn store() -> (PostgresStore, TestDatabase) {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    (store, database)
}

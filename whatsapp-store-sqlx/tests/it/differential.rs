//! The same random calls on the model, on SQLite and on Postgres: every answer must be the same.

use std::thread;

use sqlx::{Connection as _, Executor as _, PgConnection};
use whatsapp_core::port::Store;
use whatsapp_store_sqlx::{PostgresOptions, SqliteOptions, Synchronous};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::differential;

/// Number of sequences of calls, and of players that run at once, each on databases of its own.
const SEQUENCES: u64 = 2_000;
const PLAYERS: u64 = 4;

/// Number of calls in a sequence: one sequence in a hundred is long, to find errors that need a
/// long history.
const fn steps(seed: u64) -> usize {
    if seed.is_multiple_of(100) { 200 } else { 16 }
}

/// Clears a database to its state before the first call. Both databases understand it.
const CLEAR: &str = "
    DELETE FROM whatsapp_notices;
    DELETE FROM whatsapp_digests;
    DELETE FROM whatsapp_outbox;
    DELETE FROM whatsapp_attempts_begun;
    DELETE FROM whatsapp_attempts_ended;
    DELETE FROM whatsapp_message_logs;
    DELETE FROM whatsapp_templates;
    UPDATE invoice_configurations SET config_value = '5' WHERE config_key = 'whatsapp_undelivered_alert';
    UPDATE invoice_configurations SET config_value = '24'
        WHERE config_key = 'whatsapp_attachment_link_hours';
    DELETE FROM whatsapp_account_events;
    DELETE FROM whatsapp_account;
    INSERT INTO whatsapp_account (id) VALUES (1);
";

#[test]
fn random_calls_are_answered_alike_by_the_model_and_by_both_databases() {
    // A player makes one call after the other: on a thread of its own, no runtime moves it around.
    let alone = |player| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(player))
    };
    let operations: usize = thread::scope(|scope| {
        let players: Vec<_> =
            (0..PLAYERS).map(|player| scope.spawn(move || alone(player))).collect();
        players.into_iter().map(|player| player.join().unwrap()).sum()
    });
    println!("differential: sequences {SEQUENCES}, operations {operations}, divergences 0");
}

/// Plays one player's share of the sequences and returns the number of calls.
async fn play(player: u64) -> usize {
    let database = TestDatabase::create().await;
    let options = PostgresOptions::new(database.url()).unwrap().workers(1).readers(1);
    let postgres = options.open().await.unwrap();
    let mut beside_postgres = PgConnection::connect(database.url()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    // The durability on disk does not matter for this test.
    let sqlite = SqliteOptions::new(folder.path().join(crate::FILE))
        .synchronous(Synchronous::Normal)
        .open()
        .await
        .unwrap();
    let mut beside_sqlite = crate::stranger(folder.path()).await;

    let mut operations = 0;
    for seed in (player..SEQUENCES).step_by(usize::try_from(PLAYERS).unwrap()) {
        let model = MemoryStore::new();
        let stores: [(&str, &dyn Store); 3] =
            [("the model", &model), ("SQLite", &sqlite), ("Postgres", &postgres)];
        operations += differential(seed, &stores, steps(seed)).await;
        beside_postgres.execute(CLEAR).await.unwrap();
        beside_sqlite.execute(CLEAR).await.unwrap();
    }
    beside_postgres.close().await.unwrap();
    postgres.close().await;
    sqlite.close().await;
    operations
}

//! Clients that disconnect during a host's own transaction.

#![expect(clippy::future_not_send, reason = "each case stays in the task of its test")]

use std::collections::BTreeSet;

use sqlx::{Executor as _, SqlitePool};
use whatsapp_testkit::fixtures::{START, new_message};

use crate::cancelled::abandon;
use crate::transaction::host::{Host, OnPostgres, OnSqlite, PoolOptions};

const HANG_UPS: u32 = 500;

/// Maximum number of trials of the control, before a plain pool counts as losing nothing.
const MOST_TRIALS: u64 = 10;

/// Returns the number of confirmed orders that are missing. Clients disconnected at any moment of a
/// transaction, while others used the same pool and waited for their answers. The seed draws the
/// moments.
async fn lost<H: Host>(options: PoolOptions, seed: u64) -> usize {
    let host = H::open_with(options).await;
    let mut random = fastrand::Rng::with_seed(seed);
    let mut answered = BTreeSet::new();
    let mut hung_up = 0;
    for number in 0.. {
        let mut order = 0;
        let message = [new_message(number, START)];
        let deliver = async {
            let mut transaction = host.begin().await;
            order = H::add_order(&mut transaction).await;
            H::enqueue_in(&mut transaction, &message).await.unwrap();
            transaction.commit().await.unwrap();
        };
        if abandon(deliver, random.u32(1..30)).await {
            answered.insert(order);
        } else {
            hung_up += 1;
        }
        let mut connection = host.pool().acquire().await.unwrap();
        answered.insert(H::add_order(&mut connection).await);
        if hung_up == HANG_UPS {
            break;
        }
    }
    host.pool().close().await;
    let there = H::orders(&mut host.stranger().await).await.into_iter().collect();
    answered.difference(&there).count()
}

#[tokio::test]
async fn on_postgres_500_hang_ups_lose_nothing_that_was_answered() {
    assert_eq!(lost::<OnPostgres>(PoolOptions::HostPool, 1).await, 0);
}

#[tokio::test]
async fn on_sqlite_500_hang_ups_lose_nothing_that_was_answered() {
    assert_eq!(lost::<OnSqlite>(PoolOptions::HostPool, 1).await, 0);
}

/// The control: the behavior of a pool without the store's options. The server decides how far a
/// transaction gets before it is given up, so a single trial may happen to lose nothing. If this
/// test fails, sqlx was fixed.
#[tokio::test]
async fn on_postgres_a_plain_pool_loses_what_was_answered() {
    for seed in 1..=MOST_TRIALS {
        if lost::<OnPostgres>(PoolOptions::Plain, seed).await > 0 {
            return;
        }
    }
    panic!("nothing was lost in {MOST_TRIALS} trials");
}

/// Leaves each connection of a pool in the middle of a transaction that was begun by a statement.
#[tokio::test]
async fn on_postgres_nothing_is_left_open_however_it_was_begun() {
    for statements in [["BEGIN", "SELECT 1"], ["BEGIN", "SELECT 1/0"]] {
        let host = OnPostgres::open().await;
        for _ in 0..20 {
            let mut connection = host.pool().acquire().await.unwrap();
            for statement in statements {
                // The second statement may fail, and then the transaction can only be undone.
                let _ = connection.execute(statement).await;
            }
        }
        let mut answered = BTreeSet::new();
        for _ in 0..20 {
            let mut connection = host.pool().acquire().await.unwrap();
            answered.insert(OnPostgres::add_order(&mut connection).await);
        }
        host.pool().close().await;
        let there = OnPostgres::orders(&mut host.stranger().await).await.into_iter().collect();
        assert_eq!(answered, there, "{statements:?}");
    }
}

/// Returns how many of 20 transactions can be begun, after SQLite ended one on each connection by
/// itself.
async fn begun_after_sqlite_ended_some(pool: &SqlitePool) -> usize {
    for _ in 0..20 {
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await;
        if let Ok(transaction) = &mut transaction {
            let twice = "INSERT OR ROLLBACK INTO orders VALUES (-1), (-1)";
            transaction.execute(twice).await.unwrap_err();
        }
    }
    let mut begun = 0;
    for _ in 0..20 {
        begun += usize::from(pool.begin_with("BEGIN IMMEDIATE").await.is_ok());
    }
    begun
}

#[tokio::test]
async fn on_sqlite_a_transaction_that_ended_by_itself_leaves_no_broken_connection() {
    let guarded = OnSqlite::open().await;
    assert_eq!(begun_after_sqlite_ended_some(guarded.pool()).await, 20);
    let plain = OnSqlite::open_with(PoolOptions::Plain).await;
    assert!(begun_after_sqlite_ended_some(plain.pool()).await < 20, "sqlx was mended");
}

#[tokio::test]
async fn on_sqlite_what_a_statement_began_is_undone() {
    let host = OnSqlite::open().await;
    for _ in 0..20 {
        let mut connection = host.pool().acquire().await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        OnSqlite::add_order(&mut connection).await;
    }
    let mut connection = host.pool().acquire().await.unwrap();
    let answered = OnSqlite::add_order(&mut connection).await;
    drop(connection);
    host.pool().close().await;
    assert_eq!(OnSqlite::orders(&mut host.stranger().await).await, [answered]);
}

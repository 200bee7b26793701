//! Calls that are given up at random moments.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use tokio::task::JoinSet;
use whatsapp_core::LeaseToken;
use whatsapp_core::port::{
    AccountStore as _, Claim, ClaimOf, Lane, LogFilter, MessageLog as _, Outbox as _, Reserve,
    SettingsStore as _, Sort, Turn, random,
};
use whatsapp_store_sqlx::{PostgresOptions, PostgresStore};
use whatsapp_testdb::{Cluster, Pooler};
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::{self, START, greeting};

use super::super::proxy::Proxy;
use super::super::{Line, Trial, nap, now};
use super::fenced;

/// Delay of each piece of data each way, so that a call can be given up in the middle.
const LATENCY: Duration = Duration::from_millis(1);

/// Number of calls at once that are given up.
const AT_ONCE: u64 = 8;

/// Least number of spoiled connections in the control: with fewer, the run proves nothing.
const POISONED_LEAST: usize = 20;

/// Gives up calls: through the store, through the store behind a pooler, and without the store.
pub(super) async fn cancelled(
    trial: &Trial,
    line: &mut Line,
    cluster: &Arc<Cluster>,
    store: &PostgresStore,
    proxy: &Proxy,
    url: &str,
) -> Result<()> {
    let wanted = trial.rounds(2_000, 400);
    proxy.latency(LATENCY);
    let poisoned = give_up(store, url, wanted, trial.seed).await?;
    line.count("cancelled_begins", wanted);
    line.none("poisoned", poisoned);

    let server = Arc::clone(cluster);
    let pooler = tokio::task::spawn_blocking(move || Pooler::start(&server)).await??;
    let before_pooler = Proxy::before(pooler.port()).await?;
    let name = url.rsplit('/').next().context("a database has a name")?;
    let behind = PostgresOptions::new(before_pooler.instead_of(&pooler.url(name)))?
        .behind_pooler(true)
        .open()
        .await?;
    before_pooler.latency(LATENCY);
    let poisoned = give_up(&behind, url, wanted, trial.seed + 1).await?;
    line.count("pooler_cancelled_begins", wanted);
    line.none("pooler_poisoned", poisoned);
    behind.close().await;

    let poisoned = unprotected(&proxy.instead_of(url), wanted, trial.seed + 2).await?;
    line.count("control_cancelled_begins", wanted);
    line.at_least("control_poisoned", poisoned, POISONED_LEAST);
    proxy.latency(Duration::ZERO);
    Ok(())
}

/// Gives up `wanted` calls of the store at random moments. Returns the number of connections that
/// were found in a transaction that nobody is in.
async fn give_up(store: &PostgresStore, url: &str, wanted: usize, seed: u64) -> Result<usize> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut beside = PgConnection::connect(url).await?;
    let (mut given_up, mut poisoned, mut number) = (0, 0, 0_u64);
    while given_up < wanted {
        let mut calls = JoinSet::new();
        for _ in 0..AT_ONCE {
            number += 1;
            let (store, number) = (store.clone(), number);
            let patience = Duration::from_micros(random.u64(0..8_000));
            calls.spawn(async move {
                // The future is dropped in the middle of its work.
                tokio::time::timeout(patience, call(&store, number)).await.is_err()
            });
        }
        while let Some(gave_up) = calls.join_next().await {
            given_up += usize::from(gave_up?);
        }
        poisoned += left_behind(&mut beside).await?;
    }
    beside.close().await?;
    Ok(poisoned)
}

/// Makes one call of the store. Its success does not matter.
async fn call(store: &PostgresStore, number: u64) {
    let entropy = SeededEntropy::new(number);
    let token = LeaseToken::new(START, random(&entropy));
    match number % 6 {
        0 => drop(store.enqueue(&[greeting(1_000_000 + number, START)]).await),
        1 => {
            let none = TimeDelta::zero();
            let elapsed = fixtures::elapsed(START);
            let (interval, jitter, seen) = (none, none, None);
            let reserve = Reserve { now: START, elapsed, seen, want: 1, interval, jitter };
            drop(store.reserve(&reserve).await);
        }
        2 => {
            let claim = Claim {
                lane: Lane::Greeting,
                of: ClaimOf::All,
                only: None,
                after: None,
                token,
                now: START,
                elapsed: fixtures::elapsed(START),
                lease: TimeDelta::seconds(120),
                limit: 2,
                excluding: Vec::new(),
            };
            drop(store.claim(&claim).await);
        }
        3 => drop(store.settle(&[fenced(number)]).await),
        4 => drop(store.load_settings().await),
        _ => drop(store.page(&LogFilter::default(), Sort::Newest, Turn::First, 5).await),
    }
}

/// Counts the connections that stay in a transaction although nobody works any more. It waits for
/// what the store's tasks still do.
async fn left_behind(beside: &mut PgConnection) -> Result<usize> {
    const IN_TRANSACTION: &str = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND xact_start IS NOT NULL";
    const END: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND state LIKE 'idle in transaction%'";
    let asked = now();
    loop {
        let open: i64 = sqlx::query_scalar(IN_TRANSACTION).fetch_one(&mut *beside).await?;
        if open == 0 {
            return Ok(0);
        }
        if asked.elapsed() > Duration::from_secs(5) {
            let ended: i64 = sqlx::query_scalar(END).fetch_one(&mut *beside).await?;
            return Ok(usize::try_from(ended)?);
        }
        nap(Duration::from_millis(1)).await;
    }
}

/// The control: `pool.begin()` of sqlx, given up as often. Two questions for the time in one
/// checkout have the same answer exactly when the connection is in a transaction.
async fn unprotected(url: &str, wanted: usize, seed: u64) -> Result<usize> {
    let pool = PgPoolOptions::new().max_connections(u32::try_from(AT_ONCE)?).connect(url).await?;
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut given_up, mut poisoned) = (0, 0);
    while given_up < wanted {
        let mut begins = JoinSet::new();
        for _ in 0..AT_ONCE {
            let pool = pool.clone();
            let patience = Duration::from_micros(random.u64(0..8_000));
            begins.spawn(async move {
                let begun = tokio::time::timeout(patience, pool.begin()).await;
                anyhow::Ok(match begun {
                    Ok(transaction) => transaction?.rollback().await.map(|()| false)?,
                    Err(_) => true,
                })
            });
        }
        while let Some(gave_up) = begins.join_next().await {
            given_up += usize::from(gave_up??);
        }
        poisoned += heal(&pool).await?;
    }
    pool.close().await;
    Ok(poisoned)
}

/// Looks at every connection of a pool, and ends the transactions that are open there.
async fn heal(pool: &PgPool) -> Result<usize> {
    let mut checks = JoinSet::new();
    let together = Arc::new(tokio::sync::Barrier::new(usize::try_from(AT_ONCE)?));
    for _ in 0..AT_ONCE {
        let (pool, together) = (pool.clone(), Arc::clone(&together));
        checks.spawn(async move {
            let mut connection = pool.acquire().await?;
            // All connections are out at once, so that each is looked at.
            together.wait().await;
            let mut times = Vec::new();
            for _ in 0..2 {
                let time: chrono::DateTime<chrono::Utc> =
                    sqlx::query_scalar("SELECT now()").fetch_one(&mut *connection).await?;
                times.push(time);
            }
            let poisoned = times.first() == times.last();
            if poisoned {
                connection.execute("ROLLBACK").await?;
            }
            anyhow::Ok(poisoned)
        });
    }
    let mut poisoned = 0;
    while let Some(check) = checks.join_next().await {
        poisoned += usize::from(check??);
    }
    Ok(poisoned)
}

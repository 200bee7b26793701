//! A console that takes every connection for readers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use sqlx::{Connection as _, Executor as _, PgConnection};
use tokio::task::JoinSet;
use whatsapp_core::port::{Outbox as _, TemplateStore as _};
use whatsapp_store_sqlx::PostgresStore;

use super::super::{Line, Trial, now, until};
use super::fenced;

/// Longest time that a console may keep a worker from writing an outcome down.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);

/// Number of readers of a console that has too many of them.
const READERS: usize = 50;

/// Lets a console take every connection that it can get, and all of them hang. Workers settle
/// meanwhile.
pub(super) async fn starved(
    trial: &Trial,
    line: &mut Line,
    store: &PostgresStore,
    url: &str,
) -> Result<()> {
    let mut beside = PgConnection::connect(url).await?;
    let mut lock = beside.begin().await?;
    lock.execute("LOCK TABLE whatsapp_templates IN ACCESS EXCLUSIVE MODE").await?;
    let over = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let (store, over) = (store.clone(), Arc::clone(&over));
        readers.spawn(async move {
            let mut starved = 0;
            while !over.load(Ordering::SeqCst) {
                starved += usize::from(store.templates().await.is_err());
            }
            starved
        });
    }
    // All connections for readers wait for the lock.
    let waiting = || async {
        let mut other = PgConnection::connect(url).await?;
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        .fetch_one(&mut other)
        .await?;
        other.close().await?;
        Ok(waiting >= 4)
    };
    until("a console that takes every connection", waiting).await?;
    let mut took = Vec::new();
    let started = now();
    // This is longer than readers wait for a connection, so that some are told that there is none.
    while took.len() < trial.rounds(1_000, 200) || started.elapsed() < Duration::from_secs(2) {
        let asked = now();
        store.settle(&[fenced(1)]).await.context("a worker settles while the console starves")?;
        took.push(asked.elapsed());
    }
    over.store(true, Ordering::SeqCst);
    lock.rollback().await?;
    let mut refused = 0;
    while let Some(reader) = readers.join_next().await {
        refused += reader?;
    }
    store.templates().await.context("the readers' pool is free again")?;
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    line.at_least("starved_reads", refused, 1);
    line.count("settled_meanwhile", took.len());
    line.figure("settle_p99_ms", u64::try_from(p99.as_millis())?);
    line.bar(p99 < SETTLED_WITHIN, || format!("a settlement took {p99:?}"));
    beside.close().await?;
    Ok(())
}

//! The time from a message's commit to its POST, and the cost of a dispatcher that has nothing to
//! do: `cargo bench -p whatsapp-benches --bench wake`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use async_trait::async_trait;
use sqlx::Executor as _;
use tokio::sync::{mpsc, watch};
use whatsapp_benches::contest::{at_most, mark, median, percentile};
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::{Shape, dispatchers, messages, run_word};
use whatsapp_benches::server::{Server, postgres_pool};
use whatsapp_benches::settings::Settings;
use whatsapp_core::Runner;
use whatsapp_core::port::{
    Accepted, Clock, Outbox, OutgoingMessage, Probe, Store, Transport, TransportError,
};
use whatsapp_store_sqlx::PostgresStore;

/// Time for which the idle dispatcher is watched, after it had as long to settle down.
const IDLE: Duration = Duration::from_secs(30);

/// Reports the time at which each message was sent.
#[derive(Debug)]
struct Stopwatch {
    sent: mpsc::UnboundedSender<Instant>,
    run: String,
    count: Mutex<u64>,
}

#[async_trait]
impl Transport for Stopwatch {
    async fn send(&self, _: &OutgoingMessage) -> Result<Accepted, TransportError> {
        // The receiver may have left already.
        let _ = self.sent.send(mark());
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Ok(Accepted::new(Some(format!("{}-{count}", self.run))))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        Ok(Probe::Ready)
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let times = settings.rows(500);
    let server = Server::start()?;
    let ours = OursOnPostgres::new(&server, Shape { workers: 1, slots: 16 }).await?;
    let store: Arc<dyn Store> = Arc::new(ours.store().clone());
    let clock: Arc<dyn Clock> = Arc::new(ours.store().clock().await?);
    let (sent, mut seen) = mpsc::unbounded_channel();
    let transport: Arc<dyn Transport> =
        Arc::new(Stopwatch { sent, run: run_word(), count: Mutex::new(0) });
    let shape = Shape { workers: 1, slots: 16 };
    let dispatcher = dispatchers(&store, &transport, Some(&clock), shape)?
        .pop()
        .context("one dispatcher was asked for")?;
    let listening = tokio::spawn(ours.store().listen(dispatcher.ports().wake()));
    let (stop, mut stopped) = watch::channel(false);
    let running = tokio::spawn(Runner::sending(dispatcher)?.run(async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    }));

    // Another process's store: nothing but the database tells the dispatcher.
    let host = PostgresStore::open(ours.url()).await?;
    let run = run_word();
    let mut latencies = Vec::new();
    let mut commits = Vec::new();
    for n in 0..times {
        // A random pause, so that the message comes at no set distance from the dispatcher's own
        // polling.
        pause(Duration::from_millis(fastrand::u64(20..120))).await;
        let message = messages(&run, n..n + 1);
        let called = mark();
        host.enqueue(&message).await?;
        let committed = mark();
        let posted = seen.recv().await.context("the dispatcher is there")?;
        commits.push((committed - called).as_secs_f64() * 1e3);
        latencies.push(posted.saturating_duration_since(committed).as_secs_f64() * 1e3);
    }
    let middle = median(&mut latencies);
    println!("\nFrom the commit of another process to the POST, {times} times, milliseconds");
    println!("  enqueue itself, median: {:.2}", median(&mut commits));
    at_most("commit to POST, median", Some(middle), 20.0);
    println!("  commit to POST, p90: {:.2}", percentile(&latencies, 0.90));
    println!("  commit to POST, p99: {:.2}", percentile(&latencies, 0.99));
    println!("  commit to POST, slowest: {:.2}", percentile(&latencies, 1.0));
    host.close().await;

    // Each statement outside a transaction is a transaction of its own, and the server counts them.
    // It would count its own cleaning of tables too.
    let watcher = postgres_pool(&server.url(), 1).await?;
    watcher.execute("ALTER SYSTEM SET autovacuum = off").await?;
    watcher.execute("SELECT pg_reload_conf()").await?;
    pause(IDLE).await;
    let count = || async {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = $1",
        )
        .bind(ours.database())
        .fetch_one(&watcher)
        .await?;
        anyhow::Ok(count)
    };
    let before = count().await?;
    pause(IDLE).await;
    let transactions = i32::try_from(count().await? - before)?;
    let rate = f64::from(transactions) / IDLE.as_secs_f64();
    println!("\nAn idle dispatcher, over {} seconds by pg_stat_database", IDLE.as_secs());
    at_most("transactions a second", Some(rate), 1.0);

    stop.send_replace(true);
    running.await?;
    listening.abort();
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark lets real time pass")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

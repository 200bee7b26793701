//! T6: connections to Postgres that break, hang and run out, and calls that are given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool};
use tokio::task::JoinSet;
use whatsapp_core::dispatch::{DispatchOptions, Pace};
use whatsapp_core::message::{Progress, StateRow};
use whatsapp_core::port::{
    AccountStore as _, Claim, Enqueued, Lane, Lease, LogFilter, MessageLog as _, Outbox as _,
    Reserve, SettingsStore as _, Settlement, Sort, Store, StoreError, SystemClock,
    TemplateStore as _, random,
};
use whatsapp_core::{Dispatcher, LeaseToken, Ports, Runner};
use whatsapp_store_sqlx::{PostgresOptions, PostgresStore};
use whatsapp_testdb::{Cluster, Pooler};
use whatsapp_testkit::fixtures::{self, START, greeting};
use whatsapp_testkit::{FixedDirectory, ScriptedTransport, SeededEntropy};

use super::proxy::{Cut, END, Proxy};
use super::{Line, Trial, nap, now, until};
use crate::faults::database::{Database, Kind};

/// What each piece of data takes each way, so that a call can be given up in the middle.
const LATENCY: Duration = Duration::from_millis(1);

/// Calls at once that are given up.
const AT_ONCE: u64 = 8;

/// How long a console may keep a worker from writing an outcome down.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);

/// Readers of a console that has too many of them.
const READERS: usize = 50;

/// The least for the control: with fewer, the run proves nothing.
const POISONED_LEAST: usize = 20;

/// Breaks connections in all the ways there are.
///
/// # Errors
/// When it could not be done; not when something was found.
pub async fn play(trial: &Trial) -> Result<Line> {
    let mut line = Line::new("T6", Kind::Postgres);
    let cluster = trial.servers.postgres().await?;
    let home = trial.servers.fresh(Kind::Postgres, &trial.folder).await?;
    let Database::Postgres(url) = &home.at else { anyhow::bail!("another database") };
    let proxy = Proxy::before(cluster.port()).await?;
    let through = proxy.instead_of(url);

    let store = PostgresOptions::new(&through)?
        .acquire_timeout(Duration::from_secs(1))
        .workers(4)
        .readers(4)
        .open()
        .await?;
    cancelled(trial, &mut line, &cluster, &store, &proxy, url).await?;
    starved(trial, &mut line, &store, url).await?;
    let bench = Bench { store, cluster, proxy, url: url.clone(), seed: AtomicUsize::new(1) };
    survived(trial, &mut line, &bench).await?;
    unanswered(&mut line, &bench).await?;
    bench.store.close().await;
    Ok(line)
}

/// Calls given up: through the store, through the store behind a pooler, and without the store.
async fn cancelled(
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
    let behind = PostgresOptions::new(&before_pooler.instead_of(&pooler.url(name)))?
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

/// Gives up so many calls of the store at random moments. Gives how many connections were found in
/// a transaction that nobody is in.
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
                // The future is dropped where it stands.
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

/// One call of the store. Whether it succeeds is not the point.
async fn call(store: &PostgresStore, number: u64) {
    let entropy = SeededEntropy::new(number);
    let token = LeaseToken::new(START, random(&entropy));
    match number % 6 {
        0 => drop(store.enqueue(&[greeting(1_000_000 + number, START)]).await),
        1 => {
            let none = TimeDelta::zero();
            let reserve = Reserve { now: START, want: 1, interval: none, jitter: none };
            drop(store.reserve(&reserve).await);
        }
        2 => {
            let claim = Claim {
                lane: Lane::Greeting,
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
        _ => drop(store.page(&LogFilter::default(), Sort::Newest, None, 5).await),
    }
}

/// A settlement for which nobody has the right.
fn fenced(number: u64) -> Settlement {
    let message = greeting(number, START);
    Settlement {
        lease: Lease {
            message_id: message.facts.id,
            token: LeaseToken::new(START, random(&SeededEntropy::new(number))),
        },
        attempt: None,
        state: StateRow::of(&Progress::new(START)),
        gateway_id: None,
        api_response: None,
        notice: false,
        at: START,
    }
}

/// Connections that stay in a transaction although nobody works any more. What the store's tasks
/// still do is waited for.
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

/// The control: `pool.begin()` of sqlx, given up as often. Two questions after the time in one
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

/// Looks at every connection of a pool, and ends what transactions are open there.
async fn heal(pool: &PgPool) -> Result<usize> {
    let mut checks = JoinSet::new();
    let together = Arc::new(tokio::sync::Barrier::new(usize::try_from(AT_ONCE)?));
    for _ in 0..AT_ONCE {
        let (pool, together) = (pool.clone(), Arc::clone(&together));
        checks.spawn(async move {
            let mut connection = pool.acquire().await?;
            // All are out at once, so that each is looked at.
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

/// A console takes every connection it can get, and all of them hang. Workers settle meanwhile.
async fn starved(trial: &Trial, line: &mut Line, store: &PostgresStore, url: &str) -> Result<()> {
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
    // Longer than readers wait for a connection, so that some are told that there is none.
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

/// A store behind a proxy.
struct Bench {
    store: PostgresStore,
    cluster: Arc<Cluster>,
    proxy: Proxy,
    url: String,
    seed: AtomicUsize,
}

/// What happens to all connections.
#[derive(Debug, Clone, Copy)]
enum Blow {
    Reset,
    Terminated,
    Restart,
    Crash,
    BlackHole(Duration),
    CutAfter(usize),
}

impl Bench {
    async fn strike(&self, blow: Blow) -> Result<()> {
        let cluster = Arc::clone(&self.cluster);
        match blow {
            Blow::Reset => self.proxy.break_all(),
            Blow::Terminated => {
                let mut beside = PgConnection::connect(&self.url).await?;
                beside
                    .execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()",
                    )
                    .await?;
                beside.close().await?;
            }
            Blow::Restart => {
                tokio::task::spawn_blocking(move || cluster.restart()).await??;
            }
            Blow::Crash => {
                tokio::task::spawn_blocking(move || cluster.crash_and_restart()).await??;
            }
            Blow::BlackHole(time) => {
                self.proxy.hold(true);
                nap(time).await;
                self.proxy.hold(false);
            }
            Blow::CutAfter(bytes) => {
                let cuts = self.proxy.cuts();
                self.proxy.cut(Cut::After(bytes));
                // It falls in one of these calls, which fails then, or in one of the dispatcher's.
                let fallen = || async {
                    let _ = self.works().await;
                    Ok(self.proxy.cuts() > cuts)
                };
                until("the cut", fallen).await?;
            }
        }
        Ok(())
    }

    /// A write of a host and a write of a worker.
    async fn works(&self) -> Result<(), StoreError> {
        let seed = self.seed.fetch_add(1, Ordering::SeqCst) as u64;
        self.store.enqueue(&[greeting(seed, START)]).await?;
        self.store.settle(&[fenced(seed + 500_000)]).await.map(drop)
    }
}

/// After each blow the next call or the one after it succeeds, and a dispatcher goes on.
async fn survived(trial: &Trial, line: &mut Line, bench: &Bench) -> Result<()> {
    let transport = ScriptedTransport::new();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let store: Arc<dyn Store> = Arc::new(bench.store.clone());
    let ports = Ports::new(store, Arc::new(FixedDirectory::default()))
        .with_transport(Arc::new(transport.clone()))
        .with_clock(Arc::new(SystemClock::new()));
    let options = DispatchOptions::default()
        .with_pace(Pace::Unlimited)
        .with_watch(false)
        .with_poll(Duration::from_millis(50));
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    let running = tokio::spawn(Runner::sending(dispatcher)?.run(async move {
        let _ = stopped.await;
    }));
    let mut random = fastrand::Rng::with_seed(trial.seed);
    let hole = Duration::from_secs(if trial.short { 1 } else { 5 });
    let mut blows =
        vec![Blow::Reset, Blow::Terminated, Blow::Restart, Blow::Crash, Blow::BlackHole(hole)];
    for _ in 0..trial.rounds(50, 10) {
        blows.push(Blow::CutAfter(random.usize(1..2_000)));
    }
    let (mut first, mut second, mut lost) = (0, 0, Vec::new());
    for blow in &blows {
        bench.strike(*blow).await?;
        let tries = [bench.works().await, bench.works().await];
        match tries {
            [Ok(()), _] => first += 1,
            [_, Ok(())] => second += 1,
            _ => lost.push(format!("{blow:?}")),
        }
    }
    // What the dispatcher has found by now, it has found over all of that.
    let sent_before = transport.sent().len();
    let final_one = greeting(bench.seed.fetch_add(1, Ordering::SeqCst) as u64, START);
    bench.store.enqueue(std::slice::from_ref(&final_one)).await?;
    let text = final_one.facts.text.as_str().to_owned();
    let sent = || async { Ok(transport.sent().iter().any(|sent| sent.text.as_str() == text)) };
    until("the dispatcher, which was not started again", sent).await?;
    // The receiver waits until the dispatcher is told.
    let _ = stop.send(());
    running.await?;
    line.count("blows", blows.len());
    line.count("first_call_succeeds", first);
    line.count("second_call_succeeds", second);
    line.none("not_survived", lost.len());
    line.table.extend(lost);
    line.at_least("dispatcher_sent", sent_before, 1);
    Ok(())
}

/// A commit whose answer is lost: the host is told an error, and asks again.
async fn unanswered(line: &mut Line, bench: &Bench) -> Result<()> {
    let mut wrong = 0;
    for (number, passed_on) in [(1, true), (2, false)] {
        let message = [greeting(9_000_000 + number, START)];
        bench.proxy.cut(Cut::At { words: END.to_vec(), passed_on });
        let cuts = bench.proxy.cuts();
        let told = bench.store.enqueue(&message).await;
        ensure!(bench.proxy.cuts() == cuts + 1, "the commit was not cut");
        let again = bench.store.enqueue(&message).await;
        let expected = if passed_on {
            |answer: &Enqueued| matches!(answer, Enqueued::AlreadyPresent(_))
        } else {
            |answer: &Enqueued| matches!(answer, Enqueued::New(_))
        };
        let right = told.is_err() && again.is_ok_and(|answers| answers.iter().all(expected));
        wrong += usize::from(!right);
    }
    line.count("unanswered_commits", 2);
    line.none("answered_wrong", wrong);
    Ok(())
}

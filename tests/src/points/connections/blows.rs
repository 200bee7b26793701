//! Connections that break or hang, servers that go away, and commits whose answers are lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use sqlx::{Connection as _, Executor as _, PgConnection};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::port::{Enqueued, Outbox as _, Store, StoreError, SystemClock};
use whatsapp_core::{Dispatcher, Ports, Runner};
use whatsapp_store_sqlx::PostgresStore;
use whatsapp_testdb::Cluster;
use whatsapp_testkit::fixtures::{AT_ALL_HOURS, START, greeting, save_settings};
use whatsapp_testkit::{FixedDirectory, ScriptedTransport};

use super::super::proxy::{Cut, END, Proxy};
use super::super::{Line, Trial, nap, until};
use super::fenced;

/// A store behind a proxy.
pub(super) struct Bench {
    pub(super) store: PostgresStore,
    pub(super) cluster: Arc<Cluster>,
    pub(super) proxy: Proxy,
    pub(super) url: String,
    pub(super) seed: AtomicUsize,
}

/// Blow to all connections.
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
                // The cut falls in one of these calls, which then fails, or in one of the
                // dispatcher's.
                let fallen = || async {
                    let _ = self.works().await;
                    Ok(self.proxy.cuts() > cuts)
                };
                until("the cut", fallen).await?;
            }
        }
        Ok(())
    }

    /// Does a write of a host and a write of a worker.
    async fn works(&self) -> Result<(), StoreError> {
        let seed = self.seed.fetch_add(1, Ordering::SeqCst) as u64;
        self.store.enqueue(&[greeting(seed, START)]).await?;
        self.store.settle(&[fenced(seed + 500_000)]).await.map(drop)
    }
}

/// Checks that after each blow the next call or the one after it succeeds, and that a dispatcher
/// goes on.
pub(super) async fn survived(trial: &Trial, line: &mut Line, bench: &Bench) -> Result<()> {
    let transport = ScriptedTransport::new();
    let store: Arc<dyn Store> = Arc::new(bench.store.clone());
    save_settings(&*store, &AT_ALL_HOURS, START).await;
    let ports = Ports::new(store, Arc::new(FixedDirectory::default()))
        .with_transport(Arc::new(transport.clone()))
        .with_clock(Arc::new(SystemClock::new()));
    let options = DispatchOptions::default()
        .with_rate_limit(RateLimit::Unlimited)
        .with_watch(false)
        .with_poll(Duration::from_millis(50));
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    let running = Runner::sending(dispatcher)?.start();
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
    // Every message that the dispatcher has sent by now, it sent in spite of the blows.
    let sent_before = transport.sent().len();
    let final_one = greeting(bench.seed.fetch_add(1, Ordering::SeqCst) as u64, START);
    bench.store.enqueue(std::slice::from_ref(&final_one)).await?;
    let text = final_one.facts.text.as_str().to_owned();
    let sent = || async { Ok(transport.sent().iter().any(|sent| sent.text.as_str() == text)) };
    until("the dispatcher, which was not started again", sent).await?;
    // The receiver waits until the dispatcher is told.
    running.stop().await;
    line.count("blows", blows.len());
    line.count("first_call_succeeds", first);
    line.count("second_call_succeeds", second);
    line.none("not_survived", lost.len());
    line.table.extend(lost);
    line.at_least("dispatcher_sent", sent_before, 1);
    Ok(())
}

/// Loses the answer of a commit: the host is told of an error, and asks again.
pub(super) async fn unanswered(line: &mut Line, bench: &Bench) -> Result<()> {
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

//! Rounds of a dispatcher on a disk that fills up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::message::{Facts, Status};
use whatsapp_core::port::{
    Accepted, Clock as _, OutgoingMessage, Probe, Store, Transport, TransportError,
};
use whatsapp_core::{Dispatcher, MessageId, Ports, Private};
use whatsapp_testkit::fixtures::{START, greeting};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport};

use super::super::watched::{Call, Hook, Watched, When};
use super::Tally;
use super::disk::Disk;

/// Largest number of messages until the disk must be full.
const TRIES_MAX: usize = 5_000;

/// Largest number of passes until a dispatcher must have come to rest.
const PASSES_MAX: usize = 2_000;

/// State of one run.
#[derive(Debug)]
struct Bench {
    store: Arc<dyn Store>,
    disk: Disk,
    seed: AtomicUsize,
    /// Messages that were taken, and messages that were not, by their texts.
    taken: Mutex<BTreeMap<String, MessageId>>,
    refused: Mutex<BTreeSet<String>>,
    /// Call at which the disk fills up.
    fills_at: Mutex<Option<(Call, When)>>,
    begin_failed: AtomicUsize,
    settle_failed: AtomicUsize,
    without_attempt: AtomicUsize,
    phantom: AtomicUsize,
}

pub(super) async fn rounds(
    store: Arc<dyn Store>,
    disk: Disk,
    rounds: usize,
    seed: u64,
) -> Result<Tally> {
    let bench = Arc::new(Bench {
        store: Arc::clone(&store),
        disk,
        seed: AtomicUsize::new(1),
        taken: Mutex::default(),
        refused: Mutex::default(),
        fills_at: Mutex::default(),
        begin_failed: AtomicUsize::new(0),
        settle_failed: AtomicUsize::new(0),
        without_attempt: AtomicUsize::new(0),
        phantom: AtomicUsize::new(0),
    });
    let clock = ManualClock::starting_at(START);
    let scripted = ScriptedTransport::new();
    let transport: Arc<dyn Transport> =
        Arc::new(Witness { bench: Arc::clone(&bench), inner: scripted.clone() });
    let hook: Arc<dyn Hook> = Arc::new(Filling(Arc::clone(&bench)));
    let ports = Ports::new(
        Arc::new(Watched::new(store, Arc::clone(&hook))),
        Arc::new(FixedDirectory::default()),
    )
    .with_transport(Arc::new(Watched::new(transport, hook)))
    .with_clock(Arc::new(clock.clone()));
    let options =
        DispatchOptions::default().with_rate_limit(RateLimit::Unlimited).with_watch(false);
    let dispatcher = Dispatcher::new(ports)?.with_options(options);
    let mut random = fastrand::Rng::with_seed(seed);
    for round in 0..rounds {
        let at = match round % 3 {
            0 => None,
            1 => Some((Call::Claim, When::After)),
            _ => Some((Call::Send, When::After)),
        };
        for _ in 0..random.usize(1..4) {
            ensure!(bench.enqueue().await, "nothing is taken although there is room");
        }
        *lock(&bench.fills_at) = at;
        if at.is_none() {
            bench.exhaust().await?;
        }
        // A pass on the full disk; it may fail.
        let _ = dispatcher.tick(clock.now()).await;
        bench.disk.free()?;
        *lock(&bench.fills_at) = None;
        settle_down(&dispatcher, &clock).await?;
    }
    bench.tally(rounds, &scripted).await
}

/// Runs passes until nothing is owed any more.
async fn settle_down(dispatcher: &Dispatcher, clock: &ManualClock) -> Result<()> {
    for _ in 0..PASSES_MAX {
        let report = dispatcher.tick(clock.now()).await.context("there is room again")?;
        match report.again_at {
            Some(at) if at > clock.now() => clock.advance_to(at),
            Some(_) if report.claimed > 0 => {}
            Some(_) => clock.advance(TimeDelta::seconds(30)),
            None => return Ok(()),
        }
    }
    anyhow::bail!("the dispatcher does not come to rest")
}

impl Bench {
    /// Enqueues one more message, a long one. Returns true if it was taken.
    async fn enqueue(&self) -> bool {
        let seed = self.seed.fetch_add(1, Ordering::SeqCst) as u64;
        let text = format!("Dear Customer {seed}, {}", "a long story. ".repeat(250));
        let message = greeting(seed, START)
            .with_facts(|facts| Facts { text: Private::new(text.clone()), ..facts });
        let enqueued = self.store.enqueue(std::slice::from_ref(&message)).await;
        if enqueued.is_ok() {
            lock(&self.taken).insert(text, message.facts.id);
        } else {
            lock(&self.refused).insert(text);
        }
        enqueued.is_ok()
    }

    /// Fills the disk, and enqueues until nothing is taken any more.
    async fn exhaust(&self) -> Result<()> {
        self.disk.fill()?;
        for _ in 0..TRIES_MAX {
            if !self.enqueue().await {
                return Ok(());
            }
        }
        anyhow::bail!("the disk is full, and yet everything is taken")
    }

    async fn tally(&self, fills: usize, scripted: &ScriptedTransport) -> Result<Tally> {
        let mut posts = BTreeMap::<String, usize>::new();
        for sent in scripted.sent() {
            *posts.entry(sent.text.as_str().to_owned()).or_default() += 1;
        }
        let taken = lock(&self.taken).clone();
        let mut sent_once = 0;
        for (text, id) in &taken {
            let message = self.store.message(*id).await?.context("a message is gone")?;
            let attempts = self.store.attempts(*id).await?.len();
            let good = message.state.status == Status::Sent && attempts == 1;
            sent_once += usize::from(good && posts.get(text) == Some(&1));
        }
        let count = |counter: &AtomicUsize| counter.load(Ordering::SeqCst);
        Ok(Tally {
            fills,
            refused: lock(&self.refused).len(),
            begin_failed: count(&self.begin_failed),
            settle_failed: count(&self.settle_failed),
            taken: taken.len(),
            sent_once,
            posts: posts.values().sum(),
            without_attempt: count(&self.without_attempt),
            phantom: count(&self.phantom),
        })
    }
}

/// Fills the disk at a call, and counts what fails.
#[derive(Debug)]
struct Filling(Arc<Bench>);

#[async_trait]
impl Hook for Filling {
    #[expect(clippy::expect_used, reason = "a disk that does not fill up proves nothing")]
    async fn at(&self, call: Call, when: When) {
        match (call, when) {
            (Call::Begin, When::Failed) => self.0.begin_failed.fetch_add(1, Ordering::SeqCst),
            (Call::Settle, When::Failed) => self.0.settle_failed.fetch_add(1, Ordering::SeqCst),
            _ => 0,
        };
        let fills = {
            let mut at = lock(&self.0.fills_at);
            let here = *at == Some((call, when));
            if here {
                *at = None;
            }
            here
        };
        if fills {
            self.0.exhaust().await.expect("the disk fills up");
        }
    }
}

/// Looks into the ledger at each POST.
#[derive(Debug)]
struct Witness {
    bench: Arc<Bench>,
    inner: ScriptedTransport,
}

#[async_trait]
impl Transport for Witness {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let id = lock(&self.bench.taken).get(message.text.as_str()).copied();
        match id {
            None => {
                self.bench.phantom.fetch_add(1, Ordering::SeqCst);
            }
            Some(id) => {
                let attempts = self.bench.store.attempts(id).await;
                let open = |attempts: Vec<whatsapp_core::message::Attempt>| {
                    attempts.last().is_some_and(|last| last.outcome.is_none())
                };
                if !attempts.is_ok_and(open) {
                    self.bench.without_attempt.fetch_add(1, Ordering::SeqCst);
                }
            }
        }
        self.inner.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

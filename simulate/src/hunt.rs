//! The hunt: runs worlds of one seed after the other on every core, and moves towards points that
//! were not struck yet.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use whatsapp_testkit::world::{Coverage, Harm, Layers, Outcome, Plan, Strike, World};

/// Settings of a hunt.
pub struct Hunt<'a> {
    /// The first seed.
    pub seed: u64,
    /// Condition after which no further world begins.
    pub until: Until,
    /// Number of threads.
    pub threads: usize,
    /// Set to end with the first world that fails.
    pub first: bool,
    /// Changes to the world of each seed.
    pub shape: &'a (dyn Fn(Plan) -> Plan + Sync),
    /// Layers between the processes of a world and their ports.
    pub layers: &'a (dyn Fn(World) -> World + Sync),
}

/// Condition after which no further world begins.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After this time.
    Time(Duration),
    /// After this number of message lives.
    Lives(u64),
    /// After this number of worlds, each as its seed and the hunt's shape have it.
    Worlds(u64),
}

impl fmt::Debug for Hunt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hunt")
            .field("seed", &self.seed)
            .field("until", &self.until)
            .field("threads", &self.threads)
            .field("first", &self.first)
            .finish_non_exhaustive()
    }
}

/// Results of a hunt.
#[derive(Debug, Default)]
pub struct Found {
    /// Worlds that were run.
    pub worlds: u64,
    /// Messages that lived in these worlds.
    pub lives: u64,
    /// Messages that met trouble of their own.
    pub troubled: u64,
    /// Polls of futures.
    pub steps: u64,
    /// Coverage of all these worlds.
    pub coverage: Coverage,
    /// Worlds in which a promise was broken, at most twenty.
    pub failed: Vec<Outcome>,
    /// Number of worlds in which a promise was broken.
    pub bad: u64,
    /// Time that the hunt took.
    pub took: Duration,
}

/// Number of failed worlds that are kept.
const KEPT: usize = 20;

/// Runs worlds until the hunt is over.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "how long real work takes is measured in real time")]
pub fn hunt(hunt: &Hunt<'_>) -> Found {
    let started = Instant::now();
    let (found, seeds) = (Mutex::new(Found::default()), AtomicU64::new(hunt.seed));
    let (lives, over) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..hunt.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = seeds.fetch_add(1, Ordering::Relaxed);
                    let is_over = match hunt.until {
                        Until::Time(time) => started.elapsed() >= time,
                        Until::Lives(most) => lives.load(Ordering::Relaxed) >= most,
                        Until::Worlds(most) => seed - hunt.seed >= most,
                    };
                    if is_over || over.load(Ordering::Relaxed) {
                        return;
                    }
                    let outcome = (hunt.layers)(World::new(hunt.plan(seed, &found))).run();
                    lives.fetch_add(outcome.lives, Ordering::Relaxed);
                    if hunt.first && !outcome.violations.is_empty() {
                        over.store(true, Ordering::Relaxed);
                    }
                    locked(&found).add(outcome);
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.took = started.elapsed();
    found
}

impl Hunt<'_> {
    /// Returns the world of a seed. In every second one a process is struck at a point where none
    /// was yet.
    fn plan(&self, seed: u64, found: &Mutex<Found>) -> Plan {
        let plan = (self.shape)(Plan::of_seed(seed));
        if matches!(self.until, Until::Worlds(_)) || seed.is_multiple_of(2) || plan.strike.is_some()
        {
            return plan;
        }
        let found = locked(found);
        let harm = Harm::ALL[usize::from(seed % 4 == 1)];
        let missing: Vec<_> = found.coverage.unstruck(harm).collect();
        let Ok(place) = usize::try_from(seed / 4) else { return plan };
        let Some((point, times)) = missing.get(place % missing.len().max(1)) else { return plan };
        // At a point that processes seldom reach, the first visit is the only one.
        let often = times / found.worlds.max(1);
        let time = u32::try_from(seed % often.max(1)).unwrap_or_default() + 1;
        plan.with_strike(Some(Strike::new(harm, point, time)))
    }
}

impl Found {
    fn add(&mut self, outcome: Outcome) {
        self.worlds += 1;
        self.lives += outcome.lives;
        self.troubled += outcome.troubled;
        self.steps += outcome.steps;
        self.coverage.add(&outcome.coverage);
        if !outcome.violations.is_empty() {
            self.bad += 1;
            if self.failed.len() < KEPT {
                self.failed.push(outcome);
            }
        }
    }

    /// Divides a number by the number of lives.
    #[must_use]
    pub fn a_life(&self, number: u64) -> f64 {
        float(number) / float(self.lives.max(1))
    }

    /// Returns the message lives per second and thread.
    #[must_use]
    pub fn speed(&self, threads: usize) -> f64 {
        float(self.lives) / self.took.as_secs_f64() / float(threads.max(1) as u64)
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people have three digits")]
const fn float(number: u64) -> f64 {
    number as f64
}

/// Tells whether a world fails with these layers.
#[must_use]
pub fn fails(plan: &Plan, layers: &dyn Fn(World) -> World) -> bool {
    !layers(World::new(plan.clone())).run().violations.is_empty()
}

/// Returns the world without layers.
#[must_use]
pub fn plain(world: World) -> World {
    world.with_layers(Layers::new())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The state that everything in a world shares: time, randomness, story and broken promises.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::MessageId;

use super::coverage::{Coverage, Harm, Phase};
use super::dice::Dice;
use super::executor::{Executor, Pid, go_last, locked};
use super::plan::Plan;
use super::span::{Micros, micros};
use super::story::{Story, Violation};
use super::trouble::Trouble;

/// The shared state of a world.
pub(super) struct Sim {
    pub(super) plan: Plan,
    pub(super) executor: Executor,
    /// The true time at which the world began.
    pub(super) began: DateTime<Utc>,
    /// Set once nothing goes wrong any more.
    calm: AtomicBool,
    points: Mutex<Dice>,
    /// Randomness of the database's failures.
    pub(super) dice: Mutex<Dice>,
    pub(super) story: Mutex<Story>,
    pub(super) coverage: Mutex<Coverage>,
    /// Kinds of trouble that each message met.
    touched: Mutex<BTreeMap<MessageId, BTreeSet<&'static str>>>,
    /// Processes that were killed and are to be started again.
    pub(super) deaths: Mutex<Vec<Pid>>,
    /// Time until which each process last stood still or waited for something slow.
    hindered: Mutex<BTreeMap<Pid, Micros>>,
    pub(super) weather: Mutex<Weather>,
}

/// Conditions for all processes, each until an instant.
#[derive(Debug, Default)]
pub(super) struct Weather {
    pub(super) store_away: Micros,
    pub(super) store_full: Micros,
    pub(super) books_away: Micros,
    pub(super) mail_fails: Micros,
    pub(super) unreachable: Micros,
    /// End of the account's trouble; the form in which it shows follows.
    pub(super) account: Micros,
    pub(super) account_form: usize,
    pub(super) probe_says_ready: bool,
}

impl Sim {
    pub(super) fn new(plan: Plan, began: DateTime<Utc>, tells: bool) -> Self {
        let seed = plan.seed;
        Self {
            plan,
            executor: Executor::new(),
            began,
            calm: AtomicBool::new(false),
            points: Mutex::new(Dice::new(seed, "points")),
            dice: Mutex::new(Dice::new(seed, "ports")),
            story: Mutex::new(Story::new(tells)),
            coverage: Mutex::default(),
            touched: Mutex::default(),
            deaths: Mutex::default(),
            hindered: Mutex::default(),
            weather: Mutex::default(),
        }
    }

    /// Returns the true time, which no process knows.
    pub(super) fn truth(&self) -> DateTime<Utc> {
        self.at(self.executor.now())
    }

    pub(super) fn at(&self, micros: Micros) -> DateTime<Utc> {
        self.began + TimeDelta::microseconds(i64::try_from(micros).unwrap_or(i64::MAX))
    }

    /// Turns a true time into time since the world began; 0 for a time before that.
    pub(super) fn since(&self, at: DateTime<Utc>) -> Micros {
        let passed = (at - self.began).num_microseconds().unwrap_or(i64::MAX);
        Micros::try_from(passed).unwrap_or_default()
    }

    /// Tells whether this kind of trouble may happen now.
    pub(super) fn may(&self, trouble: Trouble) -> bool {
        self.plan.troubles.has(trouble) && !self.is_calm()
    }

    pub(super) fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// Ends all trouble.
    pub(super) fn calm(&self) {
        self.calm.store(true, Ordering::Relaxed);
        *locked(&self.weather) = Weather::default();
        self.note(Pid::WORLD, "calm", 0, || "from here on nothing goes wrong".to_owned());
    }

    /// Records an event.
    pub(super) fn note(
        &self,
        who: Pid,
        what: &'static str,
        of: u64,
        told: impl FnOnce() -> String,
    ) {
        locked(&self.story).note(self.executor.now(), who, what, of, told);
    }

    /// Records a trouble, and the message that met it if there is one.
    pub(super) fn happens(&self, trouble: Trouble, to: Option<MessageId>) {
        locked(&self.coverage).troubles(trouble.name());
        if let Some(id) = to {
            locked(&self.touched).entry(id).or_default().insert(trouble.name());
        }
    }

    /// Returns the kinds of trouble that each message met.
    pub(super) fn touched(&self) -> BTreeMap<MessageId, BTreeSet<&'static str>> {
        locked(&self.touched).clone()
    }

    /// Records a broken promise.
    pub(super) fn violate(&self, promise: &'static str, id: Option<MessageId>, what: String) {
        let at = self.executor.now();
        locked(&self.story).violate(Violation { promise, message: id, at, what });
    }

    /// Tells whether this process stood still, or waited for something slow, within this span
    /// before now.
    pub(super) fn was_hindered(&self, pid: Pid, within: Duration) -> bool {
        let since = micros(within);
        let now = self.executor.now();
        locked(&self.hindered).get(&pid).is_some_and(|at| at.saturating_add(since) >= now)
    }

    pub(super) fn hinder(&self, pid: Pid, until: Micros) {
        let mut hindered = locked(&self.hindered);
        let at = hindered.entry(pid).or_default();
        *at = (*at).max(until);
    }
}

/// The way of one process to its ports, on which it can be struck.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) sim: Arc<Sim>,
    pub(super) pid: Pid,
}

/// Fate of a process at a point.
enum Fate {
    GoOn,
    GoLast,
    Wait(Duration),
    Freeze(Duration),
    Kill,
}

impl Gate {
    /// Passes a point. Others may overtake this process here, and it may be struck.
    pub(super) async fn pass(&self, point: &'static str, phase: Phase) {
        match self.fate(point, phase) {
            Fate::GoOn => {}
            Fate::GoLast => go_last().await,
            Fate::Wait(wait) => self.wait(wait).await,
            Fate::Freeze(wait) => {
                self.freeze(wait, point, phase);
                go_last().await;
            }
            Fate::Kill => {
                self.sim.happens(Trouble::Kill, None);
                self.sim
                    .note(self.pid, "kill", 0, || format!("is killed at {point}:{}", phase.name()));
                locked(&self.sim.deaths).push(self.pid);
                self.sim.executor.kill(self.pid);
                std::future::pending::<()>().await;
            }
        }
    }

    fn freeze(&self, wait: Duration, point: &'static str, phase: Phase) {
        let sim = &self.sim;
        sim.happens(Trouble::Freeze, None);
        sim.note(self.pid, "freeze", wait.as_secs(), || {
            format!("stands still at {point}:{} for {} s", phase.name(), wait.as_secs())
        });
        let until = sim.executor.now() + micros(wait);
        sim.hinder(self.pid, until);
        sim.executor.freeze(self.pid, wait);
    }

    /// Waits for something slow.
    pub(super) async fn wait(&self, wait: Duration) {
        let sim = &self.sim;
        let until = sim.executor.now() + micros(wait);
        sim.hinder(self.pid, until);
        sim.executor.sleep(wait).await;
    }

    fn fate(&self, name: &'static str, phase: Phase) -> Fate {
        let (sim, point) = (&self.sim, (name, phase));
        let times = locked(&sim.coverage).passes(point);
        let mut dice = locked(&sim.points);
        let long = |dice: &mut Dice| match dice.below(4) {
            0 => dice.millis(100, 10_000),
            1 => dice.millis(10_000, 120_000),
            2 => dice.millis(120_000, 600_000),
            _ => dice.millis(600_000, 3_600_000),
        };
        let strike = sim.plan.strike.as_ref().filter(|strike| {
            let here = strike.point.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
            here == Some(phase.name()) && u64::from(strike.time) == times && !sim.is_calm()
        });
        let harm = match strike {
            Some(strike) => Some(strike.harm),
            None if sim.may(Trouble::Kill) && dice.chance(6) => Some(Harm::Kill),
            None if sim.may(Trouble::Freeze) && dice.chance(5) => Some(Harm::Freeze),
            None => None,
        };
        if let Some(harm) = harm {
            locked(&sim.coverage).strikes(point, harm);
        }
        match harm {
            Some(Harm::Kill) => Fate::Kill,
            Some(Harm::Freeze) => Fate::Freeze(long(&mut dice)),
            None => match dice.below(8) {
                0 => Fate::GoLast,
                1 if sim.may(Trouble::StoreSlow) && dice.chance(400) => {
                    sim.happens(Trouble::StoreSlow, None);
                    Fate::Wait(dice.millis(1, 7_000))
                }
                _ => Fate::GoOn,
            },
        }
    }
}

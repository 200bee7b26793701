//! A simulated world: a shop, its processes, its database, its gateway, and everything that goes
//! wrong between them. One seed decides all of it.
//!
//! The library runs as it is: real messengers, dispatchers, planners and notices in a [`Runner`]
//! each, over ports that this module implements. Nothing here has a thread, real time or randomness
//! of its own: an executor polls exactly one future at a time, and the seed chooses the next one.
//! At every await of a port a process can be overtaken, frozen, or killed. So a day of a shop takes
//! milliseconds, and a failure happens again whenever the same [`Plan`] is run.
//!
//! Oracles check the promises. They compare them with what the gateway really took, and not with
//! the library's own tables.
//!
//! ```
//! use whatsapp_testkit::world::{Plan, Troubles, World};
//!
//! let plan = Plan::of_seed(7).with_messages(20).with_troubles(Troubles::NONE);
//! let outcome = World::new(plan).run();
//! assert!(outcome.violations.is_empty(), "{:?}", outcome.violations);
//! assert!(outcome.lives >= 20);
//! ```
//!
//! [`Runner`]: whatsapp_core::Runner

mod books;
mod clock;
mod coverage;
mod database;
mod dice;
mod executor;
mod gateway;
mod keeper;
mod layers;
mod media;
mod oracle;
mod plan;
mod process;
mod shop;
mod shrink;
mod sim;
mod span;
mod store;
mod story;
mod trouble;
mod truth;
mod weather;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{Consent, Desk, SettingEdit};
use whatsapp_core::port::{CustomerDirectory, EveryStore, InvoiceLedger};
use whatsapp_core::{DispatchOptions, Ports};

pub use coverage::{Coverage, Harm};
pub use keeper::Bookkeeper;
pub use layers::{Layers, Tamper};
pub use plan::{ParsePlanError, ParseStrikeError, Plan, Strike};
pub use shrink::shrink;
pub use story::Violation;
pub use trouble::{Trouble, Troubles, UnknownTrouble};

use crate::{ManualClock, MemoryMedia, MemoryStore, SeededEntropy};
use books::Mailbox;
use database::Way;
use dice::Dice;
use executor::{Pid, Step, locked};
use gateway::Gateway;
use keeper::{OwnBooks, Pen};
use oracle::{Ended, Oracle};
use process::{Hosts, Parts};
use shop::Shop;
use sim::Sim;
use span::micros;

/// Time for which the faults go on after the time in which the shop trades.
const STORM_GOES_ON: Duration = Duration::from_secs(2 * 3_600);

/// Longer time for which the faults sometimes go on: more than the week that a message waits for
/// its account.
const SIEGE: Duration = Duration::from_secs(9 * 86_400);

/// Time after the faults within which everything must have ended: a night and a Sunday, in which
/// reminders keep the hours, and the last attempts.
const ENDS_WITHIN: Duration = Duration::from_secs(75 * 3_600);

/// Number of polls that count as a busy loop if no time passes between them.
const AT_ONCE_MOST: u32 = 1_000_000;

/// 27 January 2026, 10:00 in India, a Tuesday.
const FIRST_DAY: DateTime<Utc> = crate::fixtures::START;

/// A world that can be run.
pub struct World {
    plan: Plan,
    tells: bool,
    store: Arc<dyn EveryStore>,
    way: Way,
    customers: Option<Arc<dyn CustomerDirectory>>,
    invoices: Option<Arc<dyn InvoiceLedger>>,
    keeper: Option<Arc<dyn Bookkeeper>>,
    layers: Layers,
}

/// Result of a world.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The world that was run.
    pub plan: Plan,
    /// The promises that were broken: the first 50 at most.
    pub violations: Vec<Violation>,
    /// Number of messages that were enqueued.
    pub lives: u64,
    /// Number of messages that ended as sent.
    pub sent: u64,
    /// Number of messages that ended as failed.
    pub failed: u64,
    /// Number of messages that ended as cancelled.
    pub cancelled: u64,
    /// Number of messages that met trouble of their own.
    pub troubled: u64,
    /// Number of polls of futures.
    pub steps: u64,
    /// Time that passed in the world.
    pub lasted: Duration,
    /// Hash of all events: the same for the same world on every machine.
    pub digest: u64,
    /// States, events and await points that were reached.
    pub coverage: Coverage,
    /// Events line by line, if the world [tells](World::telling) its story.
    pub story: Vec<String>,
}

impl World {
    /// Creates a world over a database in memory.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            tells: false,
            store: Arc::new(MemoryStore::new()),
            way: Way::AtOnce,
            customers: None,
            invoices: None,
            keeper: None,
            layers: Layers::new(),
        }
    }

    /// Replaces the database.
    #[must_use]
    pub fn over(mut self, store: Arc<dyn EveryStore>) -> Self {
        self.store = store;
        self
    }

    /// Uses a directory of the host's own. Customers that it does not know get nothing: see
    /// [`with_keeper`](Self::with_keeper).
    #[must_use]
    pub fn with_customers(mut self, customers: Arc<dyn CustomerDirectory>) -> Self {
        self.customers = Some(customers);
        self
    }

    /// Uses a ledger of the host's own. Reminders of invoices that it does not know are withdrawn:
    /// see [`with_keeper`](Self::with_keeper).
    #[must_use]
    pub fn with_invoices(mut self, invoices: Arc<dyn InvoiceLedger>) -> Self {
        self.invoices = Some(invoices);
        self
    }

    /// Sets the keeper that writes into the host's own directory and ledger. It writes the
    /// customers `C-0`, `C-1` and so on of [`Plan::customers`] before anything else. Then it writes
    /// what they owe, what they pay, and their corrected numbers.
    ///
    /// Without a keeper the host's books stay as they are. They have those customers already,
    /// nobody pays, and nobody corrects a number: [`Trouble::Pays`] and [`Trouble::Corrects`] are
    /// left out.
    #[must_use]
    pub fn with_keeper(mut self, keeper: Arc<dyn Bookkeeper>) -> Self {
        self.keeper = Some(keeper);
        self
    }

    /// Waits for calls of the database and the books that take time, on this runtime. Nothing else
    /// happens in the world during a call. The world must not be run from within a runtime.
    ///
    /// Without a runtime each call has to be done when it is first polled. Everything in memory
    /// does that.
    #[must_use]
    pub fn waiting_on(mut self, runtime: Handle) -> Self {
        self.way = Way::Waiting(runtime);
        self
    }

    /// Puts layers between the processes and their ports.
    #[must_use]
    pub fn with_layers(mut self, layers: Layers) -> Self {
        self.layers = layers;
        self
    }

    /// Records the story of the world, which costs time.
    #[must_use]
    pub fn telling(mut self) -> Self {
        self.tells = true;
        self
    }

    /// Runs the world to its end.
    #[must_use]
    pub fn run(self) -> Outcome {
        let Self { plan, tells, store, way, customers, invoices, keeper, layers } = self;
        // Discards the events that this thread met before.
        Coverage::default().meets();
        let plan = match keeper {
            Some(_) => plan,
            None => kept_by_nobody(plan, customers.is_some(), invoices.is_some()),
        };
        let mut dice = Dice::new(plan.seed, "world");
        let (began, trade) = first_hours(&mut dice);
        let sim = Arc::new(Sim::new(plan, began, tells));
        let oracle = Arc::new(Oracle::new(Arc::clone(&sim)));
        let media = MemoryMedia::new();
        let gateway = Arc::new(Gateway::new(Arc::clone(&sim), media.clone()));
        let mailbox = Arc::new(Mailbox::default());
        let own = OwnBooks::default();
        let customers = customers.unwrap_or_else(|| Arc::new(own.customers.clone()));
        let invoices = invoices.unwrap_or_else(|| Arc::new(own.invoices.clone()));
        let keeper = keeper.unwrap_or_else(|| Arc::new(own));
        let pen = Pen { sim: Arc::clone(&sim), keeper, way: way.clone() };
        settle_in(&store, &way, &sim, &customers);
        let hosts = Hosts::new(Parts {
            sim: Arc::clone(&sim),
            store: Arc::clone(&store),
            gateway: Arc::clone(&gateway),
            oracle: Arc::clone(&oracle),
            customers,
            invoices,
            mailbox: Arc::clone(&mailbox),
            media,
            way: way.clone(),
            has_console: dice.chance(2_000),
            layers,
            options: options(&mut dice),
        });
        let shop = Shop::new(Arc::clone(&hosts), Arc::clone(&oracle), pen);
        hosts.start();
        shop.is_owed();
        sim.executor.spawn(Pid::WORLD, Arc::clone(&shop).trade(trade));
        sim.executor.spawn(Pid::WORLD, shop.manage());
        sim.executor.spawn(Pid::WORLD, weather::blow(Arc::clone(&hosts)));
        let seldom = if sim.plan.troubles.has(Trouble::Account) { 150 } else { 30 };
        let storm = if dice.chance(seldom) { trade + SIEGE } else { trade + STORM_GOES_ON };
        let steps = live(&sim, &hosts, &oracle, &mailbox, storm);
        oracle.ends((&*store, &way), (&gateway.posts(), &gateway.taken()), &mailbox);
        let outcome = outcome(&sim, &oracle, steps);
        sim.executor.end();
        outcome
    }
}

/// Takes changes of a host's own directory or ledger out of the plan: without a keeper nobody
/// writes into them.
fn kept_by_nobody(plan: Plan, customers: bool, invoices: bool) -> Plan {
    let without = |troubles: Troubles, own: bool, trouble| {
        if own { troubles.without(trouble) } else { troubles }
    };
    let troubles = without(plan.troubles, customers, Trouble::Corrects);
    let troubles = without(troubles, invoices, Trouble::Pays);
    plan.with_troubles(troubles)
}

/// Draws the time at which a world begins, and the time for which the shop trades. Mostly it is a
/// weekday's morning. Sometimes it is a night in which reminders are planned, with the hour at
/// which they go out. Sometimes it is any time of a year.
fn first_hours(dice: &mut Dice) -> (DateTime<Utc>, Duration) {
    let number = |number: u64| i64::try_from(number).unwrap_or_default();
    let morning =
        FIRST_DAY + TimeDelta::days(7 * number(dice.between(0, 40)) + number(dice.between(0, 2)));
    match dice.below(20) {
        0 => {
            let any = FIRST_DAY + TimeDelta::minutes(number(dice.between(0, 300 * 1_440)));
            (any, dice.millis(600_000, 7_200_000))
        }
        1..=3 => {
            let night = morning - TimeDelta::minutes(number(dice.between(485, 535)));
            (night, Duration::from_secs(9 * 3_600))
        }
        _ => {
            let early = morning + TimeDelta::seconds(number(dice.between(0, 4 * 3_600)));
            (early, dice.millis(600_000, 7_200_000))
        }
    }
}

/// Draws the options of the world's dispatchers.
fn options(dice: &mut Dice) -> DispatchOptions {
    let poll = [10, 60, 60, 120, 120, 120][dice.below(6)];
    let slots = [2, 16][dice.below(2)];
    DispatchOptions::default()
        .with_poll(Duration::from_secs(poll))
        .with_slots(slots)
        .with_watch(dice.chance(3_500))
}

/// Saves the settings that every shop has before it opens.
fn settle_in(
    store: &Arc<dyn EveryStore>,
    way: &Way,
    sim: &Sim,
    customers: &Arc<dyn CustomerDirectory>,
) {
    let ports = Ports::new(Arc::<dyn EveryStore>::clone(store), Arc::clone(customers))
        .with_clock(Arc::new(ManualClock::starting_at(sim.began)))
        .with_entropy(Arc::new(SeededEntropy::new(sim.plan.seed)));
    let edit = SettingEdit::new("whatsapp_failure_notification_email", "owner@shop.example");
    let desk = Desk::new(ports);
    let edits = [edit];
    let saved = way.ask(Box::pin(desk.save_settings(&edits, Consent::Given, &Actor::Host)));
    if !matches!(saved, Some(Ok(()))) {
        sim.violate("a store that answers", None, "the first settings were not saved".to_owned());
    }
}

/// Runs the world until everything in it is over. Returns the number of polls.
fn live(sim: &Sim, hosts: &Hosts, oracle: &Oracle, mailbox: &Mailbox, storm: Duration) -> u64 {
    let (storm, end) = (micros(storm), micros(storm + ENDS_WITHIN));
    let mut schedule = Dice::new(sim.plan.seed, "schedule");
    let mut graves = Dice::new(sim.plan.seed, "graves");
    let (mut steps, mut at_once) = (0, 0_u32);
    loop {
        let step = sim.executor.step(&mut schedule);
        match step {
            Step::Polled => {
                steps += 1;
                at_once += 1;
                if at_once == AT_ONCE_MOST {
                    let what = format!("{AT_ONCE_MOST} turns, and no time passed");
                    sim.violate("no hot loop", None, what);
                    return steps;
                }
            }
            Step::Waited => {
                at_once = 0;
                let now = sim.executor.now();
                if now >= storm && !sim.is_calm() {
                    sim.calm();
                    hosts.correct();
                    sim.executor.thaw_all();
                }
                if sim.is_calm() && (now >= end || oracle.is_done(mailbox)) {
                    return steps;
                }
            }
            Step::Over => return steps,
        }
        let dead = std::mem::take(&mut *locked(&sim.deaths));
        if !dead.is_empty() {
            hosts.died(&dead, &mut graves);
        }
    }
}

fn outcome(sim: &Sim, oracle: &Oracle, steps: u64) -> Outcome {
    let mut coverage = locked(&sim.coverage).clone();
    coverage.meets();
    let touched = sim.touched();
    for troubles in touched.values() {
        coverage.life(troubles);
    }
    let story = std::mem::replace(&mut *locked(&sim.story), story::Story::new(false));
    let (digest, story, violations) = story.parts();
    let Ended { lives, sent, failed, cancelled } = oracle.ended();
    Outcome {
        plan: sim.plan.clone(),
        violations,
        lives,
        sent,
        failed,
        cancelled,
        troubled: touched.len() as u64,
        steps,
        lasted: Duration::from_micros(sim.executor.now()),
        digest,
        coverage,
        story,
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("plan", &self.plan).finish_non_exhaustive()
    }
}

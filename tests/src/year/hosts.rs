//! The hosts: each with a clock, connections, a planner and a dispatcher of its own.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::dispatch::{DispatchOptions, RateLimit};
use whatsapp_core::port::{Clock as _, PlannerStore, Store};
use whatsapp_core::{Dispatcher, Planner, Ports};
use whatsapp_testkit::{ManualClock, SeededEntropy};

use super::Flaw;
use super::books::Books;
use super::gateway::{Ledger, Refusing};
use super::mortal::{Doom, Mortal, MortalPlans};
use super::mutes::kept;
use crate::faults::database::Opened;

/// Largest number of passes of one turn; more means that the host does not come to rest.
const PASSES: usize = 500;

/// One host of the shop.
pub(super) struct Host {
    pub(super) clock: ManualClock,
    doom: Doom,
    ports: Ports,
    dispatching: Ports,
    planner: Planner,
    dispatcher: Dispatcher,
    /// Time at which the dispatcher has something to do again, by the host's clock.
    again_at: Option<DateTime<Utc>>,
}

impl Host {
    pub(super) fn new(
        opened: &Opened,
        books: &Books,
        ledger: &Ledger,
        now: DateTime<Utc>,
        flaw: Option<Flaw>,
        seed: u64,
    ) -> Result<Self> {
        let clock = ManualClock::starting_at(now);
        let doom = Doom::default();
        let plans: Arc<dyn PlannerStore> = match opened {
            Opened::Sqlite(store) => Arc::new(store.clone()),
            Opened::Postgres(store) => Arc::new(store.clone()),
        };
        let plans = |forgets| {
            let (plans, doom) = (plans.clone(), doom.clone());
            Arc::new(MortalPlans { plans, doom, flaw, forgets })
        };
        let mutes_asked = flaw != Some(Flaw::MutesNotAsked);
        let ports = |flaw| {
            let store: Arc<dyn Store> =
                Arc::new(Mortal { store: opened.ports(), doom: doom.clone(), flaw });
            let gateway =
                Refusing { ledger: ledger.clone(), books: books.clone(), clock: clock.clone() };
            let ports = Ports::new(store, Arc::new(books.clone()))
                .with_transport(Arc::new(gateway.clone()))
                .with_deliveries(Arc::new(gateway))
                .with_plans(plans(flaw == Some(Flaw::LeftUnwritten)))
                .with_clock(Arc::new(clock.clone()))
                .with_entropy(Arc::new(SeededEntropy::new(seed)));
            let ports = match flaw {
                Some(Flaw::PaidNotAsked) => ports,
                _ => ports.with_invoices(Arc::new(books.clone())),
            };
            if mutes_asked { ports.with_mutes(kept(opened)) } else { ports }
        };
        let planning = ports(None);
        let dispatching = ports(flaw);
        let planner = Planner::new(planning.clone()).context("a planner")?;
        let dispatcher = dispatcher(&dispatching)?;
        Ok(Self { clock, doom, ports: planning, dispatching, planner, dispatcher, again_at: None })
    }

    /// Gives the planner and the dispatcher a turn, in which the host may die. Returns true if it
    /// did.
    pub(super) async fn turn(&mut self, dies_after: Option<i64>) -> Result<bool> {
        if let Some(calls) = dies_after {
            self.doom.after(calls);
        }
        let doom = self.doom.clone();
        let done = tokio::select! {
            done = self.work() => Some(done?),
            () = doom.death() => None,
        };
        self.doom.lift();
        if let Some(again_at) = done {
            self.again_at = again_at;
            return Ok(false);
        }
        // Another process takes its place.
        self.planner = Planner::new(self.ports.clone()).context("a planner")?;
        self.dispatcher = dispatcher(&self.dispatching)?;
        self.again_at = Some(self.clock.now() + TimeDelta::minutes(3));
        Ok(true)
    }

    async fn work(&self) -> Result<Option<DateTime<Utc>>> {
        self.planner.tick(self.clock.now()).await.context("the planner")?;
        for _ in 0..PASSES {
            let now = self.clock.now();
            let report = self.dispatcher.tick(now).await.context("the dispatcher")?;
            ensure!(report.blocked.is_none(), "nothing is sent: {:?}", report.blocked);
            if report.claimed == 0 {
                self.planner.tick(self.clock.now()).await.context("the planner")?;
                return Ok(report.again_at);
            }
        }
        anyhow::bail!("the dispatcher does not come to rest at {}", self.clock.now())
    }

    /// Returns the time until the host has something to do.
    pub(super) fn rests_for(&self) -> Option<TimeDelta> {
        let wait = self.again_at? - self.clock.now();
        Some(wait.max(TimeDelta::minutes(1)))
    }
}

fn dispatcher(ports: &Ports) -> Result<Dispatcher> {
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    Ok(Dispatcher::new(ports.clone()).context("a dispatcher")?.with_options(options))
}

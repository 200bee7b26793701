//! Cases for the planner's rows: its runs, and the reminder steps.

/// Copies a step with other values in these fields.
macro_rules! like {
    ($step:expr, $($field:ident = $value:expr),+ $(,)?) => {{
        let mut step = $step;
        $(step.$field = $value;)+
        step
    }};
}

mod cases;
/// Writes of many steps, and several writes at once.
pub mod crowds;
/// Runs of dates, and the claims on them.
pub mod runs;
/// Finding steps, and their results.
pub mod steps;
/// Writing steps with their messages.
pub mod writes;

use std::sync::Arc;

use chrono::{Days, NaiveDate};
use whatsapp_core::message::{Class, NewMessage, Progress, StateRow};
use whatsapp_core::port::{
    AuditLog, PlanWrite, PlanWritten, PlannerStore, RunClaim, RunWrite, StepWrite, Store,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{InvoiceId, LeaseToken};

use super::trial::{LEASE, Trial};
use crate::fixtures::{self, START};

pub use cases::{PLANNER_CASES, PlannerCase};

/// One store, as the ports that the planner's cases use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlannerPorts {
    /// The storage ports.
    pub store: Arc<dyn Store>,
    /// The planner's rows.
    pub planner: Arc<dyn PlannerStore>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
}

impl PlannerPorts {
    /// Makes the ports of a store that implements all of them.
    pub fn of(store: Arc<impl Store + PlannerStore + AuditLog>) -> Self {
        Self { store: store.clone(), planner: store.clone(), audit: store }
    }
}

/// The day on which the cases begin.
const DAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 1, 27) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The day that is `after` days after the first one.
fn day(after: u64) -> NaiveDate {
    DAY + Days::new(after)
}

/// A store under test as the planner sees it.
#[derive(Debug, Clone)]
struct Table {
    trial: Trial,
    planner: Arc<dyn PlannerStore>,
    audit: Arc<dyn AuditLog>,
}

impl Table {
    fn new(ports: PlannerPorts) -> Self {
        let PlannerPorts { store, planner, audit } = ports;
        Self { trial: Trial::new(store), planner, audit }
    }

    /// A claim of a day's run, from now and for the usual lease, under a new token.
    fn claim_of(&self, day: NaiveDate) -> RunClaim {
        let now = self.trial.now();
        RunClaim {
            day,
            token: self.trial.token(),
            now,
            until: now + LEASE,
            progress: "begun".to_owned(),
        }
    }

    /// Claims a day's run, which must be free.
    async fn taken(&self, day: NaiveDate) -> LeaseToken {
        let claim = self.claim_of(day);
        let run = self.planner.claim_run(&claim).await.expect("claim_run");
        assert!(run.is_some(), "the run of {day} is free");
        claim.token
    }

    /// The write of a run that goes on, under this token.
    fn goes_on(&self, day: NaiveDate, token: LeaseToken, progress: &str) -> RunWrite {
        let until = Some(self.trial.now() + LEASE);
        RunWrite { day, token, until, progress: progress.to_owned(), finished_at: None }
    }

    async fn write(&self, write: &PlanWrite) -> PlanWritten {
        self.planner.write_plan(write).await.expect("write_plan")
    }

    /// Writes a run alone, and returns the result.
    async fn write_run(&self, run: RunWrite) -> PlanWritten {
        self.write(&PlanWrite { run: Some(run), ..PlanWrite::default() }).await
    }

    /// Adds steps, which must be new.
    async fn add(&self, steps: &[ReminderStep]) {
        let write = of_steps(steps.iter().cloned().map(new));
        assert_eq!(self.write(&write).await, DONE);
    }

    async fn steps(&self, invoices: &[InvoiceId]) -> Vec<ReminderStep> {
        self.planner.steps_of(invoices).await.expect("steps_of")
    }

    /// The row of this step.
    async fn row(&self, step: &ReminderStep) -> Option<ReminderStep> {
        let steps = self.steps(std::slice::from_ref(&step.invoice)).await;
        steps.into_iter().find(|row| row.name == step.name)
    }
}

fn new(step: ReminderStep) -> StepWrite {
    StepWrite { step, seen: None, message: None }
}

/// A change of a row that was read.
fn over(row: &ReminderStep, change: impl FnOnce(&mut ReminderStep)) -> StepWrite {
    let mut step = row.clone();
    change(&mut step);
    StepWrite { step, seen: Some(row.revision), message: None }
}

fn of_steps(steps: impl IntoIterator<Item = StepWrite>) -> PlanWrite {
    PlanWrite { steps: steps.into_iter().collect(), ..PlanWrite::default() }
}

fn invoice(id: &str) -> InvoiceId {
    InvoiceId::new(id).expect("an invoice's id")
}

/// Result of a write without messages.
const DONE: PlanWritten = PlanWritten::Done(Vec::new());

/// A reminder's message, due at once.
fn reminder(seed: u64) -> NewMessage {
    let state = StateRow::of(&Progress::new(START).with_class(Class::Reminder));
    NewMessage { state, ..fixtures::new_message(seed, START) }
}

/// Queues the step: its message is number `place` of the write.
fn queued(step: ReminderStep, place: usize) -> StepWrite {
    let step = step.stands(StepState::Queued, None, None, START);
    StepWrite { step, seen: None, message: Some(place) }
}

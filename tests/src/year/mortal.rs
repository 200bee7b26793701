//! Stores of a host that may be killed at each call to them, and stores that lack a safeguard.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use chrono::NaiveDate;
use tokio::sync::Notify;
use whatsapp_core::message::{Fingerprint, MessageKey, NewMessage};
use whatsapp_core::port::{
    Begin, Begun, Claim, Claimed, Count, EndedStep, Enqueued, PlanWrite, PlanWritten, PlannerRun,
    PlannerStore, RunClaim, SettingRow, Settled, Settlement, StepPoint, Store, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};
use whatsapp_core::{CustomerId, InvoiceId, MessageId};
use whatsapp_testkit::{StoreWrapper, forward_store};

use super::Flaw;

/// Countdown to the call to its stores at which a host dies.
#[derive(Debug, Clone, Default)]
pub(super) struct Doom(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Number of calls that are left; negative while nothing threatens.
    left: AtomicI64,
    dead: Notify,
}

impl Default for Inner {
    fn default() -> Self {
        Self { left: AtomicI64::new(-1), dead: Notify::new() }
    }
}

impl Doom {
    /// Lets the host die at the call of this number.
    pub(super) fn after(&self, calls: i64) {
        self.0.left.store(calls, Ordering::SeqCst);
    }

    /// Lifts the threat.
    pub(super) fn lift(&self) {
        self.0.left.store(-1, Ordering::SeqCst);
    }

    /// Waits until the host is dead.
    pub(super) async fn death(&self) {
        self.0.dead.notified().await;
    }

    /// Returns the answer of a call, if the host lives. The host may die before the call, or before
    /// it hears the answer.
    async fn live<T>(&self, call: impl Future<Output = T>) -> T {
        let left = self.0.left.fetch_sub(1, Ordering::SeqCst);
        if left == 0 {
            self.die().await;
        }
        let answer = call.await;
        if left == 1 {
            self.die().await;
        }
        answer
    }

    async fn die(&self) {
        self.lift();
        self.0.dead.notify_one();
        pending::<()>().await;
    }
}

/// Store of a host.
#[derive(Debug, Clone)]
pub(super) struct Mortal {
    pub(super) store: Arc<dyn Store>,
    pub(super) doom: Doom,
    pub(super) flaw: Option<Flaw>,
}

#[async_trait]
impl StoreWrapper for Mortal {
    fn inner(&self) -> &dyn Store {
        self.store.as_ref()
    }

    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let mut rows = self.store.load_settings().await?;
        if self.flaw == Some(Flaw::WindowNotAsked) {
            rows.retain(|row| row.key != "whatsapp_send_window_types");
            let value = "not payment_reminder".to_owned();
            rows.push(SettingRow { key: "whatsapp_send_window_types".to_owned(), value });
        }
        Ok(rows)
    }

    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        self.doom.live(self.store.enqueue(messages)).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.doom.live(self.store.claim(claim)).await
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        self.doom.live(self.store.begin(begins)).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.doom.live(self.store.settle(settlements)).await
    }
}

forward_store!(Mortal);

/// Rows of a host's planner.
#[derive(Debug, Clone)]
pub(super) struct MortalPlans {
    pub(super) plans: Arc<dyn PlannerStore>,
    pub(super) doom: Doom,
    pub(super) flaw: Option<Flaw>,
    /// True if nothing is written.
    pub(super) forgets: bool,
}

impl MortalPlans {
    /// Returns a step as the missing safeguard leaves it.
    fn seen(&self, mut step: ReminderStep) -> ReminderStep {
        let by_gap = step.reason == Some(StepReason::Gap) && step.state == StepState::Planned;
        if self.flaw == Some(Flaw::GapMakesLate) && by_gap {
            (step.day, step.reason) = (step.own_day, None);
        }
        step
    }

    fn all_seen(&self, steps: Vec<ReminderStep>) -> Vec<ReminderStep> {
        steps.into_iter().map(|step| self.seen(step)).collect()
    }
}

/// Returns the message with a key that holds its text.
fn keyed_by_its_text(message: NewMessage) -> NewMessage {
    message.with_facts(|mut facts| {
        let said = Fingerprint::of(&[("text", facts.text.as_str())]);
        if let Ok(key) = MessageKey::new(format!("{}:{}", facts.key, &said.to_hex()[..8])) {
            facts.key = key;
        }
        facts
    })
}

#[async_trait]
impl PlannerStore for MortalPlans {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        self.plans.planner_runs(day, limit).await
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        self.doom.live(self.plans.claim_run(claim)).await
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        if self.forgets {
            return Ok(PlanWritten::Done(Vec::new()));
        }
        if self.flaw != Some(Flaw::KeyOfValues) {
            return self.doom.live(self.plans.write_plan(write)).await;
        }
        let messages = write.messages.iter().cloned().map(keyed_by_its_text).collect();
        let mut write = PlanWrite { messages, ..write.clone() };
        for item in &mut write.steps {
            let rows = self.plans.steps_of(std::slice::from_ref(&item.step.invoice)).await?;
            let row = rows.into_iter().find(|row| row.name == item.step.name);
            item.seen = row.map(|row| row.revision);
        }
        self.plans.write_plan(&write).await
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        if self.flaw == Some(Flaw::KeyOfValues) {
            return Ok(Vec::new());
        }
        Ok(self.all_seen(self.plans.steps_of(invoices).await?))
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        Ok(self.all_seen(self.plans.steps_by(state, day, after, limit).await?))
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        self.plans.steps_ended(limit).await
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        self.plans.steps_of_message(id).await
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        Ok(self.all_seen(self.plans.planned_of(customers, day, limit).await?))
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        if self.flaw == Some(Flaw::WaitingNotTaken) {
            return Ok(Vec::new());
        }
        self.plans.queued_of(customers).await
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        self.plans.open_steps_of(customer, limit).await
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        self.plans.last_reminded(customers).await
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        self.plans.reminders_on(day, number_keys).await
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        self.plans.held_steps(most).await
    }
}

//! The planner's runs, and the reminder steps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::message::Step;
use whatsapp_core::port::{
    Count, EndedStep, Leaving, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RUN_HORIZON,
    RunClaim, RunWrite, StepMessage, StepPoint, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{CustomerId, InvoiceId, LeaseToken, MessageId};

use super::{MemoryStore, outbox};

/// The planner's rows. A write of others shares them.
#[derive(Debug, Clone, Default)]
pub(super) struct Plans {
    runs: BTreeMap<NaiveDate, Run>,
    /// By invoice and the name's text.
    steps: Arc<BTreeMap<(InvoiceId, String), ReminderStep>>,
}

#[derive(Debug, Clone)]
struct Run {
    progress: String,
    held: Option<(LeaseToken, DateTime<Utc>)>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl Run {
    fn read(&self, day: NaiveDate) -> PlannerRun {
        PlannerRun {
            day,
            progress: self.progress.clone(),
            lease_until: self.held.map(|(_, until)| until),
            started_at: self.started_at,
            finished_at: self.finished_at,
        }
    }

    /// Whether somebody's claim keeps this one out.
    fn is_held(&self, claim: &RunClaim) -> bool {
        self.held.is_some_and(|(_, until)| until > claim.now && until <= claim.until + RUN_HORIZON)
    }
}

#[async_trait]
impl PlannerStore for MemoryStore {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        let data = self.lock();
        let runs = data.plans.runs.range(..=day).rev().take(limit as usize);
        Ok(runs.map(|(day, run)| run.read(*day)).collect())
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        self.transaction(|data| {
            let runs = &mut data.plans.runs;
            let new = || Run {
                progress: claim.progress.clone(),
                held: None,
                started_at: claim.now,
                finished_at: None,
            };
            let run = runs.entry(claim.day).or_insert_with(new);
            if run.is_held(claim) {
                return Ok(None);
            }
            run.held = Some((claim.token, claim.until));
            Ok(Some(run.read(claim.day)))
        })
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        write.check()?;
        let account = self.account;
        let mut taken = Vec::new();
        let written = self.transaction(|data| {
            if let Some(run) = &write.run
                && !data.plans.renewed(run)
            {
                return Ok(PlanWritten::Fenced);
            }
            let steps = &data.plans.steps;
            if write.is_stale(|invoice, name| {
                steps.get(&(invoice.clone(), name.to_string())).map(|step| step.revision)
            }) {
                // Nothing is written: the run's claim is not renewed either.
                return Err(undone(STALE));
            }
            let is_free = |leaving: &Leaving| {
                let Some(record) = data.records.get(&leaving.message) else { return false };
                if leaving.claim.is_some() {
                    return record.lease.map(|held| held.token) == leaving.claim;
                }
                let owed = record.message.state.owed;
                let waits = owed.is_some_and(|owed| owed.step == Step::Send);
                waits && record.lease.is_none() && record.open_attempt().is_none()
            };
            if !write.leaving.iter().all(is_free) {
                return Err(undone(IN_HAND));
            }
            let enqueue = |new| outbox::enqueue(data, new, account);
            let enqueued: Vec<_> = write.messages.iter().map(enqueue).collect::<Result<_, _>>()?;
            taken = write.taken(&enqueued);
            if !taken.is_empty() {
                return Err(undone(TAKEN));
            }
            if let Some(entry) = &write.audit {
                data.record_audit(entry)?;
            }
            if !write.steps.is_empty() {
                let rows = write.rows(&enqueued);
                let rows = rows.into_iter().map(|row| (key(&row), row));
                Arc::make_mut(&mut data.plans.steps).extend(rows);
            }
            Ok(PlanWritten::Done(enqueued))
        });
        match written {
            Err(StoreError::Conflict { entity: STALE }) => Ok(PlanWritten::Stale),
            Err(StoreError::Conflict { entity: IN_HAND }) => Ok(PlanWritten::InHand),
            Err(StoreError::Conflict { entity: TAKEN }) => Ok(PlanWritten::Taken(taken)),
            written => written,
        }
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        let asked: BTreeSet<_> = invoices.iter().collect();
        Ok(steps.values().filter(|step| asked.contains(&step.invoice)).cloned().collect())
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        let place = |point: StepPoint| (point.own_day, point.invoice, point.name.to_string());
        let after = after.map(place);
        let due = steps.values().filter(|step| step.state == state && step.day <= day);
        let mut due: Vec<_> = due
            .map(|step| (place(StepPoint::of(step)), step))
            .filter(|(at, _)| after.as_ref().is_none_or(|after| at > after))
            .collect();
        due.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(due.into_iter().take(limit as usize).map(|(_, step)| step.clone()).collect())
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let data = self.lock();
        let message = |id| match data.records.get(&id) {
            None => Some(StepMessage::deleted()),
            Some(record) => StepMessage::of(&record.message.state),
        };
        let queued = data.plans.steps.values().filter(|step| step.state == StepState::Queued);
        let ended = queued.filter_map(|step| {
            let ended = message(step.message_id?)?;
            Some(EndedStep { step: step.clone(), ended })
        });
        Ok(ended.take(limit as usize).collect())
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        Ok(steps.values().filter(|step| step.message_id == Some(id)).cloned().collect())
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        let mut found = Vec::new();
        for customer in customers.iter().collect::<BTreeSet<_>>() {
            let is_due = |step: &&ReminderStep| {
                step.customer == *customer && step.state == StepState::Planned && step.day <= day
            };
            let mut due: Vec<ReminderStep> = steps.values().filter(is_due).cloned().collect();
            // The rows come by invoice and name.
            due.sort_by_key(|step| step.own_day);
            due.truncate(limit as usize);
            found.extend(due);
        }
        Ok(found)
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        let asked: BTreeSet<_> = customers.iter().collect();
        let queued = steps.values().filter(|step| step.state == StepState::Queued);
        let mut found: Vec<_> =
            queued.filter(|step| asked.contains(&step.customer)).cloned().collect();
        // The rows come by invoice and name.
        found.sort_by(|a, b| (&a.customer, a.own_day).cmp(&(&b.customer, b.own_day)));
        Ok(found)
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let own = data.plans.steps.values().filter(|step| step.customer == *customer);
        let mut open: Vec<_> = own.filter(|step| step.state.is_to_come()).cloned().collect();
        // The rows come by invoice and name.
        open.sort_by_key(|step| step.own_day);
        open.truncate(limit as usize);
        Ok(open)
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let steps = self.lock().plans.steps.clone();
        let asked: BTreeSet<_> = customers.iter().collect();
        let mut last = BTreeMap::new();
        for step in steps.values().filter(|step| step.state.reminds()) {
            if asked.contains(&step.customer) {
                let day = last.entry(step.customer.clone()).or_insert(step.day);
                *day = step.day.max(*day);
            }
        }
        Ok(last.into_iter().collect())
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let data = self.lock();
        let steps = data.plans.steps.values();
        let steps: Vec<_> = steps.filter(|step| step.state.reminds() && step.day == day).collect();
        let count = |key: &&String| {
            let own = steps.iter().filter(|step| step.number_key.as_ref() == Some(key));
            let messages: BTreeSet<MessageId> = own.filter_map(|step| step.message_id).collect();
            let reminders = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            reminders + data.campaigns.greetings(day, key)
        };
        let asked: BTreeSet<&String> = number_keys.iter().collect();
        let counted = asked.into_iter().map(|key| (key.clone(), count(&key)));
        Ok(counted.filter(|(_, messages)| *messages > 0).collect())
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        let data = self.lock();
        let held = data.plans.steps.values().filter(|step| step.state == StepState::Held);
        Ok(Count::up_to(held.count() as u64, most, true))
    }
}

/// What a write ends with, so that it is undone.
const STALE: &str = "write that came too late";
const IN_HAND: &str = "write of steps whose message is in hand";
const TAKEN: &str = "write of messages whose keys are taken";

const fn undone(entity: &'static str) -> StoreError {
    StoreError::Conflict { entity }
}

impl Plans {
    /// Writes how far a run is; it must be claimed by this token.
    fn renewed(&mut self, write: &RunWrite) -> bool {
        let held = |run: &&mut Run| run.held.is_some_and(|(token, _)| token == write.token);
        let Some(run) = self.runs.get_mut(&write.day).filter(held) else { return false };
        run.held = write.until.map(|until| (write.token, until));
        run.progress.clone_from(&write.progress);
        run.finished_at = write.finished_at;
        true
    }
}

fn key(step: &ReminderStep) -> (InvoiceId, String) {
    (step.invoice.clone(), step.name.to_string())
}

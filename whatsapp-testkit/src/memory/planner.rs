//! The planner's runs, and the reminder steps.

use std::collections::BTreeSet;
use std::ops::Bound;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::message::Step;
use whatsapp_core::port::{
    Count, EndedStep, Leaving, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RUN_HORIZON,
    RunClaim, RunWrite, StepMessage, StepPoint, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{CustomerId, InvoiceId, LeaseToken, MessageId};

use super::table::{Index, Table, undo_all};
use super::{MemoryStore, outbox};

/// The planner's rows.
#[derive(Debug, Default)]
pub(super) struct Plans {
    runs: Table<NaiveDate, Run>,
    steps: Table<StepKey, ReminderStep>,
    by_state: Index<StepState, StepPlace>,
    by_customer: Index<(CustomerId, StepState), StepPlace>,
    by_message: Index<MessageId, StepKey>,
    /// Steps that remind, by day and number key.
    reminding: Index<(NaiveDate, String), StepKey>,
}

/// The invoice and the text of the step's name.
type StepKey = (InvoiceId, String);

/// A place in the order of [`StepPoint`].
type StepPlace = (NaiveDate, StepKey);

undo_all!(Plans { runs, steps, by_state, by_customer, by_message, reminding });

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

    /// Tells whether another claim on the run keeps this one out.
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
            let run = runs.get_or_insert_with(claim.day, new);
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
                data.audit.add(entry)?;
            }
            for step in write.rows(&enqueued) {
                data.plans.write(step);
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
        let data = self.lock();
        let asked: BTreeSet<_> = invoices.iter().collect();
        let own = |invoice: &InvoiceId| {
            let invoice = invoice.clone();
            let from = data.plans.steps.range((invoice.clone(), String::new())..);
            from.map(|(_, step)| step).take_while(move |step| step.invoice == invoice)
        };
        Ok(asked.into_iter().flat_map(own).cloned().collect())
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let place = |point: StepPoint| (point.own_day, (point.invoice, point.name.to_string()));
        let start = after.map(place).map_or(Bound::Unbounded, Bound::Excluded);
        let steps = data.plans.at(data.plans.by_state.from(&state, start));
        let due = steps.filter(|step| step.day <= day);
        Ok(due.take(limit as usize).cloned().collect())
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let data = self.lock();
        let message = |id| match data.records.get(&id) {
            None => Some(StepMessage::deleted()),
            Some(record) => StepMessage::of(&record.message.state),
        };
        let queued = data.plans.at(data.plans.by_state.of(&StepState::Queued));
        let mut ended: Vec<_> =
            queued.filter_map(|step| Some((step, message(step.message_id?)?))).collect();
        ended.sort_by_cached_key(|(step, _)| key(step));
        let ended = ended.into_iter().take(limit as usize);
        Ok(ended.map(|(step, ended)| EndedStep { step: step.clone(), ended }).collect())
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let steps = data.plans.by_message.of(&id).filter_map(|key| data.plans.steps.get(key));
        Ok(steps.cloned().collect())
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let mut found = Vec::new();
        for customer in customers.iter().collect::<BTreeSet<_>>() {
            let planned = data.plans.of_customer(customer, StepState::Planned);
            let due = planned.filter(|step| step.day <= day);
            found.extend(due.take(limit as usize).cloned());
        }
        Ok(found)
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let asked: BTreeSet<_> = customers.iter().collect();
        let queued = |customer| data.plans.of_customer(customer, StepState::Queued);
        Ok(asked.into_iter().flat_map(queued).cloned().collect())
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let data = self.lock();
        let states = StepState::ALL.iter().filter(|state| state.is_to_come());
        let own = |state: &StepState| data.plans.of_customer(customer, *state);
        let mut open: Vec<_> = states.flat_map(own).cloned().collect();
        open.sort_by_cached_key(|step| (step.own_day, key(step)));
        open.truncate(limit as usize);
        Ok(open)
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let data = self.lock();
        let asked: BTreeSet<_> = customers.iter().collect();
        let last = |customer: &CustomerId| {
            let states = StepState::ALL.iter().filter(|state| state.reminds());
            let own = states.flat_map(|state| data.plans.of_customer(customer, *state));
            Some((customer.clone(), own.map(|step| step.day).max()?))
        };
        Ok(asked.into_iter().filter_map(last).collect())
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let data = self.lock();
        let count = |key: &String| {
            let own = data.plans.reminding.of(&(day, key.clone()));
            let own = own.filter_map(|key| data.plans.steps.get(key));
            let messages: BTreeSet<MessageId> = own.filter_map(|step| step.message_id).collect();
            let reminders = u32::try_from(messages.len()).unwrap_or(u32::MAX);
            reminders + data.campaigns.greetings(day, key)
        };
        let asked: BTreeSet<&String> = number_keys.iter().collect();
        let counted = asked.into_iter().map(|key| (key.clone(), count(key)));
        Ok(counted.filter(|(_, messages)| *messages > 0).collect())
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        let data = self.lock();
        Ok(Count::up_to(data.plans.by_state.len(&StepState::Held), most, true))
    }
}

/// The errors with which a write ends, so that it is undone.
const STALE: &str = "write that came too late";
const IN_HAND: &str = "write of steps whose message is in hand";
const TAKEN: &str = "write of messages whose keys are taken";

const fn undone(entity: &'static str) -> StoreError {
    StoreError::Conflict { entity }
}

impl Plans {
    /// Writes a step: the one place where that is done, so that the indexes follow.
    fn write(&mut self, step: ReminderStep) {
        let key = key(&step);
        let (old, new) = (self.steps.get(&key), Some(&step));
        let state = |step: &ReminderStep| (step.state, (step.own_day, key.clone()));
        self.by_state.moved(old.map(state), new.map(state));
        let customer = |step: &ReminderStep| {
            ((step.customer.clone(), step.state), (step.own_day, key.clone()))
        };
        self.by_customer.moved(old.map(customer), new.map(customer));
        let message = |step: &ReminderStep| Some((step.message_id?, key.clone()));
        self.by_message.moved(old.and_then(message), new.and_then(message));
        let reminds = |step: &ReminderStep| {
            let number_key = step.number_key.clone().filter(|_| step.state.reminds())?;
            Some(((step.day, number_key), key.clone()))
        };
        self.reminding.moved(old.and_then(reminds), new.and_then(reminds));
        self.steps.insert(key, step);
    }

    /// The steps at these places.
    fn at<'a>(
        &'a self,
        places: impl Iterator<Item = &'a StepPlace>,
    ) -> impl Iterator<Item = &'a ReminderStep> {
        places.filter_map(|(_, key)| self.steps.get(key))
    }

    /// The steps of a customer in this state, in the order of [`StepPoint`].
    fn of_customer(
        &self,
        customer: &CustomerId,
        state: StepState,
    ) -> impl Iterator<Item = &ReminderStep> + use<'_> {
        self.at(self.by_customer.of(&(customer.clone(), state)))
    }

    /// Writes the progress of a run; it must be claimed by this token.
    fn renewed(&mut self, write: &RunWrite) -> bool {
        let held = |run: &&mut Run| run.held.is_some_and(|(token, _)| token == write.token);
        let Some(run) = self.runs.get_mut(&write.day).filter(held) else { return false };
        run.held = write.until.map(|until| (write.token, until));
        run.progress.clone_from(&write.progress);
        run.finished_at = write.finished_at;
        true
    }
}

fn key(step: &ReminderStep) -> StepKey {
    (step.invoice.clone(), step.name.to_string())
}

//! A copy of the planner's rows, over which its turns are rehearsed: writes stay in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::NaiveDate;

use super::limits::Looked;
use super::told::{Forecast, ForecastReminder};
use super::waited::Waited;
use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::message::{MessageKey, NewMessage};
use crate::port::{
    Count, EndedStep, Enqueued, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RunClaim,
    StepPoint, Store, StoreError,
};
use crate::private::Private;
use crate::schedule::{LAST_DAY, ReminderStep, StepName, StepState};

/// The number of steps that are read together.
const PAGE: u32 = 200;

type Key = (InvoiceId, StepName);

/// The planner's rows as they would be: writes stay in memory.
#[derive(Debug)]
pub(super) struct Rehearsal {
    real: Arc<dyn PlannerStore>,
    outbox: Arc<dyn Store>,
    /// The day on which the forecast begins. Steps that are on their way then are sent on that day.
    from: NaiveDate,
    written: Mutex<Written>,
    /// The rows that were looked at, where there is a limit.
    looked: Option<Mutex<Looked>>,
}

#[derive(Debug, Default)]
struct Written {
    steps: BTreeMap<Key, ReminderStep>,
    /// The same steps by their states, in the order of [`StepPoint`].
    by_state: BTreeMap<StepState, BTreeMap<Place, Key>>,
    /// The last day on which each customer is reminded.
    last: BTreeMap<CustomerId, NaiveDate>,
    /// The messages to each number on each day.
    on: BTreeMap<(NaiveDate, String), BTreeSet<MessageId>>,
    waited: Waited,
    runs: BTreeMap<NaiveDate, PlannerRun>,
    /// The keys of messages that had to be new.
    keys: BTreeSet<MessageKey>,
    reminders: Vec<ForecastReminder>,
}

/// A step's place in the order of [`StepPoint`].
type Place = (NaiveDate, InvoiceId, String);

impl Written {
    fn put(&mut self, step: ReminderStep) {
        let key = key(&step);
        if let Some(before) = self.steps.get(&key) {
            let of_state = self.by_state.get_mut(&before.state);
            let _ = of_state.map(|of_state| of_state.remove(&place(before)));
        }
        self.by_state.entry(step.state).or_default().insert(place(&step), key.clone());
        if step.state.reminds() {
            let last = self.last.entry(step.customer.clone()).or_insert(step.day);
            *last = step.day.max(*last);
            if let Some(number) = step.number_key.clone() {
                self.on.entry((step.day, number)).or_default().extend(step.message_id);
            }
        }
        self.steps.insert(key, step);
    }
}

fn key(step: &ReminderStep) -> Key {
    (step.invoice.clone(), step.name)
}

fn place(step: &ReminderStep) -> Place {
    (step.own_day, step.invoice.clone(), step.name.to_string())
}

impl Rehearsal {
    pub(super) fn over(
        real: Arc<dyn PlannerStore>,
        outbox: Arc<dyn Store>,
        from: NaiveDate,
    ) -> Self {
        Self { real, outbox, from, written: Mutex::default(), looked: None }
    }

    /// Limits the number of existing steps that are looked at, and reads the steps of an invoice
    /// once.
    pub(super) fn looking_at(mut self, most: u32) -> Self {
        self.looked = Some(Mutex::new(Looked::at(most)));
        self
    }

    fn looked(&self) -> Option<MutexGuard<'_, Looked>> {
        let looked = self.looked.as_ref()?;
        Some(looked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns whether more steps are planned or held than were looked at.
    pub(super) fn is_cut(&self) -> bool {
        self.looked().is_some_and(|looked| looked.is_cut())
    }

    /// Adds the steps of these days that people left out, as far as their invoices were looked at.
    pub(super) fn tell_left_out(&self, last: NaiveDate) {
        let left = self.looked().map(|looked| looked.left_out(self.from, last));
        let mut written = self.written();
        for step in left.into_iter().flatten() {
            if !written.steps.contains_key(&key(&step)) {
                written.put(step);
            }
        }
    }

    /// Returns the real rows of these invoices.
    async fn real_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let Some(unread) = self.looked().map(|looked| looked.unread(invoices)) else {
            return self.real.steps_of(invoices).await;
        };
        let steps = match unread.as_slice() {
            [] => Vec::new(),
            unread => self.real.steps_of(unread).await?,
        };
        Ok(self.looked().map_or_else(Vec::new, |mut looked| {
            looked.note(unread, steps);
            looked.rows_of(invoices)
        }))
    }

    /// Returns the places of messages that have to be new, but whose keys are taken.
    async fn taken(&self, write: &PlanWrite) -> Result<Vec<usize>, StoreError> {
        let mut taken = Vec::new();
        for (place, message) in write.messages.iter().enumerate().filter(|_| write.all_new) {
            let facts = &message.facts;
            let real = self.outbox.find_key(&facts.key, &facts.fingerprint).await?;
            if real.is_some() || self.written().keys.contains(&facts.key) {
                taken.push(place);
            }
        }
        Ok(taken)
    }

    /// Stores the forecast steps of reminders whose messages wait, in place of their real rows.
    pub(super) async fn begin_with(&self, steps: Vec<ReminderStep>) -> Result<(), StoreError> {
        let invoices: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
        let invoices: Vec<InvoiceId> = invoices.into_iter().cloned().collect();
        let real = self.real.steps_of(&invoices).await?;
        let mut written = self.written();
        for step in steps {
            written.put(ReminderStep { revision: step.revision.saturating_add(1), ..step });
        }
        let waits =
            |step: &ReminderStep| step.state.reminds() && written.steps.contains_key(&key(step));
        let real: Vec<ReminderStep> = real.into_iter().filter(waits).collect();
        for step in real {
            written.waited.note(step);
        }
        Ok(())
    }

    /// Adds the steps in this state that nothing changes, if their own days are not after the last
    /// day.
    pub(super) async fn tell_all(
        &self,
        state: StepState,
        last: NaiveDate,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let page = self.steps_by(state, LAST_DAY, after, PAGE).await?;
            let Some(point) = page.last().map(StepPoint::of) else { return Ok(()) };
            after = Some(point);
            let mut written = self.written();
            for step in page.into_iter().filter(|step| step.own_day <= last) {
                written.put(step);
            }
        }
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether a step is on its way, and so sent on the day on which the forecast begins.
    fn is_sent(&self, step: &ReminderStep) -> bool {
        step.state == StepState::Queued && step.day >= self.from
    }

    pub(super) fn forecast(&self) -> Forecast {
        let written = self.written();
        let mut reminders = written.reminders.clone();
        reminders.sort_by(|a, b| (a.at, &a.subject, a.name).cmp(&(b.at, &b.subject, b.name)));
        let others = written.steps.values().filter(|step| step.state != StepState::Sent);
        let mut others: Vec<ReminderStep> = others.cloned().collect();
        others.sort_by_key(|step| (step.day, place(step)));
        Forecast { reminders, others, ..Forecast::default() }
    }
}

fn reminder(step: &ReminderStep, message: &NewMessage) -> ForecastReminder {
    let facts = &message.facts;
    ForecastReminder {
        day: step.day,
        at: facts.scheduled_for.unwrap_or(facts.created_at),
        own_day: step.own_day,
        invoice: step.invoice.clone(),
        name: step.name,
        subject: step.subject.clone(),
        customer: step.customer.clone(),
        customer_name: facts.customer_name.clone(),
        text: facts.text.clone(),
        message: facts.id,
        kept: None,
    }
}

#[async_trait]
impl PlannerStore for Rehearsal {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        let real = self.real.planner_runs(day, limit).await?;
        let mut runs: BTreeMap<NaiveDate, PlannerRun> =
            real.into_iter().map(|run| (run.day, run)).collect();
        let own = self.written().runs.clone();
        runs.extend(own.into_iter().filter(|(of, _)| *of <= day));
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(runs.into_values().rev().take(most).collect())
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        let real = self.planner_runs(claim.day, 1).await?.pop().filter(|run| run.day == claim.day);
        let run = real.unwrap_or_else(|| PlannerRun {
            day: claim.day,
            progress: claim.progress.clone(),
            lease_until: None,
            started_at: claim.now,
            finished_at: None,
        });
        self.written().runs.insert(claim.day, run.clone());
        Ok(Some(run))
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        let taken = self.taken(write).await?;
        if !taken.is_empty() {
            return Ok(PlanWritten::Taken(taken));
        }
        let mut written = self.written();
        let new = write.messages.iter().filter(|_| write.all_new);
        written.keys.extend(new.map(|message| message.facts.key.clone()));
        for step in &write.steps {
            let message = step.message.and_then(|no| write.messages.get(no));
            let mut step = step.step.clone();
            if let Some(message) = message {
                step.message_id = Some(message.facts.id);
                match &message.state.failure {
                    None => written.reminders.push(reminder(&step, message)),
                    // The next turn would note the failure.
                    Some(failure) => {
                        let why = Some(Private::new(failure.reason.as_str()));
                        let now = message.facts.created_at;
                        step = step.stands(StepState::Failed, None, why, now);
                    }
                }
            }
            step.revision = step.revision.saturating_add(1);
            if step.state == StepState::Queued {
                // Nothing holds it, so it is sent.
                step.state = StepState::Sent;
            }
            written.put(step);
        }
        if let Some(run) = &write.run
            && let Some(row) = written.runs.get_mut(&run.day)
        {
            row.progress.clone_from(&run.progress);
            row.finished_at = run.finished_at;
        }
        let new = |message: &NewMessage| Enqueued::New(message.facts.id);
        Ok(PlanWritten::Done(write.messages.iter().map(new).collect()))
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let real = self.real_of(invoices).await?;
        let mut steps: BTreeMap<Key, ReminderStep> =
            real.into_iter().map(|step| (key(&step), step)).collect();
        let written = self.written();
        for invoice in invoices {
            let from = (invoice.clone(), StepName::After(0));
            let own = written.steps.range(from..).take_while(|((of, _), _)| of == invoice);
            steps.extend(own.map(|(key, step)| (key.clone(), step.clone())));
        }
        Ok(steps.into_values().collect())
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut from = after.clone();
        loop {
            let mut page = self.real.steps_by(state, day, from.clone(), limit).await?;
            let is_cut = self.looked().is_some_and(|mut looked| looked.takes(&mut page));
            let is_last = is_cut || page.len() < most;
            let end = page.last().map(StepPoint::of).filter(|_| !is_last);
            let written = self.written();
            let of =
                |point: &StepPoint| (point.own_day, point.invoice.clone(), point.name.to_string());
            let behind = after.as_ref().map(of).map_or(Bound::Unbounded, Bound::Excluded);
            let until = end.as_ref().map(of).map_or(Bound::Unbounded, Bound::Included);
            let is_real = |step: &ReminderStep| {
                !written.steps.contains_key(&key(step)) && !self.is_sent(step)
            };
            let mut steps: Vec<ReminderStep> = page.into_iter().filter(is_real).collect();
            if let Some(of_state) = written.by_state.get(&state) {
                let own =
                    of_state.range((behind, until)).filter_map(|(_, key)| written.steps.get(key));
                steps.extend(own.filter(|step| step.day <= day).take(most).cloned());
            }
            steps.sort_by_key(place);
            steps.truncate(most);
            if !steps.is_empty() || is_last {
                return Ok(steps);
            }
            from = end;
        }
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let ended = self.real.steps_ended(limit).await?;
        let written = self.written();
        Ok(ended.into_iter().filter(|e| !written.steps.contains_key(&key(&e.step))).collect())
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        self.real.steps_of_message(id).await
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        // Any row may be replaced by a written step.
        let hidden = u32::try_from(self.written().steps.len()).unwrap_or(u32::MAX);
        let real = self.real.planned_of(customers, day, limit.saturating_add(hidden)).await?;
        let written = self.written();
        let is_real = |step: &ReminderStep| !written.steps.contains_key(&key(step));
        let mut steps: Vec<ReminderStep> = real.into_iter().filter(is_real).collect();
        if let Some(planned) = written.by_state.get(&StepState::Planned) {
            let own = planned.values().filter_map(|key| written.steps.get(key));
            let is_due =
                |step: &&ReminderStep| step.day <= day && customers.contains(&step.customer);
            steps.extend(own.filter(is_due).cloned());
        }
        steps.sort_by_key(|step| (step.customer.clone(), place(step)));
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let of_customers = steps.chunk_by(|a, b| a.customer == b.customer);
        Ok(of_customers.flat_map(|steps| steps.iter().take(most)).cloned().collect())
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let real = self.real.queued_of(customers).await?;
        let written = self.written();
        let is_left =
            |step: &ReminderStep| !written.steps.contains_key(&key(step)) && !self.is_sent(step);
        Ok(real.into_iter().filter(is_left).collect())
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let hidden = u32::try_from(self.written().steps.len()).unwrap_or(u32::MAX);
        let real = self.real.open_steps_of(customer, limit.saturating_add(hidden)).await?;
        let written = self.written();
        let is_left =
            |step: &ReminderStep| !written.steps.contains_key(&key(step)) && !self.is_sent(step);
        let mut steps: Vec<ReminderStep> = real.into_iter().filter(is_left).collect();
        let own = written.steps.values().filter(|step| step.customer == *customer);
        steps.extend(own.filter(|step| step.state.is_to_come()).cloned());
        steps.sort_by_key(place);
        steps.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(steps)
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let real = self.real.last_reminded(customers).await?;
        let written = self.written();
        let real = real.into_iter().filter(|last| !written.waited.has(last));
        let mut last: BTreeMap<CustomerId, NaiveDate> = real.collect();
        for customer in customers {
            if let Some(own) = written.last.get(customer) {
                let day = last.entry(customer.clone()).or_insert(*own);
                *day = (*own).max(*day);
            }
        }
        Ok(last.into_iter().collect())
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let mut on: BTreeMap<String, u32> =
            self.real.reminders_on(day, number_keys).await?.into_iter().collect();
        let written = self.written();
        let number_of = |messages: Option<&BTreeSet<MessageId>>| {
            messages.map_or(0, |messages| u32::try_from(messages.len()).unwrap_or(u32::MAX))
        };
        for key in number_keys {
            let place = (day, key.clone());
            let count = on.entry(key.clone()).or_default();
            *count = count.saturating_sub(number_of(written.waited.on(&place)));
            *count = count.saturating_add(number_of(written.on.get(&place)));
        }
        on.retain(|_, count| *count > 0);
        Ok(on.into_iter().collect())
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        self.real.held_steps(most).await
    }
}

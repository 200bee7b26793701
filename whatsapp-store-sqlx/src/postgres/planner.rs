//! The planner's runs, and the reminder steps.

use std::borrow::Cow;
use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::port::{
    Count, EndedStep, Enqueued, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RUN_HORIZON,
    RunClaim, RunWrite, StepPoint, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private};

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, int, text, uuid};
use super::outbox::enqueue;
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::log::{number, up_to};
use crate::planner::{self, Revisions};

#[async_trait]
impl PlannerStore for PostgresStore {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        let day = planner::asked(day);
        let query = move |session: &Session<'_>| {
            session.query(sql::PLANNER_RUNS).bind(day).bind(i64::from(limit))
        };
        self.rows(query, planner::run).await
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        let claim = claim.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { claim_run(&mut session, &claim).await })
        })
        .await
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        write.check()?;
        // Two calls with the same messages may collide at the ids before they collide at the keys,
        // like calls that only enqueue.
        let written = match planner::written(self.write_plan_once(write).await) {
            Err(StoreError::Conflict { .. }) => {
                planner::written(self.write_plan_once(write).await)?
            }
            outcome => outcome?,
        };
        let written = planner::with_places(written, write, self).await?;
        let is_new = |one: &Enqueued| matches!(one, Enqueued::New(_));
        if matches!(&written, PlanWritten::Done(enqueued) if enqueued.iter().any(is_new)) {
            self.shared.wake_up.send(self);
        }
        Ok(written)
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let invoices = column(invoices, |id| id.as_str().to_owned());
        let query =
            move |session: &Session<'_>| session.query(sql::STEPS_OF).bind(invoices.clone());
        self.rows(query, planner::step).await
    }

    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let (statement, word) = match state {
            StepState::Planned => (sql::PLANNED_STEPS, None),
            StepState::Held => (sql::HELD_STEPS, None),
            state => (sql::STEPS_BY, Some(state.as_str())),
        };
        let (own_day, invoice, name) = planner::behind(after);
        let day = planner::asked(day);
        let query = move |session: &Session<'_>| {
            let query = session.query(statement).bind(day).bind(own_day);
            let query = query.bind(invoice.clone()).bind(name.clone()).bind(i64::from(limit));
            if let Some(word) = word { query.bind(word) } else { query }
        };
        self.rows(query, planner::step).await
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let query =
            move |session: &Session<'_>| session.query(sql::STEPS_ENDED).bind(i64::from(limit));
        self.rows(query, planner::ended).await
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        let query =
            move |session: &Session<'_>| session.query(sql::STEPS_OF_MESSAGE).bind(uuid(id));
        self.rows(query, planner::step).await
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let customers = each_once(customers.iter().map(CustomerId::as_str));
        let day = planner::asked(day);
        let query = move |session: &Session<'_>| {
            let query = session.query(sql::PLANNED_OF).bind(customers.clone());
            query.bind(day).bind(i64::from(limit))
        };
        self.rows(query, planner::step).await
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let customers = each_once(customers.iter().map(CustomerId::as_str));
        let query =
            move |session: &Session<'_>| session.query(sql::QUEUED_OF).bind(customers.clone());
        self.rows(query, planner::step).await
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let customer = text(customer.as_str()).into_owned();
        let query = move |session: &Session<'_>| {
            session.query(sql::OPEN_STEPS_OF).bind(customer.clone()).bind(i64::from(limit))
        };
        self.rows(query, planner::step).await
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let customers = each_once(customers.iter().map(CustomerId::as_str));
        let query =
            move |session: &Session<'_>| session.query(sql::LAST_REMINDED).bind(customers.clone());
        self.rows(query, planner::reminded).await
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let keys = each_once(number_keys.iter().map(String::as_str));
        let day = planner::asked(day);
        let query = move |session: &Session<'_>| {
            session.query(sql::REMINDERS_ON).bind(day).bind(keys.clone())
        };
        self.rows(query, planner::counted).await
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        let looks = up_to(most).saturating_add(1);
        let query = move |session: &Session<'_>| session.query(sql::COUNT_HELD_STEPS).bind(looks);
        let held: u64 = self.rows(query, number).await?.into_iter().sum();
        Ok(Count::up_to(held, most, true))
    }
}

/// The wanted texts, each once and in order.
fn each_once<'a>(asked: impl Iterator<Item = &'a str>) -> Vec<String> {
    let asked: BTreeSet<_> = asked.map(text).collect();
    asked.into_iter().map(Cow::into_owned).collect()
}

impl PostgresStore {
    async fn write_plan_once(&self, write: &PlanWrite) -> Result<Vec<Enqueued>, StoreError> {
        let write = write.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { write_plan(&mut session, &write).await })
        })
        .await
    }
}

async fn claim_run(
    session: &mut Session<'_>,
    claim: &RunClaim,
) -> Result<Option<PlannerRun>, StoreError> {
    let row = session
        .query(sql::CLAIM_RUN)
        .bind(claim.day)
        .bind(uuid(claim.token))
        .bind(claim.until)
        .bind(claim.now)
        .bind(text(&claim.progress).into_owned())
        .bind(claim.until + RUN_HORIZON)
        .fetch_optional(&mut *session.connection)
        .await?;
    row.map(|row| planner::run(&row)).transpose()
}

/// Locks the run, then the existing steps, then the messages that steps leave. Then it takes
/// messages' keys and adds new steps. Each is locked in the order of its keys: two writes wait for
/// each other and never deadlock.
async fn write_plan(
    session: &mut Session<'_>,
    write: &PlanWrite,
) -> Result<Vec<Enqueued>, StoreError> {
    if let Some(run) = &write.run {
        renew(session, run).await?;
    }
    let mut keys = column(&write.steps, |one| {
        (one.step.invoice.as_str().to_owned(), one.step.name.to_string())
    });
    keys.sort_unstable();
    let (invoices, names): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let there = session.query(sql::LOCK_STEPS).bind(invoices).bind(names);
    let there = there.fetch_all(&mut *session.connection).await?;
    let there = Revisions::read(&there)?;
    if write.is_stale(|invoice, name| there.of(invoice, name)) {
        return Err(planner::stale());
    }
    leave(session, write).await?;
    let enqueued = enqueue::enqueue(session, &write.messages, false).await?;
    if !write.taken(&enqueued).is_empty() {
        return Err(planner::taken());
    }
    record(session, write.audit.as_ref()).await?;
    let mut steps = write.rows(&enqueued);
    steps.sort_by_cached_key(|step| (step.invoice.clone(), step.name.to_string()));
    let done = bind(session.query(sql::WRITE_STEPS), &steps);
    let done = done.execute(&mut *session.connection).await?;
    planner::all_as_seen(done.rows_affected(), steps.len())?;
    Ok(enqueued)
}

/// Checks that nobody is processing the messages that steps leave.
async fn leave(session: &mut Session<'_>, write: &PlanWrite) -> Result<(), StoreError> {
    if write.leaving.is_empty() {
        return Ok(());
    }
    let mut leaving = write.leaving.clone();
    leaving.sort_by_key(|leaving| leaving.message);
    let free = session
        .query(sql::LEAVE)
        .bind(column(&leaving, |leaving| uuid(leaving.message)))
        .bind(column(&leaving, |leaving| leaving.claim.map(uuid)))
        .fetch_all(&mut *session.connection)
        .await?;
    planner::may_leave(free.len(), leaving.len())
}

/// Writes the progress of a run, unless it belongs to somebody else.
async fn renew(session: &mut Session<'_>, run: &RunWrite) -> Result<(), StoreError> {
    let done = session
        .query(sql::RENEW_RUN)
        .bind(run.day)
        .bind(uuid(run.token))
        .bind(run.until)
        .bind(text(&run.progress).into_owned())
        .bind(run.finished_at)
        .execute(&mut *session.connection)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(planner::fenced()) }
}

binds! {
    /// Binds the columns of steps.
    fn bind(steps: &[ReminderStep]) as STEPS {
        invoice_id "text[]" = column(steps, |step| step.invoice.as_str());
        step "text[]" = column(steps, |step| step.name.to_string());
        customer_id "text[]" = column(steps, |step| step.customer.as_str());
        subject "text[]" = column(steps, |step| text(&step.subject));
        own_day "date[]" = column(steps, |step| step.own_day);
        day "date[]" = column(steps, |step| step.day);
        state "text[]" = column(steps, |step| step.state.as_str());
        reason "text[]" = column(steps, |step| step.reason.map(StepReason::as_str));
        sentence "text[]" =
            column(steps, |step| step.sentence.as_ref().map(Private::as_str).map(text));
        message_id "uuid[]" = column(steps, |step| step.message_id.map(uuid));
        round "int[]" = column(steps, |step| int(step.round));
        number_key "text[]" = column(steps, |step| step.number_key.as_deref().map(text));
        since "timestamptz[]" = column(steps, |step| step.since);
        told "boolean[]" = column(steps, |step| step.told);
        revision "int[]" = column(steps, |step| int(step.revision));
        planned_for "date[]" = column(steps, |step| step.planned_for);
    }
}

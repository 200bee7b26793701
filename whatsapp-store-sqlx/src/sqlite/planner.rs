//! The planner's runs, and the reminder steps.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::NaiveDate;
use serde::Serialize;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use whatsapp_core::port::{
    Count, EndedStep, Enqueued, PlanWrite, PlanWritten, PlannerRun, PlannerStore, RUN_HORIZON,
    RunClaim, RunWrite, StepPoint, StoreError,
};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{AccountId, CustomerId, InvoiceId, MessageId};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::items::StepItem;
use super::outbox::enqueue;
use super::statements as sql;
use crate::log::{number, up_to};
use crate::planner::{self, Revisions};

#[async_trait]
impl PlannerStore for SqliteStore {
    async fn planner_runs(
        &self,
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<PlannerRun>, StoreError> {
        let day = planner::asked(day).to_string();
        let query = sql::query(sql::PLANNER_RUNS).bind(day).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(planner::run).collect()
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError> {
        let claim = claim.clone();
        self.write(move |connection| Box::pin(async move { claim_run(connection, &claim).await }))
            .await
    }

    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError> {
        write.check()?;
        let (asked, write, account) = (write, write.clone(), self.account);
        let enqueued = self
            .write(move |connection| {
                Box::pin(async move { write_plan(connection, account, &write).await })
            })
            .await;
        planner::with_places(planner::written(enqueued)?, asked, self).await
    }

    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError> {
        let query = sql::query(sql::STEPS_OF).bind(Json(invoices));
        steps(&query.fetch_all(&self.readers).await?)
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
        let query =
            sql::query(statement).bind(planner::asked(day).to_string()).bind(own_day.to_string());
        let query = query.bind(invoice).bind(name).bind(limit);
        let query = if let Some(word) = word { query.bind(word) } else { query };
        steps(&query.fetch_all(&self.readers).await?)
    }

    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError> {
        let query = sql::query(sql::STEPS_ENDED).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(planner::ended).collect()
    }

    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError> {
        let query = sql::query(sql::STEPS_OF_MESSAGE).bind(id.to_string());
        steps(&query.fetch_all(&self.readers).await?)
    }

    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let query = sql::query(sql::PLANNED_OF).bind(each_once(customers));
        let query = query.bind(planner::asked(day).to_string()).bind(limit);
        steps(&query.fetch_all(&self.readers).await?)
    }

    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError> {
        let query = sql::query(sql::QUEUED_OF).bind(each_once(customers));
        steps(&query.fetch_all(&self.readers).await?)
    }

    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError> {
        let query = sql::query(sql::OPEN_STEPS_OF).bind(customer.as_str()).bind(limit);
        steps(&query.fetch_all(&self.readers).await?)
    }

    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError> {
        let query = sql::query(sql::LAST_REMINDED).bind(each_once(customers));
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(planner::reminded).collect()
    }

    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let query = sql::query(sql::REMINDERS_ON).bind(planner::asked(day).to_string());
        let query = query.bind(each_once(number_keys));
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(planner::counted).collect()
    }

    async fn held_steps(&self, most: u64) -> Result<Count, StoreError> {
        let looks = up_to(most).saturating_add(1);
        let query = sql::query(sql::COUNT_HELD_STEPS).bind(looks);
        let held = number(&query.fetch_one(&self.readers).await?)?;
        Ok(Count::up_to(held, most, true))
    }
}

fn steps(rows: &[SqliteRow]) -> Result<Vec<ReminderStep>, StoreError> {
    rows.iter().map(planner::step).collect()
}

/// The wanted items, each once and in order.
fn each_once<T: Ord + Serialize>(asked: &[T]) -> Json<BTreeSet<&T>> {
    Json(asked.iter().collect())
}

async fn claim_run(
    connection: &mut SqliteConnection,
    claim: &RunClaim,
) -> Result<Option<PlannerRun>, StoreError> {
    let row = sql::query(sql::CLAIM_RUN)
        .bind(claim.day.to_string())
        .bind(claim.token.to_string())
        .bind(micros(claim.until))
        .bind(micros(claim.now))
        .bind(&claim.progress)
        .bind(micros(claim.until + RUN_HORIZON))
        .fetch_optional(&mut *connection)
        .await?;
    row.map(|row| planner::run(&row)).transpose()
}

async fn write_plan(
    connection: &mut SqliteConnection,
    account: AccountId,
    write: &PlanWrite,
) -> Result<Vec<Enqueued>, StoreError> {
    if let Some(run) = &write.run {
        renew(connection, run).await?;
    }
    let keys: Vec<_> =
        write.steps.iter().map(|one| (&one.step.invoice, one.step.name.to_string())).collect();
    let there = sql::query(sql::REVISIONS).bind(array(&keys)?);
    let there = there.fetch_all(&mut *connection).await?;
    let there = Revisions::read(&there)?;
    if write.is_stale(|invoice, name| there.of(invoice, name)) {
        return Err(planner::stale());
    }
    if !write.leaving.is_empty() {
        let leaving = write.leaving.iter();
        let leaving: Vec<_> = leaving
            .map(|it| (it.message.to_string(), it.claim.map(|token| token.to_string())))
            .collect();
        let free = sql::query(sql::LEAVE).bind(array(&leaving)?);
        let free = free.fetch_all(&mut *connection).await?;
        planner::may_leave(free.len(), leaving.len())?;
    }
    let enqueued = enqueue::enqueue(connection, account, &write.messages).await?;
    if !write.taken(&enqueued).is_empty() {
        return Err(planner::taken());
    }
    record(connection, write.audit.as_ref()).await?;
    let rows = write.rows(&enqueued);
    let items: Vec<_> = rows.iter().map(StepItem::new).collect();
    let done = sql::query(sql::WRITE_STEPS).bind(array(&items)?);
    let done = done.execute(connection).await?;
    planner::all_as_seen(done.rows_affected(), rows.len())?;
    Ok(enqueued)
}

/// Writes the progress of a run, unless it belongs to somebody else.
async fn renew(connection: &mut SqliteConnection, run: &RunWrite) -> Result<(), StoreError> {
    let done = sql::query(sql::RENEW_RUN)
        .bind(run.day.to_string())
        .bind(run.token.to_string())
        .bind(run.until.map(micros))
        .bind(&run.progress)
        .bind(run.finished_at.map(micros))
        .execute(connection)
        .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(planner::fenced()) }
}

//! A run of the planner over the books of a host that has very many unpaid invoices, and a plain
//! loop that puts in a job for each of them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use whatsapp_core::format::Amount;
use whatsapp_core::port::{
    Customer, CustomerDirectory, DirectoryError, Due, InvoiceLedger, PlannerStore, Store,
};
use whatsapp_core::{CustomerId, InvoiceId, Planner, Ports};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};

use crate::contest::{Contestant, mark};
use crate::enqueue::Sink;
use crate::ours::postgres::OursOnPostgres;
use crate::ours::sqlite::OursOnSqlite;

/// Of this many unpaid invoices, one has a step due on the day of the run.
pub const INVOICES_A_STEP: u32 = 10;

/// Number of invoices that the plain loop asks for in one read, as the planner does.
const PAGE: u32 = 500;

/// Time after which a killed run can be taken up again.
const AFTER_A_KILL: TimeDelta = TimeDelta::minutes(6);

/// Time at which the run of the day begins: 02:30 in Kolkata.
///
/// # Panics
/// Never: it is an instant.
#[must_use]
#[expect(clippy::expect_used, reason = "a date and a time of day make an instant")]
pub fn now() -> DateTime<Utc> {
    today().pred_opt().and_then(|day| day.and_hms_opt(21, 0, 0)).expect("an instant").and_utc()
}

/// The day of the run, a Tuesday.
fn today() -> NaiveDate {
    NaiveDate::default() + Days::new(20_802)
}

/// Books with this many unpaid invoices. They take no memory: each is worked out from its number.
///
/// Each invoice has a customer of its own. A tenth of them is three days old, so that its first
/// reminder is due; the others were made since.
#[derive(Debug)]
pub struct Books {
    invoices: u32,
    /// Number of pages after which the process is killed.
    pages: Option<AtomicU32>,
}

impl Books {
    /// Books with this many unpaid invoices.
    #[must_use]
    pub const fn new(invoices: u32) -> Self {
        Self { invoices, pages: None }
    }

    /// Kills the reader of the books after this number of pages.
    #[must_use]
    pub const fn killing_after(self, pages: u32) -> Self {
        Self { pages: Some(AtomicU32::new(pages)), ..self }
    }

    fn invoice(&self, n: u32) -> Option<Due> {
        let age = match n % INVOICES_A_STEP {
            0 => 3,
            rest => u64::from(rest % 3),
        };
        let date = today() - Days::new(age);
        let due = Due::new(
            InvoiceId::new(n.to_string()).ok()?,
            CustomerId::new(format!("C-{n}")).ok()?,
            format!("INV-{n}"),
            date,
            date + Days::new(15),
            Amount::rupees("15000").ok()?,
        );
        (n < self.invoices).then_some(due)
    }

    /// The numbers of the invoices after this one.
    fn behind(&self, after: Option<&InvoiceId>, limit: u32) -> std::ops::Range<u32> {
        let last = after.and_then(|id| id.as_str().parse::<u32>().ok());
        let first = last.map_or(0, |last| last + 1);
        first..first.saturating_add(limit).min(self.invoices)
    }
}

#[async_trait]
impl InvoiceLedger for Books {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let find = |id: &InvoiceId| id.as_str().parse().ok().and_then(|n| self.invoice(n));
        Ok(invoices.iter().map(find).collect())
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        if self.pages.as_ref().is_some_and(|left| left.fetch_sub(1, Ordering::Relaxed) == 0) {
            std::process::abort();
        }
        Ok(self.behind(after.as_ref(), limit).filter_map(|n| self.invoice(n)).collect())
    }

    async fn credits(&self, customers: &[CustomerId]) -> Result<Vec<Vec<Amount>>, DirectoryError> {
        Ok(vec![Vec::new(); customers.len()])
    }
}

#[async_trait]
impl CustomerDirectory for Books {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        let customer = |id: &CustomerId| {
            let n: u32 = id.as_str().strip_prefix("C-")?.parse().ok()?;
            let number = format!("+9190{n:08}");
            Some(Customer::new(id.clone(), format!("Customer {n}"), Some(&number)))
        };
        Ok(ids.iter().filter_map(customer).collect())
    }
}

/// Plans the day, and returns how many reminders that put into the outbox.
///
/// # Errors
/// Fails if the planner fails.
pub async fn plan<S: Store + PlannerStore>(
    store: &Arc<S>,
    books: Books,
    now: DateTime<Utc>,
) -> Result<u32> {
    let books = Arc::new(books);
    let ports = Ports::new(Arc::clone(store) as Arc<dyn Store>, Arc::clone(&books) as Arc<_>)
        .with_invoices(books)
        .with_plans(Arc::clone(store) as Arc<dyn PlannerStore>);
    let report = Planner::new(ports)?.tick(now).await?;
    ensure!(!report.left, "steps were left");
    Ok(u32::try_from(report.queued)?)
}

/// Plans the day in a process of its own. The process is killed after this number of pages, or goes
/// on where a killed one stopped.
///
/// # Errors
/// Fails if the planner fails.
pub async fn plan_in_child(
    database: &str,
    invoices: u32,
    killed_after: Option<u32>,
) -> Result<u32> {
    let books = Books::new(invoices);
    let (books, now) = match killed_after {
        Some(pages) => (books.killing_after(pages), now()),
        None => (books, now() + AFTER_A_KILL),
    };
    if std::path::Path::new(database).exists() {
        plan(&Arc::new(SqliteStore::open(database).await?), books, now).await
    } else {
        plan(&Arc::new(PostgresStore::open(database).await?), books, now).await
    }
}

/// Number of pages of invoices in a run.
#[must_use]
pub const fn pages(invoices: u32) -> u32 {
    invoices / PAGE
}

/// Our planner on Postgres.
#[derive(Debug)]
pub struct PlanOnPostgres(pub OursOnPostgres);

/// Our planner on SQLite.
#[derive(Debug)]
pub struct PlanOnSqlite(pub OursOnSqlite);

#[async_trait]
impl Contestant for PlanOnPostgres {
    fn name(&self) -> String {
        "ours on Postgres: rows of steps, log and outbox".to_owned()
    }

    async fn prepare(&mut self, _: u32) -> Result<()> {
        self.0.clear().await?;
        let tables = "TRUNCATE whatsapp_planner_runs, whatsapp_reminder_steps";
        sqlx::Executor::execute(self.0.pool(), tables).await?;
        Ok(())
    }

    async fn run(&mut self, steps: u32) -> Result<Duration> {
        timed(&Arc::new(self.0.store().clone()), steps).await
    }
}

#[async_trait]
impl Contestant for PlanOnSqlite {
    fn name(&self) -> String {
        "ours on SQLite: rows of steps, log and outbox".to_owned()
    }

    async fn prepare(&mut self, _: u32) -> Result<()> {
        self.0.fresh().await
    }

    async fn run(&mut self, steps: u32) -> Result<Duration> {
        timed(&Arc::new(self.0.store()?.clone()), steps).await
    }
}

async fn timed<S: Store + PlannerStore>(store: &Arc<S>, steps: u32) -> Result<Duration> {
    let start = mark();
    let queued = plan(store, Books::new(steps * INVOICES_A_STEP), now()).await?;
    let took = start.elapsed();
    ensure!(queued == steps, "{queued} of {steps} reminders were queued");
    Ok(took)
}

/// The loop that a back-end without a planner has: it reads all unpaid invoices, and puts in a job
/// for each that is three days old today.
pub struct PlainLoop<S: Sink>(Arc<S>);

impl<S: Sink> PlainLoop<S> {
    /// The loop that fills this queue.
    pub const fn new(sink: Arc<S>) -> Self {
        Self(sink)
    }
}

impl<S: Sink> fmt::Debug for PlainLoop<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainLoop").finish_non_exhaustive()
    }
}

#[async_trait]
impl<S: Sink> Contestant for PlainLoop<S> {
    fn name(&self) -> String {
        format!("a job an invoice into {}", self.0.name())
    }

    async fn prepare(&mut self, _: u32) -> Result<()> {
        self.0.empty().await
    }

    async fn run(&mut self, steps: u32) -> Result<Duration> {
        let books = Books::new(steps * INVOICES_A_STEP);
        let start = mark();
        let (mut after, mut jobs) = (None, 0);
        loop {
            let page = books.unpaid(after.clone(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.invoice.clone());
            for due in page.iter().filter(|due| today() - due.date == TimeDelta::days(3)) {
                let n: u32 = due.invoice.as_str().parse().context("an invoice is a number")?;
                self.0.put(self.0.items(n..n + 1)).await?;
                jobs += 1;
            }
        }
        let took = start.elapsed();
        ensure!(jobs == steps, "{jobs} of {steps} jobs were put in");
        Ok(took)
    }
}

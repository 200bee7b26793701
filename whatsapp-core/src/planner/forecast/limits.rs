//! Limits of a forecast, and a record of what it has looked at: for a caller that waits for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use crate::format::Amount;
use crate::id::{CustomerId, InvoiceId};
use crate::port::{DirectoryError, Due, InvoiceLedger, due_on_all};
use crate::schedule::{ReminderStep, StepName, StepState};

/// The limits of what a forecast looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForecastLimits {
    /// Number of unpaid invoices, in the order in which the ledger gives them.
    pub invoices: u32,
    /// Number of steps that are planned or held already, the oldest first.
    pub steps: u32,
    /// Number of messages that wait in the outbox, the oldest first.
    pub messages: u32,
}

impl ForecastLimits {
    /// The same limit for invoices, for steps and for messages.
    #[must_use]
    pub const fn each(rows: u32) -> Self {
        Self { invoices: rows, steps: rows, messages: rows }
    }

    /// The same limits with another number of invoices.
    #[must_use]
    pub const fn with_invoices(mut self, invoices: u32) -> Self {
        self.invoices = invoices;
        self
    }

    /// The same limits with another number of steps.
    #[must_use]
    pub const fn with_steps(mut self, steps: u32) -> Self {
        self.steps = steps;
        self
    }

    /// The same limits with another number of messages.
    #[must_use]
    pub const fn with_messages(mut self, messages: u32) -> Self {
        self.messages = messages;
        self
    }
}

/// The kinds of rows that a forecast has not looked at completely, because of its
/// [limits](ForecastLimits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ForecastCut {
    /// Set where more invoices are unpaid.
    pub invoices: bool,
    /// Set where more steps are planned or held.
    pub steps: bool,
    /// Set where more messages wait.
    pub messages: bool,
}

impl ForecastCut {
    /// Returns whether the forecast left anything out.
    #[must_use]
    pub const fn is_any(&self) -> bool {
        self.invoices || self.steps || self.messages
    }
}

/// The host's ledger, read only once for each page, and only up to a number of invoices.
#[derive(Debug)]
pub(super) struct Glance {
    real: Arc<dyn InvoiceLedger>,
    most: usize,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    /// The pages, by the invoice after which each begins.
    pages: BTreeMap<Option<InvoiceId>, Vec<Due>>,
    known: BTreeMap<InvoiceId, Due>,
    number: usize,
    is_cut: bool,
}

impl Glance {
    pub(super) fn over(real: Arc<dyn InvoiceLedger>, most: u32) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self { real, most, read: Mutex::default() }
    }

    /// Returns whether there are more unpaid invoices than were looked at.
    pub(super) fn is_cut(&self) -> bool {
        self.read().is_cut
    }

    fn read(&self) -> MutexGuard<'_, Read> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl InvoiceLedger for Glance {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let known: Vec<Option<Due>> = {
            let read = self.read();
            invoices.iter().map(|invoice| read.known.get(invoice).cloned()).collect()
        };
        let both = || known.iter().zip(invoices);
        let asked: Vec<InvoiceId> =
            both().filter(|(due, _)| due.is_none()).map(|(_, id)| id.clone()).collect();
        if asked.is_empty() {
            return Ok(known);
        }
        let mut answers = due_on_all(self.real.as_ref(), &asked).await?.into_iter();
        Ok(known.into_iter().map(|due| due.or_else(|| answers.next().flatten())).collect())
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let left = {
            let read = self.read();
            if let Some(page) = read.pages.get(&after) {
                return Ok(page.clone());
            }
            self.most.saturating_sub(read.number)
        };
        let left = u32::try_from(left).unwrap_or(u32::MAX).min(limit);
        // This tells whether another invoice follows the last one that is looked at.
        let page = self.real.unpaid(after.clone(), left.max(1)).await?;
        let mut read = self.read();
        if left == 0 {
            read.is_cut |= !page.is_empty();
            read.pages.insert(after, Vec::new());
            return Ok(Vec::new());
        }
        read.number += page.len();
        read.known.extend(page.iter().map(|due| (due.invoice.clone(), due.clone())));
        read.pages.insert(after, page.clone());
        Ok(page)
    }

    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        self.real.credit(customer).await
    }

    async fn credits(&self, customers: &[CustomerId]) -> Result<Vec<Vec<Amount>>, DirectoryError> {
        self.real.credits(customers).await
    }

    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        self.real.payments_known_until().await
    }
}

/// The rows that a forecast has looked at. The rows of each invoice are read once.
#[derive(Debug)]
pub(super) struct Looked {
    most: usize,
    /// The planned or held steps, in the order in which they came.
    seen: BTreeSet<(InvoiceId, StepName)>,
    rows: BTreeMap<InvoiceId, Vec<ReminderStep>>,
    is_cut: bool,
}

impl Looked {
    pub(super) fn at(most: u32) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self { most, seen: BTreeSet::new(), rows: BTreeMap::new(), is_cut: false }
    }

    /// Keeps only the steps of a page that are looked at. Returns whether there were others.
    pub(super) fn takes(&mut self, page: &mut Vec<ReminderStep>) -> bool {
        let before = page.len();
        page.retain(|step| {
            let key = (step.invoice.clone(), step.name);
            self.seen.contains(&key) || self.seen.len() < self.most && self.seen.insert(key)
        });
        let is_cut = page.len() < before;
        self.is_cut |= is_cut;
        is_cut
    }

    /// Returns those of these invoices whose rows were not read yet.
    pub(super) fn unread(&self, invoices: &[InvoiceId]) -> Vec<InvoiceId> {
        invoices.iter().filter(|invoice| !self.rows.contains_key(*invoice)).cloned().collect()
    }

    /// Stores the rows of invoices.
    pub(super) fn note(&mut self, invoices: Vec<InvoiceId>, steps: Vec<ReminderStep>) {
        self.rows.extend(invoices.into_iter().map(|invoice| (invoice, Vec::new())));
        for step in steps {
            self.rows.entry(step.invoice.clone()).or_default().push(step);
        }
    }

    /// Returns the rows of these invoices, all of which were read.
    pub(super) fn rows_of(&self, invoices: &[InvoiceId]) -> Vec<ReminderStep> {
        invoices.iter().filter_map(|invoice| self.rows.get(invoice)).flatten().cloned().collect()
    }

    /// Returns the steps of these days that people left out.
    pub(super) fn left_out(&self, from: NaiveDate, last: NaiveDate) -> Vec<ReminderStep> {
        let is_left_out = |step: &&ReminderStep| {
            step.state == StepState::Skipped && (from..=last).contains(&step.own_day)
        };
        self.rows.values().flatten().filter(is_left_out).cloned().collect()
    }

    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

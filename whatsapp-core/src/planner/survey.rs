//! The first part of a run: all unpaid invoices, page by page.

use std::collections::{BTreeMap, BTreeSet};

use super::PlannerError;
use super::date::Date;
use super::progress::Part;
use super::run::{Page, Pass, Tries, Wrote};
use crate::books::{Books, dated};
use crate::id::InvoiceId;
use crate::port::{DirectoryError, Due, StepWrite};
use crate::schedule::{Dated, ReminderStep, plan};

/// The number of invoices that are asked for together.
const PAGE: u32 = 500;

/// Groups steps by their invoices.
pub(super) fn by_invoice(steps: Vec<ReminderStep>) -> BTreeMap<InvoiceId, Vec<ReminderStep>> {
    let mut rows: BTreeMap<InvoiceId, Vec<ReminderStep>> = BTreeMap::new();
    for step in steps {
        rows.entry(step.invoice.clone()).or_default().push(step);
    }
    rows
}

/// Returns a step as it is to be written over the row that was read.
pub(super) fn over(step: ReminderStep, rows: &[ReminderStep]) -> StepWrite {
    let seen = rows.iter().find(|row| row.name == step.name).map(|row| row.revision);
    StepWrite { step, seen, message: None }
}

impl Pass<'_> {
    /// Gives the steps whose day has come their rows. `false` if the run does not go on.
    pub(super) async fn survey(&mut self, after: Option<String>) -> Result<bool, PlannerError> {
        let read = |id: String| InvoiceId::new(id).map_err(DirectoryError::new);
        let mut after = after.map(read).transpose()?;
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let page = self.date.planner.invoices.unpaid(after.clone(), PAGE).await?;
            let Some(last) = page.last().map(|due| due.invoice.clone()) else { break };
            if after.as_ref() == Some(&last) {
                let why = "the ledger gave the same page of unpaid invoices again";
                return Err(DirectoryError::new(why).into());
            }
            self.report.invoices += page.len() as u64;
            self.progress.part = Part::Survey { after: Some(last.as_str().to_owned()) };
            let mut tries = Tries::new();
            loop {
                let steps = steps_of_page(&self.date, &page).await?;
                match self.write(Page { steps, ..Page::default() }).await? {
                    Wrote::Done => break,
                    Wrote::Again | Wrote::Hindered => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
            }
            after = Some(last);
        }
        self.progress.part = Part::OnItsWay;
        Ok(true)
    }
}

/// Plans the steps of these invoices.
async fn steps_of_page(date: &Date<'_>, page: &[Due]) -> Result<Vec<StepWrite>, PlannerError> {
    let books = Books::new(date.settings, date.now);
    // A host may join its invoices with their payments: each invoice counts once.
    let mut known = BTreeSet::new();
    let open: Vec<Dated> = page
        .iter()
        .filter(|due| known.insert(&due.invoice))
        .filter_map(|due| books.open(Some(due.clone())).ok())
        .map(|due| dated(&due))
        .collect();
    let ids: Vec<InvoiceId> = open.iter().map(|invoice| invoice.invoice.clone()).collect();
    let rows = by_invoice(date.planner.plans.steps_of(&ids).await?);
    let mut writes = Vec::new();
    for invoice in &open {
        let rows = rows.get(&invoice.invoice).map_or(&[][..], Vec::as_slice);
        let steps = plan(invoice, rows, &date.rules, date.now);
        writes.extend(steps.into_iter().map(|step| over(step, rows)));
    }
    Ok(writes)
}

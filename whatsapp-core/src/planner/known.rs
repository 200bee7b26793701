//! Everything that the decisions about steps need to know, asked for together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::date::Date;
use super::survey::by_invoice;
use super::unwanted::{number_key, unwanted};
use super::{Planner, PlannerError};
use crate::books::Beside;
use crate::id::{CustomerId, InvoiceId};
use crate::port::{DirectoryError, Due, InvoiceLedger, due_on_all};
use crate::private::Private;
use crate::schedule::ReminderStep;

/// The facts about a page of steps.
pub(super) struct Known {
    pub(super) invoices: BTreeMap<InvoiceId, Due>,
    pub(super) rows: BTreeMap<InvoiceId, Vec<ReminderStep>>,
    pub(super) number_keys: BTreeMap<CustomerId, String>,
    /// The reasons not to remind anybody of these invoices: the customer does not want it, or a
    /// mute.
    pub(super) unwanted: BTreeMap<InvoiceId, Private>,
    pub(super) credit: BTreeMap<CustomerId, Beside>,
    pub(super) last_reminded: BTreeMap<CustomerId, NaiveDate>,
    pub(super) on_day: BTreeMap<String, u32>,
    /// Customers with an earlier summary that is being sent or looked up.
    pub(super) busy: BTreeSet<CustomerId>,
}

impl Known {
    /// Returns the number of messages to the number of a step today.
    pub(super) fn on_day_of(&self, step: &ReminderStep) -> u32 {
        let on_day = step.number_key.as_ref().and_then(|key| self.on_day.get(key));
        on_day.copied().unwrap_or(0)
    }

    /// Counts one more message to the number of a step.
    pub(super) fn count(&mut self, step: &ReminderStep) {
        if let Some(key) = &step.number_key {
            *self.on_day.entry(key.clone()).or_default() += 1;
        }
    }
}

/// Counts one message less to a number, among those that go out today.
pub(super) fn uncount(on_day: &mut BTreeMap<String, u32>, number_key: Option<&String>) {
    if let Some(messages) = number_key.and_then(|key| on_day.get_mut(key)) {
        *messages = messages.saturating_sub(1);
    }
}

/// Returns everything that the decisions about a page need, asked for together.
pub(super) async fn known(date: &Date<'_>, steps: &[ReminderStep]) -> Result<Known, PlannerError> {
    let Planner { plans, invoices, ports, .. } = date.planner;
    let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
    let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
    let answers = due_on_all(invoices.as_ref(), &ids).await?;
    let both = ids.iter().cloned().zip(answers);
    let due: BTreeMap<InvoiceId, Due> = both.filter_map(|(id, due)| Some((id, due?))).collect();
    let customers: BTreeSet<&CustomerId> = due.values().map(|due| &due.customer).collect();
    let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
    let found = match customers.as_slice() {
        [] => Vec::new(),
        customers => ports.customers.find_many(customers).await?,
    };
    let number_keys: BTreeMap<CustomerId, String> = found
        .iter()
        .filter_map(|customer| Some((customer.id.clone(), number_key(customer)?)))
        .collect();
    let unwanted = unwanted(ports, due.values(), &found, &number_keys).await?;
    let credits = match customers.as_slice() {
        [] => Ok(Vec::new()),
        customers => invoices.credits(customers).await,
    };
    let credit = match credits {
        Ok(credits) if credits.len() == customers.len() => {
            let beside = |credit| Beside { credit, ..Beside::default() };
            customers.iter().cloned().zip(credits.into_iter().map(beside)).collect()
        }
        Ok(_) => {
            return Err(DirectoryError::new("the ledger left out a customer's credit").into());
        }
        Err(error) => {
            tracing::warn!(error = %error, "credit could not be read; asking for each customer");
            credit_one_by_one(invoices.as_ref(), &customers).await
        }
    };
    let keys: BTreeSet<&String> = number_keys.values().collect();
    let keys: Vec<String> = keys.into_iter().cloned().collect();
    Ok(Known {
        rows: by_invoice(plans.steps_of(&ids).await?),
        last_reminded: plans.last_reminded(&customers).await?.into_iter().collect(),
        on_day: plans.reminders_on(date.today(), &keys).await?.into_iter().collect(),
        invoices: due,
        number_keys,
        unwanted,
        credit,
        busy: BTreeSet::new(),
    })
}

/// Returns the credit of those customers for whom the host gives an answer.
async fn credit_one_by_one(
    invoices: &dyn InvoiceLedger,
    customers: &[CustomerId],
) -> BTreeMap<CustomerId, Beside> {
    let mut known = BTreeMap::new();
    for customer in customers {
        if let Ok(credit) = invoices.credit(customer).await {
            known.insert(customer.clone(), Beside { credit, ..Beside::default() });
        }
    }
    known
}

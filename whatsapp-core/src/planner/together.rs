//! Steps that go out together: all of a customer's, in one part of a page.

use std::collections::{BTreeMap, BTreeSet};

use super::date::Date;
use super::{Planner, PlannerError};
use crate::id::{CustomerId, InvoiceId};
use crate::port::{Due, StepPoint, due_on_all};
use crate::schedule::ReminderStep;

/// The most steps of one customer that are looked at together. Further steps go with the next
/// summary.
const OF_A_CUSTOMER: u32 = 100;

/// The number of steps that are decided and written together, unless one customer has more.
const TOGETHER: usize = 500;

/// Returns the steps of a page, with all other steps of their customers whose day has come. No
/// page divides a customer's steps. Each part has all steps of its customers.
pub(super) async fn by_customers(
    date: &Date<'_>,
    page: Vec<ReminderStep>,
) -> Result<Vec<Vec<ReminderStep>>, PlannerError> {
    let page = by_the_ledger(date.planner, page).await?;
    let customers: BTreeSet<&CustomerId> = page.iter().map(|step| &step.customer).collect();
    let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
    let plans = &date.planner.plans;
    let mut others = plans.planned_of(&customers, date.today(), OF_A_CUSTOMER).await?;
    let known: BTreeSet<_> = page.iter().map(|step| (&step.invoice, step.name)).collect();
    others.retain(|step| !known.contains(&(&step.invoice, step.name)));
    let others = by_the_ledger(date.planner, others).await?;
    let mut of: BTreeMap<CustomerId, BTreeMap<_, ReminderStep>> = BTreeMap::new();
    for step in page.into_iter().chain(others) {
        let StepPoint { own_day, invoice, name } = StepPoint::of(&step);
        let place = (own_day, invoice, name.to_string());
        of.entry(step.customer.clone()).or_default().insert(place, step);
    }
    // The customer whose turn came first goes first: a cap that customers share leaves over the
    // last ones.
    let mut of: Vec<BTreeMap<_, ReminderStep>> = of.into_values().collect();
    of.sort_by(|one, other| one.keys().next().cmp(&other.keys().next()));
    let mut parts: Vec<Vec<ReminderStep>> = vec![Vec::new()];
    for steps in of {
        match parts.last_mut() {
            Some(part) if part.is_empty() || part.len() + steps.len() <= TOGETHER => {
                part.extend(steps.into_values());
            }
            _ => parts.push(steps.into_values().collect()),
        }
    }
    Ok(parts)
}

/// Returns the steps with the customers that the ledger names. An invoice may have been moved
/// to another customer since its step was written.
async fn by_the_ledger(
    planner: &Planner,
    mut steps: Vec<ReminderStep>,
) -> Result<Vec<ReminderStep>, PlannerError> {
    let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
    let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
    let due = due_on_all(planner.invoices.as_ref(), &ids).await?;
    let due: BTreeMap<&InvoiceId, Due> =
        ids.iter().zip(due).filter_map(|(id, due)| Some((id, due?))).collect();
    for step in &mut steps {
        if let Some(due) = due.get(&step.invoice) {
            step.customer.clone_from(&due.customer);
        }
    }
    Ok(steps)
}

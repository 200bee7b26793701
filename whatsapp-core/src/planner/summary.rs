//! Summaries: one message for each customer and date, instead of one for each step.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::PlannerError;
use super::known::Known;
use super::run::{NoSummary, Pass};
use super::send::{Free, Outcome, Sending};
use crate::books::{Books, Held};
use crate::format::Amount;
use crate::id::{CustomerId, InvoiceId};
use crate::message::MessageKey;
use crate::messenger::Request;
use crate::port::{Due, StepPoint, StepWrite, due_on_all};
use crate::schedule::{Assigned, ReminderStep, Seen, StepReason, assign, put_off};
use crate::template::{OpenInvoice, PaymentSummary, totals};

/// The most steps of one customer that are looked at together. Further steps go with the next
/// summary.
const OF_A_CUSTOMER: u32 = 100;

/// The number of steps that are decided and written together, unless one customer has more.
const TOGETHER: usize = 500;

/// A step that goes out, with its hours.
struct Going {
    free: Free,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Pass<'_> {
    /// Returns the steps of a page, with all other steps of their customers whose day has come. No
    /// page divides a customer's steps. Each part has all steps of its customers.
    pub(super) async fn by_customers(
        &self,
        page: Vec<ReminderStep>,
    ) -> Result<Vec<Vec<ReminderStep>>, PlannerError> {
        let page = self.by_the_ledger(page).await?;
        let customers: BTreeSet<&CustomerId> = page.iter().map(|step| &step.customer).collect();
        let customers: Vec<CustomerId> = customers.into_iter().cloned().collect();
        let plans = &self.planner.plans;
        let mut others = plans.planned_of(&customers, self.today(), OF_A_CUSTOMER).await?;
        let known: BTreeSet<_> = page.iter().map(|step| (&step.invoice, step.name)).collect();
        others.retain(|step| !known.contains(&(&step.invoice, step.name)));
        let others = self.by_the_ledger(others).await?;
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
        &self,
        mut steps: Vec<ReminderStep>,
    ) -> Result<Vec<ReminderStep>, PlannerError> {
        let ids: BTreeSet<&InvoiceId> = steps.iter().map(|step| &step.invoice).collect();
        let ids: Vec<InvoiceId> = ids.into_iter().cloned().collect();
        let due = due_on_all(self.planner.invoices.as_ref(), &ids).await?;
        let due: BTreeMap<&InvoiceId, Due> =
            ids.iter().zip(due).filter_map(|(id, due)| Some((id, due?))).collect();
        for step in &mut steps {
            if let Some(due) = due.get(&step.invoice) {
                step.customer.clone_from(&due.customer);
            }
        }
        Ok(steps)
    }

    /// Makes one message for each customer with free steps. Gap, closed day and cap are tested once
    /// for all of them.
    pub(super) fn summarize(
        &self,
        free: Vec<Free>,
        books: &Books<'_>,
        known: &mut Known,
        outcome: &mut Outcome,
    ) {
        let mut order: Vec<CustomerId> = Vec::new();
        let mut of: BTreeMap<CustomerId, Vec<Free>> = BTreeMap::new();
        for step in free {
            let customer = step.due.customer.clone();
            if !of.contains_key(&customer) {
                order.push(customer.clone());
            }
            of.entry(customer).or_default().push(step);
        }
        for customer in order {
            let steps = of.remove(&customer).unwrap_or_default();
            self.summary(&customer, steps, books, known, outcome);
        }
    }

    /// Returns the customer's steps that would go out and whose currency the customer's credit does
    /// not cover. The credit is compared with the message's total in the currency.
    fn not_covered(
        &self,
        steps: Vec<Going>,
        books: &Books<'_>,
        known: &Known,
        outcome: &mut Outcome,
    ) -> Vec<Going> {
        let beside = steps.first().and_then(|going| known.credit.get(&going.free.due.customer));
        let Some(beside) = beside else { return steps };
        let asked = totals(steps.iter().map(|going| going.free.due.outstanding));
        let covered: Vec<(Amount, Held)> = asked
            .into_iter()
            .filter_map(|total| Some((total, books.covered(total, beside)?)))
            .collect();
        let mut others = Vec::with_capacity(steps.len());
        for going in steps {
            let free = &going.free;
            let currency = free.due.outstanding.currency();
            match covered.iter().find(|(total, _)| total.currency() == currency) {
                Some((_, held)) => {
                    let step = self.wait_for_books(&free.step, free.next, held.clone());
                    outcome.writes.push(StepWrite { step, seen: free.seen, message: None });
                }
                None => others.push(going),
            }
        }
        others
    }

    /// Makes the message of a customer's steps, if any of them goes out.
    fn summary(
        &self,
        customer: &CustomerId,
        steps: Vec<Free>,
        books: &Books<'_>,
        known: &mut Known,
        outcome: &mut Outcome,
    ) {
        // A step that the cap left over goes out, together with all steps that are due on the same
        // day.
        let waited = |free: &Free| free.step.reason == Some(StepReason::Cap);
        let last = known.last_reminded.get(customer).copied();
        let last_reminded = last.filter(|_| !steps.iter().any(waited));
        let mut goes = Vec::new();
        for free in steps {
            let on_day = known.on_day_of(&free.step);
            let seen = Seen {
                last_reminded,
                invoice_reminded: free.invoice_reminded,
                on_day,
                next: free.next,
            };
            match assign(&free.step, seen, &self.rules, self.now) {
                // The customer's own message of the date fills the number, so the gap counts.
                Assigned::Instead(step)
                    if step.reason == Some(StepReason::Cap) && last == Some(self.today()) =>
                {
                    outcome.writes.push(self.after_the_gap(&free));
                    outcome.full.push(customer.clone());
                }
                Assigned::Instead(step) => {
                    outcome.writes.push(StepWrite { step: *step, seen: free.seen, message: None });
                }
                Assigned::Send { at, until } => goes.push(Going { free, at, until }),
            }
        }
        let goes = self.not_covered(goes, books, known, outcome);
        let other = || known.busy.contains(customer).then_some(&NoSummary::OtherInHand);
        if let Some(why) = self.no_summary(customer).or_else(other) {
            let next = |going: &Going| self.for_the_next(&going.free, last, why);
            outcome.writes.extend(goes.iter().map(next));
            return;
        }
        // All begin with the hours of the date. The earliest end counts for all of them.
        let at = goes.iter().map(|going| going.at).min();
        let until = goes.iter().map(|going| going.until).min();
        let Some((at, until)) = at.zip(until) else { return };
        let today = self.today();
        known.last_reminded.insert(customer.clone(), today);
        if let Some(going) = goes.first() {
            known.count(&going.free.step);
        }
        let request = request(customer, goes.iter().map(|going| &going.free.due), today)
            .with_schedule(at)
            .with_expiry(until);
        let steps = goes.into_iter().map(|going| going.free.step).collect();
        outcome.send.push(Sending { steps, request });
    }

    /// Puts off a step of a customer who is reminded today and whose number gets no more messages.
    fn after_the_gap(&self, free: &Free) -> StepWrite {
        let today = self.today();
        let gap = self.rules.gap.max(1);
        let day = today.checked_add_days(Days::new(gap.into())).unwrap_or(today);
        let last = self.rules.formats.date(today);
        let why = format!("The customer's last reminder is that of {last}.");
        let step = put_off(&free.step, free.next, day, StepReason::Gap, why, self.now);
        StepWrite { step, seen: free.seen, message: None }
    }

    /// Puts off a step whose customer gets no further summary on the date. It goes with the next
    /// summary that the gap allows, on an open day. A summary that could not be made does not count
    /// as a reminder.
    fn for_the_next(
        &self,
        free: &Free,
        last_reminded: Option<NaiveDate>,
        why: &NoSummary,
    ) -> StepWrite {
        let today = self.today();
        let is_refused = matches!(why, NoSummary::Refused(_));
        let reminded = last_reminded == Some(today) && !is_refused;
        let gap = if reminded { self.rules.gap.max(1) } else { 1 };
        let before = today.checked_add_days(Days::new(u64::from(gap) - 1)).unwrap_or(today);
        let day = self.rules.window.next_open_date(before).unwrap_or(before);
        let (of, on) = (self.rules.formats.date(today), self.rules.formats.date(day));
        let why = match why {
            NoSummary::Made => {
                format!(
                    "The customer's summary of {of} was made already: it goes with that of {on}."
                )
            }
            NoSummary::Refused(why) => {
                let why = why.as_str();
                format!("No summary of {of} could be made: {why} It goes with that of {on}.")
            }
            NoSummary::OtherInHand => {
                format!(
                    "An earlier summary is being sent to the customer: it goes with that of {on}."
                )
            }
        };
        let step = put_off(&free.step, free.next, day, StepReason::Summary, why, self.now);
        StepWrite { step, seen: free.seen, message: None }
    }
}

fn listed(due: &Due) -> OpenInvoice {
    OpenInvoice { number: due.number.clone(), due: due.due, amount: due.outstanding }
}

/// Returns a customer's summary of a date. There is only one.
fn request<'a>(
    customer: &CustomerId,
    due: impl Iterator<Item = &'a Due>,
    today: NaiveDate,
) -> Request {
    let summary = PaymentSummary::new(due.map(listed));
    let key = MessageKey::of_summary(customer, today);
    Request::payment_summary(customer.clone(), summary).with_key(key).by_key_alone()
}

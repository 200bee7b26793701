//! Summaries: one message for each customer and date, instead of one for each step.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::date::Date;
use super::hindered::{Hindered, NoSummary};
use super::known::Known;
use super::outcome::{Free, Outcome, Sending, wait_for_books};
use crate::books::{Books, Held};
use crate::format::Amount;
use crate::id::CustomerId;
use crate::message::MessageKey;
use crate::messenger::Request;
use crate::port::{Due, StepWrite};
use crate::schedule::{Assigned, Seen, StepReason, assign, put_off};
use crate::template::{OpenInvoice, PaymentSummary, totals};

/// A step that goes out, with its hours.
struct Going {
    free: Free,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// Makes the summaries of a page.
pub(super) struct Summaries<'a> {
    pub(super) date: &'a Date<'a>,
    pub(super) books: &'a Books<'a>,
    pub(super) hindered: &'a Hindered,
    pub(super) known: &'a mut Known,
    pub(super) outcome: &'a mut Outcome,
}

impl Summaries<'_> {
    /// Makes one message for each customer with free steps. Gap, closed day and cap are tested once
    /// for all of them.
    pub(super) fn make(mut self, free: Vec<Free>) {
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
            self.summary(&customer, steps);
        }
    }

    /// Returns the customer's steps that would go out and whose currency the customer's credit does
    /// not cover. The credit is compared with the message's total in the currency.
    fn not_covered(&mut self, steps: Vec<Going>) -> Vec<Going> {
        let credit = &self.known.credit;
        let beside = steps.first().and_then(|going| credit.get(&going.free.due.customer));
        let Some(beside) = beside else { return steps };
        let asked = totals(steps.iter().map(|going| going.free.due.outstanding));
        let covered: Vec<(Amount, Held)> = asked
            .into_iter()
            .filter_map(|total| Some((total, self.books.covered(total, beside)?)))
            .collect();
        let mut others = Vec::with_capacity(steps.len());
        for going in steps {
            let free = &going.free;
            let currency = free.due.outstanding.currency();
            match covered.iter().find(|(total, _)| total.currency() == currency) {
                Some((_, held)) => {
                    let step = wait_for_books(self.date, &free.step, free.next, held.clone());
                    self.outcome.writes.push(StepWrite { step, seen: free.seen, message: None });
                }
                None => others.push(going),
            }
        }
        others
    }

    /// Makes the message of a customer's steps, if any of them goes out.
    fn summary(&mut self, customer: &CustomerId, steps: Vec<Free>) {
        let (date, hindered, today) = (self.date, self.hindered, self.date.today());
        // A step that the cap left over goes out, together with all steps that are due on the same
        // day.
        let waited = |free: &Free| free.step.reason == Some(StepReason::Cap);
        let last = self.known.last_reminded.get(customer).copied();
        let last_reminded = last.filter(|_| !steps.iter().any(waited));
        let mut goes = Vec::new();
        for free in steps {
            let on_day = self.known.on_day_of(&free.step);
            let seen = Seen {
                last_reminded,
                invoice_reminded: free.invoice_reminded,
                on_day,
                next: free.next,
            };
            match assign(&free.step, seen, &date.rules, date.now) {
                // The customer's own message of the date fills the number, so the gap counts.
                Assigned::Instead(step)
                    if step.reason == Some(StepReason::Cap) && last == Some(today) =>
                {
                    self.outcome.writes.push(after_the_gap(date, &free));
                    self.outcome.full.push(customer.clone());
                }
                Assigned::Instead(step) => {
                    self.outcome.writes.push(StepWrite {
                        step: *step,
                        seen: free.seen,
                        message: None,
                    });
                }
                Assigned::Send { at, until } => goes.push(Going { free, at, until }),
            }
        }
        let goes = self.not_covered(goes);
        let is_busy = self.known.busy.contains(customer);
        let other = || is_busy.then_some(&NoSummary::OtherInHand);
        if let Some(why) = hindered.no_summary(customer).or_else(other) {
            let next = |going: &Going| for_the_next(date, &going.free, last, why);
            self.outcome.writes.extend(goes.iter().map(next));
            return;
        }
        // All begin with the hours of the date. The earliest end counts for all of them.
        let at = goes.iter().map(|going| going.at).min();
        let until = goes.iter().map(|going| going.until).min();
        let Some((at, until)) = at.zip(until) else { return };
        self.known.last_reminded.insert(customer.clone(), today);
        if let Some(going) = goes.first() {
            self.known.count(&going.free.step);
        }
        let request = request(customer, goes.iter().map(|going| &going.free.due), today)
            .with_schedule(at)
            .with_expiry(until);
        let steps = goes.into_iter().map(|going| going.free.step).collect();
        self.outcome.send.push(Sending { steps, request });
    }
}

/// Puts off a step of a customer who is reminded today and whose number gets no more messages.
fn after_the_gap(date: &Date<'_>, free: &Free) -> StepWrite {
    let today = date.today();
    let gap = date.rules.gap.max(1);
    let day = today.checked_add_days(Days::new(gap.into())).unwrap_or(today);
    let last = date.rules.formats.date(today);
    let why = format!("The customer's last reminder is that of {last}.");
    let step = put_off(&free.step, free.next, day, StepReason::Gap, why, date.now);
    StepWrite { step, seen: free.seen, message: None }
}

/// Puts off a step whose customer gets no further summary on the date. It goes with the next
/// summary that the gap allows, on an open day. A summary that could not be made does not count
/// as a reminder.
fn for_the_next(
    date: &Date<'_>,
    free: &Free,
    last_reminded: Option<NaiveDate>,
    why: &NoSummary,
) -> StepWrite {
    let today = date.today();
    let is_refused = matches!(why, NoSummary::Refused(_));
    let reminded = last_reminded == Some(today) && !is_refused;
    let gap = if reminded { date.rules.gap.max(1) } else { 1 };
    let before = today.checked_add_days(Days::new(u64::from(gap) - 1)).unwrap_or(today);
    let day = date.rules.window.next_open_date(before).unwrap_or(before);
    let (of, on) = (date.rules.formats.date(today), date.rules.formats.date(day));
    let why = match why {
        NoSummary::Made => {
            format!("The customer's summary of {of} was made already: it goes with that of {on}.")
        }
        NoSummary::Refused(why) => {
            let why = why.as_str();
            format!("No summary of {of} could be made: {why} It goes with that of {on}.")
        }
        NoSummary::OtherInHand => {
            format!("An earlier summary is being sent to the customer: it goes with that of {on}.")
        }
    };
    let step = put_off(&free.step, free.next, day, StepReason::Summary, why, date.now);
    StepWrite { step, seen: free.seen, message: None }
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

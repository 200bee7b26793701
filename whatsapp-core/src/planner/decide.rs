//! The decision about each step of a page: it goes out, is moved, waits or ends. Asks nobody.

use chrono::{DateTime, NaiveDate, Utc};

use super::date::Date;
use super::hindered::Hindered;
use super::known::Known;
use super::outcome::{Free, Outcome, Sending, left_for_later, wait_for_books};
use super::summary::Summaries;
use crate::books::{Beside, Books, dated};
use crate::id::InvoiceId;
use crate::message::{MessageKey, MessageType};
use crate::messenger::Request;
use crate::port::{Due, StepWrite};
use crate::schedule::{
    Assigned, ReminderStep, Seen, StepName, StepReason, StepState, assign, given_way, held_if_late,
    moved,
};
use crate::template::PaymentReminder;

/// The sentence of a step for which the books could not be read.
const UNREAD: &str = "The invoices could not be read.";

/// Decides about steps.
pub(super) struct Decider<'a> {
    date: &'a Date<'a>,
    books: Books<'a>,
    hindered: &'a Hindered,
}

impl<'a> Decider<'a> {
    pub(super) fn new(date: &'a Date<'a>, hindered: &'a Hindered) -> Self {
        Self { date, books: Books::new(date.settings, date.now), hindered }
    }

    /// Decides about each step, in their order. A step that goes out counts for the steps after it.
    pub(super) fn decide(self, steps: Vec<ReminderStep>, mut known: Known, outcome: &mut Outcome) {
        let Self { date, books, hindered } = &self;
        let free = steps.into_iter().filter_map(|step| self.free(step, &known, outcome));
        let free: Vec<Free> = free.collect();
        if date.settings.reminder_summary {
            return Summaries { date, books, hindered, known: &mut known, outcome }.make(free);
        }
        for Free { step, seen, due, next, invoice_reminded } in free {
            let last_reminded = known.last_reminded.get(&due.customer).copied();
            let on_day = known.on_day_of(&step);
            let seen_beside = Seen { last_reminded, invoice_reminded, on_day, next };
            match assign(&step, seen_beside, &date.rules, date.now) {
                Assigned::Instead(step) => {
                    outcome.writes.push(StepWrite { step: *step, seen, message: None });
                }
                Assigned::Send { at, until } => {
                    let today = date.today();
                    known.last_reminded.insert(due.customer.clone(), today);
                    known.count(&step);
                    let request = request(&step, &due, today, at, until);
                    outcome.send.push(Sending { steps: vec![step], request });
                }
            }
        }
    }

    /// Returns the step, if nothing holds or ends it. In a summary, the customer's credit is
    /// compared later, with the total of the message.
    fn free(&self, step: ReminderStep, known: &Known, outcome: &mut Outcome) -> Option<Free> {
        let Self { date, books, .. } = self;
        let seen = Some(step.revision);
        let mut ends = |step: ReminderStep| {
            outcome.writes.push(StepWrite { step, seen, message: None });
            None
        };
        let due = match books.open(known.invoices.get(&step.invoice).cloned()) {
            Ok(due) => due,
            Err((_, why)) => {
                return ends(step.stands(StepState::Cancelled, None, why.sentence(), date.now));
            }
        };
        let rows = known.rows.get(&step.invoice).map_or(&[][..], Vec::as_slice);
        let step = moved(step, &dated(&due), &date.rules, date.now);
        let step = given_way(&step, rows, &date.rules, date.now).unwrap_or(step);
        if step.state != StepState::Planned || step.day > date.today() {
            return ends(step);
        }
        let number_key = known.number_keys.get(&due.customer).cloned();
        let step = ReminderStep { number_key, ..step };
        if let Some(why) = known.unwanted.get(&due.invoice) {
            return ends(step.stands(StepState::Cancelled, None, Some(why.clone()), date.now));
        }
        let next = date.rules.next_step(step.name, &dated(&due), rows);
        let misdated = books.misdated(&due).filter(|_| date.settings.reminder_summary);
        if let Some(held) = misdated {
            return ends(wait_for_books(date, &step, next, held));
        }
        let Some(beside) = known.credit.get(&due.customer) else {
            outcome.writes.extend(left_for_later(date, &step, UNREAD.into()));
            return None;
        };
        let later = Beside::default();
        let beside = if date.settings.reminder_summary { &later } else { beside };
        if let Some(held) = books.held(&due, beside) {
            return ends(wait_for_books(date, &step, next, held));
        }
        let step = if step.reason.is_some_and(StepReason::is_the_books) {
            // The books held it until now.
            ReminderStep { day: date.today(), ..step }
        } else {
            step
        };
        let step = held_if_late(step, &date.rules, date.now);
        if step.state != StepState::Planned {
            return ends(step);
        }
        let reminds = |row: &&ReminderStep| row.state.reminds();
        let invoice_reminded = rows.iter().filter(reminds).map(|row| row.day).max();
        Some(Free { step, seen, due, next, invoice_reminded })
    }
}

/// Returns the message of a step. Its key is made from the invoice and the step; the key alone
/// decides.
pub(super) fn request(
    step: &ReminderStep,
    due: &Due,
    today: NaiveDate,
    at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Request {
    let reminder = PaymentReminder {
        invoice_number: due.number.clone(),
        amount: due.outstanding,
        due: due.due,
        today,
    };
    let (customer, invoice) = (due.customer.clone(), step.invoice.clone());
    Request::payment_reminder(customer, invoice, reminder)
        .with_key(key(&step.invoice, step.name, step.round))
        .with_schedule(at)
        .with_expiry(until)
        .by_key_alone()
}

/// Returns the key of a step's message.
fn key(invoice: &InvoiceId, step: StepName, round: u32) -> MessageKey {
    let (step, round_text) = (step.to_string(), round.to_string());
    let parts = [invoice.as_str(), &step, &round_text];
    let parts = if round == 0 { &parts[..2] } else { &parts[..] };
    MessageKey::of(MessageType::PAYMENT_REMINDER, parts)
}

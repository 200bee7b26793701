//! The decisions about a page of steps.

use chrono::NaiveDate;

use super::date::Date;
use crate::books::Held;
use crate::id::CustomerId;
use crate::message::HeldFor;
use crate::messenger::Request;
use crate::port::{Due, Leaving, StepWrite};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepReason, StepState, put_off};

/// A step whose day has come, and that neither the books nor a person holds.
pub(super) struct Free {
    pub(super) step: ReminderStep,
    /// The revision that was read.
    pub(super) seen: Option<u32>,
    pub(super) due: Due,
    /// The invoice's next step, with its own day.
    pub(super) next: Option<(u16, NaiveDate)>,
    /// The last day on which the invoice was reminded of.
    pub(super) invoice_reminded: Option<NaiveDate>,
}

/// A message that is to be made, and the steps that it covers.
pub(super) struct Sending {
    pub(super) steps: Vec<ReminderStep>,
    pub(super) request: Request,
}

/// The decisions about a page of steps.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) writes: Vec<StepWrite>,
    pub(super) send: Vec<Sending>,
    /// Messages that steps are to leave.
    pub(super) leaving: Vec<Leaving>,
    /// Customers whose own message fills their number for the date.
    pub(super) full: Vec<CustomerId>,
}

/// Leaves a step for later, if no message can be made of it just now. It becomes late
/// meanwhile.
pub(super) fn left_for_later(
    date: &Date<'_>,
    step: &ReminderStep,
    why: Private,
) -> Option<StepWrite> {
    let seen = Some(step.revision);
    let reason = Some(StepReason::Records);
    let left = step.clone().stands(StepState::Planned, reason, Some(why), date.now);
    (left != *step).then_some(StepWrite { step: left, seen, message: None })
}

/// Puts off a step that the books hold. It is looked at again the next day, because a promise
/// may be withdrawn.
pub(super) fn wait_for_books(
    date: &Date<'_>,
    step: &ReminderStep,
    next: Option<(u16, NaiveDate)>,
    held: Held,
) -> ReminderStep {
    let today = date.today();
    let tomorrow = today.succ_opt().unwrap_or(today);
    let reason = match held.why.held_for() {
        Some(HeldFor::Promised) => StepReason::Promised,
        Some(HeldFor::Disputed) => StepReason::Disputed,
        Some(HeldFor::Credit) => StepReason::Credit,
        _ => StepReason::Records,
    };
    put_off(step, next, tomorrow, reason, held.why.sentence().unwrap_or_default(), date.now)
}

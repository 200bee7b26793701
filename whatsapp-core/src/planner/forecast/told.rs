//! What a forecast tells.

use chrono::{DateTime, NaiveDate, Utc};

use super::limits::ForecastCut;
use super::messages::{ForecastMessage, lasts_until};
use crate::account::Pause;
use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName};
use crate::time::Zone;

/// What will happen to reminders if nothing changes meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Forecast {
    /// The reminders that will be made and go out, in the order of their days.
    pub reminders: Vec<ForecastReminder>,
    /// The steps that are put off, wait for approval or end without a message, each as it stands at the
    /// end, in the order of their days; also what has stood so since before.
    pub others: Vec<ReminderStep>,
    /// The messages that wait in the outbox already and are due in these days, with the reminders that were
    /// made before, in the order in which they go out or are kept.
    pub messages: Vec<ForecastMessage>,
    /// What was not looked at.
    pub cut: ForecastCut,
}

/// A reminder that will go out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForecastReminder {
    /// The day.
    pub day: NaiveDate,
    /// From when on.
    pub at: DateTime<Utc>,
    /// The day that the rule gives it: an earlier one where something puts it off.
    pub own_day: NaiveDate,
    /// The host's key of the invoice.
    pub invoice: InvoiceId,
    /// Which reminder of it.
    pub name: StepName,
    /// Its number, as people know it.
    pub subject: String,
    /// The host's key of the customer.
    pub customer: CustomerId,
    /// The customer's name.
    pub customer_name: Private,
    /// What it would say today.
    pub text: Private,
    /// The message in which it goes out: reminders in one summary have the same.
    pub message: MessageId,
    /// Why the message is made and then waits: somebody has to put the account right. `None` of one that
    /// goes out.
    pub kept: Option<Private>,
}

impl Forecast {
    /// Keeps the reminders for as long as the account is paused.
    pub(super) fn wait_for(&mut self, pause: &Pause, zone: &Zone) {
        for reminder in &mut self.reminders {
            match lasts_until(pause) {
                Some(until) => reminder.at = reminder.at.max(until),
                None => reminder.kept = Some(pause.words().into()),
            }
            reminder.day = zone.date(reminder.at);
        }
    }
}

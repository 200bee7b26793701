//! The result of a forecast.

use chrono::{DateTime, NaiveDate, Utc};

use super::limits::ForecastCut;
use super::messages::{ForecastMessage, lasts_until};
use crate::account::Pause;
use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName};
use crate::time::Zone;

/// The forecast for reminders and messages, if nothing changes meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Forecast {
    /// The reminders that will be made and go out, in the order of their days.
    pub reminders: Vec<ForecastReminder>,
    /// The steps that are put off, wait for approval or end without a message, in the order of
    /// their days. Each is in its state at the end. Steps that were in such a state before are
    /// included.
    pub others: Vec<ReminderStep>,
    /// The messages that wait in the outbox already and are due in these days, with the reminders
    /// made before. They are in the order in which they go out or are kept.
    pub messages: Vec<ForecastMessage>,
    /// The kinds of rows that were not looked at completely.
    pub cut: ForecastCut,
}

/// A reminder that will go out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForecastReminder {
    /// The day on which it goes out.
    pub day: NaiveDate,
    /// Time from which it goes out.
    pub at: DateTime<Utc>,
    /// The day that the rule gives it. It is earlier than the day if something puts the reminder
    /// off.
    pub own_day: NaiveDate,
    /// The host's key of the invoice.
    pub invoice: InvoiceId,
    /// The name of the reminder.
    pub name: StepName,
    /// The invoice's number, as people know it.
    pub subject: String,
    /// The host's key of the customer.
    pub customer: CustomerId,
    /// The customer's name.
    pub customer_name: Private,
    /// The text that it would have today.
    pub text: Private,
    /// The message in which it goes out: reminders in one summary have the same message.
    pub message: MessageId,
    /// The reason why the message is made and then waits: somebody has to put the account right.
    /// `None` for a reminder that goes out.
    pub kept: Option<Private>,
}

impl Forecast {
    /// Keeps the reminders while the account is paused.
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

//! The rows of reminders whose messages wait: what they count for, until a forecast says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::id::{CustomerId, MessageId};
use crate::schedule::ReminderStep;

/// The reminders that the rows of waiting messages count for. Their steps as the forecast has them
/// take the place of these rows: a message that will not go out leaves its day to another one.
#[derive(Debug, Default)]
pub(super) struct Waited {
    /// The days of each customer.
    days: BTreeSet<(CustomerId, NaiveDate)>,
    /// The messages to each number on each day.
    on: BTreeMap<(NaiveDate, String), BTreeSet<MessageId>>,
}

impl Waited {
    /// Notes a row.
    pub(super) fn note(&mut self, step: ReminderStep) {
        if let Some(number) = step.number_key {
            self.on.entry((step.day, number)).or_default().extend(step.message_id);
        }
        self.days.insert((step.customer, step.day));
    }

    /// Returns whether a customer's last day is that of a message that waits. The reminder before
    /// it is long enough ago: it was when the message was made.
    pub(super) fn has(&self, last: &(CustomerId, NaiveDate)) -> bool {
        self.days.contains(last)
    }

    /// Returns the messages that wait for a number on a day.
    pub(super) fn on(&self, place: &(NaiveDate, String)) -> Option<&BTreeSet<MessageId>> {
        self.on.get(place)
    }
}

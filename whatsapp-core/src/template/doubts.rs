//! Oddities in the values of a message: some are refused, some are reported to the manager.

use chrono::{Datelike, Months, NaiveDate};

use super::{Payload, RenderError, Template, Values};
use crate::format::sign;
use crate::types::{Source, ValueKind};
use crate::visible::stands_for_nothing;

/// The years that dates of invoices and orders may have, and the time that a message is sent at. A
/// year of two digits, as in `26-01-27`, is read as one of antiquity.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// An invoice that is dated further ahead than this has a wrong date.
const FAR: Months = Months::new(12);

/// Checks that the date of a placeholder has a year that messages may say.
pub(crate) fn check_year(name: &'static str, date: NaiveDate) -> Result<(), RenderError> {
    let year = date.year();
    if YEARS.contains(&year) { Ok(()) } else { Err(RenderError::Year { name, year }) }
}

impl Payload {
    /// Checks for things that no message may say, whatever its template.
    ///
    /// # Errors
    /// [`RenderError::Year`] for a date that lies before 1900 or after 2199.
    pub fn check(&self) -> Result<(), RenderError> {
        let dates: &[(&'static str, NaiveDate)] = match self {
            Self::StockDelivered(order) => &[("deliveryDate", order.delivered_on)],
            Self::Invoice(invoice) => &[("invoiceDate", invoice.date), ("dueDate", invoice.due)],
            Self::PaymentReminder(reminder) => {
                &[("dueDate", reminder.due), ("daysOverdue", reminder.today)]
            }
            Self::Festival(_) => &[],
            Self::PaymentSummary(summary) => {
                let mut due = summary.invoices().iter().map(|open| open.due);
                return due.try_for_each(|due| check_year("oldestDueDate", due));
            }
        };
        dates.iter().try_for_each(|(name, date)| check_year(name, *date))
    }

    /// Warnings for a manager about these values, a sentence each: they are sent all the same.
    /// `day` is the day on which the message goes out, by the business's clocks.
    #[must_use]
    pub fn warnings(&self, day: NaiveDate) -> Vec<String> {
        let mut warnings = Vec::new();
        match self {
            Self::StockDelivered(order) if order.delivered_on > day => warnings.push(
                "The delivery is dated after the day on which the customer reads that it was \
                 delivered. Look whether the date is right.",
            ),
            Self::Invoice(invoice) => {
                if invoice.due < invoice.date {
                    warnings.push(
                        "The invoice is due before the day it is dated. Look whether both dates are \
                         right.",
                    );
                }
                if day.checked_add_months(FAR).is_some_and(|far| invoice.date > far) {
                    warnings.push(
                        "The invoice is dated more than a year ahead. Look whether the date is right.",
                    );
                }
            }
            Self::StockDelivered(_)
            | Self::PaymentReminder(_)
            | Self::Festival(_)
            | Self::PaymentSummary(_) => {}
        }
        warnings.into_iter().map(str::to_owned).collect()
    }
}

impl Template {
    /// Warnings for a manager about a message with these values, a sentence each: an amount of
    /// zero, a customer called `NULL`, another currency in the text than the amount's.
    #[must_use]
    pub fn warnings(&self, values: &Values<'_>) -> Vec<String> {
        let mut warnings = Vec::new();
        for (place, known) in self.message_type.placeholders().iter().enumerate() {
            if !self.slots.iter().any(|slot| slot.place == place) {
                continue;
            }
            let value = values.get(known.name);
            if stands_for_nothing(value) {
                warnings.push(match known.source {
                    Source::CustomerName => format!(
                        "The customer is called \"{value}\". Look whether the name is missing."
                    ),
                    Source::Host | Source::FileLink => format!(
                        "The value of {{{}}} is \"{value}\". Look whether it is missing.",
                        known.name
                    ),
                });
            }
            if known.kind == ValueKind::Amount {
                warnings.extend(self.doubts_of_an_amount(value));
            }
        }
        warnings
    }

    fn doubts_of_an_amount(&self, amount: &str) -> Vec<String> {
        let mut doubts = Vec::new();
        let mut digits = amount.chars().filter(|c| c.is_numeric()).peekable();
        if digits.peek().is_some() && digits.all(|c| c == '0') {
            doubts.push("The amount is zero.".to_owned());
        }
        let mut literals =
            self.slots.iter().map(|slot| slot.before.as_str()).chain([self.tail.as_str()]);
        let other = literals.find_map(|text| sign::other_than(amount, text));
        if let Some(other) = other.filter(|_| sign::is_in(amount)) {
            doubts.push(format!(
                "The template writes {other}, and the amount is in another currency. Look whether \
                 both are right."
            ));
        }
        doubts
    }
}

//! The rules of a date: the steps of an invoice, the date from which each step holds, and the limit
//! for late reminders.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::step::{ReminderStep, StepName};
use super::window::SendWindow;
use crate::format::Formats;
use crate::id::{CustomerId, InvoiceId};
use crate::word::words;

/// The last day that any step can have: databases keep no later days.
pub const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The first day that any step can have.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The most open days that a reminder may be late.
pub(super) const LATE_DAYS: usize = 3;

words!(
    /// The date of an invoice from which its reminders are counted.
    #[non_exhaustive]
    ReminderFrom, "date", "invoice_date, due_date",
    {
        /// The date of the invoice.
        InvoiceDate => "invoice_date", "The date of the invoice";
        /// The day by which it is to be paid.
        DueDate => "due_date", "The due date";
    }
);

/// The settings for reminders, with the date from which each setting holds. Every run of the
/// planner passes it on to the next run.
///
/// ```
/// use whatsapp_core::schedule::{Regime, ReminderFrom};
///
/// let first = Regime::begin("2026-11-02".parse()?, ReminderFrom::InvoiceDate, &[3, 7]);
/// let later = first.clone().on("2026-11-20".parse()?, ReminderFrom::InvoiceDate, &[3, 10]);
/// assert_eq!(later.began(), first.began());
/// assert_eq!(later.since(10), Some("2026-11-20".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regime {
    began: NaiveDate,
    from: ReminderFrom,
    pub(super) since: BTreeMap<u16, NaiveDate>,
}

impl Regime {
    /// Creates the settings that hold from the first run on, or from the first run after reminders
    /// were off.
    #[must_use]
    pub fn begin(today: NaiveDate, from: ReminderFrom, days: &[u16]) -> Self {
        let since = days.iter().map(|days| (*days, today)).collect();
        Self { began: today, from, since }
    }

    /// Returns the settings that hold on a later date. A new step holds from that date on.
    #[must_use]
    pub fn on(self, today: NaiveDate, from: ReminderFrom, days: &[u16]) -> Self {
        let same = from == self.from;
        let since = |days: &u16| self.since.get(days).copied().filter(|_| same).unwrap_or(today);
        let since = days.iter().map(|days| (*days, since(days))).collect();
        Self { began: self.began, from, since }
    }

    /// Returns the date of the first run, or of the first run after reminders were off.
    #[must_use]
    pub const fn began(&self) -> NaiveDate {
        self.began
    }

    /// Returns the date from which there is a step after this number of days.
    #[must_use]
    pub fn since(&self, days: u16) -> Option<NaiveDate> {
        self.since.get(&days).copied()
    }

    /// Returns the step of an invoice, before its day; `None` where the settings have no step of
    /// this name.
    pub(crate) fn step(
        &self,
        invoice: &Dated,
        name: StepName,
        now: DateTime<Utc>,
    ) -> Option<ReminderStep> {
        let StepName::After(days) = name else { return None };
        self.since(days)?;
        Some(new_step(invoice, days, self.own_day(invoice, days)?, now))
    }

    /// Returns the day that the rule gives a step; `None` beyond all calendars.
    pub(super) fn own_day(&self, invoice: &Dated, days: u16) -> Option<NaiveDate> {
        let from = match self.from {
            ReminderFrom::InvoiceDate => invoice.date,
            ReminderFrom::DueDate => invoice.due,
        };
        let own = from.checked_add_days(Days::new(days.into()))?;
        (FIRST_DAY..=LAST_DAY).contains(&own).then_some(own)
    }
}

/// An invoice, with the dates that its reminders depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dated {
    /// The host's key of the invoice.
    pub(crate) invoice: InvoiceId,
    /// The customer who is to pay it.
    pub(crate) customer: CustomerId,
    /// Its number, as people know it.
    pub(crate) number: String,
    /// The date of the invoice.
    pub(crate) date: NaiveDate,
    /// The day by which it is to be paid.
    pub(crate) due: NaiveDate,
}

/// The rules of one date.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The date that is planned.
    pub(crate) today: NaiveDate,
    /// The settings for the steps.
    pub(crate) regime: Regime,
    /// The least number of days between two days on which a customer is reminded.
    pub(crate) gap: u16,
    /// The most reminders and greetings of a number on one day.
    pub(crate) cap: u32,
    /// The hours in which reminders are sent.
    pub(crate) window: SendWindow,
    /// The formats for dates.
    pub(crate) formats: Formats,
}

impl Rules {
    /// Returns the first later step of the invoice that is open, on its way, sent or still to be
    /// planned, as its number of days and its own day. `rows` are the invoice's steps so far.
    #[must_use]
    pub(crate) fn next_step(
        &self,
        step: StepName,
        invoice: &Dated,
        rows: &[ReminderStep],
    ) -> Option<(u16, NaiveDate)> {
        let StepName::After(days) = step else { return None };
        let later = self.regime.since.range(days.checked_add(1)?..);
        later.map(|(days, since)| (*days, *since)).find_map(|(days, since)| {
            let own = self.regime.own_day(invoice, days)?;
            let row = rows.iter().find(|row| row.name == StepName::After(days));
            let counts = match row {
                Some(row) => row.state.is_open() || row.state.reminds(),
                None => since == self.regime.began || own >= since,
            };
            counts.then_some((days, own))
        })
    }

    pub(super) fn written(&self, day: NaiveDate) -> String {
        self.formats.date(day)
    }

    /// Returns whether more open days passed from `day` to `on` than a reminder may be late.
    pub(super) fn is_too_late(&self, day: NaiveDate, on: NaiveDate) -> bool {
        let passed = day.iter_days().skip(1).take_while(|date| *date <= on);
        passed.filter(|date| self.window.begins_on(*date)).nth(LATE_DAYS).is_some()
    }

    /// Returns the end of the last open day on which a reminder of this day may still go out.
    pub(super) fn expiry(&self, day: NaiveDate) -> DateTime<Utc> {
        let mut last = day;
        for _ in 0..LATE_DAYS {
            last = self.window.next_open_date(last).unwrap_or(last);
        }
        // The clocks of some zones skip dates.
        let mut after = last.iter_days().skip(1).take(3);
        let zone = self.window.zone();
        after
            .find_map(|date| zone.first_at(date, NaiveTime::MIN))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Returns a step of an invoice that has no row yet.
pub(super) fn new_step(
    invoice: &Dated,
    days: u16,
    own: NaiveDate,
    now: DateTime<Utc>,
) -> ReminderStep {
    ReminderStep::new(
        invoice.invoice.clone(),
        StepName::After(days),
        invoice.customer.clone(),
        invoice.number.clone(),
        own,
        now,
    )
}

//! What the reminder steps of an invoice come to on a date: pure functions over values.
//!
//! A date is planned in two parts. [`plan`] looks at one invoice and says which of its steps there are,
//! and which of several missed ones counts. [`assign`] looks at one step whose day has come, beside all
//! that else goes to its customer, and says whether it goes out or what moves it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::step::{ReminderStep, StepName, StepReason, StepState};
use super::window::SendWindow;
use crate::format::Formats;
use crate::id::{CustomerId, InvoiceId};
use crate::private::Private;
use crate::word::words;

#[cfg(test)]
mod tests;

/// How many open days a reminder may be late.
pub(crate) const LATE_DAYS: usize = 3;

words!(
    /// Which date of an invoice its reminders are counted from.
    ReminderFrom, "date", "invoice_date, due_date",
    {
        /// The date of the invoice.
        InvoiceDate => "invoice_date", "The date of the invoice";
        /// The day by which it is to be paid.
        DueDate => "due_date", "The due date";
    }
);

/// The settings that reminders go by, with the date from which each of them holds. Every run of the
/// planner passes it on to the next one.
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
    since: BTreeMap<u16, NaiveDate>,
}

impl Regime {
    /// What holds from the first run on, or from the first after reminders were off.
    #[must_use]
    pub fn begin(today: NaiveDate, from: ReminderFrom, days: &[u16]) -> Self {
        let since = days.iter().map(|days| (*days, today)).collect();
        Self { began: today, from, since }
    }

    /// What holds on a later date by these settings: what is new there holds from that date on.
    #[must_use]
    pub fn on(self, today: NaiveDate, from: ReminderFrom, days: &[u16]) -> Self {
        let same = from == self.from;
        let since = |days: &u16| self.since.get(days).copied().filter(|_| same).unwrap_or(today);
        let since = days.iter().map(|days| (*days, since(days))).collect();
        Self { began: self.began, from, since }
    }

    /// The date of the first run, or of the first after reminders were off.
    #[must_use]
    pub const fn began(&self) -> NaiveDate {
        self.began
    }

    /// From which date on there is a step after this number of days.
    #[must_use]
    pub fn since(&self, days: u16) -> Option<NaiveDate> {
        self.since.get(&days).copied()
    }

    /// The step of an invoice, before its day; `None` where the settings have none of this name.
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

    /// The day that the rule gives a step; `None` beyond all calendars.
    fn own_day(&self, invoice: &Dated, days: u16) -> Option<NaiveDate> {
        let from = match self.from {
            ReminderFrom::InvoiceDate => invoice.date,
            ReminderFrom::DueDate => invoice.due,
        };
        from.checked_add_days(Days::new(days.into()))
    }
}

/// An invoice, as far as its reminders' days go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// The host's key of it.
    pub invoice: InvoiceId,
    /// Who is to pay it.
    pub customer: CustomerId,
    /// Its number, as people know it.
    pub number: String,
    /// Its date.
    pub date: NaiveDate,
    /// The day by which it is to be paid.
    pub due: NaiveDate,
}

/// The rules of one date.
#[derive(Debug)]
pub struct Rules {
    /// The date that is planned.
    pub today: NaiveDate,
    /// Which steps there are.
    pub regime: Regime,
    /// The least number of days between two days on which a customer is reminded.
    pub gap: u16,
    /// The most reminders and greetings of a number on one day.
    pub cap: u32,
    /// The hours in which reminders are sent.
    pub window: SendWindow,
    /// How dates are written.
    pub formats: Formats,
}

/// What an invoice's steps come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planned {
    /// New and changed steps.
    pub steps: Vec<ReminderStep>,
    /// Steps whose messages are not sent yet and have to be withdrawn: a later step takes their place.
    pub withdraw: Vec<ReminderStep>,
}

impl Rules {
    /// The first step of the invoice behind `step` that is still to come or was taken up, and its own
    /// day. `rows` are the invoice's steps so far.
    #[must_use]
    pub fn next_step(
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

    fn written(&self, day: NaiveDate) -> String {
        self.formats.date(day)
    }

    /// Whether more open days passed from `day` to the date that is planned than a reminder may be late.
    fn is_too_late(&self, day: NaiveDate) -> bool {
        let passed = day.iter_days().skip(1).take_while(|date| *date <= self.today);
        passed.filter(|date| self.window.begins_on(*date)).nth(LATE_DAYS).is_some()
    }

    /// The end of the last open day on which a reminder of today may be late.
    fn expiry(&self) -> DateTime<Utc> {
        let mut last = self.today;
        for _ in 0..LATE_DAYS {
            last = self.window.next_open_date(last).unwrap_or(last);
        }
        // Some dates are left out by their zone's clocks.
        let mut after = last.iter_days().skip(1).take(3);
        let zone = self.window.zone();
        after
            .find_map(|date| zone.first_at(date, NaiveTime::MIN))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// Plans the steps of an invoice that is not paid: adds those whose day has come, moves those whose date
/// was moved, and lets earlier ones give way to the latest. `rows` are the invoice's steps so far; those
/// that a person asked for are left alone.
#[must_use]
pub fn plan(invoice: &Dated, rows: &[ReminderStep], rules: &Rules, now: DateTime<Utc>) -> Planned {
    let mut steps: BTreeMap<u16, ReminderStep> = BTreeMap::new();
    for row in rows {
        if let StepName::After(days) = row.name {
            let row = row.clone();
            let row = if row.state.is_open() { moved(row, invoice, rules, now) } else { row };
            steps.insert(days, row);
        }
    }
    for (&days, &since) in &rules.regime.since {
        let own = rules.regime.own_day(invoice, days).filter(|own| *own <= rules.today);
        let Some(own) = own.filter(|_| !steps.contains_key(&days)) else { continue };
        let is_new = since > rules.regime.began;
        if is_new && own < since {
            // Its day had passed when the settings were changed.
            continue;
        }
        let step = new_step(invoice, days, own, now);
        let near = steps.values().filter(|row| row.state.reminds());
        let near = near.map(|row| row.day).find(|day| (own - *day).abs() < days_of(rules.gap));
        let step = match near.filter(|_| is_new) {
            Some(day) => {
                let why = format!("{} was reminded on {}.", invoice.number, rules.written(day));
                step.stands(StepState::Done, None, Some(why.into()), now)
            }
            None => step,
        };
        steps.insert(days, step);
    }
    for step in steps.values_mut() {
        if step.state == StepState::Planned && step.day <= rules.today {
            hold_late(step, rules, now);
        }
    }
    let withdraw = collapse(&mut steps, invoice, rules, now);
    let before = |step: &ReminderStep| rows.iter().find(|row| row.name == step.name);
    let changed = steps.into_values().filter(|step| before(step) != Some(step));
    Planned { steps: changed.collect(), withdraw }
}

fn new_step(invoice: &Dated, days: u16, own: NaiveDate, now: DateTime<Utc>) -> ReminderStep {
    ReminderStep::new(
        invoice.invoice.clone(),
        StepName::After(days),
        invoice.customer.clone(),
        invoice.number.clone(),
        own,
        now,
    )
}

/// A step that is still open, by the dates and the settings of today.
pub(crate) fn moved(
    step: ReminderStep,
    invoice: &Dated,
    rules: &Rules,
    now: DateTime<Utc>,
) -> ReminderStep {
    let StepName::After(days) = step.name else { return step };
    let (subject, customer) = (invoice.number.clone(), invoice.customer.clone());
    let step = ReminderStep { subject, customer, ..step };
    let own = rules.regime.own_day(invoice, days);
    let Some(own) = own.filter(|_| rules.regime.since(days).is_some()) else {
        let why = "There is no such reminder any more: the settings were changed.";
        return step.stands(StepState::Cancelled, None, Some(why.into()), now);
    };
    if own == step.own_day {
        return step;
    }
    let was_put_off = step.day > step.own_day;
    let day = if was_put_off { own.max(step.day) } else { own };
    let step = ReminderStep { own_day: own, day, ..step };
    // What a person holds stays held.
    if own <= rules.today || step.reason == Some(StepReason::ByHand) {
        return step;
    }
    let why = format!("Its day was moved to {}.", rules.written(own));
    let step = ReminderStep { day: own, ..step };
    step.stands(StepState::Planned, Some(StepReason::Moved), Some(why.into()), now)
}

/// Holds a step that nobody expects any more, until a person approves it.
fn hold_late(step: &mut ReminderStep, rules: &Rules, now: DateTime<Utc>) {
    let day = rules.written(step.day);
    let (reason, why) = if step.day < rules.regime.began {
        let began = rules.written(rules.regime.began);
        (StepReason::FirstRun, format!("Its day, {day}, lies before reminders began on {began}."))
    } else if rules.is_too_late(step.day) {
        (
            StepReason::TooLate,
            format!("It was to go out on {day}: that is more than 3 open days ago."),
        )
    } else {
        return;
    };
    *step = step.clone().stands(StepState::Held, Some(reason), Some(why.into()), now);
}

/// Lets the steps before the latest whose day has come give way to it; gives those whose messages have to
/// be withdrawn for it.
fn collapse(
    steps: &mut BTreeMap<u16, ReminderStep>,
    invoice: &Dated,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Vec<ReminderStep> {
    let counts = |step: &ReminderStep| step.state.is_open() || step.state.reminds();
    let has_come = |step: &ReminderStep| step.own_day <= rules.today && counts(step);
    let latest = steps.iter().rev().find(|(_, step)| has_come(step));
    let Some((latest, state)) = latest.map(|(days, step)| (*days, step.state)) else {
        return Vec::new();
    };
    let mut withdraw = Vec::new();
    for step in steps.range_mut(..latest).map(|(_, step)| step) {
        if step.state.is_open() {
            *step = gives_way(step.clone(), &invoice.number, latest, now);
        } else if step.state == StepState::Queued && state == StepState::Planned {
            withdraw.push(step.clone());
        }
    }
    withdraw
}

fn gives_way(step: ReminderStep, number: &str, to: u16, now: DateTime<Utc>) -> ReminderStep {
    let why = format!("The reminder of {number} after {to} days takes its place.");
    step.stands(StepState::GaveWay, None, Some(why.into()), now)
}

fn days_of(days: u16) -> TimeDelta {
    TimeDelta::days(days.into())
}

/// What else goes to the customer of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// The last day on which the customer was reminded, or is about to be.
    pub last_reminded: Option<NaiveDate>,
    /// How many reminders and greetings go to the number on the date that is planned.
    pub on_day: u32,
    /// The invoice's [next step](Rules::next_step), and its own day.
    pub next: Option<(u16, NaiveDate)>,
}

/// What becomes of a step whose day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assigned {
    /// It goes out.
    Send {
        /// From this instant on.
        at: DateTime<Utc>,
        /// Not any more from this instant on.
        until: DateTime<Utc>,
    },
    /// It stands like this instead.
    Instead(Box<ReminderStep>),
}

/// Says what becomes of a planned step whose day has come, of an invoice on which nothing stands in the way:
/// the least gap moves it first, then a closed day, then the cap of its number. Where that leads to the
/// invoice's next step or past it, it gives way to that one.
#[must_use]
pub fn assign(step: &ReminderStep, seen: Seen, rules: &Rules, now: DateTime<Utc>) -> Assigned {
    let today = rules.today;
    let instead = |step| Assigned::Instead(Box::new(step));
    let last = seen.last_reminded.filter(|last| *last < today);
    // What the cap left over has waited for its turn already.
    if let Some(last) = last.filter(|_| step.reason != Some(StepReason::Cap)) {
        let free = last.checked_add_days(Days::new(rules.gap.into())).unwrap_or(today);
        if free > today {
            let why = format!("The customer was reminded on {}.", rules.written(last));
            return instead(put_off(step, seen.next, free, StepReason::Gap, why, now));
        }
    }
    let zone = rules.window.zone();
    let begins = zone.first_at(today, NaiveTime::MIN).unwrap_or(now).max(now);
    let opening = rules.window.next_opening(begins);
    let next_open = rules.window.next_open_date(today).unwrap_or(today);
    let Some(at) = opening.filter(|at| zone.date(*at) <= today) else {
        let day = opening.map_or(next_open, |at| zone.date(at));
        let why = if rules.window.begins_on(today) {
            format!("The hours of {} were over.", rules.written(today))
        } else {
            format!("{} is a closed day.", rules.written(today))
        };
        return instead(put_off(step, seen.next, day, StepReason::ClosedDay, why, now));
    };
    if seen.on_day >= rules.cap {
        let on = rules.written(today);
        let why =
            format!("The customer's number gets no more than {} a day; {on} was full.", rules.cap);
        return instead(put_off(step, seen.next, next_open, StepReason::Cap, why, now));
    }
    Assigned::Send { at, until: rules.expiry() }
}

/// A step that goes out on a later day, or gives way to the step whose day comes until then.
pub(crate) fn put_off(
    step: &ReminderStep,
    next: Option<(u16, NaiveDate)>,
    day: NaiveDate,
    reason: StepReason,
    why: impl Into<Private>,
    now: DateTime<Utc>,
) -> ReminderStep {
    if let Some((next, _)) = next.filter(|(_, own)| *own <= day) {
        let number = step.subject.clone();
        return gives_way(step.clone(), &number, next, now);
    }
    let step = ReminderStep { day, ..step.clone() };
    step.stands(StepState::Planned, Some(reason), Some(why.into()), now)
}

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

/// The last day that any step can have: databases keep no later ones.
pub(crate) const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The first such day.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

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
        let own = from.checked_add_days(Days::new(days.into()))?;
        (FIRST_DAY..=LAST_DAY).contains(&own).then_some(own)
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

    /// Whether more open days passed from a day to another one than a reminder may be late.
    fn is_too_late(&self, day: NaiveDate, on: NaiveDate) -> bool {
        let passed = day.iter_days().skip(1).take_while(|date| *date <= on);
        passed.filter(|date| self.window.begins_on(*date)).nth(LATE_DAYS).is_some()
    }

    /// The end of the last open day on which a reminder of this day may still go out.
    fn expiry(&self, day: NaiveDate) -> DateTime<Utc> {
        let mut last = day;
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

/// Plans the steps of an invoice that is not paid, and gives the new and the changed ones: adds those whose
/// day has come, moves those whose date was moved, and lets earlier ones give way to the latest. `rows` are
/// the invoice's steps so far; those that a person asked for are left alone.
#[must_use]
pub fn plan(
    invoice: &Dated,
    rows: &[ReminderStep],
    rules: &Rules,
    now: DateTime<Utc>,
) -> Vec<ReminderStep> {
    let mut steps: BTreeMap<u16, ReminderStep> = BTreeMap::new();
    for row in rows {
        if let StepName::After(days) = row.name {
            steps.insert(days, moved(row.clone(), invoice, rules, now));
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
        let near = |row: &&ReminderStep| {
            is_new && row.state.reminds() && (own - row.day).abs() < days_of(rules.gap)
        };
        match rows.iter().find(near) {
            Some(row) if row.state == StepState::Sent => {
                let day = rules.written(row.day);
                let why = format!("{} was reminded on {day}.", invoice.number);
                steps.insert(days, step.stands(StepState::Done, None, Some(why.into()), now));
            }
            // Nobody knows yet whether that one goes out.
            Some(_) => {}
            None => {
                steps.insert(days, step);
            }
        }
    }
    for step in steps.values_mut() {
        *step = held_if_late(step.clone(), rules, now);
    }
    collapse(&mut steps, invoice, rules, now);
    let before = |step: &ReminderStep| rows.iter().find(|row| row.name == step.name);
    steps.into_values().filter(|step| before(step) != Some(step)).collect()
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

/// A step that is still open, by the dates and the settings of today. One that gave way is open again where
/// its day is still to come.
pub(crate) fn moved(
    step: ReminderStep,
    invoice: &Dated,
    rules: &Rules,
    now: DateTime<Utc>,
) -> ReminderStep {
    let gave_way = step.state == StepState::GaveWay;
    let StepName::After(days) = step.name else { return step };
    if !step.state.is_open() && !gave_way {
        return step;
    }
    let own = rules.regime.own_day(invoice, days);
    let Some(own) = own.filter(|_| rules.regime.since(days).is_some()) else {
        let why = "There is no such reminder any more: the settings were changed.";
        return if gave_way {
            step
        } else {
            step.stands(StepState::Cancelled, None, Some(why.into()), now)
        };
    };
    if gave_way && (own == step.own_day || own <= rules.today) {
        return step;
    }
    let (subject, customer) = (invoice.number.clone(), invoice.customer.clone());
    let step = ReminderStep { customer, subject, ..step };
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

/// A step that waits until a person approves it, where it is planned and nobody expects it any more.
pub(crate) fn held_if_late(step: ReminderStep, rules: &Rules, now: DateTime<Utc>) -> ReminderStep {
    let is_due = step.state == StepState::Planned && step.day <= rules.today;
    let late = if is_due { held(&step, rules.today, rules, now) } else { None };
    late.unwrap_or(step)
}

/// The step as it waits for approval, if it is late on a day.
fn held(
    step: &ReminderStep,
    on: NaiveDate,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Option<ReminderStep> {
    let day = rules.written(step.day);
    let (reason, why) = if step.day < rules.regime.began {
        let began = rules.written(rules.regime.began);
        (StepReason::FirstRun, format!("Its day, {day}, lies before reminders began on {began}."))
    } else if step.reason.is_some_and(StepReason::is_the_books) {
        // What the books hold is not late while they do.
        return None;
    } else if rules.is_too_late(step.day, on) {
        let why =
            format!("It was to go out on {day}: that is more than {LATE_DAYS} open days ago.");
        (StepReason::TooLate, why)
    } else {
        return None;
    };
    Some(step.clone().stands(StepState::Held, Some(reason), Some(why.into()), now))
}

/// Lets the open steps before the latest whose day has come give way to it.
fn collapse(
    steps: &mut BTreeMap<u16, ReminderStep>,
    invoice: &Dated,
    rules: &Rules,
    now: DateTime<Utc>,
) {
    let latest = steps.iter().rev().find(|(_, step)| has_come(step, rules));
    let Some(latest) = latest.map(|(days, _)| *days) else { return };
    for step in steps.range_mut(..latest).map(|(_, step)| step) {
        if step.state.is_open() {
            *step = gives_way(step.clone(), &invoice.number, latest, now);
        }
    }
}

/// Whether a step's own day has come, and it was not ended without a message.
fn has_come(step: &ReminderStep, rules: &Rules) -> bool {
    step.own_day <= rules.today && (step.state.is_open() || step.state.reminds())
}

/// The step of the invoice that this one has to give way to: a later one whose own day has come. `rows`
/// are the invoice's steps.
pub(crate) fn given_way(
    step: &ReminderStep,
    rows: &[ReminderStep],
    rules: &Rules,
    now: DateTime<Utc>,
) -> Option<ReminderStep> {
    let StepName::After(own) = step.name else { return None };
    let later = rows.iter().filter(|row| has_come(row, rules)).filter_map(|row| match row.name {
        StepName::After(days) if days > own => Some(days),
        _ => None,
    });
    Some(gives_way(step.clone(), &step.subject, later.max()?, now))
}

fn gives_way(step: ReminderStep, number: &str, to: u16, now: DateTime<Utc>) -> ReminderStep {
    let why = format!("The reminder of {number} after {to} days takes its place.");
    step.stands(StepState::GaveWay, None, Some(why.into()), now)
}

fn later(day: NaiveDate, days: u16) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(days.into())).filter(|day| *day <= LAST_DAY)
}

fn days_of(days: u16) -> TimeDelta {
    TimeDelta::days(days.into())
}

/// What else goes to the customer of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// The last day on which the customer was reminded, or is about to be.
    pub last_reminded: Option<NaiveDate>,
    /// The same of this invoice alone: it is not reminded of twice on a day.
    pub invoice_reminded: Option<NaiveDate>,
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
    // All that is due on one day goes that day, and what the cap left over has waited for its turn already.
    let waited = step.reason == Some(StepReason::Cap);
    let customer = seen.last_reminded.filter(|last| *last < today && !waited);
    let customer = customer.map(|last| (last, rules.gap));
    let invoice = seen.invoice_reminded.map(|last| (last, rules.gap.max(1)));
    let gaps = [customer, invoice].into_iter().flatten();
    let after = |(last, gap): (NaiveDate, u16)| Some((later(last, gap)?, last));
    if let Some((free, last)) = gaps.filter_map(after).max().filter(|(free, _)| *free > today) {
        let why = format!("The customer's last reminder is that of {}.", rules.written(last));
        return instead(put_off(step, seen.next, free, StepReason::Gap, why, now));
    }
    let zone = rules.window.zone();
    let begins = zone.first_at(today, NaiveTime::MIN).unwrap_or(now).max(now);
    let opening = rules.window.next_opening(begins);
    let next_open = rules.window.next_open_date(today).unwrap_or(today);
    let Some(at) = opening.filter(|at| zone.date(*at) <= today) else {
        let day = opening.map_or(next_open, |at| zone.date(at));
        if !rules.window.begins_on(today) {
            // A closed day excuses what was to go out on it, and nothing that was late before.
            if let Some(held) = held(step, day, rules, now).filter(|_| step.day < today) {
                return instead(held);
            }
            let why = format!("{} is a closed day.", rules.written(today));
            return instead(put_off(step, seen.next, day, StepReason::ClosedDay, why, now));
        }
        // Hours that are over excuse nothing: it may be too late by then.
        let put_off = || {
            let why = format!("The hours of {} were over.", rules.written(today));
            put_off(step, seen.next, day, StepReason::ClosedDay, why, now)
        };
        return instead(held(step, day, rules, now).unwrap_or_else(put_off));
    };
    if seen.on_day >= rules.cap {
        let on = rules.written(today);
        let why =
            format!("The customer's number gets no more than {} a day; {on} was full.", rules.cap);
        return instead(put_off(step, seen.next, next_open, StepReason::Cap, why, now));
    }
    Assigned::Send { at, until: rules.expiry(step.day) }
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
        return gives_way(step.clone(), &step.subject, next, now);
    }
    let step = ReminderStep { day: day.min(LAST_DAY), ..step.clone() };
    step.stands(StepState::Planned, Some(reason), Some(why.into()), now)
}

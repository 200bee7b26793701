//! Planning an invoice's reminder steps on a date: pure functions over values.
//!
//! A date is planned in two parts. [`plan`] looks at one invoice: it finds the invoice's steps, and
//! decides which of several missed steps counts. [`assign`] looks at one step whose day has come,
//! together with the other messages to its customer. It decides whether the step goes out, or what
//! moves it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::rules::{Dated, LAST_DAY, LATE_DAYS, Rules, new_step};
use super::step::{ReminderStep, StepName, StepReason, StepState};
use crate::private::Private;

#[cfg(test)]
mod tests;

/// Plans the steps of an unpaid invoice, and returns the new and the changed steps. It adds steps
/// whose day has come, moves steps whose date was moved, and lets earlier steps give way to the
/// latest. `rows` are the invoice's steps so far; those that a person asked for are left alone.
#[must_use]
pub(crate) fn plan(
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
        let is_new = since > rules.regime.began();
        if is_new && own < since {
            // Its day had already passed when the settings were changed.
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
            // Nobody knows yet whether that reminder goes out.
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

/// Applies today's dates and settings to a step that is open. A step that gave way is open again if
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
    // A step that a person holds stays held.
    if own <= rules.today || step.reason == Some(StepReason::ByHand) {
        return step;
    }
    let why = format!("Its day was moved to {}.", rules.written(own));
    let step = ReminderStep { day: own, ..step };
    step.stands(StepState::Planned, Some(StepReason::Moved), Some(why.into()), now)
}

/// Lets a planned step wait for approval if it is too late, or if its day lies before reminders
/// began.
pub(crate) fn held_if_late(step: ReminderStep, rules: &Rules, now: DateTime<Utc>) -> ReminderStep {
    let is_due = step.state == StepState::Planned && step.day <= rules.today;
    let late = if is_due { held(&step, rules.today, rules, now) } else { None };
    late.unwrap_or(step)
}

/// Returns the step as it waits for approval, if it is late on a day; otherwise `None`.
fn held(
    step: &ReminderStep,
    on: NaiveDate,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Option<ReminderStep> {
    let day = rules.written(step.day);
    let (reason, why) = if step.day < rules.regime.began() {
        let began = rules.written(rules.regime.began());
        (StepReason::FirstRun, format!("Its day, {day}, lies before reminders began on {began}."))
    } else if step.reason.is_some_and(StepReason::is_the_books) {
        // A step that the books hold is not late while they hold it.
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

/// Lets open steps give way to the latest step whose day has come.
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

/// Returns whether a step's own day has come, and the step is open, on its way or sent.
fn has_come(step: &ReminderStep, rules: &Rules) -> bool {
    step.own_day <= rules.today && (step.state.is_open() || step.state.reminds())
}

/// Returns the step after it has given way, if the own day of a later step has come. `rows` are the
/// invoice's steps.
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

/// The other messages to the customer of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    /// The last day on which the customer was reminded, or is about to be.
    pub(crate) last_reminded: Option<NaiveDate>,
    /// The last such day for this invoice alone: it is not reminded of twice on a day.
    pub(crate) invoice_reminded: Option<NaiveDate>,
    /// Number of reminders and greetings to the number on the date that is planned.
    pub(crate) on_day: u32,
    /// The invoice's [next step](Rules::next_step), with its own day.
    pub(crate) next: Option<(u16, NaiveDate)>,
}

/// The decision about a step whose day has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Assigned {
    /// It goes out.
    Send {
        /// The first instant at which it may go out.
        at: DateTime<Utc>,
        /// The instant from which it may no longer go out.
        until: DateTime<Utc>,
    },
    /// It is left in this state instead.
    Instead(Box<ReminderStep>),
}

/// Decides about a planned step whose day has come, of an invoice that nothing holds back. The
/// least gap moves it first, then a closed day, then the cap of its number. If it would move to the
/// day of the invoice's next step or later, it gives way to that step.
#[must_use]
pub(crate) fn assign(
    step: &ReminderStep,
    seen: Seen,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Assigned {
    let today = rules.today;
    let instead = |step| Assigned::Instead(Box::new(step));
    // All steps due on one day go that day, and a step that the cap left over has waited for its
    // turn already.
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
            // A closed day excuses a step that was to go out on it, but no step that was late
            // before.
            if let Some(held) = held(step, day, rules, now).filter(|_| step.day < today) {
                return instead(held);
            }
            let why = format!("{} is a closed day.", rules.written(today));
            return instead(put_off(step, seen.next, day, StepReason::ClosedDay, why, now));
        }
        // Hours that are over excuse nothing: the step may be too late by then.
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

/// Puts a step off to a later day, or lets it give way to the step whose day comes by then.
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

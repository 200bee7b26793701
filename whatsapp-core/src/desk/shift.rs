//! The effect of other settings on reminders, told before they are saved.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;

use crate::books::{Books, dated, rules};
use crate::id::CustomerId;
use crate::port::{DirectoryError, Due, InvoiceLedger, PlannerStore, StoreError};
use crate::schedule::{
    Dated, LAST_DAY, Regime, ReminderStep, Rules, StepName, StepReason, StepState, plan,
};
use crate::settings::Settings;

/// The settings that decide which reminders there are, and on which days.
pub(super) const KEYS: [&str; 5] = [
    "whatsapp_payment_reminder_days",
    "whatsapp_payment_reminder_from",
    "whatsapp_reminder_gap_days",
    "whatsapp_reminders_per_day",
    "whatsapp_reminder_minimum",
];

/// Number of invoices asked for together.
const PAGE: u32 = 500;

/// Effect of a change of the settings on the reminders that are currently planned or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ReminderShift {
    /// Number of reminders that go out on another day.
    pub moved: u64,
    /// Number of reminders that count as done, because the invoice was reminded so near to
    /// their day.
    pub done: u64,
    /// Number of reminders that did not exist before.
    pub new: u64,
    /// Number of reminders that give way to a later reminder of their invoice.
    pub give_way: u64,
    /// Number of reminders that wait for approval.
    pub held: u64,
    /// Number of reminders that are not sent any more.
    pub ended: u64,
}

impl ReminderShift {
    /// Returns true if nothing changes.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for ReminderShift {
    /// Such as `12 reminders move to another day and 3 count as done`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moved, done, new, give_way, held, ended } = *self;
        let parts = [
            (moved, "moves to another day", "move to another day"),
            (done, "counts as done", "count as done"),
            (new, "is new", "are new"),
            (give_way, "gives way to a later one", "give way to a later one"),
            (held, "waits for approval", "wait for approval"),
            (ended, "is not sent any more", "are not sent any more"),
        ];
        let mut said = Vec::new();
        for (count, one, many) in parts.into_iter().filter(|(count, ..)| *count > 0) {
            let what = match (said.is_empty(), count) {
                (true, 1) => " reminder",
                (true, _) => " reminders",
                (false, _) => "",
            };
            said.push(format!("{count}{what} {}", if count == 1 { one } else { many }));
        }
        match said.split_last() {
            None => f.write_str("no reminder changes"),
            Some((last, [])) => f.write_str(last),
            Some((last, before)) => write!(f, "{} and {last}", before.join(", ")),
        }
    }
}

/// Reason why the effect of a change is unknown.
pub(super) enum Unknown {
    Store(StoreError),
    Directory(DirectoryError),
}

impl From<StoreError> for Unknown {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DirectoryError> for Unknown {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

/// The needed part of a run's row: the rules that it went by.
#[derive(Deserialize)]
struct OfRun {
    regime: Option<Regime>,
}

/// One side of the comparison.
struct Side<'a> {
    settings: &'a Settings,
    books: Books<'a>,
    rules: Rules,
}

/// A reminder that is planned or held, by one side.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stand {
    state: StepState,
    day: NaiveDate,
}

impl<'a> Side<'a> {
    fn new(settings: &'a Settings, regime: &Regime, today: NaiveDate, now: DateTime<Utc>) -> Self {
        let regime = regime.clone().on(today, settings.reminder_from, &settings.reminder_days);
        let books = Books::new(settings, now);
        Self { settings, books, rules: rules(settings, regime, today) }
    }

    /// The reminders of an invoice by these settings: those that have rows, as the date's run would
    /// leave them, and those to come.
    fn stands(
        &self,
        due: &Due,
        rows: &[ReminderStep],
        last_reminded: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> BTreeMap<u16, Stand> {
        let invoice = dated(due);
        let steps = match self.books.open(Some(due.clone())) {
            Ok(_) => self.steps(&invoice, rows, now),
            Err(_) => BTreeMap::new(),
        };
        let stand = |(days, step): (u16, ReminderStep)| {
            (days, self.goes_out(&step, &invoice, rows, last_reminded))
        };
        steps.into_iter().map(stand).collect()
    }

    fn steps(
        &self,
        invoice: &Dated,
        rows: &[ReminderStep],
        now: DateTime<Utc>,
    ) -> BTreeMap<u16, ReminderStep> {
        let days = |step: &ReminderStep| match step.name {
            StepName::After(days) => Some(days),
            StepName::Now(_) => None,
        };
        let of_run = plan(invoice, rows, &self.rules, now);
        let all = rows.iter().cloned().chain(of_run);
        let mut steps: BTreeMap<u16, ReminderStep> =
            all.filter_map(|step| Some((days(&step)?, step))).collect();
        let regime = &self.rules.regime;
        for &days in &self.settings.reminder_days {
            let step = regime.step(invoice, StepName::After(days), now);
            let to_come = step.filter(|step| step.own_day > self.rules.today);
            let Some(step) = to_come.filter(|_| !steps.contains_key(&days)) else { continue };
            let is_new = regime.since(days).is_some_and(|since| since > regime.began());
            let near = |row: &&ReminderStep| {
                let apart = (step.own_day - row.day).num_days().unsigned_abs();
                is_new && row.state.reminds() && apart < u64::from(self.rules.gap)
            };
            let step = match rows.iter().find(near) {
                Some(_) => step.stands(StepState::Done, None, None, now),
                None => step,
            };
            steps.insert(days, step);
        }
        steps
    }

    /// A step as it stands once the least gap has moved it.
    fn goes_out(
        &self,
        step: &ReminderStep,
        invoice: &Dated,
        rows: &[ReminderStep],
        last_reminded: Option<NaiveDate>,
    ) -> Stand {
        let Stand { mut state, mut day } = Stand { state: step.state, day: step.day };
        if state == StepState::Planned && step.reason != Some(StepReason::Cap) {
            let last = last_reminded.filter(|last| *last < day);
            let gap = Days::new(self.rules.gap.into());
            let free = last.and_then(|last| last.checked_add_days(gap));
            day = free.filter(|free| *free > day).unwrap_or(day);
            let next = self.rules.next_step(step.name, invoice, rows);
            if day > step.day && next.is_some_and(|(_, own)| own <= day) {
                state = StepState::GaveWay;
            }
        }
        Stand { state, day }
    }
}

/// Compares the reminders under two sets of settings, by the current ledger and steps. Nothing
/// is written.
pub(super) async fn shift(
    (invoices, plans): (&dyn InvoiceLedger, &dyn PlannerStore),
    before: &Settings,
    after: &Settings,
    now: DateTime<Utc>,
) -> Result<ReminderShift, Unknown> {
    let mut shift = ReminderShift::default();
    let run = plans.planner_runs(LAST_DAY, 1).await?.pop();
    let regime = run.and_then(|run| serde_json::from_str::<OfRun>(&run.progress).ok()?.regime);
    // Before the first run, and while reminders are off, nothing is planned.
    let Some(regime) = regime else { return Ok(shift) };
    let today = before.time_zone.date(now);
    let sides = [before, after].map(|settings| Side::new(settings, &regime, today, now));
    let mut on_day: BTreeMap<(NaiveDate, CustomerId), u64> = BTreeMap::new();
    let mut from = None;
    loop {
        let page = invoices.unpaid(from.clone(), PAGE).await?;
        let Some(last) = page.last().map(|due| due.invoice.clone()) else { break };
        if from.as_ref() == Some(&last) {
            let why = "the ledger gave the same page of unpaid invoices again";
            return Err(DirectoryError::new(why).into());
        }
        let due: BTreeMap<_, _> = page.into_iter().map(|due| (due.invoice.clone(), due)).collect();
        let ids: Vec<_> = due.keys().cloned().collect();
        let mut rows: BTreeMap<_, Vec<ReminderStep>> = BTreeMap::new();
        for step in plans.steps_of(&ids).await? {
            rows.entry(step.invoice.clone()).or_default().push(step);
        }
        let customers: Vec<CustomerId> = due.values().map(|due| due.customer.clone()).collect();
        let reminded: BTreeMap<_, _> = plans.last_reminded(&customers).await?.into_iter().collect();
        for (id, due) in &due {
            let rows = rows.get(id).map_or(&[][..], Vec::as_slice);
            let last_reminded = reminded.get(&due.customer).copied();
            let [before, after] =
                sides.each_ref().map(|side| side.stands(due, rows, last_reminded, now));
            shift.compare(&before, &after);
            for stand in after.values().filter(|stand| stand.state == StepState::Planned) {
                *on_day.entry((stand.day.max(today), due.customer.clone())).or_default() += 1;
            }
        }
        from = Some(last);
    }
    let caps = [before, after].map(|settings| u64::from(settings.reminders_per_day));
    // A reminder that goes out on a full day, or had to leave it, changes its day with the cap.
    let within = |count: u64, cap: u64| count.min(cap);
    let leaves = |count: &u64| within(*count, caps[0]).abs_diff(within(*count, caps[1]));
    shift.moved += on_day.values().map(leaves).sum::<u64>();
    Ok(shift)
}

impl ReminderShift {
    /// Counts what becomes of the reminders of an invoice.
    fn compare(&mut self, before: &BTreeMap<u16, Stand>, after: &BTreeMap<u16, Stand>) {
        let is_open = |stand: &&Stand| stand.state.is_open();
        for (days, stand) in before.iter().filter(|(_, stand)| is_open(stand)) {
            let after = after.get(days);
            match after.map(|after| after.state) {
                Some(StepState::Held) if stand.state != StepState::Held => self.held += 1,
                Some(StepState::Planned | StepState::Held) => {
                    self.moved += u64::from(after.is_some_and(|after| after.day != stand.day));
                }
                Some(StepState::Done) => self.done += 1,
                Some(StepState::GaveWay) => self.give_way += 1,
                _ => self.ended += 1,
            }
        }
        for (days, stand) in after {
            match before.get(days) {
                Some(before) if before.state.is_open() || before.state == stand.state => {}
                _ if stand.state.is_open() => self.new += 1,
                _ if stand.state == StepState::Done => self.done += 1,
                _ => {}
            }
        }
    }
}

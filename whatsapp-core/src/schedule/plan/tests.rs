mod assigned;

use std::collections::BTreeSet;

use chrono::{Weekday, WeekdaySet};
use proptest::prelude::*;

use super::*;
use crate::format::Formats;
use crate::id::{CustomerId, InvoiceId};
use crate::schedule::{Regime, ReminderFrom, SendHours, SendWindow};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Two o'clock in the morning of a date in Kolkata.
fn night(day: &str) -> DateTime<Utc> {
    at(&format!("{day}T00:00:00Z")) - TimeDelta::hours(3) - TimeDelta::minutes(30)
}

fn invoice(day: &str) -> Dated {
    Dated {
        invoice: InvoiceId::new("81").unwrap(),
        customer: CustomerId::new("C-1").unwrap(),
        number: "INV-81".to_owned(),
        date: date(day),
        due: date(day) + TimeDelta::days(15),
    }
}

fn regime(began: &str, days: &[u16]) -> Regime {
    Regime::begin(date(began), ReminderFrom::InvoiceDate, days)
}

/// From Monday to Saturday.
const WEEK: WeekdaySet = WeekdaySet::from_array([
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
]);

/// Nine to eight, from Monday to Saturday, but for these dates.
fn window(closed: &[&str]) -> SendWindow {
    let hours = SendHours {
        days: WEEK,
        from: "09:00".parse().unwrap(),
        until: "20:00".parse().unwrap(),
        closed: closed.iter().map(|day| date(day)).collect::<BTreeSet<_>>(),
    };
    SendWindow::new(hours, "Asia/Kolkata".parse().unwrap()).unwrap()
}

fn rules(today: &str, regime: Regime) -> Rules {
    Rules {
        today: date(today),
        regime,
        gap: 2,
        cap: 2,
        window: window(&[]),
        formats: Formats::default(),
    }
}

/// The invoice's rows after a run.
fn ran(
    rows: &[ReminderStep],
    invoice: &Dated,
    rules: &Rules,
    now: DateTime<Utc>,
) -> Vec<ReminderStep> {
    let steps = plan(invoice, rows, rules, now);
    let mut rows = rows.to_vec();
    for step in steps {
        match rows.iter_mut().find(|row| row.name == step.name) {
            Some(row) => *row = step,
            None => rows.push(step),
        }
    }
    rows
}

/// The rows in short.
fn said(rows: &[ReminderStep]) -> Vec<(String, StepState, String, Option<StepReason>)> {
    let said =
        |row: &ReminderStep| (row.name.to_string(), row.state, row.day.to_string(), row.reason);
    rows.iter().map(said).collect()
}

fn sent(step: &ReminderStep, day: &str) -> ReminderStep {
    let step = ReminderStep { day: date(day), ..step.clone() };
    step.stands(StepState::Sent, None, None, night(day))
}

fn sentence(step: &ReminderStep) -> &str {
    step.sentence.as_ref().map_or("", Private::as_str)
}

use StepState::{Cancelled, Done, GaveWay, Held, Planned as Plan, Queued, Sent};

#[test]
fn a_step_comes_on_its_day_and_not_before() {
    let invoice = invoice("2026-11-09");
    let regime = regime("2026-11-01", &[3, 7]);
    let rows = |today: &str| ran(&[], &invoice, &rules(today, regime.clone()), night(today));
    assert_eq!(said(&rows("2026-11-11")), []);
    let third = rows("2026-11-12");
    assert_eq!(said(&third), [("T+3".into(), Plan, "2026-11-12".into(), None)]);
    let third = [sent(&third[0], "2026-11-12")];
    let week = ran(&third, &invoice, &rules("2026-11-16", regime.clone()), night("2026-11-16"));
    assert_eq!(said(&week[1..]), [("T+7".into(), Plan, "2026-11-16".into(), None)]);
    assert_eq!(week[0], third[0], "what was sent stays as it is");
}

#[test]
fn days_count_from_the_date_that_the_settings_name() {
    let regime = Regime::begin(date("2026-11-01"), ReminderFrom::DueDate, &[3]);
    let rows =
        |today: &str| ran(&[], &invoice("2026-11-09"), &rules(today, regime.clone()), night(today));
    assert_eq!(said(&rows("2026-11-26")), []);
    assert_eq!(said(&rows("2026-11-27")), [("T+3".into(), Plan, "2026-11-27".into(), None)]);
}

#[test]
fn the_first_run_holds_the_latest_step_of_the_past_and_sends_that_of_today() {
    let regime = regime("2026-11-20", &[3, 7]);
    let today = rules("2026-11-20", regime);
    let now = night("2026-11-20");
    let old = ran(&[], &invoice("2026-09-01"), &today, now);
    assert_eq!(
        said(&old),
        [
            ("T+3".into(), GaveWay, "2026-09-04".into(), None),
            ("T+7".into(), Held, "2026-09-08".into(), Some(StepReason::FirstRun)),
        ]
    );
    assert_eq!(
        sentence(&old[1]),
        "Its day, 08 Sept 2026, lies before reminders began on 20 Nov 2026."
    );
    let yesterday = ran(&[], &invoice("2026-11-16"), &today, now);
    assert_eq!(said(&yesterday)[0].1, Held);
    let just_now = ran(&[], &invoice("2026-11-17"), &today, now);
    assert_eq!(said(&just_now), [("T+3".into(), Plan, "2026-11-20".into(), None)]);
    // The next step does not wait for approval.
    let week = ran(&yesterday, &invoice("2026-11-16"), &rules("2026-11-23", today.regime), now);
    assert_eq!(said(&week).iter().map(|said| said.1).collect::<Vec<_>>(), [GaveWay, Plan]);
}

#[test]
fn missed_steps_collapse_into_the_latest_and_more_than_three_open_days_are_too_late() {
    let invoice = invoice("2026-11-02");
    let regime = regime("2026-10-01", &[3, 7]);
    let back = |today: &str, closed: &[&str]| {
        let rules = Rules { window: window(closed), ..rules(today, regime.clone()) };
        said(&ran(&[], &invoice, &rules, night(today)))
    };
    // The steps' days are Thursday 5 and Monday 9 November.
    let in_time = |day: &str| ("T+7".to_owned(), Plan, day.to_owned(), None);
    let gave_way = ("T+3".to_owned(), GaveWay, "2026-11-05".to_owned(), None);
    assert_eq!(back("2026-11-12", &[]), [gave_way.clone(), in_time("2026-11-09")]);
    let late = ("T+7".to_owned(), Held, "2026-11-09".to_owned(), Some(StepReason::TooLate));
    assert_eq!(back("2026-11-13", &[]), [gave_way.clone(), late.clone()]);
    let week = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14"];
    assert_eq!(back("2026-11-18", &week), [gave_way.clone(), in_time("2026-11-09")]);
    assert_eq!(back("2026-11-19", &week), [gave_way, late]);
}

#[test]
fn what_was_off_begins_anew() {
    let invoice = invoice("2026-11-02");
    let before = regime("2026-10-01", &[3, 7]);
    let third = ran(&[], &invoice, &rules("2026-11-05", before), night("2026-11-05"));
    let again = rules("2026-11-07", regime("2026-11-07", &[3, 7]));
    let held = ran(&third, &invoice, &again, night("2026-11-07"));
    assert_eq!(
        said(&held),
        [("T+3".into(), Held, "2026-11-05".into(), Some(StepReason::FirstRun))]
    );
}

#[test]
fn changed_days_repeat_nothing_and_make_nothing_for_days_that_have_passed() {
    let invoice = invoice("2026-11-02");
    let before = regime("2026-10-01", &[3, 7]);
    let third = ran(&[], &invoice, &rules("2026-11-05", before.clone()), night("2026-11-05"));
    let third = [sent(&third[0], "2026-11-05")];
    let from = ReminderFrom::InvoiceDate;
    let on = |days: &[u16]| before.clone().on(date("2026-11-08"), from, days);
    let rows = |days: &[u16], today: &str| {
        said(&ran(&third, &invoice, &rules(today, on(days)), night(today)))[1..].to_vec()
    };
    // Two days after the invoice and four days after it lie before the change.
    assert_eq!(rows(&[2, 4, 6], "2026-11-08"), [("T+6".into(), Plan, "2026-11-08".into(), None)]);
    // A day after a reminder that was sent: nearer than the least gap.
    let near = before.on(date("2026-11-06"), from, &[4, 9]);
    let near = ran(&third, &invoice, &rules("2026-11-06", near.clone()), night("2026-11-06"));
    assert_eq!(said(&near[1..]), [("T+4".into(), Done, "2026-11-06".into(), None)]);
    assert_eq!(sentence(&near[1]), "INV-81 was reminded on 05 Nov 2026.");
}

#[test]
fn a_step_that_is_no_more_in_the_settings_is_not_sent() {
    let invoice = invoice("2026-11-02");
    let before = regime("2026-10-01", &[3]);
    let third = ran(&[], &invoice, &rules("2026-11-05", before.clone()), night("2026-11-05"));
    let changed = before.on(date("2026-11-06"), ReminderFrom::InvoiceDate, &[10]);
    let rows = ran(&third, &invoice, &rules("2026-11-06", changed), night("2026-11-06"));
    assert_eq!(said(&rows)[0].1, Cancelled);
    assert_eq!(
        sentence(&rows[0]),
        "There is no such reminder any more: the settings were changed."
    );
}

#[test]
fn another_date_to_count_from_moves_what_is_open_and_makes_nothing_for_the_past() {
    let invoice = Dated { due: date("2026-11-04"), ..invoice("2026-11-02") };
    let before = regime("2026-10-01", &[3, 7]);
    let third = ran(&[], &invoice, &rules("2026-11-05", before.clone()), night("2026-11-05"));
    let changed = before.on(date("2026-11-06"), ReminderFrom::DueDate, &[3, 7]);
    let rows = ran(&third, &invoice, &rules("2026-11-06", changed.clone()), night("2026-11-06"));
    assert_eq!(said(&rows), [("T+3".into(), Plan, "2026-11-07".into(), Some(StepReason::Moved))]);
    let late = Dated { due: date("2026-10-20"), ..invoice };
    let rows = said(&ran(&[], &late, &rules("2026-11-06", changed), night("2026-11-06")));
    assert_eq!(rows, []);
}

#[test]
fn a_moved_invoice_date_moves_the_row() {
    let regime = regime("2026-10-01", &[3]);
    let rules = rules("2026-11-20", regime);
    let now = night("2026-11-20");
    for (day, state) in [("2026-11-17", Plan), ("2026-11-02", Held)] {
        let rows = ran(&[], &invoice(day), &rules, now);
        assert_eq!(said(&rows)[0].1, state);
        let rows = ran(&rows, &invoice("2026-11-22"), &rules, now);
        assert_eq!(
            said(&rows),
            [("T+3".into(), Plan, "2026-11-25".into(), Some(StepReason::Moved))]
        );
        assert_eq!(sentence(&rows[0]), "Its day was moved to 25 Nov 2026.");
    }
    // What a person holds stays held, on its new day.
    let rows = ran(&[], &invoice("2026-11-17"), &rules, now);
    let held = rows[0].clone().stands(Held, Some(StepReason::ByHand), None, now);
    let rows = ran(&[held], &invoice("2026-11-22"), &rules, now);
    assert_eq!(said(&rows), [("T+3".into(), Held, "2026-11-25".into(), Some(StepReason::ByHand))]);
}

#[test]
fn what_is_on_its_way_covers_no_new_step_and_holds_none_back() {
    let invoice = invoice("2026-11-02");
    let before = regime("2026-10-01", &[3, 7]);
    let third = new_step(&invoice, 3, date("2026-11-05"), night("2026-11-05"));
    let queued = [third.stands(Queued, None, None, night("2026-11-05"))];
    let week = ran(&queued, &invoice, &rules("2026-11-09", before.clone()), night("2026-11-09"));
    assert_eq!(said(&week[1..]), [("T+7".into(), Plan, "2026-11-09".into(), None)]);
    assert_eq!(week[0], queued[0], "whoever sends the next one withdraws it");
    // A new step, a day after a queued one: nobody knows yet whether the queued one goes out.
    let changed = before.on(date("2026-11-06"), ReminderFrom::InvoiceDate, &[3, 4]);
    let rows = ran(&queued, &invoice, &rules("2026-11-06", changed), night("2026-11-06"));
    assert_eq!(rows, queued);
}

#[test]
fn a_step_gives_way_to_a_later_one_whose_day_has_come() {
    let invoice = invoice("2026-11-02");
    let rules = rules("2026-11-09", regime("2026-10-01", &[3, 7]));
    let now = night("2026-11-09");
    let third = new_step(&invoice, 3, date("2026-11-05"), now);
    let week = new_step(&invoice, 7, date("2026-11-09"), now);
    let way = |state| {
        let rows = [third.clone(), week.clone().stands(state, None, None, now)];
        given_way(&third, &rows, &rules, now).map(|step| step.state)
    };
    for state in [Plan, Held, Queued, Sent] {
        assert_eq!(way(state), Some(GaveWay), "{state}");
    }
    for state in [Cancelled, Done, StepState::Skipped, StepState::Dropped, StepState::Failed] {
        assert_eq!(way(state), None, "{state}");
    }
}

#[test]
fn a_step_that_gave_way_is_open_again_when_its_day_is_still_to_come() {
    let rules = rules("2026-11-20", regime("2026-10-01", &[3, 7]));
    let now = night("2026-11-20");
    let rows = ran(&[], &invoice("2026-11-02"), &rules, now);
    assert_eq!(said(&rows).iter().map(|said| said.1).collect::<Vec<_>>(), [GaveWay, Held]);
    let rows = ran(&rows, &invoice("2026-11-19"), &rules, now);
    let moved = |name: &str, day: &str| (name.into(), Plan, day.into(), Some(StepReason::Moved));
    assert_eq!(said(&rows), [moved("T+3", "2026-11-22"), moved("T+7", "2026-11-26")]);
}

#[test]
fn the_next_step_is_one_that_still_counts() {
    let invoice = invoice("2026-11-02");
    let from = ReminderFrom::InvoiceDate;
    let regime = regime("2026-10-01", &[3, 7]).on(date("2026-11-10"), from, &[3, 5, 7, 12]);
    let rules = rules("2026-11-10", regime);
    let next = |rows: &[ReminderStep]| rules.next_step(StepName::After(3), &invoice, rows);
    // The step after 5 days is new, and its day has passed.
    assert_eq!(next(&[]), Some((7, date("2026-11-09"))));
    let week = new_step(&invoice, 7, date("2026-11-09"), night("2026-11-09"));
    let skipped = week.clone().stands(StepState::Skipped, None, None, night("2026-11-09"));
    assert_eq!(next(&[skipped]), Some((12, date("2026-11-14"))));
    assert_eq!(next(&[week]), Some((7, date("2026-11-09"))));
    assert_eq!(rules.next_step(StepName::Now(1), &invoice, &[]), None);
}

#[test]
fn a_closed_day_that_lasts_for_weeks_makes_nothing_late() {
    let closed: Vec<String> = (3..=22).map(|day| format!("2026-11-{day:02}")).collect();
    let closed: Vec<&str> = closed.iter().map(String::as_str).collect();
    let regime = regime("2026-10-01", &[3]);
    let invoice = invoice("2026-11-02");
    let rules = |today: &str| Rules { window: window(&closed), ..rules(today, regime.clone()) };
    let rows = ran(&[], &invoice, &rules("2026-11-05"), night("2026-11-05"));
    let moved = assign(&rows[0], Seen::default(), &rules("2026-11-05"), night("2026-11-05"));
    let Assigned::Instead(moved) = moved else { panic!("{moved:?}") };
    assert_eq!(moved.day, date("2026-11-23"));
    let rows = ran(&[*moved.clone()], &invoice, &rules("2026-11-23"), night("2026-11-23"));
    assert_eq!(rows, [*moved]);
    let sent = assign(&rows[0], Seen::default(), &rules("2026-11-23"), night("2026-11-23"));
    assert!(matches!(sent, Assigned::Send { .. }));
}

proptest! {
    /// Planning again changes nothing, and no plan ever takes back what was sent.
    #[test]
    fn a_plan_is_made_once(
        age in 0_i64..40,
        began in 0_i64..40,
        changed in 0_i64..40,
        first in proptest::collection::btree_set(1_u16..30, 1..5),
        second in proptest::collection::btree_set(1_u16..30, 1..5),
        due in any::<bool>(),
        sent_first in any::<bool>(),
    ) {
        let today = date("2026-11-20");
        let back = |days| today - TimeDelta::days(days);
        let invoice = Dated { date: back(age), due: back(age - 4), ..invoice("2026-11-02") };
        let first: Vec<u16> = first.into_iter().collect();
        let second: Vec<u16> = second.into_iter().collect();
        let from = if due { ReminderFrom::DueDate } else { ReminderFrom::InvoiceDate };
        let regime = Regime::begin(back(began), ReminderFrom::InvoiceDate, &first);
        let middle = back(changed.min(began));
        let before = Rules { today: middle, ..rules("2026-11-20", regime.clone()) };
        let mut rows = ran(&[], &invoice, &before, night("2026-11-20"));
        if sent_first && let Some(row) = rows.iter_mut().find(|row| row.state == Plan) {
            *row = row.clone().stands(Sent, None, None, night("2026-11-20"));
        }
        let sent: Vec<ReminderStep> =
            rows.iter().filter(|row| row.state == Sent).cloned().collect();
        let now = Rules { today, ..rules_of(regime.on(today, from, &second)) };
        let once = ran(&rows, &invoice, &now, night("2026-11-20"));
        prop_assert_eq!(plan(&invoice, &once, &now, night("2026-11-20")), []);
        prop_assert!(sent.iter().all(|row| once.contains(row)));
        let names: BTreeSet<StepName> = once.iter().map(|row| row.name).collect();
        prop_assert_eq!(names.len(), once.len());
        // At most one step of an invoice is open on a day that has come.
        let open = once.iter().filter(|row| row.state.is_open() && row.own_day <= today);
        prop_assert!(open.count() <= 1);
    }
}

fn rules_of(regime: Regime) -> Rules {
    rules("2026-11-20", regime)
}

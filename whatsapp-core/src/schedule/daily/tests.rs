use chrono::{Datelike as _, Weekday};

use super::*;
use crate::time::ZoneRules;

/// Uses the bundled rules, by which the expected instants were computed.
fn daily(time: &str, zone: &str) -> DailyAt {
    let rules = ZoneRules::bundled();
    assert_eq!(rules.version(), "2026f");
    DailyAt::new(format!("{time}:00").parse().unwrap(), rules.zone(zone).unwrap())
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn date(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

/// Returns the instants after `from`, one after the other.
fn following(daily: &DailyAt, from: &str) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>)> {
    let first = daily.next_after(at(from));
    iter::successors(first, |(_, instant)| daily.next_after(*instant))
}

/// Cases that schedulers were reported to get wrong, with the right answers.
#[test]
fn the_reports_about_changes_of_the_clocks_hold_here() {
    let rows = [
        ("kubernetes#121594", "Europe/Berlin", "02:00", "2023-10-29", "2023-10-29T00:00:00Z"),
        ("robfig/cron#541", "US/Pacific", "02:00", "2025-03-09", "2025-03-09T10:00:00Z"),
        ("node-cron#518", "America/New_York", "02:30", "2026-03-08", "2026-03-08T07:00:00Z"),
        ("its next", "America/New_York", "02:30", "2026-03-09", "2026-03-09T06:30:00Z"),
        (
            "kelektiv/node-cron#563",
            "America/New_York",
            "01:30",
            "2026-11-01",
            "2026-11-01T05:30:00Z",
        ),
        ("apscheduler#115", "Europe/Berlin", "08:00", "2016-03-27", "2016-03-27T06:00:00Z"),
        ("apscheduler#370", "Europe/Dublin", "01:00", "2026-03-29", "2026-03-29T01:00:00Z"),
        ("apscheduler#980", "Europe/Dublin", "01:30", "2026-10-25", "2026-10-25T00:30:00Z"),
        ("croner#132", "America/Santiago", "00:00", "2026-09-06", "2026-09-06T04:00:00Z"),
        (
            "tokio-cron-scheduler#107",
            "Europe/Dublin",
            "02:05",
            "2025-10-26",
            "2025-10-26T02:05:00Z",
        ),
        ("xen-orchestra#4024", "America/Toronto", "02:00", "2019-03-10", "2019-03-10T07:00:00Z"),
        ("librefang#3831", "US/Eastern", "02:30", "2026-03-08", "2026-03-08T07:00:00Z"),
        ("node-cron#881", "Australia/Melbourne", "02:00", "2024-04-07", "2024-04-06T15:00:00Z"),
        ("a new name alone", "America/Nuuk", "23:30", "2023-10-28", "2023-10-29T01:30:00Z"),
        ("rules of 2026", "America/Vancouver", "02:00", "2026-11-28", "2026-11-28T09:00:00Z"),
        ("half an hour back", "Australia/Lord_Howe", "02:00", "2026-04-05", "2026-04-04T15:30:00Z"),
        (
            "half an hour ahead",
            "Australia/Lord_Howe",
            "02:15",
            "2026-10-04",
            "2026-10-03T15:30:00Z",
        ),
        ("two hours ahead", "Antarctica/Troll", "02:00", "2026-03-29", "2026-03-29T01:00:00Z"),
        ("an odd offset", "Pacific/Chatham", "02:45", "2026-09-27", "2026-09-26T14:00:00Z"),
    ];
    for (report, zone, time, on, expected) in rows {
        let (daily, expected) = (daily(time, zone), at(expected));
        assert_eq!(daily.on(date(on)), Some(expected), "{report}");
        let second = chrono::TimeDelta::seconds(1);
        assert_eq!(daily.next_after(expected - second), Some((date(on), expected)), "{report}");
        // Only once: the next instant is that of another date.
        let (next, instant) = daily.next_after(expected).unwrap();
        assert!(next == date(on).succ_opt().unwrap() && instant > expected, "{report}");
        assert_eq!(daily.latest(expected), Some(date(on)), "{report}");
        assert_eq!(daily.latest(expected - second), date(on).pred_opt(), "{report}");
    }
}

#[test]
fn a_day_of_the_week_is_found_over_a_change() {
    // apscheduler#529: on workdays at midnight, asked on a Friday.
    let midnight = daily("00:00", "US/Central");
    let mut instants = following(&midnight, "2021-03-12T06:00:00Z");
    let workday = |date: NaiveDate| !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    let next = instants.find(|(date, _)| workday(*date));
    assert_eq!(next, Some((date("2021-03-15"), at("2021-03-15T05:00:00Z"))));
    // cronie#218: on Sundays at noon, asked on a Thursday at noon.
    let noon = daily("12:00", "Europe/Berlin");
    let mut instants = following(&noon, "2022-03-24T11:00:00Z");
    let next = instants.find(|(date, _)| date.weekday() == Weekday::Sun);
    assert_eq!(next, Some((date("2022-03-27"), at("2022-03-27T10:00:00Z"))));
}

#[test]
fn the_answer_does_not_depend_on_when_it_is_asked() {
    // apscheduler#115, on the eve of the change.
    let eight = daily("08:00", "Europe/Berlin");
    let next = Some((date("2016-03-27"), at("2016-03-27T06:00:00Z")));
    assert_eq!(eight.next_after(at("2016-03-26T20:00:00Z")), next);
    // Signal-Android#13493: "tomorrow at 8:00" is the clock's 8:00 of that date.
    let eve = at("2026-10-24T21:00:00Z");
    let tomorrow = ZoneRules::bundled().zone("Europe/Berlin").unwrap().date(eve).succ_opt();
    assert_eq!(tomorrow.and_then(|date| eight.on(date)), Some(at("2026-10-25T07:00:00Z")));
}

#[test]
fn instants_only_go_forward_in_a_repeated_hour() {
    // apscheduler#980 and #1021 looped without end.
    for (zone, repeated) in [("Europe/Dublin", "2026-10-25T"), ("Europe/Helsinki", "2026-10-25T")] {
        for time in ["00:59", "01:00", "01:30", "01:59", "02:00", "03:00", "03:30", "04:00"] {
            let daily = daily(time, zone);
            for minute in 0..60 {
                for hour in 0..4 {
                    let asked = at(&format!("{repeated}{hour:02}:{minute:02}:00Z"));
                    let (date, instant) = daily.next_after(asked).unwrap();
                    assert!(instant > asked && daily.on(date) == Some(instant), "{time} {asked}");
                }
            }
            let instants = following(&daily, "2026-10-23T12:00:00Z").take(5);
            let dates: Vec<_> = instants.map(|(date, _)| date.day()).collect();
            assert_eq!(dates, [24, 25, 26, 27, 28], "{zone} {time}");
        }
    }
}

#[test]
fn a_date_that_ends_before_the_time_has_its_turn_at_its_end() {
    // In Nuuk 22:59 is followed by midnight.
    let eleven = daily("23:00", "America/Nuuk");
    assert_eq!(eleven.on(date("2026-03-28")), None);
    assert_eq!(eleven.latest(at("2026-03-29T00:59:59Z")), Some(date("2026-03-27")));
    assert_eq!(eleven.latest(at("2026-03-29T01:00:00Z")), Some(date("2026-03-28")));
    let next = (date("2026-03-29"), at("2026-03-30T00:00:00Z"));
    assert_eq!(eleven.next_after(at("2026-03-28T12:00:00Z")), Some(next));
}

#[test]
fn a_date_that_does_not_exist_has_no_turn() {
    // Apia went from the 29th to the 31st.
    let two = daily("02:00", "Pacific/Apia");
    assert_eq!(two.on(date("2011-12-30")), None);
    let instants: Vec<_> = following(&two, "2011-12-28T13:00:00Z").take(3).collect();
    assert_eq!(instants[0], (date("2011-12-29"), at("2011-12-29T12:00:00Z")));
    assert_eq!(instants[1], (date("2011-12-31"), at("2011-12-30T12:00:00Z")));
    assert_eq!(instants[2].0, date("2012-01-01"));
    let before = at("2011-12-30T11:59:59Z");
    assert_eq!(two.latest(before), Some(date("2011-12-29")), "its clocks show the 31st");
    assert_eq!(two.latest(at("2011-12-30T12:00:00Z")), Some(date("2011-12-31")));
}

#[test]
fn a_date_that_is_shown_again_does_not_take_back_the_turn_of_the_next() {
    // In St John's of 2006 clocks went from 00:01 back to 23:01.
    let midnight = daily("00:00", "America/St_Johns");
    let turn = midnight.on(date("2006-10-29")).unwrap();
    assert_eq!(turn, at("2006-10-29T02:30:00Z"));
    let zone = ZoneRules::bundled().zone("America/St_Johns").unwrap();
    let again = turn + chrono::TimeDelta::minutes(30);
    assert_eq!(zone.date(again), date("2006-10-28"));
    assert_eq!(midnight.latest(again), Some(date("2006-10-29")));
    assert_eq!(midnight.next_after(again).map(|(date, _)| date), Some(date("2006-10-30")));
}

#[test]
fn instants_at_the_ends_of_time_are_no_trouble() {
    let daily = daily("02:00", "Europe/Berlin");
    for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        assert_eq!(daily.next_after(end), None);
        let _ = daily.latest(end);
    }
}

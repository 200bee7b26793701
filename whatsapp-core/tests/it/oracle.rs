//! The daily rule and the send window against Python's zoneinfo. `tests/oracle/zones.py` makes the
//! table.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc};
use whatsapp_core::schedule::{DailyAt, SendHours, SendWindow};
use whatsapp_core::time::ZoneRules;

const TABLE: &str = include_str!("../oracle/zones.txt");

/// Distance between the tested minutes between two edges.
const STEP: usize = 40;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

/// The lines of the table that begin with a word, each with its zone.
fn lines(word: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut zone = "";
    TABLE.lines().filter_map(move |line| {
        let (first, rest) = line.split_once(' ')?;
        if first == "zone" {
            zone = rest;
        }
        (first == word).then_some((zone, rest))
    })
}

fn only(word: &str) -> &'static str {
    let mut found = lines(word);
    let (Some((_, rest)), None) = (found.next(), found.next()) else { panic!("{word}") };
    rest
}

/// The bundled rules, which are those of the table.
fn rules() -> ZoneRules {
    let rules = ZoneRules::bundled();
    assert_eq!(rules.version(), only("rules"), "make the table anew: tests/oracle/zones.py");
    rules
}

fn dates() -> impl Iterator<Item = NaiveDate> {
    let (first, last) = only("dates").split_once(' ').unwrap();
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    first.iter_days().take_while(move |date| *date <= last)
}

#[test]
fn the_table_has_60_zones_and_11_years() {
    assert_eq!(lines("zone").count(), 60);
    assert_eq!(dates().count(), 11 * 365 + 3);
    assert_eq!(lines("daily").count(), 60 * 5);
    assert!(lines("edges").count() > 3_000);
}

#[test]
fn every_dates_daily_instant_is_that_of_the_table() {
    let rules = rules();
    let day = TimeDelta::days(1);
    for (zone, line) in lines("daily") {
        let (time, listed) = line.split_once(' ').unwrap();
        // Unless the table says otherwise, 24 hours after the day before.
        let listed: BTreeMap<NaiveDate, Option<DateTime<Utc>>> = listed
            .split(' ')
            .map(|entry| {
                let (date, minute) = entry.split_once('=').unwrap();
                (date.parse().unwrap(), minute.parse().ok().map(at))
            })
            .collect();
        let time: NaiveTime = format!("{time}:00").parse().unwrap();
        let daily = DailyAt::new(time, rules.zone(zone).unwrap());
        let mut expected = None;
        for date in dates() {
            expected = listed.get(&date).copied().unwrap_or(expected.map(|before| before + day));
            assert_eq!(daily.on(date), expected, "{zone} {time} {date}");
        }
    }
}

#[test]
fn the_next_daily_instant_follows_on_the_one_before_and_no_date_is_left_out() {
    let rules = rules();
    for (zone, line) in lines("daily") {
        let time: NaiveTime = format!("{}:00", &line[..5]).parse().unwrap();
        let daily = DailyAt::new(time, rules.zone(zone).unwrap());
        // A year is enough: the right instants are tested above.
        let instants: Vec<_> = dates()
            .filter(|date| date.year() == 2026)
            .filter_map(|date| Some((date, daily.on(date)?)))
            .collect();
        for pair in instants.windows(2) {
            let [(before, instant), next] = pair else { panic!("pairs") };
            assert_eq!(daily.next_after(*instant), Some(*next), "{zone} {time} {before}");
            assert_eq!(daily.latest(*instant), Some(*before), "{zone} {time}");
        }
    }
}

/// The hours in a line of the table.
fn hours(line: &str) -> SendHours {
    let [days, from, until, closed] = line.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{line}")
    };
    let closed: Option<u32> = closed.parse().ok();
    let days = days.split(',').map(|day| day.parse::<chrono::Weekday>().unwrap()).collect();
    SendHours::new(days, from.parse().unwrap(), until.parse().unwrap())
        .with_closed(dates().filter(|date| Some(date.day()) == closed))
}

#[test]
fn the_edges_of_windows_are_those_of_the_table() {
    let rules = rules();
    let all: Vec<SendHours> = lines("window").map(|(_, line)| hours(line)).collect();
    for (zone, line) in lines("edges") {
        let mut words = line.split(' ');
        let mut number = || words.next().unwrap().parse::<i64>();
        let (which, start, length) = (number().unwrap(), number().unwrap(), number().unwrap());
        let first = words.next().unwrap() == "open";
        let edges: Vec<i64> = words.map(|minute| minute.parse().unwrap()).collect();
        let hours = all[usize::try_from(which).unwrap()].clone();
        let window = SendWindow::new(hours, rules.zone(zone).unwrap()).unwrap();
        let is_open = |minute: i64| {
            let before = edges.iter().take_while(|edge| **edge <= minute).count();
            first ^ (before % 2 == 1)
        };
        let near = edges.iter().flat_map(|edge| [edge - 1, *edge]);
        let asked: Vec<i64> = near.chain((0..length).step_by(STEP)).collect();
        for minute in asked {
            let instant = at(start + minute);
            let told = format!("window {which} in {zone} at {instant}");
            assert_eq!(window.is_open(instant), is_open(minute), "{told}");
            // Half-open to the last moment.
            let moment = instant + TimeDelta::milliseconds(59_999);
            assert_eq!(window.is_open(moment), is_open(minute), "{told}, the minute's end");
        }
        // The first opening after each closing; if the span ends before it, the opening is not
        // earlier than the end.
        let closings = edges.iter().chain([&0]).filter(|minute| !is_open(**minute));
        for closing in closings {
            let opening = window.next_opening(at(start + closing));
            match edges.iter().find(|edge| *edge > closing) {
                Some(edge) => assert_eq!(opening, Some(at(start + edge)), "{which} in {zone}"),
                None => assert!(opening >= Some(at(start + length)), "{which} in {zone}"),
            }
        }
    }
}

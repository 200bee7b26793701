//! Zones by the rules of 2026f, whose values were computed by another implementation (Python's
//! `zoneinfo`) over the same release.

use chrono::{Datelike as _, Days, TimeDelta, Timelike as _};

use super::*;
use crate::port::SettingRow;
use crate::settings::Settings;

fn zone(name: &str) -> Zone {
    ZoneRules::bundled().zone(name).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn first_at(name: &str, date: &str, time: &str) -> Option<DateTime<Utc>> {
    zone(name).first_at(date.parse().unwrap(), format!("{time}:00").parse().unwrap())
}

#[test]
fn the_bundled_rules_are_those_that_these_tests_are_about() {
    assert_eq!(ZoneRules::bundled().to_string(), "2026f, bundled");
}

/// Rules newer than tzdata 2025b, which Debian 12 has.
#[test]
fn clocks_that_were_changed_lately_are_right() {
    let table = [
        ("Africa/Casablanca", "2026-09-19T12:00:00Z", "+01:00"),
        ("Africa/Casablanca", "2026-09-20T12:00:00Z", "+00:00"),
        ("Africa/Casablanca", "2026-11-28T12:00:00Z", "+00:00"),
        ("Africa/El_Aaiun", "2026-11-28T12:00:00Z", "+00:00"),
        ("America/Vancouver", "2026-01-01T12:00:00Z", "-08:00"),
        ("America/Vancouver", "2026-11-28T12:00:00Z", "-07:00"),
        ("America/Vancouver", "2027-07-01T12:00:00Z", "-07:00"),
        ("America/Edmonton", "2026-11-28T12:00:00Z", "-06:00"),
        ("America/Inuvik", "2026-11-28T12:00:00Z", "-06:00"),
        ("America/Yellowknife", "2026-11-28T12:00:00Z", "-06:00"),
        ("America/Winnipeg", "2026-11-28T12:00:00Z", "-05:00"),
        ("America/Rainy_River", "2026-11-28T12:00:00Z", "-05:00"),
        ("America/Havana", "2026-11-28T12:00:00Z", "-04:00"),
        ("Europe/Chisinau", "2026-10-25T00:59:59Z", "+03:00"),
        ("Europe/Chisinau", "2026-10-25T01:00:00Z", "+02:00"),
        ("Europe/Tiraspol", "2026-10-25T00:30:00Z", "+03:00"),
        ("Asia/Kolkata", "2026-11-28T12:00:00Z", "+05:30"),
    ];
    for (name, at, offset) in table {
        assert_eq!(zone(name).local(utc(at)).offset().to_string(), offset, "{name} {at}");
    }
}

/// Reports from other schedulers about summer time, and odd places.
#[test]
fn a_local_time_comes_once_a_day_whatever_the_clocks_do() {
    let table = [
        // Times that the clocks show twice: the first counts.
        ("Europe/Berlin", "2023-10-29", "02:00", "2023-10-29T00:00:00Z"), // kubernetes#121594
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00Z"), // kelektiv/node-cron#563
        ("Europe/Dublin", "2026-10-25", "01:30", "2026-10-25T00:30:00Z"),    // apscheduler#980
        ("Europe/Helsinki", "2026-10-25", "03:30", "2026-10-25T00:30:00Z"),  // apscheduler#1021
        ("Australia/Melbourne", "2024-04-07", "02:00", "2024-04-06T15:00:00Z"), // node-cron#881
        // Times that the clocks leave out: the moment at which they are set counts.
        ("US/Pacific", "2025-03-09", "02:00", "2025-03-09T10:00:00Z"), // robfig/cron#541
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"), // node-cron#518
        ("US/Eastern", "2026-03-08", "02:30", "2026-03-08T07:00:00Z"), // rundeck#6879
        ("America/Toronto", "2019-03-10", "02:00", "2019-03-10T07:00:00Z"), // xen-orchestra#4024
        ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00:00Z"), // croner#132
        ("Europe/Dublin", "2026-03-29", "01:00", "2026-03-29T01:00:00Z"), // apscheduler#370
        // Ordinary times, on a day or the eve of a day with a change.
        ("America/New_York", "2026-03-09", "02:30", "2026-03-09T06:30:00Z"),
        ("US/Central", "2021-03-15", "00:00", "2021-03-15T05:00:00Z"), // apscheduler#529
        ("Europe/Berlin", "2016-03-27", "08:00", "2016-03-27T06:00:00Z"), // apscheduler#115
        ("Europe/Berlin", "2022-03-27", "12:00", "2022-03-27T10:00:00Z"), // cronie#218
        ("Europe/Berlin", "2026-03-29", "08:00", "2026-03-29T06:00:00Z"), // Signal-Android#13493
        ("Europe/Dublin", "2025-10-26", "02:05", "2025-10-26T02:05:00Z"), // tokio-cron-scheduler#107
        // Clocks that were changed lately.
        ("America/Vancouver", "2026-11-28", "02:00", "2026-11-28T09:00:00Z"),
        ("America/Edmonton", "2026-11-28", "02:00", "2026-11-28T08:00:00Z"),
        ("Africa/Casablanca", "2026-11-28", "02:00", "2026-11-28T02:00:00Z"),
        // Changes of half an hour and of two hours, an odd distance, a change over midnight.
        ("Australia/Lord_Howe", "2026-04-05", "02:00", "2026-04-04T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00Z"),
        ("Antarctica/Troll", "2026-03-29", "02:00", "2026-03-29T01:00:00Z"),
        ("Pacific/Chatham", "2026-09-27", "02:45", "2026-09-26T14:00:00Z"),
        ("America/Nuuk", "2026-03-28", "22:59", "2026-03-29T00:59:00Z"),
        ("America/Nuuk", "2026-03-29", "00:00", "2026-03-29T01:00:00Z"),
        ("Pacific/Apia", "2011-12-29", "08:00", "2011-12-29T18:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "08:00", "2011-12-30T18:00:00Z"),
    ];
    for (name, date, time, at) in table {
        assert_eq!(first_at(name, date, time), Some(utc(at)), "{name} {date} {time}");
    }
}

#[test]
fn every_instant_is_among_those_at_which_the_clocks_show_its_time() {
    for (name, from, twice) in [
        ("Europe/Berlin", "2026-10-24T20:00:00Z", 120),
        ("America/New_York", "2026-11-01T02:00:00Z", 120),
        ("Australia/Lord_Howe", "2026-04-04T10:00:00Z", 60),
        ("Asia/Kolkata", "2026-10-24T20:00:00Z", 0),
    ] {
        let (zone, mut shown_twice) = (zone(name), 0);
        for minutes in 0..600 {
            let at = utc(from) + TimeDelta::minutes(minutes);
            let local = zone.local(at).naive_local();
            let all = zone.all_at(local.date(), local.time());
            assert!(all.contains(&at), "{name} {at}");
            assert_eq!(all.first().copied(), zone.first_at(local.date(), local.time()));
            shown_twice += u32::from(all.len() == 2);
        }
        assert_eq!(shown_twice, twice, "{name}");
    }
    let berlin = zone("Europe/Berlin");
    let none = berlin.all_at("2026-03-29".parse().unwrap(), "02:30:00".parse().unwrap());
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn a_date_that_ends_before_the_time_has_no_instant() {
    assert_eq!(first_at("America/Nuuk", "2026-03-28", "23:00"), None, "22:59 is followed by 00:00");
    assert_eq!(first_at("Pacific/Apia", "2011-12-30", "08:00"), None, "Samoa had no such date");
}

/// apscheduler#980 and #1021 went round in circles in an hour that came twice.
#[test]
fn from_day_to_day_the_instants_come_one_after_the_other() {
    for (name, time) in [("Europe/Dublin", "01:30:00"), ("Europe/Helsinki", "03:30:00")] {
        let (zone, time) = (zone(name), time.parse().unwrap());
        let dates = NaiveDate::from_yo_opt(2026, 1).unwrap().iter_days().take(365);
        let instants: Vec<_> = dates.map(|date| zone.first_at(date, time).unwrap()).collect();
        assert!(instants.is_sorted_by(|earlier, later| earlier < later), "{name}");
    }
}

/// beszel#1825 kept a window in UTC with the distance of January.
#[test]
fn the_local_time_of_an_instant_knows_summer() {
    let local = |at: &str| zone("US/Eastern").local(utc(at)).naive_local().to_string();
    assert_eq!(local("2026-07-01T23:00:00Z"), "2026-07-01 19:00:00");
    assert_eq!(local("2026-01-01T23:00:00Z"), "2026-01-01 18:00:00");
    assert_eq!(zone("US/Eastern").local(utc("2027-01-01T02:00:00Z")).year(), 2026);
}

/// The definition itself, built only on `local`, unlike the function.
fn scanned(zone: &Zone, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    let start = date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(26);
    let mut minutes = (0..80 * 60).map(|minute| start + TimeDelta::minutes(minute));
    minutes.find(|at| {
        let local = zone.local(*at).naive_local();
        local.date() == date && local.time() >= time
    })
}

#[test]
fn around_each_change_of_a_year_it_is_what_a_scan_of_all_minutes_finds() {
    let times =
        ["00:00:00", "00:30:00", "01:45:00", "02:00:00", "02:30:00", "03:15:00", "23:30:00"];
    let mut days_with_changes = 0;
    for name in [
        "Europe/Berlin",
        "America/Havana",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Antarctica/Troll",
        "America/Nuuk",
        "Africa/Cairo",
        "Asia/Kolkata",
    ] {
        let zone = zone(name);
        for day in 0..365 {
            let date = NaiveDate::from_yo_opt(2026, 1).unwrap() + Days::new(day);
            let noon =
                |days: i64| date.and_hms_opt(12, 0, 0).unwrap().and_utc() + TimeDelta::days(days);
            if zone.offset(noon(-1)) == zone.offset(noon(1)) {
                continue;
            }
            days_with_changes += 1;
            for time in times.map(|time| time.parse().unwrap()) {
                let found = zone.first_at(date, time);
                assert_eq!(found, scanned(&zone, date, time), "{name} {date} {time}");
            }
        }
    }
    // Two changes a year in six places and one in Havana, each seen from two dates.
    assert_eq!(days_with_changes, 26);
}

#[test]
fn names_are_taken_in_any_case_and_given_up_ones_by_the_name_of_today() {
    let table = [
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("asia/kolkata", "Asia/Kolkata"),
        (" Asia/Kolkata\n", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Singapore", "Asia/Singapore"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
    ];
    for (given, name) in table {
        let zone = zone(given);
        assert_eq!((zone.as_str(), zone.to_string().as_str()), (name, name), "{given}");
        assert_eq!(format!("{zone:?}"), format!("Zone({name})"));
    }
    assert_eq!(zone("Asia/Calcutta"), zone("Asia/Kolkata"));
    assert_ne!(zone("Asia/Colombo"), zone("Asia/Kolkata"), "compared by name, not by rules");
    assert_eq!(Zone::default(), zone("Asia/Kolkata"));
}

#[test]
fn a_text_that_is_no_place_is_refused_with_what_was_meant() {
    const SHARED: &str = "an abbreviation is no time zone, for places share it; did you mean ";
    const DISTANCE: &str =
        "a distance from UTC is no time zone, for it has no summer time; did you mean ";
    const UNKNOWN: &str = "no time zone has this name; did you mean ";
    let table = [
        ("IST", SHARED, "Asia/Kolkata or Europe/Dublin or Asia/Jerusalem?"),
        ("EST", SHARED, "America/New_York?"),
        ("EST5EDT", SHARED, "America/New_York?"),
        ("cet", SHARED, "Europe/Berlin or Europe/Paris?"),
        ("+05:30", DISTANCE, "Asia/Kolkata?"),
        ("GMT+5:30", DISTANCE, "Asia/Kolkata?"),
        ("UTC-8", DISTANCE, "America/Los_Angeles?"),
        ("Etc/GMT-4", DISTANCE, "Asia/Dubai?"),
        ("Kolkata", UNKNOWN, "Asia/Kolkata?"),
        ("Asia/Kolkatta", UNKNOWN, "Asia/Kolkata?"),
        ("Asia / Kolkata", UNKNOWN, "Asia/Kolkata?"),
        ("Asia\\Kolkata", UNKNOWN, "Asia/Kolkata?"),
        ("Asia/Mumbai", UNKNOWN, "Asia/Kolkata?"),
        ("India Standard Time", UNKNOWN, "Asia/Kolkata?"),
        ("New York", UNKNOWN, "America/New_York?"),
        ("Europe/Calcutta", UNKNOWN, "Asia/Kolkata?"),
    ];
    for (text, why, meant) in table {
        let error = ZoneRules::bundled().zone(text).unwrap_err();
        assert_eq!(error.to_string(), format!("{why}{meant}"), "{text}");
    }
    let generic = |text: &str| ZoneRules::bundled().zone(text).unwrap_err().to_string();
    let expected = "a name such as Asia/Kolkata is expected";
    assert_eq!(generic(" "), format!("no time zone is given; {expected}"));
    for text in ["Mars/Phobos", "Etc/Unknown", "Factory", "???", &"x".repeat(10_000)] {
        assert_eq!(generic(text), format!("no time zone has this name; {expected}"), "{text}");
    }
}

#[test]
fn a_setting_that_is_no_zone_is_named_with_what_was_meant() {
    let row = |value: &str| SettingRow { key: "whatsapp_time_zone".into(), value: value.into() };
    assert_eq!(Settings::read(&[row("asia/calcutta")]).unwrap().time_zone, zone("Asia/Kolkata"));
    assert_eq!(
        Settings::read(&[row("+05:30")]).unwrap_err().to_string(),
        "setting whatsapp_time_zone: a distance from UTC is no time zone, for it has no summer \
         time; did you mean Asia/Kolkata?"
    );
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for name in ["Asia/Kolkata", "Pacific/Kiritimati", "America/Los_Angeles"] {
        let zone = zone(name);
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert!(zone.local(at).format("%Y").to_string().contains("2621"), "{name}");
            assert!(zone.date(at).year().abs() > 262_000, "{name}");
        }
        assert_eq!(zone.first_at(NaiveDate::MIN, NaiveTime::MIN), None);
        assert_eq!(zone.first_at(NaiveDate::MAX, NaiveTime::MIN), None);
        let long_ago = NaiveDate::from_ymd_opt(1800, 1, 1).unwrap();
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
        let at = zone.first_at(long_ago, noon).unwrap();
        assert_eq!((zone.date(at), zone.local(at).hour()), (long_ago, 12), "{name}");
    }
}

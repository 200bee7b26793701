use super::*;
use crate::time::ZoneRules;

fn zone(name: &str) -> Zone {
    ZoneRules::bundled().zone(name).unwrap()
}

fn at(instant: &str) -> DateTime<Utc> {
    instant.parse().unwrap()
}

fn hours(from: &str, until: &str) -> SendHours {
    SendHours { from: from.parse().unwrap(), until: until.parse().unwrap(), ..SendHours::ALWAYS }
}

fn window(hours: SendHours, place: &str) -> SendWindow {
    SendWindow::new(hours, zone(place)).unwrap()
}

/// Checks which of the instants are open, each with its next opening where it is not.
fn told(window: &SendWindow, instants: &[(&str, Option<&str>)]) {
    for (instant, next) in instants {
        let instant = at(instant);
        assert_eq!(window.is_open(instant), next.is_none(), "{instant}");
        let opening = next.map_or(instant, at);
        assert_eq!(window.next_opening(instant), Some(opening), "{instant}");
    }
}

#[test]
fn the_end_is_outside_and_the_beginning_inside() {
    let window = window(hours("09:00", "20:00"), "UTC");
    told(
        &window,
        &[
            ("2026-07-01T08:59:59.999Z", Some("2026-07-01T09:00:00Z")),
            ("2026-07-01T09:00:00Z", None),
            ("2026-07-01T19:59:59.999Z", None),
            ("2026-07-01T20:00:00Z", Some("2026-07-02T09:00:00Z")),
        ],
    );
}

#[test]
fn the_clock_on_the_wall_decides_in_summer_too() {
    // beszel#1825: a window that was kept in UTC by winter's offset.
    let window = window(hours("19:00", "23:00"), "US/Eastern");
    told(
        &window,
        &[
            ("2026-07-01T22:59:59Z", Some("2026-07-01T23:00:00Z")),
            ("2026-07-01T23:00:00Z", None),
            ("2026-07-02T03:00:00Z", Some("2026-07-02T23:00:00Z")),
            ("2026-12-01T23:00:00Z", Some("2026-12-02T00:00:00Z")),
        ],
    );
}

#[test]
fn hours_over_midnight_belong_to_the_day_on_which_they_begin() {
    // Friday and Saturday nights; the 4th of July is a Saturday.
    let days = [chrono::Weekday::Fri, chrono::Weekday::Sat].into_iter().collect();
    let window = window(SendHours { days, ..hours("22:00", "02:00") }, "UTC");
    told(
        &window,
        &[
            ("2026-07-03T01:00:00Z", Some("2026-07-03T22:00:00Z")),
            ("2026-07-03T23:59:59Z", None),
            ("2026-07-04T01:59:59Z", None),
            ("2026-07-04T02:00:00Z", Some("2026-07-04T22:00:00Z")),
            ("2026-07-05T01:00:00Z", None),
            ("2026-07-05T22:00:00Z", Some("2026-07-10T22:00:00Z")),
        ],
    );
}

#[test]
fn a_closed_date_closes_the_night_before_and_the_night_that_would_begin() {
    let closed = ["2026-07-04".parse().unwrap()].into();
    let window = window(SendHours { closed, ..hours("22:00", "02:00") }, "UTC");
    told(
        &window,
        &[
            ("2026-07-03T23:59:59Z", None),
            ("2026-07-04T00:00:00Z", Some("2026-07-05T22:00:00Z")),
            ("2026-07-04T23:00:00Z", Some("2026-07-05T22:00:00Z")),
            ("2026-07-05T01:00:00Z", Some("2026-07-05T22:00:00Z")),
        ],
    );
}

#[test]
fn the_whole_week_is_open_and_shut_by_closed_dates_alone() {
    let window = |closed: &[&str]| {
        let closed = closed.iter().map(|date| date.parse().unwrap()).collect();
        window(SendHours { closed, ..SendHours::ALWAYS }, "Asia/Kolkata")
    };
    told(&window(&[]), &[("2026-07-01T18:29:59.999Z", None), ("2026-07-01T18:30:00Z", None)]);
    told(
        &window(&["2026-07-02", "2026-07-03"]),
        &[("2026-07-01T18:30:00Z", Some("2026-07-03T18:30:00Z"))],
    );
}

#[test]
fn a_window_opens_with_the_change_that_skips_its_beginning() {
    let berlin = window(hours("02:30", "04:00"), "Europe/Berlin");
    told(&berlin, &[("2026-03-29T00:59:59Z", Some("2026-03-29T01:00:00Z"))]);
    // All of these hours are skipped.
    let skipped = window(hours("02:00", "03:00"), "Europe/Berlin");
    told(&skipped, &[("2026-03-29T00:30:00Z", Some("2026-03-30T00:00:00Z"))]);
    // They come twice in autumn, and the window is closed in between.
    let twice = window(hours("02:00", "02:30"), "Europe/Berlin");
    told(
        &twice,
        &[
            ("2026-10-25T00:00:00Z", None),
            ("2026-10-25T00:30:00Z", Some("2026-10-25T01:00:00Z")),
            ("2026-10-25T01:00:00Z", None),
            ("2026-10-25T01:30:00Z", Some("2026-10-26T01:00:00Z")),
        ],
    );
}

#[test]
fn a_window_that_does_not_open_within_400_days_never_opens() {
    let from: NaiveDate = "2026-07-01".parse().unwrap();
    let closed = |days| SendHours {
        closed: from.iter_days().take(days).collect(),
        ..hours("09:00", "20:00")
    };
    let start = at("2026-07-01T00:00:00Z");
    let last = window(closed(399), "UTC").next_opening(start);
    assert_eq!(last, Some(at("2027-08-04T09:00:00Z")));
    assert_eq!(window(closed(400), "UTC").next_opening(start), None);
    assert_eq!(
        window(closed(400), "UTC").next_opening(last.unwrap()),
        Some(at("2027-08-05T09:00:00Z"))
    );
}

#[test]
fn hours_without_a_day_or_a_time_are_refused() {
    let refused = |hours| SendWindow::new(hours, zone("UTC")).unwrap_err();
    let no_day = SendHours { days: WeekdaySet::EMPTY, ..SendHours::ALWAYS };
    assert_eq!(refused(no_day), InvalidWindow::NoDay);
    for time in ["00:00", "09:00"] {
        assert_eq!(refused(hours(time, time)), InvalidWindow::NoTime);
    }
    for until in ["24:00", "09:00"] {
        assert_eq!(refused(hours("24:00", until)), InvalidWindow::BeginAtTheEnd);
    }
    let evening = window(hours("20:00", "00:00"), "UTC");
    told(
        &evening,
        &[("2026-07-01T23:59:59Z", None), ("2026-07-02T00:00:00Z", Some("2026-07-02T20:00:00Z"))],
    );
}

#[test]
fn instants_at_the_ends_of_time_are_no_trouble() {
    let window = window(hours("09:00", "20:00"), "Europe/Berlin");
    for end in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let _ = (window.is_open(end), window.next_opening(end));
    }
}

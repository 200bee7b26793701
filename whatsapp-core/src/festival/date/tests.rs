use chrono::Weekday;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

fn in_year(festival: Festival, year: i32, place: Place) -> Vec<String> {
    let dates = festival.dates_in(year, place).unwrap();
    dates.iter().map(|it| it.date.to_string()).collect()
}

#[test]
fn every_row_of_the_table_is_read_and_stands_in_order() {
    assert_eq!(DATES.len(), rows(TABLE).count());
    assert!(DATES.len() > 200);
    assert!(DATES.is_sorted_by_key(|row| (row.date, row.festival.as_str())));
    assert!(rows("# 1\ndate,festival\na\nb\n").eq(["a", "b"]));
    for row in ["", "2026-11-08,diwali,no", "2026-11-08,diwali,no,XX", "2026-11-08,x,no,all"] {
        assert_eq!(FestivalDate::read(row), None, "{row}");
    }
    assert_eq!(FestivalDate::read("2026-11-08,diwali,maybe,all"), None);
}

#[test]
fn the_table_has_its_licence_and_where_it_comes_from() {
    let head: Vec<&str> = TABLE.lines().take_while(|line| line.starts_with('#')).collect();
    let head = head.join("\n");
    for part in
        ["cargo xtask festivals", "holidays 0.109 (PyPI)", "MIT", "Copyright (c) Vacanza Team"]
    {
        assert!(head.contains(part), "{part}");
    }
}

#[test]
fn every_festival_has_its_dates_in_every_known_year() {
    for place in std::iter::once(Place::INDIA).chain(Place::states()) {
        for festival in Festival::ALL {
            let times = festival.times(place);
            assert_eq!(times[0].date.year(), *KNOWN_YEARS.start(), "{festival}");
            let islamic = matches!(festival, Festival::EidAlFitr | Festival::EidAlAdha);
            for year in KNOWN_YEARS {
                let count = festival.dates_in(year, place).unwrap().len();
                assert!(count == 1 || islamic && count == 2, "{festival} {year}: {count}");
            }
            for pair in times.windows(2) {
                let apart = (pair[1].date - pair[0].date).num_days();
                assert!((353..=386).contains(&apart), "{festival}: {apart} days");
            }
        }
    }
}

#[test]
fn dates_that_are_known_elsewhere_are_in_the_table() {
    for (festival, known, day) in [
        (Festival::Diwali, "2026-11-08", Weekday::Sun),
        (Festival::Diwali, "2027-10-29", Weekday::Fri),
        (Festival::Diwali, "2028-10-17", Weekday::Tue),
        (Festival::Holi, "2026-03-04", Weekday::Wed),
        (Festival::Holi, "2027-03-22", Weekday::Mon),
        (Festival::EidAlFitr, "2026-03-21", Weekday::Sat),
        (Festival::EidAlFitr, "2027-03-10", Weekday::Wed),
        (Festival::Dussehra, "2026-10-20", Weekday::Tue),
    ] {
        let known = date(known);
        let found = festival.dates_in(known.year(), Place::INDIA).unwrap();
        assert_eq!(found[0].date, known, "{festival}");
        assert_eq!(known.weekday(), day);
    }
}

#[test]
fn only_dates_by_the_moon_that_are_yet_to_be_seen_are_estimated() {
    for row in DATES.iter() {
        let islamic = matches!(row.festival, Festival::EidAlFitr | Festival::EidAlAdha);
        assert_eq!(row.estimated, islamic && row.date.year() > 2026, "{row:?}");
    }
}

#[test]
fn a_state_has_its_own_day_and_others_the_common_one() {
    let [bengal, kerala, odisha] = ["IN-WB", "IN-KL", "IN-OD"].map(place);
    assert_eq!(in_year(Festival::Dussehra, 2026, bengal), ["2026-10-21"]);
    assert_eq!(in_year(Festival::Dussehra, 2026, kerala), ["2026-10-21"]);
    assert_eq!(in_year(Festival::Dussehra, 2026, odisha), ["2026-10-20"]);
    assert_eq!(in_year(Festival::RamNavami, 2026, odisha), ["2026-03-27"]);
    assert_eq!(in_year(Festival::RamNavami, 2026, Place::INDIA), ["2026-03-26"]);
    // Pongal is kept in a few states, on two days of 2026. Elsewhere it is on the day of
    // most states.
    assert_eq!(in_year(Festival::Pongal, 2026, place("IN-PY")), ["2026-01-15"]);
    assert_eq!(in_year(Festival::Pongal, 2026, place("IN-TN")), ["2026-01-14"]);
    assert_eq!(in_year(Festival::Pongal, 2026, place("IN-MH")), ["2026-01-14"]);
    assert_eq!(in_year(Festival::Pongal, 2026, Place::INDIA), ["2026-01-14"]);
}

#[test]
fn suggestions_are_those_of_the_place() {
    let march = |place: Place| {
        let found = suggestions(place, date("2026-03-01")..=date("2026-03-31"));
        assert_eq!(found.unknown, []);
        let words = found.dates.iter().map(|it| format!("{} {}", it.date.day(), it.festival));
        words.collect::<Vec<_>>().join(", ")
    };
    let all = "4 holi, 19 ugadi, 19 gudi_padwa, 21 eid_al_fitr, 26 ram_navami";
    assert_eq!(march(Place::INDIA), all);
    let pune = "3 holi, 19 gudi_padwa, 21 eid_al_fitr, 26 ram_navami";
    assert_eq!(march(place("IN-MH")), pune);
    assert_eq!(march(place("IN-TS")), "4 holi, 19 ugadi, 21 eid_al_fitr, 26 ram_navami");
    assert_eq!(march(place("IN-OD")), "4 holi, 21 eid_al_fitr, 27 ram_navami");
}

#[test]
fn years_without_data_are_said() {
    let between = |first: &str, last: &str| {
        let found = suggestions(Place::INDIA, date(first)..=date(last));
        (found.dates.len(), found.unknown)
    };
    assert_eq!(between("2026-01-01", "2026-01-31"), (4, vec![]));
    assert_eq!(between("2025-12-01", "2026-01-31"), (4, vec![2025..=2025]));
    assert_eq!(between("2035-12-01", "2037-12-31"), (2, vec![2036..=2037]));
    assert_eq!(between("2040-01-01", "2041-12-31"), (0, vec![2040..=2041]));
    assert_eq!(between("2020-01-01", "2040-12-31").1, [2020..=2025, 2036..=2040]);
    assert_eq!(between("2026-02-01", "2026-01-01"), (0, vec![]));
}

#[test]
fn festivals_on_one_day_of_every_year_are_known_in_all_of_them() {
    let fixed: Vec<_> =
        Festival::ALL.iter().filter(|it| it.dates_in(2050, Place::INDIA).is_ok()).collect();
    let expected = [
        Festival::NewYear,
        Festival::RepublicDay,
        Festival::IndependenceDay,
        Festival::GandhiJayanti,
        Festival::Christmas,
    ];
    assert_eq!(fixed, expected.iter().collect::<Vec<_>>());
    assert_eq!(in_year(Festival::Christmas, 2050, Place::INDIA), ["2050-12-25"]);
    let next = |from: &str| Festival::NewYear.next_after(date(from), Place::INDIA).unwrap().date;
    assert_eq!(next("2049-12-31"), date("2050-01-01"));
    assert_eq!(next("2050-01-01"), date("2051-01-01"));
    assert!(Festival::Christmas.next_after(NaiveDate::MAX, Place::INDIA).is_err());
}

#[test]
fn the_next_date_is_known_only_if_none_can_lie_between() {
    let next = |from: &str| Festival::Diwali.next_after(date(from), Place::INDIA);
    let year = |from: &str| next(from).unwrap_err().year;
    assert_eq!(next("2026-11-07").unwrap().date, date("2026-11-08"));
    assert_eq!(next("2026-11-08").unwrap().date, date("2027-10-29"));
    assert_eq!(next("2026-01-01").unwrap().date, date("2026-11-08"));
    // Diwali was on 20 October 2025.
    assert_eq!(next("2025-12-01").unwrap().date, date("2026-11-08"));
    assert_eq!(year("2025-10-19"), 2025);
    assert_eq!(next("2035-10-29").unwrap().date, date("2035-10-30"));
    assert_eq!((year("2035-10-30"), year("2040-01-01")), (2036, 2040));
    assert_eq!((year("0001-01-01"), next("9999-01-01").unwrap_err().year), (1, 9999));
    assert!(Festival::Diwali.next_after(NaiveDate::MAX, Place::INDIA).is_err());
    assert!(Festival::Diwali.next_after(NaiveDate::MIN, Place::INDIA).is_err());
}

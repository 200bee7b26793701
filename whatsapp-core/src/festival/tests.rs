//! The table against the sky: each date as its rule gives it, from the longitudes of sun and moon.

mod rule;
mod sky;

use chrono::{Days, NaiveDate};

use super::{Festival, KNOWN_YEARS, Place};

/// A date of the table, or of a changed copy of it.
#[derive(Debug, Clone, Copy)]
struct Row {
    festival: Festival,
    date: NaiveDate,
    estimated: bool,
}

/// Every row of the table: those of single states too.
fn table() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for place in std::iter::once(Place::INDIA).chain(Place::states()) {
        for festival in Festival::ALL {
            for year in KNOWN_YEARS {
                for it in festival.dates_in(year, place).unwrap() {
                    if !rows.iter().any(|row| row.festival == *festival && row.date == it.date) {
                        rows.push(Row {
                            festival: *festival,
                            date: it.date,
                            estimated: it.estimated,
                        });
                    }
                }
            }
        }
    }
    rows.sort_by_key(|row| (row.date, row.festival.as_str()));
    rows
}

/// Number of days from the rule's date to this date.
fn off(row: Row) -> i64 {
    (row.date - rule::date(row.festival, row.date)).num_days()
}

/// Returns true if a date is its rule's, within a tolerance: schools and states differ by a day,
/// and the moon is seen a day late.
fn is_right(row: Row) -> bool {
    off(row).abs() <= if row.estimated { 2 } else { 1 }
}

fn moved(row: Row, days: i64) -> Row {
    let by = Days::new(days.unsigned_abs());
    let date = if days < 0 { row.date - by } else { row.date + by };
    Row { date, ..row }
}

#[test]
fn every_date_is_that_of_its_rule() {
    for row in table() {
        assert!(is_right(row), "{row:?} is {} days off", off(row));
    }
}

/// Lists the dates that are off by a day or more, each with its distance.
#[test]
fn almost_all_dates_are_on_the_very_day() {
    let rows = table();
    let off: Vec<String> = rows
        .iter()
        .filter(|row| off(**row) != 0)
        .map(|row| format!("{} {}: {:+}", row.date, row.festival, off(*row)))
        .collect();
    let told = format!("{} of {} dates\n{}", off.len(), rows.len(), off.join("\n"));
    insta::assert_snapshot!(told, @"
    16 of 205 dates
    2026-01-15 pongal: +1
    2026-03-04 holi: +1
    2026-03-19 gudi_padwa: -1
    2026-03-19 ugadi: -1
    2026-03-27 ram_navami: +1
    2026-05-27 eid_al_adha: -1
    2026-08-28 raksha_bandhan: +1
    2026-10-21 dussehra: +1
    2027-08-17 raksha_bandhan: +1
    2028-08-05 raksha_bandhan: +1
    2029-04-22 ram_navami: -1
    2031-08-30 onam: -1
    2032-03-23 eid_al_adha: +1
    2032-04-19 ram_navami: +1
    2033-09-06 onam: -1
    2034-11-25 guru_nanak_jayanti: -1
    ");
}

#[test]
fn a_date_that_moves_by_a_day_is_noticed() {
    for row in table() {
        for days in [-1, 1] {
            assert_ne!(off(moved(row, days)), off(row), "{row:?} by {days}");
        }
    }
}

#[test]
fn a_date_that_moves_by_four_days_or_by_a_month_is_wrong() {
    for row in table() {
        for days in [-30, -29, -4, 4, 29, 30] {
            assert!(!is_right(moved(row, days)), "{row:?} by {days}");
        }
    }
}

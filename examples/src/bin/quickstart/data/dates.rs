//! Dates as spreadsheets write them.

use chrono::{NaiveDate, NaiveTime};

use super::reading::Says;

/// Position of the day in the first two numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// Reason why a cell is no date.
pub(super) const NO_DATE: &str = "is not a date such as 2026-10-31";

/// English names of the months; three letters are enough.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads one cell.
pub(super) fn read(text: &str) -> Result<Says<NaiveDate, Order>, &'static str> {
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.starts_with("##") {
        return Err("was saved from a column that was too narrow to show it");
    }
    if digits && text.len() == 5 {
        return Err("is a spreadsheet's number for a date: give the column the format of a date");
    }
    if digits && text.len() == 8 {
        return NaiveDate::parse_from_str(text, "%Y%m%d").map(Says::Plain).map_err(|_| NO_DATE);
    }
    let (date, time) = split_time(text);
    if let Some(time) = time
        && !is_time(time)
    {
        let zoned = time.ends_with(['Z', 'z']) || time.contains('+') || time.contains('-');
        return Err(if zoned {
            "has a time zone, in which it may be another day: give the date alone"
        } else {
            NO_DATE
        });
    }
    let parts: Vec<&str> =
        date.split(['-', '/', '.', ' ', ',', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else {
        return Err(NO_DATE);
    };
    let says = if let Some(month) = month(b) {
        day(a).zip(year(c)).and_then(|(d, y)| NaiveDate::from_ymd_opt(y, month, d)).map(Says::Plain)
    } else if let Some(month) = month(a) {
        day(b).zip(year(c)).and_then(|(d, y)| NaiveDate::from_ymd_opt(y, month, d)).map(Says::Plain)
    } else if a.len() == 4 {
        year(a)
            .zip(number(b).zip(number(c)))
            .and_then(|(y, (m, d))| NaiveDate::from_ymd_opt(y, m, d))
            .map(Says::Plain)
    } else {
        year(c).zip(number(a).zip(number(b))).and_then(|(y, (a, b))| {
            let day_first = NaiveDate::from_ymd_opt(y, b, a).map(|date| (Order::DayFirst, date));
            let month_first = NaiveDate::from_ymd_opt(y, a, b);
            Says::of(day_first, month_first.map(|date| (Order::MonthFirst, date)))
        })
    };
    says.ok_or(NO_DATE)
}

/// Cuts a time of day off, as in `2026-01-27T00:00:00` and `27/01/2026 12:30 PM`.
fn split_time(text: &str) -> (&str, Option<&str>) {
    let Some(colon) = text.find(':') else {
        return (text, None);
    };
    let start = text[..colon].rfind(['T', 't', ' ', '\u{a0}']);
    match start {
        Some(at) => (&text[..at], text.get(at + 1..).or(Some(""))),
        None => (text, Some("")),
    }
}

fn is_time(time: &str) -> bool {
    let forms = ["%H:%M", "%H:%M:%S", "%H:%M:%S%.f", "%I:%M %p", "%I:%M:%S %p"];
    forms.iter().any(|form| NaiveTime::parse_from_str(time.trim(), form).is_ok())
}

fn month(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let text = if text == "sept" { "sep" } else { &text };
    let at = MONTHS.iter().position(|name| text.len() >= 3 && name.starts_with(text))?;
    u32::try_from(at + 1).ok()
}

/// Reads a day beside the name of a month: `27` or `27th`.
fn day(text: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end));
    number(bare.unwrap_or(text))
}

/// Reads a number of one or two digits.
fn number(text: &str) -> Option<u32> {
    let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Reads a year of four digits, or of the last two in this century.
fn year(text: &str) -> Option<i32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match (digits, text.len()) {
        (true, 4) => text.parse().ok().filter(|year| (1900..2200).contains(year)),
        (true, 2) => text.parse::<i32>().ok().map(|year| 2000 + year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    #[test]
    fn dates_that_mean_one_day_are_read() {
        for text in [
            "2026-01-27",
            "2026/01/27",
            "2026.1.27",
            "20260127",
            "27-Jan-26",
            "27-Jan-2026",
            "27 January 2026",
            "27/JAN/2026",
            "Jan 27, 2026",
            "January 27 2026",
            "27. Jan 2026",
            "27th Jan 2026",
            "2026-01-27T00:00:00",
            "2026-01-27 18:30",
            "27-Jan-2026 6:30 PM",
        ] {
            assert_eq!(read(text), Ok(Says::Plain(date("2026-01-27"))), "{text}");
        }
        assert_eq!(read("05/05/2026"), Ok(Says::Plain(date("2026-05-05"))));
        assert_eq!(read("1-Sept-26"), Ok(Says::Plain(date("2026-09-01"))));
    }

    #[test]
    fn a_day_beyond_12_shows_the_order() {
        for text in ["27/01/2026", "27-01-2026", "27.01.2026", "27/1/26", "27/01/2026 00:00:00"] {
            assert_eq!(read(text), Ok(Says::Shows(Order::DayFirst, date("2026-01-27"))), "{text}");
        }
        let shown = Says::Shows(Order::MonthFirst, date("2026-01-27"));
        assert_eq!(read("1/27/2026"), Ok(shown));
    }

    #[test]
    fn other_numbers_may_be_two_days() {
        let either = Says::Either([
            (Order::DayFirst, date("2026-01-05")),
            (Order::MonthFirst, date("2026-05-01")),
        ]);
        for text in ["05/01/2026", "5-1-26", "05.01.2026"] {
            assert_eq!(read(text), Ok(either.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_by_what_it_is() {
        for text in [
            "",
            "soon",
            "32/01/2026",
            "30/02/2026",
            "29-Feb-2026",
            "2026-13-01",
            "00/01/2026",
            "27/01",
            "01/2026",
            "27/01/0026",
            "27/01/126",
            "27/01/2026/1",
            "27-Foo-26",
            "10:30",
            "2026-01-27 25:00",
            "1/2/3",
        ] {
            assert_eq!(read(text), Err(NO_DATE), "{text}");
        }
        for (text, why) in [
            ("46049", "a spreadsheet's number"),
            ("########", "too narrow"),
            ("2026-01-26T18:30:00Z", "time zone"),
            ("2026-01-26T18:30:00+05:30", "time zone"),
        ] {
            assert!(read(text).unwrap_err().contains(why), "{text}");
        }
    }
}

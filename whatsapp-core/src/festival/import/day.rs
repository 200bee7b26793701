//! Dates as spreadsheets write them. The column shows whether the day or the month comes first.

use chrono::NaiveDate;

use super::text::quoted;

/// The months' English names; three letters are enough.
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

const EXPECTED: &str = "one such as 2027-10-29 is expected";

/// The position of the day among the first two numbers of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// The date that a cell gives by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// A date that is the same in either order.
    Plain(NaiveDate),
    /// A date that is valid in this order alone.
    Shows(Order, NaiveDate),
    /// Two dates: with the day first, and with the month first.
    Either(NaiveDate, NaiveDate),
}

impl Day {
    /// Reads a cell.
    pub(super) fn read(cell: &str) -> Result<Self, String> {
        let text = cell.trim();
        if text.is_empty() {
            return Err(format!("there is no date; {EXPECTED}"));
        }
        if text.starts_with("##") {
            return Err("the column was too narrow to show the date when it was saved".to_owned());
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && text.len() == 5 {
            return Err(format!(
                "{text} is a spreadsheet's number for a date; give the column the format of a date"
            ));
        }
        let read = if digits && text.len() == 8 {
            NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self::Plain)
        } else {
            Self::of(without_midnight(text))
        };
        read.ok_or_else(|| format!("{} is not a date; {EXPECTED}", quoted(text)))
    }

    /// Reads three parts, whatever separates them.
    fn of(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text
            .split(['-', '/', '.', ' ', ',', '\u{a0}'])
            .filter(|part| !part.is_empty())
            .collect();
        let [a, b, c] = parts.as_slice() else { return None };
        let plain = |year: &str, month: u32, day: Option<u32>| {
            NaiveDate::from_ymd_opt(self::year(year)?, month, day?).map(Self::Plain)
        };
        if let Some(month) = month(b) {
            return plain(c, month, day(a));
        }
        if let Some(month) = month(a) {
            return plain(c, month, day(b));
        }
        if a.len() == 4 {
            return plain(a, number(b)?, number(c));
        }
        let (year, a, b) = (year(c)?, number(a)?, number(b)?);
        let day_first = NaiveDate::from_ymd_opt(year, b, a);
        let month_first = NaiveDate::from_ymd_opt(year, a, b);
        match (day_first, month_first) {
            (Some(date), Some(same)) if date == same => Some(Self::Plain(date)),
            (Some(one), Some(other)) => Some(Self::Either(one, other)),
            (Some(date), None) => Some(Self::Shows(Order::DayFirst, date)),
            (None, Some(date)) => Some(Self::Shows(Order::MonthFirst, date)),
            (None, None) => None,
        }
    }

    /// The date in a column of this order; an unclear cell of a column that shows no order is
    /// an error.
    pub(super) fn in_order(self, order: Option<Order>, cell: &str) -> Result<NaiveDate, String> {
        match (self, order) {
            (Self::Plain(date) | Self::Shows(_, date), _)
            | (Self::Either(date, _), Some(Order::DayFirst))
            | (Self::Either(_, date), Some(Order::MonthFirst)) => Ok(date),
            (Self::Either(one, other), None) => Err(format!(
                "{} may be {} or {}, and the column does not show which; write {one} or {other}",
                quoted(cell.trim()),
                one.format("%-d %b %Y"),
                other.format("%-d %b %Y"),
            )),
        }
    }
}

/// The order that the cells of a column show; `None` where they show none, or both.
pub(super) fn order(cells: impl IntoIterator<Item = Day>) -> Option<Order> {
    let mut shown = cells.into_iter().filter_map(|cell| match cell {
        Day::Shows(order, _) => Some(order),
        Day::Plain(_) | Day::Either(..) => None,
    });
    let first = shown.next()?;
    shown.all(|order| order == first).then_some(first)
}

/// Cuts off a midnight, as in `2026-01-27T00:00:00` and `27/01/2026 12:00 AM`.
fn without_midnight(text: &str) -> &str {
    let Some(at) = text.find(':').and_then(|colon| text.get(..colon)?.rfind(['T', 't', ' ']))
    else {
        return text;
    };
    let (date, time) = text.split_at(at);
    let time = time.get(1..).unwrap_or_default().to_ascii_lowercase();
    let midnight = ["00:00", "0:00", "00:00:00", "0:00:00", "12:00 am", "12:00:00 am"];
    if midnight.contains(&time.as_str()) { date } else { text }
}

fn month(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let text = if text == "sept" { "sep" } else { &text };
    let at = MONTHS.iter().position(|name| text.len() >= 3 && name.starts_with(text))?;
    u32::try_from(at + 1).ok()
}

/// A day beside the name of a month: `27` or `27th`.
fn day(text: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end));
    number(bare.unwrap_or(text))
}

/// One or two digits.
fn number(text: &str) -> Option<u32> {
    let fits = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Four digits, or the last two of this century.
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
        text.parse().unwrap()
    }

    #[test]
    fn forms_that_mean_one_day_are_read() {
        for text in [
            "2026-01-27",
            "2026/1/27",
            "2026.01.27",
            "20260127",
            "27-Jan-26",
            "27 January 2026",
            "27th Jan 2026",
            "Jan 27, 2026",
            "2026-01-27T00:00:00",
            "2026-01-27 00:00",
            " 27-Jan-2026 12:00:00 AM ",
        ] {
            assert_eq!(Day::read(text), Ok(Day::Plain(date("2026-01-27"))), "{text}");
        }
        assert_eq!(Day::read("05/05/2026"), Ok(Day::Plain(date("2026-05-05"))));
        assert_eq!(Day::read("1-Sept-26"), Ok(Day::Plain(date("2026-09-01"))));
    }

    #[test]
    fn a_day_beyond_12_shows_the_order() {
        let day_first = Day::Shows(Order::DayFirst, date("2026-01-27"));
        let month_first = Day::Shows(Order::MonthFirst, date("2026-01-27"));
        assert_eq!(Day::read("27.01.2026"), Ok(day_first));
        assert_eq!(Day::read("1/27/26"), Ok(month_first));
        let either = Day::Either(date("2026-01-05"), date("2026-05-01"));
        assert_eq!(Day::read("05/01/2026"), Ok(either));
        assert_eq!(order([either, day_first]), Some(Order::DayFirst));
        assert_eq!(order([month_first, either]), Some(Order::MonthFirst));
        assert_eq!(order([either]), None);
        assert_eq!(order([day_first, month_first]), None);
    }

    #[test]
    fn an_unclear_date_is_read_by_the_columns_order_alone() {
        let cell = Day::read("05/01/2026").unwrap();
        let in_order = |order| cell.in_order(order, "05/01/2026");
        assert_eq!(in_order(Some(Order::DayFirst)), Ok(date("2026-01-05")));
        assert_eq!(in_order(Some(Order::MonthFirst)), Ok(date("2026-05-01")));
        assert_eq!(
            in_order(None).unwrap_err(),
            "\"05/01/2026\" may be 5 Jan 2026 or 1 May 2026, and the column does not show which; \
             write 2026-01-05 or 2026-05-01"
        );
    }

    #[test]
    fn what_is_no_date_is_refused_by_what_it_is() {
        for (text, why) in [
            ("", "there is no date"),
            ("######", "too narrow"),
            ("46049", "a spreadsheet's number"),
            ("soon", "\"soon\" is not a date; one such as 2027-10-29 is expected"),
            ("30/02/2026", "is not a date"),
            ("29-Feb-2026", "is not a date"),
            ("2026-13-01", "is not a date"),
            ("27/01", "is not a date"),
            ("27/01/0026", "is not a date"),
            ("2026-01-26T18:30:00Z", "is not a date"),
            ("2026-01-26 18:30", "is not a date"),
            ("٢٠٢٦-٠١-٢٦", "is not a date"),
        ] {
            let told = Day::read(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
    }
}

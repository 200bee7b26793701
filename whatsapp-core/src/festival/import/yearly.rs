//! Yearly repetitions (RFC 5545, 3.3.10): on one day, or on one weekday of a month.

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::text::quoted;

/// A repetition from a first date on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Yearly {
    first: NaiveDate,
    day: Day,
    /// Number of years from one date to the next.
    interval: i32,
    /// Number of dates, with those that are left out.
    count: Option<u32>,
    until: Option<NaiveDate>,
}

/// The day of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    Of {
        month: u32,
        day: u32,
    },
    /// The first weekday of a month is 1, the last is -1.
    Weekday {
        month: u32,
        weekday: Weekday,
        nth: i8,
    },
}

impl Yearly {
    /// Reads a rule.
    pub(super) fn read(rule: &str, first: NaiveDate) -> Result<Self, String> {
        Self::parse(rule, first).ok_or_else(|| {
            format!(
                "the repetition {} is not read, only one that is every year on the day of DTSTART or \
                 on a weekday such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH; give its dates as events of \
                 their own",
                quoted(rule)
            )
        })
    }

    fn parse(rule: &str, first: NaiveDate) -> Option<Self> {
        let (mut interval, mut count, mut until) = (1, None, None);
        let (mut yearly, mut month, mut day, mut weekday, mut nth) =
            (false, None, None, None, None);
        for part in rule.split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=')?;
            let value = value.trim().to_ascii_uppercase();
            match key.trim().to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value == "YEARLY",
                "INTERVAL" => interval = value.parse().ok().filter(|years| *years > 0)?,
                "COUNT" => count = Some(value.parse().ok().filter(|count| *count > 0)?),
                "UNTIL" => until = Some(date(value.get(..8)?)?),
                "BYMONTH" => month = Some(value.parse().ok()?),
                "BYMONTHDAY" => day = Some(value.parse().ok()?),
                "BYDAY" => weekday = Some(value),
                "BYSETPOS" => nth = Some(value.parse::<i8>().ok()?),
                "WKST" => {}
                _ => return None,
            }
        }
        let day = match (weekday, day) {
            (Some(weekday), None) => {
                let (number, letters) = weekday.split_at_checked(weekday.len().checked_sub(2)?)?;
                let nth = match nth {
                    Some(nth) if number.is_empty() => nth,
                    Some(_) => return None,
                    None => number.parse().ok()?,
                };
                Day::Weekday { month: month?, weekday: self::weekday(letters)?, nth }
            }
            (None, day) if nth.is_none() && (day.is_none() || month.is_some()) => {
                Day::Of { month: month.unwrap_or(first.month()), day: day.unwrap_or(first.day()) }
            }
            _ => return None,
        };
        let fits = yearly && day.of(first.year()) == Some(first);
        fits.then_some(Self { first, day, interval, count, until })
    }

    /// The dates between two dates.
    pub(super) fn dates(self, between: &RangeInclusive<NaiveDate>) -> Vec<NaiveDate> {
        let years = std::iter::successors(Some(self.first.year()), |year| {
            year.checked_add(self.interval).filter(|year| *year <= between.end().year())
        });
        let all = years.filter_map(|year| self.day.of(year));
        all.take(
            self.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX)),
        )
        .take_while(|date| self.until.is_none_or(|until| *date <= until))
        .filter(|date| between.contains(date))
        .collect()
    }
}

impl Day {
    /// The date in a year; `None` where the year has none, such as 29 February.
    fn of(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Of { month, day } => NaiveDate::from_ymd_opt(year, month, day),
            Self::Weekday { month, weekday, nth: nth @ 1.. } => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth.unsigned_abs())
            }
            Self::Weekday { month, weekday, nth } => {
                let from_end = nth.unsigned_abs();
                let of = |n: u8| NaiveDate::from_weekday_of_month_opt(year, month, weekday, n);
                let last = if of(5).is_some() { 5 } else { 4 };
                (from_end > 0).then(|| of((last + 1_u8).checked_sub(from_end)?)).flatten()
            }
        }
    }
}

/// A date as calendars write it.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let fits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| NaiveDate::parse_from_str(text, "%Y%m%d").ok()).flatten()
}

fn weekday(letters: &str) -> Option<Weekday> {
    Some(match letters {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(rule: &str, first: &str, from: &str, until: &str) -> String {
        let between = from.parse().unwrap()..=until.parse().unwrap();
        let yearly = Yearly::read(rule, first.parse().unwrap()).unwrap();
        let dates = yearly.dates(&between);
        dates.iter().map(NaiveDate::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_day_of_every_year_is_on_its_dates() {
        let christmas = |rule: &str| dates(rule, "2020-12-25", "2026-01-01", "2029-12-31");
        let all = "2026-12-25 2027-12-25 2028-12-25 2029-12-25";
        for rule in [
            "FREQ=YEARLY",
            "freq=yearly;interval=1;wkst=SU",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25",
            "FREQ=YEARLY;BYMONTH=12",
        ] {
            assert_eq!(christmas(rule), all, "{rule}");
        }
        assert_eq!(christmas("FREQ=YEARLY;INTERVAL=4"), "2028-12-25");
        assert_eq!(christmas("FREQ=YEARLY;COUNT=8"), "2026-12-25 2027-12-25");
        assert_eq!(christmas("FREQ=YEARLY;COUNT=6"), "");
        assert_eq!(christmas("FREQ=YEARLY;UNTIL=20271225T000000Z"), "2026-12-25 2027-12-25");
        assert_eq!(christmas("FREQ=YEARLY;UNTIL=20271224"), "2026-12-25");
    }

    #[test]
    fn a_29_february_is_only_where_there_is_one() {
        let leap = dates("FREQ=YEARLY", "2024-02-29", "2024-01-01", "2033-12-31");
        assert_eq!(leap, "2024-02-29 2028-02-29 2032-02-29");
        let two = dates("FREQ=YEARLY;COUNT=2", "2024-02-29", "2024-01-01", "2033-12-31");
        assert_eq!(two, "2024-02-29 2028-02-29");
    }

    #[test]
    fn a_weekday_of_a_month_is_on_its_dates() {
        let thanksgiving = |rule: &str| dates(rule, "2020-11-26", "2026-01-01", "2028-12-31");
        let all = "2026-11-26 2027-11-25 2028-11-23";
        assert_eq!(thanksgiving("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"), all);
        assert_eq!(thanksgiving("FREQ=YEARLY;BYMONTH=11;BYDAY=+4TH"), all);
        assert_eq!(thanksgiving("FREQ=YEARLY;BYDAY=TH;BYSETPOS=4;BYMONTH=11"), all);
        let last =
            dates("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "2026-05-25", "2026-01-01", "2028-12-31");
        assert_eq!(last, "2026-05-25 2027-05-31 2028-05-29");
    }

    #[test]
    fn other_repetitions_are_refused_with_what_is_read() {
        for rule in [
            "",
            "FREQ=MONTHLY",
            "FREQ=DAILY;COUNT=3",
            "INTERVAL=1",
            "FREQ=YEARLY;INTERVAL=0",
            "FREQ=YEARLY;COUNT=0",
            "FREQ=YEARLY;COUNT=x",
            "FREQ=YEARLY;UNTIL=soon",
            "FREQ=YEARLY;UNTIL=२०२७",
            "FREQ=YEARLY;BYMONTHDAY=25",
            "FREQ=YEARLY;BYMONTH=12,1",
            "FREQ=YEARLY;BYMONTH=11",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-7",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=FR",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=0FR",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=-128FR",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=4XX",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=é",
            "FREQ=YEARLY;BYDAY=4FR",
            "FREQ=YEARLY;BYMONTH=12;BYDAY=4FR;BYSETPOS=4",
            "FREQ=YEARLY;BYSETPOS=1",
            "FREQ=YEARLY;BYWEEKNO=20",
            "FREQ=YEARLY;BYEASTER=0",
            "FREQ",
        ] {
            let told = Yearly::read(rule, "2020-12-25".parse().unwrap()).unwrap_err();
            assert!(told.starts_with("the repetition"), "{rule}");
            assert!(told.contains("events of their own"), "{told}");
        }
    }
}

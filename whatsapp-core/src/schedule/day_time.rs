//! A time of a day, to the minute.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// A time of a day by a clock on the wall, to the minute: from `00:00` to `24:00`, the day's end.
///
/// ```
/// use whatsapp_core::schedule::DayTime;
///
/// let nine: DayTime = "9:00".parse()?;
/// assert_eq!(nine.to_string(), "09:00");
/// assert!(nine < DayTime::END);
/// assert!("9 pm".parse::<DayTime>().is_err());
/// # Ok::<(), whatsapp_core::schedule::InvalidDayTime>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayTime(u16);

/// A text that is not a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time from 00:00 to 24:00 is expected, such as 09:00")]
pub struct InvalidDayTime;

impl DayTime {
    /// `00:00`, the beginning of a day.
    pub const START: Self = Self(0);
    /// `10:00`.
    pub const TEN: Self = Self(10 * 60);
    /// `23:59`.
    pub const LAST_MINUTE: Self = Self(MINUTES_OF_A_DAY - 1);
    /// `24:00`, the end of a day.
    pub const END: Self = Self(MINUTES_OF_A_DAY);

    /// Creates the time at this hour and minute.
    ///
    /// # Errors
    /// [`InvalidDayTime`] for a minute after the 59th, and a time after `24:00`.
    pub const fn new(hour: u16, minute: u16) -> Result<Self, InvalidDayTime> {
        if hour < 24 && minute < 60 {
            Ok(Self(hour * 60 + minute))
        } else if hour == 24 && minute == 0 {
            Ok(Self::END)
        } else {
            Err(InvalidDayTime)
        }
    }

    /// Returns the time that a clock on the wall shows; `None` for the day's end, which is the next
    /// day's start.
    pub(crate) fn clock(self) -> Option<NaiveTime> {
        NaiveTime::from_hms_opt(u32::from(self.0 / 60), u32::from(self.0 % 60), 0)
    }

    /// Returns this time on a date. For the day's end, this is the next date's start.
    pub(super) fn on(self, date: NaiveDate) -> NaiveDateTime {
        let start = date.and_time(NaiveTime::MIN);
        start.checked_add_signed(TimeDelta::minutes(self.0.into())).unwrap_or(NaiveDateTime::MAX)
    }
}

impl FromStr for DayTime {
    type Err = InvalidDayTime;

    fn from_str(text: &str) -> Result<Self, InvalidDayTime> {
        let digits = |part: &str, least: usize| {
            let fits =
                (least..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| part.parse().ok()).flatten().ok_or(InvalidDayTime)
        };
        let (hour, minute) = text.split_once(':').ok_or(InvalidDayTime)?;
        Self::new(digits(hour, 1)?, digits(minute, 2)?)
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_minute_and_the_days_end_is_read_as_it_is_written() {
        for minutes in 0..=MINUTES_OF_A_DAY {
            let time = DayTime(minutes);
            assert_eq!(time.to_string().parse(), Ok(time));
            assert_eq!(DayTime::new(minutes / 60, minutes % 60), Ok(time));
        }
        assert_eq!("7:05".parse(), DayTime::new(7, 5));
    }

    #[test]
    fn what_is_no_time_of_a_day_is_refused() {
        for text in [
            "", ":", "9", "9:5", "24:01", "25:00", "09:60", "+9:00", "-1:00", "9:00 ", "٩:٠٠",
            "009:00",
        ] {
            assert_eq!(text.parse::<DayTime>(), Err(InvalidDayTime), "{text}");
        }
        assert_eq!(DayTime::new(24, 1), Err(InvalidDayTime));
        assert_eq!(DayTime::new(0, 60), Err(InvalidDayTime));
    }

    #[test]
    fn the_days_end_is_the_next_days_start() {
        let date: NaiveDate = "2026-02-28".parse().unwrap();
        let next: NaiveDate = "2026-03-01".parse().unwrap();
        assert_eq!(DayTime::END.on(date), DayTime::START.on(next));
        assert_eq!(DayTime::END.on(NaiveDate::MAX), NaiveDateTime::MAX);
    }
}

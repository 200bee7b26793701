//! A rule for events that happen once on every local date.

use std::iter;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::time::Zone;

#[cfg(test)]
mod tests;

/// The most dates in a row that the clocks of a place may skip. The calendars of some islands lost
/// a day when they changed sides of the date line.
const DATES_LEFT_OUT: usize = 2;

/// A rule for every day: once on each local date, at the first instant at which the clocks show the
/// time or a later one.
///
/// - Where the clocks are set forward over the time, it is the moment of the change.
/// - Where they are set back and show the time twice, it is the first of the two.
/// - A date that does not exist, or ends before the time, has no instant.
///
/// ```
/// use chrono::{NaiveDate, NaiveTime};
/// use whatsapp_core::schedule::DailyAt;
///
/// let half_past_two: NaiveTime = "02:30:00".parse()?;
/// let daily = DailyAt::new(half_past_two, "America/New_York".parse()?);
///
/// // On this Sunday 02:00 is 03:00 already.
/// let spring: NaiveDate = "2026-03-08".parse()?;
/// assert_eq!(daily.on(spring), Some("2026-03-08T07:00:00Z".parse()?));
///
/// let (next, at) = daily.next_after("2026-03-08T07:00:00Z".parse()?).unwrap();
/// assert_eq!((next.to_string(), at), ("2026-03-09".to_owned(), "2026-03-09T06:30:00Z".parse()?));
/// assert_eq!(daily.latest("2026-03-09T06:29:59Z".parse()?), Some(spring));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyAt {
    time: NaiveTime,
    zone: Zone,
}

impl DailyAt {
    /// Creates the rule for this time by the clocks of this zone.
    #[must_use]
    pub const fn new(time: NaiveTime, zone: Zone) -> Self {
        Self { time, zone }
    }

    /// Returns the instant of a date; `None` where the clocks skip the date, or the part of it from
    /// the time on.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        self.zone.first_at(date, self.time)
    }

    /// Returns the first date whose instant is after `at`, with that instant.
    #[must_use]
    pub fn next_after(&self, at: DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)> {
        // Today, tomorrow, and the dates that follow dates without an instant.
        let dates = self.zone.date(at).iter_days().take(2 + DATES_LEFT_OUT);
        dates.filter_map(|date| Some((date, self.on(date)?))).find(|(_, instant)| *instant > at)
    }

    /// Returns the latest date whose turn has come by `now`. A date that ends before its time has
    /// its turn at its end; a date that does not exist has no turn.
    #[must_use]
    pub fn latest(&self, now: DateTime<Utc>) -> Option<NaiveDate> {
        let today = self.zone.date(now);
        // Clocks that are set back over midnight show a date again after the next date has begun.
        let first = today.succ_opt().unwrap_or(today);
        let mut dates = iter::successors(Some(first), NaiveDate::pred_opt).take(3 + DATES_LEFT_OUT);
        dates.find(|date| match self.on(*date) {
            Some(at) => at <= now,
            None => *date < today && self.exists(*date),
        })
    }

    fn exists(&self, date: NaiveDate) -> bool {
        self.zone.first_at(date, NaiveTime::MIN).is_some()
    }
}

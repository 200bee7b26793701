//! The hours in which customers may be written to.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc, WeekdaySet};

use super::day_time::DayTime;
use crate::time::Zone;

#[cfg(test)]
mod tests;

/// The search for an opening looks this far ahead. A window that does not open by then never opens.
const HORIZON: TimeDelta = TimeDelta::days(400);

/// Hours of the week and closed dates, as they were written down. Only a [`SendWindow`] is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendHours {
    /// The days of the week on which the hours begin.
    pub days: WeekdaySet,
    /// The first minute. If it is after `until`, the hours cross midnight and end on the next day.
    pub from: DayTime,
    /// The first minute after the hours.
    pub until: DayTime,
    /// Dates that are closed altogether.
    pub closed: BTreeSet<NaiveDate>,
}

impl SendHours {
    /// Every minute of every day.
    pub const ALWAYS: Self = Self {
        days: WeekdaySet::ALL,
        from: DayTime::START,
        until: DayTime::END,
        closed: BTreeSet::new(),
    };

    /// These hours on these days of the week, and no date that is closed altogether.
    #[must_use]
    pub const fn new(days: WeekdaySet, from: DayTime, until: DayTime) -> Self {
        Self { days, from, until, closed: BTreeSet::new() }
    }

    /// The same hours without these dates.
    #[must_use]
    pub fn with_closed(mut self, dates: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.closed.extend(dates);
        self
    }
}

/// The reason why hours are not a valid window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidWindow {
    /// No day of the week is given.
    #[error("the hours have no day of the week; at least one is expected")]
    NoDay,
    /// The hours begin and end at the same time.
    #[error("the hours end when they begin; for the whole day use 00:00 to 24:00")]
    NoTime,
    /// The hours begin at the day's end.
    #[error("the hours cannot begin at 24:00; use 00:00 of the next day")]
    BeginAtTheEnd,
}

/// The hours in which customers may be written to, by the clocks of the business.
///
/// A window is half-open: with 09:00 to 20:00 it is closed at 20:00:00. Hours that cross midnight
/// belong to the day on which they begin. A closed date closes two spans: the date, with the rest
/// of the night before, and the hours that would begin on it, with their rest on the next day.
///
/// ```
/// use chrono::WeekdaySet;
/// use whatsapp_core::schedule::{SendHours, SendWindow};
///
/// let hours = SendHours::new(WeekdaySet::ALL, "9:00".parse()?, "20:00".parse()?);
/// let window = SendWindow::new(hours, "Asia/Kolkata".parse()?)?;
/// // Half past eight in the evening.
/// let evening = "2026-11-28T15:00:00Z".parse()?;
/// assert!(!window.is_open(evening));
/// assert_eq!(window.next_opening(evening), Some("2026-11-29T03:30:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendWindow {
    hours: SendHours,
    zone: Zone,
}

impl SendWindow {
    /// Creates the window with these hours by the clocks of this zone.
    ///
    /// # Errors
    /// [`InvalidWindow`] where the hours have no day, have no time between their ends, or begin at
    /// the day's end.
    pub fn new(hours: SendHours, zone: Zone) -> Result<Self, InvalidWindow> {
        if hours.days.is_empty() {
            Err(InvalidWindow::NoDay)
        } else if hours.from == DayTime::END {
            Err(InvalidWindow::BeginAtTheEnd)
        } else if hours.from == hours.until {
            Err(InvalidWindow::NoTime)
        } else {
            Ok(Self { hours, zone })
        }
    }

    /// Creates the window that is open at every instant.
    #[must_use]
    pub const fn always(zone: Zone) -> Self {
        Self { hours: SendHours::ALWAYS, zone }
    }

    /// Returns the same hours on every day, also on closed days: for messages about a day that most
    /// people keep.
    #[must_use]
    pub fn on_every_day(&self) -> Self {
        let SendHours { from, until, .. } = self.hours;
        Self { hours: SendHours { from, until, ..SendHours::ALWAYS }, zone: self.zone.clone() }
    }

    /// Returns the hours.
    #[must_use]
    pub const fn hours(&self) -> &SendHours {
        &self.hours
    }

    /// Returns the zone whose clocks decide.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns whether the window is open at an instant.
    #[must_use]
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let clock = self.zone.clock(at);
        self.open_on(clock.date()).iter().any(|hours| hours.contains(&clock))
    }

    /// Returns whether the hours begin on a date, so that the business is open on it.
    #[must_use]
    pub fn begins_on(&self, date: NaiveDate) -> bool {
        self.begin_on(date)
    }

    /// Returns the first later date on which the hours begin; `None` where there is none within 400
    /// days.
    #[must_use]
    pub fn next_open_date(&self, date: NaiveDate) -> Option<NaiveDate> {
        let days = usize::try_from(HORIZON.num_days()).unwrap_or(usize::MAX);
        date.iter_days().skip(1).take(days).find(|date| self.begin_on(*date))
    }

    /// Returns the first instant from `at` on at which the window is open: `at` itself if it is
    /// open then. `None` where it does not open within 400 days.
    #[must_use]
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let horizon = at.checked_add_signed(HORIZON)?;
        self.zone.stretches(at, horizon).find_map(|(clock, offset)| {
            let dates = clock.start.date().iter_days().take_while(|date| *date <= clock.end.date());
            let open = dates.flat_map(|date| self.open_on(date));
            let mut open = open.map(|hours| hours.start.max(clock.start)..hours.end.min(clock.end));
            let opening = open.find(|hours| !hours.is_empty())?;
            opening.start.checked_sub_offset(offset).map(|utc| utc.and_utc())
        })
    }

    /// Returns the open hours of a date, by the clock on the wall: the rest of the night before,
    /// and the date's own hours, until they or the date end.
    fn open_on(&self, date: NaiveDate) -> [Range<NaiveDateTime>; 2] {
        let SendHours { from, until, closed, .. } = &self.hours;
        let between = |begins: bool, from: DayTime, until: DayTime| {
            let from = from.on(date);
            from..if begins { until.on(date) } else { from }
        };
        let own = self.begin_on(date);
        if from < until {
            return [between(false, *from, *until), between(own, *from, *until)];
        }
        let before = date.pred_opt().is_some_and(|before| self.begin_on(before));
        let rest = before && !closed.contains(&date);
        [between(rest, DayTime::START, *until), between(own, *from, DayTime::END)]
    }

    /// Returns whether the hours begin on a date.
    fn begin_on(&self, date: NaiveDate) -> bool {
        let SendHours { days, closed, .. } = &self.hours;
        days.contains(date.weekday()) && !closed.contains(&date)
    }
}

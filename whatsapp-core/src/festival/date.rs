//! The table of dates, and the questions to it.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate, TimeDelta};

use super::name::Festival;
use super::place::Place;

/// The table; `cargo xtask festivals` makes it.
const TABLE: &str = include_str!("india.csv");

/// The years whose dates are known.
pub const KNOWN_YEARS: RangeInclusive<i32> = 2026..=2035;

/// Rows of a festival closer together than this are of one time: states that keep another day.
const ONE_TIME: TimeDelta = TimeDelta::days(15);

/// A festival comes again after at least this number of days: a lunar year has 354.
const LEAST_BETWEEN: TimeDelta = TimeDelta::days(350);

static DATES: LazyLock<Vec<FestivalDate>> =
    LazyLock::new(|| rows(TABLE).filter_map(FestivalDate::read).collect());

/// A date of a festival, and the places where it is kept on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FestivalDate {
    /// The festival.
    pub festival: Festival,
    /// The local date.
    pub date: NaiveDate,
    /// True if the date depends on when the moon is seen, and may be a day earlier or later.
    ///
    /// [`Estimate`](super::Estimate) says what such a date needs.
    pub estimated: bool,
    /// A bit for each state; all bits for all of India.
    states: u64,
}

/// Error for a festival's date in a year without data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the date of {} in {year} is not known: those of {} to {} are; look it up, or import it from a \
     CSV or iCalendar file", .festival.label(), KNOWN_YEARS.start(), KNOWN_YEARS.end()
)]
#[non_exhaustive]
pub struct UnknownDate {
    /// The festival.
    pub festival: Festival,
    /// The year that was asked for.
    pub year: i32,
}

/// The festivals between two dates.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestions {
    /// The festivals by their dates.
    pub dates: Vec<FestivalDate>,
    /// The years that were asked for and whose dates are unknown.
    pub unknown: Vec<RangeInclusive<i32>>,
}

/// Lists the festivals that are kept in a place between two dates. For a state these are its own
/// days, for all of India every festival on the day that most keep.
///
/// ```
/// use whatsapp_core::festival::{Place, suggestions};
///
/// let (first, last) = ("2026-10-01".parse()?, "2026-10-31".parse()?);
/// let dussehra = |place: Place| suggestions(place, first..=last).dates[1].date.to_string();
/// assert_eq!(dussehra("IN-MH".parse()?), "2026-10-20");
/// assert_eq!(dussehra("IN-WB".parse()?), "2026-10-21");
///
/// let far = suggestions(Place::INDIA, "2035-12-01".parse()?..="2036-12-31".parse()?);
/// assert_eq!(far.unknown, [2036..=2036]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn suggestions(place: Place, between: RangeInclusive<NaiveDate>) -> Suggestions {
    let all = Festival::ALL.iter().flat_map(|festival| festival.times(place));
    let mut dates: Vec<FestivalDate> =
        all.filter(|it| between.contains(&it.date) && it.is_kept_in(place)).collect();
    dates.sort_by_key(|it| it.date);
    let (first, last) = (between.start().year(), between.end().year());
    let before = first..=last.min(KNOWN_YEARS.start() - 1);
    let after = first.max(KNOWN_YEARS.end() + 1)..=last;
    let mut unknown = vec![before, after];
    unknown.retain(|years| !years.is_empty() && !between.is_empty());
    Suggestions { dates, unknown }
}

impl FestivalDate {
    /// Returns true if the festival is kept on this date in a place; for India, if it is kept in
    /// any state.
    #[must_use]
    pub const fn is_kept_in(&self, place: Place) -> bool {
        match place.state() {
            Some(state) => self.states & (1 << state) != 0,
            None => true,
        }
    }

    /// The states in which the festival is kept on this date; `None` for all states without another
    /// day of their own.
    #[must_use]
    pub fn states(&self) -> Option<Vec<Place>> {
        let kept = || Place::states().filter(|state| self.is_kept_in(*state));
        (self.states != u64::MAX).then(|| kept().collect())
    }

    /// Reads a row; `None` for a line that is no row, of which a test finds no case.
    fn read(row: &str) -> Option<Self> {
        let mut cells = row.split(',');
        let mut next = || cells.next();
        let (date, festival, estimated, places) = (next()?, next()?, next()?, next()?);
        let states = match places {
            "all" => u64::MAX,
            some => some.split(' ').try_fold(0, |states, letters| {
                Some(states | 1 << Place::with_letters(letters)?.state()?)
            })?,
        };
        let estimated = match estimated {
            "yes" => true,
            "no" => false,
            _ => return None,
        };
        Some(Self { festival: festival.parse().ok()?, date: date.parse().ok()?, estimated, states })
    }

    /// Score of a row's fit to a place, compared with others of the same time.
    const fn fits(&self, place: Place) -> u32 {
        let all = self.states == u64::MAX;
        match place.state() {
            Some(_) if !all && self.is_kept_in(place) => u64::BITS + 2,
            _ if all => u64::BITS + 1,
            _ => self.states.count_ones(),
        }
    }
}

impl Festival {
    /// The dates of the festival in a year, for a place that may have its own. Most festivals are
    /// once a year; the Islamic ones are twice in some years.
    ///
    /// A place that does not keep the festival gets the day on which others do.
    ///
    /// # Errors
    /// [`UnknownDate`] outside [`KNOWN_YEARS`], unless the festival is on the same day of every
    /// year.
    ///
    /// ```
    /// use whatsapp_core::festival::{Festival, Place};
    ///
    /// let eid = Festival::EidAlFitr.dates_in(2033, Place::INDIA)?;
    /// let eid: Vec<_> = eid.iter().map(|it| it.date.to_string()).collect();
    /// assert_eq!(eid, ["2033-01-03", "2033-12-24"]);
    ///
    /// assert!(Festival::Diwali.dates_in(2036, Place::INDIA).is_err());
    /// assert!(Festival::Christmas.dates_in(2036, Place::INDIA).is_ok());
    /// # Ok::<(), whatsapp_core::festival::UnknownDate>(())
    /// ```
    pub fn dates_in(self, year: i32, place: Place) -> Result<Vec<FestivalDate>, UnknownDate> {
        if KNOWN_YEARS.contains(&year) {
            return Ok(self.times(place).into_iter().filter(|it| it.date.year() == year).collect());
        }
        let date = self.fixed(place).and_then(|it| Some((it, it.date.with_year(year)?)));
        let (known, date) = date.ok_or(UnknownDate { festival: self, year })?;
        Ok(vec![FestivalDate { date, ..known }])
    }

    /// The next date of the festival after a date, for a place that may have its own.
    ///
    /// # Errors
    /// [`UnknownDate`] where it lies outside [`KNOWN_YEARS`] or may do so, unless the festival is
    /// on the same day of every year.
    ///
    /// ```
    /// use whatsapp_core::festival::{Festival, Place};
    ///
    /// let next = Festival::Diwali.next_after("2026-11-08".parse()?, Place::INDIA)?;
    /// assert_eq!(next.date.to_string(), "2027-10-29");
    ///
    /// let error = Festival::Diwali.next_after("2035-12-01".parse()?, Place::INDIA).unwrap_err();
    /// assert!(error.to_string().starts_with("the date of Diwali in 2036 is not known"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_after(self, date: NaiveDate, place: Place) -> Result<FestivalDate, UnknownDate> {
        let times = self.times(place);
        if let Some(fixed) = self.fixed(place) {
            let of = |year: i32| Some(FestivalDate { date: fixed.date.with_year(year)?, ..fixed });
            let years = [date.year(), date.year().saturating_add(1)];
            let next = years.into_iter().filter_map(of).find(|it| it.date > date);
            return next.ok_or(UnknownDate { festival: self, year: date.year() });
        }
        let passed = times.partition_point(|it| it.date <= date);
        match times.get(passed) {
            // The date before the table's first may be later than the given date as well.
            Some(first) if passed == 0 && first.date - date > LEAST_BETWEEN => {
                Err(UnknownDate { festival: self, year: date.year() })
            }
            Some(next) => Ok(*next),
            None => Err(UnknownDate {
                festival: self,
                year: date.year().max(KNOWN_YEARS.end().saturating_add(1)),
            }),
        }
    }

    /// The festival's dates in the table, one for each time that it comes.
    pub(super) fn times(self, place: Place) -> Vec<FestivalDate> {
        let mut times: Vec<FestivalDate> = Vec::new();
        for row in DATES.iter().filter(|row| row.festival == self) {
            match times.last_mut() {
                Some(last) if row.date - last.date < ONE_TIME => {
                    if row.fits(place) > last.fits(place) {
                        *last = *row;
                    }
                }
                _ => times.push(*row),
            }
        }
        times
    }

    /// A date of the festival, if it is on the same day of every year.
    fn fixed(self, place: Place) -> Option<FestivalDate> {
        let times = self.times(place);
        let first = *times.first()?;
        let day = |date: NaiveDate| (date.month(), date.day());
        times.iter().all(|it| day(it.date) == day(first.date)).then_some(first)
    }
}

/// The rows of the table, without its head.
pub(super) fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#')).skip(1)
}

#[cfg(test)]
mod tests;

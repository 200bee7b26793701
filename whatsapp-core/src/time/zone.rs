//! The business's time zone.

use std::fmt;
use std::iter;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, Utc,
};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::rules::{ZoneRules, is_place};

mod invalid;
mod meant;
#[cfg(test)]
mod tests;

pub use invalid::InvalidZone;

/// The time zone of a business: the name of a place whose clocks it keeps, such as `Asia/Kolkata`,
/// or `UTC`.
///
/// Names are those of the IANA database, in any case. A name that was given up stands for the one
/// that replaced it: `Asia/Calcutta` is `Asia/Kolkata`. Two zones are equal if their names are.
/// Texts that say less than a place are refused, with suggestions:
///
/// - abbreviations such as `IST` or `EST`, which several zones share or which never have
///   summer time;
/// - distances such as `+05:30`, `GMT+5:30` or `Etc/GMT-5`, which have no summer time.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use whatsapp_core::time::Zone;
///
/// let vancouver: Zone = "America/Vancouver".parse()?;
/// let at: DateTime<Utc> = "2026-11-28T17:30:00Z".parse()?;
/// assert_eq!(vancouver.local(at).to_string(), "2026-11-28 10:30:00 -07:00");
///
/// let error = "IST".parse::<Zone>().unwrap_err();
/// assert_eq!(error.meant(), ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

impl Zone {
    fn new(name: &str, rules: TimeZone) -> Self {
        Self { name: name.into(), rules }
    }

    /// The name, such as `Asia/Kolkata`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The local date and time of an instant, with the distance from UTC.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset(at))
    }

    /// The local date of an instant.
    ///
    /// ```
    /// use whatsapp_core::time::Zone;
    ///
    /// let evening = "2026-11-28T18:30:00Z".parse()?;
    /// assert_eq!("Asia/Kolkata".parse::<Zone>()?.date(evening).to_string(), "2026-11-29");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.clock(at).date()
    }

    /// The local date and time of an instant, as a clock on the wall shows it.
    pub(crate) fn clock(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let utc = at.naive_utc();
        utc.checked_add_offset(self.offset(at)).unwrap_or(utc)
    }

    /// Returns the stretches of local time between two instants, each with its distance from UTC.
    /// In such a stretch the clocks only go forward.
    pub(crate) fn stretches(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> impl Iterator<Item = (Range<NaiveDateTime>, FixedOffset)> {
        let known = Timestamp::from_second(from.timestamp()).into_iter();
        let mut changes = known.flat_map(|from| self.rules.following(from)).filter_map(|change| {
            let at = DateTime::from_timestamp(change.timestamp().as_second(), 0)?;
            Some((at, FixedOffset::east_opt(change.offset().seconds())?))
        });
        let mut next = Some((from, self.offset(from)));
        iter::from_fn(move || {
            let (since, offset) = next.filter(|(since, _)| *since < until)?;
            next = changes.next();
            let end = next.map_or(until, |(change, _)| until.min(change));
            let clock = |at: DateTime<Utc>| at.naive_utc().checked_add_offset(offset);
            Some((clock(since)?..clock(end)?, offset))
        })
    }

    /// The first instant at which the local date is `date` and the local time is `time` or later; a
    /// fraction of a microsecond is cut off.
    ///
    /// If the clocks are set forward over the time, it is the moment at which they are set. If they
    /// are set back and show the time twice, it is the first of the two. `None` where the date ends
    /// before the time, because the clocks are set forward over its rest or all of it.
    ///
    /// ```
    /// use chrono::{NaiveDate, NaiveTime};
    /// use whatsapp_core::time::Zone;
    ///
    /// let new_york: Zone = "America/New_York".parse()?;
    /// let (half_past_one, half_past_two): (NaiveTime, NaiveTime) =
    ///     ("01:30:00".parse()?, "02:30:00".parse()?);
    /// // On this Sunday 02:00 is 03:00 already.
    /// let spring: NaiveDate = "2026-03-08".parse()?;
    /// assert_eq!(new_york.first_at(spring, half_past_two), Some("2026-03-08T07:00:00Z".parse()?));
    /// // On this one 01:30 comes twice.
    /// let autumn: NaiveDate = "2026-11-01".parse()?;
    /// assert_eq!(new_york.first_at(autumn, half_past_one), Some("2026-11-01T05:30:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn first_at(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let (wanted, mut stretches) = self.around(date, time)?;
        stretches.find_map(|(clock, offset)| {
            let first = clock.start.max(wanted);
            let found = first.date() == date && first < clock.end;
            found.then(|| first.checked_sub_offset(offset))?.map(|utc| utc.and_utc())
        })
    }

    /// The instants at which the clocks show this date and time, the first one first. There are two
    /// where the clocks are set back over it, and none where they are set forward over it. A
    /// fraction of a microsecond is cut off.
    ///
    /// ```
    /// use whatsapp_core::time::Zone;
    ///
    /// let new_york: Zone = "America/New_York".parse()?;
    /// let half_past_one = new_york.all_at("2026-11-01".parse()?, "01:30:00".parse()?);
    /// let told: Vec<String> = half_past_one.iter().map(ToString::to_string).collect();
    /// assert_eq!(told, ["2026-11-01 05:30:00 UTC", "2026-11-01 06:30:00 UTC"]);
    /// assert!(new_york.all_at("2026-03-08".parse()?, "02:30:00".parse()?).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn all_at(&self, date: NaiveDate, time: NaiveTime) -> Vec<DateTime<Utc>> {
        let Some((wanted, stretches)) = self.around(date, time) else { return Vec::new() };
        let shown = stretches.filter(|(clock, _)| clock.contains(&wanted));
        shown.filter_map(|(_, offset)| Some(wanted.checked_sub_offset(offset)?.and_utc())).collect()
    }

    /// A local time to the microsecond, and the stretches around it.
    fn around(
        &self,
        date: NaiveDate,
        time: NaiveTime,
    ) -> Option<(NaiveDateTime, impl Iterator<Item = (Range<NaiveDateTime>, FixedOffset)>)> {
        let micros = date.and_time(time).and_utc().timestamp_micros();
        Timestamp::from_microsecond(micros).ok()?;
        let wanted = DateTime::from_timestamp_micros(micros)?;
        // No place is a day away from UTC.
        let around = TimeDelta::days(2);
        let (from, until) =
            (wanted.checked_sub_signed(around)?, wanted.checked_add_signed(around)?);
        Some((wanted.naive_utc(), self.stretches(from, until)))
    }

    /// Returns the first instant of a day. A day that a place never had, because it moved over the
    /// date line, begins with the next one. `None` only at the ends of time.
    ///
    /// ```
    /// use whatsapp_core::time::Zone;
    ///
    /// let kolkata: Zone = "Asia/Kolkata".parse()?;
    /// assert_eq!(kolkata.begin_of("2026-01-27".parse()?), Some("2026-01-26T18:30:00Z".parse()?));
    /// let samoa: Zone = "Pacific/Apia".parse()?;
    /// let [never, next] = ["2011-12-30".parse()?, "2011-12-31".parse()?];
    /// assert_eq!(samoa.begin_of(never), samoa.begin_of(next));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn begin_of(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let mut days = [Some(date), date.succ_opt()].into_iter().flatten();
        days.find_map(|day| self.first_at(day, NaiveTime::MIN))
    }

    /// The distance from UTC. Beyond the years of the known rules it is that of the last
    /// known year.
    fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let offset = Timestamp::from_second(at.timestamp().clamp(first, last))
            .map_or(Offset::UTC, |at| self.rules.to_offset(at));
        // No place is a day away from UTC.
        FixedOffset::east_opt(offset.seconds()).unwrap_or_else(|| Utc.fix())
    }
}

impl ZoneRules {
    /// The zone of this name by these rules; see [`Zone`] for valid names.
    ///
    /// # Errors
    /// [`InvalidZone`] says why the text is no name of a zone, and suggests zones.
    ///
    /// ```
    /// use whatsapp_core::time::ZoneRules;
    ///
    /// let zone = ZoneRules::bundled().zone("Asia/Kolkata")?;
    /// assert_eq!(zone.as_str(), "Asia/Kolkata");
    /// # Ok::<(), whatsapp_core::time::InvalidZone>(())
    /// ```
    pub fn zone(&self, name: &str) -> Result<Zone, InvalidZone> {
        let name = name.trim();
        let found = if InvalidZone::is_abbreviation(name) { None } else { self.find(name) };
        found
            .filter(|(today, _)| is_place(today))
            .map(|(today, rules)| Zone::new(&today, rules))
            .ok_or_else(|| InvalidZone::of(name))
    }
}

impl Default for Zone {
    /// `Asia/Kolkata`, as in the specification.
    #[expect(
        clippy::expect_used,
        reason = "the bundled rules have Asia/Kolkata, and what the system's lack is looked up there"
    )]
    fn default() -> Self {
        ZoneRules::in_use().zone("Asia/Kolkata").expect("the bundled rules have it")
    }
}

impl FromStr for Zone {
    type Err = InvalidZone;

    /// The zone of this name, by the rules in use.
    fn from_str(name: &str) -> Result<Self, InvalidZone> {
        ZoneRules::in_use().zone(name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

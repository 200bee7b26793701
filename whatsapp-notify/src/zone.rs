//! In whose time the mail tells the hours.

use std::fmt;

use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;

/// The business's time zone: by name, or by a fixed distance from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeZone {
    /// A zone of the IANA database, such as `Asia/Kolkata`.
    Named(Tz),
    /// A fixed distance from UTC.
    Fixed(FixedOffset),
}

impl TimeZone {
    /// The local date and time, such as `22 Nov 2026, 14:05`.
    pub(crate) fn local(self, instant: DateTime<Utc>) -> String {
        const FORMAT: &str = "%-d %b %Y, %H:%M";
        match self {
            Self::Named(zone) => instant.with_timezone(&zone).format(FORMAT).to_string(),
            Self::Fixed(offset) => instant.with_timezone(&offset).format(FORMAT).to_string(),
        }
    }

    /// The same with the zone's name, such as `22 Nov 2026, 14:05 (Asia/Kolkata)`.
    pub(crate) fn stamp(self, instant: DateTime<Utc>) -> String {
        format!("{} ({self})", self.local(instant))
    }
}

impl Default for TimeZone {
    /// `Asia/Kolkata`, as everywhere in the library.
    fn default() -> Self {
        Self::Named(Tz::Asia__Kolkata)
    }
}

impl From<Tz> for TimeZone {
    fn from(zone: Tz) -> Self {
        Self::Named(zone)
    }
}

impl From<FixedOffset> for TimeZone {
    fn from(offset: FixedOffset) -> Self {
        Self::Fixed(offset)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Fixed(offset) => write!(f, "UTC{offset}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_told_in_the_zone_with_its_name() {
        let instant: DateTime<Utc> = "2026-11-22T08:35:59Z".parse().unwrap();
        let nepal = FixedOffset::east_opt(5 * 3600 + 45 * 60).unwrap();
        assert_eq!(TimeZone::default().stamp(instant), "22 Nov 2026, 14:05 (Asia/Kolkata)");
        assert_eq!(TimeZone::from(nepal).stamp(instant), "22 Nov 2026, 14:20 (UTC+05:45)");
        let berlin = TimeZone::from(Tz::Europe__Berlin);
        assert_eq!(berlin.stamp(instant), "22 Nov 2026, 09:35 (Europe/Berlin)");
        let summer = "2026-07-01T22:30:00Z".parse().unwrap();
        assert_eq!(berlin.stamp(summer), "2 Jul 2026, 00:30 (Europe/Berlin)");
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let far_east = FixedOffset::east_opt(86_399).unwrap();
        let far_west = FixedOffset::west_opt(86_399).unwrap();
        for zone in [TimeZone::default(), far_east.into(), far_west.into()] {
            assert!(zone.stamp(DateTime::<Utc>::MAX_UTC).contains("26214"));
            assert!(zone.stamp(DateTime::<Utc>::MIN_UTC).contains("-26214"));
        }
    }
}

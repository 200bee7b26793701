//! Time of a message: by the clocks of the business, also on the nights on which they are set.

use chrono::{DateTime, NaiveDateTime, Utc};
use whatsapp_core::time::Zone;

/// Instant that a field such as `2026-11-28T18:00` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instant {
    /// One instant.
    Once(DateTime<Utc>),
    /// The clocks are set forward over the time: the moment at which they are set.
    Never(DateTime<Utc>),
    /// The clocks are set back over the time: both instants.
    Twice(DateTime<Utc>, DateTime<Utc>),
}

impl Instant {
    /// Reads a field; `None` for what is no date and time.
    pub(super) fn read(typed: &str, zone: &Zone) -> Option<Self> {
        let read = |format| NaiveDateTime::parse_from_str(typed, format).ok();
        let local = read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))?;
        match *zone.all_at(local.date(), local.time()) {
            [] => zone.first_at(local.date(), local.time()).map(Self::Never),
            [at] => Some(Self::Once(at)),
            [first, second, ..] => Some(Self::Twice(first, second)),
        }
    }

    /// The instant that is meant.
    pub(super) const fn meant(self, is_second: bool) -> DateTime<Utc> {
        match self {
            Self::Twice(_, second) if is_second => second,
            Self::Once(at) | Self::Never(at) | Self::Twice(at, _) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_come_once_never_or_twice() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let read = |typed| Instant::read(typed, &berlin);
        assert_eq!(read("2026-11-28T18:00"), Some(Instant::Once(at("2026-11-28T17:00:00Z"))));
        assert_eq!(read("2026-03-29T02:30"), Some(Instant::Never(at("2026-03-29T01:00:00Z"))));
        let twice = Instant::Twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(read("2026-10-25T02:30"), Some(twice));
        assert_eq!(twice.meant(false), at("2026-10-25T00:30:00Z"));
        assert_eq!(twice.meant(true), at("2026-10-25T01:30:00Z"));
        for typed in ["", "tomorrow", "2026-02-30T10:00"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}

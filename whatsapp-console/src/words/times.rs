//! Instants and days by the clocks of the business.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use whatsapp_core::time::Zone;

use super::Texts;

/// Writes instants as people read them: by the clocks of the business, and today's by time alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times<'a> {
    t: &'a dyn Texts,
    zone: &'a Zone,
    now: DateTime<Utc>,
}

impl<'a> Times<'a> {
    pub(crate) const fn new(t: &'a dyn Texts, zone: &'a Zone, now: DateTime<Utc>) -> Self {
        Self { t, zone, now }
    }

    /// Returns today's date.
    pub(crate) fn today(&self) -> NaiveDate {
        self.zone.date(self.now)
    }

    /// Writes a time as shortly as possible: `13:59`, `27 Nov, 17:40`, `27 Nov 2025, 17:40`.
    pub(crate) fn short(&self, at: DateTime<Utc>) -> String {
        self.told(at, "%H:%M")
    }

    /// Writes a time below the name of its day, which is not repeated: `17:40`.
    pub(crate) fn on(&self, day: NaiveDate, at: DateTime<Utc>) -> String {
        let local = self.zone.local(at);
        if local.date_naive() == day { local.format("%H:%M").to_string() } else { self.short(at) }
    }

    /// Writes a time with seconds, for events that follow each other shortly.
    pub(crate) fn exact(&self, at: DateTime<Utc>) -> String {
        self.told(at, "%H:%M:%S")
    }

    /// Writes a time in full: `Saturday, 28 Nov 2026, 13:59`.
    pub(crate) fn full(&self, at: DateTime<Utc>) -> String {
        let local = self.zone.local(at);
        format!("{}, {}", self.t.weekday(local.date_naive()), local.format("%H:%M"))
    }

    /// Writes a time for machines: `2026-11-28T13:59:07+05:30`.
    pub(crate) fn iso(&self, at: DateTime<Utc>) -> String {
        self.zone.local(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// Writes a time for a field of a form: `2026-11-28T13:59`.
    pub(crate) fn field(&self, at: DateTime<Utc>) -> String {
        field(at, self.zone)
    }

    /// Returns the offset of the clocks from UTC at this time: `+05:30`.
    pub(crate) fn offset(&self, at: DateTime<Utc>) -> String {
        self.zone.local(at).format("%:z").to_string()
    }

    /// Names the place whose clocks the times follow.
    pub(crate) fn clocks(&self) -> String {
        self.t.times_of(&place(self.zone.as_str()).replace('_', " "))
    }

    fn told(&self, at: DateTime<Utc>, time: &str) -> String {
        let local = self.zone.local(at);
        let (date, today) = (local.date_naive(), self.today());
        let time = local.format(time);
        if date == today {
            time.to_string()
        } else if date.year() == today.year() {
            format!("{}, {time}", self.t.day(date))
        } else {
            format!("{}, {time}", self.t.date(date))
        }
    }
}

/// Returns the place that a time zone is named after.
pub(crate) fn place(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or_default()
}

/// Writes an instant as a field of a form has it: `2026-11-28T13:59`.
pub(crate) fn field(at: DateTime<Utc>, zone: &Zone) -> String {
    zone.local(at).format("%Y-%m-%dT%H:%M").to_string()
}

/// Returns the first instant of a day. A day that a place never had, because it moved over the date
/// line, begins with the next one.
pub(crate) fn begin_of(date: NaiveDate, zone: &Zone) -> Option<DateTime<Utc>> {
    zone.begin_of(date)
}

/// Returns the first instant after a day.
pub(crate) fn end_of(date: NaiveDate, zone: &Zone) -> Option<DateTime<Utc>> {
    begin_of(date.checked_add_signed(TimeDelta::days(1))?, zone)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use whatsapp_core::time::Zone;

    use super::{Times, begin_of, end_of};
    use crate::words::English;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_told_as_shortly_as_can_be() {
        let zone: Zone = "Asia/Kolkata".parse().unwrap();
        let times = Times::new(&English, &zone, at("2026-11-28T08:30:00Z"));
        for (instant, short) in [
            ("2026-11-27T18:30:00Z", "00:00"),
            ("2026-11-27T18:29:59Z", "27\u{a0}Nov, 23:59"),
            ("2026-11-28T18:30:00Z", "29\u{a0}Nov, 00:00"),
            ("2025-12-31T18:29:00Z", "31\u{a0}Dec\u{a0}2025, 23:59"),
        ] {
            assert_eq!(times.short(at(instant)), short);
        }
        let instant = at("2026-11-27T07:31:58Z");
        assert_eq!(times.exact(instant), "27\u{a0}Nov, 13:01:58");
        assert_eq!(times.on(times.today(), instant), times.short(instant));
        assert_eq!(times.on("2026-11-27".parse().unwrap(), instant), "13:01");
        assert_eq!(times.full(instant), "Friday, 27\u{a0}Nov\u{a0}2026, 13:01");
        assert_eq!(times.iso(instant), "2026-11-27T13:01:58+05:30");
        assert_eq!(times.field(instant), "2026-11-27T13:01");
        assert_eq!(times.clocks(), "Times of Kolkata");
    }

    #[test]
    fn days_meet_without_a_gap_in_every_zone() {
        for name in
            ["Asia/Kolkata", "Europe/Berlin", "Pacific/Auckland", "America/Sao_Paulo", "UTC"]
        {
            let zone: Zone = name.parse().unwrap();
            let mut date = "2018-01-01".parse().unwrap();
            for _ in 0..730 {
                let (begin, end) = (begin_of(date, &zone).unwrap(), end_of(date, &zone).unwrap());
                assert_eq!(zone.date(begin), date, "{name}");
                assert_eq!(zone.date(begin - TimeDelta::microseconds(1)), date.pred_opt().unwrap());
                date = date.succ_opt().unwrap();
                assert_eq!(begin_of(date, &zone), Some(end), "{name}");
            }
        }
    }

    #[test]
    fn a_day_that_a_place_never_had_is_empty() {
        let samoa: Zone = "Pacific/Apia".parse().unwrap();
        let never = "2011-12-30".parse().unwrap();
        assert_eq!(begin_of(never, &samoa), end_of(never, &samoa));
        assert!(begin_of(never, &samoa).is_some());
    }
}

//! A clock that may run faster than time or show another day. After a restart it goes on from the
//! time that it showed.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::port::{Clock, SystemClock};
use whatsapp_core::time::{Elapsed, TimeBase};

/// A clock that runs `scale` times as fast as time, or one that shows another day and is [moved
/// on](Self::move_on) to the next due time.
///
/// The times that it showed are in the database, so it must never go back. A file beside the
/// database keeps its present reading. The next run goes on from there, as if this one had never
/// ended.
#[derive(Debug)]
pub(crate) struct ScaledClock {
    real: SystemClock,
    /// Time that it showed at its start; the next field is its reading of real time then.
    origin: DateTime<Utc>,
    started: Duration,
    scale: u32,
    /// Time by which it was moved on, in microseconds.
    moved: AtomicI64,
    /// True if it shows another day.
    is_played: bool,
    file: PathBuf,
}

/// Returns the duration of a lease by a fast clock: 75 seconds of real time. A look and the POST
/// that follows it under the same claim may take 30 seconds each, whatever the clock says.
pub(crate) fn lease(scale: u32) -> TimeDelta {
    TimeDelta::seconds(75) * i32::try_from(scale).unwrap_or(i32::MAX)
}

/// Base of elapsed time on played days: the clock itself.
const PLAYED: &[u8] = b"the played days of a database";

/// Content of the file: the clock showed `shows` at the real time `at`, and from then on it ran
/// `scale` times as fast as time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Reading {
    shows: DateTime<Utc>,
    at: DateTime<Utc>,
    scale: u32,
}

impl ScaledClock {
    /// Returns the clock that belongs to a database. A clock that never ran faster than time is the
    /// system's.
    pub(crate) fn beside(database: &Path, scale: u32) -> Result<Self> {
        // Here and in `keep`, the order of the readings makes an error go forward.
        let real = SystemClock::new();
        let started = real.monotonic();
        let now = real.now();
        let file = file(database);
        let earlier = Reading::at(&file)?;
        let origin = earlier.map_or(now, |earlier| match earlier.shown_at(now) {
            // A fast run was killed; with a slower clock it would take hours until its leases run
            // out.
            shown if earlier.scale > scale => shown + lease(earlier.scale),
            shown => shown,
        });
        let origin = origin.max(now);
        let clock =
            Self { real, origin, started, scale, moved: AtomicI64::new(0), is_played: false, file };
        if scale > 1 || earlier.is_some() {
            clock.keep(scale)?;
        }
        Ok(clock)
    }

    /// Makes a clock that shows `origin` now: a played day. Elapsed time is what the clock showed,
    /// also between one run and the next. It never goes back once it has [begun](Self::begin).
    pub(crate) fn showing(origin: DateTime<Utc>, database: &Path) -> Self {
        let real = SystemClock::new();
        let (started, moved) = (real.monotonic(), AtomicI64::new(0));
        let file = file(database);
        Self { real, origin, started, scale: 1, moved, is_played: true, file }
    }

    /// Writes down that the database has reached this instant.
    pub(crate) fn begin(&self) -> Result<()> {
        if self.is_played { self.keep(1) } else { Ok(()) }
    }

    /// Returns the last time that the clock of a database showed, if one was kept.
    pub(crate) fn last_shown(database: &Path) -> Result<Option<DateTime<Utc>>> {
        Ok(Reading::at(&file(database))?.map(|reading| reading.shows))
    }

    /// Moves the clock on to an instant; an instant in the past changes nothing.
    pub(crate) fn move_on(&self, to: DateTime<Utc>) -> Result<()> {
        let by = (to - self.now()).num_microseconds().unwrap_or(0).max(0);
        self.moved.fetch_add(by, Ordering::SeqCst);
        self.keep(self.scale)
    }

    fn moved(&self) -> TimeDelta {
        TimeDelta::microseconds(self.moved.load(Ordering::SeqCst))
    }

    /// Writes down that the clock does not run fast while the program is not running. After a crash
    /// it does: its leases and waits run out as if nothing had happened.
    pub(crate) fn stop(&self) -> Result<()> {
        if self.scale > 1 || self.file.exists() { self.keep(1) } else { Ok(()) }
    }

    fn keep(&self, scale: u32) -> Result<()> {
        let at = self.real.now();
        let reading = Reading { shows: self.now(), at, scale };
        let text = serde_json::to_vec(&reading)?;
        std::fs::write(&self.file, text)
            .with_context(|| format!("{} cannot be written", self.file.display()))
    }
}

/// Path of the file that keeps the clock of a database.
fn file(database: &Path) -> PathBuf {
    database.with_extension("clock.json")
}

impl Reading {
    fn at(file: &Path) -> Result<Option<Self>> {
        let Ok(bytes) = std::fs::read(file) else { return Ok(None) };
        let reading = serde_json::from_slice(&bytes).with_context(|| {
            format!("{} cannot be read; delete it, and its database too", file.display())
        })?;
        Ok(Some(reading))
    }

    fn shown_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let passed = (now - self.at).max(TimeDelta::zero());
        let passed = passed.checked_mul(i32::try_from(self.scale).unwrap_or(1));
        passed.and_then(|passed| self.shows.checked_add_signed(passed)).unwrap_or(self.shows)
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> DateTime<Utc> {
        let real = self.real.monotonic().saturating_sub(self.started);
        let passed = TimeDelta::from_std(real.saturating_mul(self.scale)).unwrap_or(TimeDelta::MAX);
        (self.origin + passed + self.moved()).trunc_subsecs(6)
    }

    /// Runs as fast as the clock, and is counted from the machine's boot, so that a run which goes
    /// on after a crash knows the age of its attempts.
    fn elapsed(&self) -> Elapsed {
        if self.is_played {
            return Elapsed::new(TimeBase::shared(PLAYED), self.now().timestamp_micros());
        }
        self.real.elapsed().times(self.scale) + self.moved()
    }

    /// Runs as real time does: it measures what the program really did.
    fn monotonic(&self) -> Duration {
        self.real.monotonic()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        (to - from).num_minutes()
    }

    #[test]
    fn after_a_crash_it_shows_what_it_would_have_shown_without() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        let start = SystemClock::new().now();
        let at = start - TimeDelta::seconds(10);
        let reading = Reading { shows: at, at, scale: 600 };
        let file = folder.path().join("a.clock.json");
        std::fs::write(file, serde_json::to_vec(&reading).unwrap()).unwrap();
        let clock = ScaledClock::beside(&database, 600).unwrap();
        let shown = minutes(at, clock.now());
        assert!((100..110).contains(&shown), "{shown} minutes");
    }

    #[test]
    fn a_slower_clock_starts_behind_the_leases_of_a_run_that_was_killed() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        let killed = ScaledClock::beside(&database, 600).unwrap();
        let lease_until = killed.now() + lease(600);
        let slower = ScaledClock::beside(&database, 1).unwrap();
        assert!(minutes(lease_until, slower.now()) >= 0);
        let same = ScaledClock::beside(&database, 1).unwrap();
        assert_eq!(minutes(slower.now(), same.now()), 0);
    }

    #[test]
    fn it_never_goes_back_and_rests_after_an_orderly_end() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        let fast = ScaledClock::beside(&database, 3_600).unwrap();
        while minutes(fast.real.now(), fast.now()) < 10 {
            std::thread::yield_now();
        }
        fast.stop().unwrap();
        let last = fast.now();
        let plain = ScaledClock::beside(&database, 1).unwrap();
        assert_eq!(minutes(last, plain.now()), 0);
        assert!(minutes(plain.real.now(), plain.now()) >= 9);
    }

    #[test]
    fn a_clock_of_another_day_moves_on_and_the_next_run_knows_how_far() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        assert_eq!(ScaledClock::last_shown(&database).unwrap(), None);
        let day: DateTime<Utc> = "2026-10-17T03:30:00Z".parse().unwrap();
        let clock = ScaledClock::showing(day, &database);
        assert_eq!(ScaledClock::last_shown(&database).unwrap(), None, "it has not begun");
        clock.begin().unwrap();
        let (before, elapsed) = (clock.now(), clock.elapsed());
        assert_eq!(minutes(day, before), 0);
        clock.move_on(day + TimeDelta::hours(2)).unwrap();
        assert_eq!(minutes(day, clock.now()), 120);
        let passed = clock.elapsed().since(elapsed).unwrap().num_minutes();
        assert!((119..=120).contains(&passed), "{passed} minutes");
        clock.move_on(day).unwrap();
        assert_eq!(minutes(day, clock.now()), 120);
        let shown = ScaledClock::last_shown(&database).unwrap().unwrap();
        assert_eq!(minutes(day, shown), 120);
        let other = ScaledClock::showing(day, &database);
        assert!(other.elapsed().since(elapsed).is_some(), "what passed goes on from run to run");
    }

    #[test]
    fn without_a_scale_it_is_the_systems_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let clock = ScaledClock::beside(&folder.path().join("a.sqlite"), 1).unwrap();
        assert_eq!((clock.now() - clock.real.now()).num_seconds(), 0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

//! Elapsed time, and instants by both times.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// Base of an elapsed time: a boot of a machine, a database server, a process.
///
/// Elapsed times of one base can be compared, in whatever process they were measured; those of two
/// bases say nothing about each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeBase(i64);

impl TimeBase {
    /// The base of this name, for every process that knows the name.
    #[must_use]
    pub fn shared(name: &[u8]) -> Self {
        Self(hash(name) & !1)
    }

    /// A base that one process has alone; `seed` is random, or is used nowhere else.
    #[must_use]
    pub fn own(seed: &[u8]) -> Self {
        Self(hash(seed) | 1)
    }

    /// Returns true if other processes may have the base too.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        self.0 & 1 == 0
    }

    /// The base as databases keep it.
    #[must_use]
    pub const fn to_i64(self) -> i64 {
        self.0
    }

    /// The base from its number in a database.
    #[must_use]
    pub const fn from_i64(kept: i64) -> Self {
        Self(kept)
    }
}

fn hash(name: &[u8]) -> i64 {
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(Sha256::digest(name)) {
        *to = from;
    }
    i64::from_be_bytes(first)
}

/// An instant by elapsed time, in whole microseconds since some moment of its base.
///
/// ```
/// use chrono::TimeDelta;
/// use whatsapp_core::time::{Elapsed, TimeBase};
///
/// let (here, there) = (TimeBase::shared(b"this boot"), TimeBase::shared(b"another"));
/// let begun = Elapsed::new(here, 5_000_000);
/// let later = begun + TimeDelta::minutes(30);
/// assert_eq!(later.since(begun), Some(TimeDelta::minutes(30)));
/// assert_eq!(later.since(Elapsed::new(there, 5_000_000)), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Elapsed {
    /// The base that it is counted from.
    pub base: TimeBase,
    /// Number of microseconds.
    pub micros: i64,
}

impl Elapsed {
    /// An elapsed time of this number of microseconds by this base.
    #[must_use]
    pub const fn new(base: TimeBase, micros: i64) -> Self {
        Self { base, micros }
    }

    /// The time from `earlier` to this; `None` where the two have no common base.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<TimeDelta> {
        let passed = TimeDelta::microseconds(self.micros.saturating_sub(earlier.micros));
        (self.base == earlier.base).then_some(passed)
    }

    /// This instant by a clock that has run `factor` times as fast since the moment of the base.
    /// The result has another base, which every process with this base and the factor shares.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        if factor == 1 {
            return self;
        }
        let name = format!("{factor} times {}", self.base.0);
        let make = if self.base.is_shared() { TimeBase::shared } else { TimeBase::own };
        Self::new(make(name.as_bytes()), self.micros.saturating_mul(factor.into()))
    }
}

impl std::ops::Add<TimeDelta> for Elapsed {
    type Output = Self;

    fn add(self, time: TimeDelta) -> Self {
        let time = time.num_microseconds().unwrap_or(i64::MAX);
        Self { micros: self.micros.saturating_add(time), ..self }
    }
}

impl std::ops::Sub<TimeDelta> for Elapsed {
    type Output = Self;

    fn sub(self, time: TimeDelta) -> Self {
        self + -time
    }
}

/// An instant by both times.
///
/// A moment without an elapsed time has its instant alone. That is enough for everything that the
/// wall clock decides, and never enough for the age of an attempt that has a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Moment {
    /// The instant by the wall clock.
    pub now: DateTime<Utc>,
    /// The instant by elapsed time.
    pub elapsed: Option<Elapsed>,
    /// Time at which this process first saw the attempt that the moment is about, where their times
    /// have no common base.
    pub first_seen: Option<Elapsed>,
}

impl From<DateTime<Utc>> for Moment {
    fn from(now: DateTime<Utc>) -> Self {
        Self { now, elapsed: None, first_seen: None }
    }
}

impl Moment {
    /// This moment by both times.
    #[must_use]
    pub const fn new(now: DateTime<Utc>, elapsed: Elapsed) -> Self {
        Self { now, elapsed: Some(elapsed), first_seen: None }
    }

    /// The span from the start of an attempt, at `started`, to this moment, by every past or
    /// present setting of the wall clock. Without a correction it is from `started` to now. The
    /// time that a gateway reports for the message lies in it, also where the wall clock was
    /// set meanwhile.
    #[must_use]
    pub fn span(
        &self,
        started: DateTime<Utc>,
        mark: Option<Elapsed>,
    ) -> (DateTime<Utc>, DateTime<Utc>) {
        let known = self.elapsed.zip(mark).and_then(|(elapsed, mark)| elapsed.since(mark));
        let age = known.unwrap_or_else(|| self.age(started, mark)).max(TimeDelta::zero());
        let back = self.now.checked_sub_signed(age).unwrap_or(self.now);
        let ahead = started.checked_add_signed(age).unwrap_or(started);
        (started.min(back), self.now.max(ahead))
    }

    /// The least age of an attempt that began at `started` by the wall clock and at `mark` by
    /// elapsed time. Never negative.
    ///
    /// - Where the mark and this moment share a base, elapsed time alone decides.
    /// - Else both the wall clock and the time since this process first saw the attempt must say
    ///   so. A wall clock by which the attempt is yet to begin is wrong at one of its ends and says
    ///   nothing.
    /// - The wall clock decides where nobody measured elapsed time.
    #[must_use]
    pub fn age(&self, started: DateTime<Utc>, mark: Option<Elapsed>) -> TimeDelta {
        let by_wall = self.now - started;
        let age = match (self.elapsed, mark) {
            (None, None) => by_wall,
            (None, Some(_)) => TimeDelta::zero(),
            (Some(elapsed), mark) => {
                mark.and_then(|mark| elapsed.since(mark)).unwrap_or_else(|| {
                    let seen = self.first_seen.and_then(|first| elapsed.since(first));
                    let seen = seen.unwrap_or_default();
                    if by_wall < TimeDelta::zero() { seen } else { by_wall.min(seen) }
                })
            }
        };
        age.max(TimeDelta::zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

    fn at(micros: i64) -> Elapsed {
        Elapsed::new(TimeBase::shared(b"here"), micros)
    }

    fn start() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn a_base_says_whether_it_is_shared_and_survives_being_kept() {
        for name in [&b""[..], b"a", b"b", b"c", b"d"] {
            assert!(TimeBase::shared(name).is_shared());
            assert!(!TimeBase::own(name).is_shared());
            let kept = TimeBase::own(name);
            assert_eq!(TimeBase::from_i64(kept.to_i64()), kept);
        }
        assert_ne!(TimeBase::shared(b"a"), TimeBase::shared(b"b"));
    }

    #[test]
    fn within_one_base_elapsed_time_alone_decides() {
        let mark = at(7);
        for wall in [-100, 0, 100].map(TimeDelta::hours) {
            let moment = Moment::new(start() + wall, mark + HALF_HOUR);
            assert_eq!(moment.age(start(), Some(mark)), HALF_HOUR, "{wall}");
            let early = Moment::new(start() + wall, mark - HALF_HOUR);
            assert_eq!(early.age(start(), Some(mark)), TimeDelta::zero());
        }
    }

    #[test]
    fn without_a_common_base_both_times_must_say_so() {
        let there = Elapsed::new(TimeBase::shared(b"there"), 0);
        for mark in [None, Some(there)] {
            let age = |wall: i64, seen: Option<i64>| {
                let mut moment = Moment::new(start() + TimeDelta::minutes(wall), at(0) + HALF_HOUR);
                moment.first_seen = seen.map(|ago| at(0) + HALF_HOUR - TimeDelta::minutes(ago));
                moment.age(start(), mark).num_minutes()
            };
            assert_eq!(age(120, None), 0, "never seen before");
            assert_eq!(age(120, Some(2)), 2, "the wall clock may have been set ahead");
            assert_eq!(age(10, Some(30)), 10);
            assert_eq!(age(-120, Some(30)), 30, "the wall clock was set back");
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_widens_what_a_list_is_held_against() {
        let mark = at(0);
        let span = |set_by: i64| {
            let now = start() + HALF_HOUR + TimeDelta::days(set_by);
            let (from, until) = Moment::new(now, mark + HALF_HOUR).span(start(), Some(mark));
            ((from - start()).num_minutes(), (until - start()).num_minutes())
        };
        assert_eq!(span(0), (0, 30));
        assert_eq!(span(30), (0, 30 * 1_440 + 30), "whichever reading was right");
        assert_eq!(span(-30), (-30 * 1_440, 30));
    }

    #[test]
    fn an_instant_alone_says_nothing_about_an_attempt_that_was_marked() {
        let moment = Moment::from(start() + HALF_HOUR);
        assert_eq!(moment.age(start(), None), HALF_HOUR);
        assert_eq!(moment.age(start(), Some(at(0))), TimeDelta::zero());
    }

    #[test]
    fn a_clock_that_runs_faster_has_a_base_that_is_shared_as_its_own_is() {
        let real = at(5);
        assert_eq!(real.times(1), real);
        assert_eq!(real.times(600).micros, 3_000);
        assert_eq!(real.times(600).since(real), None);
        assert_eq!(real.times(600).since(at(4).times(600)), Some(TimeDelta::microseconds(600)));
        assert!(real.times(600).base.is_shared());
        let own = Elapsed { base: TimeBase::own(b"here"), ..real };
        assert!(!own.times(600).base.is_shared());
    }

    #[test]
    fn times_at_the_ends_of_their_range_do_not_overflow() {
        let (first, last) = (at(i64::MIN), at(i64::MAX));
        assert_eq!((last + TimeDelta::MAX).micros, i64::MAX);
        assert_eq!((first - TimeDelta::hours(1)).micros, i64::MIN);
        assert!(last.since(first).is_some_and(|time| time > TimeDelta::zero()));
    }
}

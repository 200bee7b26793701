//! Time and randomness that a test decides.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use whatsapp_core::port::{Clock, Entropy};
use whatsapp_core::time::{Elapsed, TimeBase};

/// A clock that stands still until it is moved. Clones share their time and its base, as the
/// processes of one machine do; any other clock has another base.
///
/// ```
/// use chrono::TimeDelta;
/// use whatsapp_core::port::Clock;
/// use whatsapp_testkit::ManualClock;
///
/// let clock = ManualClock::starting_at("2026-01-27T04:30:00Z".parse()?);
/// let before = clock.elapsed();
/// clock.advance(TimeDelta::minutes(30));
/// assert_eq!(clock.now().to_rfc3339(), "2026-01-27T05:00:00+00:00");
/// assert_eq!(clock.elapsed().since(before), Some(TimeDelta::minutes(30)));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Hands>>);

#[derive(Debug, Clone, Copy)]
struct Hands {
    now: DateTime<Utc>,
    elapsed: Elapsed,
}

impl ManualClock {
    /// Makes a clock that stands at `now`, cut to whole microseconds.
    #[must_use]
    pub fn starting_at(now: DateTime<Utc>) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let no = MADE.fetch_add(1, Ordering::SeqCst);
        Self::of_base(now, TimeBase::shared(&no.to_be_bytes()))
    }

    /// Makes a clock that stands at `now` and counts elapsed time by this base, from zero.
    #[must_use]
    pub fn of_base(now: DateTime<Utc>, base: TimeBase) -> Self {
        let elapsed = Elapsed::new(base, 0);
        Self(Arc::new(Mutex::new(Hands { now: now.trunc_subsecs(6), elapsed })))
    }

    /// Makes a clock of another base that shows the same time just now, and is moved on its own
    /// from then on. It stands for the same machine after a restart, or for another machine.
    #[must_use]
    pub fn elsewhere(&self) -> Self {
        Self::starting_at(self.now())
    }

    /// Lets time pass, both on the wall clock and as elapsed time.
    ///
    /// # Panics
    /// Panics if `time` is negative: time does not run backwards, only wall clocks do
    /// ([`jump_wall_clock`](Self::jump_wall_clock)).
    pub fn advance(&self, time: TimeDelta) {
        self.pass_unseen(time);
        self.jump_wall_clock(time);
    }

    /// Lets time pass until the wall clock stands at `now`.
    ///
    /// # Panics
    /// Panics if `now` is in the past.
    pub fn advance_to(&self, now: DateTime<Utc>) {
        let time = now - self.now();
        self.advance(time);
    }

    /// Sets the wall clock forward or back, as an administrator or a time server does; elapsed
    /// time does not notice.
    pub fn jump_wall_clock(&self, by: TimeDelta) {
        let mut hands = self.hands();
        hands.now = (hands.now + by).trunc_subsecs(6);
    }

    /// Lets elapsed time pass while the wall clock stands still: a worker frozen on a machine whose
    /// wall clock was set back meanwhile.
    ///
    /// # Panics
    /// Panics if `time` is negative.
    pub fn pass_unseen(&self, time: TimeDelta) {
        assert!(time >= TimeDelta::zero(), "elapsed time never goes back, and {time} is negative");
        let mut hands = self.hands();
        hands.elapsed = hands.elapsed + time;
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.hands().now
    }

    fn elapsed(&self) -> Elapsed {
        self.hands().elapsed
    }
}

/// A mutant: a clock whose elapsed time follows its wall clock, so that setting one moves the
/// other. Tests that leases, the half hour and looks go by elapsed time must fail with it.
#[derive(Debug, Clone)]
pub struct ElapsedByWall<C>(pub C);

impl<C: Clock> Clock for ElapsedByWall<C> {
    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn elapsed(&self) -> Elapsed {
        Elapsed::new(TimeBase::shared(b"the wall clock"), self.now().timestamp_micros())
    }

    fn monotonic(&self) -> std::time::Duration {
        self.0.monotonic()
    }
}

/// Bytes that look random and are the same for the same seed: **for tests only**, since anybody can
/// predict them. Clones share their state, so that no two ids made from them are equal.
#[derive(Debug, Clone)]
pub struct SeededEntropy(Arc<Mutex<u64>>);

impl SeededEntropy {
    /// Makes the sequence of bytes that belongs to this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&split_mix(&mut state).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// One step of `SplitMix64` (Steele, Lea, Flood 2014): every seed, also 0, gives a full period.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_and_elapsed_time_move_together_unless_told_otherwise() {
        let clock = ManualClock::starting_at(DateTime::UNIX_EPOCH);
        clock.advance(TimeDelta::seconds(5));
        clock.clone().jump_wall_clock(-TimeDelta::seconds(4));
        clock.pass_unseen(TimeDelta::seconds(2));
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::seconds(1));
        assert_eq!(clock.elapsed().micros, 7_000_000);
        assert_eq!(clock.monotonic().as_secs(), 7);
    }

    #[test]
    fn clones_share_a_base_and_other_clocks_have_others() {
        let clock = ManualClock::starting_at(DateTime::UNIX_EPOCH);
        assert_eq!(clock.clone().elapsed(), clock.elapsed());
        for other in [clock.elsewhere(), ManualClock::starting_at(clock.now())] {
            assert_eq!(other.now(), clock.now());
            assert_eq!(other.elapsed().since(clock.elapsed()), None);
        }
    }

    #[test]
    fn the_mutants_elapsed_time_jumps_with_the_wall_clock() {
        let clock = ManualClock::starting_at(DateTime::UNIX_EPOCH);
        let mutant = ElapsedByWall(clock.clone());
        let before = mutant.elapsed();
        clock.jump_wall_clock(TimeDelta::hours(2));
        assert_eq!(mutant.elapsed().since(before), Some(TimeDelta::hours(2)));
    }

    #[test]
    fn the_wall_clock_has_whole_microseconds() {
        let clock = ManualClock::starting_at(DateTime::from_timestamp_nanos(1_999));
        clock.advance(TimeDelta::nanoseconds(1_500));
        assert_eq!(clock.now(), DateTime::from_timestamp_nanos(2_000));
    }

    #[test]
    fn a_seed_gives_the_published_sequence() {
        // The reference values of SplitMix64 for seed 1234567.
        let mut state = 1_234_567;
        assert_eq!(split_mix(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(split_mix(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_clones_go_on() {
        let bytes = |entropy: &SeededEntropy| {
            let mut buffer = [0_u8; 13];
            entropy.fill(&mut buffer);
            buffer
        };
        let (one, other) = (SeededEntropy::new(7), SeededEntropy::new(7));
        assert_eq!(bytes(&one), bytes(&other));
        assert_ne!(bytes(&one.clone()), bytes(&SeededEntropy::new(7)));
    }
}

//! A clock that runs faster than real time.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use whatsapp_core::port::{Clock, SystemClock};
use whatsapp_core::time::Elapsed;

/// A clock that starts at an instant and from there runs `factor` times as fast as real time, so
/// that half an hour between attempts can be watched in seconds.
///
/// Its elapsed time runs as fast, and is the same for all processes of one boot that have the same
/// factor. [`monotonic`](Clock::monotonic) is real time, because it measures what the process
/// really did.
#[derive(Debug, Clone, Copy)]
pub struct ScaledClock {
    origin: DateTime<Utc>,
    real: SystemClock,
    started: Duration,
    factor: u32,
}

impl ScaledClock {
    /// Makes a clock that shows the present time, and runs `factor` times as fast from here on; 1
    /// is real time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a real clock reads real time")]
    pub fn from_now(factor: u32) -> Self {
        Self::new(Utc::now(), factor.max(1))
    }

    /// Makes a clock that showed `origin` at that very instant of real time and has run `factor`
    /// times as fast since. Processes that are given the same values agree on the time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a real clock reads real time")]
    pub fn since(origin: DateTime<Utc>, factor: u32) -> Self {
        let real = Utc::now() - origin;
        let factor = factor.max(1);
        let ahead = real * i32::try_from(factor - 1).unwrap_or(i32::MAX);
        Self::new(origin + real + ahead, factor)
    }

    fn new(origin: DateTime<Utc>, factor: u32) -> Self {
        let real = SystemClock::new();
        Self { origin, real, started: real.monotonic(), factor }
    }

    /// The factor by which it runs faster than real time.
    #[must_use]
    pub const fn factor(&self) -> u32 {
        self.factor
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = self.monotonic().saturating_mul(self.factor);
        let elapsed = TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX);
        (self.origin + elapsed).trunc_subsecs(6)
    }

    fn elapsed(&self) -> Elapsed {
        self.real.elapsed().times(self.factor)
    }

    fn monotonic(&self) -> Duration {
        self.real.monotonic().saturating_sub(self.started)
    }
}

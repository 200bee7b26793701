//! A clock that runs faster than time.

use std::time::{Duration, Instant};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use whatsapp_core::port::Clock;

/// A clock that starts at an instant and from there runs `factor` times as fast as real time, so
/// that half an hour between attempts can be watched in seconds.
///
/// Only [`now`](Clock::now) runs faster: [`monotonic`](Clock::monotonic) is real time, because it
/// measures what the process really did.
#[derive(Debug, Clone, Copy)]
pub struct ScaledClock {
    origin: DateTime<Utc>,
    started: Instant,
    factor: u32,
}

impl ScaledClock {
    /// A clock that shows now, and runs `factor` times as fast from here on; 1 is real time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a real clock reads real time")]
    pub fn from_now(factor: u32) -> Self {
        Self { origin: Utc::now(), started: Instant::now(), factor: factor.max(1) }
    }

    /// A clock that showed `origin` at that very instant of real time and has run `factor` times as
    /// fast since. Processes that are given the same values agree on the time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a real clock reads real time")]
    pub fn since(origin: DateTime<Utc>, factor: u32) -> Self {
        let real = Utc::now() - origin;
        let factor = factor.max(1);
        let ahead = real * i32::try_from(factor - 1).unwrap_or(i32::MAX);
        Self { origin: origin + real + ahead, started: Instant::now(), factor }
    }

    /// How many times as fast as real time it runs.
    #[must_use]
    pub const fn factor(&self) -> u32 {
        self.factor
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started.elapsed().saturating_mul(self.factor);
        let elapsed = TimeDelta::from_std(elapsed).unwrap_or(TimeDelta::MAX);
        (self.origin + elapsed).trunc_subsecs(6)
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

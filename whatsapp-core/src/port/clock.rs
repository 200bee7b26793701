//! Time and randomness.

use std::fmt::Debug;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time.
///
/// # Contract
/// - [`now`](Self::now) has whole microseconds, which every database keeps.
/// - [`monotonic`](Self::monotonic) never goes back and runs through a freeze of the process; only
///   differences between two of its values mean anything.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The instant, in whole microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// Time since some fixed moment, unmoved by changes of the wall clock.
    fn monotonic(&self) -> Duration;
}

/// Gives random bytes for ids, lease tokens and jitter.
///
/// # Contract
/// Fills the whole buffer with bytes that nobody can predict.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Fills `buffer`.
    fn fill(&self, buffer: &mut [u8]);
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    /// The clock of this machine.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the edge at which time enters")]
    pub fn new() -> Self {
        Self { start: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the edge at which time enters")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// The operating system's random bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::expect_used,
        reason = "without randomness ids would repeat; nothing may go on"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

//! Time and randomness.

mod steady;

use std::fmt::Debug;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};

use crate::time::{Elapsed, TimeBase};
use steady::Steady;

/// Tells the time.
///
/// # Contract
/// - [`now`](Self::now) has whole microseconds, which every database keeps. It follows corrections
///   of the wall clock, forward and back.
/// - [`elapsed`](Self::elapsed) never goes back within one base and does not depend on the wall
///   clock. It runs on while the process is frozen and, where the system can tell, while the
///   machine is suspended. Processes that give the same base count from the same moment.
/// - [`monotonic`](Self::monotonic) never goes back; only differences between two of its values of
///   one process mean anything.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: Debug + Send + Sync + 'static {
    /// The instant by the wall clock, in whole microseconds.
    fn now(&self) -> DateTime<Utc>;

    /// The instant by elapsed time: for leases, the age of an attempt, and the time between
    /// lookups.
    fn elapsed(&self) -> Elapsed;

    /// Time for which this process has really run: for its waits, and for the seconds within which
    /// a POST must follow its begin. A clock that runs faster than real time gives real time here.
    fn monotonic(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.elapsed().micros).unwrap_or_default())
    }
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

/// Random bytes for one id: `MessageId::new(now, random(entropy))`.
#[must_use]
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// The clock of this machine.
///
/// On Linux and Android its elapsed time counts from the machine's boot, through suspension, and
/// all processes of that boot share its base. On other systems, and where the boot has no readable
/// name, each `SystemClock` has a base of its own, which its copies share.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    base: TimeBase,
    steady: Steady,
}

impl SystemClock {
    /// The clock of this machine.
    #[must_use]
    pub fn new() -> Self {
        let base = steady::boot().map(|name| TimeBase::shared(name.as_bytes()));
        Self::with_base(base.unwrap_or_else(|| {
            let mut seed = [0; 16];
            SystemEntropy.fill(&mut seed);
            TimeBase::own(&seed)
        }))
    }

    /// The same clock with this base, for a host that knows better which processes share a time.
    #[must_use]
    pub fn with_base(base: TimeBase) -> Self {
        Self { base, steady: Steady::new() }
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

    fn elapsed(&self) -> Elapsed {
        let micros = i64::try_from(self.monotonic().as_micros()).unwrap_or(i64::MAX);
        Elapsed::new(self.base, micros)
    }

    fn monotonic(&self) -> Duration {
        self.steady.now()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn processes_of_one_boot_count_from_the_same_moment() {
        let (one, other) = (SystemClock::new(), SystemClock::new());
        let (first, then) = (one.elapsed(), other.elapsed());
        assert!(first.base.is_shared());
        let passed = then.since(first).unwrap();
        assert!((0..60).contains(&passed.num_seconds()), "{passed}");
    }

    #[test]
    fn a_base_that_is_given_is_kept_and_shared_by_copies() {
        let base = TimeBase::own(b"a process");
        let clock = SystemClock::with_base(base);
        let copy = clock;
        assert_eq!((clock.elapsed().base, copy.elapsed().base), (base, base));
        assert!(copy.elapsed().since(clock.elapsed()).is_some());
        let earlier = copy.monotonic();
        assert!(earlier <= clock.monotonic());
    }
}

//! The sources of the stand-in gateway's time.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

/// Tells the gateway the time. Everything that the gateway *says* (timestamps, lags, late
/// acceptances) follows this clock; the behaviour of the wire (slow answers) is in real time.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The machine's clock, the default.
#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in gateway is an outside world of its own; its default clock is the machine's"
)]
pub(super) fn system() -> Now {
    Arc::new(|| SystemTime::now().into())
}

/// Monotonic time since the gateway's start, by which a checker can order what it saw.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stopwatch {
    /// Counts by the machine, for a gateway with a wire.
    Machine(Instant),
    /// Counts by the gateway's own clock, for a gateway in memory.
    Clock(DateTime<Utc>),
}

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "arrival instants are observations of the outside world, not decisions"
    )]
    pub(super) fn start() -> Self {
        Self::Machine(Instant::now())
    }

    /// The time since the start; `now` is the present by the gateway's clock.
    pub(super) fn elapsed(self, now: DateTime<Utc>) -> Duration {
        match self {
            Self::Machine(start) => start.elapsed(),
            Self::Clock(start) => (now - start).to_std().unwrap_or_default(),
        }
    }
}

/// One instant, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Monotonic, since the gateway's start.
    pub(super) at: Duration,
    /// By the gateway's clock.
    pub(super) now: DateTime<Utc>,
}

/// The instant after this lag, or the end of time.
pub(super) fn later(at: DateTime<Utc>, lag: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(lag)
        .ok()
        .and_then(|lag| at.checked_add_signed(lag))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Writes an instant as the gateway does: `YYYY-MM-DD HH:MM:SS`, without a zone.
pub(super) fn stamp(at: DateTime<Utc>, zone: FixedOffset) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Lets real time pass: the one place where the stand-in gateway waits.
#[expect(clippy::disallowed_methods, reason = "a slow answer is what was asked for")]
pub(super) async fn dawdle(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

//! The time of the last pass of a dispatcher in this process.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};

/// The time of the last pass of the dispatchers over the same ports.
#[derive(Debug)]
pub(crate) struct Pulse(AtomicI64);

/// Stands for no pass: no clock shows this time.
const NONE: i64 = i64::MIN;

impl Default for Pulse {
    fn default() -> Self {
        Self(AtomicI64::new(NONE))
    }
}

impl Pulse {
    /// Notes that a dispatcher has claimed, or found nothing to claim.
    pub(crate) fn beat(&self, now: DateTime<Utc>) {
        self.0.store(now.timestamp_micros(), Ordering::Relaxed);
    }

    /// Returns the time of the last pass; `None` before the first.
    pub(crate) fn last(&self) -> Option<DateTime<Utc>> {
        let micros = self.0.load(Ordering::Relaxed);
        if micros == NONE { None } else { DateTime::from_timestamp_micros(micros) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_last_pass_is_known_after_the_first() {
        let pulse = Pulse::default();
        assert_eq!(pulse.last(), None);
        for seconds in [0, 30] {
            let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            pulse.beat(now);
            assert_eq!(pulse.last(), Some(now));
        }
    }
}

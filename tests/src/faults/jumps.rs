//! A wall clock of a host that is set, again and again, by hours in both directions.

use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// A schedule of how far a wall clock is off. Its seed decides it, so that a worker that is started
/// again finds its host's clock as the last one left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jumps {
    /// Seed that decides how far the clock is off. Each host has its own.
    pub seed: u64,
    /// Time that the clock stays as it was set, in real time.
    pub every: Duration,
    /// Largest error of the clock, ahead or behind, in minutes by the clock.
    pub most: u32,
}

impl Jumps {
    /// Returns how far the clock is off this long after the schedule began. At first it is right.
    #[must_use]
    pub fn off(&self, passed: Duration) -> TimeDelta {
        let turn = passed.as_millis() / self.every.as_millis().max(1);
        let turn = u64::try_from(turn).unwrap_or(u64::MAX);
        if turn == 0 {
            return TimeDelta::zero();
        }
        let mut rng = Rng::with_seed(self.seed.wrapping_add(turn.wrapping_mul(0x9E37_79B9)));
        let most = i64::from(self.most) * 60;
        TimeDelta::seconds(rng.i64(-most..=most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_schedule_is_off_by_the_same_and_in_both_directions() {
        let jumps = Jumps { seed: 7, every: Duration::from_secs(2), most: 180 };
        let off = |jumps: &Jumps, second| jumps.off(Duration::from_secs(second));
        assert_eq!(off(&jumps, 1), TimeDelta::zero());
        let offs: Vec<_> = (0..100).map(|second| off(&jumps, second)).collect();
        assert_eq!(offs, (0..100).map(|second| off(&jumps, second)).collect::<Vec<_>>());
        assert_eq!(offs[4], offs[5], "it stays as it was set");
        assert!(offs.iter().all(|off| off.abs() <= TimeDelta::hours(3)));
        for sign in [1, -1] {
            assert!(offs.iter().any(|off| *off * sign > TimeDelta::hours(1)));
        }
        let other = Jumps { seed: 8, ..jumps };
        assert_ne!(off(&other, 4), off(&jumps, 4));
    }
}

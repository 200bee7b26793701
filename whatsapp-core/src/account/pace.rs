//! The account's pace: how many requests may be sent now, and when to ask again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, Pause};

/// How many requests are wanted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Now.
    pub now: DateTime<Utc>,
    /// At most so many.
    pub want: u32,
    /// The time between two requests; zero for no limit.
    pub interval: TimeDelta,
}

/// How many requests may be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// So many; 0 while the account is paused.
    pub granted: u32,
    /// When to ask again: the next slot, or the end of the pause.
    pub again_at: DateTime<Utc>,
    /// The pause, if there is one.
    pub pause: Option<Pause>,
    /// Whether a message that is taken, or delivered, changes what is known of the account.
    pub in_doubt: bool,
}

impl Account {
    /// Grants requests at `reserve.now` and moves the account's next slot: the pure rule that every
    /// store applies inside one transaction.
    ///
    /// Slots are `interval` apart and are never saved up beyond 50 milliseconds' worth, so that no
    /// second sees more than the rate after a quiet time. A pause whose end has passed grants
    /// nothing either: it ends when it is lifted.
    #[must_use]
    pub fn reserve(&mut self, reserve: &Reserve) -> Reservation {
        let in_doubt = self.doubt.is_some() || self.undelivered > 0;
        if let Some(pause) = self.pause.clone() {
            let again_at = pause.until;
            return Reservation { granted: 0, again_at, pause: Some(pause), in_doubt };
        }
        let grant = |granted, again_at| Reservation { granted, again_at, pause: None, in_doubt };
        if reserve.interval <= TimeDelta::zero() {
            return grant(reserve.want, reserve.now);
        }
        let saved = TimeDelta::milliseconds(50);
        // A slot far ahead can only come from a clock that was set back: it does not bind.
        let horizon = reserve.now + reserve.interval.max(TimeDelta::minutes(1));
        let mut slot = match self.next_slot {
            Some(slot) if slot <= horizon => slot.max(reserve.now - saved),
            _ => reserve.now,
        };
        let mut granted = 0;
        while slot <= reserve.now && granted < reserve.want {
            slot += reserve.interval;
            granted += 1;
        }
        self.next_slot = Some(slot);
        grant(granted, slot)
    }
}

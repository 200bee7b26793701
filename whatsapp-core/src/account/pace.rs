//! The account's pace: how many requests may be sent now, and when to ask again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, Pause};

/// How many requests are wanted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Now.
    pub now: DateTime<Utc>,
    /// The most that are wanted.
    pub want: u32,
    /// The least time between two requests; zero for no limit.
    pub interval: TimeDelta,
    /// How much later than that the next request is due, where this one is not late itself.
    pub jitter: TimeDelta,
}

/// How many requests may be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// How many were granted; 0 while the account is paused. While a person has stopped all sending they
    /// are for requests that send nothing.
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
    /// One request is granted at a time, and no two less than `interval` apart, so that no second
    /// sees more than the rate. The next slot is `interval` and `jitter` after this one; a grant that
    /// comes later than its slot takes that out of the jitter, so that lateness does not add up. A
    /// pause whose end has passed grants nothing either: it ends when it is lifted, and the first request
    /// follows an `interval` after that, for one message was let through. A pause that a person made
    /// grants what it would without it: what went out is looked up and followed at the same pace.
    #[must_use]
    pub fn reserve(&mut self, reserve: &Reserve) -> Reservation {
        let in_doubt = self.doubt.is_some() || self.undelivered > 0;
        let pause = self.pause.clone();
        if let Some(again_at) = pause.as_ref().map(|it| it.until).filter(|_| !self.is_held()) {
            return Reservation { granted: 0, again_at, pause, in_doubt };
        }
        let grant = |granted, again_at| Reservation { granted, again_at, pause, in_doubt };
        if reserve.interval <= TimeDelta::zero() {
            return grant(reserve.want, reserve.now);
        }
        // A slot far ahead can only come from a clock that was set back: it does not bind.
        let horizon = reserve.now + reserve.interval.max(TimeDelta::minutes(1));
        let slot = match self.next_slot {
            Some(slot) if slot <= horizon => slot.max(reserve.now - reserve.jitter),
            _ => reserve.now,
        };
        // The message that was let through the pause went out at its end, or shortly before.
        let resumed = self.resumed_at.map(|at| at + reserve.interval).filter(|at| *at <= horizon);
        let slot = resumed.map_or(slot, |resumed| slot.max(resumed));
        let granted = reserve.want.min(u32::from(slot <= reserve.now));
        let next = if granted > 0 { slot + reserve.interval + reserve.jitter } else { slot };
        self.next_slot = Some(next);
        grant(granted, next)
    }
}

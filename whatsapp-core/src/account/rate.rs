//! The account's rate limit: the number of requests that may be sent now, and when to ask again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, Pause};
use crate::id::AccountEventId;
use crate::time::{Elapsed, TimeBase};

/// The tolerance for slots. A slot that is further ahead than any request leaves it, by more than
/// this, comes from another clock.
const LEEWAY: TimeDelta = TimeDelta::seconds(1);

/// A request for slots: asks how many requests may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Now, by the wall clock. The answer's time to ask again is counted from it, and nothing else
    /// uses it.
    pub now: DateTime<Utc>,
    /// Now, by elapsed time.
    pub elapsed: Elapsed,
    /// The slot that the answer before this one left in mind: see [`Reservation::heard`].
    pub seen: Option<SeenSlot>,
    /// The largest number of requests that is wanted.
    pub want: u32,
    /// The least time between two requests; zero for no limit.
    pub interval: TimeDelta,
    /// Extra time until the next request is due, unless this request is itself late.
    pub jitter: TimeDelta,
}

/// A slot that cannot be compared with this process's elapsed time, and when the process first saw
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenSlot {
    /// The slot.
    pub slot: Elapsed,
    /// Time of the answer that first named the slot.
    pub first_seen: Elapsed,
}

/// The answer to a [`Reserve`]: the number of requests that may be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Number of requests that were granted; 0 until a pause's end has passed. While a person has
    /// stopped all sending, they are for requests that send no message.
    pub granted: u32,
    /// Time to ask again: the next slot, or the end of the pause.
    pub again_at: DateTime<Utc>,
    /// The slot for which nothing was granted, where it cannot be compared with the elapsed time.
    pub foreign: Option<Elapsed>,
    /// The pause, if there is one.
    pub pause: Option<Pause>,
    /// True if a message that is taken or delivered would change what is known of the account.
    pub in_doubt: bool,
}

impl Reserve {
    /// Returns how far ahead a slot is, or how far behind; `None` where the elapsed time cannot
    /// tell. It cannot tell either where no request leaves a slot so far ahead: then the two bases
    /// share a name, and nothing else.
    fn ahead(&self, slot: Elapsed) -> Option<TimeDelta> {
        let last = self.interval + self.jitter + LEEWAY;
        slot.since(self.elapsed).filter(|ahead| *ahead <= last)
    }

    /// Returns how long this process has known a slot.
    fn known_for(&self, slot: Elapsed) -> Option<TimeDelta> {
        let seen = self.seen.filter(|seen| seen.slot == slot)?;
        self.elapsed.since(seen.first_seen).filter(|time| *time >= TimeDelta::zero())
    }
}

impl Reservation {
    /// Records that this answer to `reserve` came at `elapsed`. Returns the value for the next
    /// [`Reserve::seen`].
    ///
    /// A slot may be younger than the request that first met it, but never younger than the answer.
    #[must_use]
    pub fn heard(&mut self, reserve: &Reserve, elapsed: Elapsed) -> Option<SeenSlot> {
        let slot = self.foreign?;
        if reserve.known_for(slot).is_some() {
            return reserve.seen;
        }
        let took = elapsed.since(reserve.elapsed).unwrap_or_default();
        self.again_at += took.max(TimeDelta::zero());
        Some(SeenSlot { slot, first_seen: elapsed })
    }
}

impl Account {
    /// Grants requests at `reserve.elapsed` and moves the account's next slot. This is the pure
    /// rule that every store applies inside one transaction.
    ///
    /// One request is granted at a time, and no two less than `interval` apart, so that no second
    /// sees more than the rate limit. The next slot is `interval` and `jitter` after this one. A
    /// grant that comes later than its slot takes the delay out of the jitter, so that lateness
    /// does not add up. The slot moves with a grant, and with nothing else.
    ///
    /// A slot of this process's own time base is exact. For a slot of another base nobody here can
    /// say when it comes. It binds for an `interval` from when this process first saw it, which is
    /// after the request that left it.
    ///
    /// A pause grants nothing until its end has passed. Then it grants the request for the one
    /// message that is let through, if any is. After the pause is lifted, the first request follows
    /// an `interval` after the process saw the lift. A pause that a person made grants the same as
    /// no pause: messages that went out are looked up and followed at the same rate.
    #[must_use]
    pub fn reserve(&mut self, reserve: &Reserve) -> Reservation {
        let in_doubt = self.doubt.is_some() || self.undelivered > 0;
        let pause = self.pause.clone();
        let foreign = None;
        let ends = pause.as_ref().map(|it| it.until).filter(|_| !self.is_held());
        if let Some(again_at) = ends.filter(|end| *end > reserve.now) {
            return Reservation { granted: 0, again_at, foreign, pause, in_doubt };
        }
        let Reserve { now, elapsed, want, interval, jitter, .. } = *reserve;
        let nothing = Reservation { granted: 0, again_at: now, foreign, pause, in_doubt };
        if interval <= TimeDelta::zero() {
            return Reservation { granted: want, ..nothing };
        }
        let (ahead, foreign) = match self.next_slot.map(|slot| (slot, reserve.ahead(slot))) {
            None => (TimeDelta::zero(), None),
            Some((_, Some(ahead))) => (ahead, None),
            Some((slot, None)) => {
                (interval - reserve.known_for(slot).unwrap_or_default(), Some(slot))
            }
        };
        if ahead > TimeDelta::zero() || want == 0 {
            return Reservation {
                again_at: now + ahead.max(TimeDelta::zero()),
                foreign,
                ..nothing
            };
        }
        let next = ahead.max(-jitter) + interval + jitter;
        self.next_slot = Some(elapsed + next);
        Reservation { granted: 1, again_at: now + next, ..nothing }
    }
}

/// The slot that the end of a pause leaves. Nobody has its time base, so it binds every process for
/// an interval from when that process first sees it. No two pauses leave the same slot.
pub(super) fn after_pause(id: AccountEventId) -> Elapsed {
    Elapsed::new(TimeBase::own(&id.into_bytes()), 0)
}

#[cfg(test)]
mod tests;

//! The account's pace: how many requests may be sent now, and when to ask again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Account, Pause};
use crate::id::AccountEventId;
use crate::time::{Elapsed, TimeBase};

/// A slot that is further ahead than a request leaves it, by more than this, was left by another clock.
const LEEWAY: TimeDelta = TimeDelta::seconds(1);

/// How many requests are wanted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Now, by the wall clock: the answer says by it when to ask again, and nothing else goes by it.
    pub now: DateTime<Utc>,
    /// Now, by elapsed time.
    pub elapsed: Elapsed,
    /// What the answer before this one left in mind: [`Reservation::heard`].
    pub seen: Option<SeenSlot>,
    /// The most that are wanted.
    pub want: u32,
    /// The least time between two requests; zero for no limit.
    pub interval: TimeDelta,
    /// How much later than that the next request is due, where this one is not late itself.
    pub jitter: TimeDelta,
}

/// A slot that this process's elapsed time cannot be compared with, and when the process first saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenSlot {
    /// The slot.
    pub slot: Elapsed,
    /// When the answer came that spoke of it first.
    pub first_seen: Elapsed,
}

/// How many requests may be made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// How many were granted; 0 while the account is paused. While a person has stopped all sending they
    /// are for requests that send nothing.
    pub granted: u32,
    /// When to ask again: the next slot, or the end of the pause.
    pub again_at: DateTime<Utc>,
    /// The slot for which nothing was granted, where the elapsed time cannot be compared with it.
    pub foreign: Option<Elapsed>,
    /// The pause, if there is one.
    pub pause: Option<Pause>,
    /// Whether a message that is taken, or delivered, changes what is known of the account.
    pub in_doubt: bool,
}

impl Reserve {
    /// How far ahead a slot is, or how far behind; `None` where the elapsed time does not tell. It does
    /// not either where no request leaves a slot so far ahead: both then have the base's name alone.
    fn ahead(&self, slot: Elapsed) -> Option<TimeDelta> {
        let last = self.interval + self.jitter + LEEWAY;
        slot.since(self.elapsed).filter(|ahead| *ahead <= last)
    }

    /// How long this process knows a slot.
    fn known_for(&self, slot: Elapsed) -> Option<TimeDelta> {
        let seen = self.seen.filter(|seen| seen.slot == slot)?;
        self.elapsed.since(seen.first_seen).filter(|time| *time >= TimeDelta::zero())
    }
}

impl Reservation {
    /// Takes in that this answer to `reserve` came at `elapsed`; gives what to say in the next
    /// [`Reserve::seen`].
    ///
    /// A slot may be younger than the question that met it first, and is never younger than the answer.
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
    /// Grants requests at `reserve.elapsed` and moves the account's next slot: the pure rule that every
    /// store applies inside one transaction.
    ///
    /// One request is granted at a time, and no two less than `interval` apart, so that no second
    /// sees more than the rate. The next slot is `interval` and `jitter` after this one; a grant that
    /// comes later than its slot takes that out of the jitter, so that lateness does not add up. The
    /// slot moves with a grant, and with nothing else.
    ///
    /// A slot of this process's base is exact. Of another one nobody here can say when it comes: it binds
    /// for an `interval` from when this process first saw it, which is after the request that left it.
    ///
    /// A pause grants nothing until its end has passed. Then it grants the request for the one message
    /// that is let through, if it is; the first one after it is lifted follows an `interval` after that
    /// was seen. A pause that a person made grants what it would without it: what went out is looked up
    /// and followed at the same pace.
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

/// The slot that the end of a pause leaves. Nobody has its base, so that it binds every process for an
/// interval from when that process first sees it; no two pauses leave the same.
pub(super) fn after_pause(id: AccountEventId) -> Elapsed {
    Elapsed::new(TimeBase::own(&id.into_bytes()), 0)
}

#[cfg(test)]
mod tests;

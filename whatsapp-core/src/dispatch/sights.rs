//! A dispatcher's view of time: corrections of the wall clock, and the first sight of attempts
//! whose elapsed time cannot be compared with its own.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use chrono::TimeDelta;

use super::locked;
use super::settings::LatestSettings;
use crate::id::MessageId;
use crate::port::{Claimed, Clock, Redate, StoreError};
use crate::time::{Elapsed, Moment};
use crate::wiring::Ports;

/// A wall clock that moved by more than this against the elapsed time was set.
const SET_BY: TimeDelta = TimeDelta::seconds(30);

/// The number of attempts that are remembered. An attempt that is forgotten is seen for the first
/// time again, and only waits longer.
const KEPT: usize = 10_000;

/// Attempts of another time base, and when they were first seen here.
#[derive(Debug, Default)]
struct Sights(BTreeMap<MessageId, Sight>);

#[derive(Debug, Clone, Copy)]
struct Sight {
    no: u32,
    first: Elapsed,
}

impl Sights {
    /// Returns the time at which attempt `no` of a message was first seen. If it never was, that is
    /// now.
    fn first(&mut self, id: MessageId, no: u32, now: Elapsed) -> Elapsed {
        if let Some(sight) = self.0.get(&id)
            && sight.no == no
            && now.since(sight.first).is_some()
        {
            return sight.first;
        }
        if self.0.len() >= KEPT {
            // Another process has settled it long ago, or nobody can.
            let oldest = self.0.iter().min_by_key(|(_, sight)| sight.first.micros);
            let oldest = oldest.map(|(id, _)| *id);
            self.0.retain(|id, _| Some(*id) != oldest);
        }
        self.0.insert(id, Sight { no, first: now });
        now
    }

    fn forget(&mut self, id: MessageId) {
        self.0.remove(&id);
    }
}

/// Returns this moment, by both times.
pub(super) fn moment(clock: &dyn Clock) -> Moment {
    Moment::new(clock.now(), clock.elapsed())
}

/// The times of one dispatcher.
#[derive(Debug, Default)]
pub(super) struct Times {
    /// The wall clock and the elapsed time when they were last compared.
    compared: Mutex<Option<Moment>>,
    sights: Mutex<Sights>,
}

impl Times {
    /// Returns this moment, with what is needed to tell the age of a claimed message's open
    /// attempt.
    pub(super) fn moment_of(&self, claimed: &Claimed, clock: &dyn Clock) -> Moment {
        let mut moment = moment(clock);
        if let (Some(elapsed), Some((_, mark))) = (moment.elapsed, claimed.progress.opened())
            && mark.is_none_or(|mark| mark.base != elapsed.base)
        {
            let (id, no) = (claimed.lease.message_id, claimed.progress.posts);
            moment.first_seen = Some(locked(&self.sights).first(id, no, elapsed));
        }
        moment
    }

    /// Forgets a message that has no open attempt any more.
    pub(super) fn forget(&self, id: MessageId) {
        locked(&self.sights).forget(id);
    }

    /// Corrects the times at which looks are due when this process starts, and when it notices that
    /// the wall clock was set. Without this, looks would wait for hours after a clock was set back.
    pub(super) async fn heed_the_wall_clock(
        &self,
        ports: &Ports,
        settings: &LatestSettings,
        mark: Duration,
    ) -> Result<(), StoreError> {
        let moment = moment(ports.clock.as_ref());
        let Some(elapsed) = moment.elapsed else { return Ok(()) };
        if locked(&self.compared).is_some_and(|last| !was_set(last, moment)) {
            return Ok(());
        }
        // Settings that cannot be used stop all looks, so there is nothing to correct.
        let Ok(settings) = settings.at(ports, mark).await? else { return Ok(()) };
        let within = settings.retry_policy().settle_window();
        ports.store.redate(&Redate { now: moment.now, elapsed, within }).await?;
        *locked(&self.compared) = Some(moment);
        Ok(())
    }
}

/// Returns whether the wall clock was set between two moments.
fn was_set(last: Moment, now: Moment) -> bool {
    let passed = now.elapsed.zip(last.elapsed).and_then(|(now, last)| now.since(last));
    passed.is_none_or(|passed| (now.now - last.now - passed).abs() > SET_BY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::TimeBase;

    fn id(n: usize) -> MessageId {
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        MessageId::from_bytes(bytes)
    }

    #[test]
    fn an_attempt_is_first_seen_once_by_each_base() {
        let mut sights = Sights::default();
        let at =
            |base: &[u8], minute| Elapsed::new(TimeBase::own(base), 0) + TimeDelta::minutes(minute);
        assert_eq!(sights.first(id(1), 1, at(b"a", 0)), at(b"a", 0));
        assert_eq!(sights.first(id(1), 1, at(b"a", 9)), at(b"a", 0));
        assert_eq!(sights.first(id(1), 2, at(b"a", 9)), at(b"a", 9), "the next attempt");
        assert_eq!(sights.first(id(1), 2, at(b"b", 1)), at(b"b", 1), "another clock");
        sights.forget(id(1));
        assert_eq!(sights.first(id(1), 2, at(b"b", 3)), at(b"b", 3));
    }

    #[test]
    fn a_wall_clock_that_runs_with_time_was_not_set() {
        let base = TimeBase::own(b"a");
        let at = |wall, elapsed| {
            let now = chrono::DateTime::UNIX_EPOCH + TimeDelta::seconds(wall);
            Moment::new(now, Elapsed::new(base, 0) + TimeDelta::seconds(elapsed))
        };
        assert!(!was_set(at(0, 0), at(86_400, 86_400)));
        assert!(!was_set(at(0, 0), at(30, 0)), "a clock that is slewed is not set");
        assert!(was_set(at(0, 0), at(31, 0)));
        assert!(was_set(at(100, 0), at(0, 0)));
        assert!(was_set(at(0, 0), at(0, 10_800)), "a suspension that the wall clock missed");
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for() {
        let mut sights = Sights::default();
        for n in 0..=KEPT {
            let now = Elapsed::new(TimeBase::own(b"a"), i64::try_from(n).unwrap());
            sights.first(id(n), 1, now);
        }
        assert_eq!(sights.0.len(), KEPT);
        assert!(!sights.0.contains_key(&id(0)), "the one that was seen first is forgotten");
    }
}

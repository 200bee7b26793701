//! A chore of a scene, and the time of its next turn.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use whatsapp_core::chore::{Chore, Next};
use whatsapp_core::{Rings, Wake};

/// The shortest time between two turns of a chore that was not woken, as in a `Runner`.
const SHORTEST: Duration = Duration::from_millis(1);

/// A chore that comes back within this time has more to do.
const SOON: Duration = Duration::from_secs(1);

/// The rhythm of a chore while nothing happens: a quarter of an hour.
pub(super) const QUARTER: Duration = Duration::from_secs(15 * 60);

/// The rhythm in which a chore looks for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Its own.
    Own,
    /// Its own after something happened, and every quarter of an hour while nothing does.
    Quarters,
}

/// A chore and its next turn.
#[derive(Debug)]
pub(super) struct Entry {
    chore: Arc<dyn Chore>,
    rhythm: Rhythm,
    wake: Wake,
    /// The rings of its bell by its last turn.
    heard: Rings,
    due: DateTime<Utc>,
    rest_until: DateTime<Utc>,
    has_more: bool,
}

impl Entry {
    /// A chore whose first turn is due at `now`.
    pub(super) fn new(chore: Arc<dyn Chore>, rhythm: Rhythm, now: DateTime<Utc>) -> Self {
        let wake = chore.wake();
        let heard = wake.rings();
        Self { chore, rhythm, wake, heard, due: now, rest_until: now, has_more: false }
    }

    /// The chore's name.
    pub(super) fn name(&self) -> &'static str {
        self.chore.name()
    }

    /// Returns true if the chore wanted to come back at once after its last turn.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    /// The time of the next turn. `is_quiet` is set while nothing happens in the scene.
    pub(super) fn next_turn(&self, is_quiet: bool) -> DateTime<Utc> {
        if self.wake.rings() != self.heard {
            return self.rest_until;
        }
        let waits = is_quiet && !self.has_more && self.rhythm == Rhythm::Quarters;
        let due = if waits { quarter_from(self.due) } else { self.due };
        due.max(self.rest_until)
    }

    /// Gives the chore a turn, and waits for the work that it leaves beside it.
    pub(super) async fn turn(&mut self, now: DateTime<Utc>) {
        self.heard = self.wake.rings();
        let turn = self.chore.turn(now).await;
        if let Some(work) = turn.beside {
            work.await;
        }
        let wait = match turn.next {
            Next::At(at, most) => (at - now).to_std().unwrap_or_default().min(most),
            Next::In(wait) => wait,
        };
        self.has_more = matches!(turn.next, Next::In(wait) if wait <= SOON);
        self.rest_until = later(now, turn.rest);
        self.due = later(now, wait.max(SHORTEST));
    }
}

/// The instant after this time, rounded up to whole microseconds as a clock has them; or the end of
/// time.
pub(super) fn later(now: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    let then = TimeDelta::from_std(wait).ok().and_then(|wait| now.checked_add_signed(wait));
    let then = then.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let whole = then.trunc_subsecs(6);
    let wait = TimeDelta::microseconds(i64::from(whole < then));
    whole.checked_add_signed(wait).unwrap_or(whole)
}

/// The first quarter of an hour at or after an instant. All time zones of today are whole quarters
/// apart, so the hours of a business begin at one.
fn quarter_from(at: DateTime<Utc>) -> DateTime<Utc> {
    let quarter = i64::try_from(QUARTER.as_micros()).unwrap_or(i64::MAX);
    let over = at.timestamp_micros().rem_euclid(quarter);
    let wait = TimeDelta::microseconds(if over == 0 { 0 } else { quarter - over });
    at.checked_add_signed(wait).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::START;

    #[test]
    fn quarters_are_those_of_the_wall_clock() {
        let at =
            |minutes, micros| START + TimeDelta::minutes(minutes) + TimeDelta::microseconds(micros);
        assert_eq!(quarter_from(at(0, 0)), at(0, 0));
        assert_eq!(quarter_from(at(0, 1)), at(15, 0));
        assert_eq!(quarter_from(at(14, 0)), at(15, 0));
        assert_eq!(quarter_from(at(16, 0)), at(30, 0));
    }

    #[test]
    fn instants_are_whole_microseconds_and_never_earlier_than_asked_for() {
        let micro = TimeDelta::microseconds(1);
        assert_eq!(later(START, Duration::from_nanos(1)), START + micro);
        assert_eq!(later(START, Duration::from_micros(1)), START + micro);
        assert!(later(START, Duration::MAX) > START + TimeDelta::days(1_000_000));
    }
}

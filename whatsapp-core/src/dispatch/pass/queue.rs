//! The start of claims, their shares among the lanes, and what a dispatcher knows about the queue
//! without asking.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::port::{Claimed, Lane, QueuePoint};

/// Under a backlog, a claim begins at the front this often, to find what came late: a lease that
/// ran out, or a message that was given back.
const FRONT_EVERY: Duration = Duration::from_secs(5);

/// A claim is made this often although nothing seems due. A lease that was given before the clock
/// was set back seems to hold for hours; only a claim tells that it does not.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Under a backlog, the database is asked this often in which lanes something is due. A message in
/// a lane that was empty may wait this long.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// One of this many requests goes to the lower lanes, while something is due there.
const TURN_EVERY: u32 = 10;

/// The knowledge of one dispatcher about the queue.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    positions: BTreeMap<Lane, ScanPosition>,
    pub(crate) turns: Turns,
    /// The lanes in which more is due, if the last claims filled all the room there was.
    backlog: Option<Due>,
}

/// The lanes in which a claim may find something, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Due {
    /// Time of the database's answer, by the monotonic clock.
    pub(crate) asked: Duration,
    /// The lanes in which something is due.
    pub(crate) lanes: Vec<Lane>,
    /// Lanes in which nothing seems due, but a claim is made all the same. They have no turns.
    pub(crate) swept: Vec<Lane>,
}

impl Due {
    pub(crate) const fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.swept.is_empty()
    }
}

impl Queue {
    pub(crate) fn lane(&mut self, lane: Lane) -> &mut ScanPosition {
        self.positions.entry(lane).or_default()
    }

    /// Returns the lanes in which something is due, where that is known without asking.
    pub(crate) fn known(&self, mark: Duration) -> Option<Due> {
        let fresh = |due: &&Due| mark.saturating_sub(due.asked) < ASK_EVERY;
        self.backlog.as_ref().filter(fresh).cloned()
    }

    /// Remembers the lanes in which more is due, if the claims filled all the room there was.
    pub(crate) fn remember(&mut self, filled: bool, due: Due) {
        self.backlog = Some(due).filter(|due| filled && !due.lanes.is_empty());
    }
}

/// The shares of a process's requests among the lanes: the upper lanes come first, except for the
/// turns of the lower lanes.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// Number of requests since the last turn.
    since: u32,
    /// The lane that had the last turn.
    last: Option<Lane>,
}

impl Turns {
    /// Returns the lanes and the number of the `granted` requests that each is asked for. First
    /// come the lower lanes that have a turn, then all due lanes in their order, each for the rest.
    pub(crate) fn share(&mut self, due: &[Lane], granted: u32) -> Vec<(Lane, u32)> {
        let lower = due.get(1..).unwrap_or_default();
        let mut turns = BTreeMap::new();
        if lower.is_empty() {
            self.since = 0;
        } else {
            let requests = self.since.saturating_add(granted);
            self.since = requests % TURN_EVERY;
            for _ in 0..requests / TURN_EVERY {
                let next = lower.iter().find(|lane| Some(**lane) > self.last);
                self.last = next.or(lower.first()).copied();
                *turns.entry(self.last).or_insert(0) += 1;
            }
        }
        let turns = turns.into_iter().filter_map(|(lane, count)| Some((lane?, count)));
        turns.chain(due.iter().map(|lane| (*lane, granted))).collect()
    }
}

/// The progress of the claims in one lane.
#[derive(Debug, Default)]
pub(crate) struct ScanPosition {
    /// The end of the last claim, if it returned all that it asked for.
    end: Option<QueuePoint>,
    /// Time by the monotonic clock at which a claim last began at the front.
    front: Option<Duration>,
}

impl ScanPosition {
    /// Returns whether it is time for a claim that trusts no due time: at the start, then every
    /// minute.
    pub(crate) fn must_sweep(&self, mark: Duration) -> bool {
        self.rested(mark, SWEEP_EVERY)
    }

    /// Returns the point at which the next claim begins; `None` is the front.
    pub(crate) fn start(&self, mark: Duration) -> Option<QueuePoint> {
        self.end.filter(|_| !self.rested(mark, FRONT_EVERY))
    }

    /// Records the messages that a claim returned. It began at `start` and asked for `limit`
    /// messages.
    pub(crate) fn claimed(
        &mut self,
        start: Option<QueuePoint>,
        mark: Duration,
        claimed: &[Claimed],
        limit: u32,
    ) {
        if start.is_none() {
            self.front = Some(mark);
        }
        let full = claimed.len() >= limit as usize;
        self.end = claimed.last().filter(|_| full).map(Claimed::point);
    }

    fn rested(&self, mark: Duration, rest: Duration) -> bool {
        self.front.is_none_or(|front| mark.saturating_sub(front) >= rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the lane of each of these requests, where each is granted alone and every lane has
    /// plenty.
    fn lanes(turns: &mut Turns, due: &[Lane], requests: u32) -> Vec<Lane> {
        (0..requests).filter_map(|_| turns.share(due, 1).first().map(|(lane, _)| *lane)).collect()
    }

    #[test]
    fn the_lower_lanes_get_one_request_in_ten_and_take_turns() {
        let mut turns = Turns::default();
        let served = lanes(&mut turns, Lane::ALL, 80);
        let lower: Vec<_> = served.iter().skip(9).step_by(10).copied().collect();
        let four = &Lane::ALL[1..];
        assert_eq!(lower, [four, four].concat());
        let upper = served.iter().filter(|lane| **lane == Lane::Transactional).count();
        assert_eq!(upper, 72);
    }

    #[test]
    fn one_lane_alone_gets_every_request() {
        let mut turns = Turns::default();
        let served = lanes(&mut turns, &[Lane::Watch], 30);
        assert_eq!(served, [Lane::Watch; 30]);
        let served = lanes(&mut turns, &[Lane::Bulk, Lane::Watch], 9);
        assert_eq!(served, [Lane::Bulk; 9], "turns count from when something is due below");
    }

    #[test]
    fn large_claims_share_as_single_ones_do() {
        let mut turns = Turns::default();
        let due = [Lane::Greeting, Lane::Bulk, Lane::Watch];
        let mut lower = BTreeMap::new();
        for _ in 0..10 {
            let mut shares = turns.share(&due, 16);
            let all = shares.split_off(shares.len() - due.len());
            assert_eq!(all, due.map(|lane| (lane, 16)));
            for (lane, count) in shares {
                *lower.entry(lane).or_insert(0) += count;
            }
        }
        assert_eq!(lower, BTreeMap::from([(Lane::Bulk, 8), (Lane::Watch, 8)]));
    }
}

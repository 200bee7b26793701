//! Where claims begin, how they are shared among the lanes, and what a dispatcher knows about the
//! queue without asking.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::port::{Claimed, Lane, QueuePoint};

/// Under a backlog a claim begins at the front this often, for what came late: a lease that ran
/// out, a message that was given back.
const FRONT_EVERY: Duration = Duration::from_secs(5);

/// How often a claim is made although nothing seems due. A lease that was given before the clock
/// was set back looks as if it held for hours; only a claim tells that it does not.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Under a backlog the database is asked this often in which lanes something is due: as long may
/// wait what came into a lane that was empty.
const ASK_EVERY: Duration = Duration::from_millis(500);

/// Of how many requests one goes to the lower lanes, while something is due there.
const TURN_EVERY: u32 = 10;

/// What one dispatcher knows about the queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    courses: BTreeMap<Lane, Course>,
    pub(super) turns: Turns,
    /// The last claims filled all the room there was: more is due in these lanes.
    backlog: Option<Due>,
}

/// The lanes in which a claim may find something, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    /// When, by the monotonic clock, the database said so.
    pub(super) asked: Duration,
    /// The lanes in which something is due.
    pub(super) lanes: Vec<Lane>,
    /// Lanes in which nothing seems due and a claim is made all the same. They have no turns.
    pub(super) swept: Vec<Lane>,
}

impl Due {
    pub(super) const fn is_empty(&self) -> bool {
        self.lanes.is_empty() && self.swept.is_empty()
    }
}

impl Queue {
    pub(super) fn lane(&mut self, lane: Lane) -> &mut Course {
        self.courses.entry(lane).or_default()
    }

    /// The lanes in which something is due, where that is known without asking.
    pub(super) fn known(&self, mark: Duration) -> Option<Due> {
        let fresh = |due: &&Due| mark.saturating_sub(due.asked) < ASK_EVERY;
        self.backlog.as_ref().filter(fresh).cloned()
    }

    /// Remembers in which lanes more is due: those that filled all the room there was.
    pub(super) fn remember(&mut self, filled: bool, due: Due) {
        self.backlog = Some(due).filter(|due| filled && !due.lanes.is_empty());
    }
}

/// How the requests of a process are shared among the lanes: the upper ones come first, but for the
/// turns of the lower ones.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Requests since the last turn.
    since: u32,
    /// Whose that was.
    last: Option<Lane>,
}

impl Turns {
    /// Which lanes are asked for how many of the `granted` requests: first the lower ones that have
    /// a turn, then all that are due in their order, each for whatever is left.
    pub(super) fn share(&mut self, due: &[Lane], granted: u32) -> Vec<(Lane, u32)> {
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

/// How far the claims of one lane have come.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// The end of the last claim, if that gave all it was asked for.
    end: Option<QueuePoint>,
    /// When, by the monotonic clock, a claim last began at the front.
    front: Option<Duration>,
}

impl Course {
    /// Whether it is time for a claim that trusts no due time: at the start, then every minute.
    pub(super) fn must_sweep(&self, mark: Duration) -> bool {
        self.rested(mark, SWEEP_EVERY)
    }

    /// Where the next claim begins; `None` is the front.
    pub(super) fn start(&self, mark: Duration) -> Option<QueuePoint> {
        self.end.filter(|_| !self.rested(mark, FRONT_EVERY))
    }

    /// Takes in what a claim that began at `start` gave of the `limit` that it asked for.
    pub(super) fn claimed(
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

    /// The lane that each of these requests goes to, where each is granted alone and every lane has
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

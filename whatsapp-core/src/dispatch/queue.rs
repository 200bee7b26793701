//! Where claims begin, and what a dispatcher knows about the queue without asking.

use std::time::Duration;

use crate::port::{Claimed, Lane, QueuePoint};

/// Under a backlog a claim begins at the front this often, for what came late: a lease that ran
/// out, a message that was given back.
const FRONT_EVERY: Duration = Duration::from_secs(5);

/// How often a claim is made although nothing seems due. A lease that was given before the clock
/// was set back looks as if it held for hours; only a claim tells that it does not.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// What one dispatcher knows about the queue.
#[derive(Debug, Default)]
pub(super) struct Queue {
    owed: Course,
    watch: Course,
    /// The last claims filled all the room there was: more is due, without asking.
    pub(super) backlog: bool,
}

impl Queue {
    pub(super) const fn lane(&mut self, lane: Lane) -> &mut Course {
        match lane {
            Lane::Owed => &mut self.owed,
            Lane::Watch => &mut self.watch,
        }
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

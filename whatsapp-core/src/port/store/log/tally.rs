//! What became of messages, in numbers.

use crate::message::Outcome;

/// Messages by status, each counted as far as was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusCounts {
    /// `pending`.
    pub pending: u64,
    /// `sent`.
    pub sent: u64,
    /// `failed`, with and without a next attempt.
    pub failed: u64,
    /// `cancelled`.
    pub cancelled: u64,
    /// How many of `failed` will be retried.
    pub retrying: u64,
    /// How many of `pending` and of `retrying` were due and [wait](crate::message::HeldFor).
    pub held: u64,
}

/// What became of the messages that were made in some time. Each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Those that wait for their first attempt, or for what it came to.
    pub waiting: u64,
    /// Those whose last attempt failed and that will be retried.
    pub retrying: u64,
    /// Those that the gateway took, without a word of delivery.
    pub accepted: u64,
    /// Those that the handset has.
    pub delivered: u64,
    /// Those that were read.
    pub read: u64,
    /// Those that the gateway took and could not deliver.
    pub undelivered: u64,
    /// Those that failed for good before the gateway took them, or so that nobody knows.
    pub failed: u64,
    /// Those that were withdrawn.
    pub cancelled: u64,
    /// Whether all of that time were counted: otherwise only the newest.
    pub is_exact: bool,
}

impl Tally {
    /// How many messages were made.
    #[must_use]
    pub const fn made(&self) -> u64 {
        self.waiting + self.retrying + self.taken() + self.failed + self.cancelled
    }

    /// How many of them the gateway took.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.accepted + self.delivered + self.read + self.undelivered
    }

    /// How many of them came to one of these.
    ///
    /// ```
    /// use whatsapp_core::message::Outcome;
    /// use whatsapp_core::port::Tally;
    ///
    /// let mut tally = Tally { delivered: 3, ..Tally::default() };
    /// tally.add(Outcome::Retrying, 2);
    /// assert_eq!((tally.sum(Outcome::SENT), tally.sum(Outcome::WAITING)), (3, 2));
    /// ```
    #[must_use]
    pub fn sum(&self, outcomes: &[Outcome]) -> u64 {
        let mut counts = *self;
        outcomes.iter().map(|outcome| *counts.count(*outcome)).sum()
    }

    /// Counts so many more messages with this outcome.
    pub const fn add(&mut self, outcome: Outcome, number: u64) {
        *self.count(outcome) += number;
    }

    const fn count(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::Waiting => &mut self.waiting,
            Outcome::Retrying => &mut self.retrying,
            Outcome::Accepted => &mut self.accepted,
            Outcome::Delivered => &mut self.delivered,
            Outcome::Read => &mut self.read,
            Outcome::Undelivered => &mut self.undelivered,
            Outcome::Failed => &mut self.failed,
            Outcome::Cancelled => &mut self.cancelled,
        }
    }
}

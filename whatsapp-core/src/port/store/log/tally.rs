//! Outcomes of messages, in numbers.

use crate::message::Outcome;

/// Messages by status, each counted up to the requested bound.
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
    /// Number of `failed` messages that will be retried.
    pub retrying: u64,
    /// Number of `pending` and of `retrying` messages that were due and
    /// [wait](crate::message::HeldFor).
    pub held: u64,
}

/// Outcomes of the messages that were made in some time. Each message is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Messages that wait for their first attempt, or for its result.
    pub waiting: u64,
    /// Messages whose last attempt failed and that will be retried.
    pub retrying: u64,
    /// Messages that the gateway accepted, without a report of their delivery.
    pub accepted: u64,
    /// Messages that reached the handset.
    pub delivered: u64,
    /// Messages that were read.
    pub read: u64,
    /// Messages that the gateway accepted and could not deliver.
    pub undelivered: u64,
    /// Messages that failed for good before the gateway accepted them, or with an unknown outcome.
    pub failed: u64,
    /// Messages that were withdrawn.
    pub cancelled: u64,
    /// True if all messages of that time were counted; otherwise only the newest were.
    pub is_exact: bool,
}

impl Tally {
    /// Number of messages that were made.
    #[must_use]
    pub const fn made(&self) -> u64 {
        self.waiting + self.retrying + self.taken() + self.failed + self.cancelled
    }

    /// Number of messages that the gateway accepted.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.accepted + self.delivered + self.read + self.undelivered
    }

    /// Number of messages with one of these outcomes.
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

    /// Adds `number` messages with this outcome.
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

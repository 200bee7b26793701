//! The circuit breaker: tells an outage of the gateway from failures of single messages.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use crate::id::MessageId;

const WINDOW: TimeDelta = TimeDelta::seconds(60);
const FAILURES: usize = 5;
const MESSAGES: usize = 3;

/// Remembers recent failures to reach the gateway.
///
/// Five failures within a minute, from at least three messages, are an outage. One message alone
/// never makes an outage, and follows its own retry schedule to the end.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: VecDeque<(DateTime<Utc>, MessageId)>,
}

impl Breaker {
    /// Records the result of a request; `true` when this makes it an outage.
    pub(crate) fn record(&mut self, at: DateTime<Utc>, message: MessageId, failed: bool) -> bool {
        if !failed {
            self.failures.clear();
            return false;
        }
        self.failures.push_back((at, message));
        while self.failures.front().is_some_and(|(first, _)| *first + WINDOW < at)
            || self.failures.len() > 100
        {
            self.failures.pop_front();
        }
        let mut messages: Vec<_> = self.failures.iter().map(|(_, message)| *message).collect();
        messages.sort_unstable();
        messages.dedup();
        let outage = self.failures.len() >= FAILURES && messages.len() >= MESSAGES;
        if outage {
            self.failures.clear();
        }
        outage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u8) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second.into())
    }

    fn message(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    #[test]
    fn five_failures_of_three_messages_in_a_minute_are_an_outage() {
        let mut breaker = Breaker::default();
        let opened: Vec<bool> =
            (0..5).map(|n| breaker.record(at(n), message(n % 3), true)).collect();
        assert_eq!(opened, [false, false, false, false, true]);
    }

    #[test]
    fn one_message_alone_never_is() {
        let mut breaker = Breaker::default();
        assert!((0..50).all(|n| !breaker.record(at(n), message(1), true)));
    }

    #[test]
    fn slow_failures_and_successes_between_are_none() {
        let mut breaker = Breaker::default();
        assert!((0..15).all(|n| !breaker.record(at(n * 16), message(n), true)));
        let mut breaker = Breaker::default();
        assert!((0..20).all(|n| !breaker.record(at(n), message(n), n % 4 != 0)));
    }
}

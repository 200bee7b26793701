//! The outcome of a message, in one word.

use super::kind::{Delivery, FailureKind, Status};
use super::row::StateRow;
use crate::word::words;

words!(
    /// The outcome of a message so far. Each message has exactly one.
    Outcome, "outcome",
    "waiting, retrying, accepted, delivered, read, undelivered, failed, cancelled",
    {
        /// The message waits for its first attempt, or for the result of an attempt.
        Waiting => "waiting", "Waiting";
        /// The message's last attempt failed, and another one follows.
        Retrying => "retrying", "Will be tried again";
        /// The gateway accepted the message, without a report of its delivery.
        Accepted => "accepted", "Taken by WhatsApp";
        /// The message reached the handset.
        Delivered => "delivered", "Delivered";
        /// The message was read.
        Read => "read", "Read";
        /// The gateway accepted the message and could not deliver it.
        Undelivered => "undelivered", "Not delivered";
        /// The message failed for good before the gateway accepted it, or with an unknown outcome.
        Failed => "failed", "Failed";
        /// The message was withdrawn.
        Cancelled => "cancelled", "Cancelled";
    }
);

impl Outcome {
    /// Outcomes of messages that wait, also for another attempt.
    pub const WAITING: &'static [Self] = &[Self::Waiting, Self::Retrying];
    /// Outcomes of messages that the gateway accepted, and did not report as undelivered.
    pub const SENT: &'static [Self] = &[Self::Accepted, Self::Delivered, Self::Read];
    /// Outcomes of messages that failed for good.
    pub const FAILED: &'static [Self] = &[Self::Failed, Self::Undelivered];

    /// The outcome of a message in this state.
    #[must_use]
    pub fn of(state: &StateRow) -> Self {
        let kind = state.failure.as_ref().map(|failure| failure.kind);
        match (state.status, state.delivery) {
            (Status::Pending, _) => Self::Waiting,
            (Status::Cancelled, _) => Self::Cancelled,
            (Status::Failed, _) if state.next_attempt_at.is_some() => Self::Retrying,
            (Status::Failed, _) if kind == Some(FailureKind::Undelivered) => Self::Undelivered,
            (Status::Failed, _) => Self::Failed,
            (Status::Sent, Some(Delivery::Delivered)) => Self::Delivered,
            (Status::Sent, Some(Delivery::Read)) => Self::Read,
            (Status::Sent, Some(Delivery::Undelivered)) => Self::Undelivered,
            (Status::Sent, Some(Delivery::Accepted) | None) => Self::Accepted,
        }
    }

    /// The statuses that messages with this outcome may have.
    #[must_use]
    pub const fn statuses(self) -> &'static [Status] {
        match self {
            Self::Waiting => &[Status::Pending],
            Self::Retrying | Self::Failed => &[Status::Failed],
            Self::Accepted | Self::Delivered | Self::Read => &[Status::Sent],
            Self::Undelivered => &[Status::Failed, Status::Sent],
            Self::Cancelled => &[Status::Cancelled],
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::message::Failure;

    #[test]
    fn every_state_has_an_outcome_that_may_have_its_status() {
        let deliveries = Delivery::ALL.iter().copied().map(Some).chain([None]);
        let kinds: Vec<_> = FailureKind::ALL.iter().copied().map(Some).chain([None]).collect();
        for delivery in deliveries {
            for (status, kind) in Status::ALL.iter().flat_map(|it| kinds.iter().map(|k| (*it, *k)))
            {
                for next_attempt_at in [None, Some(DateTime::UNIX_EPOCH)] {
                    let failure = kind.map(|kind| Failure::new(kind, "on purpose"));
                    let state =
                        StateRow { next_attempt_at, delivery, failure, ..StateRow::empty(status) };
                    let outcome = Outcome::of(&state);
                    assert!(outcome.statuses().contains(&status), "{state:?}: {outcome}");
                }
            }
        }
    }

    #[test]
    fn what_waits_what_was_sent_what_failed_and_what_was_withdrawn_is_everything() {
        let mut all: Vec<_> =
            [Outcome::WAITING, Outcome::SENT, Outcome::FAILED, &[Outcome::Cancelled]].concat();
        all.sort_unstable();
        let mut every = Outcome::ALL.to_vec();
        every.sort_unstable();
        assert_eq!(all, every);
    }
}

//! Actions of the host and its managers: postpone, withdraw, retry.

use chrono::{DateTime, Utc};

use super::{Change, Progress};
use crate::message::event::Forbidden;
use crate::message::failure::Failure;
use crate::message::kind::{Cause, FailureKind};
use crate::message::part::Part;
use crate::message::state::State;
use crate::retry::RetryPolicy;
use crate::types::Class;

impl Progress {
    pub(super) fn postponed(&self, until: DateTime<Utc>) -> Change {
        match (&self.state, self.closed()) {
            (_, Some(why)) => Change::Forbidden(why),
            (State::Retrying { why, .. }, None) => {
                self.with(State::Retrying { at: until, why: why.clone() })
            }
            (_, None) => self.with(State::Waiting { due: until }),
        }
    }

    /// A final state, reached from waiting only.
    pub(super) fn finished(&self, state: State) -> Change {
        match self.closed() {
            Some(why) => Change::Forbidden(why),
            None => self.with(state),
        }
    }

    pub(super) fn retry_requested(&self, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        // A person waits for the message.
        let urgently =
            |state| Change::To(Self { state, ..self.clone() }.with_class(Class::Transactional));
        match &self.state {
            State::Waiting { due } if *due <= now && self.class == Class::Transactional => {
                Change::Same
            }
            State::Waiting { due } => urgently(State::Waiting { due: now.min(*due) }),
            State::Failed(Failure { kind: FailureKind::UnknownOutcome, .. }) => {
                Change::Forbidden(Forbidden::OutcomeUnknown)
            }
            State::Failed(Failure { kind: FailureKind::Invalid, .. }) => {
                Change::Forbidden(Forbidden::Final)
            }
            State::Retrying { why: Failure { cause: Cause::Recipient, .. }, .. }
            | State::Failed(Failure { cause: Cause::Recipient, .. }) => {
                Change::Forbidden(Forbidden::WrongNumber)
            }
            State::Failed(Failure { kind: FailureKind::Undelivered, .. })
                if self.part == Part::Text =>
            {
                Change::Forbidden(Forbidden::Final)
            }
            State::Failed(_) if self.counted() >= policy.max_posts() => {
                Change::Forbidden(Forbidden::Exhausted)
            }
            State::Retrying { why, .. } | State::Failed(why) => {
                urgently(State::Retrying { at: now, why: why.clone() })
            }
            State::Sending { .. } | State::Checking { .. } => {
                Change::Forbidden(Forbidden::UnderWay)
            }
            State::Sent { .. } => Change::Forbidden(Forbidden::AlreadySent),
            State::Cancelled(_) => Change::Forbidden(Forbidden::Cancelled),
        }
    }
}

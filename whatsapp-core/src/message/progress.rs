//! The state machine: one transition function.

mod by_hand;
mod delivery;
mod looks;
mod posts;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use super::event::{Event, Forbidden};
use super::failure::Failure;
use super::kind::{Cause, FailureKind};
use super::part::Part;
use super::state::State;
use crate::retry::RetryPolicy;
use crate::time::{Elapsed, Moment};
use crate::types::Class;

/// A state, and the POSTs that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The state of the message.
    pub state: State,
    /// The part of the message that is sent now, or was sent last.
    pub part: Part,
    /// POSTs begun so far: the attempts in the ledger.
    pub posts: u32,
    /// POSTs that use up no retry: those refused because of the account or the setup, or for an
    /// unclear reason. Once the text's turn has come, all that were made for the file count here
    /// too.
    pub free_posts: u32,
    /// The urgency of the message. A message that has ended is transactional: only a person takes
    /// it up again.
    pub class: Class,
}

/// The effect of an event on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The message changes to this progress.
    To(Progress),
    /// Nothing changes: the event is old, or reports a known fact.
    Same,
    /// The event may not happen in this state.
    Forbidden(Forbidden),
}

impl Progress {
    /// A transactional message that is due at `due` and was never tried.
    #[must_use]
    pub const fn new(due: DateTime<Utc>) -> Self {
        Self::ended(State::Waiting { due })
    }

    /// A message that has ended without any attempt.
    #[must_use]
    pub const fn ended(state: State) -> Self {
        let class = Class::Transactional;
        Self { state, part: Part::Whole, posts: 0, free_posts: 0, class }
    }

    /// The same progress with the part that is sent first.
    #[must_use]
    pub const fn with_part(mut self, part: Part) -> Self {
        self.part = part;
        self
    }

    /// The same progress with another urgency.
    #[must_use]
    pub const fn with_class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// Number of retries so far: POSTs after the first that count. It is never more than
    /// `max_retries`.
    #[must_use]
    pub const fn retry_count(&self) -> u32 {
        self.counted().saturating_sub(1)
    }

    /// Number of POSTs that count towards the limit of a message, or of each of its parts.
    const fn counted(&self) -> u32 {
        self.posts.saturating_sub(self.free_posts)
    }

    /// Returns the effect of `event`, at `moment`, on a message in this state. It is defined for
    /// every pair of state and event, and depends on nothing else.
    #[must_use]
    pub fn on(&self, event: &Event, moment: impl Into<Moment>, policy: &RetryPolicy) -> Change {
        let change = self.after(event, moment.into(), policy);
        #[cfg(feature = "witness")]
        super::witness::meets(&self.state, event, matches!(change, Change::To(_)));
        change
    }

    fn after(&self, event: &Event, moment: Moment, policy: &RetryPolicy) -> Change {
        let now = moment.now;
        match event {
            Event::Begun => self.begun(moment, policy),
            Event::Accepted => self.accepted(now, policy),
            Event::Refused { disposition, cause, reached, retry_after, reason } => {
                let kind = if *reached { FailureKind::Rejected } else { FailureKind::Invalid };
                let why = self.failure(kind, reason).caused_by(*cause);
                self.refused(*disposition, why, *retry_after, moment, policy)
            }
            Event::OutcomeUnknown => self.outcome_unknown(moment, policy),
            Event::Absent => self.absent(moment, policy),
            Event::LookUnavailable => self.look_unavailable(moment, policy),
            Event::Reported(reported) => self.reported(reported, now, policy),
            Event::PartUndelivered(part) => self.part_undelivered(*part, now, policy),
            Event::Postponed { until } => self.postponed(*until),
            Event::Rescheduled { .. } | Event::Withdrawn(_)
                if self.part == Part::Text && self.closed().is_none() =>
            {
                Change::Forbidden(Forbidden::FileSent)
            }
            Event::Rescheduled { due } => self.postponed(*due),
            Event::Withdrawn(reason) => self.finished(State::Cancelled(*reason)),
            Event::Abandoned { kind, cause, reason } => {
                let why = self.failure(*kind, reason).caused_by(*cause);
                self.finished(State::Failed(why))
            }
            Event::RetryRequested => self.retry_requested(now, policy),
            Event::Poisoned => self.finished(State::Failed(self.failure(
                FailureKind::Poison,
                "Sending this message broke down three times before it could begin.",
            ))),
        }
    }

    fn with(&self, state: State) -> Change {
        Change::To(Self { state, ..self.clone() })
    }

    /// Returns the reason why the message cannot be begun, withdrawn or otherwise changed in this
    /// state; `None` while it waits.
    fn closed(&self) -> Option<Forbidden> {
        match &self.state {
            State::Waiting { .. } | State::Retrying { .. } => None,
            State::Sending { .. } | State::Checking { .. } => Some(Forbidden::UnderWay),
            State::Sent { .. } => Some(Forbidden::AlreadySent),
            State::Failed(_) => Some(Forbidden::Final),
            State::Cancelled(_) => Some(Forbidden::Cancelled),
        }
    }

    /// A failure whose text says so if the file was sent before.
    fn failure(&self, kind: FailureKind, reason: &str) -> Failure {
        match self.part {
            Part::Whole | Part::File => Failure::new(kind, reason),
            Part::Text => {
                Failure::new(kind, format!("The file was sent, but not the text to it: {reason}"))
            }
        }
    }

    fn unknown_for_good(&self) -> Failure {
        self.failure(
            FailureKind::UnknownOutcome,
            "The outcome is unknown: the gateway gave no clear answer. The message may have been \
             delivered, so it is not sent again by itself.",
        )
        .caused_by(Cause::Gateway)
    }

    /// The start of the open attempt by both clocks; `None` when no attempt is open.
    #[must_use]
    pub const fn opened(&self) -> Option<(DateTime<Utc>, Option<Elapsed>)> {
        match &self.state {
            State::Sending { started, mark } | State::Checking { started, mark, .. } => {
                Some((*started, *mark))
            }
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Sent { .. }
            | State::Failed(_)
            | State::Cancelled(_) => None,
        }
    }

    /// The start of the open attempt, or the change to return where there is none.
    fn open(&self) -> Result<DateTime<Utc>, Change> {
        match &self.state {
            State::Sending { started, .. } | State::Checking { started, .. } => Ok(*started),
            State::Sent { .. } => Err(Change::Same),
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Failed(_)
            | State::Cancelled(_) => Err(Change::Forbidden(Forbidden::NoAttempt)),
        }
    }
}

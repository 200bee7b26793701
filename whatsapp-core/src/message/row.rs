//! A message's state as columns, which a store writes and reads back.

use chrono::{DateTime, Utc};

use super::attempt::{Attempt, AttemptOutcome};
use super::failure::Failure;
use super::kind::{CancelReason, Delivery, HeldFor, Status, Step};
use super::part::Part;
use super::progress::Progress;
use super::state::State;
use crate::private::Private;
use crate::time::Elapsed;
use crate::types::Class;

/// The columns of `whatsapp_message_logs` that the state decides, and the outbox row.
///
/// A store writes these as they are and reads them back as they are: no rule of the state machine
/// is in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateRow {
    /// `status`.
    pub status: Status,
    /// `part`: the part of the message that is sent now, or was sent last.
    pub part: Part,
    /// `retry_count`.
    pub retry_count: u32,
    /// `next_attempt_at`: set exactly when a failed message will be retried.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// `sent_at`.
    pub sent_at: Option<DateTime<Utc>>,
    /// `delivery`.
    pub delivery: Option<Delivery>,
    /// `failure_kind` and `failure_reason`.
    pub failure: Option<Failure>,
    /// `cancel_reason`.
    pub cancel_reason: Option<CancelReason>,
    /// `held_for`: reason why a message that was due waits.
    pub held_for: Option<HeldFor>,
    /// `explanation`: a sentence with the reason why the message waits or was withdrawn, where the
    /// host's books give one.
    pub explanation: Option<Private>,
    /// The outbox row; `None` when nothing is owed.
    pub owed: Option<OwedRow>,
}

/// The columns of the outbox that the state decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwedRow {
    /// The step that is owed.
    pub step: Step,
    /// The urgency of the message.
    pub class: Class,
    /// Time at which the step is due.
    pub due_at: DateTime<Utc>,
    /// The start of the open attempt.
    pub open_since: Option<DateTime<Utc>>,
    /// The start of the open attempt by elapsed time.
    pub open_mark: Option<Elapsed>,
    /// Time of the next lookup, by elapsed time.
    pub look_mark: Option<Elapsed>,
    /// POSTs begun so far.
    pub posts: u32,
    /// POSTs that use up no retry, as in [`Progress::free_posts`].
    pub free_posts: u32,
    /// Number of lookups of the open attempt.
    pub looks: u32,
    /// Number of lookups at which the gateway could not be asked.
    pub looks_unavailable: u32,
}

/// Number of POSTs of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PostCount {
    /// POSTs begun so far.
    pub made: u32,
    /// POSTs that use up no retry.
    pub free: u32,
}

/// The columns of a row contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("column {column} contradicts the message's status")]
#[non_exhaustive]
pub struct Contradiction {
    /// The column.
    pub column: &'static str,
}

impl StateRow {
    /// A row that is empty except for its status: a store starts from it when it reads a row.
    #[must_use]
    pub const fn empty(status: Status) -> Self {
        Self {
            status,
            part: Part::Whole,
            retry_count: 0,
            next_attempt_at: None,
            sent_at: None,
            delivery: None,
            failure: None,
            cancel_reason: None,
            held_for: None,
            explanation: None,
            owed: None,
        }
    }

    /// The same row with the reason why the message waits or was withdrawn. The next change removes
    /// it.
    #[must_use]
    pub fn explained(self, held_for: Option<HeldFor>, explanation: Option<Private>) -> Self {
        Self { held_for, explanation, ..self }
    }

    /// Returns the failure of a message that failed for good; `None` where it did not. A notice
    /// about it is owed.
    #[must_use]
    pub fn failed_for_good(&self) -> Option<&Failure> {
        let is_over = self.status == Status::Failed && self.owed.is_none();
        self.failure.as_ref().filter(|_| is_over)
    }

    /// The columns of a message in this state.
    #[must_use]
    pub fn of(progress: &Progress) -> Self {
        let owed = |step, due_at| OwedRow {
            step,
            class: progress.class,
            due_at,
            open_since: None,
            open_mark: None,
            look_mark: None,
            posts: progress.posts,
            free_posts: progress.free_posts,
            looks: 0,
            looks_unavailable: 0,
        };
        let base = |status| Self {
            part: progress.part,
            retry_count: progress.retry_count(),
            ..Self::empty(status)
        };
        match &progress.state {
            State::Waiting { due } => {
                Self { owed: Some(owed(Step::Send, *due)), ..base(Status::Pending) }
            }
            State::Sending { started, mark } => Self {
                owed: Some(OwedRow {
                    open_since: Some(*started),
                    open_mark: *mark,
                    ..owed(Step::Send, *started)
                }),
                ..base(Status::Pending)
            },
            State::Checking { started, mark, looks, unavailable, next, look_mark } => Self {
                owed: Some(OwedRow {
                    open_since: Some(*started),
                    open_mark: *mark,
                    look_mark: *look_mark,
                    looks: *looks,
                    looks_unavailable: *unavailable,
                    ..owed(Step::Look, *next)
                }),
                ..base(Status::Pending)
            },
            State::Retrying { at, why } => Self {
                next_attempt_at: Some(*at),
                failure: Some(why.clone()),
                owed: Some(owed(Step::Send, *at)),
                ..base(Status::Failed)
            },
            State::Sent { at, delivery, watch } => Self {
                sent_at: Some(*at),
                delivery: Some(*delivery),
                owed: watch.map(|due| owed(Step::Watch, due)),
                ..base(Status::Sent)
            },
            State::Failed(why) => Self { failure: Some(why.clone()), ..base(Status::Failed) },
            State::Cancelled(reason) => {
                Self { cancel_reason: Some(*reason), ..base(Status::Cancelled) }
            }
        }
    }

    /// Returns the number of POSTs of a message by its ledger. Free ones are those refused because
    /// of the account or the setup, or for an unclear reason. Once the text's turn has come, those
    /// of the file are free too.
    #[must_use]
    pub fn counts(&self, attempts: &[Attempt]) -> PostCount {
        let free = attempts.iter().filter(|attempt| {
            let free = [AttemptOutcome::AccountRefused, AttemptOutcome::UnclearRefusal];
            attempt.outcome.is_some_and(|outcome| free.contains(&outcome))
                || (self.part, attempt.part) == (Part::Text, Part::File)
        });
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        PostCount { made: number(attempts.len()), free: number(free.count()) }
    }

    /// Returns the progress that these columns stand for. The POSTs come from the outbox row while
    /// there is one, otherwise from `ended`: those counted in the ledger by
    /// [`counts`](Self::counts).
    ///
    /// A running attempt may not have replaced the status yet, as its begin does not change the
    /// message row. The open attempt of the outbox row then takes precedence.
    ///
    /// # Errors
    /// [`Contradiction`] when no state has such columns.
    pub fn progress(&self, ended: PostCount) -> Result<Progress, Contradiction> {
        let wrong = |column| Contradiction { column };
        let count =
            self.owed.map_or(ended, |owed| PostCount { made: owed.posts, free: owed.free_posts });
        let state = match (self.status, self.owed) {
            (
                Status::Pending | Status::Failed,
                Some(OwedRow {
                    step,
                    due_at,
                    open_since: Some(started),
                    open_mark: mark,
                    look_mark,
                    looks,
                    looks_unavailable,
                    ..
                }),
            ) => match step {
                Step::Send => State::Sending { started, mark },
                Step::Look => State::Checking {
                    started,
                    mark,
                    looks,
                    unavailable: looks_unavailable,
                    next: due_at,
                    look_mark,
                },
                Step::Watch => return Err(wrong("step")),
            },
            (Status::Pending, Some(OwedRow { step: Step::Send, due_at, .. })) => {
                State::Waiting { due: due_at }
            }
            (Status::Failed, Some(OwedRow { step: Step::Send, due_at, .. })) => State::Retrying {
                at: self.next_attempt_at.unwrap_or(due_at),
                why: self.failure.clone().ok_or(wrong("failure_kind"))?,
            },
            (Status::Pending | Status::Failed, Some(_)) => return Err(wrong("step")),
            (Status::Failed, None) => {
                State::Failed(self.failure.clone().ok_or(wrong("failure_kind"))?)
            }
            (Status::Sent, owed) => State::Sent {
                at: self.sent_at.ok_or(wrong("sent_at"))?,
                delivery: self.delivery.ok_or(wrong("delivery"))?,
                watch: match owed {
                    None => None,
                    Some(OwedRow { step: Step::Watch, due_at, .. }) => Some(due_at),
                    Some(_) => return Err(wrong("step")),
                },
            },
            (Status::Cancelled, None) => {
                State::Cancelled(self.cancel_reason.ok_or(wrong("cancel_reason"))?)
            }
            (Status::Pending, None) | (Status::Cancelled, Some(_)) => return Err(wrong("status")),
        };
        // Only a person takes up a message that has ended.
        let class = self.owed.map_or(Class::Transactional, |owed| owed.class);
        Ok(Progress { state, part: self.part, posts: count.made, free_posts: count.free, class })
    }
}

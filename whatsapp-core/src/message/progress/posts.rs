//! A POST: its beginning, and the meaning of its reply.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Change, Progress};
use crate::message::event::Forbidden;
use crate::message::failure::Failure;
use crate::message::kind::{Delivery, FailureKind};
use crate::message::part::Part;
use crate::message::state::State;
use crate::retry::{Disposition, RetryPolicy};
use crate::time::Moment;

impl Progress {
    pub(super) fn begun(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        match self.closed() {
            Some(why) => Change::Forbidden(why),
            None if self.counted() >= policy.max_posts() => Change::Forbidden(Forbidden::Exhausted),
            None => Change::To(Self {
                state: State::Sending { started: moment.now, mark: moment.elapsed },
                posts: self.posts + 1,
                ..self.clone()
            }),
        }
    }

    pub(super) fn accepted(&self, now: DateTime<Utc>, policy: &RetryPolicy) -> Change {
        match self.open() {
            Err(change) => change,
            // The text follows, with attempts of its own.
            Ok(_) if self.part == Part::File => Change::To(Self {
                state: State::Waiting { due: now },
                part: Part::Text,
                posts: self.posts,
                free_posts: self.posts,
                class: self.class,
            }),
            Ok(_) => self.with(State::Sent {
                at: now,
                delivery: Delivery::Accepted,
                watch: policy.next_watch(now, now),
            }),
        }
    }

    pub(super) fn refused(
        &self,
        disposition: Disposition,
        why: Failure,
        retry_after: Option<TimeDelta>,
        moment: Moment,
        policy: &RetryPolicy,
    ) -> Change {
        let now = moment.now;
        let started = match self.open() {
            Err(change) => return change,
            Ok(started) => started,
        };
        match disposition {
            Disposition::Permanent => self.with(State::Failed(why)),
            Disposition::Transient => {
                let asked = now + retry_after.unwrap_or_default();
                let at = (started + policy.interval).max(asked);
                self.again(at, Failure { kind: FailureKind::Exhausted, ..why }, policy)
            }
            Disposition::Account | Disposition::Misconfigured => Change::To(Self {
                state: State::Waiting { due: now + retry_after.unwrap_or_default() },
                free_posts: self.free_posts + 1,
                ..self.clone()
            }),
            Disposition::Unknown => self.outcome_unknown(moment, policy),
        }
    }

    /// Another attempt at `at`, or the end when all are used up.
    pub(super) fn again(&self, at: DateTime<Utc>, why: Failure, policy: &RetryPolicy) -> Change {
        if self.counted() >= policy.max_posts() {
            self.with(State::Failed(why))
        } else {
            self.with(State::Retrying { at, why })
        }
    }

    /// Plans a lookup of the attempt, as soon as it is old enough. A lookup that is due by the wall
    /// clock and comes too early by elapsed time is put off by this, and is not counted.
    pub(super) fn outcome_unknown(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        match &self.state {
            State::Sending { started, mark } => {
                let wait = policy.next_look(moment.age(*started, *mark), 0);
                self.checking((0, 0), wait, moment)
            }
            State::Checking { started, mark, looks, unavailable, look_mark, .. } => {
                let left = moment.elapsed.zip(*look_mark);
                let left = left.and_then(|(elapsed, look_mark)| look_mark.since(elapsed));
                let wait = left
                    .unwrap_or_else(|| policy.earliest_look(moment.age(*started, *mark), *looks));
                self.checking((*looks, *unavailable), wait.max(TimeDelta::zero()), moment)
            }
            State::Sent { .. } => Change::Same,
            State::Waiting { .. }
            | State::Retrying { .. }
            | State::Failed(_)
            | State::Cancelled(_) => Change::Forbidden(Forbidden::NoAttempt),
        }
    }
}

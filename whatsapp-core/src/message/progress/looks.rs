//! Lookups: finding out the result of a POST whose outcome is unknown.

use chrono::TimeDelta;

use super::{Change, Progress};
use crate::message::event::Forbidden;
use crate::message::kind::{Cause, FailureKind};
use crate::message::state::State;
use crate::retry::{OnUnknown, RetryPolicy, UNAVAILABLE_LOOKS_MAX};
use crate::time::Moment;

impl Progress {
    /// An open attempt whose next lookup is after `wait`.
    pub(super) fn checking(&self, counts: (u32, u32), wait: TimeDelta, moment: Moment) -> Change {
        let Some((started, mark)) = self.opened() else {
            return Change::Forbidden(Forbidden::NoAttempt);
        };
        let (looks, unavailable) = counts;
        let next = moment.now + wait;
        let look_mark = moment.elapsed.map(|elapsed| elapsed + wait);
        self.with(State::Checking { started, mark, looks, unavailable, next, look_mark })
    }

    /// The least age that the open attempt surely has.
    pub(super) fn age(&self, moment: Moment) -> TimeDelta {
        self.opened().map_or(TimeDelta::zero(), |(started, mark)| moment.age(started, mark))
    }

    /// Lookups made and failed so far; an attempt that a crash left open counts as unknown.
    pub(super) fn looks(&self) -> (u32, u32) {
        match &self.state {
            State::Checking { looks, unavailable, .. } => (*looks, *unavailable),
            State::Waiting { .. }
            | State::Sending { .. }
            | State::Retrying { .. }
            | State::Sent { .. }
            | State::Failed(_)
            | State::Cancelled(_) => (0, 0),
        }
    }

    pub(super) fn absent(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        if let Err(change) = self.open() {
            return change;
        }
        let (looks, unavailable) = self.looks();
        let age = self.age(moment);
        if age < policy.settle_window() {
            let looks = looks + 1;
            return self.checking((looks, unavailable), policy.next_look(age, looks), moment);
        }
        match policy.on_unknown {
            OnUnknown::Hold => self.with(State::Failed(self.unknown_for_good())),
            OnUnknown::Resend => {
                let why = self
                    .failure(
                        FailureKind::Exhausted,
                        "The gateway gave no answer, and its list does not show the message.",
                    )
                    .caused_by(Cause::Gateway);
                self.again(moment.now, why, policy)
            }
        }
    }

    pub(super) fn look_unavailable(&self, moment: Moment, policy: &RetryPolicy) -> Change {
        if let Err(change) = self.open() {
            return change;
        }
        let (looks, unavailable) = self.looks();
        let (looks, unavailable) = (looks + 1, unavailable + 1);
        if unavailable >= UNAVAILABLE_LOOKS_MAX {
            return self.with(State::Failed(self.unknown_for_good()));
        }
        let wait = policy.next_look(self.age(moment), looks);
        self.checking((looks, unavailable), wait, moment)
    }
}

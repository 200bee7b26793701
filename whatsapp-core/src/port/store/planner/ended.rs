//! The state of a step after its message has ended, or after the message is sent without it.

use chrono::{DateTime, Utc};

use super::{EndedStep, StepMessage};
use crate::message::{CancelReason, Status};
use crate::schedule::{ReminderStep, StepName, StepState};
use crate::time::Zone;

impl EndedStep {
    /// Returns the step in its state after its message. A step is planned again if its message was
    /// withdrawn because something else went before it, because reminders were off, or because it
    /// could not be sent in time. A step that a person made by hand is not planned again.
    pub(crate) fn stands(self, zone: &Zone, now: DateTime<Utc>) -> ReminderStep {
        let Self { step, ended } = self;
        let by_hand = matches!(step.name, StepName::Now(_));
        match (ended.status, ended.cancel_reason) {
            (Status::Sent, _) => {
                let day = ended.sent_at.map_or(step.day, |at| zone.date(at));
                ReminderStep { day, ..step }.stands(StepState::Sent, None, None, now)
            }
            (Status::Failed, _) => step.stands(StepState::Failed, None, ended.sentence, now),
            (_, Some(reason)) if is_planned_again(reason) && !by_hand => {
                let round = step.round.saturating_add(1);
                // A step that gave way to something else is not late. One that could not be sent in
                // time is late, by the day to which it was put off.
                let day = match reason {
                    CancelReason::Expired => step.planned_day(),
                    _ => step.day.max(zone.date(now)),
                };
                let step = ReminderStep { day, round, ..step };
                step.stands(StepState::Planned, None, ended.sentence, now)
            }
            (_, reason) => {
                let label = || Some(format!("{}.", reason?.label()).into());
                let why = ended.sentence.or_else(label);
                step.stands(StepState::Cancelled, None, why, now)
            }
        }
    }
}

impl StepMessage {
    /// The final result of a message that was withdrawn for this reason.
    pub(crate) fn withdrawn(
        reason: CancelReason,
        sentence: Option<crate::private::Private>,
    ) -> Self {
        let (status, cancel_reason) = (Status::Cancelled, Some(reason));
        Self { status, sent_at: None, cancel_reason, sentence }
    }
}

/// Returns true if a step whose message was withdrawn for this reason is planned again.
const fn is_planned_again(reason: CancelReason) -> bool {
    matches!(reason, CancelReason::Superseded | CancelReason::SwitchedOff | CancelReason::Expired)
}

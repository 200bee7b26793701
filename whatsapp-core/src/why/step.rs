//! The sentence about a reminder step: why it was sent, waits, was moved or ended.

use super::because;
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName, StepReason, StepState};
use crate::time::spoken_date;

impl ReminderStep {
    /// Explains in one sentence why the reminder was sent, is held, was moved or ended.
    #[must_use]
    pub fn why(&self) -> String {
        let day = spoken_date(self.day);
        let said = self.sentence.as_ref().map_or("", Private::as_str);
        let reason = self.reason.map_or("", StepReason::label);
        let said = if said.is_empty() { reason } else { said };
        let or = |otherwise: &'static str| if said.is_empty() { otherwise } else { said };
        match self.state {
            StepState::Planned if said.is_empty() => format!("It goes out on {day}."),
            StepState::Planned => because(&self.waits(&day), said),
            StepState::Held if said.is_empty() => "It waits for approval.".to_owned(),
            StepState::Held => because("It waits for approval", said),
            StepState::Queued => format!("Its message goes out in the business hours of {day}."),
            StepState::Sent => format!("It was sent on {day}, because {}.", self.asked()),
            StepState::Failed => because("Its message failed", or("it could not be sent")),
            StepState::GaveWay => because("It is not sent", or("a later reminder takes its place")),
            StepState::Done => because("It counts as done", or("another reminder covers it")),
            StepState::Cancelled => because("It is not sent", or("it was withdrawn")),
            StepState::Skipped => because("It is not sent", or("a person left it out")),
            StepState::Dropped => because("It is not sent", or("nobody approved it in time")),
        }
    }

    /// The clause about a planned step that something moved or holds.
    fn waits(&self, day: &str) -> String {
        match self.reason {
            Some(StepReason::Records) => "It waits".to_owned(),
            Some(reason) if reason.is_the_books() => {
                format!("It waits, and is looked at again on {day}")
            }
            _ => format!("It goes out on {day}"),
        }
    }

    fn asked(&self) -> &'static str {
        match self.name {
            StepName::After(_) => "its day had come",
            StepName::Now(_) => "somebody asked for it",
        }
    }
}

//! What the messages of steps came to.

use chrono::{DateTime, Utc};

use super::run::Tries;
use super::{Planner, PlannerError, PlannerReport};
use crate::message::{CancelReason, Status};
use crate::port::{EndedStep, PlanWrite, PlanWritten, StepWrite};
use crate::schedule::{ReminderStep, StepName, StepState};
use crate::settings::Settings;

/// The steps that are looked at together.
const PAGE: u32 = 200;

impl Planner {
    /// Writes down how messages of steps ended. What was withdrawn because something else went before it,
    /// or because reminders were off, is planned again.
    pub(super) async fn take_note_of_ended(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
        report: &mut PlannerReport,
    ) -> Result<(), PlannerError> {
        let mut tries = Tries::new();
        loop {
            let page = self.plans.steps_ended(PAGE).await?;
            if page.is_empty() || self.is_stopping() {
                return Ok(());
            }
            let note = |ended: EndedStep| {
                let seen = Some(ended.step.revision);
                StepWrite { step: after(ended, settings, now), seen, message: None }
            };
            let steps: Vec<StepWrite> = page.into_iter().map(note).collect();
            let is_over = |write: &&StepWrite| write.step.state == StepState::Cancelled;
            let ended = steps.iter().filter(is_over).count();
            let write = PlanWrite { steps, ..PlanWrite::default() };
            match self.plans.write_plan(&write).await? {
                PlanWritten::Done(_) => {
                    report.ended += ended as u64;
                    tries = Tries::new();
                }
                PlanWritten::Stale | PlanWritten::Fenced => tries.again()?,
            }
        }
    }
}

/// How a step stands after its message.
fn after(
    EndedStep { step, ended }: EndedStep,
    settings: &Settings,
    now: DateTime<Utc>,
) -> ReminderStep {
    let today = settings.time_zone.date(now);
    let by_hand = matches!(step.name, StepName::Now(_));
    match (ended.status, ended.cancel_reason) {
        (Status::Sent, _) => {
            let day = ended.sent_at.map_or(step.day, |at| settings.time_zone.date(at));
            ReminderStep { day, ..step }.stands(StepState::Sent, None, None, now)
        }
        (Status::Failed, _) => step.stands(StepState::Failed, None, ended.sentence, now),
        (_, Some(reason)) if is_planned_again(reason) && !by_hand => {
            let round = step.round.saturating_add(1);
            // What something else was put before is not late; what could not be sent in time is.
            let day = match reason {
                CancelReason::Expired => step.own_day,
                _ => step.day.max(today),
            };
            let step = ReminderStep { day, round, ..step };
            step.stands(StepState::Planned, None, ended.sentence, now)
        }
        (_, reason) => {
            let why = ended.sentence.or_else(|| Some(format!("{}.", reason?.label()).into()));
            step.stands(StepState::Cancelled, None, why, now)
        }
    }
}

/// Whether a step whose message was withdrawn for this reason is planned again.
const fn is_planned_again(reason: CancelReason) -> bool {
    matches!(reason, CancelReason::Superseded | CancelReason::SwitchedOff | CancelReason::Expired)
}

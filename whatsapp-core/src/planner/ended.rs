//! The results of the steps' messages.

use chrono::{DateTime, Utc};

use super::run::Tries;
use super::{Planner, PlannerError, PlannerReport};
use crate::port::{EndedStep, PlanWrite, PlanWritten, StepWrite};
use crate::schedule::StepState;
use crate::settings::Settings;

/// The number of steps that are looked at together.
const PAGE: u32 = 200;

impl Planner {
    /// Writes down how messages of steps ended. If a message was withdrawn because something else
    /// went before it, or because reminders were off, its step is planned again.
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
                let step = ended.stands(&settings.time_zone, now);
                StepWrite { step, seen, message: None }
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
                _ => tries.again()?,
            }
        }
    }
}

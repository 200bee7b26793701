//! What the messages of steps came to.

use chrono::{DateTime, Utc};

use super::run::Tries;
use super::{Planner, PlannerError, PlannerReport};
use crate::books::Books;
use crate::message::{CancelReason, Status};
use crate::port::{EndedStep, PlanWrite, PlanWritten, StepWrite, due_on};
use crate::schedule::{ReminderStep, StepReason, StepState};
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
            let mut steps = Vec::with_capacity(page.len());
            for ended in page {
                let seen = Some(ended.step.revision);
                let step = self.after(ended, settings, now).await?;
                steps.push(StepWrite { step, seen, message: None });
            }
            let held = steps.iter().filter(|write| write.step.state == StepState::Held).count();
            let write = PlanWrite { steps, ..PlanWrite::default() };
            match self.plans.write_plan(&write).await? {
                PlanWritten::Done(_) => report.held += held as u64,
                PlanWritten::Stale | PlanWritten::Fenced => tries.again()?,
            }
        }
    }

    async fn after(
        &self,
        EndedStep { step, ended }: EndedStep,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<ReminderStep, PlannerError> {
        let today = settings.time_zone.date(now);
        let again = |step: ReminderStep| ReminderStep {
            round: step.round.saturating_add(1),
            day: step.day.max(today),
            ..step
        };
        Ok(match (ended.status, ended.cancel_reason) {
            (Status::Sent, _) => {
                let day = ended.sent_at.map_or(step.day, |at| settings.time_zone.date(at));
                ReminderStep { day, ..step }.stands(StepState::Sent, None, None, now)
            }
            (Status::Failed, _) => step.stands(StepState::Failed, None, ended.sentence, now),
            (_, Some(CancelReason::Superseded | CancelReason::SwitchedOff)) => {
                again(step).stands(StepState::Planned, None, ended.sentence, now)
            }
            (_, Some(CancelReason::Expired)) => {
                let due = due_on(self.invoices.as_ref(), &step.invoice).await?;
                let books = Books::new(settings, now);
                let beside = crate::books::beside(self.invoices.as_ref(), &step.customer, settings);
                let beside = beside.await?;
                match books.open(due).map(|due| books.held(&due, &beside)) {
                    Err((_, why)) => step.stands(StepState::Cancelled, None, why.sentence(), now),
                    // What the books held is not late.
                    Ok(Some(held)) => {
                        let why = held.why.sentence();
                        again(step).stands(StepState::Planned, None, why, now)
                    }
                    Ok(None) => {
                        let why = "It could not be sent within 3 open days after its day.";
                        let reason = Some(StepReason::TooLate);
                        again(step).stands(StepState::Held, reason, Some(why.into()), now)
                    }
                }
            }
            _ => step.stands(StepState::Cancelled, None, ended.sentence, now),
        })
    }
}

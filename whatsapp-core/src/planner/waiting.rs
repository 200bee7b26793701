//! The second part of a run: what waits for approval.

use chrono::{Days, NaiveDate};

use super::PlannerError;
use super::progress::Part;
use super::run::{Page, Pass, Tries, Wrote};
use crate::books::Books;
use crate::id::InvoiceId;
use crate::port::{StepPoint, StepWrite};
use crate::schedule::{ReminderStep, StepState};

/// How long a step waits for approval before it is dropped.
const PATIENCE: Days = Days::new(14);

/// The steps that are looked at together.
const PAGE: u32 = 200;

impl Pass<'_> {
    /// Drops what waited too long, takes out what was paid, and tells managers what waits since the last
    /// run. `false` where the run is not gone on with.
    pub(super) async fn look_after_waiting(&mut self) -> Result<bool, PlannerError> {
        // Told before it is written down that it was: a mail too many rather than none.
        let untold = self.untold().await?;
        if untold > 0 {
            self.tell_of_approvals(untold).await?;
        }
        let mut after = None;
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let mut tries = Tries::new();
            let last = loop {
                let plans = &self.planner.plans;
                let page =
                    plans.steps_by(StepState::Held, NaiveDate::MAX, after.clone(), PAGE).await?;
                let Some(last) = page.last().map(StepPoint::of) else { break None };
                let steps = self.looked_after(page).await?;
                match self.write(Page { steps, ..Page::default() }).await? {
                    Wrote::Done => break Some(last),
                    Wrote::Again => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
            };
            if last.is_none() {
                break;
            }
            after = last;
        }
        self.progress.part = Part::Send;
        Ok(true)
    }

    /// How many steps wait of which managers were not told.
    async fn untold(&self) -> Result<u32, PlannerError> {
        let (mut after, mut untold) = (None, 0_u32);
        loop {
            let plans = &self.planner.plans;
            let page = plans.steps_by(StepState::Held, NaiveDate::MAX, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(untold) };
            after = Some(StepPoint::of(last));
            let new = page.iter().filter(|step| !step.told).count();
            untold = untold.saturating_add(u32::try_from(new).unwrap_or(u32::MAX));
        }
    }

    async fn looked_after(&self, steps: Vec<ReminderStep>) -> Result<Vec<StepWrite>, PlannerError> {
        let ids: Vec<InvoiceId> = steps.iter().map(|step| step.invoice.clone()).collect();
        let answers = self.planner.invoices.due(&ids).await?;
        let books = Books::new(self.settings, self.now);
        let zone = &self.settings.time_zone;
        let mut writes = Vec::new();
        for (no, step) in steps.into_iter().enumerate() {
            let due = answers.get(no).cloned().flatten();
            let since = zone.date(step.since).max(step.day.min(step.own_day));
            let last = since.checked_add_days(PATIENCE).unwrap_or(since);
            let before = step.clone();
            let step = match books.open(due.filter(|due| due.invoice == step.invoice)) {
                Err((_, why)) => step.stands(StepState::Cancelled, None, why.sentence(), self.now),
                Ok(_) if last <= self.today() => {
                    let why = "Nobody approved it within 14 days.".into();
                    step.stands(StepState::Dropped, None, Some(why), self.now)
                }
                Ok(_) => ReminderStep { told: true, ..step },
            };
            if step != before {
                let seen = Some(before.revision);
                writes.push(StepWrite { step, seen, message: None });
            }
        }
        Ok(writes)
    }
}

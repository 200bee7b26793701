//! The middle parts of a run: steps on their way, and steps that wait for approval.

use chrono::Days;

use super::PlannerError;
use super::date::Date;
use super::progress::Part;
use super::run::{Page, Pass, Tries, Wrote};
use crate::account::AccountStep;
use crate::books::Books;
use crate::id::InvoiceId;
use crate::port::{StepPoint, StepWrite, due_on_all};
use crate::schedule::{LAST_DAY, ReminderStep, StepState};

/// A step that waits for approval is dropped after this time.
const PATIENCE: Days = Days::new(14);

/// The number of steps that are looked at together.
const PAGE: u32 = 200;

impl Pass<'_> {
    /// Counts steps that have been on their way since an earlier day as going out today: for the
    /// gap, and for the cap of their number. `false` if the run does not go on.
    pub(super) async fn date_anew(&mut self) -> Result<bool, PlannerError> {
        let (planner, today) = (self.date.planner, self.date.today());
        let yesterday = today.pred_opt().unwrap_or(today);
        let mut tries = Tries::new();
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let page = planner.plans.steps_by(StepState::Queued, yesterday, None, PAGE).await?;
            if page.is_empty() {
                self.progress.part = Part::Waiting;
                return Ok(true);
            }
            let anew = |step: ReminderStep| {
                let seen = Some(step.revision);
                StepWrite { step: ReminderStep { day: today, ..step }, seen, message: None }
            };
            let steps = page.into_iter().map(anew).collect();
            match self.write(Page { steps, ..Page::default() }).await? {
                Wrote::Done => tries = Tries::new(),
                Wrote::Again | Wrote::Hindered => tries.again()?,
                Wrote::Lost => return Ok(false),
            }
        }
    }

    /// Drops steps that waited too long, ends steps whose invoice was paid, and tells managers
    /// about steps that wait since the last run. `false` if the run does not go on.
    pub(super) async fn look_after_waiting(&mut self) -> Result<bool, PlannerError> {
        let mut after = None;
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let mut tries = Tries::new();
            let last = loop {
                let plans = &self.date.planner.plans;
                let page = plans.steps_by(StepState::Held, LAST_DAY, after.clone(), PAGE).await?;
                let Some(last) = page.last().map(StepPoint::of) else { break None };
                let before = self.progress.untold;
                let (steps, untold) = looked_after(&self.date, page).await?;
                self.progress.untold += untold;
                match self.write(Page { steps, ..Page::default() }).await? {
                    Wrote::Done => break Some(last),
                    Wrote::Again | Wrote::Hindered => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
                self.progress.untold = before;
            };
            if last.is_none() {
                break;
            }
            after = last;
        }
        if self.progress.untold > 0 {
            self.tell(AccountStep::Approvals { held: self.progress.untold }).await?;
            self.progress.untold = 0;
        }
        self.progress.part = Part::Send;
        Ok(true)
    }
}

/// Returns what becomes of steps that wait for approval, and how many of them managers are still to
/// be told of.
async fn looked_after(
    date: &Date<'_>,
    steps: Vec<ReminderStep>,
) -> Result<(Vec<StepWrite>, u32), PlannerError> {
    let ids: Vec<InvoiceId> = steps.iter().map(|step| step.invoice.clone()).collect();
    let answers = due_on_all(date.planner.invoices.as_ref(), &ids).await?;
    let books = Books::new(date.settings, date.now);
    let zone = &date.settings.time_zone;
    let (mut writes, mut untold) = (Vec::new(), 0);
    for (step, due) in steps.into_iter().zip(answers) {
        let since = zone.date(step.since).max(step.day.min(step.own_day));
        let last = since.checked_add_days(PATIENCE).unwrap_or(since);
        let before = step.clone();
        let step = match books.open(due) {
            Err((_, why)) => step.stands(StepState::Cancelled, None, why.sentence(), date.now),
            Ok(_) if last <= date.today() => {
                let why = "Nobody approved it within 14 days.".into();
                step.stands(StepState::Dropped, None, Some(why), date.now)
            }
            Ok(_) => {
                untold += u32::from(!step.told);
                ReminderStep { told: true, ..step }
            }
        };
        if step != before {
            let seen = Some(before.revision);
            writes.push(StepWrite { step, seen, message: None });
        }
    }
    Ok((writes, untold))
}

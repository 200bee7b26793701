//! The last part of a run: the planned steps of its date go out, or are moved.

use chrono::{DateTime, NaiveTime, Utc};

use super::PlannerError;
use super::date::Date;
use super::hindered::Hindered;
use super::page::page;
use super::run::{ASK_AGAIN, Page, Pass, Tries, Wrote};
use super::together::by_customers;
use crate::account::AccountStep;
use crate::books::{Books, payments_known_until};
use crate::port::{StepPoint, StepWrite};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepReason, StepState};

/// The number of steps that are looked at together.
const PAGE: u32 = 200;

impl Pass<'_> {
    /// Sends the planned steps of the date. `false` if the run does not go on, or steps are left to
    /// be tried again.
    pub(super) async fn send(&mut self) -> Result<bool, PlannerError> {
        let Date { planner, settings, now, .. } = self.date;
        let known = payments_known_until(planner.invoices.as_ref(), settings).await?;
        let books = Books::new(settings, now);
        let stale = books.stale_since(known).map(|day| (day, books.written(day)));
        if let Some((day, written)) = stale.clone() {
            let day = day.and_time(NaiveTime::MIN).and_utc();
            self.tell_stale(day, written).await?;
        }
        let mut after = None;
        loop {
            if self.is_stopping() {
                self.leave().await?;
                return Ok(false);
            }
            let mut tries = Tries::new();
            let last = loop {
                let (plans, today) = (&planner.plans, self.date.today());
                let page = plans.steps_by(StepState::Planned, today, after.clone(), PAGE).await?;
                let Some(last) = page.last().map(StepPoint::of) else { break None };
                let day = stale.as_ref().map(|(_, day)| day.as_str());
                match self.send_page(page, day).await? {
                    Wrote::Done => break Some(last),
                    Wrote::Again | Wrote::Hindered => tries.again()?,
                    Wrote::Lost => return Ok(false),
                }
            };
            if last.is_none() {
                break;
            }
            after = last;
        }
        let left = planner.plans.steps_by(StepState::Planned, self.date.today(), None, 1).await?;
        self.report.left = !left.is_empty();
        planner.rest(self.report.left.then(|| now + ASK_AGAIN));
        self.finish().await?;
        Ok(!self.report.left)
    }

    /// Sends a page. With a `stale` day, it puts the page off until payments after that day are
    /// known.
    async fn send_page(
        &mut self,
        steps: Vec<ReminderStep>,
        stale: Option<&str>,
    ) -> Result<Wrote, PlannerError> {
        if let Some(day) = stale {
            let steps = wait_for_payments(&self.date, steps, day);
            return self.write(Page { steps, ..Page::default() }).await;
        }
        let parts = if self.date.settings.reminder_summary {
            by_customers(&self.date, steps).await?
        } else {
            vec![steps]
        };
        for part in parts {
            let mut tries = Tries::new();
            let leaving = loop {
                let made = page(&self.date, &self.hindered, part.clone()).await?;
                let leaving = made.leaving.clone();
                match self.write(made).await? {
                    Wrote::Done => break leaving,
                    Wrote::Hindered => tries.again()?,
                    other => return Ok(other),
                }
            };
            let why = Private::from("All its reminders were taken out of it.");
            self.date.planner.ties().withdraw_left(&leaving, &why).await?;
            self.hindered = Hindered::default();
        }
        Ok(Wrote::Done)
    }

    /// Tells managers once that reminders wait for newer payments.
    async fn tell_stale(
        &mut self,
        day: DateTime<Utc>,
        written: String,
    ) -> Result<(), PlannerError> {
        let told = self.date.planner.ports.store.account().await?.stale_told;
        if told.is_some_and(|told| day <= told) {
            return Ok(());
        }
        self.tell(AccountStep::StalePayments { day, written }).await
    }
}

/// Lets steps wait until newer payments are known. While they wait, they are not late.
fn wait_for_payments(date: &Date<'_>, steps: Vec<ReminderStep>, day: &str) -> Vec<StepWrite> {
    let why = Private::from(format!("Payments were last recorded on {day}."));
    let waits = |step: ReminderStep| {
        let seen = Some(step.revision);
        let day = date.today();
        let reason = Some(StepReason::StalePayments);
        let now = ReminderStep { day, ..step.clone() };
        let now = now.stands(StepState::Planned, reason, Some(why.clone()), date.now);
        (now != step).then_some(StepWrite { step: now, seen, message: None })
    };
    steps.into_iter().filter_map(waits).collect()
}

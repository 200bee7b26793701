//! The run of a date: whose it is, and its parts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::progress::{Part, Progress};
use super::{Planner, PlannerError, PlannerReport};
use crate::account::{AccountChange, AccountStep};
use crate::books::rules;
use crate::id::{AccountEventId, CustomerId, LeaseToken, MessageId};
use crate::message::{MessageType, NewMessage};
use crate::port::{
    Enqueued, Leaving, PlanWrite, PlanWritten, RunClaim, RunWrite, StepWrite, random,
};
use crate::private::Private;
use crate::schedule::{DailyAt, LAST_DAY, Rules, StepState};
use crate::settings::Settings;

/// When the run of a date is due, by the business's clocks.
pub(super) const RUN_AT: NaiveTime = match NaiveTime::from_hms_opt(2, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// How long a claim of a run holds after each page.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// How long the planner rests when something that it needs is not to be had.
pub(super) const ASK_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Runs of dates more than so many days ahead come from a clock that was set back since. Between a zone
/// and another one lie two dates at most.
const AHEAD: Days = Days::new(2);

/// How often a page is written again that somebody else changed meanwhile.
const TRIES: u32 = 3;

/// A claimed run at work.
pub(super) struct Pass<'a> {
    pub(super) planner: &'a Planner,
    pub(super) settings: &'a Settings,
    pub(super) rules: Rules,
    pub(super) progress: Progress,
    pub(super) report: PlannerReport,
    pub(super) now: DateTime<Utc>,
    /// What was found to be in the way of a page.
    pub(super) hindered: Hindered,
    token: LeaseToken,
    finished_at: Option<DateTime<Utc>>,
}

/// A page of steps and messages, before it is written.
pub(super) type Page = PlanWrite;

/// What is in the way of a page that was tried.
#[derive(Default)]
pub(super) struct Hindered {
    /// Customers of whom there is a summary of the date, or the record of one that could not be made.
    summaries: BTreeMap<CustomerId, NoSummary>,
    /// Messages that steps were to leave, and that somebody has in hand.
    in_hand: BTreeSet<MessageId>,
}

impl Hindered {
    /// Whether somebody has one of these messages in hand.
    pub(super) fn has(&self, leaving: &[Leaving]) -> bool {
        leaving.iter().any(|leaving| self.in_hand.contains(&leaving.message))
    }
}

/// Why a customer gets no summary on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoSummary {
    /// It was made already.
    Made,
    /// It could not be made, for this reason.
    Refused(Private),
    /// One of an earlier date is being sent.
    OtherInHand,
}

/// Whether a page was written.
pub(super) enum Wrote {
    Done,
    /// Somebody else changed a step: it has to be looked at again.
    Again,
    /// Something is in the way of it, which is known now: the same steps have to be decided again.
    Hindered,
    /// Somebody else has the run now.
    Lost,
}

impl Planner {
    /// Does what is due at `now`: takes note of messages that ended, runs the latest date whose turn has
    /// come if nobody did, and sends what was approved since.
    ///
    /// Dates that were missed before the latest one are covered by it: it plans all that is due and not
    /// done.
    ///
    /// # Errors
    /// [`PlannerError`]: what was written until then stays, and the next turn goes on from there.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<PlannerReport, PlannerError> {
        let settings = self.ports.settings().await?;
        let mut report = PlannerReport::default();
        self.take_note_of_ended(&settings, now, &mut report).await?;
        let zone = settings.time_zone.clone();
        let Some(date) = DailyAt::new(RUN_AT, zone).latest(now) else { return Ok(report) };
        // A zone further west brings a date back that was planned already. Later ones were planned by a
        // clock that was set back since.
        let ahead = date.checked_add_days(AHEAD).unwrap_or(date);
        let newest = self.plans.planner_runs(ahead, 1).await?.pop();
        let day = newest.as_ref().map_or(date, |run| run.day.max(date));
        let current = newest.filter(|run| run.day == day);
        let on = settings.allows(MessageType::PAYMENT_REMINDER);
        let progress = match &current {
            Some(run) => Progress::read(&run.progress, day)?.with(&settings, on, day),
            None => Progress::begin(self.before(day).await?, &settings, on, day),
        };
        let is_finished = current.as_ref().is_some_and(|run| run.finished_at.is_some());
        if is_finished && (!on || !progress.surveys()) {
            let planned = self.plans.steps_by(StepState::Planned, day, None, 1);
            if !on || self.rests(now) || planned.await?.is_empty() {
                return Ok(report);
            }
        }
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let claim = RunClaim { day, token, now, until: now + LEASE, progress: progress.to_json() };
        let Some(run) = self.plans.claim_run(&claim).await? else { return Ok(report) };
        let progress = Progress::read(&run.progress, day)?.with(&settings, on, day);
        let finished_at = run.finished_at.filter(|_| !progress.surveys());
        let regime = progress.regime.clone();
        let Some(regime) = regime.filter(|_| on) else {
            self.give_back(&claim, &progress, finished_at.or(Some(now))).await?;
            return Ok(report);
        };
        let rules = rules(&settings, regime, day);
        let mut pass = Pass {
            planner: self,
            settings: &settings,
            rules,
            progress,
            report,
            now,
            hindered: Hindered::default(),
            token,
            finished_at,
        };
        pass.run().await?;
        Ok(pass.report)
    }

    /// How the run before this date ended: by the clock that it was planned by, where all are later.
    async fn before(&self, day: NaiveDate) -> Result<Option<Progress>, PlannerError> {
        let yesterday = day.pred_opt().unwrap_or(day);
        for until in [yesterday, LAST_DAY] {
            if let Some(run) = self.plans.planner_runs(until, 1).await?.pop() {
                return Progress::read(&run.progress, run.day).map(Some);
            }
        }
        Ok(None)
    }

    async fn give_back(
        &self,
        claim: &RunClaim,
        progress: &Progress,
        finished_at: Option<DateTime<Utc>>,
    ) -> Result<(), PlannerError> {
        let RunClaim { day, token, .. } = *claim;
        let progress = progress.to_json();
        let run = Some(RunWrite { day, token, until: None, progress, finished_at });
        self.plans.write_plan(&PlanWrite { run, ..PlanWrite::default() }).await?;
        Ok(())
    }
}

impl Pass<'_> {
    async fn run(&mut self) -> Result<(), PlannerError> {
        loop {
            let part = self.progress.part.clone();
            let is_last = part == Part::Send;
            let went_on = match part {
                Part::Survey { after } => self.survey(after).await?,
                Part::OnItsWay => self.date_anew().await?,
                Part::Waiting => self.look_after_waiting().await?,
                Part::Send => self.send().await?,
            };
            if !went_on || is_last {
                return Ok(());
            }
        }
    }

    /// Whether the work is to end here, to be gone on with later.
    pub(super) fn is_stopping(&self) -> bool {
        self.planner.is_stopping()
    }

    /// Why the customer gets no summary on the date, as far as a write has shown it.
    pub(super) fn no_summary(&self, customer: &CustomerId) -> Option<&NoSummary> {
        self.hindered.summaries.get(customer)
    }

    /// The date that is planned.
    pub(super) const fn today(&self) -> NaiveDate {
        self.rules.today
    }

    /// Writes a page, with how far the run is, and renews the claim; wakes whoever sends.
    pub(super) async fn write(&mut self, page: Page) -> Result<Wrote, PlannerError> {
        let until = Some(self.planner.ports.clock.now().max(self.now) + LEASE);
        self.put(page, until).await
    }

    /// Writes that this turn's part of the run is over, and gives the claim back.
    pub(super) async fn finish(&mut self) -> Result<(), PlannerError> {
        self.finished_at = self.finished_at.or(Some(self.now));
        self.put(Page::default(), None).await?;
        Ok(())
    }

    /// Gives the claim back before the part is over.
    pub(super) async fn leave(&mut self) -> Result<(), PlannerError> {
        self.put(Page::default(), None).await?;
        Ok(())
    }

    async fn put(
        &mut self,
        page: Page,
        until: Option<DateTime<Utc>>,
    ) -> Result<Wrote, PlannerError> {
        let (day, token) = (self.today(), self.token);
        let progress = self.progress.to_json();
        let run = RunWrite { day, token, until, progress, finished_at: self.finished_at };
        let page = PlanWrite { run: Some(run), ..page };
        match self.planner.plans.write_plan(&page).await? {
            PlanWritten::Done(enqueued) => {
                self.count(&page.steps, &enqueued);
                if !enqueued.is_empty() && !self.planner.is_rehearsal {
                    self.planner.ports.wake.wake();
                }
                Ok(Wrote::Done)
            }
            PlanWritten::Stale => Ok(Wrote::Again),
            PlanWritten::Taken(places) => {
                let made = places.into_iter().filter_map(|place| page.messages.get(place));
                let why = |message: &NewMessage| match &message.state.failure {
                    Some(failure) => NoSummary::Refused(failure.reason.as_str().into()),
                    None => NoSummary::Made,
                };
                let customers =
                    made.map(|message| (message.facts.customer_id.clone(), why(message)));
                self.hindered.summaries.extend(customers);
                Ok(Wrote::Hindered)
            }
            PlanWritten::InHand => {
                let left = page.leaving.iter().map(|leaving| leaving.message);
                self.hindered.in_hand.extend(left);
                Ok(Wrote::Hindered)
            }
            PlanWritten::Fenced => Ok(Wrote::Lost),
        }
    }

    fn count(&mut self, steps: &[StepWrite], enqueued: &[Enqueued]) {
        let new = enqueued.iter().filter(|enqueued| matches!(enqueued, Enqueued::New(_)));
        self.report.queued += new.count() as u64;
        for StepWrite { step, .. } in steps {
            match step.state {
                StepState::Held if !step.told => self.report.held += 1,
                StepState::Planned if step.day > self.rules.today => self.report.put_off += 1,
                StepState::GaveWay
                | StepState::Done
                | StepState::Cancelled
                | StepState::Dropped => {
                    self.report.ended += 1;
                }
                _ => {}
            }
        }
    }

    /// Tells managers what they have to see to.
    pub(super) async fn tell(&self, step: AccountStep) -> Result<(), PlannerError> {
        if self.planner.is_rehearsal {
            return Ok(());
        }
        let ports = &self.planner.ports;
        let id = AccountEventId::new(self.now, random(ports.entropy.as_ref()));
        let change = AccountChange { id, at: self.now, step, by: None };
        ports.store.change_account(&change).await?;
        ports.wake.wake();
        Ok(())
    }
}

/// Tries what somebody else may change meanwhile, a few times.
pub(super) struct Tries(u32);

impl Tries {
    pub(super) const fn new() -> Self {
        Self(TRIES)
    }

    pub(super) const fn again(&mut self) -> Result<(), PlannerError> {
        if self.0 == 0 {
            return Err(PlannerError::Contended);
        }
        self.0 -= 1;
        Ok(())
    }
}

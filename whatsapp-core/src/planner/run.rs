//! The run of a date: its claim and its parts.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use tracing::{Instrument, Span};

use super::date::Date;
use super::hindered::Hindered;
use super::progress::{Part, Progress};
use super::{Planner, PlannerError, PlannerReport};
use crate::account::{AccountChange, AccountStep};
use crate::books::rules;
use crate::id::{AccountEventId, LeaseToken};
use crate::message::MessageType;
use crate::observe::{self, field, spans};
use crate::port::{
    Enqueued, PlanWrite, PlanWritten, PlannerStore, RunClaim, RunWrite, StepWrite, random,
};
use crate::schedule::{DailyAt, LAST_DAY, StepState};

/// The time at which the run of a date is due, by the business's clocks.
pub(super) const RUN_AT: NaiveTime = match NaiveTime::from_hms_opt(2, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// The length of a run's lease, which begins anew with each page.
const LEASE: TimeDelta = TimeDelta::minutes(5);

/// The planner rests this long when something that it needs is not available.
pub(super) const ASK_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Runs of dates further ahead than this come from a clock that was set back since. Two zones are
/// at most two dates apart.
const AHEAD: Days = Days::new(2);

/// Number of times that a page is written again because somebody else changed it meanwhile.
const TRIES: u32 = 3;

/// A claimed run at work.
pub(super) struct Pass<'a> {
    pub(super) date: Date<'a>,
    pub(super) progress: Progress,
    pub(super) report: PlannerReport,
    /// The obstacles that were found for a page.
    pub(super) hindered: Hindered,
    token: LeaseToken,
    finished_at: Option<DateTime<Utc>>,
}

/// A page of steps and messages, before it is written.
pub(super) type Page = PlanWrite;

/// Result of writing a page.
pub(super) enum Wrote {
    Done,
    /// Somebody else changed a step: the steps have to be read again.
    Again,
    /// There is an obstacle, which is known now: the same steps have to be decided again.
    Hindered,
    /// Somebody else has the run now.
    Lost,
}

impl Planner {
    /// Does what is due at `now`: notes messages that ended, runs the latest date whose turn has
    /// come if nobody did, and sends what was approved since.
    ///
    /// Earlier dates that were missed are covered by it: it plans all that is due and not done.
    ///
    /// # Errors
    /// [`PlannerError`]: the writes so far stay, and the next turn goes on from there.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<PlannerReport, PlannerError> {
        let settings = self.ports.settings().await?;
        let mut report = PlannerReport::default();
        self.take_note_of_ended(&settings, now, &mut report).await?;
        let zone = settings.time_zone.clone();
        let Some(date) = DailyAt::new(RUN_AT, zone).latest(now) else { return Ok(report) };
        // A zone further west brings back a date that was planned already. Later dates were planned
        // by a clock that was set back since.
        let ahead = date.checked_add_days(AHEAD).unwrap_or(date);
        let plans = self.plans.as_ref();
        let newest = plans.planner_runs(ahead, 1).await?.pop();
        let day = newest.as_ref().map_or(date, |run| run.day.max(date));
        let current = newest.filter(|run| run.day == day);
        let on = settings.allows(MessageType::PAYMENT_REMINDER);
        let progress = match &current {
            Some(run) => Progress::read(&run.progress, day)?.with(&settings, on, day),
            None => Progress::begin(before(plans, day).await?, &settings, on, day),
        };
        let is_finished = current.as_ref().is_some_and(|run| run.finished_at.is_some());
        if is_finished && (!on || !progress.surveys()) {
            let planned = plans.steps_by(StepState::Planned, day, None, 1);
            if !on || self.rests(now) || planned.await?.is_empty() {
                return Ok(report);
            }
        }
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let claim = RunClaim { day, token, now, until: now + LEASE, progress: progress.to_json() };
        let Some(run) = plans.claim_run(&claim).await? else { return Ok(report) };
        let progress = Progress::read(&run.progress, day)?.with(&settings, on, day);
        let finished_at = run.finished_at.filter(|_| !progress.surveys());
        let regime = progress.regime.clone();
        let Some(regime) = regime.filter(|_| on) else {
            give_back(plans, &claim, &progress, finished_at.or(Some(now))).await?;
            return Ok(report);
        };
        let rules = rules(&settings, regime, day);
        let mut pass = Pass {
            date: Date { planner: self, settings: &settings, rules, now },
            progress,
            report,
            hindered: Hindered::default(),
            token,
            finished_at,
        };
        let span = if self.is_rehearsal { Span::none() } else { spans::plan(day) };
        pass.run().instrument(span.clone()).await?;
        span.record(field::COUNT, pass.report.queued);
        Ok(pass.report)
    }
}

/// Returns the progress of the run before this date. If there are only later runs, it is the
/// latest of them.
async fn before(
    plans: &dyn PlannerStore,
    day: NaiveDate,
) -> Result<Option<Progress>, PlannerError> {
    let yesterday = day.pred_opt().unwrap_or(day);
    for until in [yesterday, LAST_DAY] {
        if let Some(run) = plans.planner_runs(until, 1).await?.pop() {
            return Progress::read(&run.progress, run.day).map(Some);
        }
    }
    Ok(None)
}

/// Gives a claim back without a part of the run.
async fn give_back(
    plans: &dyn PlannerStore,
    claim: &RunClaim,
    progress: &Progress,
    finished_at: Option<DateTime<Utc>>,
) -> Result<(), PlannerError> {
    let RunClaim { day, token, .. } = *claim;
    let progress = progress.to_json();
    let run = Some(RunWrite { day, token, until: None, progress, finished_at });
    plans.write_plan(&PlanWrite { run, ..PlanWrite::default() }).await?;
    Ok(())
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

    /// Returns whether the work must stop here, to go on later.
    pub(super) fn is_stopping(&self) -> bool {
        self.date.planner.is_stopping()
    }

    /// Writes a page with the progress of the run, and renews the claim. Wakes the sender of new
    /// messages.
    pub(super) async fn write(&mut self, page: Page) -> Result<Wrote, PlannerError> {
        let until = Some(self.date.planner.ports.clock.now().max(self.date.now) + LEASE);
        self.put(page, until).await
    }

    /// Writes that this turn's part of the run is over, and gives the claim back.
    pub(super) async fn finish(&mut self) -> Result<(), PlannerError> {
        self.finished_at = self.finished_at.or(Some(self.date.now));
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
        let (planner, day, token) = (self.date.planner, self.date.today(), self.token);
        let progress = self.progress.to_json();
        let run = RunWrite { day, token, until, progress, finished_at: self.finished_at };
        let page = PlanWrite { run: Some(run), ..page };
        match planner.plans.write_plan(&page).await? {
            PlanWritten::Done(enqueued) => {
                count(&mut self.report, day, &page.steps, &enqueued);
                if !enqueued.is_empty() && !planner.is_rehearsal {
                    let account = planner.ports.store.account_id();
                    observe::enqueued(account, &page.messages, &enqueued);
                    planner.ports.wake.wake();
                }
                Ok(Wrote::Done)
            }
            PlanWritten::Stale => Ok(Wrote::Again),
            PlanWritten::Taken(places) => {
                let made = places.into_iter().filter_map(|place| page.messages.get(place));
                self.hindered.note_made(made);
                Ok(Wrote::Hindered)
            }
            PlanWritten::InHand => {
                self.hindered.note_in_hand(&page.leaving);
                Ok(Wrote::Hindered)
            }
            PlanWritten::Fenced => Ok(Wrote::Lost),
        }
    }

    /// Tells managers about something that needs them.
    pub(super) async fn tell(&self, step: AccountStep) -> Result<(), PlannerError> {
        let Date { planner, now, .. } = self.date;
        if planner.is_rehearsal {
            return Ok(());
        }
        let ports = &planner.ports;
        let id = AccountEventId::new(now, random(ports.entropy.as_ref()));
        let change = AccountChange { id, at: now, step, by: None };
        ports.store.change_account(&change).await?;
        ports.wake.wake();
        Ok(())
    }
}

/// Counts the steps and messages of a page that was written.
fn count(report: &mut PlannerReport, today: NaiveDate, steps: &[StepWrite], enqueued: &[Enqueued]) {
    let new = enqueued.iter().filter(|enqueued| matches!(enqueued, Enqueued::New(_)));
    report.queued += new.count() as u64;
    for StepWrite { step, .. } in steps {
        match step.state {
            StepState::Held if !step.told => report.held += 1,
            StepState::Planned if step.day > today => report.put_off += 1,
            StepState::GaveWay | StepState::Done | StepState::Cancelled | StepState::Dropped => {
                report.ended += 1;
            }
            _ => {}
        }
    }
}

/// Counts tries of a write that somebody else's changes may prevent.
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

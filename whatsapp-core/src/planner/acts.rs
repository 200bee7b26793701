//! Acts of people on reminders.

mod now;

use chrono::{DateTime, TimeDelta, Utc};

use super::leave::Tie;
use super::run::Tries;
use super::{Planner, PlannerError};
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::books::{Books, dated};
use crate::consent::{Consent, OutsideHours};
use crate::id::InvoiceId;
use crate::message::MessageType;
use crate::messenger::Wish;
use crate::port::{Leaving, PlanWrite, PlanWritten, PlannerStore, StepWrite, due_on};
use crate::private::Private;
use crate::schedule::{Regime, ReminderStep, StepName, StepReason, StepState};
use crate::wiring::{Ports, audit_entry};

/// The time that the planner waits for further approvals that go in the same summary.
const APPROVALS: TimeDelta = TimeDelta::minutes(3);

/// A person's request about a reminder could not be carried out; nothing changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReminderActError {
    /// There is no such reminder of the invoice, and none is to come.
    #[error("there is no such reminder of this invoice")]
    Unknown,
    /// The reminder is no longer as the person who asked [saw it](Wish::over).
    #[error("the reminder changed meanwhile")]
    Changed,
    /// The step is in a state in which this cannot be done.
    #[error("this cannot be done to a reminder that stands so: {}", .0.label())]
    Forbidden(StepState),
    /// Nobody is to be reminded of the invoice, or not now. The sentence gives the reason.
    #[error("{}", .0.as_str())]
    NotDue(Private),
    /// The reminder's message is being sent just now.
    #[error("the reminder is being sent just now")]
    BeingSent,
    /// A person has to be asked first. [`Anyway`] carries the answers.
    #[error(transparent)]
    Question(ReminderQuestion),
    /// Reminders are switched off. An approved reminder would only wait for approval again once
    /// they are on.
    #[error("reminders are switched off: approve it once they are on again")]
    SwitchedOff,
    /// No message could be made.
    #[error("{0}")]
    NoMessage(String),
    /// The planner could not do it just now.
    #[error(transparent)]
    Planner(PlannerError),
}

impl<E: Into<PlannerError>> From<E> for ReminderActError {
    fn from(error: E) -> Self {
        Self::Planner(error.into())
    }
}

/// A question to a person before a customer is reminded at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReminderQuestion {
    /// Customers are not written to at this hour.
    #[error(transparent)]
    OutsideHours(OutsideHours),
    /// The customer was reminded today, or is about to be.
    #[error("the customer is reminded today already: send another reminder anyway?")]
    RemindedToday,
}

/// The questions that a person has already answered with yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Anyway {
    /// Yes to a message [outside the hours](ReminderQuestion::OutsideHours).
    pub outside_hours: Consent,
    /// Yes to a customer who is [reminded today](ReminderQuestion::RemindedToday) already.
    pub again_today: Consent,
}

impl Anyway {
    /// No question is answered yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { outside_hours: Consent::NotAsked, again_today: Consent::NotAsked }
    }

    /// The same answers with the one about the hours.
    #[must_use]
    pub const fn with_outside_hours(mut self, consent: Consent) -> Self {
        self.outside_hours = consent;
        self
    }

    /// The same answers with the one about a second reminder on a day.
    #[must_use]
    pub const fn with_again_today(mut self, consent: Consent) -> Self {
        self.again_today = consent;
        self
    }
}

impl Planner {
    /// Approves a reminder that waits for approval. It goes out on the next turn, or with the run
    /// of the date between midnight and 2:00. It is put off if the customer was reminded shortly
    /// before or the business is closed. A reminder that a person held before its day goes out on
    /// its day.
    ///
    /// With summaries, the planner then rests for some minutes, so that reminders that are approved
    /// one by one go in one message. A reminder that is approved after the customer's summary of
    /// the date goes with the next summary.
    ///
    /// # Errors
    /// [`ReminderActError::Forbidden`] where it does not wait, [`ReminderActError::Changed`] where
    /// it waits for another reason than was seen, [`ReminderActError::SwitchedOff`] while reminders
    /// are off: then it goes on waiting.
    pub async fn approve(
        &self,
        invoice: &InvoiceId,
        name: StepName,
        by: impl Into<Wish>,
    ) -> Result<ReminderStep, ReminderActError> {
        let settings = self.ports.settings().await?;
        if !settings.allows(MessageType::PAYMENT_REMINDER) {
            return Err(ReminderActError::SwitchedOff);
        }
        let today = settings.time_zone.date(self.ports.clock.now());
        let approved = |step: ReminderStep, now| {
            let day = step.own_day.max(today);
            ReminderStep { day, ..step }.stands(StepState::Planned, None, None, now)
        };
        let (wish, act) = (by.into(), Act::ReminderApproved);
        let asked = Asked { invoice, name, wish, act, states: &[StepState::Held] };
        let step = asked.carried_out(self, approved).await?;
        self.rest(settings.reminder_summary.then(|| self.ports.clock.now() + APPROVALS));
        self.wake.wake();
        Ok(step)
    }

    /// Drops a reminder that waits for approval. Later reminders of the invoice go out as planned.
    ///
    /// # Errors
    /// [`ReminderActError::Forbidden`] where it does not wait.
    pub async fn drop_reminder(
        &self,
        invoice: &InvoiceId,
        name: StepName,
        by: impl Into<Wish>,
    ) -> Result<ReminderStep, ReminderActError> {
        let why = Private::from("A person dropped it.");
        let dropped =
            |step: ReminderStep, now| step.stands(StepState::Dropped, None, Some(why.clone()), now);
        let (wish, act) = (by.into(), Act::ReminderDropped);
        let asked = Asked { invoice, name, wish, act, states: &[StepState::Held] };
        asked.carried_out(self, dropped).await
    }

    /// Leaves a reminder out, also before its day. A message in the outbox is withdrawn.
    ///
    /// # Errors
    /// [`ReminderActError::Forbidden`] where it has ended, [`ReminderActError::BeingSent`] where it
    /// is too late.
    pub async fn skip(
        &self,
        invoice: &InvoiceId,
        name: StepName,
        by: impl Into<Wish>,
    ) -> Result<ReminderStep, ReminderActError> {
        let why = Private::from("A person left it out.");
        let skipped =
            |step: ReminderStep, now| step.stands(StepState::Skipped, None, Some(why.clone()), now);
        let (wish, act) = (by.into(), Act::ReminderSkipped);
        let states = &[StepState::Planned, StepState::Held, StepState::Queued];
        Asked { invoice, name, wish, act, states }.carried_out(self, skipped).await
    }

    /// Holds a reminder until somebody [approves](Self::approve) it, also before its day. A message
    /// in the outbox is withdrawn.
    ///
    /// # Errors
    /// As [`skip`](Self::skip).
    pub async fn hold(
        &self,
        invoice: &InvoiceId,
        name: StepName,
        by: impl Into<Wish>,
    ) -> Result<ReminderStep, ReminderActError> {
        let why = Private::from("A person holds it.");
        let held = |step: ReminderStep, now| {
            let step =
                step.stands(StepState::Held, Some(StepReason::ByHand), Some(why.clone()), now);
            // The person who holds it knows that it waits.
            ReminderStep { told: true, ..step }
        };
        let (wish, act) = (by.into(), Act::ReminderHeld);
        let states = &[StepState::Planned, StepState::Queued];
        Asked { invoice, name, wish, act, states }.carried_out(self, held).await
    }
}

/// An act of a person on a step.
struct Asked<'a> {
    invoice: &'a InvoiceId,
    name: StepName,
    wish: Wish,
    act: Act,
    /// The states in which it can be done.
    states: &'a [StepState],
}

impl Asked<'_> {
    /// Changes the step.
    async fn carried_out(
        &self,
        planner: &Planner,
        change: impl Fn(ReminderStep, DateTime<Utc>) -> ReminderStep + Send + Sync,
    ) -> Result<ReminderStep, ReminderActError> {
        let Self { invoice, name, wish, act, states } = self;
        let (ports, plans) = (&planner.ports, planner.plans.as_ref());
        let (mut tries, mut looked_again) = (Tries::new(), false);
        loop {
            let rows = planner.steps(invoice).await?;
            let row = rows.into_iter().find(|row| row.name == *name);
            let (step, seen) = match row {
                Some(row) => (row.clone(), Some(row.revision)),
                None if states.contains(&StepState::Planned) => {
                    (step_to_come(planner, invoice, *name).await?, None)
                }
                None => return Err(ReminderActError::Unknown),
            };
            // A step that is still to come has no row, so it was never changed.
            let fits = if seen.is_some() { wish.fits_step(&step) } else { wish.fits_none() };
            if !fits {
                return Err(ReminderActError::Changed);
            }
            if !states.contains(&step.state) {
                return Err(ReminderActError::Forbidden(step.state));
            }
            let now = ports.clock.now();
            let before = step.state;
            let mut next = change(step.clone(), now);
            if before == StepState::Queued {
                next.round = next.round.saturating_add(1);
            }
            let audit = wish.entered(entry(ports, &wish.by, *act, &next, before.as_str()));
            let tie = match before {
                StepState::Queued => planner.ties().tie(&step).await?,
                _ => Tie::Loose,
            };
            let leaving = match tie {
                Tie::Shared(message) => vec![message],
                Tie::Own | Tie::Loose => Vec::new(),
                Tie::Over => {
                    planner.ties().note(&step, &ports.settings().await?).await?;
                    tries.again()?;
                    continue;
                }
                Tie::Fast => return Err(ReminderActError::BeingSent),
            };
            match put(plans, next.clone(), seen, leaving.clone(), Some(audit)).await? {
                PlanWritten::Done(_) => {}
                // It may have ended since then: its result is looked at once.
                PlanWritten::InHand if looked_again => return Err(ReminderActError::BeingSent),
                PlanWritten::InHand => {
                    looked_again = true;
                    continue;
                }
                _ => {
                    tries.again()?;
                    continue;
                }
            }
            let why = next.sentence.clone().unwrap_or_default();
            planner.ties().withdraw_left(&leaving, &why).await?;
            // A message is not sent if its step says so, even if this process ends here.
            if !matches!(tie, Tie::Own) || planner.ties().withdraw(&step, why).await? {
                return Ok(next);
            }
            let revision = seen.map(|seen| seen.saturating_add(1));
            put(plans, step, revision, Vec::new(), None).await?;
            return Err(ReminderActError::BeingSent);
        }
    }
}

/// Writes a step over the row that was read.
async fn put(
    plans: &dyn PlannerStore,
    step: ReminderStep,
    seen: Option<u32>,
    leaving: Vec<Leaving>,
    audit: Option<AuditEntry>,
) -> Result<PlanWritten, ReminderActError> {
    let steps = vec![StepWrite { step, seen, message: None }];
    let write = PlanWrite { steps, leaving, audit, ..PlanWrite::default() };
    Ok(plans.write_plan(&write).await?)
}

/// Returns a step that has no row yet.
async fn step_to_come(
    planner: &Planner,
    invoice: &InvoiceId,
    name: StepName,
) -> Result<ReminderStep, ReminderActError> {
    let settings = planner.ports.settings().await?;
    let now = planner.ports.clock.now();
    let today = settings.time_zone.date(now);
    let due = due_on(planner.invoices.as_ref(), invoice).await?;
    let due = Books::new(&settings, now).open(due);
    let due =
        due.map_err(|(_, why)| ReminderActError::NotDue(why.sentence().unwrap_or_default()))?;
    let regime = Regime::begin(today, settings.reminder_from, &settings.reminder_days);
    regime.step(&dated(&due), name, now).ok_or(ReminderActError::Unknown)
}

/// Returns the audit entry about an act on a step.
fn entry(ports: &Ports, by: &Actor, act: Act, step: &ReminderStep, before: &str) -> AuditEntry {
    let on = AuditTarget::Reminder(step.name, step.invoice.clone());
    audit_entry(ports, by, act, on, AuditChange::state(before, step.state))
}

//! The planner's rows: its runs, and the reminder steps.

mod ended;
mod write;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::StoreError;
use super::count::Count;
use super::outbox::Enqueued;
use crate::audit::AuditEntry;
use crate::id::{CustomerId, InvoiceId, LeaseToken, MessageId};
use crate::message::{CancelReason, NewMessage, StateRow, Status};
use crate::private::Private;
use crate::schedule::{ReminderStep, StepName, StepState};

/// The longest time by which the old claim of a run may end after a new one would. A claim that
/// ends later was made before a clock was set back, and does not hold.
pub const RUN_HORIZON: TimeDelta = TimeDelta::hours(1);

/// The planner's run for one local date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannerRun {
    /// The date.
    pub day: NaiveDate,
    /// The progress of the run, and the rules that it uses: the planner's own text, opaque to the
    /// store.
    pub progress: String,
    /// End of the current claim; `None` while nobody works on the run.
    pub lease_until: Option<DateTime<Utc>>,
    /// Time at which the run was first claimed.
    pub started_at: DateTime<Utc>,
    /// Time at which the whole run was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A claim of the run of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunClaim {
    /// The date.
    pub day: NaiveDate,
    /// Proof of the claim.
    pub token: LeaseToken,
    /// The current time.
    pub now: DateTime<Utc>,
    /// End of the claim, unless a write renews it.
    pub until: DateTime<Utc>,
    /// The progress that a new run begins with.
    pub progress: String,
}

/// A step and the final result of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedStep {
    /// The step, which is queued.
    pub step: ReminderStep,
    /// Final result of its message.
    pub ended: StepMessage,
}

/// The final result of a step's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepMessage {
    /// `sent`, `failed` for good, or `cancelled`.
    pub status: Status,
    /// Time at which the message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Reason why the message was withdrawn.
    pub cancel_reason: Option<CancelReason>,
    /// A sentence with the reason why the message failed or was withdrawn, where there is one.
    pub sentence: Option<Private>,
}

impl StepMessage {
    /// The final result of a message in this state; `None` while it may still be sent.
    #[must_use]
    pub fn of(state: &StateRow) -> Option<Self> {
        let sentence = match state.status {
            Status::Sent => None,
            Status::Cancelled => state.explanation.clone(),
            Status::Failed => Some(Private::new(state.failed_for_good()?.reason.as_str())),
            Status::Pending => return None,
        };
        let StateRow { status, sent_at, cancel_reason, .. } = *state;
        Some(Self { status, sent_at, cancel_reason, sentence })
    }

    /// The final result for a message that the host has deleted.
    #[must_use]
    pub fn deleted() -> Self {
        Self {
            status: Status::Cancelled,
            sent_at: None,
            cancel_reason: None,
            sentence: Some(Private::new("Its message was deleted.")),
        }
    }
}

/// A new version of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWrite {
    /// The step. The store raises its revision.
    pub step: ReminderStep,
    /// The revision that was read; `None` for a new step.
    pub seen: Option<u32>,
    /// Index of the message in the write that is the step's own, or that lists the step among
    /// others. The step gets that message's id.
    pub message: Option<usize>,
}

/// The progress of a run, written with a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunWrite {
    /// The date.
    pub day: NaiveDate,
    /// The claim, which the write renews.
    pub token: LeaseToken,
    /// The new end of the claim; `None` gives it back.
    pub until: Option<DateTime<Utc>>,
    /// The progress of the run.
    pub progress: String,
    /// Time at which the run was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A message that steps leave; it occurs once in a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// The message.
    pub message: MessageId,
    /// The claim of the message, where the process that has it in flight removes the steps. Without
    /// a claim the message must be waiting in the outbox for its next attempt, claimed by nobody.
    pub claim: Option<LeaseToken>,
}

impl Leaving {
    /// A message that must not be in flight.
    #[must_use]
    pub const fn waiting(message: MessageId) -> Self {
        Self { message, claim: None }
    }
}

/// Steps and messages that are written together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanWrite {
    /// The run that they belong to; `None` for the action of a person.
    pub run: Option<RunWrite>,
    /// The steps.
    pub steps: Vec<StepWrite>,
    /// New messages, as [`Outbox::enqueue`](super::Outbox::enqueue) takes them.
    pub messages: Vec<NewMessage>,
    /// True if each message must be new: where the key of one is taken, nothing is written.
    pub all_new: bool,
    /// Messages that some of their steps leave, while others may stay. Nothing is written if
    /// anybody else has them in flight.
    pub leaving: Vec<Leaving>,
    /// The audit entry, where a person or the host's code asked for the write.
    pub audit: Option<AuditEntry>,
}

/// Result of a [`PlanWrite`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanWritten {
    /// The write was done; holds the result for each message, in their order.
    Done(Vec<Enqueued>),
    /// A step was changed meanwhile, or exists already; nothing was written.
    Stale,
    /// The keys of these messages, given by their indexes, are taken, and all had to be new;
    /// nothing was written.
    Taken(Vec<usize>),
    /// A message that steps were to leave is being sent, or has ended; nothing was written.
    InHand,
    /// The claim of the run was lost; nothing was written.
    Fenced,
}

/// A place in the order of due steps: by their own day, the oldest first, then by invoice and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepPoint {
    /// The step's own day.
    pub own_day: NaiveDate,
    /// The invoice.
    pub invoice: InvoiceId,
    /// The step.
    pub name: StepName,
}

impl StepPoint {
    /// The place of a step.
    #[must_use]
    pub fn of(step: &ReminderStep) -> Self {
        Self { own_day: step.own_day, invoice: step.invoice.clone(), name: step.name }
    }
}

/// The planner's rows: one for each date that was planned, and one for each reminder step.
///
/// # Contract
/// - (invoice, name) is unique for ever, and so is the date of a run.
/// - Each method is one transaction. [`write_plan`](Self::write_plan) writes the whole write or
///   nothing.
/// - No method reads a clock.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait PlannerStore: Debug + Send + Sync + 'static {
    /// The runs of dates up to `day`, the latest date first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn planner_runs(&self, day: NaiveDate, limit: u32)
    -> Result<Vec<PlannerRun>, StoreError>;

    /// Claims the run of a date, and adds the run where there is none. `None` while another claim
    /// of it holds, and then nothing is changed. A finished run can be claimed again, for steps
    /// that were approved since. A claim that ends more than [`RUN_HORIZON`] after this one does
    /// not hold.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was claimed.
    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError>;

    /// Writes steps with their messages, and the progress of the run.
    ///
    /// A message whose key is taken is not added, and its step gets the id of the message that has
    /// the key: [`Enqueued`] tells the case. Where [all have to be new](PlanWrite::all_new) nothing
    /// is written then. A new step has revision 0.
    ///
    /// A process that claims a message after steps have [left](PlanWrite::leaving) it reads its
    /// steps without them.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] also for a write that
    /// [`PlanWrite::check`] refuses.
    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError>;

    /// All steps of these invoices, in the order of invoices and names' texts.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that
    /// cannot be read.
    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError>;

    /// Steps in this state whose day has come by `day`, after `after` in the order of
    /// [`StepPoint`], at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn steps_by(
        &self,
        state: StepState,
        day: NaiveDate,
        after: Option<StepPoint>,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError>;

    /// Queued steps whose message is sent, failed for good, cancelled or
    /// [deleted](StepMessage::deleted), in the order of invoices and names' texts, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn steps_ended(&self, limit: u32) -> Result<Vec<EndedStep>, StoreError>;

    /// The steps that have or had this message, in the order of invoices and names' texts.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError>;

    /// The planned steps of these customers whose day has come by `day`: for each customer the
    /// first ones in the order of [`StepPoint`], at most `limit`. The customers come in the order
    /// of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError>;

    /// The queued steps of these customers, in the order of the customers' ids and of
    /// [`StepPoint`].
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError>;

    /// The planned, held and queued steps of a customer, the first ones in the order of
    /// [`StepPoint`], at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError>;

    /// The last day on which each of these customers was reminded, or is about to be; customers
    /// without such a day are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError>;

    /// Number of reminders and greetings to each of these numbers on a day, by the
    /// [key of the number](crate::WhatsAppNumber::variant_key); numbers that get none are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError>;

    /// Number of held steps, whenever their day comes, counted up to `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn held_steps(&self, most: u64) -> Result<Count, StoreError>;
}

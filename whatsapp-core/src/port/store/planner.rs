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

/// The longest that the claim of a run may end after a new one would: one beyond it was made before a
/// clock was set back, and does not hold.
pub const RUN_HORIZON: TimeDelta = TimeDelta::hours(1);

/// The planner's run of one local date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannerRun {
    /// The date.
    pub day: NaiveDate,
    /// How far it is, and the rules that it goes by: the planner's own words, opaque to the store.
    pub progress: String,
    /// Until when somebody works on it; `None` while nobody does.
    pub lease_until: Option<DateTime<Utc>>,
    /// When it was first taken up.
    pub started_at: DateTime<Utc>,
    /// When all of it was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Who wants to work on the run of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunClaim {
    /// The date.
    pub day: NaiveDate,
    /// Proof of the claim.
    pub token: LeaseToken,
    /// Now.
    pub now: DateTime<Utc>,
    /// When the claim ends, unless a write renews it.
    pub until: DateTime<Utc>,
    /// What a new run begins with.
    pub progress: String,
}

/// A step and what its message has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedStep {
    /// The step, which is queued.
    pub step: ReminderStep,
    /// How its message ended.
    pub ended: StepMessage,
}

/// How a step's message ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepMessage {
    /// `sent`, `failed` for good, or `cancelled`.
    pub status: Status,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub cancel_reason: Option<CancelReason>,
    /// What is said of it: why it failed or was withdrawn, where there is a sentence.
    pub sentence: Option<Private>,
}

impl StepMessage {
    /// How a message in this state ended; `None` while it may still be sent.
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

    /// What there is to say of a message that the host has deleted.
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

/// A step as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWrite {
    /// The step. Its revision is the store's to raise.
    pub step: ReminderStep,
    /// The revision that was read; `None` for a new one.
    pub seen: Option<u32>,
    /// Which of the write's messages is its own, or lists it among others: the step then gets that
    /// message's id.
    pub message: Option<usize>,
}

/// What a run has come to with a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunWrite {
    /// The date.
    pub day: NaiveDate,
    /// The claim, which the write renews.
    pub token: LeaseToken,
    /// When it ends now; `None` gives it back.
    pub until: Option<DateTime<Utc>>,
    /// How far the run is.
    pub progress: String,
    /// When it was done.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A message that steps leave, each once in a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// The message.
    pub message: MessageId,
    /// The claim of it, where whoever has it in hand takes the steps out. Without one the message has to
    /// wait in the outbox for its next attempt, claimed by nobody.
    pub claim: Option<LeaseToken>,
}

impl Leaving {
    /// A message that nobody is to have in hand.
    #[must_use]
    pub const fn waiting(message: MessageId) -> Self {
        Self { message, claim: None }
    }
}

/// Steps and messages that are written together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanWrite {
    /// The run that they belong to; `None` for what a person does.
    pub run: Option<RunWrite>,
    /// The steps.
    pub steps: Vec<StepWrite>,
    /// New messages, as [`Outbox::enqueue`](super::Outbox::enqueue) takes them.
    pub messages: Vec<NewMessage>,
    /// Whether each message has to be new: where the key of one is taken, nothing is written.
    pub all_new: bool,
    /// Messages that steps of it leave, while others may stay. Nothing is written unless nobody else has
    /// them in hand.
    pub leaving: Vec<Leaving>,
    /// What the audit says of it, where a person or the host's code asked for it.
    pub audit: Option<AuditEntry>,
}

/// Whether it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanWritten {
    /// It was; what became of the messages, in their order.
    Done(Vec<Enqueued>),
    /// A step was changed meanwhile, or is there already; nothing was written.
    Stale,
    /// The keys of these messages, by their places, are taken, and all had to be new; nothing was written.
    Taken(Vec<usize>),
    /// A message that steps were to leave is being sent, or has ended; nothing was written.
    InHand,
    /// The claim of the run was lost; nothing was written.
    Fenced,
}

/// A place in the order of steps that are due: by their own day, the oldest first, then by invoice and
/// name.
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
    /// Where a step stands.
    #[must_use]
    pub fn of(step: &ReminderStep) -> Self {
        Self { own_day: step.own_day, invoice: step.invoice.clone(), name: step.name }
    }
}

/// The planner's rows: one a date that was planned, and one a reminder step.
///
/// # Contract
/// - (invoice, name) is unique for ever, and so is the date of a run.
/// - Each method is one transaction. [`write_plan`](Self::write_plan) writes all of it or nothing.
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

    /// Takes the run of a date, which is added where there is none: `None` while another claim of it
    /// holds, and then nothing is changed. A finished run can be taken again, for what was approved
    /// since. A claim that ends more than [`RUN_HORIZON`] after this one does not hold.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was taken.
    async fn claim_run(&self, claim: &RunClaim) -> Result<Option<PlannerRun>, StoreError>;

    /// Writes steps with their messages, and how far the run is.
    ///
    /// A message whose key is taken is not added, and its step gets the id of the message that has the
    /// key: [`Enqueued`] says which it was. Where [all have to be new](PlanWrite::all_new) nothing is
    /// written then. A new step has revision 0.
    ///
    /// Who claims a message after steps have [left](PlanWrite::leaving) it reads its steps without them.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] also for what
    /// [`PlanWrite::check`] refuses.
    async fn write_plan(&self, write: &PlanWrite) -> Result<PlanWritten, StoreError>;

    /// All steps of these invoices, in the order of invoices and names' texts.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that cannot
    /// be read.
    async fn steps_of(&self, invoices: &[InvoiceId]) -> Result<Vec<ReminderStep>, StoreError>;

    /// Steps of this state whose day has come by `day`, behind `after` in the order of
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

    /// The steps whose message this is or was, in the order of invoices and names' texts.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn steps_of_message(&self, id: MessageId) -> Result<Vec<ReminderStep>, StoreError>;

    /// The planned steps of these customers whose day has come by `day`: of each customer the first ones
    /// in the order of [`StepPoint`], at most `limit`. The customers come in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn planned_of(
        &self,
        customers: &[CustomerId],
        day: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError>;

    /// The queued steps of these customers, in the order of the customers' ids and of [`StepPoint`].
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn queued_of(&self, customers: &[CustomerId]) -> Result<Vec<ReminderStep>, StoreError>;

    /// The planned, held and queued steps of a customer, the first ones in the order of [`StepPoint`], at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn open_steps_of(
        &self,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ReminderStep>, StoreError>;

    /// The last day on which each of these customers was reminded, or is about to be; customers who
    /// never were are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn last_reminded(
        &self,
        customers: &[CustomerId],
    ) -> Result<Vec<(CustomerId, NaiveDate)>, StoreError>;

    /// How many reminders and greetings go to each of these numbers on a day, by the
    /// [key of the number](crate::WhatsAppNumber::variant_key); numbers that get none are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn reminders_on(
        &self,
        day: NaiveDate,
        number_keys: &[String],
    ) -> Result<Vec<(String, u32)>, StoreError>;

    /// How many steps are held, whenever their day comes, counted up to `most`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn held_steps(&self, most: u64) -> Result<Count, StoreError>;
}

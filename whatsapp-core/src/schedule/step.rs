//! Steps: the reminders of an invoice. Each step has one row for ever.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::private::Private;
use crate::word::words;

words!(
    /// The state of a reminder step.
    StepState, "step state",
    "planned, held, queued, sent, failed, gave_way, done, cancelled, skipped, dropped",
    {
        /// It goes out on its day, unless something moves it.
        Planned => "planned", "Planned";
        /// It waits until a person approves it.
        Held => "held", "Waits for approval";
        /// Its message is in the outbox.
        Queued => "queued", "On its way";
        /// Its message was sent.
        Sent => "sent", "Sent";
        /// Its message failed for good.
        Failed => "failed", "Failed";
        /// A later step of the same invoice took its place.
        GaveWay => "gave_way", "A later reminder takes its place";
        /// A reminder of the invoice was so near to its day that it counts as done.
        Done => "done", "Covered by another reminder";
        /// No reminder is needed any more: the invoice was paid or withdrawn, or the reminder was
        /// withdrawn.
        Cancelled => "cancelled", "Cancelled";
        /// A person left it out.
        Skipped => "skipped", "Left out";
        /// It waited for approval too long, or a person dropped it.
        Dropped => "dropped", "Left out";
    }
);

impl StepState {
    /// Returns whether it may still become a message, by itself or by a person's approval.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Held)
    }

    /// Returns whether a message may still go out for it: it is open or on its way.
    #[must_use]
    pub const fn is_to_come(self) -> bool {
        matches!(self, Self::Planned | Self::Held | Self::Queued)
    }

    /// Returns whether its message, if it has one, still mentions it.
    pub(crate) const fn is_spoken_of(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Failed)
    }

    /// Returns whether the customer was reminded by it, or is about to be.
    #[must_use]
    pub const fn reminds(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

words!(
    /// The reason why a step was put off or is held, in one word.
    #[non_exhaustive]
    StepReason, "step reason",
    "too_late, first_run, by_hand, gap, closed_day, cap, promised, disputed, credit, \
     stale_payments, records, moved, summary",
    {
        /// More open days passed than a reminder may be late.
        TooLate => "too_late", "Too late";
        /// Its day lies before the day on which reminders began.
        FirstRun => "first_run", "Before reminders began";
        /// A person holds it.
        ByHand => "by_hand", "Held by a person";
        /// The customer was reminded shortly before.
        Gap => "gap", "Reminded shortly before";
        /// The business is closed on its day.
        ClosedDay => "closed_day", "Closed day";
        /// The customer's number gets no more reminders and greetings on that day.
        Cap => "cap", "Enough for one day";
        /// The customer promised to pay.
        Promised => "promised", "Payment is promised";
        /// The customer objects to the invoice.
        Disputed => "disputed", "The invoice is disputed";
        /// The customer has credit that covers it.
        Credit => "credit", "The customer has credit";
        /// The latest payments are not known.
        StalePayments => "stale_payments", "Payments are out of date";
        /// The host's records could not be read.
        Records => "records", "The records could not be read";
        /// The date that it counts from was moved, or the settings were changed.
        Moved => "moved", "Its date was moved";
        /// The customer's summary of the day was made before this step could go with it.
        Summary => "summary", "Goes with the next summary";
    }
);

impl StepReason {
    /// Returns whether the host's books hold the step. Nobody knows until when, so it is looked at
    /// every day.
    #[must_use]
    pub const fn is_the_books(self) -> bool {
        matches!(self, Self::Promised | Self::Disputed | Self::Credit | Self::StalePayments)
    }
}

/// The name of an invoice's reminder: a number of days after a date of the invoice, or the number
/// of a reminder that a person asked for.
///
/// ```
/// use whatsapp_core::schedule::StepName;
///
/// let week: StepName = "T+7".parse()?;
/// assert_eq!(week, StepName::After(7));
/// assert_eq!(StepName::Now(1).to_string(), "now:1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepName {
    /// This number of days after the date that the settings choose.
    After(u16),
    /// The invoice's reminder by hand of this number, counted from 1.
    Now(u32),
}

/// A text that names no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`T+` with a number of days, such as T+7, or `now:` with a number is expected")]
pub struct InvalidStep;

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(days) => write!(f, "T+{days}"),
            Self::Now(no) => write!(f, "now:{no}"),
        }
    }
}

impl FromStr for StepName {
    type Err = InvalidStep;

    fn from_str(text: &str) -> Result<Self, InvalidStep> {
        let days = text.strip_prefix("T+").map(|days| days.parse().map(Self::After));
        let name = days.or_else(|| text.strip_prefix("now:").map(|no| no.parse().map(Self::Now)));
        let name = name.and_then(Result::ok).ok_or(InvalidStep)?;
        // One step has one spelling.
        if name.to_string() == text { Ok(name) } else { Err(InvalidStep) }
    }
}

/// A reminder step of an invoice: one row for ever.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReminderStep {
    /// The host's key of the invoice.
    pub invoice: InvoiceId,
    /// The name of the reminder.
    pub name: StepName,
    /// The customer who is to pay.
    pub customer: CustomerId,
    /// The invoice's number, as people know it.
    pub subject: String,
    /// The day that the rule gives it.
    pub own_day: NaiveDate,
    /// The day on which it is planned to go out. For a sent step, the day on which it was sent.
    pub day: NaiveDate,
    /// The day for which it was planned, for a step that is on its way: its own day or one to which
    /// it was put off. Lateness is counted by it; gap and cap are counted by [`day`](Self::day).
    pub planned_for: Option<NaiveDate>,
    /// The state of the step.
    pub state: StepState,
    /// The reason why it was put off or is held.
    pub reason: Option<StepReason>,
    /// The sentence that people read about it.
    pub sentence: Option<Private>,
    /// The id of its message, once it has one; the newest where an earlier message was withdrawn.
    pub message_id: Option<MessageId>,
    /// Number of messages that were withdrawn and made again. Each message has a key of its own.
    pub round: u32,
    /// The key that all spellings of the number of its message have in common.
    pub number_key: Option<String>,
    /// Time since which it is in this state.
    pub since: DateTime<Utc>,
    /// Set once managers were told that it waits for their approval.
    pub told: bool,
    /// Raised by every change.
    pub revision: u32,
}

impl ReminderStep {
    /// A step that is planned for its own day.
    pub fn new(
        invoice: InvoiceId,
        name: StepName,
        customer: CustomerId,
        subject: impl Into<String>,
        own_day: NaiveDate,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            invoice,
            name,
            customer,
            subject: subject.into(),
            own_day,
            day: own_day,
            planned_for: None,
            state: StepState::Planned,
            reason: None,
            sentence: None,
            message_id: None,
            round: 0,
            number_key: None,
            since: now,
            told: false,
            revision: 0,
        }
    }

    /// Returns the step in another state, with its reason and its sentence.
    #[must_use]
    pub fn stands(
        mut self,
        state: StepState,
        reason: Option<StepReason>,
        sentence: Option<Private>,
        now: DateTime<Utc>,
    ) -> Self {
        if self.state != state {
            self.since = now;
            self.told = false;
        }
        let planned_for = self.planned_for.filter(|_| state == StepState::Queued);
        Self { planned_for, state, reason, sentence, ..self }
    }

    /// Returns the step on its way, to go out on this day.
    pub(crate) fn queued(self, day: NaiveDate, now: DateTime<Utc>) -> Self {
        let planned_for = Some(self.planned_day());
        Self { day, planned_for, ..self }.stands(StepState::Queued, None, None, now)
    }

    /// Returns the day by which its lateness is counted.
    pub(crate) fn planned_day(&self) -> NaiveDate {
        self.planned_for.unwrap_or(self.day)
    }
}

/// Shows the state, and nothing that only its customer should read.
impl fmt::Debug for ReminderStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReminderStep")
            .field("name", &self.name)
            .field("own_day", &self.own_day)
            .field("day", &self.day)
            .field("planned_for", &self.planned_for)
            .field("state", &self.state)
            .field("reason", &self.reason)
            .field("message_id", &self.message_id)
            .field("round", &self.round)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steps_name_has_one_spelling() {
        for name in [StepName::After(3), StepName::After(365), StepName::Now(1)] {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        for wrong in ["", "3", "T+", "T+03", "T+-3", "t+3", "T+99999", "now:", "now:+1", "T+3 "] {
            assert_eq!(wrong.parse::<StepName>(), Err(InvalidStep), "{wrong}");
        }
    }
}

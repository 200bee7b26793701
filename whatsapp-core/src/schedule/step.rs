//! Steps: the reminders of an invoice, each one row for ever.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::private::Private;
use crate::word::words;

words!(
    /// Where a reminder step stands.
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
        /// The invoice was reminded so near to its day that it counts as done.
        Done => "done", "Covered by another reminder";
        /// Nobody is to be asked any more: the invoice was paid, withdrawn, or its reminder was.
        Cancelled => "cancelled", "Cancelled";
        /// A person left it out.
        Skipped => "skipped", "Left out";
        /// It waited for approval too long, or a person dropped it.
        Dropped => "dropped", "Left out";
    }
);

impl StepState {
    /// Whether it may still become a message by itself or by a person's approval.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Held)
    }

    /// Whether something may still go out by it: what is open, and what is on its way.
    #[must_use]
    pub const fn is_to_come(self) -> bool {
        matches!(self, Self::Planned | Self::Held | Self::Queued)
    }

    /// Whether its message, if it has one, speaks of it: it has not left the message.
    pub(crate) const fn is_spoken_of(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Failed)
    }

    /// Whether the customer was reminded by it, or is about to be.
    #[must_use]
    pub const fn reminds(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

words!(
    /// What put a step off, or holds it, in one word.
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
        /// The date that it counts from was moved, or the settings were.
        Moved => "moved", "Its date was moved";
        /// The customer's summary of the day was made before it could go with it.
        Summary => "summary", "Goes with the next summary";
    }
);

impl StepReason {
    /// Whether the host's books hold the step: nobody knows until when, and it is looked at every day.
    #[must_use]
    pub const fn is_the_books(self) -> bool {
        matches!(self, Self::Promised | Self::Disputed | Self::Credit | Self::StalePayments)
    }
}

/// Which reminder of an invoice a step is: the one so many days after the invoice's date, or one that
/// a person asked for.
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

/// The text names no step.
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
    /// Which reminder of it.
    pub name: StepName,
    /// Who is to pay.
    pub customer: CustomerId,
    /// The invoice's number, as people know it.
    pub subject: String,
    /// The day that the rule gives it.
    pub own_day: NaiveDate,
    /// The day on which it goes out, as things stand; of one that was sent, the day on which it was.
    pub day: NaiveDate,
    /// Of one that is on its way: the day for which it was planned, its own or one to which it was put off.
    /// By that it is late; by [`day`](Self::day) it counts for gap and cap.
    pub planned_for: Option<NaiveDate>,
    /// Where it stands.
    pub state: StepState,
    /// What put it off, or holds it.
    pub reason: Option<StepReason>,
    /// What people read about it.
    pub sentence: Option<Private>,
    /// Its message, once it has one; the newest where an earlier one was withdrawn.
    pub message_id: Option<MessageId>,
    /// How many messages were withdrawn and made again. Each has a key of its own.
    pub round: u32,
    /// What all spellings of the number have in common that its message goes to.
    pub number_key: Option<String>,
    /// When it came to stand as it stands.
    pub since: DateTime<Utc>,
    /// Whether managers were told that it waits for their approval.
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

    /// The same step in another state, with what is to be said about it.
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

    /// The same step on its way, to go out on this day.
    pub(crate) fn queued(self, day: NaiveDate, now: DateTime<Utc>) -> Self {
        let planned_for = Some(self.planned_day());
        Self { day, planned_for, ..self }.stands(StepState::Queued, None, None, now)
    }

    /// The day by which it is late.
    pub(crate) fn planned_day(&self) -> NaiveDate {
        self.planned_for.unwrap_or(self.day)
    }
}

/// Shows how it stands, and nothing that only its customer should read.
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

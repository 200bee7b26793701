//! The actions that a person may take on a message in its present state.

use chrono::{DateTime, Utc};

use super::event::{Event, Forbidden};
use super::failure::Failure;
use super::kind::{CancelReason, Cause, FailureKind};
use super::part::Part;
use super::progress::{Change, Progress};
use super::record::{Message, Phase};
use super::row::PostCount;
use super::state::State;
use crate::consent::OutsideHours;
use crate::retry::RetryPolicy;
use crate::settings::Settings;
use crate::template::Types;
use crate::types::TypeName;
use crate::why::Now;
use crate::word::words;

/// The actions that are possible on a message in its present state, decided from its row alone. The
/// action itself decides again, by the same rules, whoever asks for it: it knows the ledger, the
/// planner and the campaigns too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offers {
    /// [Another attempt](crate::Messenger::retry) at once.
    pub retry: Offer,
    /// [Another message](crate::Messenger::resend) to the customer's current number.
    pub resend: Offer,
    /// [Withdrawal](crate::Messenger::cancel) of the message.
    pub cancel: Offer,
    /// [Another send time](crate::Messenger::reschedule).
    pub reschedule: Offer,
    /// Another message to a number that is given for this message only.
    pub other_number: Offer,
}

/// Tells whether an action on a message is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// The action is not possible.
    No(NotOffered),
    /// The action is possible.
    Yes,
    /// The action is possible once a person has answered these questions.
    Asks(Asks),
}

/// Questions to a person before an action. At least one of the two is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Asks {
    /// The question whether the customer really did not get the message.
    pub arrival: Option<Arrival>,
    /// The question whether the message may be sent outside the hours.
    pub hours: Option<OutsideHours>,
}

/// The part of a failed message that the customer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Arrival {
    /// The whole message: its outcome is not known.
    MayHaveArrived,
    /// The file, which was sent ahead of its text.
    FileIsWithTheCustomer,
}

/// The reason why an action on a message is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOffered {
    /// The state of the message forbids it.
    #[error(transparent)]
    Forbidden(Forbidden),
    /// The message has not failed.
    #[error("the message has not failed: it waits for its turn")]
    NotFailed,
    /// The [expiry](crate::message::Facts::expires_at) of the message has passed.
    #[error("its time has passed, and it is not sent any more: send it anew")]
    Expired,
    /// The number was not the cause of the failure.
    #[error("the number is not what was wrong")]
    NumberIsRight,
    /// The program does not know the message type.
    #[error("the message type {0} is not known here: nothing of it is sent")]
    TypeUnknown(TypeName),
    /// The message's row contradicts itself, because something else than the library changed it.
    #[error("the message cannot be read any more; cancel it to end it")]
    Unreadable,
}

impl NotOffered {
    /// Returns true if another number may help a message with this failure.
    pub(crate) const fn number_was_wrong(why: &Failure) -> bool {
        matches!(why.cause, Cause::Recipient)
    }
}

words!(
    /// The best action that a person can take on a message now.
    #[non_exhaustive]
    BestAct, "act", "retry, resend, other_number, correct_record, wait, nothing",
    {
        /// Another attempt.
        Retry => "retry", "Try again";
        /// Another message, as this one has ended.
        Resend => "resend", "Send again";
        /// Another message to a number that is given for this message only.
        OtherNumber => "other_number", "Send to another number";
        /// The number in the host's records, and then another message.
        CorrectRecord => "correct_record", "Correct the number";
        /// Nothing yet: the message continues by itself.
        Wait => "wait", "Wait";
        /// Nothing: the message has arrived, was withdrawn, or has to be made again.
        Nothing => "nothing", "Nothing to do";
    }
);

impl Arrival {
    /// The part that the customer may have of a message that failed for good; `None` where it is
    /// nothing.
    #[must_use]
    pub fn of(failure: &Failure, part: Part) -> Option<Self> {
        if failure.kind == FailureKind::UnknownOutcome {
            Some(Self::MayHaveArrived)
        } else {
            (part == Part::Text).then_some(Self::FileIsWithTheCustomer)
        }
    }
}

impl Offer {
    /// Returns true if the action is possible, perhaps after a question.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Yes | Self::Asks(_))
    }

    fn asking(arrival: Option<Arrival>, hours: Option<OutsideHours>) -> Self {
        if arrival.is_none() && hours.is_none() {
            Self::Yes
        } else {
            Self::Asks(Asks { arrival, hours })
        }
    }

    const fn no(why: Forbidden) -> Self {
        Self::No(NotOffered::Forbidden(why))
    }

    fn of(change: &Change) -> Self {
        match change {
            Change::To(_) | Change::Same => Self::Yes,
            Change::Forbidden(why) => Self::no(*why),
        }
    }
}

impl Message {
    /// Returns the actions that are possible on the message now. It is fast: a page calls it for
    /// each of its rows.
    #[must_use]
    pub fn offers(&self, now: &Now<'_>, settings: &Settings, types: &Types) -> Offers {
        let Some(progress) = self.by_its_row() else {
            let no = Offer::No(NotOffered::Unreadable);
            return Offers {
                retry: no.clone(),
                resend: no.clone(),
                cancel: Offer::Yes,
                reschedule: no.clone(),
                other_number: no,
            };
        };
        let at = now.at();
        let of = types.get(self.facts.message_type);
        let hours = |part| {
            let of = of.filter(|_| part != Part::Text);
            of.and_then(|of| settings.outside_hours(of, at))
        };
        let retry = match (&progress.state, self.retried(&progress, at)) {
            (State::Waiting { .. }, _) => Offer::No(NotOffered::NotFailed),
            (_, Change::To(next)) if self.facts.is_too_late(next.part, at) => {
                Offer::No(NotOffered::Expired)
            }
            (_, Change::To(next)) => Offer::asking(None, hours(next.part)),
            (_, change) => Offer::of(&change),
        };
        let resend = match &progress.state {
            State::Failed(_) if of.is_none() => {
                Offer::No(NotOffered::TypeUnknown(self.facts.message_type))
            }
            State::Failed(why) => {
                Offer::asking(Arrival::of(why, progress.part), hours(Part::Whole))
            }
            State::Waiting { .. } => Offer::No(NotOffered::NotFailed),
            State::Sending { .. } | State::Checking { .. } | State::Retrying { .. } => {
                Offer::no(Forbidden::UnderWay)
            }
            State::Sent { .. } => Offer::no(Forbidden::AlreadySent),
            State::Cancelled(_) => Offer::no(Forbidden::Cancelled),
        };
        let other_number = match &progress.state {
            State::Failed(why) if !NotOffered::number_was_wrong(why) => {
                Offer::No(NotOffered::NumberIsRight)
            }
            _ => resend.clone(),
        };
        let policy = RetryPolicy::default();
        let on = |event| Offer::of(&progress.on(&event, at, &policy));
        Offers {
            retry,
            resend,
            cancel: on(Event::Withdrawn(CancelReason::Manager)),
            reschedule: on(Event::Rescheduled { due: at }),
            other_number,
        }
    }

    /// Returns the best action that a person can take on the message now.
    #[must_use]
    pub fn best_act(&self, now: &Now<'_>) -> BestAct {
        match self.phase_while(now.at(), now.paused_until()) {
            Phase::Failed(why) => self.best_of_failed(&why, now.at()),
            Phase::Queued
            | Phase::Scheduled { .. }
            | Phase::Held { .. }
            | Phase::Paused { .. }
            | Phase::Sending
            | Phase::Checking
            | Phase::Retrying { .. } => BestAct::Wait,
            Phase::Sent | Phase::Delivered | Phase::Read | Phase::Cancelled(_) => BestAct::Nothing,
        }
    }

    fn best_of_failed(&self, why: &Failure, now: DateTime<Utc>) -> BestAct {
        match (why.kind, why.cause) {
            // No retry, whatever the cause: the customer may have the message.
            (FailureKind::UnknownOutcome, _) => BestAct::Resend,
            (FailureKind::Invalid, Cause::Recipient) => BestAct::OtherNumber,
            (_, Cause::Recipient) => BestAct::CorrectRecord,
            // The same text would be refused again.
            (FailureKind::Rejected, Cause::Message) => BestAct::Nothing,
            (
                FailureKind::Rejected
                | FailureKind::Exhausted
                | FailureKind::Invalid
                | FailureKind::Undelivered
                | FailureKind::Poison,
                _,
            ) => {
                let retried = self.by_its_row().map(|progress| self.retried(&progress, now));
                match retried {
                    Some(Change::To(next)) if !self.facts.is_too_late(next.part, now) => {
                        BestAct::Retry
                    }
                    Some(_) | None => BestAct::Resend,
                }
            }
        }
    }

    /// The progress of the message, as far as its row tells without the ledger; `None` where its
    /// columns contradict each other.
    fn by_its_row(&self) -> Option<Progress> {
        let made = self.state.retry_count.saturating_add(1);
        self.state.progress(PostCount { made, free: 0 }).ok()
    }

    fn retried(&self, progress: &Progress, now: DateTime<Utc>) -> Change {
        let max_retries = self.facts.max_retries;
        let policy = RetryPolicy { max_retries, ..RetryPolicy::default() };
        progress.on(&Event::RetryRequested, now, &policy)
    }
}

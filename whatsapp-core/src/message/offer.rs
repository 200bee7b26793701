//! What a person may do to a message as it stands.

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

/// What can be done to a message as it stands, decided from its row alone. The act itself decides again, by
/// the same rules, whoever asks for it: it knows the ledger, the planner and the campaigns too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offers {
    /// [Another attempt](crate::Messenger::retry) at once.
    pub retry: Offer,
    /// [Another message](crate::Messenger::resend) to the customer's number of now.
    pub resend: Offer,
    /// [Withdrawing](crate::Messenger::cancel) it.
    pub cancel: Offer,
    /// [Another time](crate::Messenger::reschedule).
    pub reschedule: Offer,
    /// Another message to a number that is given for it alone.
    pub other_number: Offer,
}

/// Whether something can be done to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// It cannot.
    No(NotOffered),
    /// It can.
    Yes,
    /// It can, once a person has answered these.
    Asks(Asks),
}

/// What a person is asked before an act. At least one of the two is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks {
    /// Whether the customer really did not get it.
    pub arrival: Option<Arrival>,
    /// Whether it shall go out outside the hours.
    pub hours: Option<OutsideHours>,
}

/// What the customer may have of a message that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// All of it: its outcome is not known.
    MayHaveArrived,
    /// Its file, which went ahead of its text.
    FileIsWithTheCustomer,
}

/// Why something cannot be done to a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotOffered {
    /// Its state forbids it.
    #[error("{0}")]
    Forbidden(#[source] Forbidden),
    /// It has not failed.
    #[error("the message has not failed: it waits for its turn")]
    NotFailed,
    /// Its [expiry](crate::message::Facts::expires_at) has passed.
    #[error("its time has passed, and it is not sent any more: send it anew")]
    Expired,
    /// The number was not what was wrong.
    #[error("the number is not what was wrong")]
    NumberIsRight,
    /// The program does not know its type.
    #[error("the message type {0} is not known here: nothing of it is sent")]
    TypeUnknown(TypeName),
    /// Its row contradicts itself, because something else than the library changed it.
    #[error("the message cannot be read any more; cancel it to end it")]
    Unreadable,
}

impl NotOffered {
    /// Whether another number may help a message that failed so.
    pub(crate) const fn number_was_wrong(why: &Failure) -> bool {
        matches!(why.cause, Cause::Recipient)
    }
}

words!(
    /// The best thing that a person can do about a message now.
    BestAct, "act", "retry, resend, other_number, correct_record, wait, nothing",
    {
        /// Another attempt.
        Retry => "retry", "Try again";
        /// Another message, as this one has ended.
        Resend => "resend", "Send again";
        /// Another message to a number that is given for it alone.
        OtherNumber => "other_number", "Send to another number";
        /// The number in the host's records, and then another message.
        CorrectRecord => "correct_record", "Correct the number";
        /// Nothing yet: it goes on by itself.
        Wait => "wait", "Wait";
        /// Nothing: it has arrived, was withdrawn, or has to be made anew.
        Nothing => "nothing", "Nothing to do";
    }
);

impl Arrival {
    /// What the customer may have of a message that failed for good; `None` where it is nothing.
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
    /// Whether it can be done, perhaps after a question.
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
    /// What can be done to the message now. Takes no time worth speaking of: a page asks it for each of
    /// its rows.
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

    /// The best thing that a person can do about the message now.
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
            // Whatever was wrong with it: the customer may have it, and a retry is not made.
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

    /// Where the message stands, as far as its row tells without the ledger; `None` where its columns
    /// contradict each other.
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

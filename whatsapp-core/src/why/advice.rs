//! Advice about a message, in a sentence or two.

use chrono::TimeDelta;

use super::Now;
use crate::account::PauseReason;
use crate::message::{
    CancelReason, Cause, Delivery, Failure, FailureKind, HeldFor, Message, Phase,
};

/// Time for which the gateway may report nothing about a message that it took.
pub(crate) const SILENCE: TimeDelta = TimeDelta::hours(1);

impl FailureKind {
    /// Advice about a message that failed like this.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Rejected => {
                "Read why, put that right, and send the message again, or make it anew with another text."
            }
            Self::Exhausted => "Send the message again as soon as what stood in its way is over.",
            Self::Invalid => "Put right what was missing, then send the message again.",
            Self::UnknownOutcome => {
                "Ask the customer whether the message came, and send it again only if it did not."
            }
            Self::Undelivered => {
                "Try the message once more. If it does not arrive either, ask the customer which number \
                 WhatsApp is used on."
            }
            Self::Poison => {
                "Try the message once more. If it fails again, tell whoever looks after this program."
            }
        }
    }
}

impl Cause {
    /// Advice for this cause of trouble.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Message => "Make the message anew with another text or another file.",
            Self::Recipient => {
                "Correct the number in the customer's record, then send the message again. Or give a \
                 number for this message alone."
            }
            Self::Account => {
                "Look at the account in the gateway's dashboard and put it right, then send again what \
                 failed meanwhile."
            }
            Self::Address => {
                "Check the gateway's address in the settings, then send again what failed meanwhile."
            }
            Self::Between => {
                "Ask whoever runs the network or the server what stops the requests, then send again \
                 what failed meanwhile."
            }
            Self::Gateway => "Send the message again when the gateway is in order.",
            Self::Host => {
                "Look at the records of the customer, the invoice and the file, then send the message \
                 again."
            }
        }
    }
}

impl CancelReason {
    /// Advice about a message that was withdrawn for this reason.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Paid => "Nothing has to be done.",
            Self::SwitchedOff => {
                "If such messages are wanted, switch them on in the settings and make the message anew."
            }
            Self::Expired => "If the customer still has to know it, make the message anew.",
            Self::Manager => "If it is wanted after all, make the message anew.",
            Self::OptedOut => "Tell the customer in another way, if it has to be told.",
            Self::Muted => {
                "If such messages are wanted again, let them go out again on the customer's page."
            }
            Self::Void => {
                "Nothing has to be done if that is right; otherwise correct the invoice in the books."
            }
            Self::BelowMinimum => {
                "Nothing has to be done. The smallest amount to remind of stands in the settings."
            }
            Self::Campaign => "If the customers have to know it, make a new festival message.",
            Self::Superseded => "Nothing has to be done: look at the newer message.",
        }
    }
}

impl HeldFor {
    /// Advice about a message that is held for this reason.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Disputed => {
                "Settle it with the customer and say so in the books, or cancel the message."
            }
            Self::Promised => "Nothing has to be done until the promised day is over.",
            Self::Credit => "Set the credit off against the invoice in the books.",
            Self::StalePayments => "Bring the payments in the books up to date.",
            Self::Records => {
                "Nothing has to be done unless it lasts: then tell whoever looks after this program."
            }
            Self::Hours => {
                "Nothing has to be done. A message that cannot wait can be moved to another time."
            }
            Self::Trial => {
                "End the trial in the settings, or put the number on the list of the trial."
            }
        }
    }
}

impl Message {
    /// The advice about the message now; `None` where it takes its course.
    #[must_use]
    pub fn advice(&self, now: &Now<'_>) -> Option<&'static str> {
        match self.phase_while(now.at, now.paused_until()) {
            Phase::Held { by, .. } => Some(by.advice()),
            Phase::Paused { .. } => now.pause.map(|pause| pause.reason).map(PauseReason::advice),
            Phase::Retrying { .. } => {
                let cause = self.state.failure.as_ref().map(|failure| failure.cause);
                cause.and_then(while_it_is_tried)
            }
            Phase::Checking => Some(
                "Wait until the gateway has been asked. Sent again before that, the customer may get it \
                 twice.",
            ),
            Phase::Sent if self.is_silent(now) => Some(
                "The gateway has said nothing since it took the message. If it matters, ask the \
                 customer whether it came.",
            ),
            Phase::Failed(failure) => Some(for_good(&failure)),
            Phase::Cancelled(reason) => Some(reason.advice()),
            Phase::Queued
            | Phase::Scheduled { .. }
            | Phase::Sending
            | Phase::Sent
            | Phase::Delivered
            | Phase::Read => None,
        }
    }

    /// Returns true if the gateway took a message and its report about the message is overdue.
    fn is_silent(&self, now: &Now<'_>) -> bool {
        let state = &self.state;
        state.delivery == Some(Delivery::Accepted)
            && state.sent_at.is_some_and(|at| at < now.at - SILENCE)
    }
}

/// Advice while a message is retried by itself.
const fn while_it_is_tried(cause: Cause) -> Option<&'static str> {
    match cause {
        Cause::Message | Cause::Between | Cause::Gateway => None,
        Cause::Recipient => Some(
            "It is tried again by itself. Meanwhile look whether the number in the customer's record is \
             right.",
        ),
        Cause::Account => Some(
            "It is tried again by itself. Meanwhile look at the account in the gateway's dashboard.",
        ),
        Cause::Address => Some(
            "It is tried again by itself. Meanwhile check the gateway's address in the settings.",
        ),
        Cause::Host => Some(
            "It is tried again by itself. Meanwhile look at the records of the customer, the invoice and \
             the file.",
        ),
    }
}

/// Advice about a message that failed for good: the cause comes first where the trouble was not the
/// message's own.
const fn for_good(failure: &Failure) -> &'static str {
    match (failure.kind, failure.cause) {
        (FailureKind::UnknownOutcome, _)
        | (FailureKind::Poison, Cause::Message | Cause::Gateway | Cause::Host)
        | (FailureKind::Undelivered | FailureKind::Invalid, Cause::Message | Cause::Gateway)
        | (FailureKind::Exhausted, Cause::Message) => failure.kind.advice(),
        (
            FailureKind::Rejected
            | FailureKind::Exhausted
            | FailureKind::Invalid
            | FailureKind::Undelivered
            | FailureKind::Poison,
            cause,
        ) => cause.advice(),
    }
}

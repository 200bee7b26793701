//! What happens to a message, and what that may do to it.

use chrono::{DateTime, TimeDelta, Utc};

use super::kind::{CancelReason, Cause, Delivery, FailureKind};
use super::part::Part;
use crate::retry::Disposition;

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is about to be POSTed.
    Begun,
    /// The gateway said yes, or its listing shows the message.
    Accepted,
    /// The gateway said no, or was never reached. `disposition` is not `Unknown`.
    Refused {
        /// What the refusal means.
        disposition: Disposition,
        /// Whose trouble it is.
        cause: Cause,
        /// Whether the gateway was asked at all.
        reached: bool,
        /// How long the gateway asked to wait.
        retry_after: Option<TimeDelta>,
        /// Why, in plain words.
        reason: String,
    },
    /// Nobody knows what became of the POST.
    OutcomeUnknown,
    /// A complete listing does not show the message.
    Absent,
    /// The gateway could not be asked, or its answer proves nothing.
    LookUnavailable,
    /// The gateway was asked for the delivery of an accepted message.
    Reported(Reported),
    /// Both parts of a message were accepted, and the gateway could not deliver this one.
    PartUndelivered(Part),
    /// It cannot be sent just now, for a reason that lies with the host.
    Postponed {
        /// When to look at it again.
        until: DateTime<Utc>,
    },
    /// It is to go out at another instant.
    Rescheduled {
        /// When.
        due: DateTime<Utc>,
    },
    /// It is to be withdrawn.
    Withdrawn(CancelReason),
    /// It waited too long for what it needs to be sent.
    Abandoned {
        /// What kind of failure that is.
        kind: FailureKind,
        /// Whose trouble that was.
        cause: Cause,
        /// Why, in plain words.
        reason: String,
    },
    /// A manager wants it sent now.
    RetryRequested,
    /// Workers died over it again and again before they could begin.
    Poisoned,
}

/// What the gateway says about the delivery of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// Nothing new, or no answer.
    Nothing,
    /// It has come this far. `Undelivered` stands for a failure that may pass.
    Reached(Delivery),
    /// The number is not on WhatsApp: sending again is of no use.
    NotOnWhatsApp,
    /// Something in a word that nobody knows, of at most 40 characters and without numbers and
    /// links. It moves nothing, and is kept with the message so that it can be read.
    Unreadable(String),
}

/// Why an event may not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// An attempt is open.
    #[error("the message is being sent just now; wait until its outcome is known")]
    UnderWay,
    /// The message is `sent`.
    #[error("the message was already sent")]
    AlreadySent,
    /// The message was withdrawn.
    #[error("the message was cancelled")]
    Cancelled,
    /// The message failed for good.
    #[error("the message has failed for good")]
    Final,
    /// All attempts are used up.
    #[error("all attempts are used up; resend it as a new message")]
    Exhausted,
    /// It may have been delivered.
    #[error("the message may have been delivered; resend it only if the customer did not get it")]
    OutcomeUnknown,
    /// The number is not on WhatsApp, and a retry would go to that number.
    #[error(
        "the number is not on WhatsApp: correct the customer's number, then resend the message"
    )]
    WrongNumber,
    /// A part of it is with the customer.
    #[error("the file was sent already, and its text follows")]
    FileSent,
    /// No attempt is open that the event could belong to.
    #[error("no attempt is open")]
    NoAttempt,
}

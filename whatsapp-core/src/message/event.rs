//! Events of a message, and the reasons that forbid one.

use chrono::{DateTime, TimeDelta, Utc};

use super::kind::{CancelReason, Cause, Delivery, FailureKind};
use super::part::Part;
use crate::retry::Disposition;

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The message is about to be POSTed.
    Begun,
    /// The gateway accepted the message, or its listing shows the message.
    Accepted,
    /// The gateway refused the message, or was never reached. `disposition` is not `Unknown`.
    Refused {
        /// The meaning of the refusal.
        disposition: Disposition,
        /// The party at fault.
        cause: Cause,
        /// True if the gateway was asked at all.
        reached: bool,
        /// The time that the gateway asked to wait.
        retry_after: Option<TimeDelta>,
        /// Reason, in plain words.
        reason: String,
    },
    /// The result of the POST is not known.
    OutcomeUnknown,
    /// A complete listing does not show the message.
    Absent,
    /// The gateway could not be asked, or its answer proves nothing.
    LookUnavailable,
    /// The gateway was asked for the delivery of an accepted message.
    Reported(Reported),
    /// Both parts of a message were accepted, and the gateway could not deliver this one.
    PartUndelivered(Part),
    /// The message cannot be sent just now, for a reason that lies with the host.
    Postponed {
        /// Time at which to try it again.
        until: DateTime<Utc>,
    },
    /// The message gets another send time.
    Rescheduled {
        /// The new time.
        due: DateTime<Utc>,
    },
    /// The message is to be withdrawn.
    Withdrawn(CancelReason),
    /// The message waited too long for something that it needs to be sent.
    Abandoned {
        /// The kind of failure.
        kind: FailureKind,
        /// The party at fault.
        cause: Cause,
        /// Reason, in plain words.
        reason: String,
    },
    /// A manager wants the message sent now.
    RetryRequested,
    /// Workers died again and again while they handled the message, before they could begin.
    Poisoned,
}

/// The gateway's report about the delivery of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reported {
    /// Nothing new, or no answer.
    Nothing,
    /// The delivery has reached this state. `Undelivered` stands for a failure that may pass.
    Reached(Delivery),
    /// The number is not on WhatsApp: sending again is of no use.
    NotOnWhatsApp,
    /// A report in a word that the program does not know, of at most 40 characters and without
    /// numbers and links. It does not change the state, and is kept with the message so that it can
    /// be read.
    Unreadable(String),
}

/// The reason why an event may not happen.
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
    /// The message may have been delivered.
    #[error("the message may have been delivered; resend it only if the customer did not get it")]
    OutcomeUnknown,
    /// The number is not on WhatsApp, and a retry would go to that number.
    #[error(
        "the number is not on WhatsApp: correct the customer's number, then resend the message"
    )]
    WrongNumber,
    /// The customer has a part of the message already.
    #[error("the file was sent already, and its text follows")]
    FileSent,
    /// No attempt is open that the event could belong to.
    #[error("no attempt is open")]
    NoAttempt,
}

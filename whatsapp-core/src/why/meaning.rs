//! The meaning of each word about a message, in a sentence or two for first-time readers.

use crate::message::{AttemptOutcome, CancelReason, Delivery, FailureKind, HeldFor, Status};

impl Status {
    /// The meaning of a message's status.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Pending => {
                "The message waits for its time, is being sent just now, or the gateway is being asked \
                 whether it took it."
            }
            Self::Sent => {
                "The gateway took the message. How far it has come since is said by its delivery."
            }
            Self::Failed => {
                "The message was not sent. Where a next attempt is named it is tried again by itself; \
                 otherwise it has failed for good."
            }
            Self::Cancelled => {
                "The message was withdrawn before anything of it was sent, and will not go out."
            }
        }
    }
}

impl Delivery {
    /// The meaning of a message's delivery state.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Accepted => {
                "The gateway took the message, and has not said yet that it reached the customer's phone."
            }
            Self::Delivered => "The message is on the customer's phone.",
            Self::Read => "The customer has opened the message.",
            Self::Undelivered => "The gateway took the message and could not deliver it.",
        }
    }
}

impl FailureKind {
    /// The meaning of a message's kind of failure.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Rejected => {
                "The gateway said no to the message itself, and would say so again. It was surely not sent."
            }
            Self::Exhausted => {
                "The message was tried as often as is allowed, and each attempt failed. It was surely not \
                 sent."
            }
            Self::Invalid => {
                "The message lacked something without which it cannot be sent, such as a number. The \
                 gateway was not asked."
            }
            Self::UnknownOutcome => {
                "The gateway gave no clear answer, and could not say later whether it took the message. \
                 The customer may have it."
            }
            Self::Undelivered => {
                "The gateway took the message, and said later that it could not deliver it."
            }
            Self::Poison => {
                "The program broke down three times when it was about to send the message, and leaves it \
                 alone since. It was surely not sent."
            }
        }
    }
}

impl CancelReason {
    /// The meaning of the reason for a withdrawal.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Paid => {
                "Right before the message went out its invoice was paid, so nobody was asked to pay again."
            }
            Self::SwitchedOff => {
                "Messages of this type, or all of WhatsApp, were switched off in the settings before it \
                 went out."
            }
            Self::Expired => {
                "The message could not be sent in time, and would have been out of place later."
            }
            Self::Manager => "Somebody at the business withdrew the message before it went out.",
            Self::OptedOut => "The customer has asked not to be sent messages of this kind.",
            Self::Muted => {
                "Somebody at the business keeps back such messages to the customer or the number, or \
                 about the invoice."
            }
            Self::Void => {
                "The invoice was cancelled, belongs to somebody else now, or is in the books no more."
            }
            Self::BelowMinimum => {
                "Less is left to pay than the smallest amount that customers are reminded of."
            }
            Self::Campaign => "The festival message that it is part of was cancelled.",
            Self::Superseded => {
                "Another message says the same or more, so this one was not needed any longer."
            }
        }
    }
}

impl HeldFor {
    /// The meaning of the reason why a message is held.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Disputed => {
                "The customer objects to the invoice, and is not asked to pay until that is settled."
            }
            Self::Promised => {
                "The customer has promised to pay by a day that is not over, and is left alone until then."
            }
            Self::Credit => {
                "The customer has paid more than was due, and that covers what the message would ask for."
            }
            Self::StalePayments => {
                "The newest payments are not in the books yet, and nobody is to be asked for what is paid."
            }
            Self::Records => {
                "Something that the message needs could not be read just now. It is looked at again by \
                 itself."
            }
            Self::Hours => {
                "Customers are not written to at this hour or on this day. The message goes out when the \
                 hours begin."
            }
            Self::Trial => {
                "Messages are tried out: only the numbers of the trial get any. The message goes out when the \
                 trial is over."
            }
        }
    }
}

impl AttemptOutcome {
    /// The meaning of an attempt's outcome.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Accepted => "The gateway took the message.",
            Self::Rejected => "The gateway answered that it does not take the message.",
            Self::NotSent => "The gateway could not be reached, so nothing was sent.",
            Self::AccountRefused => {
                "The gateway refused the account, whatever the message says. The attempt does not count."
            }
            Self::UnclearRefusal => {
                "The gateway refused, and did not say whether because of the message or of the account. \
                 The attempt does not count."
            }
            Self::NotAccepted => {
                "There was no clear answer, and the gateway's own list showed later that the message is \
                 not there."
            }
            Self::UnknownHeld => {
                "There was no clear answer, and the gateway could not say later whether it took the message."
            }
        }
    }
}

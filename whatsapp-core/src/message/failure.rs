//! The reason why a message failed.

use super::kind::{Cause, FailureKind};

/// The reason why a message failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure, in one word.
    pub kind: FailureKind,
    /// The party at fault.
    pub cause: Cause,
    /// The reason in a sentence that a shopkeeper understands, without number, text or key.
    pub reason: String,
}

impl Failure {
    /// A failure of this kind, by the message's own fault.
    pub fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, cause: Cause::Message, reason: reason.into() }
    }

    /// The end of a message whose row cannot be read, because of an unknown value in `column`. If
    /// an attempt was open, the message may have been delivered.
    #[must_use]
    pub fn unreadable(column: &str, attempt_was_open: bool) -> Self {
        let kept = format!(
            "The message cannot be read any more: its column {column} in the database was changed \
             to something that the program does not know."
        );
        let failure = if attempt_was_open {
            Self::new(
                FailureKind::UnknownOutcome,
                format!("{kept} It may have been delivered; it is not sent again by itself."),
            )
        } else {
            Self::new(FailureKind::Invalid, format!("{kept} Make the message anew."))
        };
        failure.caused_by(Cause::Host)
    }

    /// The same failure with another cause.
    #[must_use]
    pub const fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

//! Why a message failed.

use super::kind::{Cause, FailureKind};

/// Why a message failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In one word.
    pub kind: FailureKind,
    /// Whose trouble it was.
    pub cause: Cause,
    /// In a sentence that a shopkeeper understands, without number, text or key.
    pub reason: String,
}

impl Failure {
    /// A failure of this kind, by the message's own fault.
    pub fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, cause: Cause::Message, reason: reason.into() }
    }

    /// The end of a message whose row cannot be read, because of what stands in `column`. Where an
    /// attempt was open it may have been delivered.
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

    /// The same failure as the trouble of somebody else.
    #[must_use]
    pub const fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

//! A message: its words, its states, its key, and its row in the log.

mod attempt;
mod key;
mod kind;
mod log;
mod part;
mod row;
mod state;

pub use attempt::{Attempt, AttemptOutcome, AttemptRecord};
pub use key::{Fingerprint, InvalidKey, MESSAGE_KEY_MAX, MessageKey};
#[cfg(test)]
mod state_tests;

pub(crate) use kind::words;
pub use kind::{
    CancelReason, Cause, Delivery, FailureKind, MessageType, Status, Step, Trigger, UnknownWord,
};
pub use log::{AttachmentRef, CUSTOMER_NAME_MAX, Message, NewMessage, Phase, SUBJECT_MAX};
pub use part::{CAPTION_MAX_UNITS, Part};
pub use row::{Contradiction, OwedRow, StateRow};
pub use state::{Change, Event, Failure, Forbidden, Progress, Reported, State};

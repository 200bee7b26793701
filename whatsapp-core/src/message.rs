//! A message: its content, its states, its key, and its row in the log.

mod attempt;
mod event;
mod failure;
mod key;
mod kind;
mod offer;
mod outcome;
mod part;
mod progress;
mod record;
mod row;
mod sent;
mod state;
mod values;
mod via;
#[cfg(feature = "witness")]
#[doc(hidden)]
pub mod witness;

pub use attempt::{Attempt, AttemptOutcome, AttemptRecord};
pub use key::{Fingerprint, InvalidKey, MESSAGE_KEY_MAX, MessageKey};

pub use event::{Event, Forbidden, Reported};
pub use failure::Failure;
pub use kind::{CancelReason, Cause, Delivery, FailureKind, HeldFor, Status, Step, Trigger};
pub use offer::{Arrival, Asks, BestAct, NotOffered, Offer, Offers};
pub use outcome::Outcome;
pub use part::{CAPTION_MAX_UNITS, Part};
pub use progress::{Change, Progress};
pub use record::{
    AttachmentRef, CUSTOMER_NAME_MAX, Facts, Message, NewMessage, Phase, SUBJECT_MAX,
};
pub use row::{Contradiction, OwedRow, PostCount, StateRow};
pub use sent::SentText;
pub(crate) use sent::plain;
pub use state::State;
pub use values::MessageValues;
pub use via::{GATEWAY_HOST_MAX, KeyMark, Via};

pub use crate::types::{
    Category, Class, FileRule, InvalidTypeName, MessageType, PLACEHOLDERS_MAX, Placeholder, Source,
    TYPE_NAME_MAX, TypeDef, TypeName, ValueKind,
};
pub use crate::word::UnknownWord;

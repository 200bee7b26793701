//! Parts of the document that the core's own words decide.

use chrono::{DateTime, SecondsFormat, Utc};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use whatsapp_core::account::PauseReason;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Cause, Delivery, FailureKind, Outcome, Part, Status, Trigger,
};
use whatsapp_core::mute::MuteOf;
use whatsapp_core::port::Lane;
use whatsapp_core::schedule::{StepReason, StepState};

/// An instant as the API writes it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A text that is one of these words.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// Makes the schema of each kind of word.
macro_rules! words {
    ($($name:ident: $of:ident;)+) => {
        $(
            #[doc = concat!("The words of ", stringify!($of), ".")]
            pub(crate) fn $name() -> Object {
                one_of($of::ALL.iter().map(|word| word.as_str()))
            }
        )+
    };
}

words! {
    triggers: Trigger;
    statuses: Status;
    deliveries: Delivery;
    outcomes: Outcome;
    cancel_reasons: CancelReason;
    failure_kinds: FailureKind;
    causes: Cause;
    file_kinds: AttachmentKind;
    parts: Part;
    attempt_outcomes: AttemptOutcome;
    pause_reasons: PauseReason;
    step_states: StepState;
    step_reasons: StepReason;
    mutes: MuteOf;
    lanes: Lane;
}

/// The words of where a message stands.
pub(crate) fn phases() -> Object {
    one_of([
        "queued",
        "scheduled",
        "held",
        "paused",
        "sending",
        "checking",
        "retrying",
        "sent",
        "delivered",
        "read",
        "failed",
        "cancelled",
    ])
}

/// Whether something can be done.
pub(crate) fn offers() -> Object {
    one_of(["yes", "no", "asks"])
}

//! Parts of the document that depend on words of the core.

use chrono::{DateTime, SecondsFormat, Utc};
use utoipa::openapi::schema::{Array, ArrayBuilder, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use whatsapp_core::account::PauseReason;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::audit::{Act, TargetKind};
use whatsapp_core::bulk::{BulkAct, BulkOutcome, BulkState};
use whatsapp_core::campaign::{AUDIENCE_MAX, CampaignKind, CampaignState, RecipientState};
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Cause, Delivery, FailureKind, Outcome, Part, Status, Trigger,
};
use whatsapp_core::mute::MuteOf;
use whatsapp_core::port::Lane;
use whatsapp_core::schedule::{StepReason, StepState};
use whatsapp_core::settings::SettingGroup;

use crate::page::settings::connection::Answer;

/// A point in time in the form of the API.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A text that is one of these words.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// Makes the schema of each kind of word, with its description in the document.
macro_rules! words {
    ($($name:ident: $of:ident, $about:literal;)+) => {
        $(
            #[doc = concat!("The words of ", stringify!($of), ".")]
            pub(crate) fn $name() -> Object {
                about($about, one_of($of::ALL.iter().map(|word| word.as_str())))
            }
        )+
    };
}

fn about(about: &str, mut schema: Object) -> Object {
    schema.description = Some(about.to_owned());
    schema
}

words! {
    triggers: Trigger, "What set it off.";
    statuses: Status, "The status column of the log. `failed` with a `nextAttemptAt` is tried again by itself.";
    deliveries: Delivery, "What is known of its delivery.";
    outcomes: Outcome, "What came of it.";
    cancel_reasons: CancelReason, "Why it was withdrawn.";
    failure_kinds: FailureKind, "How it failed.";
    causes: Cause, "Whose trouble it is.";
    file_kinds: AttachmentKind, "What kind of file it is.";
    parts: Part, "What of the message it sent.";
    attempt_outcomes: AttemptOutcome, "What came of it. Not there while nobody knows.";
    pause_reasons: PauseReason, "Why nothing is sent.";
    step_states: StepState, "Where it stands.";
    step_reasons: StepReason, "What put it off, or holds it.";
    mutes: MuteOf, "Which messages.";
    lanes: Lane, "What is done with it: sending, looking it up, watching its delivery.";
    bulk_acts: BulkAct, "What is done to each.";
    bulk_states: BulkState, "Where it stands. Nothing is done before it is confirmed.";
    acts: Act, "What was done.";
    target_kinds: TargetKind, "What kind of thing it was done to.";
    setting_groups: SettingGroup, "The settings beside which it is shown.";
    campaign_kinds: CampaignKind, "What it sends.";
    campaign_states: CampaignState, "Where it stands. Nothing is sent before it is armed.";
    recipient_states: RecipientState, "Where the recipient stands. `queued` is on its way; `sent` was taken by the gateway.";
    bulk_outcomes: BulkOutcome, "What came of it. Not there before its turn.";
}

/// Results of the messages of a bulk act, and the word for messages not processed yet.
pub(crate) fn item_outcomes() -> Object {
    let words = BulkOutcome::ALL.iter().map(|word| word.as_str());
    one_of(std::iter::once(OPEN).chain(words))
}

/// The word for messages not processed yet.
pub(crate) const OPEN: &str = "open";

/// Messages, named by their ids.
pub(crate) fn chosen() -> Array {
    let id = ObjectBuilder::new().schema_type(Type::String);
    let id = id.format(Some(SchemaFormat::Custom("uuid".to_owned()))).build();
    ArrayBuilder::new()
        .items(id)
        .min_items(Some(1))
        .max_items(Some(CHOSEN_MAX))
        .description(Some("These messages, each by its id; in the place of a filter."))
        .build()
}

/// Customers, named by the host's keys.
pub(crate) fn audience() -> Array {
    let key = ObjectBuilder::new().schema_type(Type::String);
    let key = key.min_length(Some(1)).max_length(Some(64)).pattern(Some("^[!-~]+$")).build();
    ArrayBuilder::new()
        .items(key)
        .min_items(Some(1))
        .max_items(Some(AUDIENCE_MAX))
        .description(Some("These customers alone, by the host's keys; all where it is left out."))
        .build()
}

/// The largest number of messages that one call can name. A filter can choose more.
pub(crate) const CHOSEN_MAX: usize = 5_000;

/// Kinds of actor.
pub(crate) fn actors() -> Object {
    about("Who did it. `host` is the host's own code.", one_of(["person", "host", "outside"]))
}

/// Possible answers of the gateway.
pub(crate) fn connection_answers() -> Object {
    about("What the gateway answered.", one_of(Answer::WORDS))
}

/// Settings by their keys, each with its new value.
pub(crate) fn settings() -> Object {
    let value = ObjectBuilder::new().schema_type(Type::String).build();
    let mut settings = ObjectBuilder::new()
        .additional_properties(Some(RefOr::T(Schema::Object(value))))
        .examples([serde_json::json!({ "whatsapp_retry_max": "2" })])
        .build();
    settings.description =
        Some("Settings by their keys, each with its new value as a text.".to_owned());
    settings
}

/// Possible targets of a mute.
pub(crate) fn muted() -> Object {
    about("Whom or what it is about.", one_of(["customer", "number", "invoice"]))
}

/// Kinds of entry of a day.
pub(crate) fn classes() -> Object {
    about("What kind of entry it is.", one_of(["campaigns", "messages", "reminders"]))
}

/// Rules for the file of a message type.
pub(crate) fn file_rules() -> Object {
    about("Whether a file goes with its messages.", one_of(["none", "optional", "mandatory"]))
}

/// The kinds of values.
pub(crate) fn value_kinds() -> Object {
    about(
        "One line, several lines, or money with its currency.",
        one_of(["line", "lines", "amount", "date", "number", "link"]),
    )
}

/// Roles of people in the console.
pub(crate) fn roles() -> Object {
    about("A viewer looks; managers and admins act.", one_of(["viewer", "manager", "admin"]))
}

/// The words for the state of a message.
pub(crate) fn phases() -> Object {
    let words = [
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
    ];
    about("Where it stands, more exactly.", one_of(words))
}

/// The words for an act that is possible or not.
pub(crate) fn offers() -> Object {
    one_of(["yes", "no", "asks"])
}

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
    triggers: Trigger, "Origin of the message: an event in the host, a schedule, or a manager.";
    given_triggers: Trigger, "Origin of the message; `manual` by default. A message that is not \
                              sent by hand keeps to the hours in which customers are written to.";
    statuses: Status, "Status in the log. A `failed` message with a `nextAttemptAt` is retried \
                       automatically.";
    deliveries: Delivery, "Delivery state, as far as the gateway has reported it.";
    outcomes: Outcome, "Outcome of the message so far.";
    cancel_reasons: CancelReason, "Reason for the cancellation.";
    failure_kinds: FailureKind, "Kind of failure.";
    causes: Cause, "Party or thing at fault.";
    file_kinds: AttachmentKind, "Format of the file.";
    parts: Part, "Part of the message that the attempt sent.";
    attempt_outcomes: AttemptOutcome, "Result of the attempt; absent while it is not known.";
    pause_reasons: PauseReason, "Reason for the pause; absent while sending is not paused.";
    step_states: StepState, "State of the reminder.";
    step_reasons: StepReason, "Reason for the state of the reminder, such as a delay or a hold.";
    mutes: MuteOf, "Messages that are kept back.";
    lanes: Lane, "Class of the messages to send or look up; `watch` for messages whose delivery is \
                  followed.";
    bulk_acts: BulkAct, "Act on each of the messages.";
    bulk_states: BulkState, "State of the act. Nothing is done before it is confirmed.";
    acts: Act, "Act that was done.";
    target_kinds: TargetKind, "Kind of thing that the act was done to.";
    setting_groups: SettingGroup, "Group of settings in which the setting is shown.";
    campaign_kinds: CampaignKind, "Kind of message that the entry sends.";
    given_campaign_kinds: CampaignKind, "Kind of message that the entry sends; `festival` by \
                                         default.";
    campaign_states: CampaignState, "State of the entry. Nothing is sent before it is armed.";
    recipient_states: RecipientState, "State of the recipient. `queued`: the message is on its \
                                       way. `sent`: the gateway accepted it.";
    bulk_outcomes: BulkOutcome, "Result for the message; absent before its turn.";
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
        .description(Some("Ids of the chosen messages, in the place of a filter."))
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
        .description(Some(
            "Host's keys of the only customers to write to; all customers by default.",
        ))
        .build()
}

/// The largest number of messages that one call can name. A filter can choose more.
pub(crate) const CHOSEN_MAX: usize = 5_000;

/// Kinds of actor.
pub(crate) fn actors() -> Object {
    about(
        "Kind of actor. `host` is the host's own code; `outside` made the change outside the \
         console.",
        one_of(["person", "host", "outside"]),
    )
}

/// Possible answers of the gateway.
pub(crate) fn connection_answers() -> Object {
    about(
        "Answer of the gateway; `not_asked` if this process sends nothing.",
        one_of(Answer::WORDS),
    )
}

/// Settings by their keys, each with its new value.
pub(crate) fn settings() -> Object {
    let value = ObjectBuilder::new().schema_type(Type::String).build();
    let mut settings = ObjectBuilder::new()
        .additional_properties(Some(RefOr::T(Schema::Object(value))))
        .examples([serde_json::json!({ "whatsapp_retry_max": "2" })])
        .build();
    settings.description =
        Some("New values of settings, each a text under the key of its setting.".to_owned());
    settings
}

/// Possible targets of a mute.
pub(crate) fn muted() -> Object {
    about("Kind of thing that is muted.", one_of(["customer", "number", "invoice"]))
}

/// Kinds of entry of a day.
pub(crate) fn classes() -> Object {
    about("Kind of entry.", one_of(["campaigns", "messages", "reminders"]))
}

/// Rules for the file of a message type.
pub(crate) fn file_rules() -> Object {
    about("Rule for the file of a message of this type.", one_of(["none", "optional", "mandatory"]))
}

/// The kinds of values.
pub(crate) fn value_kinds() -> Object {
    about(
        "Kind of value; `amount` is money with its currency.",
        one_of(["line", "lines", "amount", "date", "number", "link"]),
    )
}

/// Roles of people in the console.
pub(crate) fn roles() -> Object {
    about(
        "Role of the person. A viewer only looks; managers and admins also act.",
        one_of(["viewer", "manager", "admin"]),
    )
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
    about("State of the message, more exact than `status`.", one_of(words))
}

/// Makes the schema of each act that is possible or not, with its description in the document.
macro_rules! offers {
    ($($name:ident, $about:literal;)+) => {
        $(
            #[doc = $about]
            pub(crate) fn $name() -> Object {
                about($about, one_of(["yes", "no", "asks"]))
            }
        )+
    };
}

offers! {
    offer_retry, "Another attempt to send the message at once.";
    offer_resend, "A new message to the customer's present number.";
    offer_resend_to_other_number, "A new message to a number given for this message only.";
    offer_cancel, "Cancellation of the message.";
    offer_reschedule, "Another time for the message.";
    offer_put_aside, "Putting the message aside, as settled in another way.";
    offer_take_up, "Taking up the message again that was put aside.";
}

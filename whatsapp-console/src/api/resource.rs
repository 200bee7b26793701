//! Messages in the shapes of the API.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Message, Offer, Phase};
use whatsapp_core::port::{BrokenRow, MessageLog, StoreError};

use super::schema;
use crate::page::acts::Act;
use crate::page::eyes::Eyes;
use crate::page::list::resent;
use crate::words::number::masked;

/// A message, as it is in the log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message)]
pub(crate) struct MessageShape {
    /// The id of the row in the log; other calls name it as `messageLogId`.
    #[schema(format = "uuid")]
    id: String,
    /// Time of the row's creation.
    #[schema(format = "date-time")]
    created_at: String,
    /// Time of the last change. Send it back as `seen` when you act on the message.
    #[schema(format = "date-time")]
    updated_at: String,
    /// The unique key of the message; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Host's key of the customer.
    customer_id: String,
    /// Name of the customer when the message was made.
    customer_name: String,
    /// The WhatsApp number; for viewers its last digits only.
    whatsapp_number: String,
    /// Type of the message.
    #[schema(example = "payment_reminder")]
    message_type: String,
    #[schema(schema_with = schema::triggers)]
    trigger_type: &'static str,
    /// The status column of the log. `failed` with a `nextAttemptAt` is retried automatically.
    #[schema(schema_with = schema::statuses)]
    status: &'static str,
    /// The state of the message, more exact than `status`.
    #[schema(schema_with = schema::phases)]
    phase: &'static str,
    /// The state and its reason, in a sentence.
    status_text: String,
    /// Advice on the next step, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::deliveries)]
    delivery: Option<&'static str>,
    /// Reason for the failure; absent without a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::cancel_reasons)]
    cancel_reason: Option<&'static str>,
    /// Number of retries that were used up.
    retry_count: u32,
    /// Maximum number of retries.
    max_retries: u32,
    /// Time of the next attempt; present exactly if a failed message will be retried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    next_attempt_at: Option<String>,
    /// Time at which the host wanted the message to go out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    scheduled_for: Option<String>,
    /// Deadline: after this time the message is cancelled instead of sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    expires_at: Option<String>,
    /// Time at which the gateway accepted the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    sent_at: Option<String>,
    /// The subject of the message, such as the number of an invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// Id of the template that the text was made from; absent for built-in and custom texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    template_id: Option<String>,
    /// Version of that template.
    #[serde(skip_serializing_if = "Option::is_none")]
    template_version: Option<u32>,
    /// The file that goes with the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment: Option<FileShape>,
    /// Advice that the manager should know about the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// The text; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The gateway's id of the message; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_id: Option<String>,
    /// The person who made the message by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    /// The message of which this one is a resend.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    resend_of: Option<String>,
    /// True if the message failed and another message replaced it.
    is_sent_again: bool,
    /// True if the message failed and a person settled it in another way.
    is_put_aside: bool,
    /// The messages that replaced it, the oldest first; only in an answer about one message, not in
    /// lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    resends: Option<Vec<String>>,
    /// Acts possible on the message; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    can: Option<CanShape>,
}

/// Reason for the failure of a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Failure)]
struct FailureShape {
    #[schema(schema_with = schema::failure_kinds)]
    kind: &'static str,
    /// The party at fault.
    #[schema(schema_with = schema::causes)]
    cause: &'static str,
    /// Reason for the failure, in a sentence.
    reason: String,
}

/// The file that goes with a message.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
struct FileShape {
    /// File name that the recipient sees.
    name: String,
    #[schema(schema_with = schema::file_kinds)]
    kind: &'static str,
    /// Size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

/// Acts possible on a message: `yes`, `no`, or `asks` if a person must be asked first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Can)]
struct CanShape {
    #[schema(schema_with = schema::offer_retry)]
    retry: &'static str,
    #[schema(schema_with = schema::offer_resend)]
    resend: &'static str,
    #[schema(schema_with = schema::offer_resend_to_other_number)]
    resend_to_other_number: &'static str,
    #[schema(schema_with = schema::offer_cancel)]
    cancel: &'static str,
    #[schema(schema_with = schema::offer_reschedule)]
    reschedule: &'static str,
    #[schema(schema_with = schema::offer_put_aside)]
    put_aside: &'static str,
    #[schema(schema_with = schema::offer_take_up)]
    take_up: &'static str,
}

impl MessageShape {
    /// A message, with the details that this visitor may see.
    pub(crate) fn of(
        message: &Message,
        is_sent_again: bool,
        is_put_aside: bool,
        eyes: &Eyes<'_>,
    ) -> Self {
        let (facts, state) = (&message.facts, &message.state);
        let number = facts.whatsapp_number.as_str();
        let for_managers = |text: &str| eyes.may_act.then(|| text.to_owned());
        let told = eyes.told();
        Self {
            id: facts.id.to_string(),
            created_at: schema::instant(facts.created_at),
            updated_at: schema::instant(message.updated_at),
            key: for_managers(facts.key.as_str()),
            customer_id: facts.customer_id.to_string(),
            customer_name: facts.customer_name.as_str().to_owned(),
            whatsapp_number: if eyes.may_act { number.to_owned() } else { masked(number) },
            message_type: facts.message_type.to_string(),
            trigger_type: facts.trigger.as_str(),
            status: state.status.as_str(),
            phase: eyes.phase(message).word(),
            status_text: message.why(&told),
            advice: message.advice(&told),
            delivery: state.delivery.map(whatsapp_core::message::Delivery::as_str),
            failure: state.failure.as_ref().map(|it| FailureShape {
                kind: it.kind.as_str(),
                cause: it.cause.as_str(),
                reason: it.reason.clone(),
            }),
            cancel_reason: state.cancel_reason.map(whatsapp_core::message::CancelReason::as_str),
            retry_count: state.retry_count,
            max_retries: facts.max_retries,
            next_attempt_at: state.next_attempt_at.map(schema::instant),
            scheduled_for: facts.scheduled_for.map(schema::instant),
            expires_at: facts.expires_at.map(schema::instant),
            sent_at: state.sent_at.map(schema::instant),
            about: facts.subject.clone(),
            template_id: facts.template_id.map(|it| it.to_string()),
            template_version: facts.template_version,
            attachment: facts.attachment.as_ref().map(|it| FileShape {
                name: it.name.clone(),
                kind: it.kind.as_str(),
                size: it.size,
            }),
            warning: facts.warning.clone(),
            text: for_managers(facts.text.as_str()),
            gateway_id: message.gateway_id.as_deref().and_then(for_managers),
            created_by: facts.created_by.as_ref().map(ToString::to_string),
            resend_of: facts.resend_of.map(|it| it.to_string()),
            is_sent_again,
            is_put_aside,
            resends: None,
            can: eyes.may_act.then(|| CanShape::of(message, is_put_aside, eyes)),
        }
    }

    /// Adds the messages that replaced it.
    pub(crate) fn with_resends(self, resends: &[MessageId]) -> Self {
        Self { resends: Some(resends.iter().map(ToString::to_string).collect()), ..self }
    }
}

/// The messages of a list, each with the facts about it that are not in its row.
pub(crate) async fn shapes(
    messages: &[Message],
    log: &dyn MessageLog,
    eyes: &Eyes<'_>,
) -> Result<Vec<MessageShape>, StoreError> {
    let resent = resent(messages, log).await?;
    let failed = messages.iter().filter(|it| it.state.failed_for_good().is_some());
    let failed: Vec<_> = failed.map(|it| it.facts.id).collect();
    let aside: BTreeSet<_> = match failed.as_slice() {
        [] => BTreeSet::new(),
        failed => log.aside(failed).await?.into_iter().collect(),
    };
    let shape = |it: &Message| {
        let id = &it.facts.id;
        MessageShape::of(it, resent.contains(id), aside.contains(id), eyes)
    };
    Ok(messages.iter().map(shape).collect())
}

impl CanShape {
    fn of(message: &Message, is_aside: bool, eyes: &Eyes<'_>) -> Self {
        let offers = message.offers(&eyes.told(), eyes.settings, eyes.types);
        let word = |offer: &Offer| match offer {
            Offer::Yes => "yes",
            Offer::No(_) => "no",
            Offer::Asks(_) => "asks",
        };
        let beside = Act::beside(message, is_aside);
        let is_beside = |act| if beside == Some(act) { "yes" } else { "no" };
        Self {
            retry: word(&offers.retry),
            resend: word(&offers.resend),
            resend_to_other_number: word(&offers.other_number),
            cancel: word(&offers.cancel),
            reschedule: word(&offers.reschedule),
            put_aside: is_beside(Act::PutAside),
            take_up: is_beside(Act::TakeUp),
        }
    }
}

/// Tells whether a message has ended without success: nothing more happens to it automatically.
pub(crate) fn has_failed(message: &Message, eyes: &Eyes<'_>) -> bool {
    matches!(eyes.phase(message), Phase::Failed(_) | Phase::Cancelled(_))
}

/// A row of the log that cannot be read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UnreadableRow)]
pub(crate) struct BrokenShape {
    /// The id, in the form that the row has.
    id: String,
    /// Time of the row's creation, where it can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    created_at: Option<String>,
    /// The column with an unexpected value.
    column: &'static str,
}

impl From<&BrokenRow> for BrokenShape {
    fn from(row: &BrokenRow) -> Self {
        let created_at = row.created_at.map(schema::instant);
        Self { id: row.id.clone(), created_at, column: row.column }
    }
}

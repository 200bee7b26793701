//! `whatsapp-send` (specification 5.2): enqueues a message, waits for its first result, and returns
//! that.

pub(crate) mod key;
mod request;

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use whatsapp_core::message::{Message, MessageType, Trigger};
use whatsapp_core::{MessageId, Request, TemplateId};

use super::given::{Given, instant_or_none, present};
use super::problem::Problem;
use super::problem::of_core::Unsent;
use super::resource::has_failed;
use super::schema;
use crate::oops::Oops;
use crate::page::eyes::Sight;
use crate::visit::Visit;

/// The message to send, its recipient and its time.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Send)]
pub(crate) struct SendBody {
    /// The host's key of the customer.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$", example = "C-1042")]
    customer_id: String,
    /// `stock_delivered`, `invoice`, `payment_reminder`, `festival`, or another type that the host
    /// has.
    #[schema(max_length = 50, pattern = "^[a-z][a-z0-9_]*$", example = "payment_reminder")]
    message_type: String,
    /// The origin of the message; `manual` by default. A message that is not sent by hand keeps to
    /// the hours in which customers are written to.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::given_triggers)]
    trigger_type: Option<Trigger>,
    /// A stored template, instead of the template in use.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    template_id: Option<TemplateId>,
    /// A text that replaces the template's. Placeholders of the message type are filled in.
    #[serde(default)]
    custom_message: Option<String>,
    /// The values of the template's placeholders, by name, as customers will read them: texts or
    /// whole numbers. The customer's name and the link to the file are filled in automatically.
    /// Names that the message type does not have are left out, with a warning on the message.
    #[serde(default)]
    #[schema(example = json!({"invoiceNumber": "INV-7", "amount": "1,500.00"}))]
    placeholders: Option<BTreeMap<String, Filling>>,
    /// The address of a file to send with the message.
    #[serde(default)]
    attachment_url: Option<String>,
    /// The file to send, named by the host's key of it.
    #[serde(default)]
    attachment_file_id: Option<String>,
    /// The file to send, uploaded before: the `uploadedFile` that `POST api/files` returned.
    #[serde(default)]
    uploaded_file: Option<String>,
    /// Declared type of the file. It is accepted, but the file itself decides.
    #[serde(default)]
    #[schema(example = "application/pdf")]
    #[expect(dead_code, reason = "what front ends send, and nothing depends on")]
    attachment_type: Option<String>,
    /// Earliest time to send the message; at once by default.
    #[serde(default, deserialize_with = "instant_or_none")]
    scheduled_for: Option<chrono::DateTime<chrono::Utc>>,
    /// True if a person agreed that the message goes out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
}

/// The value of a placeholder.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a string or a whole number")]
pub(crate) enum Filling {
    /// A text as customers read it.
    Text(String),
    /// A whole number.
    Number(serde_json::Number),
}

/// The largest whole number that every reader of JSON keeps exactly (RFC 8259, 6).
const WHOLE_MAX: i64 = (1 << 53) - 1;

impl Filling {
    /// The text that customers read; `None` for a number whose digits a reader of JSON may have
    /// changed.
    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => {
                let whole = number.as_i64().or_else(|| {
                    let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
                    format!("{number}").parse().ok()
                });
                whole.filter(|whole| whole.abs() <= WHOLE_MAX).map(|whole| whole.to_string())
            }
        }
    }
}

impl PartialSchema for Filling {
    fn schema() -> RefOr<Schema> {
        let of = |of| ObjectBuilder::new().schema_type(of);
        #[expect(clippy::cast_precision_loss, reason = "it is the largest that is kept whole")]
        let most = WHOLE_MAX as f64;
        let whole = of(Type::Integer).minimum(Some(-most)).maximum(Some(most));
        let about = "Value of a placeholder: a text, or a whole number.";
        OneOfBuilder::new().item(of(Type::String)).item(whole).description(Some(about)).into()
    }
}

impl ToSchema for Filling {}

/// Result of a call to `whatsapp-send`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SendAnswer {
    /// True if the message is sent or on its way; `false` if it failed for good or was not sent at
    /// all.
    success: bool,
    /// The id of the message's row in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// The status column of the row.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::statuses)]
    status: Option<&'static str>,
    /// The state and its reason, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_text: Option<String>,
    /// Advice about the message: a name in braces that is no placeholder, or a time that had
    /// passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
    /// The gateway's reply, without the number, the text and the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_response: Option<serde_json::Value>,
    /// Reason why the message was not sent, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip)]
    is_replayed: bool,
}

impl SendBody {
    /// The member of the body that names the file.
    pub(super) const fn file_member(&self) -> &'static str {
        match (&self.uploaded_file, &self.attachment_file_id) {
            (Some(_), _) => "uploadedFile",
            (None, Some(_)) => "attachmentFileId",
            (None, None) => "attachmentUrl",
        }
    }
}

/// The request that a body describes, and its message type.
pub(super) fn asked(visit: &Visit, body: SendBody) -> Result<(Request, MessageType), Problem> {
    let kind = request::kind(&body, visit.ports().types())?;
    let request = request::request(body, kind, &visit.visitor.user, &visit.inner.secret)?;
    Ok((request, kind))
}

/// Sends a message.
pub(crate) async fn send(
    visit: Visit,
    headers: HeaderMap,
    given: Given<SendBody>,
) -> Result<SendAnswer, Problem> {
    let file = given.body.file_member();
    let (mut request, kind) = asked(&visit, given.body)?;
    if request.trigger() == Trigger::Manual {
        request = request.audited(visit.actor());
    }
    let key = key::read(&headers)?;
    let hand = match &key {
        Some(key) => Some(visit.inner.in_hand.take(&visit.visitor.user, key)?),
        None => None,
    };
    if let Some(key) = &key {
        request = key::keyed(request, kind, &visit.visitor.user, key, &given.sent);
    }
    let work = {
        let visit = visit.clone();
        async move {
            let _hand = hand;
            sent(&visit, request, file).await
        }
    };
    let answer = visit.inner.work.finish(work).await??;
    visit.inner.cache.forget().await;
    Ok(answer)
}

/// Sends a message whose file is named by the member `file`.
async fn sent(visit: &Visit, request: Request, file: &str) -> Result<SendAnswer, Problem> {
    let messenger = &visit.inner.messenger;
    match messenger.enqueue(request).await {
        Ok(receipt) if receipt.is_new => {
            let message = messenger.outcome(receipt.message_id).await;
            answer(visit, receipt.message_id, message, false).await
        }
        Ok(receipt) => answer(visit, receipt.message_id, None, true).await,
        Err(error) => match (Unsent::of(error.kind(), file), error.logged()) {
            (Unsent::Failed(_), Some(logged)) => answer(visit, logged, None, false).await,
            (Unsent::Off(why) | Unsent::Failed(why), _) => Ok(SendAnswer::not_sent(why)),
            (Unsent::Refused(problem), _) => Err(problem),
        },
    }
}

/// The answer for a message in its current state.
async fn answer(
    visit: &Visit,
    id: MessageId,
    message: Option<Message>,
    is_replayed: bool,
) -> Result<SendAnswer, Problem> {
    let message = match message {
        Some(message) => Some(message),
        None => visit.ports().log().message(id).await?,
    };
    let Some(message) = message else { return Err(Oops::NoMessage.into()) };
    // The settings and the account are read after the wait, so that they are current.
    let sight = Sight::of(visit).await?;
    let now = visit.ports().clock().now();
    let visit = Visit { now, ..visit.clone() };
    let eyes = sight.eyes(&visit);
    let success = !has_failed(&message, &eyes);
    let told = message.why(&eyes.told());
    let failure = message.state.failure.map(|failure| failure.reason);
    Ok(SendAnswer {
        success,
        message_log_id: Some(id.to_string()),
        status: Some(message.state.status.as_str()),
        error: (!success).then(|| failure.unwrap_or_else(|| told.clone())),
        status_text: Some(told),
        warning: message.facts.warning,
        api_response: message.api_response,
        is_replayed,
    })
}

impl SendAnswer {
    /// The answer if nothing was sent and nothing was logged.
    fn not_sent(why: String) -> Self {
        Self {
            success: false,
            message_log_id: None,
            status: None,
            status_text: None,
            warning: None,
            api_response: None,
            error: Some(why),
            is_replayed: false,
        }
    }
}

impl IntoResponse for SendAnswer {
    fn into_response(self) -> Response {
        let is_replayed = self.is_replayed;
        let mut response = Json(self).into_response();
        if is_replayed {
            let name = HeaderName::from_static("idempotent-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}

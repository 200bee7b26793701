//! What a reply means: the whole judgement, as pure functions.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use whatsapp_core::port::{Accepted, TransportError};
use whatsapp_core::retry::Disposition;

use crate::dialect::Dialect;
use crate::http::Reply;
use crate::json;
use crate::scrub::Secrets;

/// The longest id that is believed to be one, in bytes.
const ID_MOST_BYTES: usize = 128;

/// The longest v1 tracking code, in digits.
const TRACKING_CODE_DIGITS: usize = 20;

/// The pause when the gateway says that it is asked too often but not for how long.
const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// The longest pause that the gateway may ask for, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// What a request was about.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    /// A message. The gateway's own words are shown without what it held.
    Message(&'a Secrets),
    /// A question. The gateway's own words are not shown: it may speak of any message.
    Question,
}

/// What the reply to a send means. Only a 2xx that says so in so many words is an acceptance, and
/// whatever leaves a doubt is [`Disposition::Unknown`].
pub(crate) fn classify(
    dialect: Dialect,
    reply: &Reply,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<Accepted, TransportError> {
    if !(200..300).contains(&reply.status) {
        return Err(refusal(reply, About::Message(secrets), now));
    }
    let body = reply
        .body
        .as_deref()
        .ok_or_else(|| doubt(reply, "The gateway's answer broke off or was too long"))?;
    if dialect == Dialect::V1 {
        if let Some(code) = tracking_code(body) {
            return Ok(accepted(reply, Some(code), Map::new(), secrets));
        }
        if is_bad_request(body) {
            return Err(refused(reply, Disposition::Permanent, About::Message(secrets)));
        }
    }
    let value = json::strict(body).unwrap_or_default();
    match value.get("success") {
        Some(Value::Bool(true)) => {
            let mut shown = Map::new();
            shown.insert("success".to_owned(), Value::Bool(true));
            if let Some(code) = json::number(value.get("statusCode")) {
                shown.insert("statusCode".to_owned(), code.into());
            }
            Ok(accepted(reply, id(&value), shown, secrets))
        }
        Some(Value::Bool(false)) => {
            Err(refused(reply, Disposition::Transient, About::Message(secrets)))
        }
        _ => Err(doubt(reply, "The gateway's answer does not say whether it took the message")),
    }
}

/// What a reply outside 2xx means, to a send or to a question.
pub(crate) fn refusal(reply: &Reply, about: About<'_>, now: DateTime<Utc>) -> TransportError {
    match reply.status {
        300..400 => doubt(
            reply,
            "The gateway redirected the request to another address; check the gateway's address \
             in the settings",
        ),
        401 | 403 => {
            let detail = match said(reply, about) {
                Some(said) => format!("The gateway refused the API key or the account: {said}"),
                None => "The gateway refused the API key or the account".to_owned(),
            };
            TransportError::new(Disposition::Account, detail).with_status(reply.status)
        }
        408 => doubt(reply, "The gateway did not answer in time (HTTP 408)"),
        429 => TransportError::new(
            Disposition::Transient,
            "The gateway is asked too often; sending pauses for a while",
        )
        .with_status(429)
        .with_retry_after(retry_after(reply.retry_after.as_deref(), now)),
        404 | 405 if !has_envelope(reply) => TransportError::new(
            Disposition::Permanent,
            format!(
                "The gateway has nothing at this address (HTTP {}); check the gateway's address \
                 in the settings",
                reply.status
            ),
        )
        .with_status(reply.status),
        400..500 => refused(reply, Disposition::Permanent, about),
        status => doubt(reply, format!("The gateway answered with an error (HTTP {status})")),
    }
}

/// Whether the body is the gateway's own JSON, as far as that can be told.
pub(crate) fn has_envelope(reply: &Reply) -> bool {
    reply.body.as_deref().and_then(json::lenient).is_some_and(|value| json::is_envelope(&value))
}

/// Nobody knows what became of it.
pub(crate) fn doubt(reply: &Reply, detail: impl Into<String>) -> TransportError {
    TransportError::new(Disposition::Unknown, detail).with_status(reply.status)
}

fn refused(reply: &Reply, disposition: Disposition, about: About<'_>) -> TransportError {
    let what = match about {
        About::Message(_) => "message",
        About::Question => "question",
    };
    let detail = match said(reply, about) {
        Some(said) => format!("The gateway refused the {what}: {said}"),
        None => format!("The gateway refused the {what} (HTTP {})", reply.status),
    };
    TransportError::new(disposition, detail).with_status(reply.status)
}

/// The gateway's own words, clean.
fn said(reply: &Reply, about: About<'_>) -> Option<String> {
    let About::Message(secrets) = about else {
        return None;
    };
    let body = reply.body.as_deref()?;
    if is_bad_request(body) {
        return Some("Bad Request".to_owned());
    }
    let said = json::explanation(&json::lenient(body)?)?;
    Some(secrets.scrub(&said)).filter(|said| !said.is_empty())
}

fn accepted(
    reply: &Reply,
    id: Option<String>,
    mut shown: Map<String, Value>,
    secrets: &Secrets,
) -> Accepted {
    if let Some(id) = &id {
        shown.insert("id".to_owned(), secrets.hide(id).into());
    }
    Accepted::new(id).with_reply(reply.status, Some(Value::Object(shown)))
}

/// The id in an acceptance: `data.id`, `data[0].id`, or what v1 calls it.
fn id(reply: &Value) -> Option<String> {
    json::id(json::first(json::payload(reply)?))
        .filter(|id| id.len() <= ID_MOST_BYTES && id.bytes().all(|b| b.is_ascii_graphic()))
}

/// The tracking code in a v1 acceptance, which is bare, or the first one in an array.
fn tracking_code(body: &[u8]) -> Option<String> {
    let code = match json::strict(body)? {
        Value::Array(recipients) => json::id(recipients.first()?)?,
        Value::Number(bare) => bare.to_string(),
        _ => return None,
    };
    let is_code = (1..=TRACKING_CODE_DIGITS).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b != b'0');
    is_code.then_some(code)
}

fn is_bad_request(body: &[u8]) -> bool {
    body.trim_ascii().eq_ignore_ascii_case(b"bad request")
}

/// How long to wait: seconds or an HTTP date (RFC 9110, 10.2.3), at least 1 second and at most an
/// hour.
fn retry_after(header: Option<&str>, now: DateTime<Utc>) -> TimeDelta {
    let text = header.unwrap_or_default().trim();
    let seconds = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // What does not fit is longer than the longest pause anyway.
        text.parse().unwrap_or(LONGEST_PAUSE)
    } else if let Ok(seconds) = text.parse::<i64>() {
        seconds
    } else if let Ok(date) = httpdate::parse_http_date(text) {
        (DateTime::<Utc>::from(date) - now).num_seconds()
    } else {
        return PAUSE;
    };
    TimeDelta::seconds(seconds.clamp(1, LONGEST_PAUSE))
}

#[cfg(test)]
mod tests;

//! Interpretation of replies: the whole judgment, as pure functions. Its table is in `replies.md`,
//! which is shown on the crate's page and which the tests run row by row.

mod row;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use whatsapp_core::message::Cause;
use whatsapp_core::port::{Accepted, TransportError};
use whatsapp_core::retry::Disposition;

use crate::body::Body;
use crate::dialect::Dialect;
use crate::http::Reply;
use crate::json;
use crate::scrub::Secrets;
use crate::words::{self, Clauses, Hint};
use row::Row;

/// Maximum length of an id, in bytes.
const ID_MOST_BYTES: usize = 128;

/// Maximum length of a v1 tracking code, in digits.
const TRACKING_CODE_DIGITS: usize = 40;

/// The pause if the gateway says that it is asked too often, but not for how long to wait.
const PAUSE: TimeDelta = TimeDelta::seconds(60);

/// The longest pause that the gateway may ask for, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// The subject of a request.
#[derive(Clone, Copy)]
pub(crate) enum About<'a> {
    /// A message. The gateway's own words are shown without the contents of the message.
    Message(&'a Secrets),
    /// A question. The gateway's own words are not shown: they may be about any message.
    Question,
}

/// Interprets the reply to a send. Only a 2xx that says so explicitly is an acceptance, and any
/// doubt is [`Disposition::Unknown`].
pub(crate) fn classify(
    dialect: Dialect,
    reply: &Reply,
    secrets: &Secrets,
    now: DateTime<Utc>,
) -> Result<Accepted, TransportError> {
    let about = About::Message(secrets);
    if !reply.is_success() {
        return Err(refusal(reply, about, now));
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
            return Err(Row::Message.error(reply, Some("Bad Request".to_owned()), about));
        }
    }
    let value = match (json::strict(body), Body::of(reply)) {
        (Some(value), _) => value,
        // The body can be read in more than one way.
        (None, Body::Json(_)) => return Err(Row::Unclear.error(reply, None, about)),
        (None, _) => Value::Null,
    };
    let yes = value.get("success") == Some(&Value::Bool(true));
    let body = Body::of(reply);
    if yes && body.code().is_none() && !body.names_an_error() {
        let mut shown = Map::new();
        shown.insert("success".to_owned(), Value::Bool(true));
        if let Some(code) = json::number(value.get("statusCode")) {
            shown.insert("statusCode".to_owned(), code.into());
        }
        return Ok(accepted(reply, id(&value), shown, secrets));
    }
    Err(refusal(reply, about, now))
}

/// Interprets a reply that is no acceptance, to a send or to a question.
pub(crate) fn refusal(reply: &Reply, about: About<'_>, now: DateTime<Utc>) -> TransportError {
    let body = Body::of(reply);
    let (hint, said) = heard(&body, about);
    let row = Row::of(reply, &body, hint);
    let error = row.error(reply, said, about);
    if row.is_limited() {
        error.with_retry_after(retry_after(reply.retry_after.as_deref(), now))
    } else {
        error
    }
}

/// Returns the hint in the words of a reply, and the words to show. These are cleaned, and there
/// are none in answer to a question.
fn heard(body: &Body, about: About<'_>) -> (Option<Hint>, Option<String>) {
    let unsaid = Clauses::default();
    let (secrets, message) = match about {
        About::Message(secrets) => (Some(secrets), secrets.said()),
        About::Question => (None, &unsaid),
    };
    let mut best: Option<(Option<Hint>, String)> = None;
    for statement in body.statements() {
        let statement = secrets.map_or(statement.clone(), |secrets| secrets.hide(&statement));
        let hint = words::hint(&statement, message);
        let better = match (&best, hint) {
            (None, _) | (Some((None, _)), Some(_)) => true,
            (Some((Some(known), _)), Some(hint)) => hint < *known,
            (Some(_), None) => false,
        };
        if better {
            best = Some((hint, statement));
        }
    }
    let denied = body.denies_the_number().then_some(Hint::Recipient);
    let (hint, mut said) = match best {
        Some((hint, said)) => (hint.into_iter().chain(denied).min(), Some(said)),
        None => (denied, None),
    };
    if let Body::Page(title) = body {
        said.clone_from(title);
    }
    let said = secrets.zip(said).map(|(secrets, said)| secrets.scrub(&said));
    (hint, said.filter(|said| !said.is_empty()))
}

/// Returns true if a reply to a question says that the account cannot send.
pub(crate) fn refuses_the_account(reply: &Reply, now: DateTime<Utc>) -> bool {
    let body = Body::of(reply);
    if reply.is_success() && !body.fails() && !body.says_no() {
        // A bare text, or an answer under `success` that names a state in which nothing is sent.
        return match &body {
            Body::Text(_) => {
                matches!(heard(&body, About::Question).0, Some(Hint::Account | Hint::Broken))
            }
            Body::Json(_) => body.states().iter().any(|state| is_down(state)),
            Body::Nothing | Body::Page(_) => false,
        };
    }
    let error = refusal(reply, About::Question, now);
    error.disposition() == Disposition::Account && error.cause() == Cause::Account
}

/// Returns true if a reply to a question is the gateway's own and says that an id is unknown.
pub(crate) fn knows_no_such_id(reply: &Reply) -> bool {
    let body = Body::of(reply);
    let Body::Json(value) = &body else { return false };
    let not_found =
        reply.status == 404 || (reply.is_success() && body.says_no() && body.code() == Some(404));
    let (hint, _) = heard(&body, About::Question);
    not_found
        && json::is_envelope(value)
        && !matches!(hint, Some(Hint::Account | Hint::Broken | Hint::Rate))
}

/// Returns true if the reply to the request for a number's messages refuses that number, and not
/// the account or the address. Valid only if the same request for another number was answered right
/// before, because a missing path looks the same.
pub(crate) fn knows_no_such_chat(reply: &Reply) -> bool {
    let body = Body::of(reply);
    let (hint, _) = heard(&body, About::Question);
    match Row::of(reply, &body, hint) {
        Row::Recipient => true,
        Row::Message | Row::Elsewhere | Row::Perhaps => hint.is_none(),
        _ => false,
    }
}

/// Returns true for a state of the connection in which nothing is sent, in the words of the known
/// engines.
fn is_down(state: &str) -> bool {
    const DOWN: [&str; 29] = [
        "disconnected",
        "not connected",
        "unpaired",
        "unpaired idle",
        "unlaunched",
        "conflict",
        "deprecated version",
        "proxyblock",
        "tos block",
        "smb tos block",
        "timeout",
        "opening",
        "pairing",
        "stopped",
        "starting",
        "scan qr code",
        "failed",
        "close",
        "closed",
        "connecting",
        "not authorized",
        "blocked",
        "yellow card",
        "loading",
        "standby",
        "qr",
        "offline",
        "logged out",
        "banned",
    ];
    let words = words::fold(state).join(" ");
    DOWN.contains(&words.as_str())
}

/// The error for an unknown outcome.
pub(crate) fn doubt(reply: &Reply, detail: impl Into<String>) -> TransportError {
    TransportError::new(Disposition::Unknown, detail).with_status(reply.status)
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

/// Returns the id in an acceptance: `data.id`, `data[0].id`, or v1's name for it.
fn id(reply: &Value) -> Option<String> {
    json::id(json::first(json::payload(reply)?))
        .filter(|id| id.len() <= ID_MOST_BYTES && id.bytes().all(|b| b.is_ascii_graphic()))
}

/// Returns the tracking code in a v1 acceptance, which is bare, or the first one in an array.
fn tracking_code(body: &[u8]) -> Option<String> {
    let bare = body.trim_ascii();
    let code = if bare.iter().all(u8::is_ascii_digit) {
        String::from_utf8(bare.to_vec()).ok()?
    } else {
        json::id(json::strict(body)?.as_array()?.first()?)?
    };
    let is_code = (1..=TRACKING_CODE_DIGITS).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_digit())
        && code.bytes().any(|b| b != b'0');
    is_code.then_some(code)
}

fn is_bad_request(body: &[u8]) -> bool {
    body.trim_ascii().eq_ignore_ascii_case(b"bad request")
}

/// Returns the time to wait: seconds or an HTTP date (RFC 9110, 10.2.3), at least 1 second and at
/// most an hour.
fn retry_after(header: Option<&str>, now: DateTime<Utc>) -> TimeDelta {
    let text = header.unwrap_or_default().trim();
    let seconds = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // A number that does not fit is longer than the longest pause anyway.
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

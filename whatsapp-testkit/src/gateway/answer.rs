//! The bodies and headers of answers to a POST.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::task::yield_now;

use super::Shared;
use super::clock::{later, stamp};
use super::dialect::V1Reply;
use super::fault::{Answer, RetryAfter};
use super::post::{Dialect, MOVED, Post};
use super::world::{Ids, LONG_ID};

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

const PAGE: &str = "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>";

/// The ordinary acceptance reply of one POST.
#[derive(Debug)]
pub(super) struct Acceptance {
    status: u16,
    body: Value,
}

/// The acceptance reply to this POST, in its dialect.
pub(super) fn acceptance(shared: &Shared, post: &Post, ids: &Ids) -> Acceptance {
    match post.dialect {
        // An upload is taken, answered 200, and only the text is delivered.
        Some(Dialect::V1) => Acceptance {
            status: if post.file.is_some() { 200 } else { 201 },
            body: match shared.config.v1_reply {
                V1Reply::Text => json!(ids.tracking_code),
                V1Reply::Array => {
                    json!([{"phonenumber": post.number, "tracking_Code": ids.tracking_code}])
                }
            },
        },
        Some(Dialect::Rest) => Acceptance {
            status: 201,
            body: json!({"success": true, "statusCode": 201, "data": {"id": ids.uuid}}),
        },
        Some(Dialect::V2) | None => Acceptance {
            status: 201,
            body: json!({
                "success": true,
                "statusCode": 201,
                "timestamp": stamp(shared.now(), shared.config.zone),
                "data": {"phonenumber": post.number, "id": ids.uuid},
            }),
        },
    }
}

/// The answer that the script wants, as HTTP.
pub(super) fn render(
    shared: &Shared,
    answer: &Answer,
    uri: &Uri,
    post: &Post,
    ordinary: &Acceptance,
) -> Response {
    match answer {
        Answer::Status(status) => error(*status, post),
        Answer::Truncated => truncated(ordinary.status, ordinary.body.to_string()),
        Answer::WithoutId => without_id(ordinary, post),
        Answer::SuccessAsText => success_as_text(ordinary),
        Answer::DataArray => data_array(ordinary),
        Answer::Huge(bytes) => huge(ordinary, *bytes),
        answer => plain(shared, answer, uri)
            .unwrap_or_else(|| json_reply(ordinary.status, &ordinary.body)),
    }
}

/// Renders an answer that a question can get too, because it needs no acceptance; `None` stands for
/// the ordinary answer, to a question the truth.
pub(super) fn plain(shared: &Shared, answer: &Answer, uri: &Uri) -> Option<Response> {
    Some(match answer {
        Answer::Status(status) => status_body(*status),
        Answer::TooManyRequests(retry_after) => {
            let mut response = status_body(429);
            let value = match retry_after {
                RetryAfter::Absent => return Some(response),
                RetryAfter::Text(text) => text.clone(),
                RetryAfter::Date(ahead) => {
                    later(shared.now(), *ahead).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
                }
            };
            insert(&mut response, RETRY_AFTER, &value);
            response
        }
        Answer::Redirect(status) => {
            let mut response = reply(*status, HTML, PAGE);
            insert(&mut response, LOCATION, &format!("{MOVED}{uri}"));
            response
        }
        Answer::Garbage => reply(200, HTML, PAGE),
        Answer::Empty => reply(200, JSON, Body::empty()),
        Answer::SuccessFalse(message) => {
            json_reply(200, &json!({"success": false, "statusCode": 200, "message": message}))
        }
        Answer::Raw { status, content_type, body } => reply(*status, content_type, body.clone()),
        Answer::Says(sample) => {
            let (status, content_type, body) = sample.answer();
            reply(status, content_type, body)
        }
        Answer::Truncated
        | Answer::WithoutId
        | Answer::SuccessAsText
        | Answer::DataArray
        | Answer::Huge(_)
        // The connection plays these three before the answer is rendered.
        | Answer::Hang
        | Answer::Reset
        | Answer::Close
        | Answer::Ordinary => return None,
    })
}

/// The error envelope.
pub(super) fn error_body(status: u16, message: &str) -> Response {
    json_reply(status, &json!({"success": false, "statusCode": status, "message": message}))
}

/// The gateway's body for an error status.
pub(super) fn status_body(status: u16) -> Response {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match status {
        403 => json_reply(403, &json!({"message": "Forbidden resource"})),
        _ => error_body(status, reason.unwrap_or("Error")),
    }
}

/// A JSON reply. A bare number goes out as text, because v1's tracking codes do.
pub(super) fn json_reply(status: u16, body: &Value) -> Response {
    reply(status, if body.is_number() { TEXT } else { JSON }, with_long_numbers(body.to_string()))
}

/// Writes ids of [`LONG_ID`] digits as numbers; `Value` would round them.
fn with_long_numbers(mut body: String) -> String {
    let name = r#""id":""#;
    let mut from = 0;
    while let Some(at) = body.get(from..).and_then(|rest| rest.find(name)) {
        let start = from + at + name.len();
        let end = start + LONG_ID;
        let is_long = body.get(start..end).is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()))
            && body.get(end..).is_some_and(|rest| rest.starts_with('"'));
        if is_long {
            body.remove(end);
            body.remove(start - 1);
        }
        from = start;
    }
    body
}

/// 200 and an HTML page.
pub(super) fn garbage() -> Response {
    reply(200, HTML, PAGE)
}

/// Half of a body whose whole length was promised; the server then closes the connection.
pub(super) fn truncated(status: u16, body: String) -> Response {
    let promised = body.len();
    let half = Bytes::from(body).slice(..promised / 2);
    let broken_off = stream::iter([Ok(half)]).chain(stream::once(async {
        // While the body has nothing to give, the server sends the part that it has so far.
        yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    }));
    let mut response = reply(status, JSON, Body::from_stream(broken_off));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(promised));
    response
}

fn error(status: u16, post: &Post) -> Response {
    match (status, post.dialect) {
        (400, Some(Dialect::V1)) => reply(400, TEXT, "Bad Request"),
        (404, None) => error_body(404, &format!("Cannot {} {}", post.method, post.path)),
        _ => status_body(status),
    }
}

fn without_id(ordinary: &Acceptance, post: &Post) -> Response {
    let mut body = ordinary.body.clone();
    if let Some(Value::Object(data)) = body.get_mut("data") {
        data.remove("id");
    } else {
        body = json!([{"phonenumber": post.number}]);
    }
    json_reply(ordinary.status, &body)
}

fn success_as_text(ordinary: &Acceptance) -> Response {
    let mut body = ordinary.body.clone();
    if let Some(success) = body.get_mut("success") {
        *success = json!("true");
    } else {
        body = json!({"success": "true"});
    }
    json_reply(ordinary.status, &body)
}

fn data_array(ordinary: &Acceptance) -> Response {
    let mut body = ordinary.body.clone();
    match body.get_mut("data") {
        Some(data) => *data = json!([data.take()]),
        None => body = json!([body]),
    }
    json_reply(ordinary.status, &body)
}

/// The ordinary reply and blanks, in pieces, so that tens of megabytes cost no memory.
fn huge(ordinary: &Acceptance, bytes: usize) -> Response {
    static BLANKS: [u8; 16 * 1024] = [b' '; 16 * 1024];
    let body = Bytes::from(ordinary.body.to_string());
    let blanks = bytes.saturating_sub(body.len());
    let whole = std::iter::repeat_n(Bytes::from_static(&BLANKS), blanks / BLANKS.len());
    let rest = Bytes::from_static(BLANKS.get(..blanks % BLANKS.len()).unwrap_or_default());
    let pieces = std::iter::once(body).chain(whole).chain([rest]).map(Ok::<_, Infallible>);
    reply(ordinary.status, JSON, Body::from_stream(stream::iter(pieces)))
}

fn reply(status: u16, content_type: &str, body: impl Into<Body>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body.into()).into_response();
    insert(&mut response, CONTENT_TYPE, content_type);
    response
}

/// Sets a header, unless its value cannot be one.
fn insert(response: &mut Response, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

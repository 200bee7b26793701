//! A POST as it arrived, and the reading of its fields from the three kinds of body.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::fault::Fault;

/// Path that redirects point to, followed by the path they came from.
pub(super) const MOVED: &str = "/moved";

/// The dialects that the gateway understands, told apart by their paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dialect {
    /// `/v2/…`, the key as a bearer token.
    V2,
    /// `/sendMessage/<key>` and its like, the key in the path.
    V1,
    /// `/api/v1/messages/…`, as the specification assumed it; the key as a bearer token.
    Rest,
}

/// One POST that arrived in full, whatever happened to it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Post {
    /// 1 for the first POST of this gateway, then 2, and so on.
    pub arrival: u64,
    /// The dialect that its path belongs to; `None` for a path that the gateway does not have.
    pub dialect: Option<Dialect>,
    /// `POST`, or the method that a client used when it followed a redirect.
    pub method: String,
    /// The path, with `{key}` in place of a key.
    pub path: String,
    /// True if it came to the path that [`Answer::Redirect`](super::Answer::Redirect) points to.
    pub followed_redirect: bool,
    /// Value of the `Content-Type` header, empty if there was none.
    pub content_type: String,
    /// Names in lower case and values in order of arrival, without `authorization`.
    #[serde(skip)]
    pub headers: Vec<(String, String)>,
    /// The recipient as it was written, empty if there was none.
    pub number: String,
    /// The text, empty if there was none.
    pub text: String,
    /// Address of the media that goes with the text.
    pub url: Option<String>,
    /// The `delay` field as it was written.
    pub delay: Option<String>,
    /// The `template_id` field of the rest dialect.
    pub template_id: Option<String>,
    /// The uploaded file.
    pub file: Option<PostedFile>,
    /// All fields in order, under their own names, without files.
    #[serde(skip)]
    pub fields: Vec<(String, String)>,
    /// The body as it came over the wire.
    pub body: Payload,
    /// Monotonic time since the gateway's start.
    #[serde(rename = "at_us", serialize_with = "micros")]
    pub at: Duration,
    /// Arrival by the gateway's clock.
    pub received_at: DateTime<Utc>,
    /// The fault that was played on it; an unfit request gets a [`Fault::refuse`].
    pub played: Fault,
}

/// A file uploaded in a multipart body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PostedFile {
    /// Name of the form field.
    pub field: String,
    /// The file's name.
    pub name: String,
    /// Declared type of the file, empty if there was none.
    pub content_type: String,
    /// Content of the file.
    pub bytes: Payload,
}

/// Bytes that came over the wire. `Debug` and the record file show only their number.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Bytes);

impl Deref for Payload {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

/// A number reduced to its digits, which is how the gateway compares them.
pub(super) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

/// The fields and files of a body.
#[derive(Debug, Default)]
pub(super) struct Fields {
    named: Vec<(String, String)>,
    file: Option<PostedFile>,
}

impl Fields {
    /// Reads a JSON object, a urlencoded form or a multipart form, by its `Content-Type`. An
    /// unreadable body has no fields.
    pub(super) async fn read(parts: &Parts, body: &Bytes) -> Self {
        match header(parts, CONTENT_TYPE.as_str()) {
            kind if kind.starts_with("application/json") => Self::json(body),
            kind if kind.starts_with("multipart/form-data") => {
                Self::multipart(parts, body).await.unwrap_or_default()
            }
            kind if kind.starts_with("application/x-www-form-urlencoded") => {
                let form = Form::<Vec<(String, String)>>::from_request(request(parts, body), &());
                Self { named: form.await.map(|Form(named)| named).unwrap_or_default(), file: None }
            }
            _ => Self::default(),
        }
    }

    fn json(body: &[u8]) -> Self {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return Self::default();
        };
        let named = object.into_iter().filter_map(|(name, value)| match value {
            Value::Null => None,
            Value::String(text) => Some((name, text)),
            other => Some((name, other.to_string())),
        });
        Self { named: named.collect(), file: None }
    }

    async fn multipart(parts: &Parts, body: &Bytes) -> Option<Self> {
        let mut fields = Self::default();
        let mut form = Multipart::from_request(request(parts, body), &()).await.ok()?;
        while let Some(field) = form.next_field().await.ok()? {
            let name = field.name().unwrap_or_default().to_owned();
            if let Some(file_name) = field.file_name().map(str::to_owned) {
                let content_type = field.content_type().unwrap_or_default().to_owned();
                let bytes = Payload(field.bytes().await.ok()?);
                fields.file =
                    Some(PostedFile { field: name, name: file_name, content_type, bytes });
            } else {
                fields.named.push((name, field.text().await.ok()?));
            }
        }
        Some(fields)
    }

    fn get(&self, name: &str) -> Option<String> {
        self.named.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone())
    }
}

impl Post {
    /// Puts a POST together. The world numbers and dates it, and decides which fault is played.
    pub(super) fn new(
        dialect: Option<Dialect>,
        path: String,
        parts: &Parts,
        body: &Bytes,
        fields: Fields,
    ) -> Self {
        let (number, text) = match dialect {
            Some(Dialect::Rest) => ("to", "message"),
            Some(Dialect::V1 | Dialect::V2) | None => ("phonenumber", "text"),
        };
        let headers = parts
            .headers
            .iter()
            .filter(|(name, _)| *name != axum::http::header::AUTHORIZATION)
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
        Self {
            arrival: 0,
            dialect,
            method: parts.method.to_string(),
            followed_redirect: path.starts_with(MOVED),
            path,
            content_type: header(parts, CONTENT_TYPE.as_str()).to_owned(),
            headers: headers.collect(),
            number: fields.get(number).unwrap_or_default(),
            text: fields.get(text).unwrap_or_default(),
            url: ["url", "media_url"]
                .iter()
                .filter_map(|name| fields.get(name))
                .find(|url| !url.is_empty()),
            delay: fields.get("delay").filter(|delay| !delay.is_empty()),
            template_id: fields.get("template_id"),
            file: fields.file,
            fields: fields.named,
            body: Payload(body.clone()),
            at: Duration::ZERO,
            received_at: DateTime::UNIX_EPOCH,
            played: Fault::ordinary(),
        }
    }

    /// Puts a POST together that came without HTTP: number, text and link. It counts as one of v2,
    /// with neither headers nor a body.
    pub(super) fn without_http(number: String, text: String, url: Option<String>) -> Self {
        Self {
            arrival: 0,
            dialect: Some(Dialect::V2),
            method: "POST".to_owned(),
            path: "/v2/sendMessage".to_owned(),
            followed_redirect: false,
            content_type: String::new(),
            headers: Vec::new(),
            number,
            text,
            url,
            delay: None,
            template_id: None,
            file: None,
            fields: Vec::new(),
            body: Payload(Bytes::new()),
            at: Duration::ZERO,
            received_at: DateTime::UNIX_EPOCH,
            played: Fault::ordinary(),
        }
    }

    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// Makes the request once more, for an extractor that wants to own it.
fn request(parts: &Parts, body: &Bytes) -> Request {
    let mut request = Request::new(Body::from(body.clone()));
    parts.method.clone_into(request.method_mut());
    parts.headers.clone_into(request.headers_mut());
    request
}

/// Returns the value of a header as text, empty if there is none.
pub(super) fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Writes monotonic time in the record as whole microseconds.
pub(super) fn micros<S: Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(at.as_micros())
}

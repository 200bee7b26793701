//! Contents of a reply's body, whoever wrote it.

use serde_json::{Map, Value};

use crate::http::Reply;
use crate::json;

/// Names of fields in which gateways explain themselves, in small letters and without `_`.
const SPEECH: [&str; 21] = [
    "message",
    "msg",
    "errordescription",
    "error",
    "errors",
    "errormessage",
    "errormsg",
    "detail",
    "details",
    "description",
    "reason",
    "response",
    "info",
    "hint",
    "cause",
    "code",
    "status",
    "state",
    "name",
    "statusinfo",
    "invokestatus",
];

/// Names of fields for the status that HTTP should have had, in small letters and without `_`.
const CODES: [&str; 8] = [
    "statuscode",
    "status",
    "code",
    "errorcode",
    "httpcode",
    "httpstatus",
    "httpstatuscode",
    "responsecode",
];

/// Names of fields that tell with `false` that a number has no WhatsApp.
const EXISTS: [&str; 5] = ["exists", "numberexists", "onwhatsapp", "isonwhatsapp", "iswhatsapp"];

/// Maximum depth to which a reply is read.
const DEPTH: usize = 5;

/// A body, by its form and so by its likely author.
pub(crate) enum Body {
    /// Empty, or incomplete.
    Nothing,
    /// A web page with its title: something other than the gateway answered.
    Page(Option<String>),
    /// JSON, read leniently.
    Json(Value),
    /// A few words.
    Text(String),
}

impl Body {
    pub(crate) fn of(reply: &Reply) -> Self {
        let Some(bytes) = reply.body.as_deref() else { return Self::Nothing };
        if let Some(value) = json::lenient(bytes) {
            return Self::Json(value);
        }
        // In UTF-16, every second byte is a zero.
        let text = String::from_utf8_lossy(bytes).replace('\0', "");
        let text = text.trim_start_matches(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{fffd}')
        });
        let small = text.to_ascii_lowercase();
        let marks = ["<html", "<!doctype html", "<head>", "<body", "<title"];
        if text.starts_with('<') || marks.iter().any(|mark| small.contains(mark)) {
            return Self::Page(title(text, &small));
        }
        if text.is_empty() { Self::Nothing } else { Self::Text(text.trim_end().to_owned()) }
    }

    /// Returns the error status that the body names: 400 to 599.
    pub(crate) fn code(&self) -> Option<u16> {
        let Self::Json(value) = self else { return None };
        ["", "error", "response"]
            .into_iter()
            .filter_map(|inner| if inner.is_empty() { Some(value) } else { value.get(inner) })
            .filter_map(Value::as_object)
            .flat_map(|fields| CODES.into_iter().flat_map(move |wanted| under(fields, wanted)))
            .filter_map(|said| json::number(Some(said)).and_then(|code| u16::try_from(code).ok()))
            .find(|code| (400..600).contains(code))
    }

    /// Returns true for an object without `"success": true`.
    pub(crate) fn is_a_refusal(&self) -> bool {
        matches!(self, Self::Json(value @ Value::Object(_)) if value.get("success") != Some(&Value::Bool(true)))
    }

    /// Returns true if the body says `"success": false`.
    pub(crate) fn says_no(&self) -> bool {
        matches!(self, Self::Json(value) if value.get("success") == Some(&Value::Bool(false)))
    }

    /// Returns true if the body tells of a failure in any words. Then it does not answer a
    /// question, and an empty list in it proves nothing.
    pub(crate) fn is_no_answer(&self) -> bool {
        let Self::Json(value) = self else { return false };
        let refused = value.get("success").is_some_and(|success| match success {
            Value::Bool(done) => !done,
            Value::Number(number) => number.as_u64() == Some(0),
            Value::String(word) => {
                ["false", "0", "no", "error"].iter().any(|no| word.eq_ignore_ascii_case(no))
            }
            _ => false,
        });
        refused || names_an_error(value) || self.fails() || self.code().is_some()
    }

    /// Returns the states that an answer names: its own, and those of its payload.
    pub(crate) fn states(&self) -> Vec<String> {
        let Self::Json(value) = self else { return Vec::new() };
        let inner = json::payload(value).map(json::first);
        let mut states: Vec<_> =
            inner.and_then(|inner| json::text(Some(inner))).into_iter().collect();
        for holder in [Some(value), inner].into_iter().flatten() {
            for name in ["state", "status", "connectionState", "stateInstance", "accountStatus"] {
                states.extend(json::text(holder.get(name)));
            }
        }
        states
    }

    /// Returns true if the body tells of a failure without any field `success`.
    pub(crate) fn fails(&self) -> bool {
        let Self::Json(value @ Value::Object(_)) = self else { return false };
        let is_failure = |said: &Value| match said {
            Value::Bool(done) => !done,
            Value::String(word) => ["error", "fail", "failed", "failure"]
                .iter()
                .any(|no| word.eq_ignore_ascii_case(no)),
            _ => false,
        };
        let error = names_an_error(value);
        let ends_badly = ["status", "sent", "ok", "result"]
            .into_iter()
            .filter_map(|name| value.get(name))
            .any(is_failure);
        value.get("success").is_none() && (error || ends_badly)
    }

    /// Returns true if the body or its payload names an error, whatever else it says.
    pub(crate) fn names_an_error(&self) -> bool {
        let Self::Json(value) = self else { return false };
        let held = json::payload(value).map(json::first);
        [Some(value), held].into_iter().flatten().any(names_an_error)
    }

    /// Returns the explanations in the body; the first is the one to show.
    pub(crate) fn statements(&self) -> Vec<String> {
        let mut found = Vec::new();
        match self {
            Self::Json(Value::String(text)) | Self::Text(text) => found.push(text.clone()),
            Self::Json(value) => texts_in(value, DEPTH, &mut found),
            Self::Nothing | Self::Page(_) => {}
        }
        found.retain(|said| !said.trim().is_empty());
        found
    }

    /// Returns true if the body says that the number has no WhatsApp, as with `"exists": false`.
    pub(crate) fn denies_the_number(&self) -> bool {
        matches!(self, Self::Json(value) if denies(value, DEPTH))
    }
}

fn names_an_error(value: &Value) -> bool {
    const NONE: [&str; 7] = ["", "0", "no", "none", "null", "false", "ok"];
    value.get("error").is_some_and(|error| match error {
        Value::Bool(error) => *error,
        Value::String(error) => !NONE.iter().any(|no| error.trim().eq_ignore_ascii_case(no)),
        Value::Object(error) => !error.is_empty(),
        _ => false,
    })
}

fn texts_in(value: &Value, depth: usize, found: &mut Vec<String>) {
    match value {
        Value::String(said) => found.push(said.clone()),
        Value::Array(items) if depth > 0 => {
            let lines: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            if !lines.is_empty() {
                found.push(lines.join("; "));
            }
            for item in items.iter().filter(|item| !item.is_string()) {
                texts_in(item, depth - 1, found);
            }
        }
        Value::Object(fields) if depth > 0 => {
            for inner in SPEECH.into_iter().flat_map(|wanted| under(fields, wanted)) {
                texts_in(inner, depth - 1, found);
            }
        }
        _ => {}
    }
}

fn denies(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) if depth > 0 => items.iter().any(|item| denies(item, depth - 1)),
        Value::Object(fields) if depth > 0 => fields.iter().any(|(name, inner)| {
            (*inner == Value::Bool(false) && EXISTS.contains(&plain(name).as_str()))
                || denies(inner, depth - 1)
        }),
        _ => false,
    }
}

/// The values of an object under a name in any spelling: `statusCode`, `status_code`.
fn under<'a>(
    fields: &'a Map<String, Value>,
    wanted: &'static str,
) -> impl Iterator<Item = &'a Value> {
    fields.iter().filter(move |(name, _)| plain(name) == wanted).map(|(_, inner)| inner)
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The text of a page's `<title>`.
fn title(page: &str, small: &str) -> Option<String> {
    let from = small.find("<title")?;
    let from = from + small.get(from..)?.find('>')? + 1;
    let to = from + small.get(from..)?.find('<')?;
    let title = page.get(from..to)?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(bytes: &[u8]) -> Body {
        Body::of(&Reply { status: 200, body: Some(bytes.to_vec()), ..Reply::default() })
    }

    #[test]
    fn pages_are_told_from_words_and_json() {
        let utf16: Vec<u8> =
            "\u{feff}<html><title>Down</title>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, title) in [
            (
                b"<!DOCTYPE html><html><head><TITLE lang=en>\n 502 Bad\tGateway </TITLE>"
                    .as_slice(),
                Some("502 Bad Gateway"),
            ),
            (b"\xEF\xBB\xBF \n<html></html>", None),
            (b"<br /><b>Warning</b>", None),
            (b"<?xml version=\"1.0\"?><Error/>", None),
            (b"Notice: undefined <html><title></title>", None),
            (&utf16, Some("Down")),
        ] {
            let Body::Page(found) = body(bytes) else { panic!("{bytes:?} is a page") };
            assert_eq!(found.as_deref(), title);
        }
        assert!(matches!(body(b"Bad Request\r\n"), Body::Text(text) if text == "Bad Request"));
        assert!(matches!(body(b"1 < 2"), Body::Text(_)));
        assert!(matches!(body(b"\"<html>\""), Body::Json(_)));
        assert!(matches!(body(b" \r\n"), Body::Nothing));
        assert!(matches!(Body::of(&Reply::default()), Body::Nothing));
    }

    #[test]
    fn codes_are_found_as_number_and_as_text() {
        for (said, code) in [
            (r#"{"statusCode":401}"#, Some(401)),
            (r#"{"statusCode":"401"}"#, Some(401)),
            (r#"{"status":429}"#, Some(429)),
            (r#"{"code":"400"}"#, Some(400)),
            (r#"{"error":{"code":402}}"#, Some(402)),
            (r#"{"statusCode":200,"code":401}"#, Some(401)),
            (r#"{"status_code":401}"#, Some(401)),
            (r#"{"error_code":"429"}"#, Some(429)),
            (r#"{"StatusCode":401}"#, Some(401)),
            (r#"{"http-status":402}"#, Some(402)),
            (r#"{"error":{"http_code":429}}"#, Some(429)),
            (r#"{"statusCode":200}"#, None),
            (r#"{"code":131026}"#, None),
            (r#"{"code":"INVALID_JID"}"#, None),
            (r#"{"status":"error"}"#, None),
            (r#"{"statusCode":-401}"#, None),
            ("401", None),
        ] {
            assert_eq!(body(said.as_bytes()).code(), code, "{said}");
        }
    }

    #[test]
    fn explanations_are_found_under_every_name() {
        for (said, found) in [
            (r#"{"message":"Forbidden resource"}"#, &["Forbidden resource"][..]),
            (r#"{"error":"Bad Request","message":["a","b"]}"#, &["a; b", "Bad Request"]),
            (r#"{"message":"","error":"No credit"}"#, &["No credit"]),
            (r#"{"error":{"message":"nested","code":"X_1"}}"#, &["nested", "X_1"]),
            (r#"{"errorCode":7,"errorDescription":"old"}"#, &["old"]),
            (
                r#"{"status":400,"error":"Bad","response":{"message":[{"reason":"deep"}]}}"#,
                &["Bad", "deep"],
            ),
            (r#"{"text":"what was sent","data":{"message":"too"}}"#, &[]),
            (r#"{"message":[]}"#, &[]),
            ("[1]", &[]),
            ("Bad Request", &["Bad Request"]),
        ] {
            assert_eq!(body(said.as_bytes()).statements(), found, "{said}");
        }
    }
}

//! Data of a call: its body, path and parameters, in which nothing unknown is accepted.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;
use url::form_urlencoded;
use utoipa::ToSchema;
use whatsapp_core::{CustomerId, InvoiceId};

use super::problem::{Fault, Problem};
use super::slug::Slug;
use crate::visit::Visit;

/// A body as it was sent. The guard has read it already.
#[derive(Clone, Default)]
pub(crate) struct Sent(pub(crate) Bytes);

/// An empty body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Nothing)]
pub(crate) struct NothingBody {}

/// A body that was read into the expected type.
pub(crate) struct Given<T> {
    pub(crate) body: T,
    /// The same body as it was sent.
    pub(crate) sent: Bytes,
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Given<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Sent(sent) = parts.extensions.get().cloned().unwrap_or_default();
        // Clients with nothing to say send an empty body and no content type.
        if sent.is_empty() && !parts.headers.contains_key(CONTENT_TYPE) {
            return Ok(Self { body: read(b"{}")?, sent });
        }
        if !is_json(&parts.headers) {
            return Err(Problem::of(Slug::NotJson));
        }
        Ok(Self { body: read(&sent)?, sent })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    // serde would accept a list as an object whose members have no names.
    let is_object = json.trim_ascii_start().starts_with(b"{");
    let mut reader = serde_json::Deserializer::from_slice(json);
    let body = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let names = error.path().iter().filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { variant } => Some(variant.clone()),
            Segment::Unknown => None,
        });
        refused(error.inner(), names.collect())
    });
    match body {
        Ok(body) if is_object => {
            reader.end().map_err(|error| refused(&error, Vec::new()))?;
            Ok(body)
        }
        Err(problem) if is_object || problem.slug() == Slug::Malformed => Err(problem),
        _ => Err(Problem::new(Slug::Body, "The body is not an object, such as `{}` is.")),
    }
}

/// The problem of a body that cannot be read. It repeats nothing of the body's values.
fn refused(error: &serde_json::Error, mut names: Vec<String>) -> Problem {
    if !error.is_data() {
        let (line, column) = (error.line(), error.column());
        // For text that is not JSON, the reader's message repeats no part of it.
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        let detail = format!("It cannot be read at line {line}, column {column}: {said}.");
        return Problem::new(Slug::Malformed, detail);
    }
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let found = NAMED.iter().find_map(|(begin, what)| Some((quoted(said, begin)?, *what)));
    let what: Cow<'_, str> = match (found, said.split_once("expected ")) {
        (Some((name, what)), _) => {
            if names.last().is_none_or(|last| last != name) {
                names.push(name.to_owned());
            }
            // The known names are told by the reader, after the name that is none of them.
            match known(said).filter(|_| what == UNKNOWN) {
                Some(known) => format!("{what}; known: {known}").into(),
                None => what.into(),
            }
        }
        (None, Some((_, "a map"))) => "is not an object".into(),
        (None, Some((_, "a sequence"))) => "is not a list".into(),
        (None, Some((_, right))) => format!("is not {right}").into(),
        // Texts of the core's own types: they name the right form, and never the given value.
        (None, None) => format!("cannot be used: {said}").into(),
    };
    let place = if names.is_empty() { "The body".to_owned() } else { names.join(".") };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Problem::new(Slug::Body, format!("{place} {what}.")).with(Fault::at(&names, what))
}

/// Reads a whole number, also if it is written with a decimal point, as JSON Schema permits: `1.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<u16, D::Error> {
    let number = serde_json::Number::deserialize(reader)?;
    within(&number).map_err(D::Error::custom)
}

/// Reads a whole number or `null`.
pub(crate) fn whole_or_none<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<u16>, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(reader)?;
    number.map(|number| within(&number).map_err(D::Error::custom)).transpose()
}

/// The number, if it is whole and not too large; otherwise the text of what is expected.
fn within(number: &serde_json::Number) -> Result<u16, &'static str> {
    let right = "expected a whole number from 0 to 65535";
    let number = number.as_f64().filter(|number| number.fract() == 0.0).ok_or(right)?;
    if !(0.0..=f64::from(u16::MAX)).contains(&number) {
        return Err(right);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within")]
    Ok(number as u16)
}

/// Reads a point in time.
pub(crate) fn instant<'de, D: Deserializer<'de>>(reader: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(reader)?;
    let right = "expected a time with its offset, such as 2026-11-29T09:30:00Z";
    text.parse().map_err(|_| D::Error::custom(right))
}

/// Reads a point in time or `null`.
pub(crate) fn instant_or_none<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let text = Option::<String>::deserialize(reader)?;
    text.map(|text| instant(text.into_deserializer())).transpose()
}

/// Reads a member that may be left out, but may not be `null`.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    reader: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(reader).map(Some)
}

/// The problem of members that exclude each other, or need each other.
pub(crate) fn contradiction(member: &str, why: &str) -> Problem {
    Problem::new(Slug::Contradiction, format!("{member}: {why}.")).with(Fault::at(&[member], why))
}

/// Beginnings of the reader's messages about a member, and the words used for them here.
const NAMED: [(&str, &str); 3] = [
    ("missing field ", "is needed"),
    ("unknown field ", UNKNOWN),
    ("duplicate field ", "is there twice: give it once"),
];

const UNKNOWN: &str = "is not known here";

/// The names that the reader expected instead of an unknown one.
fn known(said: &str) -> Option<String> {
    if said.ends_with("there are no fields") {
        return Some("none".to_owned());
    }
    let (_, expected) = said.rsplit_once("expected ")?;
    let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn quoted<'a>(said: &'a str, begin: &str) -> Option<&'a str> {
    said.strip_prefix(begin)?.strip_prefix('`')?.split('`').next()
}

/// The parameters of a call's address, each of which the call knows.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the parameters: those of `single` at most once, those of `many` any number of times.
    pub(crate) fn read(query: &str, single: &[&str], many: &[&str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()).into_owned() {
            let is_single = single.contains(&name.as_str());
            if !is_single && !many.contains(&name.as_str()) {
                let known: Vec<_> = single.iter().chain(many).copied().collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let is_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
                let is_name = name.len() <= 20 && name.bytes().all(is_word);
                let name = if is_name { name.as_str() } else { "a parameter" };
                return Err(refuse(
                    Slug::Query,
                    name,
                    &format!("it is not known here; known: {known}"),
                ));
            }
            if is_single && pairs.iter().any(|(other, _)| *other == name) {
                return Err(refuse(Slug::Query, &name, "it is there twice: give it once"));
            }
            if value.is_empty() {
                return Err(refuse(Slug::Query, &name, "it is empty: leave it out"));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// Checks that there are no parameters.
    pub(crate) fn none(visit: &Visit) -> Result<(), Problem> {
        Self::read(&visit.query, &[], &[]).map(|_| ())
    }

    /// Removes a parameter and returns it.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.remove(place).1)
    }

    /// Removes a numeric parameter and returns it, if it lies within these bounds.
    pub(crate) fn number(
        &mut self,
        name: &str,
        least: u32,
        most: u32,
    ) -> Result<Option<u32>, Problem> {
        let Some(text) = self.take(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let right =
            || refuse(Slug::Query, name, &format!("a number from {least} to {most} is expected"));
        // One number has one spelling.
        let number = number.filter(|number: &u32| number.to_string() == text);
        number.map(Some).ok_or_else(right)
    }

    /// The remaining parameters, in the form of an address.
    pub(crate) fn rest(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// The problem of a parameter that cannot be used, with the reason.
pub(crate) fn refuse(slug: Slug, name: &str, why: &str) -> Problem {
    Problem::new(slug, format!("{name}: {why}.")).with(Fault::of(name, why))
}

/// The values of a route's path parameters, including those of the part that the host puts before
/// it.
pub(crate) struct Path(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = RawPathParams::from_request_parts(parts, state).await;
        let named = named.map_err(|_| Problem::of(Slug::NoRoute))?;
        Ok(Self(named.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

impl Path {
    /// Returns the value of a path parameter.
    pub(crate) fn get(&self, name: &str) -> &str {
        // The innermost one, if the host uses the same name in the part before.
        let found = self.0.iter().rev().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// Returns the invoice that the path names.
    pub(crate) fn invoice(&self) -> Result<InvoiceId, Problem> {
        InvoiceId::new(self.get("invoice")).map_err(|_| Problem::of(Slug::UnknownInvoice))
    }

    /// Returns the customer that the path names.
    pub(crate) fn customer(&self) -> Result<CustomerId, Problem> {
        CustomerId::new(self.get("customer")).map_err(|_| Problem::of(Slug::UnknownCustomer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read counts")]
    struct Body {
        customer_id: whatsapp_core::CustomerId,
        #[serde(default)]
        inner: Vec<Inner>,
        #[serde(default, deserialize_with = "whole")]
        many: u16,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read counts")]
    struct Inner {
        flag: bool,
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_never_with_what_was_said() {
        for (json, error, pointer) in [
            ("{", "It cannot be read at line 1, column 1: EOF while parsing an object.", None),
            (
                r#"{"customerId":"C-1"} x"#,
                "It cannot be read at line 1, column 22: trailing characters.",
                None,
            ),
            (r#"["C-1"]"#, "The body is not an object, such as `{}` is.", None),
            ("{}", "customerId is needed.", Some("#/customerId")),
            (r#"{"customerId":7}"#, "customerId is not a string.", Some("#/customerId")),
            (
                r#"{"secret":1}"#,
                "secret is not known here; known: customerId, inner, many.",
                Some("#/secret"),
            ),
            (
                r#"{"customerId":"C-1","inner":[{"flag":"secret"}]}"#,
                "inner.0.flag is not a boolean.",
                Some("#/inner/0/flag"),
            ),
        ] {
            let problem = read::<Body>(json.as_bytes()).unwrap_err();
            assert_eq!(problem.detail(), error, "{json}");
            let fault = problem.faults().first();
            assert_eq!(fault.and_then(|it| it.pointer.as_deref()), pointer, "{json}");
        }
        for (many, is_whole) in [
            ("7", true),
            ("7.0", true),
            ("7.5", false),
            ("-1", false),
            ("65536", false),
            ("\"7\"", false),
        ] {
            let body = format!(r#"{{"customerId":"C-1","many":{many}}}"#);
            assert_eq!(read::<Body>(body.as_bytes()).is_ok(), is_whole, "{many}");
        }
        let problem = read::<Body>(br#"{"customerId":"no customer of mine"}"#).unwrap_err();
        assert!(!format!("{problem:?}").contains("of mine"), "{problem:?}");
    }

    #[test]
    fn parameters_are_known_single_and_not_empty() {
        let read = |query: &str| Parameters::read(query, &["limit", "when"], &["status"]);
        let mut read_well = read("status=sent&limit=7&status=failed&when=today").unwrap();
        assert_eq!(read_well.number("limit", 1, 200).unwrap(), Some(7));
        assert_eq!(read_well.rest(), "status=sent&status=failed&when=today");
        for bad in ["evil=1", "limit=1&limit=2", "when=", "status="] {
            assert_eq!(read(bad).err().unwrap().slug(), Slug::Query, "{bad}");
        }
        for bad in ["0", "201", "-1", "+1", "01", "x"] {
            let query = format!("limit={bad}").replace('+', "%2B");
            let mut read = read(&query).unwrap();
            assert_eq!(read.number("limit", 1, 200).unwrap_err().slug(), Slug::Query, "{bad}");
        }
    }
}

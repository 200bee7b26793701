//! Reading of JSON that others wrote: strictly where money depends on it, leniently elsewhere.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads JSON that must be free of doubt: no key twice in an object, nothing before or after the
/// value (not even a byte order mark), not nested too deeply.
pub(crate) fn strict(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(&with_every_digit(body)).ok().map(|Strict(value)| value)
}

/// Reads JSON leniently.
pub(crate) fn lenient(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(&with_every_digit(body)).ok()
}

/// Returns the body with whole numbers of 16 digits and more as texts. As numbers they would be
/// rounded, and two messages would share an id.
fn with_every_digit(body: &[u8]) -> Cow<'_, [u8]> {
    const ROUNDED_FROM: usize = 16;
    let mut quoted: Option<Vec<u8>> = None;
    let (mut at, mut copied, mut in_text) = (0, 0, false);
    while let Some(&byte) = body.get(at) {
        match byte {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            b'-' | b'0'..=b'9' if !in_text => {
                let number = body.get(at..).unwrap_or_default();
                let is_of = |b: &u8| matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                let length = number.iter().take_while(|b| is_of(b)).count();
                let number = number.get(..length).unwrap_or_default();
                if length >= ROUNDED_FROM
                    && number.iter().all(u8::is_ascii_digit)
                    && number.first() != Some(&b'0')
                {
                    let quoted = quoted.get_or_insert_default();
                    quoted.extend_from_slice(body.get(copied..at).unwrap_or_default());
                    quoted.push(b'"');
                    quoted.extend_from_slice(number);
                    quoted.push(b'"');
                    copied = at + length;
                }
                at += length - 1;
            }
            _ => {}
        }
        at += 1;
    }
    match quoted {
        None => Cow::Borrowed(body),
        Some(mut quoted) => {
            quoted.extend_from_slice(body.get(copied..).unwrap_or_default());
            Cow::Owned(quoted)
        }
    }
}

/// Returns the payload of a reply: the gateway answers with `data`, its documentation says
/// `result`.
pub(crate) fn payload(reply: &Value) -> Option<&Value> {
    ["data", "result"].into_iter().filter_map(|name| reply.get(name)).find(|value| !value.is_null())
}

/// Returns an object, or the first element of an array.
pub(crate) fn first(value: &Value) -> &Value {
    match value {
        Value::Array(items) => items.first().unwrap_or(&Value::Null),
        other => other,
    }
}

/// Returns a text, or a number as text; `None` for everything else, including an empty text.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Returns a whole number, which may be written as text.
pub(crate) fn number(value: Option<&Value>) -> Option<u64> {
    text(value)?.parse().ok()
}

/// Returns the id in the record of a message, with every digit. v1 calls it tracking code, also in
/// an odd spelling. The engine of such gateways writes an object with the id in `_serialized`.
pub(crate) fn id(record: &Value) -> Option<String> {
    ["id", "tracking_Code", "tracking_code"]
        .into_iter()
        .filter_map(|name| record.get(name))
        .find_map(|id| {
            match id {
                Value::Object(parts) => text(parts.get("_serialized")),
                Value::Number(number) => number.as_u64().map(|id| id.to_string()),
                other => text(Some(other)),
            }
            .filter(|id| is_one_messages(id))
        })
}

/// Returns true if the id can belong to one message only: no zero, no rounded number such as
/// `1.2e+20`, and no word for nothing.
fn is_one_messages(id: &str) -> bool {
    let nothing = ["null", "undefined", "true", "false", "none"];
    let rounded = id.contains(['.', '+', '-']) || id.bytes().any(|b| b.is_ascii_alphabetic());
    let number = id.parse::<f64>();
    !nothing.iter().any(|word| id.eq_ignore_ascii_case(word))
        && !number.is_ok_and(|number| number == 0.0 || (rounded && !is_hexadecimal(id)))
}

/// Digits with an `e` among them may be hexadecimal.
fn is_hexadecimal(id: &str) -> bool {
    id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b.is_ascii_digit())
}

/// Returns true if a reply has the gateway's own form, and so does not come from something on the
/// way.
pub(crate) fn is_envelope(reply: &Value) -> bool {
    reply.get("success").is_some_and(Value::is_boolean)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated keys")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, _>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("a key is repeated"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strict_reading_keeps_values_and_refuses_doubt() {
        let body = br#" {"a":[1,-2,3.5,true,null,"x"],"b":{"c":"d"}} "#;
        assert_eq!(
            strict(body),
            Some(json!({"a": [1, -2, 3.5, true, null, "x"], "b": {"c": "d"}}))
        );
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        for doubtful in [
            r#"{"success":false,"success":true}"#,
            r#"{"data":{"id":"1","id":"2"}}"#,
            "\u{feff}{}",
            "{} trailing",
            "{}{}",
            r#"{"success":tr"#,
            "",
            &deep,
        ] {
            assert_eq!(strict(doubtful.as_bytes()), None, "{doubtful:.40}");
        }
    }

    #[test]
    fn ids_keep_every_digit_or_are_none() {
        for (written, kept) in [
            (r#""7""#, Some("7")),
            ("7", Some("7")),
            ("9007199254740993", Some("9007199254740993")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("18446744073709551616", Some("18446744073709551616")),
            ("123456789012345678901", Some("123456789012345678901")),
            (r#""123456789012345678901""#, Some("123456789012345678901")),
            ("123456789012345678901234567890", Some("123456789012345678901234567890")),
            (r#"{"_serialized":"true_1@c.us_3EB0","id":"3EB0"}"#, Some("true_1@c.us_3EB0")),
            (r#""12e45678""#, Some("12e45678")),
            (
                r#""11111111-2222-4333-8444-555555555555""#,
                Some("11111111-2222-4333-8444-555555555555"),
            ),
            ("1e20", None),
            ("1.2345678901234567e+20", None),
            (r#""1.2345678901234567e+20""#, None),
            (r#""1.2345678901235E+20""#, None),
            ("123456789012345678901.5", None),
            ("7.0", None),
            ("-7", None),
            ("-123456789012345678901", None),
            ("0", None),
            (r#""0""#, None),
            (r#""NaN""#, None),
            (r#""Infinity""#, None),
            (r#""undefined""#, None),
            ("true", None),
            ("false", None),
            ("null", None),
            (r#""""#, None),
            ("[7]", None),
            ("{}", None),
        ] {
            for name in ["id", "tracking_Code", "tracking_code"] {
                let body = format!(r#"{{"text":"\"1234567890123456789\"","{name}":{written}}}"#);
                for value in [strict(body.as_bytes()), lenient(body.as_bytes())] {
                    let value = value.unwrap();
                    assert_eq!(id(&value).as_deref(), kept, "{body}");
                    assert_eq!(value["text"], "\"1234567890123456789\"");
                }
            }
        }
    }
}

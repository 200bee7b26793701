//! Reading JSON that somebody else wrote: strictly where money depends on it, leniently elsewhere.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Reads JSON of which nothing may be doubtful: no key twice in an object, nothing before or after
/// the value (a byte order mark neither), not nested too deeply.
pub(crate) fn strict(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().map(|Strict(value)| value)
}

/// Reads JSON as it comes.
pub(crate) fn lenient(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()
}

/// The payload of a reply: the gateway answers with `data`, its documentation says `result`.
pub(crate) fn payload(reply: &Value) -> Option<&Value> {
    ["data", "result"].into_iter().filter_map(|name| reply.get(name)).find(|value| !value.is_null())
}

/// An object, or the first one of an array.
pub(crate) fn first(value: &Value) -> &Value {
    match value {
        Value::Array(items) => items.first().unwrap_or(&Value::Null),
        other => other,
    }
}

/// A text or a number as text; `None` for everything else, empty texts included.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number that may be written as text.
pub(crate) fn number(value: Option<&Value>) -> Option<u64> {
    text(value)?.parse().ok()
}

/// The id of a message in a record of it; v1 calls it tracking code, in an odd spelling too.
pub(crate) fn id(record: &Value) -> Option<String> {
    ["id", "tracking_Code", "tracking_code"].into_iter().find_map(|name| text(record.get(name)))
}

/// The words in which a reply explains itself.
pub(crate) fn explanation(reply: &Value) -> Option<String> {
    ["message", "errorDescription", "error", "detail"]
        .into_iter()
        .filter_map(|name| reply.get(name))
        .find_map(|value| match value {
            Value::Array(lines) => {
                let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
                (!lines.is_empty()).then(|| lines.join("; "))
            }
            Value::Object(_) => text(value.get("message")),
            other => text(Some(other)),
        })
}

/// Whether a reply is the gateway's own and not that of something in its way.
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
    fn explanations_are_found_under_every_name() {
        for (reply, said) in [
            (json!({"message": "Forbidden resource"}), Some("Forbidden resource")),
            (json!({"message": ["a", "b"], "error": "Bad Request"}), Some("a; b")),
            (json!({"message": "", "error": "No credit"}), Some("No credit")),
            (json!({"error": {"message": "nested"}}), Some("nested")),
            (json!({"detail": "why"}), Some("why")),
            (json!({"errorCode": 7, "errorDescription": "old"}), Some("old")),
            (json!({"message": []}), None),
            (json!([1]), None),
        ] {
            assert_eq!(explanation(&reply).as_deref(), said, "{reply}");
        }
    }
}

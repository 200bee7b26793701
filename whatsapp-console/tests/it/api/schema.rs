//! Check of an answer against the document. It knows the words of JSON Schema that the document
//! uses, and fails at any other.

use serde_json::Value;

/// Lists the differences between an answer and its schema; empty where it fits.
pub(crate) fn misfits(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut misfits = Vec::new();
    Check { document, misfits: &mut misfits }.value(schema, value, "#");
    misfits
}

struct Check<'a> {
    document: &'a Value,
    misfits: &'a mut Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        for (word, rule) in schema.as_object().into_iter().flatten() {
            let fits = match word.as_str() {
                "$ref" => {
                    let place = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    let behind =
                        self.document.pointer(place).unwrap_or_else(|| panic!("{rule}")).clone();
                    self.value(&behind, value, at);
                    true
                }
                "type" => match rule {
                    Value::Array(all) => all.iter().any(|one| is_type(one, value)),
                    one => is_type(one, value),
                },
                "enum" => rule.as_array().unwrap().contains(value),
                "required" => rule.as_array().unwrap().iter().all(|name| {
                    value.as_object().is_none_or(|it| it.contains_key(name.as_str().unwrap()))
                }),
                "properties" => {
                    self.members(rule, value, at);
                    true
                }
                "items" => {
                    for (no, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.value(rule, item, &format!("{at}/{no}"));
                    }
                    true
                }
                "oneOf" => {
                    let fitting = rule.as_array().unwrap().iter();
                    fitting.filter(|one| misfits(self.document, one, value).is_empty()).count() == 1
                }
                "format" => has_format(rule.as_str().unwrap(), value),
                "minimum" => value.as_f64().is_none_or(|it| it >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|it| it <= rule.as_f64().unwrap()),
                "minLength" | "maxLength" => value.as_str().is_none_or(|it| {
                    let (length, rule) = (it.chars().count() as u64, rule.as_u64().unwrap());
                    if word == "minLength" { length >= rule } else { length <= rule }
                }),
                "additionalProperties" => *rule == Value::Bool(false),
                "description" | "example" | "examples" | "default" | "title" => true,
                other => panic!("{at}: the check does not know {other}"),
            };
            if !fits {
                self.misfits.push(format!("{at}: {value} is not {word} {rule}"));
            }
        }
    }

    /// An answer has no member that the document does not name.
    fn members(&mut self, known: &Value, value: &Value, at: &str) {
        for (name, member) in value.as_object().into_iter().flatten() {
            match known.get(name) {
                Some(schema) => self.value(schema, member, &format!("{at}/{name}")),
                None => self.misfits.push(format!("{at}/{name} is not in the document")),
            }
        }
    }
}

fn is_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type {other}"),
    }
}

fn has_format(format: &str, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    match format {
        "uuid" => text.len() == 36 && text.parse::<whatsapp_core::MessageId>().is_ok(),
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "uri" => url::Url::parse(text).is_ok(),
        "int32" | "int64" => true,
        other => panic!("the check does not know the format {other}"),
    }
}

#[test]
fn what_differs_is_found() {
    use serde_json::json;

    let document = json!({"components": {"schemas": {"A": {"type": "string", "format": "uuid"}}}});
    let schema = json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"$ref": "#/components/schemas/A"},
            "word": {"enum": ["yes", "no"]},
            "many": {"type": "array", "items": {"type": ["integer", "null"], "minimum": 0}},
        }
    });
    let id = "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b";
    let good = json!({"id": id, "word": "no", "many": [1, null]});
    assert_eq!(misfits(&document, &schema, &good), Vec::<String>::new());
    for bad in [
        json!([]),
        json!({}),
        json!({"id": "x"}),
        json!({"id": 1}),
        json!({"id": id, "word": "maybe"}),
        json!({"id": id, "more": 1}),
        json!({"id": id, "many": ["1"]}),
        json!({"id": id, "many": [-1]}),
    ] {
        assert!(!misfits(&document, &schema, &bad).is_empty(), "{bad}");
    }
}

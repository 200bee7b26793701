//! Examples and descriptions of schemas.

use serde_json::{Map, Value, json};

/// The deepest that an example goes.
const DEPTH: u8 = 6;

/// The schema behind a reference.
pub(super) fn resolved<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let place = schema["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(schema)
}

/// Writes an example as JSON; with `is_short`, only the members that are required.
pub(super) fn written(schema: &Value, document: &Value, is_short: bool) -> String {
    let example = example(schema, document, is_short, DEPTH);
    let text =
        if is_short { Ok(example.to_string()) } else { serde_json::to_string_pretty(&example) };
    text.unwrap_or_default()
}

/// Describes the type of a value in words.
pub(super) fn kind(schema: &Value, document: &Value) -> String {
    let schema = resolved(schema, document);
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
        return words.join(" | ");
    }
    match (type_of(schema), schema["format"].as_str()) {
        ("array", _) => format!("list: {}", kind(&schema["items"], document)),
        (of, Some(format @ ("uuid" | "date" | "date-time"))) => format!("{of} ({format})"),
        (of, _) => of.to_owned(),
    }
}

/// The type that is not null.
fn type_of(schema: &Value) -> &str {
    let of = &schema["type"];
    let of = of.as_array().and_then(|all| all.iter().find(|one| *one != "null")).unwrap_or(of);
    of.as_str().unwrap_or("value")
}

fn example(schema: &Value, document: &Value, is_short: bool, depth: u8) -> Value {
    let schema = resolved(schema, document);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if let Some(word) = schema["enum"].get(0) {
        return word.clone();
    }
    let either =
        schema.get("oneOf").or_else(|| schema.get("anyOf")).or_else(|| schema.get("allOf"));
    if let Some(one) = either
        .and_then(Value::as_array)
        .and_then(|all| all.iter().find(|one| type_of(one) != "null"))
    {
        return if depth == 0 { Value::Null } else { example(one, document, is_short, depth - 1) };
    }
    match (type_of(schema), schema["format"].as_str()) {
        ("object", _) if depth > 0 => {
            let needed = schema["required"].as_array();
            let is_wanted = |name: &String| {
                !is_short || needed.is_some_and(|needed| needed.iter().any(|one| one == name))
            };
            let members = schema["properties"].as_object().into_iter().flatten();
            let members = members.filter(|(name, _)| is_wanted(name));
            let members = members.map(|(name, schema)| {
                (name.clone(), example(schema, document, is_short, depth - 1))
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        ("array", _) if depth > 0 => {
            json!([example(&schema["items"], document, is_short, depth - 1)])
        }
        ("integer" | "number", _) => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        ("boolean", _) => json!(true),
        ("string", Some("uuid")) => json!("0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b"),
        ("string", Some("date-time")) => json!("2026-11-29T09:30:00Z"),
        ("string", Some("date")) => json!("2026-11-29"),
        ("string", _) => json!("…"),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_fits_its_schema() {
        let document = json!({"components": {"schemas": {"File": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string", "example": "a.pdf"}, "size": {"type": ["integer", "null"]}}
        }}}});
        let of = json!({"type": "array", "items": {"$ref": "#/components/schemas/File"}});
        assert_eq!(written(&of, &document, true), r#"[{"name":"a.pdf"}]"#);
        let whole: Value = serde_json::from_str(&written(&of, &document, false)).unwrap();
        assert_eq!(whole, json!([{"name": "a.pdf", "size": 1}]));
        assert_eq!(kind(&of, &document), "list: object");
        assert_eq!(kind(&json!({"enum": ["a", "b"]}), &document), "a | b");
        assert_eq!(
            kind(&json!({"type": ["string", "null"], "format": "uuid"}), &document),
            "string (uuid)"
        );
    }
}

//! The list's filter, as parameters of an address and as a member of a body.

use serde_json::{Map, Value};
use url::form_urlencoded;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::given::refuse;
use super::parameters;
use super::problem::{Fault, Problem};
use super::slug::Slug;
use crate::links::query::{BadQuery, Query};

/// Parameters that may occur once.
pub(super) const SINGLE: [&str; 8] =
    ["type", "trigger", "when", "from", "until", "attention", "about", "key"];

/// Parameters that may be repeated, once for each value.
pub(super) const MANY: [&str; 4] = ["status", "delivery", "outcome", "customer"];

/// Parameters for the page of the list and its order.
pub(super) const OF_PLACE: [&str; 3] = ["sort", "after", "before"];

/// A filter as a member of a body: the parameters of the list, with the same names.
pub(super) fn schema() -> Object {
    let about = "Filter of the message list, with the same names; `{}` chooses all messages.";
    let filter = ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let member = |filter: ObjectBuilder, parameter: Parameter| {
        let Parameter { name, schema, description, .. } = parameter;
        let schema = schema.map(|schema| described(schema, description));
        schema.into_iter().fold(filter, |filter, schema| filter.property(&name, schema))
    };
    parameters::of_filter().into_iter().fold(filter, member).build()
}

/// The schema of a parameter, with the parameter's description as its own.
fn described(schema: RefOr<Schema>, about: Option<String>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = about;
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = about;
            array.into()
        }
        other => other,
    }
}

/// The problem for a parameter whose value cannot be used.
pub(super) fn unfit(bad: &BadQuery) -> Problem {
    refuse(slug(bad), bad.name, &expected(bad))
}

/// The kind of problem: a bad value in a well-formed call, or a parameter that is not understood.
fn slug(bad: &BadQuery) -> Slug {
    let is_written_well =
        matches!(bad.name, "from" | "until" | "after" | "before" | "id" | "person");
    if is_written_well { Slug::Value } else { Slug::Query }
}

fn expected(bad: &BadQuery) -> String {
    format!("{} is expected", bad.expected)
}

/// Reads the filter of a body.
pub(super) fn read(filter: &Map<String, Value>) -> Result<Query, Problem> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in filter {
        for word in words(name, value)? {
            query.append_pair(name, word);
        }
    }
    Query::read(&query.finish()).map_err(|bad| {
        let slug = if slug(&bad) == Slug::Query { Slug::Body } else { Slug::Value };
        at(slug, bad.name, &expected(&bad))
    })
}

/// The values of a member: one text, or a list of one or more.
fn words<'a>(name: &str, value: &'a Value) -> Result<Vec<&'a str>, Problem> {
    let refused = |why| Err(at(Slug::Body, name, why));
    let words: Option<Vec<&str>> = match value {
        _ if !SINGLE.contains(&name) && !MANY.contains(&name) => {
            let known = [&SINGLE[..], &MANY].concat().join(", ");
            return Err(at(Slug::Body, name, &format!("is not known here; known: {known}")));
        }
        Value::String(word) if SINGLE.contains(&name) => Some(vec![word.as_str()]),
        Value::Array(all) if MANY.contains(&name) => all.iter().map(Value::as_str).collect(),
        _ => None,
    };
    match words {
        Some(words) if words.is_empty() || words.contains(&"") => refused("is empty: leave it out"),
        Some(words) => Ok(words),
        None if SINGLE.contains(&name) => refused("is not a string"),
        None => refused("is not a list of strings"),
    }
}

fn at(slug: Slug, name: &str, why: &str) -> Problem {
    Problem::new(slug, format!("filter.{name}: {why}.")).with(Fault::at(&["filter", name], why))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_well_and_cannot_be_is_told_apart() {
        for (query, slug) in [
            ("status=x", Slug::Query),
            ("when=never", Slug::Query),
            ("from=0001-01-01", Slug::Value),
            ("from=2026-02-01&until=2026-01-01", Slug::Value),
        ] {
            assert_eq!(unfit(&Query::read(query).unwrap_err()).slug(), slug, "{query}");
        }
    }

    #[test]
    fn a_body_has_the_parameters_of_the_list_and_no_others() {
        for name in SINGLE.iter().chain(&MANY) {
            let is_known = match Query::read(&format!("{name}=x")) {
                Ok(read) => !read.is_all(),
                Err(bad) => bad.name == *name,
            };
            assert!(is_known, "{name}");
        }
        let schema = serde_json::to_value(schema()).unwrap();
        let documented: BTreeSet<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(documented, SINGLE.iter().chain(&MANY).copied().collect());
        assert_eq!(schema["additionalProperties"], false);
    }

    #[test]
    fn a_filter_is_that_of_the_list_or_says_which_member_is_wrong() {
        let read = |filter: Value| read(filter.as_object().unwrap());
        let good = json!({"status": ["sent", "failed"], "about": "INV 7&é", "when": "today"});
        let list = Query::read("status=sent&status=failed&about=INV+7%26%C3%A9&when=today");
        assert_eq!(read(good).unwrap(), list.unwrap());
        assert!(read(json!({})).unwrap().is_all());
        let unknown = |name: &str| {
            let known = "type, trigger, when, from, until, attention, about, key, status, delivery, outcome, customer";
            format!("filter.{name}: is not known here; known: {known}.")
        };
        for (filter, slug, detail) in [
            (json!({"evil": "x"}), Slug::Body, unknown("evil").as_str()),
            (json!({"sort": "oldest"}), Slug::Body, unknown("sort").as_str()),
            (json!({"done": "paused"}), Slug::Body, unknown("done").as_str()),
            (json!({"status": "sent"}), Slug::Body, "filter.status: is not a list of strings."),
            (json!({"status": [7]}), Slug::Body, "filter.status: is not a list of strings."),
            (json!({"status": []}), Slug::Body, "filter.status: is empty: leave it out."),
            (json!({"about": ["x"]}), Slug::Body, "filter.about: is not a string."),
            (json!({"about": ""}), Slug::Body, "filter.about: is empty: leave it out."),
            (json!({"about": null}), Slug::Body, "filter.about: is not a string."),
            (
                json!({"from": "2026-02-01", "until": "2026-01-01"}),
                Slug::Value,
                "filter.until: a day that is not before the one of from is expected.",
            ),
        ] {
            let problem = read(filter).unwrap_err();
            assert_eq!((problem.slug(), problem.detail()), (slug, detail));
            let pointer = problem.faults()[0].pointer.as_deref().unwrap();
            assert!(pointer.starts_with("#/filter/"), "{pointer}");
        }
    }
}

//! The parameters of calls, as the document has them.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use whatsapp_core::message::SUBJECT_MAX;
use whatsapp_core::port::{CUSTOMERS_MAX, NAMES_MAX};

use super::held::STEPS_MAX;
use super::messages::{ROWS, ROWS_MAX};
use super::schema;
use super::send::key::KEY_MAX;
use crate::links::query::{SORTS, Wanted, When};

/// One visible ASCII character or more, as keys of hosts have them.
const VISIBLE: &str = "^[!-~]+$";

/// A text on one line.
const LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]+$";

fn parameter(
    of: ParameterIn,
    name: &str,
    about: &str,
    schema: impl Into<RefOr<Schema>>,
) -> ParameterBuilder {
    let is_needed = of == ParameterIn::Path;
    ParameterBuilder::new()
        .name(name)
        .parameter_in(of)
        .required(if is_needed { Required::True } else { Required::False })
        .description(Some(about))
        .schema(Some(schema))
}

fn query(name: &str, about: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(ParameterIn::Query, name, about, schema).build()
}

fn path(name: &str, about: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(ParameterIn::Path, name, about, schema).build()
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn formatted(format: &str) -> Object {
    text().format(Some(SchemaFormat::Custom(format.to_owned()))).build()
}

fn key() -> Object {
    text().min_length(Some(1)).max_length(Some(64)).pattern(Some(VISIBLE)).build()
}

fn number(least: u32, most: u32) -> Object {
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    number.minimum(Some(least)).maximum(Some(most)).build()
}

fn many(of: Object) -> ArrayBuilder {
    ArrayBuilder::new().items(of).min_items(Some(1))
}

/// A place in the log.
fn place() -> Object {
    let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    let pattern = format!(r"^-?[0-9]{{1,17}}\.{uuid}(\.(pending|sent|failed|cancelled))?$");
    text().pattern(Some(pattern)).build()
}

/// The message that a path names.
pub(super) fn message() -> Vec<Parameter> {
    vec![path("message", "The row in the log.", formatted("uuid"))]
}

/// The customer that a path names.
pub(super) fn customer() -> Vec<Parameter> {
    vec![path("customer", "The host's key of the customer.", key())]
}

/// The reminder that a path names.
pub(super) fn reminder() -> Vec<Parameter> {
    let step =
        text().max_length(Some(20)).pattern(Some("^(T\\+[0-9]{1,4}|now:[0-9]{1,6})$")).build();
    vec![
        path("invoice", "The host's key of the invoice.", key()),
        path("step", "Which reminder of the invoice, such as `T+7`.", step),
    ]
}

/// The key that makes a call happen once.
pub(super) fn idempotency() -> Vec<Parameter> {
    let key = text().min_length(Some(1)).max_length(Some(KEY_MAX)).pattern(Some(VISIBLE)).build();
    let about = "The same key with the same body is the same message: it is answered as it stands, with the \
                 header Idempotent-Replayed. The same key with another body is refused. Keys are of the person \
                 who calls.";
    vec![parameter(ParameterIn::Header, "Idempotency-Key", about, key).build()]
}

/// Of what waits for approval.
pub(super) fn of_held() -> Vec<Parameter> {
    let place = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.(T\+[0-9]{1,4}|now:[0-9]{1,6})\.[!-~]{1,64}$";
    vec![
        query("after", "The `next` of the page before.", text().pattern(Some(place)).build()),
        query("limit", "How many a page has: 20 where it is left out.", number(1, STEPS_MAX)),
    ]
}

/// Of the list of messages.
pub(super) fn of_list() -> Vec<Parameter> {
    let name = text().max_length(Some(50)).pattern(Some("^[a-z][a-z0-9_]*$")).build();
    let about = text().min_length(Some(1)).max_length(Some(SUBJECT_MAX)).pattern(Some(LINE));
    let limit = format!("How many a page has: {ROWS} where it is left out.");
    let sort = format!("The order. By customers' names, of {NAMES_MAX} messages at most.");
    vec![
        query("status", "One or more statuses.", many(schema::statuses()).build()),
        query("delivery", "One or more deliveries.", many(schema::deliveries()).build()),
        query("outcome", "What came of it: one or more.", many(schema::outcomes()).build()),
        query("type", "A message type.", name),
        query("trigger", "What set it off.", schema::triggers()),
        query(
            "when",
            "Days by where they lie from today.",
            schema::one_of(When::ALL.map(When::word)),
        ),
        query("from", "The first day.", formatted("date")),
        query("until", "The last day, which is included.", formatted("date")),
        query("attention", "What needs a person.", schema::one_of(Wanted::ALL.map(Wanted::word))),
        query(
            "customer",
            "One or more customers, by the host's keys.",
            many(key()).max_items(Some(CUSTOMERS_MAX)).build(),
        ),
        query("about", "What it is about begins so.", about.build()),
        query("sort", &sort, schema::one_of(SORTS.map(|(_, word)| word))),
        query("after", "The `next` or `further` of an answer in the same order.", place()),
        query("before", "The `previous` of an answer in the same order.", place()),
        query("limit", &limit, number(1, ROWS_MAX)),
        query("count", "1: say how many there are, up to 10,000.", number(0, 1)),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::messages::{MANY, SINGLE};

    #[test]
    fn the_document_has_every_parameter_that_the_list_reads() {
        let documented: BTreeSet<String> = of_list().into_iter().map(|it| it.name).collect();
        let read: BTreeSet<String> =
            SINGLE.iter().chain(MANY).map(|name| (*name).to_owned()).collect();
        assert_eq!(documented, read);
    }
}

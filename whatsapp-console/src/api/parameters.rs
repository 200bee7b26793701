//! The parameters of calls, for the document.

use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use whatsapp_core::bulk::BULK_MAX;
use whatsapp_core::message::{MESSAGE_KEY_MAX, SUBJECT_MAX};
use whatsapp_core::port::{CUSTOMERS_MAX, NAMES_MAX};

use super::bounds::{
    ENTRIES, ENTRIES_MAX, FESTIVALS, FESTIVALS_MAX, ITEMS, ITEMS_MAX, LINES, LINES_MAX, RECIPIENTS,
    RECIPIENTS_MAX, ROWS_MAX, STEPS, STEPS_MAX, VERSIONS, VERSIONS_MAX,
};
use super::schema;
use super::send::key::KEY_MAX;
use crate::links::query::{SORTS, Wanted, When};
use crate::page::list::ROWS;

/// One or more visible ASCII characters, as in the hosts' keys.
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

/// A cursor of the message log.
fn place() -> Object {
    let uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    let pattern = format!(r"^-?[0-9]{{1,17}}\.{uuid}(\.(pending|sent|failed|cancelled))?$");
    text().pattern(Some(pattern)).build()
}

/// The message that a path names.
pub(super) fn message() -> Vec<Parameter> {
    vec![path("message", "Id of the message: its row in the log.", formatted("uuid"))]
}

/// The customer that a path names.
pub(super) fn customer() -> Vec<Parameter> {
    vec![path("customer", "Host's key of the customer.", key())]
}

/// The customer and the mute that a path names.
pub(super) fn mute() -> Vec<Parameter> {
    [customer(), vec![path("mute", "Id of the mute.", formatted("uuid"))]].concat()
}

/// The bulk act that a path names.
pub(super) fn bulk() -> Vec<Parameter> {
    vec![path("bulk", "Id of the bulk act.", formatted("uuid"))]
}

/// Parameters for the messages of a bulk act.
pub(super) fn of_items() -> Vec<Parameter> {
    let about = "Outcome of the messages; `open` for messages whose turn has not come.";
    let words = schema::item_outcomes();
    let limit = format!("Number of messages on a page; {ITEMS} by default.");
    let mut all = bulk();
    all.extend([
        parameter(ParameterIn::Query, "outcome", about, words).required(Required::True).build(),
        query("after", "Cursor of the page: the `next` of the page before.", number(0, BULK_MAX)),
        query("limit", &limit, number(1, ITEMS_MAX)),
    ]);
    all
}

/// The reminder that a path names.
pub(super) fn reminder() -> Vec<Parameter> {
    let step =
        text().max_length(Some(20)).pattern(Some("^(T\\+[0-9]{1,4}|now:[0-9]{1,6})$")).build();
    vec![
        path("invoice", "Host's key of the invoice.", key()),
        path("step", "Step of the reminder plan, such as `T+7`.", step),
    ]
}

/// The template that a path names.
pub(super) fn template() -> Vec<Parameter> {
    vec![path("template", "Id of the template.", formatted("uuid"))]
}

/// The invoice that a path names.
pub(super) fn invoice() -> Vec<Parameter> {
    vec![path("invoice", "Host's key of the invoice.", key())]
}

/// The invoice and the mute that a path names.
pub(super) fn invoice_mute() -> Vec<Parameter> {
    [invoice(), vec![path("mute", "Id of the mute.", formatted("uuid"))]].concat()
}

/// Parameters of the schedule of the next days.
pub(super) fn of_schedule() -> Vec<Parameter> {
    let about = "`true` looks at more invoices, reminders and messages, and takes longer.";
    vec![query("further", about, schema::one_of(["true", "false"]))]
}

/// Parameters of one day of the schedule.
pub(super) fn of_day() -> Vec<Parameter> {
    let place = r"^([0-9]{1,17}\.)?((campaigns|messages)\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|reminders\.(T\+[0-9]{1,4}|now:[0-9]{1,6})\.[!-~]{1,64})$";
    let limit = format!("Number of entries on a page; {LINES} by default.");
    let mut all = vec![path("day", "Day, as a date of the business.", formatted("date"))];
    all.extend([
        query("class", "Kind of the entries; all kinds by default.", schema::classes()),
        query(
            "show",
            "Entries that go out, or entries that are held back; both by default.",
            schema::one_of(["out", "kept"]),
        ),
        query(
            "after",
            "Cursor of the page: the `next` of the page before.",
            text().pattern(Some(place)).build(),
        ),
        query("limit", &limit, number(1, LINES_MAX)),
    ]);
    all.extend(of_schedule());
    all
}

/// Parameters of the versions of a template.
pub(super) fn of_versions() -> Vec<Parameter> {
    let limit = format!("Number of versions on a page; {VERSIONS} by default.");
    let mut all = template();
    all.extend([
        query("before", "Cursor of the page: the `next` of the page before.", number(1, u32::MAX)),
        query("limit", &limit, number(1, VERSIONS_MAX)),
    ]);
    all
}

/// The entry of the calendar of festivals that a path names.
pub(super) fn festival() -> Vec<Parameter> {
    vec![path("festival", "Id of the entry.", formatted("uuid"))]
}

/// Parameters of the list of entries of the festival calendar.
pub(super) fn of_festivals() -> Vec<Parameter> {
    let place = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
    let limit = format!("Number of entries on a page; {FESTIVALS} by default.");
    vec![
        query(
            "after",
            "Cursor of the page: the `next` of the page before.",
            text().pattern(Some(place)).build(),
        ),
        query("limit", &limit, number(1, FESTIVALS_MAX)),
    ]
}

/// Parameters of the suggestions of the calendar.
pub(super) fn of_suggestions() -> Vec<Parameter> {
    let place = text().pattern(Some("^IN(-[A-Z]{2})?$")).build();
    let about = "India, or a state of it; by default the first place of the business.";
    vec![query("place", about, place)]
}

/// Parameters of the recipients of an entry.
pub(super) fn of_recipients() -> Vec<Parameter> {
    let place = text().pattern(Some("^([0-9a-f]{2}){41,80}$")).build();
    let limit = format!("Number of recipients on a page; {RECIPIENTS} by default.");
    let mut all = festival();
    all.extend([
        query(
            "state",
            "State of the recipients; all states by default.",
            schema::recipient_states(),
        ),
        query("after", "Cursor of the page: the `next` of the page before.", place),
        query("limit", &limit, number(1, RECIPIENTS_MAX)),
    ]);
    all
}

/// The header with the version that a change is based on.
pub(super) fn seen() -> Parameter {
    let tag = text().pattern(Some("^(W/)?\"(0|[1-9][0-9]{0,8})\"$")).build();
    let about = "ETag of the version that the caller read. Nothing is changed if there is another \
                 version now.";
    parameter(ParameterIn::Header, "If-Match", about, tag).required(Required::True).build()
}

/// The header with the key that makes a call happen once.
pub(super) fn idempotency() -> Vec<Parameter> {
    let key = text().min_length(Some(1)).max_length(Some(KEY_MAX)).pattern(Some(VISIBLE)).build();
    let about = "Key that makes the call happen once. The same key with the same body returns the \
                 same message in its present state, with the header Idempotent-Replayed. The same \
                 key with another body is refused. Each person has keys of their own.";
    vec![parameter(ParameterIn::Header, "Idempotency-Key", about, key).build()]
}

/// The setting that a path names.
pub(super) fn setting() -> Vec<Parameter> {
    let key = text().max_length(Some(80)).pattern(Some("^whatsapp_[a-z0-9_]+$")).build();
    vec![path("key", "Key of the setting.", key)]
}

/// The header with the tag of the settings that a change is based on.
pub(super) fn if_match() -> Parameter {
    let about = "ETag of the settings that the caller read. Nothing is saved if somebody else \
                 changed a setting since. `*` saves over any values.";
    let tag = text().min_length(Some(1)).build();
    parameter(ParameterIn::Header, "If-Match", about, tag).required(Required::True).build()
}

/// Parameters of the audit: its filter, and the page.
pub(super) fn of_audit() -> Vec<Parameter> {
    let place = r"^-?[0-9]{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
    let limit = format!("Number of entries on a page; {ENTRIES} by default.");
    let mut all = of_audit_filter();
    all.extend([
        query(
            "after",
            "Cursor of the page: the `next` of the page before.",
            text().pattern(Some(place)).build(),
        ),
        query("limit", &limit, number(1, ENTRIES_MAX)),
    ]);
    all
}

/// Parameters of the filter of the audit.
pub(super) fn of_audit_filter() -> Vec<Parameter> {
    let about = "Key or id of the thing that the act was done to; give its kind in `about`.";
    let id = text().min_length(Some(1)).max_length(Some(200)).pattern(Some(LINE)).build();
    vec![
        query("who", "Actors other than persons.", schema::one_of(["host", "outside"])),
        query("person", "Host's key of the person who acted.", key()),
        query("act", "Act that was done.", schema::acts()),
        query("about", "Kind of thing that the act was done to.", schema::target_kinds()),
        query("id", about, id),
        query(
            "when",
            "Range of days, relative to today. It is ignored if `from` or `until` is given.",
            schema::one_of(When::ALL.map(When::word)),
        ),
        query("from", "First day.", formatted("date")),
        query("until", "Last day, which is included.", formatted("date")),
    ]
}

/// Parameters of the list of reminders that wait for approval.
pub(super) fn of_held() -> Vec<Parameter> {
    let place = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.(T\+[0-9]{1,4}|now:[0-9]{1,6})\.[!-~]{1,64}$";
    let limit = format!("Number of reminders on a page; {STEPS} by default.");
    vec![
        query(
            "after",
            "Cursor of the page: the `next` of the page before.",
            text().pattern(Some(place)).build(),
        ),
        query("limit", &limit, number(1, STEPS_MAX)),
    ]
}

/// Parameters for the page and the order of the list, each with its description.
fn of_place(sort: &str, after: &str, before: &str) -> [Parameter; 3] {
    [
        query("sort", sort, schema::one_of(SORTS.map(|(_, word)| word))),
        query("after", after, place()),
        query("before", before, place()),
    ]
}

/// Parameters of the list of messages: the filter, and the page.
pub(super) fn of_list() -> Vec<Parameter> {
    let limit = format!("Number of messages on a page; {ROWS} by default.");
    let sort =
        format!("Order of the list. The order `customer` takes {NAMES_MAX} messages at most.");
    let mut all = of_filter();
    all.extend(of_place(
        &sort,
        "Cursor of the page: the `next` or `further` of an answer in the same order.",
        "Cursor of the page: the `previous` of an answer in the same order.",
    ));
    all.extend([
        query("limit", &limit, number(1, ROWS_MAX)),
        query("count", "`1` to count the messages that match, up to 10,000.", number(0, 1)),
    ]);
    all
}

/// Parameters of the file of messages: all parameters of the list, and the choice to include texts.
pub(super) fn of_export() -> Vec<Parameter> {
    let mut all = of_filter();
    let order = "Order of the list. It has no effect: the file has the newest message first.";
    let page = "Cursor of the list. It has no effect: the file has all messages.";
    all.extend(of_place(order, page, page));
    all.push(query("texts", "`1` to include the texts of the messages.", number(0, 1)));
    all
}

/// Parameters of the list's filter.
pub(super) fn of_filter() -> Vec<Parameter> {
    let name = text().max_length(Some(50)).pattern(Some("^[a-z][a-z0-9_]*$")).build();
    let about = text().min_length(Some(1)).max_length(Some(SUBJECT_MAX)).pattern(Some(LINE));
    let of_message =
        text().min_length(Some(1)).max_length(Some(MESSAGE_KEY_MAX)).pattern(Some(VISIBLE));
    vec![
        query("status", "Status of the messages: one or more.", many(schema::statuses()).build()),
        query(
            "delivery",
            "Delivery state of the messages: one or more.",
            many(schema::deliveries()).build(),
        ),
        query("outcome", "Outcome of the messages: one or more.", many(schema::outcomes()).build()),
        query("type", "Message type, such as `invoice`.", name),
        query("trigger", "Origin of the messages.", schema::triggers()),
        query(
            "when",
            "Range of days, relative to today. It is ignored if `from` or `until` is given.",
            schema::one_of(When::ALL.map(When::word)),
        ),
        query("from", "First day.", formatted("date")),
        query("until", "Last day, which is included.", formatted("date")),
        query(
            "attention",
            "Messages that need a person: all of them, or for one reason.",
            schema::one_of(Wanted::ALL.map(Wanted::word)),
        ),
        query(
            "customer",
            "Host's keys of the customers: one or more.",
            many(key()).max_items(Some(CUSTOMERS_MAX)).build(),
        ),
        query(
            "about",
            "Beginning of the subject of the messages, such as an invoice number.",
            about.build(),
        ),
        query("key", "Beginning of the messages' own keys.", of_message.build()),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::api::audit::SINGLE as OF_AUDIT;
    use crate::api::filter::{MANY, SINGLE};
    use crate::api::messages::OF_PAGE;

    #[test]
    fn the_document_has_every_parameter_that_the_list_reads() {
        let documented: BTreeSet<String> = of_list().into_iter().map(|it| it.name).collect();
        let read = SINGLE.iter().chain(&MANY).chain(&OF_PAGE);
        assert_eq!(documented, read.map(|name| (*name).to_owned()).collect());
        let documented: BTreeSet<String> =
            of_audit_filter().into_iter().map(|it| it.name).collect();
        assert_eq!(documented, OF_AUDIT.map(str::to_owned).into());
    }
}

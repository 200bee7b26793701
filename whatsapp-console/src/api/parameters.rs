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
    vec![path("message", "The row in the log.", formatted("uuid"))]
}

/// The customer that a path names.
pub(super) fn customer() -> Vec<Parameter> {
    vec![path("customer", "The host's key of the customer.", key())]
}

/// The customer and the mute that a path names.
pub(super) fn mute() -> Vec<Parameter> {
    [customer(), vec![path("mute", "The mute.", formatted("uuid"))]].concat()
}

/// The bulk act that a path names.
pub(super) fn bulk() -> Vec<Parameter> {
    vec![path("bulk", "The act.", formatted("uuid"))]
}

/// Parameters for the messages of a bulk act.
pub(super) fn of_items() -> Vec<Parameter> {
    let about = "`open` are those whose turn has not come; the others came to this.";
    let words = schema::item_outcomes();
    let limit = format!("How many a page has: {ITEMS} where it is left out.");
    let mut all = bulk();
    all.extend([
        parameter(ParameterIn::Query, "outcome", about, words).required(Required::True).build(),
        query("after", "The `next` of the page before.", number(0, BULK_MAX)),
        query("limit", &limit, number(1, ITEMS_MAX)),
    ]);
    all
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

/// The template that a path names.
pub(super) fn template() -> Vec<Parameter> {
    vec![path("template", "The template.", formatted("uuid"))]
}

/// The invoice that a path names.
pub(super) fn invoice() -> Vec<Parameter> {
    vec![path("invoice", "The host's key of the invoice.", key())]
}

/// The invoice and the mute that a path names.
pub(super) fn invoice_mute() -> Vec<Parameter> {
    [invoice(), vec![path("mute", "The mute.", formatted("uuid"))]].concat()
}

/// Parameters of the schedule of the next days.
pub(super) fn of_schedule() -> Vec<Parameter> {
    let about = "`true` looks at more invoices, reminders and messages, and takes longer.";
    vec![query("further", about, schema::one_of(["true", "false"]))]
}

/// Parameters of one day of the schedule.
pub(super) fn of_day() -> Vec<Parameter> {
    let place = r"^([0-9]{1,17}\.)?((campaigns|messages)\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|reminders\.(T\+[0-9]{1,4}|now:[0-9]{1,6})\.[!-~]{1,64})$";
    let limit = format!("How many a page has: {LINES} where it is left out.");
    let mut all = vec![path("day", "The day, by the clocks of the business.", formatted("date"))];
    all.extend([
        query("class", "Only these.", schema::classes()),
        query("show", "What goes out, or what is held back.", schema::one_of(["out", "kept"])),
        query("after", "The `next` of the page before.", text().pattern(Some(place)).build()),
        query("limit", &limit, number(1, LINES_MAX)),
    ]);
    all.extend(of_schedule());
    all
}

/// Parameters of the versions of a template.
pub(super) fn of_versions() -> Vec<Parameter> {
    let limit = format!("How many a page has: {VERSIONS} where it is left out.");
    let mut all = template();
    all.extend([
        query("before", "The `next` of the page before.", number(1, u32::MAX)),
        query("limit", &limit, number(1, VERSIONS_MAX)),
    ]);
    all
}

/// The entry of the calendar of festivals that a path names.
pub(super) fn festival() -> Vec<Parameter> {
    vec![path("festival", "The entry.", formatted("uuid"))]
}

/// Parameters of the list of entries of the festival calendar.
pub(super) fn of_festivals() -> Vec<Parameter> {
    let place = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
    let limit = format!("How many a page has: {FESTIVALS} where it is left out.");
    vec![
        query("after", "The `next` of the page before.", text().pattern(Some(place)).build()),
        query("limit", &limit, number(1, FESTIVALS_MAX)),
    ]
}

/// Parameters of the suggestions of the calendar.
pub(super) fn of_suggestions() -> Vec<Parameter> {
    let place = text().pattern(Some("^IN(-[A-Z]{2})?$")).build();
    let about = "India, or a state of it; the first place of the business where it is left out.";
    vec![query("place", about, place)]
}

/// Parameters of the recipients of an entry.
pub(super) fn of_recipients() -> Vec<Parameter> {
    let place = text().pattern(Some("^([0-9a-f]{2}){41,80}$")).build();
    let limit = format!("How many a page has: {RECIPIENTS} where it is left out.");
    let mut all = festival();
    all.extend([
        query("state", "Those who stand so.", schema::recipient_states()),
        query("after", "The `next` of the page before.", place),
        query("limit", &limit, number(1, RECIPIENTS_MAX)),
    ]);
    all
}

/// The header with the version that a change is based on.
pub(super) fn seen() -> Parameter {
    let tag = text().pattern(Some("^(W/)?\"(0|[1-9][0-9]{0,8})\"$")).build();
    let about = "The ETag of what was seen. Nothing is changed where it is in another version now.";
    parameter(ParameterIn::Header, "If-Match", about, tag).required(Required::True).build()
}

/// The header with the key that makes a call happen once.
pub(super) fn idempotency() -> Vec<Parameter> {
    let key = text().min_length(Some(1)).max_length(Some(KEY_MAX)).pattern(Some(VISIBLE)).build();
    let about = "The same key with the same body is the same message: it is answered as it stands, with the \
                 header Idempotent-Replayed. The same key with another body is refused. Keys are of the person \
                 who calls.";
    vec![parameter(ParameterIn::Header, "Idempotency-Key", about, key).build()]
}

/// The setting that a path names.
pub(super) fn setting() -> Vec<Parameter> {
    let key = text().max_length(Some(80)).pattern(Some("^whatsapp_[a-z0-9_]+$")).build();
    vec![path("key", "The key of the setting.", key)]
}

/// The header with the tag of the settings that a change is based on.
pub(super) fn if_match() -> Parameter {
    let about = "The ETag of the settings as they were looked at: where somebody else changed one since, nothing \
                 is saved. `*` saves over whatever stands there.";
    let tag = text().min_length(Some(1)).build();
    parameter(ParameterIn::Header, "If-Match", about, tag).required(Required::True).build()
}

/// Parameters of the audit: its filter, and the page.
pub(super) fn of_audit() -> Vec<Parameter> {
    let place = r"^-?[0-9]{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
    let limit = format!("How many a page has: {ENTRIES} where it is left out.");
    let mut all = of_audit_filter();
    all.extend([
        query("after", "The `next` of the page before.", text().pattern(Some(place)).build()),
        query("limit", &limit, number(1, ENTRIES_MAX)),
    ]);
    all
}

/// Parameters of the filter of the audit.
pub(super) fn of_audit_filter() -> Vec<Parameter> {
    let about = "The key or id of what it was done to, with its kind.";
    let id = text().min_length(Some(1)).max_length(Some(200)).pattern(Some(LINE)).build();
    vec![
        query("who", "Others than persons.", schema::one_of(["host", "outside"])),
        query("person", "The person who did it, by the host's key.", key()),
        query("act", "What was done.", schema::acts()),
        query("about", "What kind of thing it was done to.", schema::target_kinds()),
        query("id", about, id),
        query(
            "when",
            "Days by where they lie from today.",
            schema::one_of(When::ALL.map(When::word)),
        ),
        query("from", "The first day.", formatted("date")),
        query("until", "The last day, which is included.", formatted("date")),
    ]
}

/// Parameters of the list of reminders that wait for approval.
pub(super) fn of_held() -> Vec<Parameter> {
    let place = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.(T\+[0-9]{1,4}|now:[0-9]{1,6})\.[!-~]{1,64}$";
    let limit = format!("How many a page has: {STEPS} where it is left out.");
    vec![
        query("after", "The `next` of the page before.", text().pattern(Some(place)).build()),
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
    let limit = format!("How many a page has: {ROWS} where it is left out.");
    let sort = format!("The order. By customers' names, of {NAMES_MAX} messages at most.");
    let mut all = of_filter();
    all.extend(of_place(
        &sort,
        "The `next` or `further` of an answer in the same order.",
        "The `previous` of an answer in the same order.",
    ));
    all.extend([
        query("limit", &limit, number(1, ROWS_MAX)),
        query("count", "1: say how many there are, up to 10,000.", number(0, 1)),
    ]);
    all
}

/// Parameters of the file of messages: all parameters of the list, and the choice to include texts.
pub(super) fn of_export() -> Vec<Parameter> {
    let mut all = of_filter();
    let order = "The list's order, which a file does not take over: the newest message is first.";
    let page = "The list's page, which a file does not take over: it has all of them.";
    all.extend(of_place(order, page, page));
    all.push(query("texts", "1: with the texts of the messages.", number(0, 1)));
    all
}

/// Parameters of the list's filter.
pub(super) fn of_filter() -> Vec<Parameter> {
    let name = text().max_length(Some(50)).pattern(Some("^[a-z][a-z0-9_]*$")).build();
    let about = text().min_length(Some(1)).max_length(Some(SUBJECT_MAX)).pattern(Some(LINE));
    let of_message =
        text().min_length(Some(1)).max_length(Some(MESSAGE_KEY_MAX)).pattern(Some(VISIBLE));
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
        query("key", "The message's own key begins so.", of_message.build()),
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

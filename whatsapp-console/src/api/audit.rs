//! The audit: acts of people and of the host's own code.

use axum::Json;
use axum::http::Method;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::audit::{Act, Actor, AuditEntry};
use whatsapp_core::port::BrokenRow;

use super::bounds::{ENTRIES, ENTRIES_MAX};
use super::filter::unfit;
use super::given::Parameters;
use super::problem::Problem;
use super::resource::BrokenShape;
use super::schema;
use super::slug::Slug;
use crate::links::audit::{AuditQuery, written};
use crate::page::audit::{Named, file, told};
use crate::page::eyes::{Eyes, Sight};
use crate::visit::Visit;

/// The parameters of a filter.
pub(super) const SINGLE: [&str; 8] =
    ["who", "person", "act", "about", "id", "when", "from", "until"];

/// A page of the audit.
#[derive(Serialize, ToSchema)]
#[schema(as = Audit)]
pub(crate) struct AuditShape {
    /// The entries, the newest first.
    entries: Vec<EntryShape>,
    /// Rows of this page that cannot be read.
    unreadable: Vec<BrokenShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An act in the audit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
struct EntryShape {
    /// Id of the entry.
    #[schema(format = "uuid")]
    id: String,
    /// Time of the act.
    #[schema(format = "date-time")]
    at: String,
    #[schema(schema_with = schema::acts)]
    act: &'static str,
    /// Kind of actor: `person`, `host` for the host's own code, or `outside`.
    #[schema(schema_with = schema::actors)]
    who: &'static str,
    /// The person who acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[schema(schema_with = schema::target_kinds)]
    about: &'static str,
    /// The key or id of the object of the act.
    target_id: String,
    /// The act in a sentence.
    text: String,
    /// The state before and after, in words.
    change: String,
    /// The state before the act, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// The state after the act, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// True if the change was made outside the console.
    is_outside: bool,
}

impl EntryShape {
    fn of(entry: &AuditEntry, named: &Named, eyes: &Eyes<'_>) -> Self {
        let told = told(entry, named, &eyes.by_keys());
        let some = |text: String| (!text.is_empty()).then_some(text);
        Self {
            id: entry.id.to_string(),
            at: schema::instant(entry.at),
            act: entry.act.as_str(),
            who: entry.by.as_str(),
            person: entry.by.user().map(ToString::to_string),
            about: entry.on.kind(),
            target_id: entry.on.id(),
            text: told.text,
            change: told.change,
            before: some(told.before),
            after: some(told.after),
            is_outside: entry.by == Actor::Outside || entry.act == Act::ChangedOutside,
        }
    }
}

/// Lists the acts.
pub(crate) async fn list(visit: Visit) -> Result<Json<AuditShape>, Problem> {
    let single = [&SINGLE[..], &["after", "limit"]].concat();
    let mut parameters = Parameters::read(&visit.query, &single, &[])?;
    let limit = parameters.number("limit", 1, ENTRIES_MAX)?.unwrap_or(ENTRIES);
    let query = query(&parameters)?;
    reads(&visit)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let filter = query.filter(eyes.now, &eyes.settings.time_zone);
    let page = visit.inner.desk.audit(&filter, query.after, limit).await?;
    let named = Named::of(&page.entries, &visit).await?;
    Ok(Json(AuditShape {
        entries: page.entries.iter().map(|it| EntryShape::of(it, &named, &eyes)).collect(),
        unreadable: page.broken.iter().map(<BrokenShape as From<&BrokenRow>>::from).collect(),
        next: page.next.map(written),
    }))
}

/// Gives the same entries as a file.
pub(crate) async fn export(method: Method, visit: Visit) -> Result<Response, Problem> {
    let query = query(&Parameters::read(&visit.query, &SINGLE, &[])?)?;
    reads(&visit)?;
    Ok(file(&method, &visit, &query).await?)
}

fn query(parameters: &Parameters) -> Result<AuditQuery, Problem> {
    AuditQuery::read(&parameters.rest()).map_err(|bad| unfit(&bad))
}

fn reads(visit: &Visit) -> Result<(), Problem> {
    let none = || Problem::new(Slug::NotSetUp, "This program does not read its audit.");
    visit.ports().offers().reads_audit.then_some(()).ok_or_else(none)
}

//! Messages: the list, one of them, and its attempts.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::port::StoreError;

use super::given::{Parameters, refuse};
use super::problem::Problem;
use super::resource::{AttemptShape, AttemptsShape, BrokenShape, MessageShape};
use super::slug::Slug;
use crate::links::cursor;
use crate::links::query::{BadQuery, Query};
use crate::page::eyes::Sight;
use crate::visit::{Named, Visit};

/// How many messages a page has, and the most that it can have.
pub(super) const ROWS: u32 = 20;
pub(super) const ROWS_MAX: u32 = 200;

/// How far they are counted.
const COUNTED: u64 = 10_000;

/// Parameters that come once.
pub(super) const SINGLE: &[&str] = &[
    "type",
    "trigger",
    "when",
    "from",
    "until",
    "attention",
    "about",
    "sort",
    "after",
    "before",
    "limit",
    "count",
];

/// Parameters that come as often as there are values.
pub(super) const MANY: &[&str] = &["status", "delivery", "outcome", "customer"];

/// A page of the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageList)]
pub(crate) struct ListShape {
    messages: Vec<MessageShape>,
    /// Rows that cannot be read; they count towards the limit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<BrokenShape>,
    /// The page before, as `before`.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    /// The page behind, as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How far was looked, where that ended at its bound before the page was full: the same parameter at this
    /// place looks further.
    #[serde(skip_serializing_if = "Option::is_none")]
    further: Option<String>,
    /// How many there are, with `count=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// `false`: there are so many or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_is_exact: Option<bool>,
}

/// The list that the address names.
pub(crate) async fn list(visit: Visit) -> Result<Json<ListShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, SINGLE, MANY)?;
    let limit = parameters.number("limit", 1, ROWS_MAX)?.unwrap_or(ROWS);
    let is_counted = parameters.number("count", 0, 1)? == Some(1);
    let query = Query::read(&parameters.rest()).map_err(|bad| unfit(&bad))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let log = visit.ports().log();
    let filter = query.filter(eyes.now, &eyes.settings.time_zone);
    let page = log.page(&filter, query.sort, query.turn, limit).await?;
    let count = if is_counted { Some(log.count(&filter, COUNTED).await?) } else { None };
    Ok(Json(ListShape {
        messages: page.messages.iter().map(|it| MessageShape::of(it, &eyes)).collect(),
        unreadable: page.broken.iter().map(BrokenShape::from).collect(),
        previous: page.previous.map(cursor::written),
        next: page.next.map(cursor::written),
        further: page.further.map(cursor::written),
        total: count.map(|count| count.number),
        total_is_exact: count.map(|count| count.is_exact),
    }))
}

/// A parameter whose value cannot be used. Where only the value decides, and not how it is written, the call
/// is understood.
fn unfit(bad: &BadQuery) -> Problem {
    let is_written_well = matches!(bad.name, "from" | "until" | "after" | "before");
    let slug = if is_written_well { Slug::QueryValue } else { Slug::Query };
    refuse(slug, bad.name, &format!("{} is expected", bad.expected))
}

/// One message.
pub(crate) async fn one(visit: Visit, named: Named) -> Result<Json<MessageShape>, Problem> {
    Parameters::none(&visit)?;
    shape(&visit, named).await.map(Json)
}

/// A message as it stands.
pub(super) async fn shape(visit: &Visit, named: Named) -> Result<MessageShape, Problem> {
    let Named(id) = named;
    let message = visit.ports().log().message(id).await?;
    let message = message.ok_or_else(|| Problem::of(Slug::UnknownMessage))?;
    let resends = visit.inner.messenger.resends(id).await?;
    let sight = Sight::of(visit).await?;
    Ok(MessageShape::of(&message, &sight.eyes(visit)).with_resends(&resends))
}

/// The attempts to send it.
pub(crate) async fn attempts(visit: Visit, named: Named) -> Result<Json<AttemptsShape>, Problem> {
    Parameters::none(&visit)?;
    let log = visit.ports().log();
    match log.message(named.0).await {
        Ok(None) => return Err(Problem::of(Slug::UnknownMessage)),
        // The ledger is read by itself.
        Ok(Some(_)) | Err(StoreError::Corrupt { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let attempts = log.attempts(named.0).await?;
    let attempts = attempts.iter().map(|it| AttemptShape::of(it, &eyes)).collect();
    Ok(Json(AttemptsShape { attempts }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_well_and_cannot_be_is_told_apart() {
        for (query, slug) in [
            ("status=x", Slug::Query),
            ("when=never", Slug::Query),
            ("from=0001-01-01", Slug::QueryValue),
            ("from=2026-02-01&until=2026-01-01", Slug::QueryValue),
        ] {
            assert_eq!(unfit(&Query::read(query).unwrap_err()).slug(), slug, "{query}");
        }
    }

    #[test]
    fn every_parameter_but_two_is_one_of_the_pages_own() {
        for name in SINGLE.iter().chain(MANY).filter(|name| !["limit", "count"].contains(name)) {
            let is_known = match Query::read(&format!("{name}=x")) {
                Ok(read) => !read.is_all(),
                Err(bad) => bad.name == *name,
            };
            assert!(is_known, "{name}");
        }
    }
}

//! Messages: the list, and one message.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::message::Status;

use super::bounds::ROWS_MAX;
use super::filter::{self, MANY, unfit};
use super::given::Parameters;
use super::problem::Problem;
use super::resource::{BrokenShape, MessageShape, shapes};
use super::slug::Slug;
use crate::links::cursor;
use crate::links::query::Query;
use crate::page::eyes::Sight;
use crate::page::list::ROWS;
use crate::visit::{Named, Visit};

/// Parameters beside those of the filter: the page, its order and size, and the count.
pub(super) const OF_PAGE: [&str; 5] = ["sort", "after", "before", "limit", "count"];

/// Limit up to which messages are counted.
const COUNTED: u64 = 10_000;

/// A page of the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageList)]
pub(crate) struct ListShape {
    /// Messages of the page, in the order asked for.
    messages: Vec<MessageShape>,
    /// Rows that cannot be read; they count towards the limit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unreadable: Vec<BrokenShape>,
    /// Cursor of the previous page: send it as `before`.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Cursor of the place where the search stopped at its limit, before the page was full. Send it
    /// as `after`, or as `before` if this call used that, to search further.
    #[serde(skip_serializing_if = "Option::is_none")]
    further: Option<String>,
    /// Number of messages that match, counted up to 10,000; only with `count=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    /// True if everything was counted; otherwise there are this many or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_is_exact: Option<bool>,
}

/// Returns the page of the list that the address names.
pub(crate) async fn list(visit: Visit) -> Result<Json<ListShape>, Problem> {
    let single = [&filter::SINGLE[..], &OF_PAGE].concat();
    let mut parameters = Parameters::read(&visit.query, &single, &MANY)?;
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
        messages: shapes(&page.messages, log, &eyes).await?,
        unreadable: page.broken.iter().map(BrokenShape::from).collect(),
        previous: page.previous.map(cursor::written),
        next: page.next.map(cursor::written),
        further: page.further.map(cursor::written),
        total: count.map(|count| count.number),
        total_is_exact: count.map(|count| count.is_exact),
    }))
}

/// Returns one message.
pub(crate) async fn one(visit: Visit, named: Named) -> Result<Json<MessageShape>, Problem> {
    Parameters::none(&visit)?;
    shape(&visit, named).await.map(Json)
}

/// The current state of a message.
pub(super) async fn shape(visit: &Visit, named: Named) -> Result<MessageShape, Problem> {
    let Named(id) = named;
    let log = visit.ports().log();
    let message = log.message(id).await?.ok_or_else(|| Problem::of(Slug::UnknownMessage))?;
    let resends = visit.inner.messenger.resends(id).await?;
    let is_sent_again = message.state.status == Status::Failed && !resends.is_empty();
    let is_aside = !log.aside(&[id]).await?.is_empty();
    let sight = Sight::of(visit).await?;
    let shape = MessageShape::of(&message, is_sent_again, is_aside, &sight.eyes(visit));
    Ok(shape.with_resends(&resends))
}

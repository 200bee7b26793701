//! Bulk acts on many messages. They are chosen and counted, then confirmed, and carried out by the
//! process that sends.

mod calls;
mod shape;

use axum::Json;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use whatsapp_core::bulk::{BULK_MAX, Bulk, BulkAct, BulkAsks, BulkState};
use whatsapp_core::bulks::{BulkError, Bulks, Chosen};
use whatsapp_core::{BulkId, MessageId};

use super::bounds::{ITEMS, ITEMS_MAX};
use super::filter;
use super::given::{Given, NothingBody, Parameters, Path, contradiction, present, refuse};
use super::problem::Problem;
use super::schema::{self, CHOSEN_MAX, OPEN};
use super::slug::Slug;
use crate::page::eyes::Sight;
use crate::visit::Visit;
pub(super) use calls::table;
pub(crate) use shape::{BulkShape, ItemsShape};

/// Choice of messages for a bulk act: either `messages` or a `filter`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(
    as = CountBulk,
    example = json!({"act": "resend", "filter": {"outcome": ["failed"], "when": "today"}})
)]
pub(crate) struct CountBody {
    #[schema(schema_with = schema::bulk_acts)]
    act: BulkAct,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::chosen)]
    messages: Option<Vec<MessageId>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = filter::schema)]
    filter: Option<Map<String, Value>>,
}

/// Confirmation of a bulk act.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConfirmBulk)]
pub(crate) struct ConfirmBody {
    /// True if the customers were asked and did not get the messages that may have arrived. Without
    /// this, such messages are left out.
    #[serde(default)]
    not_arrived: bool,
    /// True if a person agreed that the messages go out outside the permitted hours. Without this,
    /// such messages are left out.
    #[serde(default)]
    outside_hours: bool,
}

/// Chooses the messages and tells how many the act applies to. Nothing is done yet.
pub(crate) async fn count(
    visit: Visit,
    given: Given<CountBody>,
) -> Result<Json<BulkShape>, Problem> {
    Parameters::none(&visit)?;
    let (bulks, by) = (bulks(&visit)?, visit.actor());
    let CountBody { act, messages, filter } = given.body;
    let chosen = match (messages, filter) {
        (Some(messages), None) => Chosen::Messages(named(messages)?),
        (None, Some(filter)) => {
            let query = filter::read(&filter)?;
            let sight = Sight::of(&visit).await?;
            Chosen::All(query.filter(visit.now, &sight.settings().time_zone))
        }
        (Some(_), Some(_)) => {
            return Err(contradiction("filter", "where messages are named, none is given"));
        }
        (None, None) => {
            return Err(contradiction("messages", "they are needed, or in their place a filter"));
        }
    };
    let counted = async move { bulks.count(act, &chosen, &by).await };
    Ok(Json(BulkShape::from(&visit.inner.work.finish(counted).await??)))
}

/// Checks the number of messages that a call names one by one.
fn named(messages: Vec<MessageId>) -> Result<Vec<MessageId>, Problem> {
    if (1..=CHOSEN_MAX).contains(&messages.len()) {
        return Ok(messages);
    }
    let right = format!("1 to {CHOSEN_MAX} are expected; a filter chooses more");
    Err(Problem::of_member(Slug::Body, "messages", &right))
}

/// The current state of an act.
pub(crate) async fn one(visit: Visit, path: Path) -> Result<Json<BulkShape>, Problem> {
    Parameters::none(&visit)?;
    Ok(Json(BulkShape::from(&found(&visit, &path).await?)))
}

/// Lists the messages of an act.
pub(crate) async fn items(visit: Visit, path: Path) -> Result<Json<ItemsShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["outcome", "after", "limit"], &[])?;
    let limit = parameters.number("limit", 1, ITEMS_MAX)?.unwrap_or(ITEMS);
    let after = parameters.number("after", 0, BULK_MAX)?;
    let outcome = match parameters.take("outcome").as_deref() {
        Some(OPEN) => None,
        Some(word) => Some(word.parse().map_err(|_| no_outcome())?),
        None => return Err(no_outcome()),
    };
    let bulk = found(&visit, &path).await?;
    let mut items = bulks(&visit)?.items(bulk.id, outcome, after, limit + 1).await?;
    let is_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    Ok(Json(ItemsShape::of(&items, is_more)))
}

fn no_outcome() -> Problem {
    refuse(Slug::Query, "outcome", "one of open, done, left_out, failed is expected")
}

/// Lets the act begin. Idempotent: the same call by the same person begins it only once.
pub(crate) async fn confirm(
    visit: Visit,
    path: Path,
    given: Given<ConfirmBody>,
) -> Result<Json<BulkShape>, Problem> {
    Parameters::none(&visit)?;
    let (bulks, id, by) = (bulks(&visit)?, id(&path)?, visit.actor());
    let agreed = BulkAsks { arrived: given.body.not_arrived, hours: given.body.outside_hours };
    let confirmed = {
        let by = by.clone();
        async move { bulks.confirm(id, agreed, &by).await }
    };
    let done = visit.inner.work.finish(confirmed).await?;
    changed(&visit, &path, done, |bulk| {
        bulk.state != BulkState::Counted && bulk.by == by && bulk.agreed == agreed
    })
    .await
}

/// Stops the act: it begins no further message. Idempotent.
pub(crate) async fn stop(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<BulkShape>, Problem> {
    Parameters::none(&visit)?;
    let (bulks, id, by) = (bulks(&visit)?, id(&path)?, visit.actor());
    let done = visit.inner.work.finish(async move { bulks.stop(id, &by).await }).await?;
    changed(&visit, &path, done, |bulk| bulk.state == BulkState::Stopped).await
}

/// Returns the act after a change; also after a call that came too late, if the act is already in
/// that state.
async fn changed(
    visit: &Visit,
    path: &Path,
    done: Result<(), BulkError>,
    is_so: impl Fn(&Bulk) -> bool,
) -> Result<Json<BulkShape>, Problem> {
    let bulk = found(visit, path).await?;
    match done {
        Err(BulkError::Changed(_)) if is_so(&bulk) => {}
        done => done?,
    }
    Ok(Json(BulkShape::from(&bulk)))
}

fn bulks(visit: &Visit) -> Result<Bulks, Problem> {
    let none = || Problem::new(Slug::NotSetUp, "This program keeps no acts on many messages.");
    visit.inner.bulks.clone().ok_or_else(none)
}

fn id(path: &Path) -> Result<BulkId, Problem> {
    path.get("bulk").parse().map_err(|_| Problem::of(Slug::UnknownBulk))
}

async fn found(visit: &Visit, path: &Path) -> Result<Bulk, Problem> {
    let bulk = bulks(visit)?.bulk(id(path)?).await?;
    bulk.ok_or_else(|| Problem::of(Slug::UnknownBulk))
}

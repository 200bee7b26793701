//! Acts on many messages: they are chosen and counted, then confirmed, and done by whichever process sends.

use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use whatsapp_core::bulk::{BULK_MAX, Bulk, BulkAct, BulkAsks, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::bulks::{BulkError, Bulks, Chosen};
use whatsapp_core::{BulkId, MessageId, Private};

use super::filter;
use super::given::{Given, NothingBody, Parameters, Path, contradiction, present, refuse};
use super::problem::{Fault, Problem};
use super::schema::{self, CHOSEN_MAX, OPEN};
use super::slug::Slug;
use crate::page::eyes::Sight;
use crate::visit::Visit;

/// How many messages of an act a page has, and the most that it can have.
pub(super) const ITEMS: u32 = 100;
pub(super) const ITEMS_MAX: u32 = 500;

/// Chooses messages for an act, and counts them.
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

/// Lets an act begin.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ConfirmBulk)]
pub(crate) struct ConfirmBody {
    /// The customers were asked, and did not get what may have arrived. Without it such messages are left out.
    #[serde(default)]
    not_arrived: bool,
    /// A person agreed that they go out outside the hours. Without it such messages are left out.
    #[serde(default)]
    outside_hours: bool,
}

/// An act on many messages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Bulk)]
pub(crate) struct BulkShape {
    #[schema(format = "uuid")]
    id: String,
    #[schema(schema_with = schema::bulk_acts)]
    act: &'static str,
    #[schema(schema_with = schema::bulk_states)]
    state: &'static str,
    /// Who counted it, and then who confirmed it; not there where that was no person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// When it was counted.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it changed last, its messages too.
    #[schema(format = "date-time")]
    changed_at: String,
    /// More messages fitted than it has: it has the newest 10,000.
    are_more: bool,
    counts: CountsShape,
    /// What whoever confirmed it agreed to.
    agreed: AgreedShape,
}

/// The messages of an act in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkCounts)]
struct CountsShape {
    total: u32,
    /// Those whose turn has not come.
    open: u32,
    /// Those of `open` that may have arrived: left out where nobody agrees with `notArrived`.
    may_have_arrived: u32,
    /// Those of `open` that would go out outside the hours: left out where nobody agrees to that.
    outside_hours: u32,
    done: u32,
    /// Those that do not allow it, or were changed by somebody else.
    left_out: u32,
    failed: u32,
}

/// What a person agreed to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Agreed)]
struct AgreedShape {
    not_arrived: bool,
    outside_hours: bool,
}

/// A page of the messages of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkItems)]
pub(crate) struct ItemsShape {
    items: Vec<ItemShape>,
    /// The page behind, as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// One message of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkItem)]
struct ItemShape {
    /// Its place: 0 for the first.
    no: u32,
    #[schema(format = "uuid")]
    message_log_id: String,
    may_have_arrived: bool,
    outside_hours: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::bulk_outcomes)]
    outcome: Option<&'static str>,
    /// Why it was left out, or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The message that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    new_message_log_id: Option<String>,
}

impl From<&Bulk> for BulkShape {
    fn from(bulk: &Bulk) -> Self {
        let counts = bulk.counts;
        Self {
            id: bulk.id.to_string(),
            act: bulk.act.as_str(),
            state: bulk.state.as_str(),
            by: bulk.by.user().map(ToString::to_string),
            created_at: schema::instant(bulk.at),
            changed_at: schema::instant(bulk.changed_at),
            are_more: bulk.more,
            counts: CountsShape {
                total: counts.total,
                open: counts.open,
                may_have_arrived: counts.arrived,
                outside_hours: counts.hours,
                done: counts.done,
                left_out: counts.left_out,
                failed: counts.failed,
            },
            agreed: AgreedShape {
                not_arrived: bulk.agreed.arrived,
                outside_hours: bulk.agreed.hours,
            },
        }
    }
}

impl From<&BulkItem> for ItemShape {
    fn from(item: &BulkItem) -> Self {
        Self {
            no: item.no,
            message_log_id: item.message_id.to_string(),
            may_have_arrived: item.asks.arrived,
            outside_hours: item.asks.hours,
            outcome: item.outcome.map(BulkOutcome::as_str),
            error: item.sentence.as_ref().map(Private::as_str).map(str::to_owned),
            new_message_log_id: item.fresh.map(|id| id.to_string()),
        }
    }
}

/// Chooses the messages, and says to how many it can be done. Nothing is done.
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

/// Messages that are named one by one.
fn named(messages: Vec<MessageId>) -> Result<Vec<MessageId>, Problem> {
    if (1..=CHOSEN_MAX).contains(&messages.len()) {
        return Ok(messages);
    }
    let why = format!("are not 1 to {CHOSEN_MAX}; a filter chooses more");
    Err(Problem::new(Slug::Body, format!("messages {why}.")).with(Fault::at(&["messages"], why)))
}

/// An act as it stands.
pub(crate) async fn one(visit: Visit, path: Path) -> Result<Json<BulkShape>, Problem> {
    Parameters::none(&visit)?;
    Ok(Json(BulkShape::from(&found(&visit, &path).await?)))
}

/// Messages of an act.
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
    Ok(Json(ItemsShape {
        next: items.last().filter(|_| is_more).map(|item| item.no),
        items: items.iter().map(ItemShape::from).collect(),
    }))
}

fn no_outcome() -> Problem {
    refuse(Slug::Query, "outcome", "one of open, done, left_out, failed is expected")
}

/// Lets it begin. The same from the same person twice is once.
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

/// Begins no message more. Twice is once.
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

/// The act after a change; also after one that came too late, where it is so already.
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

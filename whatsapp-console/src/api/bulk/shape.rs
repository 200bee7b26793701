//! Acts on many messages as the API gives them.

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::Private;
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome};

use crate::api::schema;

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

impl ItemsShape {
    /// A page of them.
    pub(super) fn of(items: &[BulkItem], is_more: bool) -> Self {
        let next = items.last().filter(|_| is_more).map(|item| item.no);
        Self { items: items.iter().map(ItemShape::from).collect(), next }
    }
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

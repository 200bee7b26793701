//! Bulk acts on many messages, in the shapes of the API.

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::Private;
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome};

use crate::api::schema;

/// A bulk act on many messages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Bulk)]
pub(crate) struct BulkShape {
    /// Id of the act.
    #[schema(format = "uuid")]
    id: String,
    #[schema(schema_with = schema::bulk_acts)]
    act: &'static str,
    #[schema(schema_with = schema::bulk_states)]
    state: &'static str,
    /// The person who counted it, and later the person who confirmed it; absent if it was no
    /// person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Time of the count.
    #[schema(format = "date-time")]
    created_at: String,
    /// Time of the last change to the act or to one of its messages.
    #[schema(format = "date-time")]
    changed_at: String,
    /// True if more messages matched than the act holds: it holds the newest 10,000.
    are_more: bool,
    /// Numbers of the messages of the act.
    counts: CountsShape,
    /// The consent that the person gave who confirmed it.
    agreed: AgreedShape,
}

/// Numbers of the messages of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkCounts)]
struct CountsShape {
    /// Number of all messages.
    total: u32,
    /// Number of messages not processed yet.
    open: u32,
    /// Number of messages among `open` that may have arrived. They are left out unless a person
    /// agrees by `notArrived`.
    may_have_arrived: u32,
    /// Number of messages among `open` that would go out outside the permitted hours. They are left
    /// out unless a person agrees by `outsideHours`.
    outside_hours: u32,
    /// Number of messages for which the act was done.
    done: u32,
    /// Number of messages left out because their state does not allow the act, or because somebody
    /// else changed them.
    left_out: u32,
    /// Number of messages for which the act was tried and failed.
    failed: u32,
}

/// Consent given by a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Agreed)]
struct AgreedShape {
    /// True if a person agreed to the messages that may have arrived.
    not_arrived: bool,
    /// True if a person agreed to messages outside the permitted hours.
    outside_hours: bool,
}

/// A page of the messages of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkItems)]
pub(crate) struct ItemsShape {
    /// Messages of the page, in the order of the act.
    items: Vec<ItemShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// One message of an act.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BulkItem)]
struct ItemShape {
    /// Position of the message in the act: 0 for the first.
    no: u32,
    /// Id of the message.
    #[schema(format = "uuid")]
    message_log_id: String,
    /// True if the message may have arrived.
    may_have_arrived: bool,
    /// True if the message would go out outside the permitted hours.
    outside_hours: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::bulk_outcomes)]
    outcome: Option<&'static str>,
    /// Reason why the message was left out or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The new message that replaced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    new_message_log_id: Option<String>,
}

impl ItemsShape {
    /// A page of the messages.
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

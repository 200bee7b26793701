//! The data of the console's first page, for programs.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::overview::{DayNow, OverviewNow};
use whatsapp_core::port::{LaneQueue, Tally};

use super::account::AccountShape;
use super::count::CountShape;
use super::given::Parameters;
use super::problem::Problem;
use super::schema;
use crate::visit::Visit;

/// The overview at present, or of a few seconds ago.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Overview)]
pub(crate) struct OverviewShape {
    /// Time of the overview.
    #[schema(format = "date-time")]
    at: String,
    /// True if nothing needs a person and sending is not paused.
    is_well: bool,
    /// Things that need a person.
    needs: NeedsShape,
    /// Numbers of the messages made today, in the time zone of the business.
    today: TallyShape,
    /// Numbers of the messages made today and on the six days before.
    week: TallyShape,
    /// Numbers of the last 14 days, the oldest first and today last; empty where this program
    /// counts no days.
    days: Vec<DayShape>,
    /// State of the account.
    account: AccountShape,
    /// Time at which the gateway last accepted a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    last_taken_at: Option<String>,
    /// Messages that wait, by lane of the queue.
    queue: Vec<LaneShape>,
    /// Expected time at which all due messages will have been sent; absent while nothing is sent,
    /// or where more messages are due than were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    empty_at: Option<String>,
}

/// Things that need a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Needs)]
struct NeedsShape {
    /// Number of messages that failed for good.
    failed: CountShape,
    /// Number of messages of which nobody knows whether they arrived.
    unknown: CountShape,
    /// Number of messages accepted more than an hour ago, without a delivery report.
    silent: CountShape,
    /// Number of reminders that wait for approval; absent where the host keeps none.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<CountShape>,
    /// Settings that cannot be used.
    broken_settings: Vec<SettingShape>,
    /// Number of failures reported to nobody, because no email address is set, or the address
    /// cannot be used.
    notices_without_address: u64,
}

/// A setting that cannot be used.
#[derive(Serialize, ToSchema)]
#[schema(as = BrokenSetting)]
struct SettingShape {
    /// Key of the setting.
    key: String,
    /// The fault of the value, and the values that are accepted.
    what: String,
}

/// Numbers of messages by outcome. Each message is counted once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tally)]
struct TallyShape {
    /// Number of messages that wait for their first attempt, or for its result.
    waiting: u64,
    /// Number of messages whose last attempt failed and that will be retried.
    retrying: u64,
    /// Number of messages that the gateway accepted, without a delivery report.
    accepted: u64,
    /// Number of messages that reached the phone.
    delivered: u64,
    /// Number of messages that were read.
    read: u64,
    /// Number of messages that the gateway accepted and could not deliver.
    undelivered: u64,
    /// Number of messages that failed for good before the gateway accepted them, or whose outcome
    /// is unknown.
    failed: u64,
    /// Number of messages that were cancelled.
    cancelled: u64,
    /// True if all messages were counted; otherwise only the newest were.
    is_exact: bool,
}

/// Numbers of one day's messages by outcome.
#[derive(Serialize, ToSchema)]
#[schema(as = Day)]
struct DayShape {
    /// The day, in the time zone of the business.
    #[schema(format = "date")]
    day: String,
    /// Numbers of the messages made on the day.
    tally: TallyShape,
}

/// Messages that wait in one lane of the queue.
#[derive(Serialize, ToSchema)]
#[schema(as = Lane)]
struct LaneShape {
    #[schema(schema_with = schema::lanes)]
    lane: &'static str,
    /// Number of messages due now.
    due: u64,
    /// Number of messages due later.
    later: u64,
}

impl From<Tally> for TallyShape {
    fn from(tally: Tally) -> Self {
        let Tally { waiting, retrying, accepted, delivered, read, .. } = tally;
        let Tally { undelivered, failed, cancelled, is_exact, .. } = tally;
        Self {
            waiting,
            retrying,
            accepted,
            delivered,
            read,
            undelivered,
            failed,
            cancelled,
            is_exact,
        }
    }
}

impl From<&DayNow> for DayShape {
    fn from(of: &DayNow) -> Self {
        Self { day: of.day.to_string(), tally: of.tally.into() }
    }
}

impl From<&LaneQueue> for LaneShape {
    fn from(queue: &LaneQueue) -> Self {
        Self { lane: queue.lane.as_str(), due: queue.due, later: queue.later }
    }
}

impl From<&OverviewNow> for OverviewShape {
    fn from(now: &OverviewNow) -> Self {
        let setting = |problem: &whatsapp_core::settings::SettingProblem| SettingShape {
            key: problem.key.clone(),
            what: problem.what.to_string(),
        };
        Self {
            at: schema::instant(now.at),
            is_well: now.needs().is_empty() && now.account.pause.is_none(),
            needs: NeedsShape {
                failed: now.failed.into(),
                unknown: now.unknown.into(),
                silent: now.silent.into(),
                held: now.held.map(Into::into),
                broken_settings: now.broken_settings.iter().map(setting).collect(),
                notices_without_address: now.notices_without_address,
            },
            today: now.today.into(),
            week: now.week.into(),
            days: now.days.iter().map(DayShape::from).collect(),
            account: AccountShape::from(&now.account),
            last_taken_at: now.last_taken.map(schema::instant),
            queue: now.lanes.iter().map(LaneShape::from).collect(),
            empty_at: now.empty_at.map(schema::instant),
        }
    }
}

/// Returns the overview.
pub(crate) async fn show(visit: Visit) -> Result<Json<OverviewShape>, Problem> {
    Parameters::none(&visit)?;
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    Ok(Json(OverviewShape::from(&seen.now)))
}

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
    #[schema(format = "date-time")]
    at: String,
    /// True if nothing needs a person and sending is not paused.
    is_well: bool,
    needs: NeedsShape,
    /// The messages made today, in the time zone of the business.
    today: TallyShape,
    /// The messages made today and on the six days before.
    week: TallyShape,
    /// The last 14 days, the oldest first and today last; empty where this program counts no days.
    days: Vec<DayShape>,
    account: AccountShape,
    /// Time at which the gateway last accepted a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    last_taken_at: Option<String>,
    queue: Vec<LaneShape>,
    /// Expected time at which all due messages will have been sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    empty_at: Option<String>,
}

/// Things that need a person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Needs)]
struct NeedsShape {
    /// Messages that failed for good.
    failed: CountShape,
    /// Messages that may or may not have arrived: nobody knows.
    unknown: CountShape,
    /// Messages accepted more than an hour ago, without a delivery report.
    silent: CountShape,
    /// Reminders that wait for approval; absent where the host keeps none.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<CountShape>,
    /// Settings that cannot be used.
    broken_settings: Vec<SettingShape>,
    /// Failures reported to nobody, because no email address is set or it cannot be used.
    notices_without_address: u64,
}

/// A setting that cannot be used.
#[derive(Serialize, ToSchema)]
#[schema(as = BrokenSetting)]
struct SettingShape {
    key: String,
    what: String,
}

/// Numbers of messages by state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tally)]
struct TallyShape {
    waiting: u64,
    retrying: u64,
    accepted: u64,
    delivered: u64,
    read: u64,
    undelivered: u64,
    failed: u64,
    cancelled: u64,
    /// `false` if more messages exist than are counted: then these are the newest.
    is_exact: bool,
}

/// Numbers of one day's messages by state.
#[derive(Serialize, ToSchema)]
#[schema(as = Day)]
struct DayShape {
    /// The day, in the time zone of the business.
    #[schema(format = "date")]
    day: String,
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
    fn from(DayNow { day, tally }: &DayNow) -> Self {
        Self { day: day.to_string(), tally: (*tally).into() }
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

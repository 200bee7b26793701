//! The schedule of the next days, and the acts on it.

mod calls;
mod shape;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::InvoiceId;
use whatsapp_core::messenger::Consent;
use whatsapp_core::planner::Anyway;
use whatsapp_core::schedule::StepName;

pub(super) use calls::table;
pub(super) use shape::{DayShape, ScheduleShape};

use super::bounds::{LINES, LINES_MAX};
use super::given::{Given, Parameters, Path, instant_or_none, refuse, whole_or_none};
use super::held::{ManyShape, many, planner, step};
use super::problem::Problem;
use super::slug::Slug;
use crate::coming::Shared;
use crate::links::held::SeenStep;
use crate::links::schedule::{Class, Place, Show, Wanted};
use crate::oops::Oops;

use crate::page::schedule::{StepAct, coming};
use crate::visit::{NamedDay, Visit};

/// A coming reminder, with the state that was seen.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ComingReminder)]
pub(crate) struct ComingShape {
    /// The host's key of the invoice.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    invoice_id: InvoiceId,
    /// The step of the reminder plan; together with the invoice it names the reminder.
    #[serde(deserialize_with = "step")]
    #[schema(value_type = String, max_length = 20, pattern = "^(T\\+(0|[1-9][0-9]{0,3})|now:(0|[1-9][0-9]{0,5}))$", example = "T+7")]
    step: StepName,
    /// The entry's `since` from when you looked at it. Leave it out if the entry had none: such a
    /// reminder has no row yet.
    #[serde(default, deserialize_with = "instant_or_none")]
    seen: Option<DateTime<Utc>>,
    /// For an entry that had no `since`: the `at` of the day. With it, a reminder decided on since
    /// then is left unchanged. Without it, the act applies to the reminder in whatever state it is
    /// now.
    #[serde(default, deserialize_with = "instant_or_none")]
    at: Option<DateTime<Utc>>,
}

/// Several coming reminders.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeReminders)]
pub(crate) struct ManyBody {
    /// The reminders that the act applies to. No others are changed.
    #[schema(min_items = 1, max_items = 500)]
    reminders: Vec<ComingShape>,
}

/// A reminder to be sent at once.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RemindNow)]
pub(crate) struct RemindBody {
    /// True if a person agreed that the reminder goes out outside the permitted hours.
    #[serde(default)]
    outside_hours: bool,
    /// True if a person agreed to remind a customer who was reminded today already.
    #[serde(default)]
    again_today: bool,
    /// Number of reminders by hand that the invoice had when you looked at it: its steps that begin
    /// with `now:`. If it has more by now, the answer is the last of them, and nobody is reminded
    /// again. So you can repeat the call if its answer was lost. Without this number, an earlier
    /// reminder is the answer only while it is still on its way.
    #[serde(default, deserialize_with = "whole_or_none")]
    #[schema(maximum = 65535)]
    seen: Option<u16>,
}

/// The message of a reminder sent by hand.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RemindedNow)]
pub(crate) struct RemindedShape {
    /// Always `true`; a failure is answered with a problem document.
    success: bool,
    /// Id of the message.
    #[schema(format = "uuid")]
    message_log_id: String,
    /// `false` if a reminder was on its way already, or was made since you looked at the invoice.
    is_new: bool,
}

/// The forecast of the next days.
async fn foretold(visit: &Visit, is_further: bool) -> Result<Shared, Problem> {
    coming(visit, is_further).await.map_err(|oops| match oops {
        Oops::TooLong => Problem::of(Slug::TooLong),
        other => other.into(),
    })
}

fn further(parameters: &mut Parameters) -> Result<bool, Problem> {
    match parameters.take("further").as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(refuse(Slug::Query, "further", "true or false is expected")),
    }
}

/// Returns the next days.
pub(crate) async fn list(visit: Visit) -> Result<Json<ScheduleShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["further"], &[])?;
    let coming = foretold(&visit, further(&mut parameters)?).await?;
    Ok(Json(ScheduleShape::from(coming.as_ref())))
}

/// Returns one day.
pub(crate) async fn day(visit: Visit, path: Path) -> Result<Json<DayShape>, Problem> {
    let known = ["class", "show", "after", "limit", "further"];
    let mut parameters = Parameters::read(&visit.query, &known, &[])?;
    let limit = parameters.number("limit", 1, LINES_MAX)?.unwrap_or(LINES);
    let is_further = further(&mut parameters)?;
    let unfit = |name: &'static str, why: &str| refuse(Slug::Query, name, why);
    let class = parameters.take("class").map(|word| {
        let words = "campaigns, messages or reminders is expected";
        Class::read(&word).ok_or_else(|| unfit("class", words))
    });
    let show = parameters
        .take("show")
        .map(|word| Show::read(&word).ok_or_else(|| unfit("show", "out or kept is expected")));
    let place = "a place of this list, as its own answers have it, is expected";
    let after = parameters
        .take("after")
        .map(|text| Place::read(&text).ok_or_else(|| refuse(Slug::Value, "after", place)));
    let unknown = || Problem::of(Slug::UnknownDay);
    let NamedDay(date) = NamedDay::read(path.get("day")).ok_or_else(unknown)?;
    let wanted = Wanted {
        day: Some(date),
        class: class.transpose()?,
        show: show.transpose()?.unwrap_or_default(),
        after: after.transpose()?,
        is_further,
    };
    let coming = foretold(&visit, is_further).await?;
    let day = coming.day(date).ok_or_else(unknown)?;
    let page = day.page(&wanted, usize::try_from(limit).unwrap_or(usize::MAX));
    DayShape::read(&coming, day, &page, &visit).await.map(Json)
}

/// Skips or holds many reminders, each in the state that was seen.
pub(crate) async fn change(
    visit: Visit,
    given: Given<ManyBody>,
    act: StepAct,
) -> Result<Json<ManyShape>, Problem> {
    let seen = |it: ComingShape| match it.seen {
        Some(since) => SeenStep::row(it.invoice_id, it.step, since),
        // Without the time of the look, the act applies to whatever row the reminder has by now.
        None => {
            SeenStep::to_come(it.invoice_id, it.step, it.at.unwrap_or(DateTime::<Utc>::MAX_UTC))
        }
    };
    many(&visit, given.body.reminders.into_iter().map(seen).collect(), act).await
}

/// Reminds a customer of an invoice at once.
pub(crate) async fn remind(
    visit: Visit,
    path: Path,
    given: Given<RemindBody>,
) -> Result<Json<RemindedShape>, Problem> {
    Parameters::none(&visit)?;
    let (planner, invoice) = (planner(&visit)?, path.invoice()?);
    let consent = |given| if given { Consent::Given } else { Consent::NotAsked };
    let anyway = Anyway::new()
        .with_outside_hours(consent(given.body.outside_hours))
        .with_again_today(consent(given.body.again_today));
    let (by, seen) = (visit.actor(), given.body.seen.map(usize::from));
    let deed = async move { planner.remind_now(&invoice, &by, anyway, seen).await };
    let receipt = visit.inner.work.finish(deed).await??;
    visit.inner.cache.forget().await;
    let (id, is_new) = (receipt.message_id.to_string(), receipt.is_new);
    Ok(Json(RemindedShape { success: true, message_log_id: id, is_new }))
}

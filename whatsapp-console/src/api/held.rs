//! Reminders that wait for a person's approval.

use std::sync::Arc;

use axum::Json;
use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use whatsapp_core::messenger::Wish;
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::{InvoiceId, Planner};

use super::acts::SeenBody;
use super::bounds::{STEPS, STEPS_MAX};
use super::given::{Given, Parameters, Path, instant, refuse};
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::links::held;
use crate::links::held::SeenStep;
use crate::page::held::decide::{self, Came, Decision, MOST};
use crate::page::held::{HeldAct, customers, name, waiting};
use crate::visit::Visit;

/// A page of the reminders that wait for approval.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HeldList)]
pub(crate) struct HeldShape {
    /// The reminders, the oldest first.
    reminders: Vec<StepShape>,
    /// Cursor of the next page: send it as `after`.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A reminder of an invoice.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Reminder)]
pub(crate) struct StepShape {
    /// The host's key of the invoice.
    invoice_id: String,
    /// The number of the invoice.
    about: String,
    /// The step of the reminder plan; together with the invoice it names the reminder.
    #[schema(example = "T+7")]
    step: String,
    /// Host's key of the customer.
    customer_id: String,
    /// The customer's name; only in the list, and only where the host's records answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    #[schema(schema_with = schema::step_states)]
    state: &'static str,
    /// Reason for the state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::step_reasons)]
    reason: Option<&'static str>,
    /// The state and its reason, in a sentence.
    status_text: String,
    /// The day on which the reminder's step falls.
    #[schema(format = "date")]
    own_day: String,
    /// The day on which the reminder is sent.
    #[schema(format = "date")]
    day: String,
    /// Time of the last change of state. Send it back as `seen` when you act on the reminder.
    #[schema(format = "date-time")]
    since: String,
    /// Id of the message, once it has been made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
}

impl From<&ReminderStep> for StepShape {
    fn from(step: &ReminderStep) -> Self {
        Self {
            invoice_id: step.invoice.to_string(),
            about: step.subject.clone(),
            step: step.name.to_string(),
            customer_id: step.customer.to_string(),
            customer_name: None,
            state: step.state.as_str(),
            reason: step.reason.map(whatsapp_core::schedule::StepReason::as_str),
            status_text: step.why(),
            own_day: step.own_day.to_string(),
            day: step.day.to_string(),
            since: schema::instant(step.since),
            message_log_id: step.message_id.map(|it| it.to_string()),
        }
    }
}

/// A reminder, with the state that was seen.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SeenReminder)]
pub(crate) struct SeenShape {
    /// The host's key of the invoice.
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    invoice_id: InvoiceId,
    /// The step of the reminder plan.
    #[serde(deserialize_with = "step")]
    #[schema(value_type = String, max_length = 20, pattern = "^(T\\+(0|[1-9][0-9]{0,3})|now:(0|[1-9][0-9]{0,5}))$", example = "T+7")]
    step: StepName,
    /// The reminder's `since` from when you looked at it.
    #[serde(deserialize_with = "instant")]
    seen: DateTime<Utc>,
}

/// Several reminders, each with the state that was seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DecideReminders)]
pub(crate) struct ManyBody {
    /// The reminders that the act applies to. No others that wait are changed.
    #[schema(min_items = 1, max_items = 500)]
    reminders: Vec<SeenShape>,
}

/// Result of an act on many reminders.
#[derive(Serialize, ToSchema)]
#[schema(as = DecidedReminders)]
pub(crate) struct ManyShape {
    /// Always `true`: the call was answered. Each reminder has its own result.
    success: bool,
    /// Number of reminders on which the act was done.
    done: usize,
    /// The result of each reminder that was named, once.
    results: Vec<DecidedShape>,
}

/// Result of the act on one reminder.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DecidedReminder)]
pub(crate) struct DecidedShape {
    /// Host's key of the invoice.
    invoice_id: String,
    /// Step of the reminder plan.
    step: String,
    /// True if it is done: by this call, or earlier by the same person.
    success: bool,
    /// Kind of problem: the word at the end of the `type` of such problems.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
    /// Reason why the reminder was left unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl DecidedShape {
    pub(super) fn of(step: &SeenStep, came: Came) -> Self {
        let problem = match came {
            Came::Done => None,
            Came::Left(error) => Some(Problem::from(error)),
            Came::NotBegun => Some(Problem::of(Slug::Database)),
        };
        Self {
            invoice_id: step.invoice.to_string(),
            step: step.name.to_string(),
            success: problem.is_none(),
            problem: problem.as_ref().map(|it| it.slug().word()),
            error: problem.map(|it| it.error()),
        }
    }
}

impl ManyShape {
    pub(super) fn of(results: Vec<DecidedShape>) -> Self {
        let done = results.iter().filter(|one| one.success).count();
        Self { success: true, done, results }
    }
}

/// Reads the step of the plan that names a reminder of an invoice.
pub(super) fn step<'de, D: Deserializer<'de>>(reader: D) -> Result<StepName, D::Error> {
    let right = "expected a reminder such as T+7 or now:1";
    String::deserialize(reader)?.parse().map_err(|_| D::Error::custom(right))
}

/// The planner, which works on the host's ports.
pub(super) fn planner(visit: &Visit) -> Result<Arc<Planner>, Problem> {
    visit.inner.planner.clone().ok_or_else(none_planned)
}

fn none_planned() -> Problem {
    Problem::new(Slug::NotSetUp, "This program plans no reminders of its own.")
}

/// Lists the reminders that wait for approval.
pub(crate) async fn list(visit: Visit) -> Result<Json<HeldShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["after", "limit"], &[])?;
    let limit = parameters.number("limit", 1, STEPS_MAX)?.unwrap_or(STEPS);
    let expected = "a place of this list, as its own answers have it, is expected";
    let after = parameters
        .take("after")
        .map(|text| held::place(&text).ok_or_else(|| refuse(Slug::Value, "after", expected)));
    let found = waiting(visit.ports(), after.transpose()?, limit).await?;
    let (steps, next) = found.ok_or_else(none_planned)?;
    let customers = customers(&steps, &visit).await.unwrap_or_default();
    let shape = |step: &ReminderStep| {
        let customer_name = name(step, &customers).map(str::to_owned);
        StepShape { customer_name, ..StepShape::from(step) }
    };
    Ok(Json(HeldShape {
        reminders: steps.iter().map(shape).collect(),
        next: next.as_ref().map(held::written),
    }))
}

/// The reminder that a path names.
fn named(path: &Path) -> Result<(InvoiceId, StepName), Problem> {
    let unknown = || Problem::of(Slug::UnknownReminder);
    let invoice = InvoiceId::new(path.get("invoice")).map_err(|_| unknown())?;
    let step = path.get("step").parse().map_err(|_| unknown())?;
    Ok((invoice, step))
}

/// Approves or drops one reminder.
pub(crate) async fn decide(
    visit: Visit,
    path: Path,
    given: Given<SeenBody>,
    act: HeldAct,
) -> Result<Json<StepShape>, Problem> {
    Parameters::none(&visit)?;
    let (planner, (invoice, name)) = (planner(&visit)?, named(&path)?);
    let wish = Wish::of(&visit.actor()).over(given.body.seen);
    let deed = async move { act.on(&planner, &invoice, name, wish).await };
    let done = visit.inner.work.finish(deed).await?;
    visit.inner.cache.forget().await;
    Ok(Json(StepShape::from(&done?)))
}

/// Approves or drops many reminders, each in the state that was seen.
pub(crate) async fn decide_many(
    visit: Visit,
    given: Given<ManyBody>,
    act: HeldAct,
) -> Result<Json<ManyShape>, Problem> {
    let seen = |it: SeenShape| SeenStep::row(it.invoice_id, it.step, it.seen);
    many(&visit, given.body.reminders.into_iter().map(seen).collect(), act).await
}

/// Decides about many reminders, and returns the result of each.
pub(super) async fn many(
    visit: &Visit,
    seen: Vec<SeenStep>,
    act: impl Decision,
) -> Result<Json<ManyShape>, Problem> {
    Parameters::none(visit)?;
    let planner = planner(visit)?;
    if !(1..=MOST as usize).contains(&seen.len()) {
        let right = format!("1 to {MOST} are expected");
        return Err(Problem::of_member(Slug::Body, "reminders", &right));
    }
    let decided = decide::decide(visit, planner, act, seen).await?;
    let results = decided.into_iter().map(|(step, came)| DecidedShape::of(&step, came));
    Ok(Json(ManyShape::of(results.collect())))
}

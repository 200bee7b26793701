//! Reminders that wait for a person's approval.

use std::future::Future;
use std::sync::Arc;

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::planner::ReminderActError;
use whatsapp_core::port::StepPoint;
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::{InvoiceId, Planner};

use super::account::NothingBody;
use super::given::{Given, Parameters, Path, refuse};
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::visit::Visit;

/// How many steps a page has, and the most that it can have.
const STEPS: u32 = 20;
pub(super) const STEPS_MAX: u32 = 200;

/// A page of the list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = HeldList)]
pub(crate) struct HeldShape {
    /// The oldest first.
    reminders: Vec<StepShape>,
    /// The page behind, as `after`.
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
    /// Its number.
    about: String,
    /// Which reminder of the invoice.
    #[schema(example = "T+7")]
    step: String,
    customer_id: String,
    #[schema(schema_with = schema::step_states)]
    state: &'static str,
    /// Why it stands so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::step_reasons)]
    reason: Option<&'static str>,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_text: Option<String>,
    /// The day that its step falls on.
    #[schema(format = "date")]
    own_day: String,
    /// The day on which it is sent.
    #[schema(format = "date")]
    day: String,
    #[schema(format = "date-time")]
    since: String,
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
            state: step.state.as_str(),
            reason: step.reason.map(whatsapp_core::schedule::StepReason::as_str),
            reason_text: step.sentence.as_ref().map(|it| it.as_str().to_owned()),
            own_day: step.own_day.to_string(),
            day: step.day.to_string(),
            since: schema::instant(step.since),
            message_log_id: step.message_id.map(|it| it.to_string()),
        }
    }
}

/// The planner over the host's ports.
fn planner(visit: &Visit) -> Result<Arc<Planner>, Problem> {
    visit
        .inner
        .planner
        .clone()
        .ok_or_else(|| Problem::new(Slug::NotSetUp, "This program plans no reminders of its own."))
}

/// What waits for approval.
pub(crate) async fn list(visit: Visit) -> Result<Json<HeldShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["after", "limit"], &[])?;
    let limit = parameters.number("limit", 1, STEPS_MAX)?.unwrap_or(STEPS);
    let expected = "a place of this list, as its own answers have it, is expected";
    let after = parameters
        .take("after")
        .map(|text| point(&text).ok_or_else(|| refuse(Slug::QueryValue, "after", expected)));
    let planner = planner(&visit)?;
    let steps = planner.waiting(after.transpose()?, limit + 1).await?;
    let shown = &steps[..steps.len().min(limit as usize)];
    let next = shown.last().filter(|_| steps.len() > shown.len());
    Ok(Json(HeldShape {
        reminders: shown.iter().map(StepShape::from).collect(),
        next: next.map(|step| written(&StepPoint::of(step))),
    }))
}

/// A place in the list, as addresses have it.
fn written(point: &StepPoint) -> String {
    format!("{}.{}.{}", point.own_day, point.name, point.invoice)
}

fn point(text: &str) -> Option<StepPoint> {
    let mut parts = text.splitn(3, '.');
    let own_day = parts.next()?.parse().ok()?;
    let name = parts.next()?.parse().ok()?;
    let invoice = InvoiceId::new(parts.next()?).ok()?;
    Some(StepPoint { own_day, invoice, name })
}

/// The reminder that a path names.
fn named(path: &Path) -> Result<(InvoiceId, StepName), Problem> {
    let unknown = || Problem::of(Slug::UnknownReminder);
    let invoice = InvoiceId::new(path.get("invoice")).map_err(|_| unknown())?;
    let step = path.get("step").parse().map_err(|_| unknown())?;
    Ok((invoice, step))
}

/// Lets one go.
pub(crate) async fn approve(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<StepShape>, Problem> {
    Parameters::none(&visit)?;
    let (planner, (invoice, name), by) = (planner(&visit)?, named(&path)?, visit.actor());
    done(&visit, async move { planner.approve(&invoice, name, &by).await }).await
}

/// Drops one.
pub(crate) async fn drop(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<StepShape>, Problem> {
    Parameters::none(&visit)?;
    let (planner, (invoice, name), by) = (planner(&visit)?, named(&path)?, visit.actor());
    done(&visit, async move { planner.drop_reminder(&invoice, name, &by).await }).await
}

async fn done<F>(visit: &Visit, act: F) -> Result<Json<StepShape>, Problem>
where
    F: Future<Output = Result<ReminderStep, ReminderActError>> + Send + 'static,
{
    let done = visit.inner.work.finish(act).await?;
    visit.inner.cache.forget().await;
    Ok(Json(StepShape::from(&done?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let place = StepPoint {
            own_day: "2026-02-03".parse().unwrap(),
            invoice: InvoiceId::new("INV.7/a").unwrap(),
            name: StepName::After(7),
        };
        assert_eq!(written(&place), "2026-02-03.T+7.INV.7/a");
        assert_eq!(point(&written(&place)), Some(place));
        for bad in ["", "2026-02-03", "2026-02-03.T+7", "2026-02-03.T+7.", "x.T+7.INV-7"] {
            assert_eq!(point(bad), None, "{bad}");
        }
    }
}

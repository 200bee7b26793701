//! Reminding a customer of an invoice at once: the question, and the act.
//!
//! The form has the number of reminders by hand that the invoice had. A second click finds one
//! more, and does nothing. The planner compares the number right before it writes: of two clicks at
//! once, one reminds.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::messenger::Consent;
use whatsapp_core::planner::{Anyway, PlannerError, ReminderActError, ReminderQuestion};
use whatsapp_core::port::Due;
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::{InvoiceId, SettingsUnread};

use super::coming;
use crate::links::segment;
use crate::oops::Oops;
use crate::page::back::checked;
use crate::page::done::{Done, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::held::{customers, name};
use crate::page::mark::mark;
use crate::page::message::back_to;
use crate::page::{Nav, html, shell};
use crate::soon::soon;
use crate::typed::Typed;
use crate::view::{AskPage, Hidden, Question, RowAct};
use crate::visit::{NamedInvoice, Visit};
use crate::words::sentence;

/// Names of the form's ticks.
const HOURS: &str = "hours";
const AGAIN: &str = "again";

/// A button that leads to the question, from which one comes back to this page.
pub(super) fn button(invoice: &InvoiceId, named: &str, eyes: &Eyes<'_>) -> RowAct {
    let label = eyes.t.remind_now_asks();
    let back = (!eyes.back.is_empty()).then_some(("back", eyes.back));
    RowAct {
        href: eyes.links.query(&address(invoice), back),
        label: label.to_owned(),
        full: eyes.t.button_of(label, named),
    }
}

/// The address of the question, from the console's root.
fn address(invoice: &InvoiceId) -> String {
    format!("schedule/now/{}", segment::written(invoice.as_str()))
}

/// The values of the form.
#[derive(Debug, Default)]
struct Form {
    /// Number of reminders by hand that the invoice had.
    seen: usize,
    back: String,
    problem: String,
    /// The questions for the person, and those that were answered before.
    questions: Vec<Question>,
}

/// Shows the question.
pub(crate) async fn ask(visit: Visit, named: NamedInvoice) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let back = visit.parameter("back").as_deref().and_then(checked);
    let back = back.unwrap_or_else(|| "schedule".to_owned());
    let steps = steps(&visit, &named.0).await?;
    let form = Form { seen: by_hand(&steps), back, ..Form::default() };
    html(&question(&visit, &named.0, &steps, form, &eyes).await?)
}

/// Reminds the customer, once.
pub(crate) async fn remind(
    visit: Visit,
    named: NamedInvoice,
    typed: Typed,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let seen: usize = typed.get("seen").parse().map_err(|_| ours())?;
    let back = checked(typed.get("back")).unwrap_or_else(|| "schedule".to_owned());
    let planner = visit.inner.planner.clone().ok_or(Oops::NoReminder)?;
    let NamedInvoice(invoice) = named;
    let given = |name| if typed.get(name) == "yes" { Consent::Given } else { Consent::NotAsked };
    let anyway = Anyway::new().with_outside_hours(given(HOURS)).with_again_today(given(AGAIN));
    let (by, of) = (visit.actor(), invoice.clone());
    let deed = async move { planner.remind_now(&of, &by, anyway, Some(seen)).await };
    let acted = visit.inner.work.finish(deed).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let mut form = Form { seen, back, ..Form::default() };
    match acted {
        Ok(_) => {
            visit.inner.cache.forget().await;
            let after = steps(&visit, &invoice).await?;
            return reminded(&visit, &invoice, &after, &form.back).await;
        }
        Err(ReminderActError::Question(asked)) => {
            form.questions = questions(asked, anyway);
        }
        Err(ReminderActError::Planner(PlannerError::Store(error))) => return Err(error.into()),
        Err(ReminderActError::Planner(PlannerError::Directory(error))) => return Err(error.into()),
        Err(ReminderActError::Planner(PlannerError::Settings(error))) => {
            return Err(Oops::Settings(Arc::new(SettingsUnread::Broken(error))));
        }
        Err(error) => form.problem = sentence(&error.to_string()),
    }
    let steps = steps(&visit, &invoice).await?;
    let mut response = html(&question(&visit, &invoice, &steps, form, &eyes).await?)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The question that is asked, with the one that was agreed to before.
fn questions(asked: ReminderQuestion, anyway: Anyway) -> Vec<Question> {
    let question =
        |name, label: String| Question { name, label: sentence(&label), is_required: true };
    let hours = |label| question(HOURS, label);
    match asked {
        ReminderQuestion::OutsideHours(_) => {
            let again = ReminderQuestion::RemindedToday.to_string();
            let again = (anyway.again_today == Consent::Given).then(|| question(AGAIN, again));
            again.into_iter().chain([hours(asked.to_string())]).collect()
        }
        _ => vec![question(AGAIN, asked.to_string())],
    }
}

/// Leads back, and says that this visitor did it, or somebody else.
async fn reminded(
    visit: &Visit,
    invoice: &InvoiceId,
    steps: &[ReminderStep],
    back: &str,
) -> Result<Response, Oops> {
    let last = steps.iter().filter_map(|step| match step.name {
        StepName::Now(no) => Some(no),
        StepName::After(_) => None,
    });
    let of = AuditTarget::Reminder(StepName::Now(last.max().unwrap_or(1)), invoice.clone());
    let mine = is_mine(visit, of.clone(), Audited::RemindedNow).await?;
    let done = if mine { Done::Reminded } else { Done::RemindedBefore };
    done.lead(back, Some(&of), visit)
}

/// Number of reminders by hand.
fn by_hand(steps: &[ReminderStep]) -> usize {
    steps.iter().filter(|step| matches!(step.name, StepName::Now(_))).count()
}

async fn steps(visit: &Visit, invoice: &InvoiceId) -> Result<Vec<ReminderStep>, Oops> {
    let plans = visit.ports().plans().ok_or(Oops::NoReminder)?;
    Ok(plans.steps_of(std::slice::from_ref(invoice)).await?)
}

async fn question<'a>(
    visit: &Visit,
    invoice: &InvoiceId,
    steps: &[ReminderStep],
    form: Form,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let t = eyes.t;
    let known = customers(steps, visit).await.unwrap_or_default();
    let foretold = if steps.is_empty() { coming(visit, false).await.ok() } else { None };
    let entry = foretold.as_ref().and_then(|coming| coming.of_invoice(invoice));
    let step = steps.first();
    let due = if step.is_none() && entry.is_none() { due(visit, invoice).await? } else { None };
    let of_entry = || entry?.customer_name.as_ref().map(|who| who.as_str().trim().to_owned());
    let who = step.map(|step| name(step, &known).unwrap_or(step.customer.as_str()).to_owned());
    let who = who.or_else(of_entry).filter(|who| !who.is_empty());
    let who = who.unwrap_or_else(|| t.the_customer().to_owned());
    let subject = step.map(|step| &step.subject).or(entry.map(|entry| &entry.subject));
    let subject = subject.or(due.as_ref().map(|due| &due.number));
    let subject = subject.map_or(invoice.as_str(), String::as_str);
    let mut s = shell(visit, t.remind_now_title(), Nav::Schedule);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let (back, lines) = (back_to(&form.back, eyes), vec![t.remind_now_what(subject, &who)]);
    let submit = ("primary", t.remind_now_submit());
    Ok(AskPage {
        // A key may look like an address of its own, such as one of a script.
        action: eyes.links.page(address(invoice)),
        problem: form.problem,
        hiddens: vec![
            Hidden { name: "seen", value: form.seen.to_string() },
            Hidden { name: "back", value: form.back },
        ],
        questions: form.questions,
        ..AskPage::plain((s, t), back, t.remind_now_title(), lines, submit)
    })
}

/// Reads the ledger for an invoice that no reminder tells of. An invoice that the ledger does not
/// know either is refused.
async fn due(visit: &Visit, invoice: &InvoiceId) -> Result<Option<Due>, Oops> {
    let Some(planner) = &visit.inner.planner else { return Err(Oops::NoReminder) };
    match soon(planner.due(invoice)).await {
        Some(Ok(None)) => Err(Oops::NoReminder),
        Some(Ok(due)) => Ok(due),
        // If the ledger does not answer now, it is asked again when somebody reminds.
        Some(Err(_)) | None => Ok(None),
    }
}

//! Approving a reminder that waits, or dropping it: the question, and the act.
//!
//! The form says since when the reminder waits, as it was shown. A second click, and that of
//! somebody else, then find that it does not wait any more, and do nothing.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::format::Formats;
use whatsapp_core::messenger::Wish;
use whatsapp_core::planner::{PlannerError, ReminderActError};
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};
use whatsapp_core::{InvoiceId, Planner};

use super::decide::Decision;
use super::{customers, is_of_nobody, name, named};
use crate::links::reminder;
use crate::oops::Oops;
use crate::page::back::checked;
use crate::page::done::{Done, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::message::back_to;
use crate::page::{Nav, html, shell};
use crate::soon::soon;
use crate::typed::Typed;
use crate::view::{AskPage, Fact, Hidden, RowAct};
use crate::visit::{NamedStep, Visit};
use crate::words::sentence;

/// An act on a reminder that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldAct {
    Approve,
    Drop,
}

impl HeldAct {
    pub(crate) const ALL: [Self; 2] = [Self::Approve, Self::Drop];

    /// The act's part at the end of an address.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Drop => "drop",
        }
    }

    const fn done(self) -> Done {
        match self {
            Self::Approve => Done::Approved,
            Self::Drop => Done::Dropped,
        }
    }

    /// A button that leads to the question, from which one comes back to this page.
    pub(crate) fn button(self, step: &ReminderStep, eyes: &Eyes<'_>) -> RowAct {
        let t = eyes.t;
        let label = match self {
            Self::Approve => t.approve_asks(),
            Self::Drop => t.drop_asks(),
        };
        let path = format!("{}/{}", reminder(&step.invoice, step.name), self.path());
        let back = (!eyes.back.is_empty()).then_some(("back", eyes.back));
        RowAct {
            href: eyes.links.query(&path, back),
            label: label.to_owned(),
            full: t.button_of(label, &named(step, eyes)),
        }
    }
}

impl Decision for HeldAct {
    /// Decides about a reminder as it was seen. A reminder that has changed since is left as it is.
    async fn on(
        self,
        planner: &Planner,
        invoice: &InvoiceId,
        name: StepName,
        wish: Wish,
    ) -> Result<ReminderStep, ReminderActError> {
        match self {
            Self::Approve => planner.approve(invoice, name, wish).await,
            Self::Drop => planner.drop_reminder(invoice, name, wish).await,
        }
    }

    fn audited(self) -> Audited {
        match self {
            Self::Approve => Audited::ReminderApproved,
            Self::Drop => Audited::ReminderDropped,
        }
    }
}

/// Shows the question before an act.
pub(crate) async fn ask(visit: Visit, at: NamedStep, act: HeldAct) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let back = visit.parameter("back").as_deref().and_then(checked);
    let back = back.unwrap_or_else(|| "held".to_owned());
    let step = step(&visit, &at).await?;
    if step.state != StepState::Held {
        return leave(&visit, &back, Done::HeldChanged, &at);
    }
    html(&question(&visit, &step, act, &back, String::new(), &eyes).await?)
}

/// Carries out the act that a form asks for, once.
pub(crate) async fn decide(
    visit: Visit,
    at: NamedStep,
    typed: Typed,
    act: HeldAct,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let seen = typed.get("seen").parse().ok().and_then(DateTime::<Utc>::from_timestamp_micros);
    let seen = seen.ok_or_else(ours)?;
    let back = checked(typed.get("back")).unwrap_or_else(|| "held".to_owned());
    let planner = visit.inner.planner.clone().ok_or(Oops::NoReminder)?;
    let wish = Wish::of(&visit.actor()).over(seen);
    let NamedStep { invoice, name } = at.clone();
    let deed = async move { act.on(&planner, &invoice, name, wish).await };
    let acted = visit.inner.work.finish(deed);
    match acted.await? {
        Ok(_) => {
            visit.inner.cache.forget().await;
            leave(&visit, &back, act.done(), &at)
        }
        Err(ReminderActError::Changed | ReminderActError::Forbidden(_)) => {
            let mine = is_mine(&visit, target(&at), act.audited()).await?;
            leave(&visit, &back, if mine { act.done() } else { Done::HeldChanged }, &at)
        }
        Err(ReminderActError::Unknown) => Err(Oops::NoReminder),
        Err(ReminderActError::Planner(PlannerError::Store(error))) => Err(error.into()),
        Err(ReminderActError::Planner(PlannerError::Directory(error))) => Err(error.into()),
        Err(error) => {
            let sight = Sight::of(&visit).await?;
            let (eyes, step) = (sight.eyes(&visit), step(&visit, &at).await?);
            let problem = sentence(&error.to_string());
            let page = question(&visit, &step, act, &back, problem, &eyes).await?;
            let mut response = html(&page)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// Reads the reminder.
async fn step(visit: &Visit, at: &NamedStep) -> Result<ReminderStep, Oops> {
    let plans = visit.ports().plans().ok_or(Oops::NoReminder)?;
    let steps = plans.steps_of(std::slice::from_ref(&at.invoice)).await?;
    steps.into_iter().find(|step| step.name == at.name).ok_or(Oops::NoReminder)
}

async fn question<'a>(
    visit: &Visit,
    step: &ReminderStep,
    act: HeldAct,
    back: &str,
    problem: String,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, named) = (eyes.t, named(step, eyes));
    let customers = customers(std::slice::from_ref(step), visit).await;
    let is_of_nobody = is_of_nobody(&step.customer, customers.as_deref());
    let (title, what, submit, tone) = match act {
        HeldAct::Approve if is_of_nobody => {
            (t.approve_title(), t.nobody_to_remind().to_owned(), "", "primary")
        }
        HeldAct::Approve => {
            (t.approve_title(), t.approve_what(&named), t.approve_submit(), "primary")
        }
        HeldAct::Drop => (t.drop_title(), t.drop_what(&named), t.drop_submit(), "danger"),
    };
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let hidden = |name, value| Hidden { name, value };
    let who = name(step, customers.as_deref().unwrap_or_default());
    let due = match &visit.inner.planner {
        Some(planner) => soon(planner.due(&step.invoice)).await.and_then(Result::ok).flatten(),
        None => None,
    };
    let formats = Formats::new(&eyes.settings.locale).unwrap_or_default();
    let open = due.map(|due| fact(t.still_to_be_paid(), formats.amount(due.outstanding)));
    let mut s = shell(visit, title, Nav::Approvals);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    Ok(AskPage {
        action: act.path().to_owned(),
        problem,
        facts: [
            Some(fact(t.customer(), who.unwrap_or(step.customer.as_str()).to_owned())),
            open.filter(|_| eyes.may_act),
            Some(fact(t.why(), step.why())),
        ]
        .into_iter()
        .flatten()
        .collect(),
        hiddens: vec![
            hidden("seen", step.since.timestamp_micros().to_string()),
            hidden("back", back.to_owned()),
        ],
        ..AskPage::plain((s, t), back_to(back, eyes), title, vec![what], (tone, submit))
    })
}

fn target(at: &NamedStep) -> AuditTarget {
    AuditTarget::Reminder(at.name, at.invoice.clone())
}

fn leave(visit: &Visit, back: &str, done: Done, at: &NamedStep) -> Result<Response, Oops> {
    done.lead(back, Some(&target(at)), visit)
}

//! Reminders that wait for approval: the list of them, the question before an act on one or many,
//! and the act.

mod act;
pub(crate) mod decide;
pub(crate) mod many;
pub(crate) mod told;

use axum::response::Response;
use whatsapp_core::port::{Customer, StepPoint, StoreError};
use whatsapp_core::schedule::{LAST_DAY, ReminderStep, StepName, StepState};
use whatsapp_core::{CustomerId, Ports};

pub(crate) use act::{HeldAct, ask, decide};

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::tabs::{At, tabs};
use super::{Nav, html, shell};
use crate::links::held;
use crate::oops::Oops;
use crate::soon::soon;
use crate::view::{ActLink, Fact, HeldLine, HeldPage, Link, RowAct};
use crate::visit::Visit;

/// Number of reminders on a page.
const ROWS: u32 = 20;

/// Number of reminders that a question names.
const NAMED: usize = 20;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let Ok(after) = held::read(&visit.query) else {
        return Err(Oops::Bad(visit.texts().unknown_parameter("after")));
    };
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let (is_first, here) = (after.is_none(), held::address(after.as_ref()));
    let waiting = waiting(visit.ports(), after, ROWS).await?;
    let nothing = if waiting.is_some() { t.how_steps_are_held() } else { t.no_reminders_here() };
    let (steps, next) = waiting.unwrap_or_default();
    let customers = customers(&steps, &visit).await;
    let hint = if customers.is_none() { t.records_do_not_answer() } else { "" };
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    let mut s = shell(&visit, t.held_title(), Nav::Approvals);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, seen.as_ref(), &eyes);
    html(&HeldPage {
        t,
        heading: t.held_title().to_owned(),
        // A shop that plans no reminders has none to approve.
        tabs: match visit.ports().plans() {
            Some(_) => tabs(At::Waiting, seen.now.held.unwrap_or_default(), &eyes),
            None => Vec::new(),
        },
        hint: hint.to_owned(),
        may_decide: eyes.may_act,
        here,
        all: if eyes.may_act { all(visit.ports(), &eyes).await? } else { Vec::new() },
        steps: steps.iter().map(|step| line(step, customers.as_deref(), &eyes)).collect(),
        nothing: nothing.to_owned(),
        instead: Link {
            href: eyes.links.page("schedule"),
            label: t.look_at_schedule().to_owned(),
            outside: false,
            is_best: false,
        },
        first: if is_first { String::new() } else { eyes.links.page("held") },
        older: next.map(|at| eyes.links.page(held::address(Some(&at)))).unwrap_or_default(),
        s,
    })
}

/// Links to decide about all reminders that wait, where there are several.
async fn all(ports: &Ports, eyes: &Eyes<'_>) -> Result<Vec<ActLink>, StoreError> {
    let Some(plans) = ports.plans() else { return Ok(Vec::new()) };
    let count = plans.held_steps(decide::MOST.into()).await?;
    let link = |act: &HeldAct| ActLink {
        href: many::all_link(*act, eyes),
        label: match act {
            HeldAct::Approve => eyes.t.approve_all_asks(count),
            HeldAct::Drop => eyes.t.drop_all_asks(count),
        },
        is_best: false,
    };
    Ok(if count.number > 1 { HeldAct::ALL.iter().map(link).collect() } else { Vec::new() })
}

/// Reads a page of the reminders that wait, the oldest first, and the place after which there are
/// more; `None` where no reminders are planned.
pub(crate) async fn waiting(
    ports: &Ports,
    after: Option<StepPoint>,
    limit: u32,
) -> Result<Option<(Vec<ReminderStep>, Option<StepPoint>)>, StoreError> {
    let Some(plans) = ports.plans() else { return Ok(None) };
    let mut steps = plans.steps_by(StepState::Held, LAST_DAY, after, limit + 1).await?;
    let is_more = steps.len() > limit as usize;
    steps.truncate(limit as usize);
    let next = steps.last().filter(|_| is_more).map(StepPoint::of);
    Ok(Some((steps, next)))
}

/// The customers who are to pay, as the host's records have them; `None` where they do not answer.
pub(crate) async fn customers(steps: &[ReminderStep], visit: &Visit) -> Option<Vec<Customer>> {
    let ids: Vec<_> = steps.iter().map(|step| step.customer.clone()).collect();
    soon(visit.inner.messenger.customers(&ids)).await?.ok()
}

/// Name of a reminder's customer; `None` where it is not known.
pub(crate) fn name<'a>(step: &ReminderStep, customers: &'a [Customer]) -> Option<&'a str> {
    let known = customers.iter().find(|customer| customer.id == step.customer);
    known.map(|customer| customer.name.as_str().trim()).filter(|name| !name.is_empty())
}

/// Returns true if the host's records answered, and do not have the customer of a reminder any
/// more. Nobody can be reminded then; if the invoice has another customer by now, the planner
/// finds that out.
pub(crate) fn is_of_nobody(customer: &CustomerId, customers: Option<&[Customer]>) -> bool {
    customers.is_some_and(|known| known.iter().all(|one| one.id != *customer))
}

/// The acts on a reminder that waits.
pub(crate) fn acts(step: &ReminderStep, is_of_nobody: bool, eyes: &Eyes<'_>) -> Vec<RowAct> {
    let acts = HeldAct::ALL.iter().filter(|_| eyes.may_act);
    let acts = acts.filter(|act| **act == HeldAct::Drop || !is_of_nobody);
    acts.map(|act| act.button(step, eyes)).collect()
}

/// Says why the reminder waits, and that nobody can be reminded.
pub(crate) fn why(step: &ReminderStep, is_of_nobody: bool, eyes: &Eyes<'_>) -> String {
    let why = step.why();
    if is_of_nobody { format!("{why} {}", eyes.t.nobody_to_remind()) } else { why }
}

/// The reminders that a question is about, with customer and subject, as far as there is room.
pub(crate) fn listed(
    all: impl ExactSizeIterator<Item = (String, String)>,
    eyes: &Eyes<'_>,
) -> Vec<Fact> {
    let more = all.len().saturating_sub(NAMED) as u64;
    let fact = |(name, value)| Fact { name, value, ..Fact::default() };
    let rest = (more > 0).then(|| fact((String::new(), eyes.t.and_more(more))));
    all.take(NAMED).map(fact).chain(rest).collect()
}

fn line(step: &ReminderStep, customers: Option<&[Customer]>, eyes: &Eyes<'_>) -> HeldLine {
    let is_of_nobody = is_of_nobody(&step.customer, customers);
    let customers = customers.unwrap_or_default();
    HeldLine {
        href: eyes.links.customer(&step.customer),
        who: name(step, customers).unwrap_or(step.customer.as_str()).to_owned(),
        what: format!("{}, {}", named(step, eyes), eyes.t.its_day(&eyes.t.day(step.own_day))),
        why: why(step, is_of_nobody, eyes),
        key: held::key(step.name, &step.invoice),
        tick: eyes.t.select(&named(step, eyes)),
        acts: acts(step, is_of_nobody, eyes),
    }
}

/// A reminder in a few words.
pub(crate) fn named(step: &ReminderStep, eyes: &Eyes<'_>) -> String {
    reminder(&step.subject, step.name, eyes)
}

/// A reminder of this invoice in a few words.
pub(crate) fn reminder(subject: &str, name: StepName, eyes: &Eyes<'_>) -> String {
    match name {
        StepName::After(days) => eyes.t.reminder_after(subject, days),
        StepName::Now(_) => eyes.t.reminder_by_hand(subject),
    }
}

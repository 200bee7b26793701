//! Approving many reminders that wait, or dropping them: the question, and the result of each.
//!
//! The form says of each reminder since when it waits, as it was counted. So a reminder that
//! changed since is left as it is. A second click, a reload and somebody else's click do
//! nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use chrono::NaiveDate;
use whatsapp_core::port::Customer;
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{CustomerId, InvoiceId};

use super::act::HeldAct;
use super::decide::{MOST, decide_typed, not_ours};
use super::told::{Told, Unwritten};
use super::{customers, is_of_nobody, listed, name, named, waiting};
use crate::links::held::{self, SeenStep};
use crate::oops::Oops;
use crate::page::back::checked;
use crate::page::done::Done;
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::message::back_to;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Hidden};
use crate::visit::Visit;
use crate::words::Texts;

/// The parameters of an address: all reminders that wait, and a single one.
const ALL: &str = "all";
const STEP: &str = "step";

/// The reminders that a question is about.
#[derive(Debug, Default)]
struct Chosen {
    steps: Vec<ReminderStep>,
    /// Their customers; `None` where the records do not answer.
    known: Option<Vec<Customer>>,
    /// Number of ticked reminders that do not wait any more.
    gone: usize,
    /// Number of reminders that are left because the records do not have their customers any more.
    of_nobody: usize,
    /// Set if more wait than are decided at once.
    are_more: bool,
}

impl Chosen {
    async fn of(steps: Vec<ReminderStep>, visit: &Visit) -> Self {
        let known = customers(&steps, visit).await;
        Self { steps, known, ..Self::default() }
    }

    /// Takes out the reminders whose customers the records do not have any more: they would
    /// only fail.
    fn leave_those_of_nobody(&mut self) {
        let before = self.steps.len();
        self.steps.retain(|step| !is_of_nobody(&step.customer, self.known.as_deref()));
        self.of_nobody = before - self.steps.len();
    }
}

/// The address of the question before a decision about all that wait.
pub(super) fn all_link(act: HeldAct, eyes: &Eyes<'_>) -> String {
    eyes.links.query(&address(act), [(ALL, "1")])
}

/// The address of a question and of its form, from the console's root.
pub(super) fn address(act: HeldAct) -> String {
    format!("held/{}", act.path())
}

/// Shows the question before a decision about those that were ticked, or about all that wait.
pub(crate) async fn ask(visit: Visit, act: HeldAct) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let back = visit.parameter("back").as_deref().and_then(checked);
    let back = back.unwrap_or_else(|| "held".to_owned());
    let Some(mut chosen) = chosen(&visit).await? else {
        return Done::NoneTicked.lead(&back, None, &visit);
    };
    if act == HeldAct::Approve {
        chosen.leave_those_of_nobody();
    }
    if chosen.steps.is_empty() && chosen.of_nobody == 0 {
        return Done::NoneHeld.lead(&back, None, &visit);
    }
    let (t, number) = (eyes.t, chosen.steps.len() as u64);
    let (submit, tone) = match act {
        // All of them would only fail.
        HeldAct::Approve if number == 0 => (String::new(), "primary"),
        HeldAct::Approve => (t.approve_many_submit(number), "primary"),
        HeldAct::Drop => (t.drop_many_submit(number), "danger"),
    };
    let title = title(act, number, t);
    let seen = chosen
        .steps
        .iter()
        .map(|step| Hidden { name: "seen", value: held::seen(&SeenStep::of(step)) });
    let mut s = shell(&visit, title.clone(), Nav::Approvals);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let reminders = chosen.steps.iter().map(|step| {
        let who = name(step, chosen.known.as_deref().unwrap_or_default())
            .unwrap_or(step.customer.as_str());
        (who.to_owned(), format!("{}\n{}", named(step, &eyes), step.why()))
    });
    let (lines, facts) = (lines(&chosen, act, &eyes), listed(reminders, &eyes));
    html(&AskPage {
        action: act.path().to_owned(),
        facts,
        hiddens: seen.chain([Hidden { name: "back", value: back.clone() }]).collect(),
        ..AskPage::plain((s, t), back_to(&back, &eyes), title, lines, (tone, submit))
    })
}

/// Reads the reminders that an address names; `None` where it names none.
async fn chosen(visit: &Visit) -> Result<Option<Chosen>, Oops> {
    let plans = visit.ports().plans().ok_or(Oops::NoReminder)?;
    let pairs = url::form_urlencoded::parse(visit.query.as_bytes());
    let (mut ticked, mut is_all) = (BTreeSet::new(), false);
    for (name, value) in pairs {
        match &*name {
            ALL => is_all = true,
            STEP => {
                ticked.insert(held::read_key(&value).ok_or_else(|| not_ours(visit))?);
            }
            _ => {}
        }
    }
    if is_all {
        let (steps, next) = waiting(visit.ports(), None, MOST).await?.unwrap_or_default();
        let chosen = Chosen::of(steps, visit).await;
        return Ok(Some(Chosen { are_more: next.is_some(), ..chosen }));
    }
    if ticked.len() > MOST as usize {
        return Err(not_ours(visit));
    }
    if ticked.is_empty() {
        return Ok(None);
    }
    let invoices: BTreeSet<InvoiceId> = ticked.iter().map(|(_, invoice)| invoice.clone()).collect();
    let mut steps = plans.steps_of(&invoices.into_iter().collect::<Vec<_>>()).await?;
    steps.retain(|step| {
        step.state == StepState::Held && ticked.contains(&(step.name, step.invoice.clone()))
    });
    let gone = ticked.len() - steps.len();
    Ok(Some(Chosen { gone, ..Chosen::of(steps, visit).await }))
}

/// Title of the question.
fn title(act: HeldAct, number: u64, t: &dyn Texts) -> String {
    match act {
        HeldAct::Approve if number == 0 => t.approve_title().to_owned(),
        HeldAct::Approve => t.approve_many_title(number),
        HeldAct::Drop => t.drop_many_title(number),
    }
}

/// Says what will happen, and to how many.
fn lines(chosen: &Chosen, act: HeldAct, eyes: &Eyes<'_>) -> Vec<String> {
    let t = eyes.t;
    let (number, today) = (chosen.steps.len() as u64, eyes.settings.time_zone.date(eyes.now));
    let customers: BTreeSet<&CustomerId> = chosen.steps.iter().map(|step| &step.customer).collect();
    let customers = customers.len() as u64;
    let mut lines = Vec::new();
    match act {
        HeldAct::Approve if number == 0 => {}
        HeldAct::Approve => {
            lines.push(t.approve_many_what(number, customers));
            let mut later: BTreeMap<NaiveDate, u64> = BTreeMap::new();
            for step in chosen.steps.iter().filter(|step| step.own_day > today) {
                *later.entry(step.own_day).or_default() += 1;
            }
            let days: Vec<_> =
                later.into_iter().map(|(day, number)| (t.day(day), number)).collect();
            lines.extend((!days.is_empty()).then(|| t.approve_many_later(&days)));
        }
        HeldAct::Drop => lines.push(t.drop_many_what(number, customers)),
    }
    lines.extend((chosen.gone > 0).then(|| t.many_gone(chosen.gone as u64)));
    let of_nobody = chosen.of_nobody as u64;
    lines.extend((of_nobody > 0).then(|| t.many_of_nobody(of_nobody)));
    lines.extend(chosen.are_more.then(|| t.many_more(MOST.into())));
    lines
}

/// Does what the form asks for, and tells the result of each.
pub(crate) async fn act(visit: Visit, typed: Typed, act: HeldAct) -> Result<Response, Oops> {
    let decided = decide_typed(&visit, &typed, act).await?;
    let back = checked(typed.get("back")).unwrap_or_else(|| "held".to_owned());
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let changed = |_: &ReminderStep, by: &str| eyes.t.done_held_changed(by);
    let told = Told::read(&decided, &visit, changed, Unwritten::new(), &eyes).await?;
    let title = match act {
        HeldAct::Approve => eyes.t.approved_many(told.done()),
        HeldAct::Drop => eyes.t.dropped_many(told.done()),
    };
    let goes_out = act == HeldAct::Approve && told.done() > 0;
    let lines = goes_out.then(|| eyes.t.approved_many_go().to_owned());
    let mut s = shell(&visit, title.clone(), Nav::Approvals);
    // This page has no address that a browser could come back to.
    "held".clone_into(&mut s.back);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&told.page((title, lines.into_iter().collect()), &back, s, &eyes))
}

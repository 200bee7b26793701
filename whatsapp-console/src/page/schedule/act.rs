//! Leaving reminders out or holding them, one or many: the question, and the result of each.
//!
//! The form gives the state of each reminder as it was seen. A reminder without a row is still to
//! come by itself. For such a reminder the form says when it was looked at; if something was
//! decided about it since, it is left as it is.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, Actor};
use whatsapp_core::messenger::Wish;
use whatsapp_core::planner::ReminderActError;
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};
use whatsapp_core::{CustomerId, InvoiceId, Planner};

use super::coming;
use crate::coming::Entry;
use crate::links::held::{self, SeenStep};
use crate::links::schedule::{Key, Wanted};
use crate::oops::Oops;
use crate::page::back::checked;
use crate::page::done::Done;
use crate::page::eyes::{Eyes, Sight};
use crate::page::held::decide::{Decision, MOST, decide_typed, not_ours};
use crate::page::held::told::{Told, Unwritten};
use crate::page::held::{customers, listed, name, named, reminder};
use crate::page::mark::mark;
use crate::page::message::back_to;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{AskPage, Hidden, Item, RowAct};
use crate::visit::Visit;

/// The parameter of an address that names a reminder.
const STEP: &str = "step";

/// An act on reminders that are to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepAct {
    Skip,
    Hold,
}

impl StepAct {
    pub(crate) const ALL: [Self; 2] = [Self::Skip, Self::Hold];

    const fn path(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Hold => "hold",
        }
    }

    /// Returns true if the act can be done to a reminder in this state.
    const fn fits(self, state: StepState) -> bool {
        matches!(
            (self, state),
            (_, StepState::Planned | StepState::Queued) | (Self::Skip, StepState::Held)
        )
    }

    /// A button that leads to the question, from which one comes back to this page.
    pub(super) fn button(
        self,
        (invoice, step): (&InvoiceId, StepName),
        named: &str,
        eyes: &Eyes<'_>,
    ) -> RowAct {
        let label = match self {
            Self::Skip => eyes.t.skip_asks(),
            Self::Hold => eyes.t.hold_asks(),
        };
        let key = held::key(step, invoice);
        let back = (!eyes.back.is_empty()).then_some(("back", eyes.back));
        let parameters = [(STEP, key.as_str())].into_iter().chain(back);
        RowAct {
            href: eyes.links.query(&format!("schedule/{}", self.path()), parameters),
            label: label.to_owned(),
            full: eyes.t.button_of(label, named),
        }
    }
}

impl Decision for StepAct {
    async fn on(
        self,
        planner: &Planner,
        invoice: &InvoiceId,
        name: StepName,
        wish: Wish,
    ) -> Result<ReminderStep, ReminderActError> {
        match self {
            Self::Skip => planner.skip(invoice, name, wish).await,
            Self::Hold => planner.hold(invoice, name, wish).await,
        }
    }

    fn audited(self) -> Audited {
        match self {
            Self::Skip => Audited::ReminderSkipped,
            Self::Hold => Audited::ReminderHeld,
        }
    }

    fn wish(self, by: &Actor, step: &SeenStep) -> Wish {
        let wish = Wish::of(by);
        if step.is_to_come { wish.over_none(step.since) } else { wish.over(step.since) }
    }
}

/// A reminder that a question is about.
#[derive(Debug)]
struct Chosen {
    seen: SeenStep,
    customer: CustomerId,
    who: String,
    what: String,
}

/// Shows the question before the act on the ticked reminders.
pub(crate) async fn ask(visit: Visit, act: StepAct) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let back = visit.parameter("back").as_deref().and_then(checked);
    let back = back.unwrap_or_else(|| "schedule".to_owned());
    let ticked = ticked(&visit)?;
    if ticked.is_empty() {
        return Done::NoneTicked.lead(&back, None, &visit);
    }
    let chosen = chosen(&ticked, act, &back, &visit, &eyes).await?;
    if chosen.is_empty() {
        return Done::NoneToCome.lead(&back, None, &visit);
    }
    let t = eyes.t;
    let number = chosen.len() as u64;
    let customers: BTreeSet<&CustomerId> = chosen.iter().map(|one| &one.customer).collect();
    let customers = customers.len() as u64;
    let (title, what, submit, tone) = match act {
        StepAct::Skip => {
            (t.skip_title(number), t.skip_what(number, customers), t.skip_submit(number), "danger")
        }
        StepAct::Hold => {
            (t.hold_title(number), t.hold_what(number, customers), t.hold_submit(number), "primary")
        }
    };
    let gone = (ticked.len() - chosen.len()) as u64;
    let seen = chosen.iter().map(|one| Hidden { name: "seen", value: held::seen(&one.seen) });
    let hiddens = seen.chain([Hidden { name: "back", value: back.clone() }]).collect();
    let mut s = shell(&visit, title.clone(), Nav::Schedule);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let lines = [Some(what), (gone > 0).then(|| t.steps_gone(gone))].into_iter().flatten();
    let page =
        AskPage::plain((s, t), back_to(&back, &eyes), title, lines.collect(), (tone, submit));
    html(&AskPage {
        action: act.path().to_owned(),
        facts: listed(chosen.into_iter().map(|one| (one.who, one.what)), &eyes),
        hiddens,
        ..page
    })
}

/// The reminders that an address names.
fn ticked(visit: &Visit) -> Result<BTreeSet<(InvoiceId, StepName)>, Oops> {
    let mut ticked = BTreeSet::new();
    for (name, value) in url::form_urlencoded::parse(visit.query.as_bytes()) {
        if name == STEP {
            let (step, invoice) = held::read_key(&value).ok_or_else(|| not_ours(visit))?;
            ticked.insert((invoice, step));
        }
    }
    if ticked.len() > MOST as usize { Err(not_ours(visit)) } else { Ok(ticked) }
}

/// The ticked reminders to which the act can be done, in their present state.
async fn chosen(
    ticked: &BTreeSet<(InvoiceId, StepName)>,
    act: StepAct,
    back: &str,
    visit: &Visit,
    eyes: &Eyes<'_>,
) -> Result<Vec<Chosen>, Oops> {
    let plans = visit.ports().plans().ok_or(Oops::NoReminder)?;
    let invoices: BTreeSet<InvoiceId> = ticked.iter().map(|(invoice, _)| invoice.clone()).collect();
    let rows = plans.steps_of(&invoices.into_iter().collect::<Vec<_>>()).await?;
    let mut rows: BTreeMap<(InvoiceId, StepName), ReminderStep> =
        rows.into_iter().map(|row| ((row.invoice.clone(), row.name), row)).collect();
    rows.retain(|key, _| ticked.contains(key));
    let known: Vec<ReminderStep> = rows.values().cloned().collect();
    let known = customers(&known, visit).await.unwrap_or_default();
    let is_missing = ticked.iter().any(|key| !rows.contains_key(key));
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let is_further = Wanted::at(path, query).is_some_and(|wanted| wanted.is_further);
    let foretold = if is_missing { Some(coming(visit, is_further).await?) } else { None };
    let of_row = |row: &ReminderStep| Chosen {
        seen: SeenStep::of(row),
        customer: row.customer.clone(),
        who: name(row, &known).unwrap_or(row.customer.as_str()).to_owned(),
        what: named(row, eyes),
    };
    let of_entry = |entry: &Entry, invoice: &InvoiceId, name: StepName| {
        let customer = entry.customer.clone()?;
        let who = entry.customer_name.as_ref().map(|who| who.as_str().trim());
        let who = who.filter(|who| !who.is_empty()).unwrap_or(customer.as_str()).to_owned();
        let what = reminder(&entry.subject, name, eyes);
        let seen = SeenStep::to_come(invoice.clone(), name, visit.now);
        Some(Chosen { seen, customer, who, what })
    };
    let one = |(invoice, name): &(InvoiceId, StepName)| {
        if let Some(row) = rows.get(&(invoice.clone(), *name)) {
            return act.fits(row.state).then(|| of_row(row));
        }
        let key = Key::Reminder(invoice.clone(), *name);
        let entry = foretold.as_ref()?.reminder(&key)?;
        of_entry(entry, invoice, *name)
    };
    Ok(ticked.iter().filter_map(one).collect())
}

/// Does what the form asks for, and tells the result of each.
pub(crate) async fn act(visit: Visit, typed: Typed, act: StepAct) -> Result<Response, Oops> {
    let decided = decide_typed(&visit, &typed, act).await?;
    let back = checked(typed.get("back")).unwrap_or_else(|| "schedule".to_owned());
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let changed = |row: &ReminderStep, by: &str| eyes.t.step_stands(row.state.label(), by);
    let mut unwritten = Unwritten::new();
    for (step, _) in decided.iter().filter(|(step, _)| step.is_to_come) {
        let key = Key::Reminder(step.invoice.clone(), step.name);
        let one = |entry: &Entry| item(entry, step.name, &eyes);
        if let Some(item) = visit.inner.foretold.reminder(&key, one).await {
            unwritten.insert((step.invoice.clone(), step.name), item);
        }
    }
    let told = Told::read(&decided, &visit, changed, unwritten, &eyes).await?;
    let (title, lines) = match act {
        StepAct::Skip => (eyes.t.skipped_many(told.done()), None),
        StepAct::Hold => (eyes.t.held_many(told.done()), Some(eyes.t.held_many_wait().to_owned())),
    };
    let lines = lines.filter(|_| told.done() > 0).into_iter().collect();
    let mut s = shell(&visit, title.clone(), Nav::Schedule);
    // This page has no address that a browser could come back to.
    "schedule".clone_into(&mut s.back);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&told.page((title, lines), &back, s, &eyes))
}

/// A line for a reminder without a row, as it was forecast.
fn item(entry: &Entry, name: StepName, eyes: &Eyes<'_>) -> Option<Item> {
    let id = entry.customer.as_ref()?;
    let who = entry.customer_name.as_ref().map(|who| who.as_str().trim());
    Some(Item {
        href: eyes.links.customer(id),
        customer: who.filter(|who| !who.is_empty()).unwrap_or(id.as_str()).to_owned(),
        about: reminder(&entry.subject, name, eyes),
        text: String::new(),
        fresh: String::new(),
    })
}

//! One customer: messages that need a person, planned and held reminders, mutes, and all messages.

pub(crate) mod mutes;

use std::collections::BTreeSet;

use axum::response::Response;
use whatsapp_core::message::{Message, Outcome, Status};
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{Attention, Count, Customer, LogPage, Sort, Turn};
use whatsapp_core::schedule::{ReminderStep, StepState};
use whatsapp_core::{CustomerId, MessageId};

pub(crate) use mutes::{ask_end, ask_mute, end, mute};

use super::acts::Acts;
use super::back::with_turn;
use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::held::{acts, named};
use super::mark::mark;
use super::row::of_customer;
use super::{Nav, html, list, need, shell};
use crate::links::query::Query;
use crate::live;
use crate::oops::Oops;
use crate::soon::soon;
use crate::view::{CustomerPage, Head, MuteLine, NeedLine, Pill, Shell, StepLine};
use crate::visit::{NamedCustomer, Visit};

/// Number of messages on top that need a person.
const NEEDS: u32 = 5;

/// Number of reminders that are shown.
pub(crate) const STEPS: u32 = 50;

/// The facts about a customer that the page shows.
#[derive(Debug)]
pub(crate) struct Known {
    id: CustomerId,
    /// The customer in the host's records; `Err` where they do not answer.
    pub(crate) record: Result<Option<Customer>, ()>,
    turn: Turn,
    pub(crate) page: LogPage,
    pub(crate) count: Count,
    /// Messages that need a person.
    needs: Vec<Message>,
    has_failed: bool,
    resent: BTreeSet<MessageId>,
    /// Reminders, one more than is shown where there are more; `None` where no reminders
    /// are planned.
    pub(crate) steps: Option<Vec<ReminderStep>>,
    /// The mutes; `None` where the host keeps none.
    pub(crate) mutes: Option<Vec<Mute>>,
}

/// Shows the page.
pub(crate) async fn show(visit: Visit, named: NamedCustomer) -> Result<Response, Oops> {
    let NamedCustomer(id) = named;
    let query = Query::read(&visit.query).map_err(|bad| super::refused(&bad, &visit))?;
    if !query.is_all() || query.sort != Sort::default() {
        return Err(Oops::Bad(visit.texts().unknown_parameter("after, before")));
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let known = Known::read(&visit, id, query.turn, &eyes).await?;
    let mut s = shell(&visit, eyes.t.customer(), Nav::Messages);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let of = Query { turn: known.turn, ..Query::of_customer(known.id.clone()) };
    s.events = live::of_list(live::On::Customer, &of, &known.page, &visit);
    html(&page(&known, s, &eyes))
}

impl Known {
    /// Reads the facts, with a page of the messages.
    pub(crate) async fn read(
        visit: &Visit,
        id: CustomerId,
        turn: Turn,
        eyes: &Eyes<'_>,
    ) -> Result<Self, Oops> {
        let (log, ports) = (visit.ports().log(), visit.ports());
        let record = match soon(visit.inner.messenger.customer(&id)).await {
            Some(Ok(record)) => Ok(record),
            Some(Err(_)) | None => Err(()),
        };
        let filter = Query::of_customer(id.clone()).filter(eyes.now, &eyes.settings.time_zone);
        let page = log.page(&filter, Sort::Newest, turn, list::ROWS).await?;
        let count = list::counted(&page, turn, &filter, log).await?;
        let mut needed = filter.clone();
        needed.attention = Some(Attention::at(eyes.now));
        let needs = log.page(&needed, Sort::Newest, Turn::First, NEEDS).await?.messages;
        let mut failed = filter;
        failed.outcomes = Outcome::FAILED.iter().copied().collect();
        let has_failed = log.count(&failed, 1).await?.number > 0;
        let resent = list::resent(&page.messages, log).await?;
        let steps = match ports.plans() {
            Some(plans) => Some(plans.open_steps_of(&id, STEPS + 1).await?),
            None => None,
        };
        let named = page.messages.iter().filter_map(|message| message.facts.invoice_id.clone());
        let planned = steps.iter().flatten().map(|step| step.invoice.clone());
        let invoices = named.chain(planned).collect();
        let known = record.as_ref().ok().and_then(Option::as_ref);
        let mutes = mutes::of(visit, &id, known, &invoices).await?;
        let known = Self { id, record, turn, page, count, needs, has_failed, resent, steps, mutes };
        if known.is_nobody() { Err(Oops::NoCustomer) } else { Ok(known) }
    }

    /// Returns true if nothing at all is known of the customer, and the records say so.
    fn is_nobody(&self) -> bool {
        let is_empty = |of: Option<usize>| of.unwrap_or_default() == 0;
        matches!(self.record, Ok(None))
            && self.count.number == 0
            && is_empty(self.steps.as_ref().map(Vec::len))
            && is_empty(self.mutes.as_ref().map(Vec::len))
    }

    /// The customer's name: from the records, else from the newest message, else the key.
    fn name(&self, eyes: &Eyes<'_>) -> String {
        let record = self.record.as_ref().ok().and_then(Option::as_ref);
        if let Some(record) = record {
            let name = record.name.as_str().trim();
            return if name.is_empty() { eyes.t.nameless().to_owned() } else { name.to_owned() };
        }
        match self.page.messages.first() {
            Some(message) => eyes.customer(message),
            None => self.id.to_string(),
        }
    }
}

/// Builds the page.
fn page<'a>(known: &Known, s: Shell, eyes: &Eyes<'a>) -> CustomerPage<'a> {
    let t = eyes.t;
    let to = |turn| eyes.links.page(with_turn(&crate::links::customer(&known.id), turn));
    let record = known.record.as_ref().ok().and_then(Option::as_ref);
    let steps = known.steps.as_deref().unwrap_or_default();
    let shown = steps.len().min(STEPS as usize);
    let open_note = match &known.steps {
        None => t.no_reminders_here().to_owned(),
        Some(steps) if steps.is_empty() => t.nothing_planned().to_owned(),
        Some(steps) if steps.len() > shown => t.more_is_planned(shown),
        Some(_) => String::new(),
    };
    let failed =
        Query { customers: [known.id.clone()].into(), ..Query::coming_to(Outcome::FAILED) };
    let heading = known.name(eyes);
    let is_gone = matches!(known.record, Ok(None));
    let row = |it: &Message| of_customer(it, (known.resent.contains(&it.facts.id), is_gone), eyes);
    CustomerPage {
        t,
        number: match (record, known.page.messages.first()) {
            (Some(record), _) => eyes.number_of(record),
            (None, Some(message)) => eyes.number(message.facts.whatsapp_number.as_str()),
            (None, None) => String::new(),
        },
        record: record.and_then(|record| record.page.clone()).unwrap_or_default(),
        write: if eyes.may_act && !is_gone {
            eyes.links.query("send", [("customer", known.id.as_str())])
        } else {
            String::new()
        },
        hint: match &known.record {
            Ok(Some(_)) => String::new(),
            Ok(None) => t.customer_is_gone().to_owned(),
            Err(()) => t.records_do_not_answer().to_owned(),
        },
        needs: known.needs.iter().map(|it| need(it, is_gone, eyes)).collect(),
        failed: if known.has_failed { eyes.links.page(failed.address()) } else { String::new() },
        open: steps.iter().take(shown).map(|step| reminder(step, is_gone, eyes)).collect(),
        open_note,
        mutes: known.mutes.iter().flatten().map(|mute| muted(mute, &known.id, eyes)).collect(),
        mute: if known.mutes.is_some() && eyes.may_act {
            mutes::question(&known.id, eyes)
        } else {
            String::new()
        },
        has_mutes: known.mutes.is_some(),
        zone: eyes.times().clocks(),
        shown: list::shown(&known.page, Sort::Newest, known.turn, known.count, eyes),
        caption: t.caption(&heading),
        heads: [t.message(), t.status(), t.type_of_message(), t.made()]
            .map(|label| Head { label: label.to_owned(), href: String::new(), sorted: "" })
            .into(),
        may_select: false,
        rows: list::rows(&known.page, Sort::Newest, row, eyes),
        newer: known.page.previous.map(|at| to(Turn::Before(at))).unwrap_or_default(),
        newer_label: t.newer().to_owned(),
        older: known.page.next.map(|at| to(Turn::After(at))).unwrap_or_default(),
        older_label: t.older().to_owned(),
        fresh: if known.turn == Turn::First { to(Turn::First) } else { String::new() },
        heading,
        s,
    }
}

/// A line for a message that needs a person: its subject links to it.
fn need(message: &Message, is_gone: bool, eyes: &Eyes<'_>) -> NeedLine {
    let acts = Acts::of(message, false, eyes);
    let best = if is_gone { acts.without_record().best } else { acts.best };
    let line = need::with(best, message, message.state.status == Status::Sent, eyes);
    let made = eyes.t.made_at(&eyes.times().short(message.facts.created_at));
    NeedLine { who: line.what, what: made, ..line }
}

/// A reminder that is planned, held or on its way.
fn reminder(step: &ReminderStep, is_gone: bool, eyes: &Eyes<'_>) -> StepLine {
    let (tone, icon) = match step.state {
        StepState::Held => ("warn", "wait"),
        StepState::Queued => ("info", "sent"),
        _ => ("idle", "clock"),
    };
    let is_held = step.state == StepState::Held;
    StepLine {
        what: named(step, eyes),
        href: step.message_id.map(|id| eyes.message(id)).unwrap_or_default(),
        day: eyes.t.its_day(&eyes.t.date(step.day)),
        why: step.why(),
        pill: Pill { tone, icon, word: step.state.label().to_owned() },
        acts: if is_held { acts(step, is_gone, eyes) } else { Vec::new() },
    }
}

/// A line for a mute.
fn muted(mute: &Mute, id: &CustomerId, eyes: &Eyes<'_>) -> MuteLine {
    MuteLine {
        text: mute.sentence(),
        since: eyes.t.muted_by(&eyes.who(&mute.by), &eyes.times().short(mute.at)),
        end: eyes.may_act.then(|| mutes::end_link(mute, id, eyes)),
    }
}

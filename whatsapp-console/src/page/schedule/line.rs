//! An entry of a day as a line: the customer, the subject, the reason, and the acts on it.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::message::Message;
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{Customer, MuteQuestion};
use whatsapp_core::schedule::{ReminderStep, StepName, StepState};
use whatsapp_core::{CustomerId, InvoiceId, MessageId};

use super::act::StepAct;
use super::now;
use crate::coming::{About, Entry};
use crate::links::schedule::Key;
use crate::links::{customer, held};
use crate::oops::Oops;
use crate::page::acts::{Act, Acts};
use crate::page::customer::mutes::{end_link, number_of};
use crate::page::eyes::Eyes;
use crate::page::held::{acts, is_of_nobody, reminder, why};
use crate::soon::soon;
use crate::view::{EntryLine, Pill, RowAct};
use crate::visit::Visit;

/// The present state of a page's entries, which the lines need besides the forecast.
#[derive(Debug)]
pub(super) struct Lines {
    steps: Vec<ReminderStep>,
    messages: Vec<Message>,
    /// The customers in the host's records; `None` where the records do not answer.
    customers: Option<Vec<Customer>>,
    keeps_mutes: bool,
    /// The mutes that keep each entry back, by the entry's key.
    mutes: BTreeMap<Key, Vec<Mute>>,
}

impl Lines {
    pub(super) async fn read(entries: &[&Entry], visit: &Visit) -> Result<Self, Oops> {
        let (mut invoices, mut ids) = (BTreeSet::new(), BTreeSet::<MessageId>::new());
        for entry in entries {
            match &entry.about {
                About::Reminder { invoice, .. } => {
                    invoices.insert(invoice.clone());
                }
                About::Message { id, .. } => {
                    ids.insert(*id);
                }
                About::Campaign { .. } => {}
            }
        }
        let invoices: Vec<InvoiceId> = invoices.into_iter().collect();
        let steps = match visit.ports().plans().filter(|_| !invoices.is_empty()) {
            Some(plans) => plans.steps_of(&invoices).await?,
            None => Vec::new(),
        };
        let ids: Vec<MessageId> = ids.into_iter().collect();
        let messages = match ids.as_slice() {
            [] => Vec::new(),
            ids => visit.ports().log().messages(ids).await?,
        };
        let asked: BTreeSet<&CustomerId> =
            entries.iter().filter_map(|entry| entry.customer.as_ref()).collect();
        let asked: Vec<CustomerId> = asked.into_iter().cloned().collect();
        let customers = match asked.as_slice() {
            [] => Some(Vec::new()),
            asked => soon(visit.inner.messenger.customers(asked)).await.and_then(Result::ok),
        };
        let keeps_mutes = visit.ports().offers().keeps_mutes;
        let mut found = Self { steps, messages, customers, keeps_mutes, mutes: BTreeMap::new() };
        found.mutes = found.muted(entries, visit).await?;
        Ok(found)
    }

    /// Reads the mutes that keep these entries back, asked for together.
    async fn muted(
        &self,
        entries: &[&Entry],
        visit: &Visit,
    ) -> Result<BTreeMap<Key, Vec<Mute>>, Oops> {
        let (mut keys, mut asked) = (Vec::new(), Vec::new());
        for entry in entries {
            let Some(id) = &entry.customer else { continue };
            let record = self.customers.iter().flatten().find(|customer| customer.id == *id);
            keys.push(entry.key());
            asked.push(MuteQuestion {
                customer: id.clone(),
                number_key: number_of(record).map(|number| number.variant_key().into()),
                invoice: self.invoice(entry).cloned(),
            });
        }
        let mutes = visit.inner.desk.mutes_for(&asked).await?;
        Ok(keys.into_iter().zip(mutes).collect())
    }

    /// The invoice that an entry is about.
    fn invoice<'a>(&'a self, entry: &'a Entry) -> Option<&'a InvoiceId> {
        match &entry.about {
            About::Reminder { invoice, .. } => Some(invoice),
            About::Message { id, .. } => {
                let message = self.messages.iter().find(|message| message.facts.id == *id)?;
                message.facts.invoice_id.as_ref()
            }
            About::Campaign { .. } => None,
        }
    }

    /// Returns true if the host's records answered.
    pub(super) const fn are_known(&self) -> bool {
        self.customers.is_some()
    }

    pub(super) fn line(&self, entry: &Entry, eyes: &Eyes<'_>) -> EntryLine {
        let line = EntryLine {
            key: String::new(),
            is_held: false,
            tick: self.named(entry, eyes),
            href: entry.customer.as_ref().map(|id| eyes.links.customer(id)).unwrap_or_default(),
            who: self.who(entry, eyes),
            pill: fate(entry, eyes),
            why: entry.kept.clone().unwrap_or_default(),
            what: what(entry, eyes),
            note: String::new(),
            at: entry.at.map(|at| eyes.times().on(entry.day, at)).unwrap_or_default(),
            iso: entry.at.map(|at| eyes.times().iso(at)).unwrap_or_default(),
            acts: Vec::new(),
            more: Vec::new(),
        };
        match &entry.about {
            About::Reminder { invoice, name, others, .. } => {
                self.of_reminder(entry, (invoice, *name), *others, line, eyes)
            }
            About::Message { id, .. } => {
                let message = self.messages.iter().find(|message| message.facts.id == *id);
                self.of_message(entry, message, line, eyes)
            }
            About::Campaign { until, .. } => EntryLine {
                note: until
                    .map(|at| eyes.t.until_about(&eyes.times().on(entry.day, at)))
                    .unwrap_or_default(),
                ..line
            },
        }
    }

    fn who(&self, entry: &Entry, eyes: &Eyes<'_>) -> String {
        let Some(id) = &entry.customer else {
            return eyes.t.to_customers(entry.number());
        };
        let known = self.customers.iter().flatten().find(|customer| customer.id == *id);
        let known = known.map(|customer| customer.name.as_str());
        let name = known.or(entry.customer_name.as_ref().map(whatsapp_core::Private::as_str));
        let name = name.map(str::trim).filter(|name| !name.is_empty());
        name.unwrap_or(id.as_str()).to_owned()
    }

    /// Names the entry in a few words, for screen readers.
    fn named(&self, entry: &Entry, eyes: &Eyes<'_>) -> String {
        eyes.t.entry_to(&what(entry, eyes), &self.who(entry, eyes))
    }

    fn of_reminder(
        &self,
        entry: &Entry,
        (invoice, name): (&InvoiceId, StepName),
        others: usize,
        line: EntryLine,
        eyes: &Eyes<'_>,
    ) -> EntryLine {
        let t = eyes.t;
        let row = self.steps.iter().find(|row| row.invoice == *invoice && row.name == name);
        // The row has what somebody did since the forecast.
        let state = row.map_or(StepState::Planned, |row| row.state);
        let is_over = !state.is_to_come();
        let whose = row.map(|row| &row.customer).or(entry.customer.as_ref());
        let is_of_nobody = whose.is_some_and(|id| is_of_nobody(id, self.customers.as_deref()));
        let (pill, why) = match row {
            Some(row) if is_over => (standing(row.state, eyes), row.why()),
            Some(row) if state == StepState::Held => {
                (standing(row.state, eyes), why(row, is_of_nobody, eyes))
            }
            Some(row) if entry.goes_out() && row.reason.is_some() => (line.pill, row.why()),
            _ if entry.goes_out() => (line.pill, because(entry, eyes)),
            _ => (line.pill, line.why),
        };
        let mut line = EntryLine {
            pill,
            why,
            note: match others {
                0 => String::new(),
                others => t.in_one_message(others as u64),
            },
            ..line
        };
        if !eyes.may_act {
            return line;
        }
        let is_held = state == StepState::Held;
        // Only a row, or a reminder that is to come by itself, can be changed.
        let can_change = row.map_or(entry.goes_out(), |row| row.state.is_to_come());
        if is_held && let Some(row) = row {
            line.acts.extend(acts(row, is_of_nobody, eyes));
        }
        if can_change {
            (line.key, line.is_held) = (held::key(name, invoice), is_held);
            // A reminder that waits for approval has a button of its own for leaving it out.
            let acts = StepAct::ALL.iter().filter(|_| !is_held);
            line.acts.extend(acts.map(|act| act.button((invoice, name), &line.tick, eyes)));
            line.more.extend((!is_of_nobody).then(|| now::button(invoice, &line.tick, eyes)));
        }
        line.more.extend(self.mute(entry, &line.tick, eyes));
        line
    }

    fn of_message(
        &self,
        entry: &Entry,
        message: Option<&Message>,
        mut line: EntryLine,
        eyes: &Eyes<'_>,
    ) -> EntryLine {
        let Some(message) = message else { return line };
        line.href = eyes.message(message.facts.id);
        message.facts.trigger.label().clone_into(&mut line.note);
        if line.why.is_empty() {
            line.why = message.why(&eyes.told());
        }
        if eyes.may_act {
            let all = Acts::of(message, false, eyes);
            let wanted = [Act::Cancel, Act::Reschedule].into_iter();
            let offered = wanted.filter(|act| all.offers(*act));
            line.acts = offered.map(|act| Acts::button(act, message, eyes)).collect();
            line.more.extend(self.mute(entry, &line.tick, eyes));
        }
        line
    }

    /// Buttons for the question before a mute, and before the end of each mute in force.
    fn mute(&self, entry: &Entry, named: &str, eyes: &Eyes<'_>) -> Vec<RowAct> {
        let Some(id) = entry.customer.as_ref().filter(|_| self.keeps_mutes) else {
            return Vec::new();
        };
        let invoice = self.invoice(entry).map(|invoice| ("invoice", invoice.as_str()));
        let back = (!eyes.back.is_empty()).then_some(("back", eyes.back));
        let label = eyes.t.mute_asks();
        let path = format!("{}/mute", customer(id));
        let mute = RowAct {
            href: eyes.links.query(&path, invoice.into_iter().chain(back)),
            label: label.to_owned(),
            full: eyes.t.button_of(label, named),
        };
        let ends = self.mutes.get(&entry.key()).into_iter().flatten().map(|mute| {
            let link = end_link(mute, id, eyes);
            RowAct {
                href: link.href,
                full: eyes.t.button_of(&link.label, &mute.sentence()),
                label: link.label,
            }
        });
        [mute].into_iter().chain(ends).collect()
    }
}

/// Names an entry.
fn what(entry: &Entry, eyes: &Eyes<'_>) -> String {
    match &entry.about {
        About::Reminder { name, .. } => reminder(&entry.subject, *name, eyes),
        About::Message { of, .. } if entry.subject.is_empty() => eyes.kind(*of),
        About::Message { of, .. } => format!("{} {}", eyes.kind(*of), entry.subject),
        About::Campaign { of, .. } => format!("{} {}", of.label(), entry.subject),
    }
}

/// Tells in a word what happens to an entry.
fn fate(entry: &Entry, eyes: &Eyes<'_>) -> Pill {
    match &entry.about {
        About::Reminder { state: Some((state, _)), .. } => standing(*state, eyes),
        _ if entry.goes_out() => pill("ok", "clock", eyes.t.goes_out()),
        _ => pill("warn", "wait", eyes.t.is_held_back()),
    }
}

/// State of a reminder that does not go out.
fn standing(state: StepState, eyes: &Eyes<'_>) -> Pill {
    match state {
        StepState::Planned => pill("warn", "wait", eyes.t.is_held_back()),
        StepState::Held => pill("warn", "wait", state.label()),
        StepState::Queued | StepState::Sent => pill("info", "sent", state.label()),
        StepState::Failed => pill("bad", "x", state.label()),
        _ => pill("idle", "minus", state.label()),
    }
}

fn pill(tone: &'static str, icon: &'static str, word: &str) -> Pill {
    Pill { tone, icon, word: word.to_owned() }
}

/// Reason why a reminder goes out.
fn because(entry: &Entry, eyes: &Eyes<'_>) -> String {
    let t = eyes.t;
    match &entry.about {
        About::Reminder { own_day, .. } if *own_day < entry.day => {
            let is_closed = !eyes.settings.send_window.begins_on(*own_day);
            t.put_off_from(&t.day(*own_day), is_closed)
        }
        About::Reminder { name: StepName::After(days), .. } => {
            t.because_of_its_day(*days, eyes.settings.reminder_from)
        }
        _ => t.because_of_a_person().to_owned(),
    }
}

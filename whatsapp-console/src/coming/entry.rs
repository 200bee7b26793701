//! One reminder, message or campaign of a day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::campaigns::CampaignForecast;
use whatsapp_core::message::{MessageType, TypeName};
use whatsapp_core::planner::{Forecast, ForecastMessage, ForecastReminder};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CampaignId, CustomerId, InvoiceId, MessageId, Private};

use crate::links::schedule::{Class, Key, Place};

/// One reminder, message or campaign of a day.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) day: NaiveDate,
    /// Moment from which on it goes out; `None` if it is held back and has no moment.
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) about: About,
    /// Subject of the entry, as people know it.
    pub(crate) subject: String,
    /// The customer it goes to; `None` for a campaign.
    pub(crate) customer: Option<CustomerId>,
    /// The customer's name, where it is known without asking the host's records.
    pub(crate) customer_name: Option<Private>,
    /// Reason for holding it back, in a sentence; `None` if it goes out.
    pub(crate) kept: Option<String>,
    /// The reason in a few words, by which such entries are counted.
    pub(crate) reason: String,
}

/// Kind of entry, with the facts of that kind.
#[derive(Debug)]
pub(crate) enum About {
    /// A reminder of an invoice.
    Reminder {
        invoice: InvoiceId,
        name: StepName,
        /// State of the reminder where it is held back.
        state: Option<(StepState, Option<StepReason>)>,
        /// The reminder's message, where it was made already.
        message: Option<MessageId>,
        /// The day that the rule gives the reminder.
        own_day: NaiveDate,
        /// Number of other reminders that go out in the same message.
        others: usize,
    },
    /// A message that waits.
    Message { id: MessageId, of: TypeName },
    /// A festival's greetings, or an announcement.
    Campaign { id: CampaignId, of: MessageType, number: u64, until: Option<DateTime<Utc>> },
}

impl Entry {
    pub(crate) fn key(&self) -> Key {
        match &self.about {
            About::Reminder { invoice, name, .. } => Key::Reminder(invoice.clone(), *name),
            About::Message { id, .. } => Key::Message(*id),
            About::Campaign { id, .. } => Key::Campaign(*id),
        }
    }

    pub(crate) fn place(&self) -> Place {
        Place::new(self.at, self.key())
    }

    pub(crate) fn class(&self) -> Class {
        match self.about {
            About::Reminder { .. } => Class::Reminders,
            About::Message { .. } => Class::Messages,
            About::Campaign { .. } => Class::Campaigns,
        }
    }

    pub(crate) const fn goes_out(&self) -> bool {
        self.kept.is_none()
    }

    /// Number of messages that the entry counts for.
    pub(crate) const fn number(&self) -> u64 {
        match self.about {
            About::Campaign { number, .. } => number,
            About::Reminder { .. } | About::Message { .. } => 1,
        }
    }
}

/// All entries of these days, the first and the last included.
pub(super) fn all(
    forecast: Forecast,
    campaigns: Vec<CampaignForecast>,
    (today, last): (NaiveDate, NaiveDate),
) -> Vec<Entry> {
    let Forecast { reminders, others, messages, .. } = forecast;
    let mut shared: BTreeMap<MessageId, usize> = BTreeMap::new();
    for reminder in &reminders {
        *shared.entry(reminder.message).or_default() += 1;
    }
    let ended: BTreeSet<MessageId> = others.iter().filter_map(|step| step.message_id).collect();
    let mut entries: Vec<Entry> = reminders
        .into_iter()
        .map(|reminder| {
            let others = shared.get(&reminder.message).map_or(0, |all| all.saturating_sub(1));
            of_reminder(reminder, others)
        })
        .collect();
    for message in messages {
        of_message(message, &ended, &mut entries);
    }
    entries.extend(others.into_iter().filter_map(|step| of_step(step, today, last)));
    entries.extend(campaigns.into_iter().map(of_campaign));
    entries
}

/// A reminder whose message will be made.
fn of_reminder(reminder: ForecastReminder, others: usize) -> Entry {
    let (kept, reason) = kept(reminder.kept);
    Entry {
        day: reminder.day,
        at: Some(reminder.at),
        about: About::Reminder {
            invoice: reminder.invoice,
            name: reminder.name,
            state: None,
            message: None,
            own_day: reminder.own_day,
            others,
        },
        subject: reminder.subject,
        customer: Some(reminder.customer),
        customer_name: Some(reminder.customer_name),
        kept,
        reason,
    }
}

/// A message that waits. A message of reminders is listed as an entry for each reminder.
fn of_message(message: ForecastMessage, ended: &BTreeSet<MessageId>, entries: &mut Vec<Entry>) {
    let (kept, reason) = kept(message.kept);
    let others = message.reminders.len().saturating_sub(1);
    for step in &message.reminders {
        entries.push(Entry {
            day: message.day,
            at: Some(message.at),
            about: About::Reminder {
                invoice: step.invoice.clone(),
                name: step.name,
                state: None,
                message: Some(message.message),
                own_day: step.own_day,
                others,
            },
            subject: step.subject.clone(),
            customer: Some(message.customer.clone()),
            customer_name: Some(message.customer_name.clone()),
            kept: kept.clone(),
            reason: reason.clone(),
        });
    }
    // The entries of its reminders tell of such a message.
    if !message.reminders.is_empty() || kept.is_some() && ended.contains(&message.message) {
        return;
    }
    entries.push(Entry {
        day: message.day,
        at: Some(message.at),
        about: About::Message { id: message.message, of: message.message_type },
        subject: message.subject.unwrap_or_default(),
        customer: Some(message.customer),
        customer_name: Some(message.customer_name),
        kept,
        reason,
    });
}

/// A step that is put off beyond these days, waits for approval, or ends without a message.
fn of_step(step: ReminderStep, today: NaiveDate, last: NaiveDate) -> Option<Entry> {
    if step.own_day > last {
        return None;
    }
    let reason = match (step.reason, step.state) {
        (Some(reason), StepState::Planned) => reason.label().to_owned(),
        (_, StepState::Cancelled | StepState::Failed) => {
            let why = step.sentence.as_ref().map(|why| why.as_str().trim_end_matches('.'));
            why.filter(|why| !why.is_empty()).unwrap_or(step.state.label()).to_owned()
        }
        (_, state) => state.label().to_owned(),
    };
    Some(Entry {
        // A step that waits is looked at again every day: it is listed on the day it was to go out.
        day: step.own_day.max(today),
        at: None,
        kept: Some(step.why()),
        reason,
        about: About::Reminder {
            state: Some((step.state, step.reason)),
            message: None,
            own_day: step.own_day,
            invoice: step.invoice,
            name: step.name,
            others: 0,
        },
        subject: step.subject,
        customer: Some(step.customer),
        customer_name: None,
    })
}

fn of_campaign(told: CampaignForecast) -> Entry {
    let plan = told.campaign.plan;
    let (kept, reason) = kept(told.sentence.map(Into::into));
    let number = match (&kept, &told.run) {
        (None, Some(run)) => run.can_go.min(told.waiting),
        _ => told.waiting,
    };
    Entry {
        day: plan.date,
        at: told.run.as_ref().map(|run| run.from),
        about: About::Campaign {
            id: told.campaign.id,
            of: plan.kind.message_type(),
            number,
            until: told.run.and_then(|run| run.until),
        },
        subject: plan.name,
        customer: None,
        customer_name: None,
        kept,
        reason,
    }
}

/// Splits a reason into its sentence and the same without its full stop.
fn kept(why: Option<Private>) -> (Option<String>, String) {
    let why = why.map(Private::into_string);
    let reason = why.as_deref().map(|why| why.trim_end_matches('.').to_owned());
    (why, reason.unwrap_or_default())
}

//! Names of the things that entries are about, looked up for a page of entries at once.

use std::collections::{BTreeMap, BTreeSet};

use whatsapp_core::audit::{AuditEntry, AuditTarget};
use whatsapp_core::message::Message;
use whatsapp_core::mute::MuteOn;
use whatsapp_core::port::{Customer, MuteFilter, StoreError};
use whatsapp_core::schedule::StepName;
use whatsapp_core::settings::SettingDef;
use whatsapp_core::{CampaignId, Campaigns, CustomerId, InvoiceId, MessageId, MuteId, TemplateId};

use crate::links::customer;
use crate::page::eyes::Eyes;
use crate::soon::soon;
use crate::visit::Visit;
use crate::words::number::masked;

/// Number of messages that are looked up at once.
const AT_ONCE: usize = 50;

/// The names of the things that entries are about.
#[derive(Debug, Default)]
pub(crate) struct Named {
    messages: BTreeMap<MessageId, Message>,
    templates: BTreeMap<TemplateId, String>,
    customers: BTreeMap<InvoiceId, CustomerId>,
    /// Invoices as people know them.
    invoices: BTreeMap<InvoiceId, String>,
    campaigns: BTreeMap<CampaignId, String>,
    mutes: BTreeMap<MuteId, MuteOn>,
    /// Customers whose messages were kept back, by their names in the records.
    muted: BTreeMap<CustomerId, String>,
}

impl Named {
    /// Looks the names up. A thing that is gone has no name.
    pub(crate) async fn of(entries: &[AuditEntry], visit: &Visit) -> Result<Self, StoreError> {
        let mut named = Self::default();
        let messages = entries.iter().filter_map(|entry| match &entry.on {
            AuditTarget::Message(id) => Some(*id),
            _ => None,
        });
        let mut messages: Vec<_> = messages.collect();
        messages.sort_unstable();
        messages.dedup();
        for ids in messages.chunks(AT_ONCE) {
            let found = visit.ports().log().messages(ids).await?;
            named.messages.extend(found.into_iter().map(|message| (message.facts.id, message)));
        }
        if entries.iter().any(|entry| matches!(entry.on, AuditTarget::Template(_))) {
            let all = visit.inner.desk.templates().await?.templates.into_iter();
            named.templates = all.map(|it| (it.template.id, it.template.name)).collect();
        }
        if let Ok(campaigns) = Campaigns::new(visit.ports().clone()) {
            for entry in entries {
                let AuditTarget::Campaign(id) = entry.on else { continue };
                if named.campaigns.contains_key(&id) {
                    continue;
                }
                // A campaign that is gone has no name.
                let found = campaigns.campaign(id).await;
                named.campaigns.extend(found.ok().map(|found| (id, found.plan.name)));
            }
        }
        let mut invoices: Vec<_> = entries
            .iter()
            .filter_map(|entry| match &entry.on {
                AuditTarget::Reminder(_, invoice) => Some(invoice.clone()),
                _ => None,
            })
            .collect();
        invoices.sort_unstable();
        invoices.dedup();
        if let Some(plans) = visit.ports().plans().filter(|_| !invoices.is_empty()) {
            let steps = plans.steps_of(&invoices).await?.into_iter();
            for step in steps {
                named.invoices.insert(step.invoice.clone(), step.subject);
                named.customers.insert(step.invoice, step.customer);
            }
        }
        named.look_up_mutes(entries, visit).await?;
        Ok(named)
    }

    /// Looks up the customers of mutes. A customer whom the records do not name in time is named
    /// by the id.
    async fn look_up_mutes(
        &mut self,
        entries: &[AuditEntry],
        visit: &Visit,
    ) -> Result<(), StoreError> {
        let ids = entries.iter().filter_map(|entry| match entry.on {
            AuditTarget::Mute(id) => Some(id),
            _ => None,
        });
        let ids: BTreeSet<MuteId> = ids.collect();
        if ids.is_empty() || !visit.ports().offers().keeps_mutes {
            return Ok(());
        }
        let most = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let mut filter = MuteFilter::default().with_ended();
        filter.ids = Some(ids);
        let mutes = visit.inner.desk.mutes(&filter, None, most).await?;
        self.mutes = mutes.into_iter().map(|mute| (mute.id, mute.on)).collect();
        let customers = self.mutes.values().filter_map(|on| match on {
            MuteOn::Customer(id) => Some(id.clone()),
            MuteOn::Number(_) | MuteOn::Invoice(_) => None,
        });
        let customers: Vec<_> = customers.collect();
        if let Some(Ok(found)) = soon(visit.inner.messenger.customers(&customers)).await {
            let name = |one: Customer| (one.id, one.name.as_str().to_owned());
            self.muted = found.into_iter().map(name).collect();
        }
        Ok(())
    }

    /// Names the messages that were kept back.
    fn kept_back(&self, id: MuteId, eyes: &Eyes<'_>) -> String {
        let t = eyes.t;
        match self.mutes.get(&id) {
            Some(MuteOn::Customer(id)) => {
                t.messages_to(self.muted.get(id).map_or(id.as_str(), String::as_str))
            }
            Some(MuteOn::Number(key)) => t.messages_to(&masked(key.as_str())),
            Some(MuteOn::Invoice(id)) => t.messages_about_invoice(id.as_str()),
            None => t.the_log().to_owned(),
        }
    }

    fn invoice<'a>(&'a self, id: &'a InvoiceId) -> &'a str {
        self.invoices.get(id).map_or(id.as_str(), String::as_str)
    }

    /// Name of the thing within a sentence.
    pub(crate) fn name(&self, on: &AuditTarget, eyes: &Eyes<'_>) -> String {
        let t = eyes.t;
        match on {
            AuditTarget::Setting(key) => {
                SettingDef::of(key).map_or_else(|| key.clone(), |def| def.name().into_owned())
            }
            AuditTarget::Template(id) => {
                let name = self.templates.get(id).map(String::as_str);
                name.map_or_else(|| t.old_template().to_owned(), |name| t.the_template(name))
            }
            AuditTarget::Message(id) => {
                let message = self.messages.get(id);
                message.map_or_else(|| t.old_message().to_owned(), |it| eyes.named(it))
            }
            AuditTarget::Reminder(StepName::After(days), invoice) => {
                t.the_reminder(self.invoice(invoice), *days)
            }
            AuditTarget::Reminder(StepName::Now(_), invoice) => {
                t.the_reminder_by_hand(self.invoice(invoice))
            }
            AuditTarget::Log => t.the_log().to_owned(),
            AuditTarget::Audit => t.the_audit().to_owned(),
            AuditTarget::Campaign(id) => {
                let name = self.campaigns.get(id).map(String::as_str);
                name.map_or_else(|| t.a_campaign().to_owned(), |name| t.the_campaign(name))
            }
            AuditTarget::Mute(id) => self.kept_back(*id, eyes),
            _ => String::new(),
        }
    }

    /// Path of its page, from the console's root; `None` where it has no page, or is gone.
    pub(crate) fn page(&self, on: &AuditTarget) -> Option<String> {
        match on {
            AuditTarget::Setting(key) => SettingDef::of(key).map(|_| format!("settings#f-{key}")),
            AuditTarget::Message(id) => {
                self.messages.contains_key(id).then(|| format!("messages/{id}"))
            }
            AuditTarget::Reminder(_, invoice) => self.customers.get(invoice).map(customer),
            AuditTarget::Account(_) => Some("overview".to_owned()),
            AuditTarget::Campaign(id) => {
                self.campaigns.contains_key(id).then(|| format!("festivals/{id}"))
            }
            AuditTarget::Bulk(id) => Some(format!("bulk/{id}")),
            AuditTarget::Log => Some("messages".to_owned()),
            AuditTarget::Mute(id) => match self.mutes.get(id)? {
                MuteOn::Customer(id) => Some(customer(id)),
                MuteOn::Number(_) | MuteOn::Invoice(_) => None,
            },
            AuditTarget::Template(id) => {
                self.templates.contains_key(id).then(|| format!("templates/{id}"))
            }
            _ => None,
        }
    }
}

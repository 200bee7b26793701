//! What entries are about, by its name, looked up for a page of them at once.

use std::collections::BTreeMap;

use whatsapp_core::audit::{AuditEntry, AuditTarget};
use whatsapp_core::message::Message;
use whatsapp_core::port::StoreError;
use whatsapp_core::schedule::StepName;
use whatsapp_core::settings::SettingDef;
use whatsapp_core::{CampaignId, Campaigns, CustomerId, InvoiceId, MessageId, TemplateId};

use crate::links::customer;
use crate::page::eyes::Eyes;
use crate::visit::Visit;

/// How many messages are looked up at once.
const AT_ONCE: usize = 50;

/// What is known of the things that entries are about.
#[derive(Debug, Default)]
pub(crate) struct Named {
    messages: BTreeMap<MessageId, Message>,
    templates: BTreeMap<TemplateId, String>,
    customers: BTreeMap<InvoiceId, CustomerId>,
    campaigns: BTreeMap<CampaignId, String>,
}

impl Named {
    /// Looks them up. What is not there any more has no name.
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
                // One that is gone has no name.
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
            named.customers = steps.map(|step| (step.invoice, step.customer)).collect();
        }
        Ok(named)
    }

    /// What it is called within a sentence.
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
                t.the_reminder(invoice.as_str(), *days)
            }
            AuditTarget::Reminder(StepName::Now(_), invoice) => {
                t.the_reminder_by_hand(invoice.as_str())
            }
            AuditTarget::Log => t.the_log().to_owned(),
            AuditTarget::Audit => t.the_audit().to_owned(),
            AuditTarget::Campaign(id) => {
                let name = self.campaigns.get(id).map(String::as_str);
                name.map_or_else(|| t.a_campaign().to_owned(), |name| t.the_campaign(name))
            }
            AuditTarget::Account(_) | AuditTarget::Mute(_) | AuditTarget::Bulk(_) => String::new(),
        }
    }

    /// Where it is shown, from the console's root; `None` where it has no page, or is gone.
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
            AuditTarget::Template(_) | AuditTarget::Mute(_) | AuditTarget::Audit => None,
        }
    }
}

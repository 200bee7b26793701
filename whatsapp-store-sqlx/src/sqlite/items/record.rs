//! Settings, acts of the audit, reminder steps, recipients and bulk acts.

use serde_tuple::Serialize_tuple;
use whatsapp_core::audit::{Act, AuditEntry};
use whatsapp_core::bulk::{BulkItem, BulkOutcome};
use whatsapp_core::campaign::{Recipient, RecipientState};
use whatsapp_core::port::BulkResult;
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};
use whatsapp_core::settings::SettingChange;
use whatsapp_core::{AuditId, CampaignId, CustomerId, InvoiceId, MessageId, Private, UserId};

use super::super::codec::micros;

/// A setting to write.
#[derive(Serialize_tuple)]
pub(in super::super) struct SettingItem<'a> {
    key: &'a str,
    value: &'a str,
    was: Option<&'a str>,
    kind: &'a str,
    description: &'a str,
}

impl<'a> SettingItem<'a> {
    pub(in super::super) fn new(change: &'a SettingChange) -> Self {
        let def = change.def();
        Self {
            key: &def.key,
            value: change.value(),
            was: change.was(),
            kind: def.kind.word(),
            description: &def.description,
        }
    }
}

/// An act for the audit.
#[derive(Serialize_tuple)]
pub(in super::super) struct AuditItem<'a> {
    id: AuditId,
    at: i64,
    actor: &'a str,
    user_id: Option<&'a str>,
    act: Act,
    target: &'a str,
    target_id: String,
    change: String,
}

impl<'a> AuditItem<'a> {
    pub(in super::super) fn new(entry: &'a AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: micros(entry.at),
            actor: entry.by.as_str(),
            user_id: entry.by.user().map(UserId::as_str),
            act: entry.act,
            target: entry.on.kind(),
            target_id: entry.on.id(),
            change: entry.change.to_json(),
        }
    }
}

/// A reminder step.
#[derive(Serialize_tuple)]
pub(in super::super) struct StepItem<'a> {
    invoice_id: &'a InvoiceId,
    step: String,
    customer_id: &'a CustomerId,
    subject: &'a str,
    own_day: String,
    day: String,
    state: StepState,
    reason: Option<StepReason>,
    sentence: Option<&'a Private>,
    message_id: Option<MessageId>,
    round: u32,
    number_key: Option<&'a str>,
    since: i64,
    told: bool,
    revision: u32,
    planned_for: Option<String>,
}

impl<'a> StepItem<'a> {
    pub(in super::super) fn new(step: &'a ReminderStep) -> Self {
        Self {
            invoice_id: &step.invoice,
            step: step.name.to_string(),
            customer_id: &step.customer,
            subject: &step.subject,
            own_day: step.own_day.to_string(),
            day: step.day.to_string(),
            state: step.state,
            reason: step.reason,
            sentence: step.sentence.as_ref(),
            message_id: step.message_id,
            round: step.round,
            number_key: step.number_key.as_deref(),
            since: micros(step.since),
            told: step.told,
            revision: step.revision,
            planned_for: step.planned_for.map(|day| day.to_string()),
        }
    }
}

/// A recipient of a campaign.
#[derive(Serialize_tuple)]
pub(in super::super) struct RecipientItem<'a> {
    campaign_id: CampaignId,
    number: &'a Private,
    number_key: &'a Private,
    customer_id: &'a CustomerId,
    state: RecipientState,
    sentence: Option<&'a Private>,
    message_id: Option<MessageId>,
    round: u32,
    slot: Option<i64>,
    since: i64,
    revision: u32,
}

impl<'a> RecipientItem<'a> {
    pub(in super::super) fn new(recipient: &'a Recipient) -> Self {
        Self {
            campaign_id: recipient.campaign,
            number: &recipient.number,
            number_key: &recipient.number_key,
            customer_id: &recipient.customer,
            state: recipient.state,
            sentence: recipient.sentence.as_ref(),
            message_id: recipient.message_id,
            round: recipient.round,
            slot: recipient.slot.map(micros),
            since: micros(recipient.since),
            revision: recipient.revision,
        }
    }
}

/// A message of a bulk act.
#[derive(Serialize_tuple)]
pub(in super::super) struct BulkItemItem<'a> {
    no: u32,
    message_id: MessageId,
    seen: i64,
    entry: AuditId,
    arrived: u8,
    hours: u8,
    outcome: Option<BulkOutcome>,
    sentence: Option<&'a str>,
    fresh: Option<MessageId>,
}

impl<'a> BulkItemItem<'a> {
    pub(in super::super) fn new(item: &'a BulkItem) -> Self {
        Self {
            no: item.no,
            message_id: item.message_id,
            seen: micros(item.seen),
            entry: item.entry,
            arrived: item.asks.arrived.into(),
            hours: item.asks.hours.into(),
            outcome: item.outcome,
            sentence: item.sentence.as_ref().map(Private::as_str),
            fresh: item.fresh,
        }
    }
}

/// Result for one message of a bulk act.
#[derive(Serialize_tuple)]
pub(in super::super) struct BulkResultItem<'a> {
    no: u32,
    outcome: BulkOutcome,
    sentence: Option<&'a str>,
    fresh: Option<MessageId>,
}

impl<'a> BulkResultItem<'a> {
    pub(in super::super) fn new(result: &'a BulkResult) -> Self {
        Self {
            no: result.no,
            outcome: result.outcome,
            sentence: result.sentence.as_ref().map(Private::as_str),
            fresh: result.fresh,
        }
    }
}

//! Items of the batch statements: one JSON array for each item, with its values in the order in
//! which the statement names them. SQLite finds a value faster by its place than by a name.
#![expect(clippy::ref_option_ref, reason = "what is derived takes references of all fields")]

use chrono::{DateTime, Utc};
use serde_tuple::Serialize_tuple;
use whatsapp_core::audit::{Act, AuditEntry};
use whatsapp_core::bulk::{BulkItem, BulkOutcome};
use whatsapp_core::campaign::{Recipient, RecipientState};
use whatsapp_core::message::{
    AttachmentRef, AttemptOutcome, AttemptRecord, CancelReason, Cause, Class, Delivery, Failure,
    FailureKind, HeldFor, MessageValues, NewMessage, OwedRow, Part, StateRow, Status, Step,
    Trigger, TypeName, Via,
};
use whatsapp_core::port::{Begin, BulkResult, Lease, Revision, Settlement};
use whatsapp_core::schedule::{ReminderStep, StepReason, StepState};
use whatsapp_core::settings::SettingChange;
use whatsapp_core::{
    AuditId, CampaignId, CustomerId, InvoiceId, LeaseToken, MessageId, Private, TemplateId, UserId,
};

use super::codec::micros;

/// The columns of the log that depend on the state.
#[derive(Serialize_tuple)]
pub(super) struct StateItem<'a> {
    status: Status,
    part: Part,
    retry_count: u32,
    next_attempt_at: Option<i64>,
    sent_at: Option<i64>,
    delivery: Option<Delivery>,
    failure_kind: Option<FailureKind>,
    failure_cause: Option<Cause>,
    failure_reason: Option<&'a str>,
    cancel_reason: Option<CancelReason>,
    held_for: Option<HeldFor>,
    explanation: Option<&'a str>,
}

impl<'a> StateItem<'a> {
    fn new(state: &'a StateRow) -> Self {
        Self {
            status: state.status,
            part: state.part,
            retry_count: state.retry_count,
            next_attempt_at: state.next_attempt_at.map(micros),
            sent_at: state.sent_at.map(micros),
            delivery: state.delivery,
            failure_kind: state.failure.as_ref().map(|failure| failure.kind),
            failure_cause: state.failure.as_ref().map(|failure| failure.cause),
            failure_reason: state.failure.as_ref().map(|why| why.reason.as_str()),
            cancel_reason: state.cancel_reason,
            held_for: state.held_for,
            explanation: state.explanation.as_ref().map(Private::as_str),
        }
    }
}

/// A message to add to the log.
#[derive(Serialize_tuple)]
pub(super) struct NewItem<'a> {
    id: MessageId,
    customer_id: &'a CustomerId,
    customer_name: &'a Private,
    whatsapp_number: &'a Private,
    message_type: TypeName,
    trigger_type: Trigger,
    max_retries: u32,
    message_content: &'a Private,
    /// JSON inside JSON: the column contains its text.
    placeholder_values: Option<String>,
    template_id: Option<TemplateId>,
    template_version: Option<u32>,
    attachment_url: Option<&'a str>,
    attachment_type: Option<&'static str>,
    attachment_name: Option<&'a str>,
    attachment_size: Option<u64>,
    attachment_sha256: Option<&'a str>,
    attachment_until: Option<i64>,
    invoice_id: Option<&'a InvoiceId>,
    scheduled_for: Option<i64>,
    expires_at: Option<i64>,
    subject: Option<&'a str>,
    warning: Option<&'a str>,
    resend_of: Option<MessageId>,
    created_by: Option<&'a UserId>,
    created_at: i64,
    message_key: &'a str,
    fingerprint: String,
    state: StateItem<'a>,
}

impl<'a> NewItem<'a> {
    pub(super) fn new(message: &'a NewMessage) -> Self {
        let attachment: Option<&AttachmentRef> = message.facts.attachment.as_ref();
        Self {
            id: message.facts.id,
            customer_id: &message.facts.customer_id,
            customer_name: &message.facts.customer_name,
            whatsapp_number: &message.facts.whatsapp_number,
            message_type: message.facts.message_type,
            trigger_type: message.facts.trigger,
            max_retries: message.facts.max_retries,
            message_content: &message.facts.text,
            placeholder_values: message.facts.values.as_ref().map(MessageValues::to_json),
            template_id: message.facts.template_id,
            template_version: message.facts.template_version,
            attachment_url: attachment.map(|file| file.url.as_str()),
            attachment_type: attachment.map(|file| file.kind.as_str()),
            attachment_name: attachment.map(|file| file.name.as_str()),
            attachment_size: attachment.and_then(|file| file.size),
            attachment_sha256: attachment.and_then(|file| file.sha256.as_deref()),
            attachment_until: attachment.and_then(|file| file.until).map(micros),
            invoice_id: message.facts.invoice_id.as_ref(),
            scheduled_for: message.facts.scheduled_for.map(micros),
            expires_at: message.facts.expires_at.map(micros),
            subject: message.facts.subject.as_deref(),
            warning: message.facts.warning.as_deref(),
            resend_of: message.facts.resend_of,
            created_by: message.facts.created_by.as_ref(),
            created_at: micros(message.facts.created_at),
            message_key: message.facts.key.as_str(),
            fingerprint: message.facts.fingerprint.to_hex(),
            state: StateItem::new(&message.state),
        }
    }
}

/// A message's new state for the log.
#[derive(Serialize_tuple)]
pub(super) struct ChangeItem<'a> {
    message_id: MessageId,
    at: i64,
    gateway_id: Option<&'a str>,
    /// JSON inside JSON: the column contains its text.
    api_response: Option<String>,
    state: StateItem<'a>,
}

impl<'a> ChangeItem<'a> {
    pub(super) fn new(message_id: MessageId, state: &'a StateRow, at: i64) -> Self {
        Self { message_id, at, gateway_id: None, api_response: None, state: StateItem::new(state) }
    }

    pub(super) fn settled(settlement: &'a Settlement) -> Self {
        let id = settlement.lease.message_id;
        Self {
            gateway_id: settlement.gateway_id.as_deref(),
            api_response: settlement.api_response.as_ref().map(ToString::to_string),
            ..Self::new(id, &settlement.state, micros(settlement.at))
        }
    }
}

/// The work that is left to do for a message.
#[derive(Serialize_tuple)]
pub(super) struct OwedItem {
    message_id: MessageId,
    step: Step,
    class: Class,
    due_at: i64,
    open_since: Option<i64>,
    open_base: Option<i64>,
    open_elapsed: Option<i64>,
    look_base: Option<i64>,
    look_elapsed: Option<i64>,
    posts: u32,
    free_posts: u32,
    looks: u32,
    looks_unavailable: u32,
}

impl OwedItem {
    pub(super) fn new(message_id: MessageId, owed: &OwedRow) -> Self {
        Self {
            message_id,
            step: owed.step,
            class: owed.class,
            due_at: micros(owed.due_at),
            open_since: owed.open_since.map(micros),
            open_base: owed.open_mark.map(|mark| mark.base.to_i64()),
            open_elapsed: owed.open_mark.map(|mark| mark.micros),
            look_base: owed.look_mark.map(|mark| mark.base.to_i64()),
            look_elapsed: owed.look_mark.map(|mark| mark.micros),
            posts: owed.posts,
            free_posts: owed.free_posts,
            looks: owed.looks,
            looks_unavailable: owed.looks_unavailable,
        }
    }
}

/// A notice to be sent.
#[derive(Serialize_tuple)]
pub(super) struct NoticeItem<'a> {
    message_id: MessageId,
    created_at: i64,
    failure_kind: FailureKind,
    failure_cause: Cause,
    failure_reason: &'a str,
    retry_count: u32,
}

impl<'a> NoticeItem<'a> {
    /// The notice of a message that failed for good at `at`, after these retries.
    pub(super) fn new(
        message_id: MessageId,
        failure: &'a Failure,
        retry_count: u32,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            message_id,
            created_at: micros(at),
            failure_kind: failure.kind,
            failure_cause: failure.cause,
            failure_reason: &failure.reason,
            retry_count,
        }
    }
}

/// A lease to check or to end.
#[derive(Serialize_tuple)]
pub(super) struct LeaseItem {
    message_id: MessageId,
    token: LeaseToken,
}

impl LeaseItem {
    pub(super) const fn new(lease: &Lease) -> Self {
        Self { message_id: lease.message_id, token: lease.token }
    }
}

/// A POST that is about to be made.
#[derive(Serialize_tuple)]
pub(super) struct BeginItem {
    message_id: MessageId,
    token: LeaseToken,
    no: u32,
    at: i64,
    base: i64,
    elapsed: i64,
    holds_until: i64,
    /// The number of the open attempt that it closes.
    closes: Option<u32>,
}

impl BeginItem {
    pub(super) fn new(begin: &Begin) -> Self {
        Self {
            message_id: begin.lease.message_id,
            token: begin.lease.token,
            no: begin.no,
            at: micros(begin.at),
            base: begin.elapsed.base.to_i64(),
            elapsed: begin.elapsed.micros,
            holds_until: (begin.elapsed + begin.lease_needed).micros,
            closes: begin.closes(),
        }
    }
}

/// An attempt to open.
#[derive(Serialize_tuple)]
pub(super) struct AttemptItem<'a> {
    message_id: MessageId,
    no: u32,
    part: Part,
    number_key: &'a str,
    whatsapp_number: &'a Private,
    text_sha256: String,
    gateway_host: Option<&'a str>,
    key_mark: Option<&'a str>,
    at: i64,
}

impl<'a> AttemptItem<'a> {
    pub(super) fn new(begin: &'a Begin) -> Self {
        Self {
            message_id: begin.lease.message_id,
            no: begin.no,
            part: begin.part,
            number_key: &begin.number_key,
            whatsapp_number: &begin.number,
            text_sha256: begin.text.to_hex(),
            gateway_host: begin.via.as_ref().map(Via::host),
            key_mark: begin.via.as_ref().map(|via| via.key().as_str()),
            at: micros(begin.at),
        }
    }
}

/// Changes in a message before its POST.
#[derive(Serialize_tuple)]
pub(super) struct ReviseItem<'a> {
    message_id: MessageId,
    whatsapp_number: &'a Private,
    text: &'a Private,
    placeholder_values: Option<String>,
    template_id: Option<TemplateId>,
    template_version: Option<u32>,
    url: Option<&'a str>,
    until: Option<i64>,
}

impl<'a> ReviseItem<'a> {
    pub(super) fn new(message_id: MessageId, revision: &'a Revision) -> Self {
        let link = revision.link.as_ref();
        Self {
            message_id,
            whatsapp_number: &revision.number,
            text: &revision.text,
            placeholder_values: revision.values.as_ref().map(MessageValues::to_json),
            template_id: revision.template_id,
            template_version: revision.template_version,
            url: link.map(|link| link.url.as_str()),
            until: link.map(|link| micros(link.until)),
        }
    }
}

/// New facts about an attempt.
#[derive(Serialize_tuple)]
pub(super) struct RecordItem<'a> {
    message_id: MessageId,
    no: u32,
    finished_at: i64,
    outcome: Option<AttemptOutcome>,
    http_status: Option<u16>,
    detail: Option<&'a str>,
    gateway_id: Option<&'a str>,
}

impl<'a> RecordItem<'a> {
    pub(super) fn new(message_id: MessageId, record: &'a AttemptRecord) -> Self {
        Self {
            message_id,
            no: record.no,
            finished_at: micros(record.finished_at),
            outcome: record.outcome,
            http_status: record.http_status,
            detail: record.detail.as_deref(),
            gateway_id: record.gateway_id.as_deref(),
        }
    }
}

/// A setting to write.
#[derive(Serialize_tuple)]
pub(super) struct SettingItem<'a> {
    key: &'a str,
    value: &'a str,
    was: Option<&'a str>,
    kind: &'a str,
    description: &'a str,
}

impl<'a> SettingItem<'a> {
    pub(super) fn new(change: &'a SettingChange) -> Self {
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
pub(super) struct AuditItem<'a> {
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
    pub(super) fn new(entry: &'a AuditEntry) -> Self {
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
pub(super) struct StepItem<'a> {
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
    pub(super) fn new(step: &'a ReminderStep) -> Self {
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
pub(super) struct RecipientItem<'a> {
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
    pub(super) fn new(recipient: &'a Recipient) -> Self {
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
pub(super) struct BulkItemItem<'a> {
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
    pub(super) fn new(item: &'a BulkItem) -> Self {
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
pub(super) struct BulkResultItem<'a> {
    no: u32,
    outcome: BulkOutcome,
    sentence: Option<&'a str>,
    fresh: Option<MessageId>,
}

impl<'a> BulkResultItem<'a> {
    pub(super) fn new(result: &'a BulkResult) -> Self {
        Self {
            no: result.no,
            outcome: result.outcome,
            sentence: result.sentence.as_ref().map(Private::as_str),
            fresh: result.fresh,
        }
    }
}

//! Messages and their states, for the log.

use serde_tuple::Serialize_tuple;
use whatsapp_core::message::{
    AttachmentRef, CancelReason, Cause, Delivery, FailureKind, HeldFor, MessageValues, NewMessage,
    Part, StateRow, Status, Trigger, TypeName,
};
use whatsapp_core::port::Settlement;
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private, TemplateId, UserId};

use super::super::codec::micros;

/// The columns of the log that depend on the state.
#[derive(Serialize_tuple)]
pub(in super::super) struct StateItem<'a> {
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
pub(in super::super) struct NewItem<'a> {
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
    pub(in super::super) fn new(message: &'a NewMessage) -> Self {
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
pub(in super::super) struct ChangeItem<'a> {
    message_id: MessageId,
    at: i64,
    gateway_id: Option<&'a str>,
    /// JSON inside JSON: the column contains its text.
    api_response: Option<String>,
    state: StateItem<'a>,
}

impl<'a> ChangeItem<'a> {
    pub(in super::super) fn new(message_id: MessageId, state: &'a StateRow, at: i64) -> Self {
        Self { message_id, at, gateway_id: None, api_response: None, state: StateItem::new(state) }
    }

    pub(in super::super) fn settled(settlement: &'a Settlement) -> Self {
        let id = settlement.lease.message_id;
        Self {
            gateway_id: settlement.gateway_id.as_deref(),
            api_response: settlement.api_response.as_ref().map(ToString::to_string),
            ..Self::new(id, &settlement.state, micros(settlement.at))
        }
    }
}

//! POSTs: their beginnings, the changes before them, and their results.

use serde_tuple::Serialize_tuple;
use whatsapp_core::message::{AttemptOutcome, AttemptRecord, MessageValues, Part, Via};
use whatsapp_core::port::{Begin, Revision};
use whatsapp_core::{LeaseToken, MessageId, Private, TemplateId};

use super::super::codec::micros;

/// A POST that is about to be made.
#[derive(Serialize_tuple)]
pub(in super::super) struct BeginItem {
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
    pub(in super::super) fn new(begin: &Begin) -> Self {
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
pub(in super::super) struct AttemptItem<'a> {
    message_id: MessageId,
    no: u32,
    part: Part,
    number_key: &'a str,
    whatsapp_number: &'a Private,
    text_sha256: String,
    gateway_host: Option<&'a str>,
    key_mark: Option<&'a str>,
    started_at: i64,
}

impl<'a> AttemptItem<'a> {
    pub(in super::super) fn new(begin: &'a Begin) -> Self {
        Self {
            message_id: begin.lease.message_id,
            no: begin.no,
            part: begin.part,
            number_key: &begin.number_key,
            whatsapp_number: &begin.number,
            text_sha256: begin.text.to_hex(),
            gateway_host: begin.via.as_ref().map(Via::host),
            key_mark: begin.via.as_ref().map(|via| via.key().as_str()),
            started_at: micros(begin.at),
        }
    }
}

/// Changes in a message before its POST.
#[derive(Serialize_tuple)]
pub(in super::super) struct ReviseItem<'a> {
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
    pub(in super::super) fn new(message_id: MessageId, revision: &'a Revision) -> Self {
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
pub(in super::super) struct RecordItem<'a> {
    message_id: MessageId,
    no: u32,
    finished_at: i64,
    outcome: Option<AttemptOutcome>,
    http_status: Option<u16>,
    detail: Option<&'a str>,
    gateway_id: Option<&'a str>,
}

impl<'a> RecordItem<'a> {
    pub(in super::super) fn new(message_id: MessageId, record: &'a AttemptRecord) -> Self {
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

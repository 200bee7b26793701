//! Rows of messages.

use chrono::{DateTime, Utc};
use whatsapp_core::message::{
    AttachmentRef, Facts, Failure, Fingerprint, Message, MessageKey, MessageValues, OwedRow,
    PostCount, StateRow,
};
use whatsapp_core::port::{Claimed, Enqueued, Lease, StoreError};
use whatsapp_core::{CustomerId, InvoiceId, LeaseToken, MessageId, Private, UserId};

use crate::codec::{Columns, Reader};

/// Reason for refusing a replacement that names no failed message.
pub(crate) const REPLACES_NONE: &str = "a replacement needs the message that it replaces";

pub(super) fn failure<R: Columns>(row: &Reader<'_, R>) -> Result<Option<Failure>, StoreError> {
    match (row.parsed_or_null("failure_kind")?, row.text_or_null("failure_reason")?) {
        (Some(kind), Some(reason)) => {
            let cause = row.parsed("failure_cause")?;
            Ok(Some(Failure::new(kind, reason).caused_by(cause)))
        }
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(row.corrupt("failure_reason")),
    }
}

fn attachment<R: Columns>(row: &Reader<'_, R>) -> Result<Option<AttachmentRef>, StoreError> {
    let Some(url) = row.text_or_null("attachment_url")? else {
        return Ok(None);
    };
    let kind = row.parsed("attachment_type")?;
    let mut attachment = AttachmentRef::new(url, kind, row.text("attachment_name")?);
    attachment.size = row.number_or_null("attachment_size")?;
    attachment.sha256 = row.text_or_null("attachment_sha256")?;
    attachment.until = row.instant_or_null("attachment_until")?;
    Ok(Some(attachment))
}

fn values<R: Columns>(row: &Reader<'_, R>) -> Result<Option<MessageValues>, StoreError> {
    row.checked_or_null("placeholder_values", |json| MessageValues::from_json(&json))
}

fn state<R: Columns>(row: &Reader<'_, R>) -> Result<StateRow, StoreError> {
    let mut state = StateRow::empty(row.parsed("status")?);
    state.part = row.parsed("part")?;
    state.retry_count = row.number("retry_count")?;
    state.next_attempt_at = row.instant_or_null("next_attempt_at")?;
    state.sent_at = row.instant_or_null("sent_at")?;
    state.delivery = row.parsed_or_null("delivery")?;
    state.failure = failure(row)?;
    state.cancel_reason = row.parsed_or_null("cancel_reason")?;
    if let Some(step) = row.parsed_or_null("step")? {
        state.owed = Some(OwedRow {
            step,
            class: row.parsed("class")?,
            due_at: row.instant("due_at")?,
            open_since: row.instant_or_null("open_since")?,
            open_mark: row.elapsed_or_null("open_base", "open_elapsed")?,
            look_mark: row.elapsed_or_null("look_base", "look_elapsed")?,
            posts: row.number("posts")?,
            free_posts: row.number("free_posts")?,
            looks: row.number("looks")?,
            looks_unavailable: row.number("looks_unavailable")?,
        });
    }
    Ok(state)
}

pub(crate) fn message(row: &impl Columns) -> Result<Message, StoreError> {
    let row = &Reader::new(row, "message");
    let held_for = row.parsed_or_null("held_for")?;
    let explanation = row.text_or_null("explanation")?.map(Private::from);
    Ok(Message {
        facts: Facts {
            id: row.parsed("id")?,
            key: row.checked("message_key", |key| MessageKey::new(key).ok())?,
            fingerprint: row.checked("fingerprint", |hex| Fingerprint::from_hex(&hex))?,
            customer_id: row.checked("customer_id", |id| CustomerId::new(id).ok())?,
            customer_name: row.private("customer_name")?,
            whatsapp_number: row.private("whatsapp_number")?,
            message_type: row.parsed("message_type")?,
            trigger: row.parsed("trigger_type")?,
            max_retries: row.number("max_retries")?,
            text: row.private("message_content")?,
            values: values(row)?,
            template_id: row.parsed_or_null("template_id")?,
            template_version: row.number_or_null("template_version")?,
            attachment: attachment(row)?,
            invoice_id: row.checked_or_null("invoice_id", |id| InvoiceId::new(id).ok())?,
            scheduled_for: row.instant_or_null("scheduled_for")?,
            expires_at: row.instant_or_null("expires_at")?,
            subject: row.text_or_null("subject")?,
            warning: row.text_or_null("warning")?,
            resend_of: row.parsed_or_null("resend_of")?,
            created_by: row.checked_or_null("created_by", |id| UserId::new(id).ok())?,
            created_at: row.instant("created_at")?,
        },
        state: state(row)?.explained(held_for, explanation),
        gateway_id: row.text_or_null("gateway_id")?,
        api_response: row.json_or_null("api_response")?,
        updated_at: row.instant("updated_at")?,
    })
}

fn claimed(row: &impl Columns, token: LeaseToken) -> Result<Claimed, StoreError> {
    let row = &Reader::new(row, "message");
    let state = state(row)?;
    let owed = state.owed.ok_or(row.corrupt("step"))?;
    let progress =
        state.progress(PostCount::default()).map_err(|wrong| row.corrupt(wrong.column))?;
    Ok(Claimed {
        lease: Lease { message_id: row.parsed("message_id")?, token },
        step: owed.step,
        due_at: owed.due_at,
        progress,
        expired_leases: row.number("expired_leases")?,
        key: row.checked("message_key", |key| MessageKey::new(key).ok())?,
        message_type: row.parsed("message_type")?,
        customer_id: row.checked("customer_id", |id| CustomerId::new(id).ok())?,
        whatsapp_number: row.private("whatsapp_number")?,
        text: row.private("message_content")?,
        values: values(row)?,
        template_id: row.parsed_or_null("template_id")?,
        template_version: row.number_or_null("template_version")?,
        attachment: attachment(row)?,
        invoice_id: row.checked_or_null("invoice_id", |id| InvoiceId::new(id).ok())?,
        created_at: row.instant("created_at")?,
        scheduled_for: row.instant_or_null("scheduled_for")?,
        expires_at: row.instant_or_null("expires_at")?,
        max_retries: row.number("max_retries")?,
        gateway_id: row.text_or_null("gateway_id")?,
    })
}

/// A message whose row cannot be read.
pub(crate) struct Unreadable {
    /// The id, in the form that the row has.
    pub(crate) id: String,
    pub(crate) column: &'static str,
    pub(crate) attempt_is_open: bool,
}

/// A claimed message, or its unreadable row.
pub(crate) fn claimed_or_unreadable(
    row: &impl Columns,
    token: LeaseToken,
) -> Result<Result<Claimed, Unreadable>, StoreError> {
    match claimed(row, token) {
        Err(StoreError::Corrupt { column, .. }) => {
            let row = Reader::new(row, "message");
            let attempt_is_open = !matches!(row.instant_or_null("open_since"), Ok(None));
            Ok(Err(Unreadable { id: row.text("message_id")?, column, attempt_is_open }))
        }
        claimed => claimed.map(Ok),
    }
}

/// Returns true if a message changed last at this time. A message whose time cannot be read is not
/// in the state that anybody saw.
pub(crate) fn is_as_seen<R: Columns>(row: &R, seen: DateTime<Utc>) -> bool {
    Reader::new(row, "message").instant("updated_at").is_ok_and(|at| at == seen)
}

/// Returns the fault if a message's row cannot be read; `owed` is its row of the outbox.
pub(crate) fn unreadable<R: Columns>(row: &R, owed: &R) -> Result<Option<Unreadable>, StoreError> {
    let column = match message(row) {
        Ok(read) => match read.state.progress(PostCount::default()) {
            Ok(_) => return Ok(None),
            Err(wrong) => wrong.column,
        },
        Err(StoreError::Corrupt { column, .. }) => column,
        Err(error) => return Err(error),
    };
    let id = Reader::new(row, "message").text("id")?;
    let open_since = Reader::new(owed, "outbox row").instant_or_null("open_since");
    Ok(Some(Unreadable { id, column, attempt_is_open: !matches!(open_since, Ok(None)) }))
}

/// The message that has a key.
pub(crate) struct KeyHolder {
    id: MessageId,
    fingerprint: Fingerprint,
}

impl KeyHolder {
    /// Reads the key of a row, and the message that has it.
    pub(crate) fn read(row: &impl Columns) -> Result<(String, Self), StoreError> {
        let row = Reader::new(row, "message");
        let fingerprint = row.checked("fingerprint", |hex| Fingerprint::from_hex(&hex))?;
        let holder = Self { id: row.parsed("id")?, fingerprint };
        Ok((row.text("message_key")?, holder))
    }

    /// Returns the answer for a message with this fingerprint and the same key.
    pub(crate) fn answer(&self, fingerprint: &Fingerprint) -> Enqueued {
        if self.fingerprint == *fingerprint {
            Enqueued::AlreadyPresent(self.id)
        } else {
            Enqueued::Conflict(self.id)
        }
    }
}

/// A number of bytes in the form of a database.
pub(crate) fn bytes(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

//! Rows of notices and digests.

use chrono::TimeDelta;
use whatsapp_core::port::{Digest, DigestMark, Notice, StoreError};
use whatsapp_core::{CustomerId, Private};

use super::message::failure;
use crate::codec::{Columns, Reader};

/// A digest whose next try is further away than this has waited since before a clock was set back.
pub(crate) const AGAIN_HORIZON: TimeDelta = TimeDelta::hours(1);

pub(crate) fn notice(row: &impl Columns) -> Result<Notice, StoreError> {
    let row = &Reader::new(row, "notice");
    // The notice may be about this fault, that the message's row cannot be read.
    let customer_id = row.text_or_null("customer_id").ok().flatten();
    Ok(Notice {
        message_id: row.parsed("message_id")?,
        subject: row.text_or_null("subject").ok().flatten(),
        customer_id: customer_id.and_then(|id| CustomerId::new(id).ok()),
        customer_name: row.private("customer_name")?,
        whatsapp_number: row.private("whatsapp_number")?,
        message_type: row.parsed("message_type")?,
        trigger: row.parsed("trigger_type")?,
        failure: failure(row)?.ok_or(row.corrupt("failure_kind"))?,
        failed_at: row.instant("created_at")?,
        retry_count: row.number("retry_count")?,
    })
}

/// A digest that was claimed, without its notices.
pub(crate) fn digest(row: &impl Columns) -> Result<Digest, StoreError> {
    let row = Reader::new(row, "digest");
    let told = row.text_or_null("told")?;
    Ok(Digest {
        id: row.parsed("id")?,
        created_at: row.instant("created_at")?,
        notices: Vec::new(),
        told: told.iter().flat_map(|told| told.lines()).map(Private::from).collect(),
    })
}

/// The recipients who have a digest, in the form of its row.
pub(crate) fn told(addresses: &[Private]) -> Option<String> {
    let addresses: Vec<&str> = addresses.iter().map(Private::as_str).collect();
    (!addresses.is_empty()).then(|| addresses.join("\n"))
}

pub(crate) fn digest_mark(row: &impl Columns) -> Result<DigestMark, StoreError> {
    let row = Reader::new(row, "digest");
    Ok(DigestMark {
        id: row.parsed("id")?,
        created_at: row.instant("created_at")?,
        sent_at: row.instant_or_null("sent_at")?,
    })
}

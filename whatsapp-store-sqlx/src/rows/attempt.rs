//! Rows of attempts.

use whatsapp_core::message::{Attempt, KeyMark, SentText, Via};
use whatsapp_core::port::{Sibling, StoreError};

use crate::codec::{Columns, Reader};

pub(crate) fn attempt(row: &impl Columns) -> Result<Attempt, StoreError> {
    let row = &Reader::new(row, "attempt");
    let mut attempt = Attempt::begun(row.number("no")?, row.instant("started_at")?);
    attempt.part = row.parsed("part")?;
    attempt.via = via(row)?;
    attempt.finished_at = row.instant_or_null("finished_at")?;
    attempt.outcome = row.parsed_or_null("outcome")?;
    attempt.http_status = row.number_or_null("http_status")?;
    attempt.detail = row.text_or_null("detail")?;
    attempt.gateway_id = row.text_or_null("gateway_id")?;
    attempt.fetched_at = row.instant_or_null("fetched_at")?;
    attempt.fetched_bytes = row.number_or_null("fetched_bytes")?;
    Ok(attempt)
}

pub(crate) fn sibling(row: &impl Columns) -> Result<Sibling, StoreError> {
    let row = &Reader::new(row, "attempt");
    Ok(Sibling {
        message_id: row.parsed("message_id")?,
        no: row.number("no")?,
        number: row.private("whatsapp_number")?,
        text: row.checked("text_sha256", |hex| SentText::from_hex(&hex))?,
        via: via(row)?,
        started_at: row.instant("started_at")?,
        outcome: row.parsed_or_null("outcome")?,
        gateway_id: row.text_or_null("gateway_id")?,
    })
}

fn via<R: Columns>(row: &Reader<'_, R>) -> Result<Option<Via>, StoreError> {
    let host = row.text_or_null("gateway_host")?;
    let key = row.checked_or_null("key_mark", |hex| KeyMark::from_hex(&hex))?;
    Ok(host.zip(key).map(|(host, key)| Via::new(&host, key)))
}

//! Conversion of rows of the log.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use whatsapp_core::message::{CancelReason, Message};
use whatsapp_core::port::{BrokenRow, Cursor, ExportRow, StatusCounts, StoreError, Tally};
use whatsapp_core::{CustomerId, MessageId};

use super::ask::Point;
use crate::codec::{Columns, Reader};
use crate::rows;

/// A row, or its readable parts, with its place in the order of the log; `None` if no cursor can
/// name it.
pub(crate) type InPlace<T> = (Option<Cursor>, Result<T, BrokenRow>);

/// A message of the log.
pub(crate) type Placed = InPlace<Box<Message>>;

/// A message in the form of an export.
pub(crate) type TakenOut = InPlace<ExportRow>;

/// A row that a walk has passed.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(super) point: Point,
    pub(super) updated_at: DateTime<Utc>,
    /// True if the filter shows the row.
    pub(super) keep: bool,
}

pub(crate) fn placed(row: &impl Columns) -> Result<Placed, StoreError> {
    let read = rows::or_broken(row, "created_at", rows::message(row))?.map(Box::new);
    let place = match &read {
        Ok(message) => Some(Cursor::of(message)),
        Err(broken) => place_of(broken),
    };
    Ok((place, read))
}

/// The place of a row in the order, whether or not a cursor can name it. An invalid id is ordered
/// among the others as text. A row whose time cannot be read comes after all others.
pub(super) fn point<T>((place, row): &InPlace<T>) -> Point {
    match (place, row) {
        (Some(place), _) => Point::of(place),
        (None, Err(row)) => {
            Point { at: row.created_at.unwrap_or(NOBODY_KNOWS), id: row.id.clone() }
        }
        // A readable row has a place.
        (None, Ok(_)) => Point { at: NOBODY_KNOWS, id: String::new() },
    }
}

/// The time assumed for a row whose own time cannot be read.
const NOBODY_KNOWS: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;

/// A message in the order of customers' names: by name in small letters, then the newest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    name: String,
    pub(super) point: Reverse<Point>,
}

pub(crate) fn named(row: &impl Columns) -> Result<Named, StoreError> {
    let row = Reader::new(row, "message");
    let id = row.text("id")?;
    let at = row.instant("created_at").unwrap_or(NOBODY_KNOWS);
    let name = row.text("customer_name").unwrap_or_default().to_lowercase();
    Ok(Named { name, point: Reverse(Point { at, id }) })
}

pub(crate) fn taken_out(row: &impl Columns) -> Result<TakenOut, StoreError> {
    let read = rows::or_broken(row, "created_at", out_row(row))?;
    let place = match &read {
        Ok(row) => Some(Cursor { created_at: row.created_at, id: row.id, status: None }),
        Err(broken) => place_of(broken),
    };
    Ok((place, read))
}

fn out_row(row: &impl Columns) -> Result<ExportRow, StoreError> {
    let row = &Reader::new(row, "message");
    Ok(ExportRow {
        id: row.parsed("id")?,
        created_at: row.instant("created_at")?,
        customer_id: row.checked("customer_id", |id| CustomerId::new(id).ok())?,
        customer_name: row.private("customer_name")?,
        whatsapp_number: row.private("whatsapp_number")?,
        message_type: row.parsed("message_type")?,
        trigger: row.parsed("trigger_type")?,
        status: row.parsed("status")?,
        delivery: row.parsed_or_null("delivery")?,
        retry_count: row.number("retry_count")?,
        reason: {
            let failure = row.text_or_null("failure_reason")?;
            let withdrawn: Option<CancelReason> = row.parsed_or_null("cancel_reason")?;
            failure.or(withdrawn.map(|reason| reason.label().to_owned()))
        },
        subject: row.text_or_null("subject")?,
        sent_at: row.instant_or_null("sent_at")?,
        text: row.text_or_null("message_content")?.map(Into::into),
    })
}

fn place_of(broken: &BrokenRow) -> Option<Cursor> {
    let (created_at, id) = broken.created_at.zip(broken.id.parse().ok())?;
    Some(Cursor { created_at, id, status: None })
}

/// Sorts rows by their places.
pub(crate) fn in_order<T>(rows: &mut [InPlace<T>], newest_first: bool) {
    rows.sort_by_cached_key(point);
    if newest_first {
        rows.reverse();
    }
}

pub(crate) fn candidate(row: &impl Columns) -> Result<Candidate, StoreError> {
    let row = Reader::new(row, "message");
    let id = row.text("id")?;
    let at = row.instant("created_at").unwrap_or(NOBODY_KNOWS);
    let updated_at = row.instant("updated_at")?;
    Ok(Candidate { point: Point { at, id }, updated_at, keep: row.flag("keep")? })
}

/// The messages of these rows; a row that cannot be read is left out.
pub(crate) fn readable(rows: &[impl Columns]) -> Result<Vec<Message>, StoreError> {
    let read = rows.iter().map(rows::message);
    read.filter(|row| !matches!(row, Err(StoreError::Corrupt { .. }))).collect()
}

/// The counts, all in one row.
pub(crate) fn counts(row: &impl Columns) -> Result<StatusCounts, StoreError> {
    let row = Reader::new(row, "message");
    Ok(StatusCounts {
        pending: row.number("pending")?,
        sent: row.number("sent")?,
        failed: row.number("failed")?,
        cancelled: row.number("cancelled")?,
        retrying: row.number("retrying")?,
        held: row.number("held")?,
    })
}

pub(crate) fn tally(row: &impl Columns) -> Result<Tally, StoreError> {
    let row = Reader::new(row, "message");
    Ok(Tally {
        is_exact: row.flag("is_exact")?,
        waiting: row.number("waiting")?,
        retrying: row.number("retrying")?,
        accepted: row.number("accepted")?,
        delivered: row.number("delivered")?,
        read: row.number("was_read")?,
        undelivered: row.number("undelivered")?,
        failed: row.number("failed")?,
        cancelled: row.number("cancelled")?,
    })
}

/// A message that was sent as the resend of another, with its place.
pub(crate) fn resend(row: &impl Columns) -> Result<(DateTime<Utc>, MessageId), StoreError> {
    let row = Reader::new(row, "message");
    let id = row.parsed("id")?;
    Ok((row.instant("created_at")?, id))
}

/// The ids of these messages in the order of their places.
pub(crate) fn oldest_first(mut placed: Vec<(DateTime<Utc>, MessageId)>) -> Vec<MessageId> {
    placed.sort_unstable();
    placed.into_iter().map(|(_, id)| id).collect()
}

/// A count alone in its row.
pub(crate) fn number(row: &impl Columns) -> Result<u64, StoreError> {
    Reader::new(row, "message").number("number")
}

/// The limit of a count, as a database's number.
pub(crate) fn up_to(most: u64) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

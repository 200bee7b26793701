//! How a page of the log is asked for and put together, whatever the database.

use whatsapp_core::message::{Message, Status, Trigger, TypeName};
use whatsapp_core::port::{BrokenRow, Cursor, LogFilter, LogPage, Sort, StatusCounts, StoreError};

use crate::codec::{Columns, Reader};
use crate::rows;

/// The most rows of a page.
const PAGE_MAX: u32 = 200;

/// What a page is read along: the index that leads to the fewest messages that are not asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Walk {
    /// One customer's messages.
    Customer,
    /// Messages that wait for something.
    Held,
    /// Messages of one status, and of one type if that is asked for.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "SQLite has one index for all statuses, with all types in it")
    )]
    Status(Status, OneType),
    /// Messages of one type.
    Type,
    /// All.
    All,
}

/// Whether one type is asked for.
type OneType = bool;

impl Walk {
    pub(crate) fn of(filter: &LogFilter) -> Self {
        match filter {
            LogFilter { customer_id: Some(_), .. } => Self::Customer,
            LogFilter { held_for, .. } if !held_for.is_empty() => Self::Held,
            // Most messages are sent: those of one type are read along the type.
            LogFilter { status: None | Some(Status::Sent), message_type: Some(_), .. } => {
                Self::Type
            }
            LogFilter { status: Some(status), message_type, .. } => {
                Self::Status(*status, message_type.is_some())
            }
            LogFilter { status: None, message_type: None, .. } => Self::All,
        }
    }
}

impl Walk {
    /// Whether its statement is told what is to be waited for.
    pub(crate) const fn asks_what_is_held(self) -> bool {
        matches!(self, Self::Customer | Self::Held)
    }
}

/// The type asked for.
pub(crate) fn of_type(filter: &LogFilter) -> Option<&str> {
    filter.message_type.as_ref().map(TypeName::as_str)
}

/// The triggers asked for: one, or else all.
pub(crate) fn triggers(filter: &LogFilter) -> Vec<&'static str> {
    let asked = filter.trigger.as_ref().map_or(Trigger::ALL, std::slice::from_ref);
    asked.iter().map(|one| one.as_str()).collect()
}

/// What is to be waited for; nothing where that is not asked.
pub(crate) fn held_for(filter: &LogFilter) -> Option<Vec<&'static str>> {
    let asked: Vec<_> = filter.held_for.iter().map(|one| one.as_str()).collect();
    (!asked.is_empty()).then_some(asked)
}

pub(crate) const fn newest_first(sort: Sort) -> bool {
    !matches!(sort, Sort::Oldest)
}

/// How many rows a page of this limit has at most.
pub(crate) fn page_rows(limit: u32) -> u32 {
    limit.clamp(1, PAGE_MAX)
}

/// A page out of rows in any order, of which there is one more than fits if another page follows.
pub(crate) fn page(rows: &[impl Columns], sort: Sort, limit: u32) -> Result<LogPage, StoreError> {
    let limit = page_rows(limit) as usize;
    let mut rows: Vec<_> = rows.iter().map(placed).collect::<Result<_, _>>()?;
    rows.sort_by_key(|(place, _)| place.map(|place| (place.created_at, place.id)));
    if newest_first(sort) {
        rows.reverse();
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.iter().rev().find_map(|(place, _)| *place).filter(|_| more);
    let (mut messages, mut broken) = (Vec::with_capacity(rows.len()), Vec::new());
    for (_, row) in rows {
        match row {
            Ok(message) => messages.push(*message),
            Err(row) => broken.push(row),
        }
    }
    Ok(LogPage { messages, broken, next })
}

/// The messages of these rows; a row that cannot be read is left out.
pub(crate) fn readable(rows: &[impl Columns]) -> Result<Vec<Message>, StoreError> {
    let read = rows.iter().map(rows::message);
    read.filter(|row| !matches!(row, Err(StoreError::Corrupt { .. }))).collect()
}

/// A row, or what can be read of it, with its place in the order of the log.
type Placed = (Option<Cursor>, Result<Box<Message>, BrokenRow>);

fn placed(row: &impl Columns) -> Result<Placed, StoreError> {
    let read = rows::or_broken(row, "created_at", rows::message(row))?.map(Box::new);
    let place = match &read {
        Ok(message) => Some((message.facts.created_at, message.facts.id)),
        Err(broken) => broken.created_at.zip(broken.id.parse().ok()),
    };
    Ok((place.map(|(created_at, id)| Cursor { created_at, id }), read))
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

/// How far to count, as the databases know numbers.
pub(crate) fn up_to(most: u64) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

//! How a page of the log is asked for and put together, whatever the database.

use whatsapp_core::message::{Message, Status};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, Sort, StatusCounts, StoreError};

use crate::codec::{Columns, Reader};
use crate::rows;

/// The most rows of a page.
const PAGE_MAX: u32 = 200;

/// The index along which a page is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Walk {
    Customer,
    Status,
    Type,
    Trigger,
    Time,
}

impl Walk {
    /// Along the index of the narrowest thing asked for. Most messages are `sent`, so that status
    /// comes after the type.
    pub(crate) const fn of(filter: &LogFilter) -> Self {
        match filter {
            LogFilter { customer_id: Some(_), .. } => Self::Customer,
            LogFilter {
                status: Some(Status::Pending | Status::Failed | Status::Cancelled),
                ..
            } => Self::Status,
            LogFilter { message_type: Some(_), .. } => Self::Type,
            LogFilter { trigger: Some(_), .. } => Self::Trigger,
            LogFilter { status: Some(Status::Sent), .. } => Self::Status,
            _ => Self::Time,
        }
    }
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
    let mut messages: Vec<Message> = rows.iter().map(rows::message).collect::<Result<_, _>>()?;
    messages.sort_unstable_by_key(|message| (message.new.created_at, message.new.id));
    if newest_first(sort) {
        messages.reverse();
    }
    let more = messages.len() > limit;
    messages.truncate(limit);
    let next = messages
        .last()
        .filter(|_| more)
        .map(|last| Cursor { created_at: last.new.created_at, id: last.new.id });
    Ok(LogPage { messages, next })
}

/// The counts, of which there is a row for each status.
pub(crate) fn counts(rows: &[impl Columns]) -> Result<StatusCounts, StoreError> {
    let mut counts = StatusCounts::default();
    for row in rows {
        let row = Reader::new(row, "message");
        let count = row.number("messages")?;
        counts.retrying = row.number("retrying")?;
        match row.parsed("status")? {
            Status::Pending => counts.pending = count,
            Status::Sent => counts.sent = count,
            Status::Failed => counts.failed = count,
            Status::Cancelled => counts.cancelled = count,
        }
    }
    Ok(counts)
}

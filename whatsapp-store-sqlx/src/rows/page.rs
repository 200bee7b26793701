//! Rows of a page, and the rows that cannot be read.

use whatsapp_core::port::{BrokenRow, StoreError};

use crate::codec::{Columns, Reader};

/// A row that was read; for a row that cannot be read its id and its creation time in the column
/// `made`.
pub(crate) fn or_broken<T>(
    row: &impl Columns,
    made: &'static str,
    read: Result<T, StoreError>,
) -> Result<Result<T, BrokenRow>, StoreError> {
    let Err(StoreError::Corrupt { entity, column }) = read else { return read.map(Ok) };
    let row = Reader::new(row, entity);
    let id = row.text("id").unwrap_or_default();
    Ok(Err(BrokenRow { id, created_at: row.instant(made).ok(), column }))
}

/// The rows that a page shows, and the last of them if another page follows.
pub(super) fn shown<R>(rows: &[R], limit: u32) -> (&[R], Option<&R>) {
    match rows.get(..limit as usize) {
        Some(page) if rows.len() > page.len() => (page, page.last()),
        _ => (rows, None),
    }
}

//! Rows of settings, and saves that may come too late.

use whatsapp_core::port::{Saved, SettingRow, StoreError};

use crate::codec::{Columns, Reader};
use crate::error::row_count;

pub(crate) fn setting(row: &impl Columns) -> Result<SettingRow, StoreError> {
    let row = Reader::new(row, "setting");
    let value = row.text_or_null("config_value")?.unwrap_or_default();
    Ok(SettingRow { key: row.text("config_key")?, value })
}

/// The error that undoes a save which came too late.
const TOO_LATE: &str = "save that came too late";

/// Checks that as many rows were written as expected: a row that has changed since it was seen is
/// not written.
pub(crate) fn all_as_seen(written: u64, expected: usize) -> Result<(), StoreError> {
    row_count(written, expected).map_err(|_| StoreError::Conflict { entity: TOO_LATE })
}

/// Converts the result of a save.
pub(crate) fn saved(result: Result<(), StoreError>) -> Result<Saved, StoreError> {
    match result {
        Ok(()) => Ok(Saved::Done),
        Err(StoreError::Conflict { entity: TOO_LATE }) => Ok(Saved::Stale),
        Err(error) => Err(error),
    }
}

//! Conversion of counts of days to the core's values, for every database.

use whatsapp_core::port::{DayCount, StoreError};

use crate::codec::{Columns, Reader};

fn day_count(row: &impl Columns) -> Result<DayCount, StoreError> {
    let row = &Reader::new(row, "count of a day");
    Ok(DayCount {
        day: row.date("day")?,
        since: row.instant("since")?,
        message_type: row.parsed("message_type")?,
        trigger: row.parsed("trigger_type")?,
        outcome: row.parsed("outcome")?,
        number: row.number("number")?,
        open: row.number("open")?,
    })
}

/// The counts in their order; a count that cannot be read is left out.
pub(crate) fn day_counts(rows: &[impl Columns]) -> Result<Vec<DayCount>, StoreError> {
    let read = rows.iter().map(day_count);
    let read = read.filter(|row| !matches!(row, Err(StoreError::Corrupt { .. })));
    let mut counts = read.collect::<Result<Vec<_>, _>>()?;
    counts.sort_by_key(|count| (count.day, count.message_type, count.trigger, count.outcome));
    Ok(counts)
}

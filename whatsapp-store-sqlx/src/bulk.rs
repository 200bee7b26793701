//! Conversion of bulk acts to the core's values, for every database.

use whatsapp_core::bulk::{Bulk, BulkAsks, BulkCounts, BulkItem};
use whatsapp_core::port::StoreError;

use crate::codec::{Columns, Reader};
use crate::rows::actor;

pub(crate) fn bulk(row: &impl Columns) -> Result<Bulk, StoreError> {
    let row = &Reader::new(row, "act on many messages");
    Ok(Bulk {
        id: row.parsed("id")?,
        act: row.parsed("act")?,
        by: actor(row)?,
        at: row.instant("at")?,
        state: row.parsed("state")?,
        more: row.flag("more")?,
        agreed: asks(row)?,
        changed_at: row.instant("changed_at")?,
        counts: BulkCounts {
            total: row.number("total")?,
            open: row.number("open")?,
            arrived: row.number("open_arrived")?,
            hours: row.number("open_hours")?,
            done: row.number("done")?,
            left_out: row.number("left_out")?,
            failed: row.number("failed")?,
        },
    })
}

pub(crate) fn item(row: &impl Columns) -> Result<BulkItem, StoreError> {
    let row = &Reader::new(row, "message of an act on many");
    Ok(BulkItem {
        no: row.number("no")?,
        message_id: row.parsed("message_id")?,
        seen: row.instant("seen")?,
        entry: row.parsed("entry")?,
        asks: asks(row)?,
        outcome: row.parsed_or_null("outcome")?,
        sentence: row.text_or_null("sentence")?.map(Into::into),
        fresh: row.parsed_or_null("fresh")?,
    })
}

fn asks<R: Columns>(row: &Reader<'_, R>) -> Result<BulkAsks, StoreError> {
    Ok(BulkAsks { arrived: row.flag("arrived")?, hours: row.flag("hours")? })
}

//! Rows of the audit.

use chrono::{DateTime, Utc};
use whatsapp_core::audit::{Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditPage, StoreError};
use whatsapp_core::{AuditId, UserId};

use super::page::{or_broken, shown};
use crate::codec::{Columns, Reader};

pub(crate) fn actor<R: Columns>(row: &Reader<'_, R>) -> Result<Actor, StoreError> {
    let user = row.checked_or_null("user_id", |id| UserId::new(id).ok())?;
    row.checked("actor", |word| Actor::read(&word, user))
}

/// Maximum number of entries on a page of the audit.
const AUDIT_MAX: u32 = 200;

/// The number of entries on a page with this limit.
pub(crate) fn audit_rows(limit: u32) -> u32 {
    limit.clamp(1, AUDIT_MAX)
}

/// The point before which a page of the audit begins: that of the cursor, or the end of the filter.
pub(crate) fn audit_before(
    filter: &AuditFilter,
    after: Option<AuditCursor>,
) -> (Option<DateTime<Utc>>, Option<AuditId>) {
    match (filter.until, after) {
        (Some(until), Some(after)) if after.at < until => (Some(after.at), Some(after.id)),
        // Without an id, no entry of the end itself is shown.
        (Some(until), _) => (Some(until), None),
        (None, after) => (after.map(|after| after.at), after.map(|after| after.id)),
    }
}

/// A page of the audit, made from its rows. There is one row more than fits if another page
/// follows.
pub(crate) fn audit_page(rows: &[impl Columns], limit: u32) -> Result<AuditPage, StoreError> {
    let (rows, last) = shown(rows, audit_rows(limit));
    let mut page = AuditPage::default();
    for row in rows {
        match or_broken(row, "at", audit_entry(row))? {
            Ok(entry) => page.entries.push(entry),
            Err(broken) => page.broken.push(broken),
        }
    }
    if let Some(last) = last {
        // The tables accept no id and no instant that cannot be read.
        let row = Reader::new(last, "audit entry");
        page.next = Some(AuditCursor { at: row.instant("at")?, id: row.parsed("id")? });
    }
    Ok(page)
}

fn audit_entry(row: &impl Columns) -> Result<AuditEntry, StoreError> {
    let row = &Reader::new(row, "audit entry");
    let target_id = row.text("target_id")?;
    Ok(AuditEntry {
        id: row.parsed("id")?,
        at: row.instant("at")?,
        by: actor(row)?,
        act: row.parsed("act")?,
        on: row.checked("target", |kind| AuditTarget::read(&kind, &target_id))?,
        change: row.checked("change", |json| AuditChange::from_json(&json))?,
    })
}

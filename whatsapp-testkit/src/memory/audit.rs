//! The audit.

use async_trait::async_trait;
use whatsapp_core::AuditId;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};

use super::MemoryStore;
use super::table::{Table, undo_all};

/// The entries in their order.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) rows: Table<AuditCursor, AuditEntry>,
    /// The unique index over their ids.
    pub(super) ids: Table<AuditId, AuditCursor>,
}

undo_all!(Entries { rows, ids });

#[async_trait]
impl AuditLog for MemoryStore {
    async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let data = self.lock();
        let limit = limit.clamp(1, 200) as usize;
        let asked_for = |entry: &&AuditEntry| filter.fits(entry);
        let before = |(place, _): &(&AuditCursor, &AuditEntry)| after.is_none_or(|at| **place < at);
        let entries = data.audit.rows.iter().rev().filter(before).map(|(_, entry)| entry);
        let mut entries: Vec<_> = entries.filter(asked_for).take(limit + 1).cloned().collect();
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().map(|entry| AuditCursor { at: entry.at, id: entry.id });
        Ok(AuditPage { entries, broken: Vec::new(), next: last.filter(|_| more) })
    }
}

impl Entries {
    /// Writes an entry; its id is unique.
    pub(super) fn add(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let place = AuditCursor { at: entry.at, id: entry.id };
        if !self.ids.insert(entry.id, place) {
            return Err(StoreError::Conflict { entity: "audit entry" });
        }
        self.rows.insert(place, entry.clone());
        Ok(())
    }
}

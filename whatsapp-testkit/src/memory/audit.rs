//! The audit.

use async_trait::async_trait;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};

use super::{Data, MemoryStore};

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
        let entries = data.audit.iter().rev().filter(before).map(|(_, entry)| entry);
        let mut entries: Vec<_> = entries.filter(asked_for).take(limit + 1).cloned().collect();
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().map(|entry| AuditCursor { at: entry.at, id: entry.id });
        Ok(AuditPage { entries, broken: Vec::new(), next: last.filter(|_| more) })
    }
}

impl Data {
    /// Writes an entry; its id is unique.
    pub(super) fn record_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let place = AuditCursor { at: entry.at, id: entry.id };
        if self.audit.keys().any(|other| other.id == entry.id) {
            return Err(StoreError::Conflict { entity: "audit entry" });
        }
        self.audit.insert(place, entry.clone());
        Ok(())
    }
}

//! Acts on many messages.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::bulk::{Bulk, BulkCounts, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::port::{
    BULK_HORIZON, BulkChange, BulkClaim, BulkStore, BulkWrite, Saved, StoreError,
};
use whatsapp_core::{AuditId, BulkId, LeaseToken};

use super::MemoryStore;

/// An act with its messages and its claim.
#[derive(Debug, Clone)]
pub(super) struct Row {
    bulk: Bulk,
    items: Vec<BulkItem>,
    held: Option<(LeaseToken, DateTime<Utc>)>,
}

impl Row {
    fn read(&self) -> Bulk {
        let count = |fits: &dyn Fn(&BulkItem) -> bool| {
            u32::try_from(self.items.iter().filter(|item| fits(item)).count()).unwrap_or(u32::MAX)
        };
        let came_to = |outcome| count(&|item: &BulkItem| item.outcome == Some(outcome));
        let counts = BulkCounts {
            total: count(&|_| true),
            open: count(&|item| item.outcome.is_none()),
            arrived: count(&|item| item.outcome.is_none() && item.asks.arrived),
            hours: count(&|item| item.outcome.is_none() && item.asks.hours),
            done: came_to(BulkOutcome::Done),
            left_out: came_to(BulkOutcome::LeftOut),
            failed: came_to(BulkOutcome::Failed),
        };
        Bulk { counts, ..self.bulk.clone() }
    }
}

#[async_trait]
impl BulkStore for MemoryStore {
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError> {
        self.transaction(|data| {
            if data.bulks.contains_key(&bulk.id) {
                return Err(StoreError::Conflict { entity: "act on many messages" });
            }
            let row = Row { bulk: bulk.clone(), items: items.to_vec(), held: None };
            data.bulks.insert(bulk.id, row);
            Ok(())
        })
    }

    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        Ok(self.lock().bulks.get(&id).map(Row::read))
    }

    async fn bulk_items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError> {
        let data = self.lock();
        let items = data.bulks.get(&id).into_iter().flat_map(|row| &row.items);
        let asked = items
            .filter(|item| item.outcome == outcome && after.is_none_or(|after| item.no > after));
        Ok(asked.take(limit as usize).cloned().collect())
    }

    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError> {
        self.transaction(|data| {
            let row = data.bulks.get_mut(&change.id);
            let Some(row) = row.filter(|row| row.bulk.state == change.from) else {
                return Ok(Saved::Stale);
            };
            row.bulk.state = change.to;
            row.bulk.by = change.by.clone();
            row.bulk.agreed = change.agreed;
            row.bulk.changed_at = change.at;
            data.audit.add(&change.audit)?;
            Ok(Saved::Done)
        })
    }

    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
        self.transaction(|data| {
            let is_free = |row: &&Row| {
                let holds = |(_, until): (LeaseToken, DateTime<Utc>)| {
                    until > claim.now && until <= claim.now + BULK_HORIZON
                };
                row.bulk.state == BulkState::Running && !row.held.is_some_and(holds)
            };
            let free = data.bulks.values().filter(is_free).map(|row| &row.bulk);
            let first = free.min_by_key(|bulk| (bulk.changed_at, bulk.id)).map(|bulk| bulk.id);
            let Some(row) = first.and_then(|id| data.bulks.get_mut(&id)) else {
                return Ok(None);
            };
            row.held = Some((claim.token, claim.until));
            let open = row.items.iter().filter(|item| item.outcome.is_none());
            let items = open.take(claim.limit as usize).cloned().collect();
            Ok(Some((row.read(), items)))
        })
    }

    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError> {
        self.transaction(|data| {
            let is_held = |row: &&mut Row| row.held.is_some_and(|(token, _)| token == write.token);
            let Some(row) = data.bulks.get_mut(&write.id).filter(is_held) else {
                return Ok(false);
            };
            row.held = None;
            row.bulk.changed_at = write.at;
            for result in &write.results {
                let open = |item: &&mut BulkItem| item.no == result.no && item.outcome.is_none();
                if let Some(item) = row.items.iter_mut().find(open) {
                    item.outcome = Some(result.outcome);
                    item.sentence.clone_from(&result.sentence);
                    item.fresh = result.fresh;
                }
            }
            let is_over = row.items.iter().all(|item| item.outcome.is_some());
            if is_over && row.bulk.state == BulkState::Running {
                row.bulk.state = BulkState::Done;
            }
            Ok(true)
        })
    }

    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError> {
        let data = self.lock();
        let known: BTreeSet<_> = entries.iter().filter_map(|id| data.audit.ids.get(id)).collect();
        Ok(known.into_iter().map(|place| place.id).collect())
    }

    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        self.transaction(|data| {
            let is_old = |bulk: &Bulk| bulk.state == BulkState::Counted && bulk.at < before;
            let old = data.bulks.iter().filter(|(_, row)| is_old(&row.bulk));
            let old: Vec<BulkId> = old.map(|(id, _)| *id).collect();
            for id in &old {
                data.bulks.remove(id);
            }
            Ok(old.len() as u64)
        })
    }
}

//! Mutes.

use async_trait::async_trait;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError};
use whatsapp_core::{AuditId, MuteId};

use super::MemoryStore;
use super::table::{Index, Table, undo_all};

/// All mutes.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Table<MuteId, Mute>,
    /// Mutes that have not ended, by their subject.
    holding: Index<MuteOn, MuteCursor>,
}

undo_all!(Rows { rows, holding });

impl Rows {
    /// Writes a mute: the one place where that is done, so that the index follows.
    fn write(&mut self, mute: Mute) {
        let holding =
            |mute: &Mute| mute.ended.is_none().then(|| (mute.on.clone(), MuteCursor::of(mute)));
        self.holding.moved(self.rows.get(&mute.id).and_then(holding), holding(&mute));
        self.rows.insert(mute.id, mute);
    }

    /// The mutes of this subject that have not ended.
    fn on(&self, on: &MuteOn) -> impl Iterator<Item = &Mute> {
        self.holding.of(on).filter_map(|place| self.rows.get(&place.id))
    }
}

#[async_trait]
impl MuteStore for MemoryStore {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        self.transaction(|data| {
            if let Some(there) = data.mutes.on(&mute.on).find(|one| one.of == mute.of) {
                return Ok(there.clone());
            }
            if data.mutes.rows.contains_key(&mute.id) {
                return Err(StoreError::Conflict { entity: "mute" });
            }
            data.audit.add(&mute.entry(audit))?;
            data.mutes.write(mute.clone());
            Ok(mute.clone())
        })
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        self.transaction(|data| {
            let there = data.mutes.rows.get(&end.id).filter(|one| one.ended.is_none());
            let Some(there) = there else { return Ok(None) };
            let ended = end.apply(there.clone());
            data.mutes.write(ended.clone());
            data.audit.add(&ended.entry(end.audit))?;
            Ok(Some(ended))
        })
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        let data = self.lock();
        let fits = |mute: &&Mute| {
            filter.on.as_ref().is_none_or(|on| *on == mute.on)
                && (filter.ended || mute.ended.is_none())
                && filter.ids.as_ref().is_none_or(|ids| ids.contains(&mute.id))
                && after.is_none_or(|after| MuteCursor::of(mute) < after)
        };
        let mut mutes: Vec<_> = data.mutes.rows.values().filter(fits).cloned().collect();
        mutes.sort_by_key(|mute| std::cmp::Reverse(MuteCursor::of(mute)));
        mutes.truncate(limit as usize);
        Ok(mutes)
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let data = self.lock();
        let answer = |question: &MuteQuestion| {
            let mut mutes = Vec::new();
            for on in question.on() {
                mutes.extend(data.mutes.on(&on).cloned());
            }
            mutes.sort_by_key(MuteCursor::of);
            mutes
        };
        Ok(asked.iter().map(answer).collect())
    }
}

//! Mutes.

use async_trait::async_trait;
use whatsapp_core::AuditId;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError};

use super::MemoryStore;

#[async_trait]
impl MuteStore for MemoryStore {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        self.transaction(|data| {
            let same =
                |one: &&Mute| one.ended.is_none() && (&one.on, one.of) == (&mute.on, mute.of);
            if let Some(there) = data.mutes.iter().find(same) {
                return Ok(there.clone());
            }
            if data.mutes.iter().any(|one| one.id == mute.id) {
                return Err(StoreError::Conflict { entity: "mute" });
            }
            data.record_audit(&mute.entry(audit))?;
            data.mutes.push(mute.clone());
            Ok(mute.clone())
        })
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        self.transaction(|data| {
            let holds = |one: &&mut Mute| one.id == end.id && one.ended.is_none();
            let Some(there) = data.mutes.iter_mut().find(holds) else { return Ok(None) };
            *there = end.apply(there.clone());
            let ended = there.clone();
            data.record_audit(&ended.entry(end.audit))?;
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
                && after.is_none_or(|after| MuteCursor::of(mute) < after)
        };
        let mut mutes: Vec<_> = data.mutes.iter().filter(fits).cloned().collect();
        mutes.sort_by_key(|mute| std::cmp::Reverse(MuteCursor::of(mute)));
        mutes.truncate(limit as usize);
        Ok(mutes)
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let data = self.lock();
        let answer = |question: &MuteQuestion| {
            let on: Vec<MuteOn> = question.on().collect();
            let holds = |mute: &&Mute| mute.ended.is_none() && on.contains(&mute.on);
            let mut mutes: Vec<_> = data.mutes.iter().filter(holds).cloned().collect();
            mutes.sort_by_key(MuteCursor::of);
            mutes
        };
        Ok(asked.iter().map(answer).collect())
    }
}

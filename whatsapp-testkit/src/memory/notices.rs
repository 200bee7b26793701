//! The notices that are owed, and the digests that account for them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{CancelReason, Message, MessageKey, Status};
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private};

use super::record::Record;
use super::records::Records;
use super::table::{Table, undo_all};
use super::{Data, Held, MemoryStore};

/// A digest whose next try is further away than this has waited since before a clock was set back.
const AGAIN_HORIZON: TimeDelta = TimeDelta::hours(1);

/// All digests.
#[derive(Debug, Default)]
pub(super) struct Digests {
    rows: Table<DigestId, DigestRecord>,
    /// All digests by the time at which they were put together.
    age: Table<(DateTime<Utc>, DigestId), ()>,
    /// Digests that are not sent yet.
    unsent: Table<(DateTime<Utc>, DigestId), ()>,
}

undo_all!(Digests { rows, age, unsent });

#[derive(Debug, Clone)]
struct DigestRecord {
    mark: DigestMark,
    held: Option<Held>,
    /// The recipients that have it already, and the time of the next try for the others.
    told: Vec<Private>,
    again_at: Option<DateTime<Utc>>,
}

impl Digests {
    /// Adds a digest that no recipient has yet.
    fn add(&mut self, collect: &Collect) {
        let Collect { id, now, .. } = *collect;
        let mark = DigestMark { id, created_at: now, sent_at: None };
        let digest = DigestRecord { mark, held: None, told: Vec::new(), again_at: None };
        self.rows.insert(id, digest);
        self.age.insert((now, id), ());
        self.unsent.insert((now, id), ());
    }

    /// The unsent digest that is claimed with this token.
    fn held(&mut self, id: DigestId, token: LeaseToken) -> Option<&mut DigestRecord> {
        let digest = self.rows.get_mut(&id)?;
        let is_held = digest.held.is_some_and(|held| held.token == token);
        (is_held && digest.mark.sent_at.is_none()).then_some(digest)
    }

    /// The oldest unsent digest of these that nobody holds any more.
    fn free(&self, collect: &Collect, which: impl Fn(&DigestRecord) -> bool) -> Option<DigestId> {
        let mut unsent = self.unsent.keys().filter_map(|(_, id)| self.rows.get(id));
        let found = unsent.find(|digest| {
            which(digest)
                && digest.held.is_none_or(|held| held.until <= collect.now)
                && digest
                    .again_at
                    .is_none_or(|at| at <= collect.now || at > collect.now + AGAIN_HORIZON)
        });
        found.map(|digest| digest.mark.id)
    }
}

#[async_trait]
impl NoticeQueue for MemoryStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        let data = self.lock();
        let unsent = data.digests.unsent.keys().map(|(_, id)| Some(*id));
        let digests = std::iter::once(None).chain(unsent);
        let owed = digests.map(|digest| standing(&data, digest).count() as u64);
        Ok(owed.sum())
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        let data = self.lock();
        let newest = data.digests.age.keys().rev().take(limit as usize);
        let marks = newest.filter_map(|(_, id)| data.digests.rows.get(id));
        Ok(marks.map(|digest| digest.mark).collect())
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        self.transaction(|data| {
            let id = data
                .digests
                .free(collect, |digest| digest.told.is_empty())
                .or_else(|| put_together(data, collect))
                .or_else(|| data.digests.free(collect, |digest| !digest.told.is_empty()));
            let Some((id, digest)) = id.and_then(|id| Some((id, data.digests.rows.get_mut(&id)?)))
            else {
                return Ok(None);
            };
            digest.held =
                Some(Held { token: collect.token, until: collect.now + collect.lease, ends: None });
            let (created_at, told) = (digest.mark.created_at, digest.told.clone());
            Ok(Some(Collected {
                digest: Digest { id, created_at, notices: notices_of(data, id), told },
                token: collect.token,
            }))
        })
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.transaction(|data| {
            let Some(digest) = data.digests.held(id, token) else { return Ok(false) };
            digest.mark.sent_at = Some(at);
            let created_at = digest.mark.created_at;
            data.digests.unsent.remove(&(created_at, id));
            Ok(true)
        })
    }

    async fn mark_told(
        &self,
        id: DigestId,
        token: LeaseToken,
        told: &[Private],
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.transaction(|data| {
            Ok(data.digests.held(id, token).is_some_and(|digest| {
                digest.told = told.to_vec();
                digest.again_at = Some(again_at);
                digest.held = None;
                true
            }))
        })
    }
}

/// Tells whether a failed message no longer counts as failed: it was sent or withdrawn since, or a
/// later one took its place and did not fail.
pub(super) fn is_mended(records: &Records, message: &Message) -> bool {
    // A message that a person withdrew leaves the failure standing.
    let is_well = |record: &Record| {
        let state = &record.message.state;
        state.status != Status::Failed && state.cancel_reason != Some(CancelReason::Manager)
    };
    let facts = &message.facts;
    let corrected = || facts.key.of_corrected().and_then(|key| MessageKey::new(key).ok());
    let mut resends = records.by.resend.of(&facts.id).filter_map(|id| records.get(id));
    matches!(message.state.status, Status::Sent | Status::Cancelled)
        || resends.any(|record| is_well(record))
        || corrected().is_some_and(|key| records.by_key(&key).is_some_and(is_well))
}

/// The messages with a notice in this digest, or in none yet, that were not mended since.
fn standing(data: &Data, digest: Option<DigestId>) -> impl Iterator<Item = &Arc<Record>> {
    let records = data.records.by.digest.of(&digest).filter_map(|id| data.records.get(id));
    records.filter(|record| !is_mended(&data.records, &record.message))
}

/// Puts every notice that is in no digest yet into a new one.
fn put_together(data: &mut Data, collect: &Collect) -> Option<DigestId> {
    let newest = data.digests.age.keys().next_back().map(|(_, id)| *id);
    if !collect.may_start || newest != collect.newest_known {
        return None;
    }
    let fresh: Vec<MessageId> = data.records.by.digest.of(&None).copied().collect();
    let fresh = fresh.into_iter().filter_map(|id| {
        let record = data.records.get(&id)?;
        Some((id, is_mended(&data.records, &record.message)))
    });
    let fresh: Vec<(MessageId, bool)> = fresh.collect();
    for (id, is_mended) in &fresh {
        data.records.change(*id, |record| {
            if *is_mended {
                record.notice = None;
            } else if let Some(notice) = &mut record.notice {
                notice.digest = Some(collect.id);
            }
        });
    }
    if fresh.iter().all(|(_, is_mended)| *is_mended) {
        return None;
    }
    data.digests.add(collect);
    Some(collect.id)
}

/// A digest's notices in order of failure, equal ones by message, without those that were mended
/// since.
fn notices_of(data: &Data, id: DigestId) -> Vec<Notice> {
    let notices = standing(data, Some(id)).filter_map(|record| record.notice.as_ref());
    let mut notices: Vec<_> = notices.map(|notice| notice.notice.clone()).collect();
    notices.sort_by_key(|notice| (notice.failed_at, notice.message_id));
    notices
}

//! The notices that are owed, and the digests that account for them.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken};

use super::{Data, DigestRecord, Held, MemoryStore};

#[async_trait]
impl NoticeQueue for MemoryStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        let data = self.lock();
        let is_sent = |id| {
            let digest: Option<&DigestRecord> = data.digests.get(&id);
            digest.is_some_and(|digest| digest.mark.sent_at.is_some())
        };
        let notices = data.records.values().filter_map(|r| r.notice.as_ref());
        let owed = notices.filter(|notice| !notice.digest.is_some_and(is_sent));
        Ok(owed.count() as u64)
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        let mut marks = newest_first(&self.lock());
        marks.truncate(limit as usize);
        Ok(marks)
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        self.transaction(|data| {
            let Some(id) = take_up(data, collect).or_else(|| put_together(data, collect)) else {
                return Ok(None);
            };
            let Some(digest) = data.digests.get_mut(&id) else {
                return Ok(None);
            };
            digest.held = Held { token: collect.token, until: collect.now + collect.lease };
            let created_at = digest.mark.created_at;
            Ok(Some(Collected {
                digest: Digest { id, created_at, notices: notices_of(data, id) },
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
            let digest = data.digests.get_mut(&id);
            let digest = digest.filter(|d| d.held.token == token && d.mark.sent_at.is_none());
            Ok(match digest {
                None => false,
                Some(digest) => {
                    digest.mark.sent_at = Some(at);
                    true
                }
            })
        })
    }
}

/// The oldest unsent digest that nobody holds any more.
fn take_up(data: &Data, collect: &Collect) -> Option<DigestId> {
    let unsent = newest_first(data).into_iter().rev().filter(|mark| mark.sent_at.is_none());
    let run_out = |mark: &DigestMark| data.digests[&mark.id].held.until <= collect.now;
    unsent.into_iter().find(run_out).map(|mark| mark.id)
}

/// Puts every notice that is in no digest yet into a new one.
fn put_together(data: &mut Data, collect: &Collect) -> Option<DigestId> {
    let newest = newest_first(data).first().map(|mark| mark.id);
    if !collect.may_start || newest != collect.newest_known {
        return None;
    }
    let mut any = false;
    for record in data.records.values_mut() {
        let free = |n: &super::NoticeRecord| n.digest.is_none();
        if record.notice.as_ref().is_some_and(free)
            && let Some(notice) = &mut Arc::make_mut(record).notice
        {
            notice.digest = Some(collect.id);
            any = true;
        }
    }
    if !any {
        return None;
    }
    let digest = DigestRecord {
        mark: DigestMark { id: collect.id, created_at: collect.now, sent_at: None },
        held: Held { token: collect.token, until: collect.now + collect.lease },
    };
    data.digests.insert(collect.id, digest);
    Some(collect.id)
}

fn newest_first(data: &Data) -> Vec<DigestMark> {
    let mut marks: Vec<_> = data.digests.values().map(|digest| digest.mark).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse((mark.created_at, mark.id)));
    marks
}

/// A digest's notices in order of failure, equal ones by message.
fn notices_of(data: &Data, id: DigestId) -> Vec<Notice> {
    let notices = data.records.values().filter_map(|r| r.notice.as_ref());
    let mut notices: Vec<_> = notices
        .filter(|notice| notice.digest == Some(id))
        .map(|notice| notice.notice.clone())
        .collect();
    notices.sort_by_key(|notice| (notice.failed_at, notice.message_id));
    notices
}

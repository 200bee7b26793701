//! The notices that are owed, and the digests that account for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{CancelReason, Message, Status};
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private};

use super::{Data, DigestRecord, Held, MemoryStore};

/// A digest whose next try is further away than this waits since before a clock was set back.
const AGAIN_HORIZON: TimeDelta = TimeDelta::hours(1);

#[async_trait]
impl NoticeQueue for MemoryStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        let data = self.lock();
        let is_sent = |id| {
            let digest: Option<&DigestRecord> = data.digests.get(&id);
            digest.is_some_and(|digest| digest.mark.sent_at.is_some())
        };
        let mended = mended(&data);
        let notices = data.records.values().filter_map(|r| r.notice.as_ref());
        let owed = notices
            .filter(|notice| !notice.digest.is_some_and(is_sent))
            .filter(|notice| !mended.contains(&notice.notice.message_id));
        Ok(owed.count() as u64)
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        let mut marks = newest_first(&self.lock());
        marks.truncate(limit as usize);
        Ok(marks)
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        self.transaction(|data| {
            let id = take_up(data, collect, |digest| digest.told.is_empty())
                .or_else(|| put_together(data, collect))
                .or_else(|| take_up(data, collect, |digest| !digest.told.is_empty()));
            let Some((id, digest)) = id.and_then(|id| Some((id, data.digests.get_mut(&id)?)))
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
            Ok(held(data, id, token).is_some_and(|digest| {
                digest.mark.sent_at = Some(at);
                true
            }))
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
            Ok(held(data, id, token).is_some_and(|digest| {
                digest.told = told.to_vec();
                digest.again_at = Some(again_at);
                digest.held = None;
                true
            }))
        })
    }
}

/// The unsent digest that is claimed with this token.
fn held(data: &mut Data, id: DigestId, token: LeaseToken) -> Option<&mut DigestRecord> {
    let digest = data.digests.get_mut(&id)?;
    let is_held = digest.held.is_some_and(|held| held.token == token);
    (is_held && digest.mark.sent_at.is_none()).then_some(digest)
}

/// The oldest unsent digest of these that nobody holds any more.
fn take_up(
    data: &Data,
    collect: &Collect,
    which: impl Fn(&DigestRecord) -> bool,
) -> Option<DigestId> {
    let unsent = newest_first(data).into_iter().rev().filter(|mark| mark.sent_at.is_none());
    let mut unsent = unsent.filter_map(|mark| data.digests.get(&mark.id));
    let found = unsent.find(|digest| {
        which(digest)
            && digest.held.is_none_or(|held| held.until <= collect.now)
            && digest
                .again_at
                .is_none_or(|at| at <= collect.now || at > collect.now + AGAIN_HORIZON)
    });
    found.map(|digest| digest.mark.id)
}

/// The failed messages that do not stand as failed any more: they were sent or withdrawn since, or a
/// later one took their place and did not fail.
pub(super) fn mended(data: &Data) -> BTreeSet<MessageId> {
    let all = || data.records.values().map(|record| &record.message);
    // What a person withdrew leaves the failure as it was.
    let well = || {
        all().filter(|message| {
            message.state.status != Status::Failed
                && message.state.cancel_reason != Some(CancelReason::Manager)
        })
    };
    let keys: BTreeSet<&str> = well().map(|message| message.facts.key.as_str()).collect();
    let resent: BTreeSet<MessageId> =
        well().filter_map(|message| message.facts.resend_of).collect();
    let is_mended = |message: &&Message| {
        matches!(message.state.status, Status::Sent | Status::Cancelled)
            || resent.contains(&message.facts.id)
            || message.facts.key.of_corrected().is_some_and(|key| keys.contains(key))
    };
    all().filter(is_mended).map(|message| message.facts.id).collect()
}

/// Puts every notice that is in no digest yet into a new one.
fn put_together(data: &mut Data, collect: &Collect) -> Option<DigestId> {
    let newest = newest_first(data).first().map(|mark| mark.id);
    if !collect.may_start || newest != collect.newest_known {
        return None;
    }
    let mended = mended(data);
    let mut any = false;
    for (id, record) in &mut data.records {
        let free = |n: &super::NoticeRecord| n.digest.is_none();
        if !record.notice.as_ref().is_some_and(free) {
            continue;
        }
        let record = Arc::make_mut(record);
        if mended.contains(id) {
            record.notice = None;
        } else if let Some(notice) = &mut record.notice {
            notice.digest = Some(collect.id);
            any = true;
        }
    }
    if !any {
        return None;
    }
    let digest = DigestRecord {
        mark: DigestMark { id: collect.id, created_at: collect.now, sent_at: None },
        held: Some(Held { token: collect.token, until: collect.now + collect.lease, ends: None }),
        told: Vec::new(),
        again_at: None,
    };
    data.digests.insert(collect.id, digest);
    Some(collect.id)
}

fn newest_first(data: &Data) -> Vec<DigestMark> {
    let mut marks: Vec<_> = data.digests.values().map(|digest| digest.mark).collect();
    marks.sort_by_key(|mark| std::cmp::Reverse((mark.created_at, mark.id)));
    marks
}

/// A digest's notices in order of failure, equal ones by message, without what was mended since.
fn notices_of(data: &Data, id: DigestId) -> Vec<Notice> {
    let mended = mended(data);
    let notices = data.records.values().filter_map(|r| r.notice.as_ref());
    let mut notices: Vec<_> = notices
        .filter(|notice| notice.digest == Some(id) && !mended.contains(&notice.notice.message_id))
        .map(|notice| notice.notice.clone())
        .collect();
    notices.sort_by_key(|notice| (notice.failed_at, notice.message_id));
    notices
}

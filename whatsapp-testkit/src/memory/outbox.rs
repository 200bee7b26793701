//! The outbox and the attempt ledger.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    Attempt, AttemptOutcome, AttemptRecord, Fingerprint, Message, MessageKey, NewMessage, OwedRow,
    Part, Status, Step,
};
use whatsapp_core::port::{
    Amended, Amendment, Aside, Begin, Begun, Burial, Buried, Claim, Claimed, Count, Enqueued,
    Fetch, FetchLog, LEASE_HORIZON, Lane, LaneQueue, Lease, NextDue, Outbox, Owed, QueuePoint,
    Redate, Replaced, Replacement, Settled, Settlement, Sibling, StoreError,
};
use whatsapp_core::{AccountId, MessageId};

use super::{Data, Held, MemoryStore, Record, Sent};

/// No look is further away than this.
const DAY: TimeDelta = TimeDelta::days(1);

#[async_trait]
impl Outbox for MemoryStore {
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        let account = self.account;
        self.transaction(|data| messages.iter().map(|new| enqueue(data, new, account)).collect())
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        let data = self.lock();
        Ok(data.by_key(key).map(|record| known(record, fingerprint)))
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.transaction(|data| claim_of(data, claim, self.account, |_| true))
    }

    async fn claim_looks(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        let is_look = |owed: OwedRow| owed.step == Step::Look;
        self.transaction(|data| claim_of(data, claim, self.account, is_look))
    }

    async fn bury(&self, _burial: &Burial) -> Result<Buried, StoreError> {
        // What is kept here is what was written: all of it can be read.
        Ok(Buried::Nothing)
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.transaction(|data| {
            for lease in leases {
                if let Some(record) = data.held(*lease) {
                    record.lease = None;
                }
            }
            Ok(())
        })
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        self.transaction(|data| begins.iter().map(|item| begin(data, item)).collect())
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.transaction(|data| settlements.iter().map(|item| settle(data, item)).collect())
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        self.transaction(|data| {
            let Some(record) = data.record(amendment.message_id) else {
                return Ok(Amended::Stale);
            };
            // Begin does not touch the message row, so an open attempt is asked for as well: what
            // was seen before it began must not be withdrawn after it.
            let held =
                record.lease.is_some_and(|held| !held.has_run_out(amendment.at, amendment.elapsed));
            let changed = record.message.updated_at != amendment.seen;
            if held || changed || record.open_attempt().is_some() {
                return Ok(Amended::Stale);
            }
            record.change(&amendment.state, amendment.at);
            if let Some(other) = &amendment.reschedule {
                record.message.facts.scheduled_for = Some(other.scheduled_for);
                record.message.facts.warning.clone_from(&other.warning);
            }
            if let Some(entry) = &amendment.audit {
                data.record_audit(entry)?;
            }
            Ok(Amended::Done)
        })
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let Aside { message_id: id, seen, is_aside, at, audit } = aside;
        self.transaction(|data| {
            let stands = data.aside.get(id) == Some(seen);
            let updated_at = match data.record(*id).map(|record| &mut record.message.updated_at) {
                Some(updated_at) if *updated_at == *seen && stands != *is_aside => updated_at,
                _ => return Ok(Amended::Stale),
            };
            *updated_at = (*at).max(*seen + TimeDelta::microseconds(1));
            let changed = *updated_at;
            if *is_aside {
                data.aside.insert(*id, changed);
            } else {
                data.aside.remove(id);
            }
            if let Some(entry) = audit {
                data.record_audit(entry)?;
            }
            Ok(Amended::Done)
        })
    }

    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError> {
        let account = self.account;
        let Replacement { message, seen, free } = replacement;
        let old = message.facts.resend_of.ok_or_else(|| StoreError::Other {
            reason: "a replacement needs the message that it replaces".to_owned(),
        })?;
        self.transaction(|data| {
            if let Some(there) = data.by_key(&message.facts.key) {
                return Ok(Replaced::Done(known(there, &message.facts.fingerprint)));
            }
            let is_taken = free.as_ref().is_some_and(|key| data.by_key(key).is_some());
            match data.record(old).map(|record| &mut record.message.updated_at) {
                Some(at) if *at == *seen && !is_taken => {
                    *at = message.facts.created_at.max(*seen + TimeDelta::microseconds(1));
                }
                _ => return Ok(Replaced::Stale),
            }
            enqueue(data, message, account).map(Replaced::Done)
        })
    }

    async fn redate(&self, redate: &Redate) -> Result<(), StoreError> {
        let Redate { now, elapsed, within } = *redate;
        self.transaction(|data| {
            for record in data.records.values_mut() {
                let Some(owed) = record.message.state.owed else { continue };
                let left = owed.look_mark.and_then(|mark| mark.since(elapsed));
                let due_at = match (owed.step, left) {
                    (Step::Look, Some(left)) => now + left.clamp(-DAY, DAY),
                    (Step::Look, None) if owed.due_at > now + within => now,
                    (Step::Send, _) if owed.open_since.is_some() => owed.due_at.min(now),
                    _ => continue,
                };
                let record = Arc::make_mut(record);
                record.message.state.owed = Some(OwedRow { due_at, ..owed });
            }
            Ok(())
        })
    }

    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError> {
        let data = self.lock();
        let mut siblings = Vec::new();
        for record in data.records.values().filter(|record| record.account == self.account) {
            let facts = &record.message.facts;
            let wanted = record.attempts.iter().zip(&record.sent).filter(|(attempt, sent)| {
                let owns = attempt.gateway_id.as_ref().is_some_and(|id| ids.contains(id));
                owns || (sent.number_key == number_key && attempt.started_at >= since)
            });
            siblings.extend(wanted.map(|(attempt, sent)| Sibling {
                message_id: facts.id,
                no: attempt.no,
                number: sent.number.clone(),
                text: sent.text,
                via: attempt.via.clone(),
                started_at: attempt.started_at,
                outcome: attempt.outcome,
                gateway_id: attempt.gateway_id.clone(),
            }));
        }
        Ok(siblings)
    }

    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let data = self.lock();
        let owed = |id: &MessageId| {
            let record = data.records.get(id)?;
            record.message.state.owed.filter(|owed| owed.step != Step::Watch)
        };
        let ids: BTreeSet<_> = ids.iter().filter(|id| owed(id).is_some()).copied().collect();
        Ok(ids.into_iter().collect())
    }

    async fn owed(&self) -> Result<Owed, StoreError> {
        let data = self.lock();
        let mut counts = Owed::default();
        for record in data.records.values().filter(|record| record.account == self.account) {
            match record.message.state.owed {
                Some(OwedRow { step: Step::Watch, .. }) => counts.watched += 1,
                Some(OwedRow { open_since: None, .. }) => counts.waiting += 1,
                Some(_) => counts.in_doubt += 1,
                None => {}
            }
        }
        Ok(counts)
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        let data = self.lock();
        let ours = || data.records.values().filter(|record| record.account == self.account);
        Ok(NextDue::of(|lane| ours().filter_map(|record| record.due_in(lane)).min()))
    }

    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError> {
        let data = self.lock();
        let ours = data.records.values().filter(|record| record.account == self.account);
        let owed: Vec<OwedRow> = ours.filter_map(|record| record.message.state.owed).collect();
        let queue = |lane: &Lane| {
            let count = |is_due: bool| {
                let counted = owed.iter().filter(|owed| {
                    Lane::of(owed.step, owed.class) == *lane && (owed.due_at <= now) == is_due
                });
                (counted.count() as u64).min(most)
            };
            LaneQueue { lane: *lane, due: count(true), later: count(false) }
        };
        Ok(Lane::OWED.iter().map(queue).collect())
    }

    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
        let data = self.lock();
        let waits = |record: &&Arc<Record>| {
            let owed = record.message.state.owed;
            record.account == self.account
                && owed.is_some_and(|owed| owed.step != Step::Watch && owed.open_since.is_none())
        };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let waiting: Vec<_> = data.records.values().filter(waits).collect();
        let ends = |record: &&Arc<Record>| {
            let Message { facts, state, .. } = &record.message;
            facts.expires_at.filter(|end| state.part != Part::Text && *end < until)
        };
        let ends: Vec<_> = waiting.iter().take(most).filter_map(ends).collect();
        let number = Count::up_to(ends.len() as u64, u64::MAX, waiting.len() < most);
        Ok((number, ends.into_iter().min()))
    }

    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let data = self.lock();
        let ours = data.records.values().rev().filter(|record| record.account == self.account);
        let attempts = ours.flat_map(|record| record.attempts.iter().rev()).take(1_000);
        let taken = attempts.filter(|attempt| attempt.outcome == Some(AttemptOutcome::Accepted));
        Ok(taken.filter_map(|attempt| attempt.finished_at).max())
    }
}

#[async_trait]
impl FetchLog for MemoryStore {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        self.transaction(|data| {
            let attempts = data.record(fetch.message_id).map(|record| &mut record.attempts);
            let before = attempts
                .into_iter()
                .flatten()
                .filter(|a| a.part != Part::Text && a.started_at <= fetch.at);
            if let Some(attempt) = before.max_by_key(|attempt| attempt.no)
                && attempt.fetched_bytes.is_none_or(|bytes| bytes < fetch.bytes)
            {
                attempt.fetched_at = Some(fetch.at);
                attempt.fetched_bytes = Some(fetch.bytes);
            }
            Ok(())
        })
    }
}

/// What a key that is there already means for a message with this fingerprint.
fn known(record: &Record, fingerprint: &Fingerprint) -> Enqueued {
    let facts = &record.message.facts;
    if facts.fingerprint == *fingerprint {
        Enqueued::AlreadyPresent(facts.id)
    } else {
        Enqueued::Conflict(facts.id)
    }
}

pub(super) fn enqueue(
    data: &mut Data,
    new: &NewMessage,
    account: AccountId,
) -> Result<Enqueued, StoreError> {
    let NewMessage { facts, state, audit } = new;
    if let Some(record) = data.by_key(&facts.key) {
        return Ok(known(record, &facts.fingerprint));
    }
    if data.records.contains_key(&facts.id) {
        return Err(StoreError::Conflict { entity: "message" });
    }
    let message = Message {
        facts: facts.clone(),
        state: state.clone(),
        gateway_id: None,
        api_response: None,
        updated_at: facts.created_at,
    };
    let mut record = Record::new(message, account);
    if state.status == Status::Failed && state.owed.is_none() {
        let failure = state.failure.as_ref().ok_or_else(|| StoreError::Other {
            reason: "a message that failed for good needs its failure".to_owned(),
        })?;
        record.owe_notice(failure, facts.created_at);
    }
    data.keys.insert(facts.key.clone(), facts.id);
    data.records.insert(facts.id, Arc::new(record));
    if let Some(entry) = audit {
        data.record_audit(entry)?;
    }
    Ok(Enqueued::New(facts.id))
}

/// Claims what is due of an account, as far as it is owed what is wanted.
fn claim_of(
    data: &mut Data,
    claim: &Claim,
    account: AccountId,
    is_wanted: impl Fn(OwedRow) -> bool,
) -> Result<Vec<Claimed>, StoreError> {
    let ours = data.records.values().filter(|record| record.account == account);
    let wanted = ours.filter(|record| record.message.state.owed.is_some_and(&is_wanted));
    let claimable = wanted.filter(|record| is_claimable(record, claim));
    let mut points: Vec<QueuePoint> = claimable
        .filter_map(|record| record.point())
        .filter(|point| claim.after.is_none_or(|after| *point > after))
        .collect();
    points.sort_unstable();
    points.truncate(claim.limit as usize);

    let mut claimed = Vec::new();
    for point in points {
        let Some(record) = data.record(point.message_id) else {
            continue;
        };
        if record.lease.is_some() {
            record.reaps += 1;
        }
        record.lease = Some(Held {
            token: claim.token,
            until: claim.now + claim.lease,
            ends: Some(claim.elapsed + claim.lease),
        });
        claimed.extend(record.claimed(claim.token)?);
    }
    Ok(claimed)
}

fn is_claimable(record: &Record, claim: &Claim) -> bool {
    let asked_for = claim.only.is_none_or(|id| id == record.message.facts.id);
    let due = record.message.state.owed.map(|owed| owed.due_at);
    let free = record.lease.is_none_or(|held| {
        let left = held.ends.and_then(|ends| ends.since(claim.elapsed));
        let longest = claim.lease + LEASE_HORIZON;
        let clock_set_back = left.unwrap_or(held.until - claim.now) > longest;
        held.has_run_out(claim.now, claim.elapsed) || clock_set_back
    });
    let in_lane = record.due_in(claim.lane).is_some();
    let asked_for = asked_for && !claim.excluding.contains(&record.message.facts.id);
    asked_for && in_lane && free && due.is_some_and(|due| due <= claim.now)
}

fn begin(data: &mut Data, begin: &Begin) -> Result<Begun, StoreError> {
    let Some(record) = data.held(begin.lease) else {
        return Ok(Begun::Fenced);
    };
    let left = record.lease.and_then(|held| held.ends?.since(begin.elapsed));
    let long_enough = left.is_some_and(|left| left >= begin.lease_needed);
    let Some(owed) = record.message.state.owed else {
        return Ok(Begun::Fenced);
    };
    // The attempt that `close` closes must be the open one, and without one there must be none.
    let open = record.open_attempt().map(|attempt| attempt.no);
    if !long_enough || owed.posts + 1 != begin.no || open != begin.closes() {
        return Ok(Begun::Fenced);
    }
    if let Some(close) = &begin.close {
        write_attempt(data, begin.lease.message_id, close)?;
    }
    let Some(record) = data.record(begin.lease.message_id) else {
        return Ok(Begun::Fenced);
    };
    let mut attempt = Attempt::begun(begin.no, begin.at);
    attempt.part = begin.part;
    attempt.via.clone_from(&begin.via);
    record.attempts.push(attempt);
    record.sent.push(Sent {
        number_key: begin.number_key.clone(),
        number: begin.number.clone(),
        text: begin.text,
    });
    if let Some(revision) = &begin.revision {
        let facts = &mut record.message.facts;
        facts.whatsapp_number = revision.number.clone();
        facts.text = revision.text.clone();
        facts.values.clone_from(&revision.values);
        facts.template_id = revision.template_id;
        facts.template_version = revision.template_version;
        if let (Some(file), Some(link)) = (&mut facts.attachment, &revision.link) {
            *file = file.clone().behind(link.clone());
        }
    }
    record.message.state.owed = Some(OwedRow {
        step: Step::Send,
        class: owed.class,
        due_at: owed.due_at,
        open_since: Some(begin.at),
        open_mark: Some(begin.elapsed),
        look_mark: None,
        posts: begin.no,
        free_posts: owed.free_posts,
        looks: 0,
        looks_unavailable: 0,
    });
    Ok(Begun::Open)
}

fn settle(data: &mut Data, settlement: &Settlement) -> Result<Settled, StoreError> {
    if data.held(settlement.lease).is_none() {
        return Ok(Settled::Fenced);
    }
    if let Some(attempt) = &settlement.attempt {
        write_attempt(data, settlement.lease.message_id, attempt)?;
    }
    let Some(record) = data.held(settlement.lease) else {
        return Ok(Settled::Fenced);
    };
    record.change(&settlement.state, settlement.at);
    let message = &mut record.message;
    keep_or_set(&mut message.gateway_id, settlement.gateway_id.as_ref());
    keep_or_set(&mut message.api_response, settlement.api_response.as_ref());
    if let Some(failure) = settlement.state.failed_for_good() {
        record.owe_notice(failure, settlement.at);
    }
    Ok(Settled::Done)
}

/// Writes what is now known about an attempt. Without an outcome it stays as open as it was.
fn write_attempt(data: &mut Data, id: MessageId, known: &AttemptRecord) -> Result<(), StoreError> {
    if let Some(gateway_id) = &known.gateway_id
        && data.is_taken(gateway_id, (id, known.no))
    {
        return Err(StoreError::Conflict { entity: "gateway id" });
    }
    let attempt = data
        .record(id)
        .and_then(|record| record.attempts.iter_mut().find(|a| a.no == known.no))
        .ok_or_else(|| StoreError::Other {
            reason: "the attempt is not in the ledger".to_owned(),
        })?;
    if known.gateway_id.is_some() && attempt.outcome.or(known.outcome).is_none() {
        return Err(StoreError::Other { reason: "an attempt that is open owns no id".to_owned() });
    }
    attempt.finished_at = Some(known.finished_at);
    keep_or_set(&mut attempt.outcome, known.outcome.as_ref());
    keep_or_set(&mut attempt.http_status, known.http_status.as_ref());
    keep_or_set(&mut attempt.detail, known.detail.as_ref());
    keep_or_set(&mut attempt.gateway_id, known.gateway_id.as_ref());
    Ok(())
}

/// `None` keeps what is there.
fn keep_or_set<T: Clone>(column: &mut Option<T>, value: Option<&T>) {
    if value.is_some() {
        *column = value.cloned();
    }
}

//! The outbox and the attempt ledger.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    Attempt, AttemptOutcome, Fingerprint, HeldFor, Message, MessageKey, NewMessage, OwedRow, Part,
    Status, Step,
};
use whatsapp_core::port::{
    Amended, Amendment, Aside, Begin, Begun, Burial, Buried, Claim, Claimed, Count, Enqueued,
    Fetch, FetchLog, Lane, LaneQueue, Lease, NextDue, Outbox, Owed, Redate, Replaced, Replacement,
    Settled, Settlement, Sibling, StoreError,
};
use whatsapp_core::{AccountId, MessageId};

use super::record::{Record, Stage};
use super::{Data, MemoryStore, claims};

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
        Ok(data.records.by_key(key).map(|record| known(record, fingerprint)))
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.transaction(|data| claims::claim(&mut data.records, claim, self.account))
    }

    async fn bury(&self, _burial: &Burial) -> Result<Buried, StoreError> {
        // All rows here were written by this store, so all of them can be read.
        Ok(Buried::Nothing)
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.transaction(|data| {
            for lease in leases {
                if data.records.held(*lease).is_some() {
                    data.records.change(lease.message_id, |record| record.lease = None);
                }
            }
            Ok(())
        })
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        self.transaction(|data| {
            begins.iter().map(|item| claims::begin(&mut data.records, item)).collect()
        })
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.transaction(|data| {
            settlements.iter().map(|item| claims::settle(&mut data.records, item)).collect()
        })
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        self.transaction(|data| {
            let Some(record) = data.records.get(&amendment.message_id) else {
                return Ok(Amended::Stale);
            };
            // Begin does not touch the message row, so an open attempt is checked as well. An
            // amendment that saw the message before the attempt must not withdraw it afterwards.
            let held =
                record.lease.is_some_and(|held| !held.has_run_out(amendment.at, amendment.elapsed));
            let changed = record.message.updated_at != amendment.seen;
            if held || changed || record.open_attempt().is_some() {
                return Ok(Amended::Stale);
            }
            data.records.change(amendment.message_id, |record| {
                record.change(&amendment.state, amendment.at);
                if let Some(other) = &amendment.reschedule {
                    record.message.facts.scheduled_for = Some(other.scheduled_for);
                    record.message.facts.warning.clone_from(&other.warning);
                }
            });
            if let Some(entry) = &amendment.audit {
                data.audit.add(entry)?;
            }
            Ok(Amended::Done)
        })
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let Aside { message_id: id, seen, is_aside, at, audit } = aside;
        self.transaction(|data| {
            let stands = data.aside.get(id) == Some(seen);
            if !data.is_as_seen(*id, *seen) || stands == *is_aside {
                return Ok(Amended::Stale);
            }
            let changed = (*at).max(*seen + TimeDelta::microseconds(1));
            data.records.change(*id, |record| record.message.updated_at = changed);
            if *is_aside {
                data.aside.insert(*id, changed);
            } else {
                data.aside.remove(id);
            }
            if let Some(entry) = audit {
                data.audit.add(entry)?;
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
            if let Some(there) = data.records.by_key(&message.facts.key) {
                return Ok(Replaced::Done(known(there, &message.facts.fingerprint)));
            }
            let is_taken = free.as_ref().is_some_and(|key| data.records.by_key(key).is_some());
            if is_taken || !data.is_as_seen(old, *seen) {
                return Ok(Replaced::Stale);
            }
            let changed = message.facts.created_at.max(*seen + TimeDelta::microseconds(1));
            data.records.change(old, |record| record.message.updated_at = changed);
            enqueue(data, message, account).map(Replaced::Done)
        })
    }

    async fn redate(&self, redate: &Redate) -> Result<(), StoreError> {
        let Redate { now, elapsed, within } = *redate;
        self.transaction(|data| {
            let by = &data.records.by;
            let in_doubt = by.stage.groups().filter(|((_, stage), _)| *stage == Stage::InDoubt);
            let in_doubt = in_doubt.flat_map(|(_, ids)| ids).copied();
            let looks =
                by.look.groups().flat_map(|(_, points)| points).map(|point| point.message_id);
            let ids: BTreeSet<MessageId> = in_doubt.chain(looks).collect();
            for id in ids {
                let record = data.records.get(&id);
                let Some(owed) = record.and_then(|record| record.message.state.owed) else {
                    continue;
                };
                let left = owed.look_mark.and_then(|mark| mark.since(elapsed));
                let due_at = match (owed.step, left) {
                    (Step::Look, Some(left)) => now + left.clamp(-DAY, DAY),
                    (Step::Look, None) if owed.due_at > now + within => now,
                    (Step::Send, _) if owed.open_since.is_some() => owed.due_at.min(now),
                    _ => continue,
                };
                let owed = OwedRow { due_at, ..owed };
                data.records.change(id, |record| record.message.state.owed = Some(owed));
            }
            Ok(())
        })
    }

    async fn make_due(&self, held_for: HeldFor, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.transaction(|data| {
            let waits = |record: &&Arc<Record>| {
                let state = &record.message.state;
                state.held_for == Some(held_for) && state.owed.is_some_and(|owed| owed.due_at > now)
            };
            let waiting = data.records.values().filter(waits).map(|record| record.message.facts.id);
            for id in waiting.collect::<Vec<_>>() {
                data.records.change(id, |record| {
                    let state = &mut record.message.state;
                    state.owed = state.owed.map(|owed| OwedRow { due_at: now, ..owed });
                    state.next_attempt_at = state.next_attempt_at.map(|_| now);
                });
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
        let by = &data.records.by;
        let of_number = (self.account, number_key.to_owned());
        let start = Bound::Included((since, MessageId::from_bytes([0; 16])));
        let to_number = by.number.from(&of_number, start).map(|(_, id)| *id);
        let mut found: BTreeSet<MessageId> = to_number.collect();
        for id in ids {
            let owners = by.gateway_id.of(&(self.account, id.clone()));
            found.extend(owners.map(|(owner, _)| *owner));
        }
        let mut siblings = Vec::new();
        for record in found.iter().filter_map(|id| data.records.get(id)) {
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
        let count = |stage| data.records.by.stage.len(&(self.account, stage));
        Ok(Owed {
            waiting: count(Stage::Waiting),
            in_doubt: count(Stage::InDoubt),
            watched: count(Stage::Watched),
        })
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        let data = self.lock();
        let first = |lane| data.records.by.wake.of(&(self.account, lane)).next();
        Ok(NextDue::of(|lane| first(lane).map(|(at, _)| *at)))
    }

    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError> {
        let data = self.lock();
        let counted = usize::try_from(most).unwrap_or(usize::MAX);
        let queue = |lane: &Lane| {
            let points = || data.records.by.due.of(&(self.account, *lane));
            let due = points().take_while(|point| point.due_at <= now);
            let later = points().rev().take_while(|point| point.due_at > now);
            let (due, later) = (due.take(counted).count(), later.take(counted).count());
            LaneQueue { lane: *lane, due: due as u64, later: later as u64 }
        };
        Ok(Lane::OWED.iter().map(queue).collect())
    }

    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
        let data = self.lock();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let waiting = data.records.by.stage.of(&(self.account, Stage::Waiting));
        let waiting: Vec<_> = waiting.filter_map(|id| data.records.get(id)).take(most).collect();
        let ends = waiting.iter().filter_map(|record| {
            let Message { facts, state, .. } = &record.message;
            facts.expires_at.filter(|end| state.part != Part::Text && *end < until)
        });
        let ends: Vec<_> = ends.collect();
        let number = Count::up_to(ends.len() as u64, u64::MAX, waiting.len() < most);
        Ok((number, ends.into_iter().min()))
    }

    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let data = self.lock();
        let ours = data.records.by.attempted.of(&self.account).rev();
        let ours = ours.filter_map(|id| data.records.get(id));
        let attempts = ours.flat_map(|record| record.attempts.iter().rev()).take(1_000);
        let taken = attempts.filter(|attempt| attempt.outcome == Some(AttemptOutcome::Accepted));
        Ok(taken.filter_map(|attempt| attempt.finished_at).max())
    }
}

#[async_trait]
impl FetchLog for MemoryStore {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        self.transaction(|data| {
            data.records.change(fetch.message_id, |record| {
                let mine = |attempt: &&mut Attempt| {
                    attempt.part != Part::Text && attempt.started_at <= fetch.at
                };
                let before = record.attempts.iter_mut().filter(mine);
                if let Some(attempt) = before.max_by_key(|attempt| attempt.no)
                    && attempt.fetched_bytes.is_none_or(|bytes| bytes < fetch.bytes)
                {
                    attempt.fetched_at = Some(fetch.at);
                    attempt.fetched_bytes = Some(fetch.bytes);
                }
            });
            Ok(())
        })
    }
}

/// The answer for a message whose key is taken, by its fingerprint.
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
    if let Some(record) = data.records.by_key(&facts.key) {
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
    data.records.add(record);
    if let Some(entry) = audit {
        data.audit.add(entry)?;
    }
    Ok(Enqueued::New(facts.id))
}

impl Data {
    /// Tells whether a message is still as it was seen.
    fn is_as_seen(&self, id: MessageId, seen: DateTime<Utc>) -> bool {
        self.records.get(&id).is_some_and(|record| record.message.updated_at == seen)
    }
}

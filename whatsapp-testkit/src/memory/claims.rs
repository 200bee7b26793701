//! Work with claims: they are given, attempts are begun over them, and they are settled.

use std::ops::Bound;

use whatsapp_core::message::Step;
use whatsapp_core::port::{
    Begin, Begun, Claim, ClaimOf, Claimed, LEASE_HORIZON, Lane, QueuePoint, Settled, Settlement,
    StoreError,
};
use whatsapp_core::{AccountId, MessageId};

use super::Held;
use super::record::Record;
use super::records::Records;
use super::table::Index;

/// Owed messages in a lane, in the order of claims.
type Queue = Index<(AccountId, Lane), QueuePoint>;

/// Claims the due messages of an account.
pub(super) fn claim(
    records: &mut Records,
    claim: &Claim,
    account: AccountId,
) -> Result<Vec<Claimed>, StoreError> {
    let after = claim.after.map_or(Bound::Unbounded, Bound::Excluded);
    let queue: &Queue = match claim.of {
        ClaimOf::Looks => &records.by.look,
        ClaimOf::All | ClaimOf::Sends => &records.by.due,
    };
    let queued = queue.from(&(account, claim.lane), after);
    let due = queued.take_while(|point| point.due_at <= claim.now).map(|point| point.message_id);
    let claimable = due.filter(|id| {
        claim.only.is_none_or(|only| only == *id)
            && records.get(id).is_some_and(|record| {
                is_free(record, claim) && (claim.of != ClaimOf::Sends || is_unsent(record))
            })
            && !claim.excluding.contains(id)
    });
    let ids: Vec<MessageId> = claimable.take(claim.limit as usize).collect();

    let mut claimed = Vec::new();
    for id in ids {
        let given = records.change(id, |record| {
            if record.lease.is_some() {
                record.expired_leases += 1;
            }
            record.lease = Some(Held {
                token: claim.token,
                until: claim.now + claim.lease,
                ends: Some(claim.elapsed + claim.lease),
            });
            record.claimed(claim.token)
        });
        claimed.extend(given.transpose()?.flatten());
    }
    Ok(claimed)
}

/// Tells whether a message is to be sent and has no attempt open.
fn is_unsent(record: &Record) -> bool {
    let step = record.message.state.owed.map(|owed| owed.step);
    step == Some(Step::Send) && record.open_attempt().is_none()
}

/// Tells whether nobody holds a message any more: it has no lease, or its lease ran out or ends
/// later than any lease can.
fn is_free(record: &Record, claim: &Claim) -> bool {
    record.lease.is_none_or(|held| {
        let left = held.ends.and_then(|ends| ends.since(claim.elapsed));
        let longest = claim.lease + LEASE_HORIZON;
        let clock_set_back = left.unwrap_or(held.until - claim.now) > longest;
        held.has_run_out(claim.now, claim.elapsed) || clock_set_back
    })
}

/// Opens an attempt.
pub(super) fn begin(records: &mut Records, begin: &Begin) -> Result<Begun, StoreError> {
    let Some(record) = records.held(begin.lease) else {
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
    let id = begin.lease.message_id;
    if let Some(close) = &begin.close {
        records.check_owner(id, close)?;
    }
    let opened = records.change(id, |record| {
        if let Some(close) = &begin.close {
            record.write_attempt(close)?;
        }
        record.begin(begin, owed);
        Ok(())
    });
    opened.transpose().map(|_| Begun::Open)
}

/// Writes the result of a claimed message.
pub(super) fn settle(
    records: &mut Records,
    settlement: &Settlement,
) -> Result<Settled, StoreError> {
    if records.held(settlement.lease).is_none() {
        return Ok(Settled::Fenced);
    }
    let id = settlement.lease.message_id;
    if let Some(attempt) = &settlement.attempt {
        records.check_owner(id, attempt)?;
    }
    let settled = records.change(id, |record| record.settle(settlement));
    settled.transpose().map(|_| Settled::Done)
}

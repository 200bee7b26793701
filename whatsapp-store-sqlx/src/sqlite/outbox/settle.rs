//! Writing what became of messages, under a lease or, for a manager, without one.

use sqlx::SqliteConnection;
use whatsapp_core::message::{AttemptRecord, StateRow};
use whatsapp_core::port::{Amended, Amendment, Settled, Settlement, StoreError};
use whatsapp_core::{AccountId, MessageId};

use super::super::audit::record;
use super::super::codec::{array, micros};
use super::super::items::{ChangeItem, LeaseItem, NoticeItem, OwedItem, RecordItem};
use super::super::statements as sql;
use super::{passed, run, run_for};
use crate::error::{row_count, store_error};

pub(super) async fn settle(
    connection: &mut SqliteConnection,
    account: AccountId,
    settlements: &[Settlement],
) -> Result<Vec<Settled>, StoreError> {
    let leases: Vec<_> = settlements.iter().map(|one| LeaseItem::new(&one.lease)).collect();
    let ids: Vec<_> = settlements.iter().map(|s| s.lease.message_id).collect();
    let may = passed(connection, sql::MAY_SETTLE, array(&leases)?, &ids).await?;
    let held: Vec<&Settlement> = settlements
        .iter()
        .zip(&may)
        .filter_map(|(settlement, may)| may.then_some(settlement))
        .collect();
    if !held.is_empty() {
        let records =
            held.iter().filter_map(|one| Some((one.lease.message_id, one.attempt.as_ref()?)));
        record_attempts(connection, records).await?;
        let changes: Vec<_> = held.iter().map(|s| ChangeItem::settled(s)).collect();
        let states = held.iter().map(|s| (s.lease.message_id, &s.state));
        change(connection, account, &changes, states).await?;
        notify(connection, &held).await?;
    }
    Ok(may.into_iter().map(|may| if may { Settled::Done } else { Settled::Fenced }).collect())
}

pub(super) async fn amend(
    connection: &mut SqliteConnection,
    account: AccountId,
    amendment: &Amendment,
) -> Result<Amended, StoreError> {
    let as_seen = sqlx::query(sql::MAY_AMEND)
        .bind(amendment.message_id.to_string())
        .bind(micros(amendment.seen))
        .bind(micros(amendment.at))
        .bind(amendment.elapsed.base.to_i64())
        .bind(amendment.elapsed.micros)
        .fetch_optional(&mut *connection)
        .await
        .map_err(store_error)?;
    if as_seen.is_none() {
        return Ok(Amended::Stale);
    }
    let (id, state) = (amendment.message_id, &amendment.state);
    let item = ChangeItem::new(id, state, micros(amendment.at));
    change(connection, account, &[item], [(id, state)]).await?;
    record(connection, &amendment.audit).await?;
    Ok(Amended::Done)
}

/// Writes what is now known about attempts.
pub(super) async fn record_attempts<'a>(
    connection: &mut SqliteConnection,
    records: impl Iterator<Item = (MessageId, &'a AttemptRecord)>,
) -> Result<(), StoreError> {
    let (ended, open): (Vec<_>, Vec<_>) = records.partition(|(_, record)| record.outcome.is_some());
    let new = write_attempts(connection, sql::END_ATTEMPTS, &ended).await?;
    // Nearly always all of them were open until now.
    if row_count(new, ended.len()).is_err() {
        let known = write_attempts(connection, sql::COMPLETE_ATTEMPTS, &ended).await?;
        row_count(known, ended.len())?;
    }
    // What was learnt late belongs to attempts that have their outcome, the rest to those that stay open.
    let late = write_attempts(connection, sql::COMPLETE_ATTEMPTS, &open).await?;
    if row_count(late, open.len()).is_err() {
        let noted = write_attempts(connection, sql::NOTE_ATTEMPTS, &open).await?;
        row_count(late + noted, open.len())?;
    }
    Ok(())
}

/// Runs a statement that writes records, and tells how many it wrote.
async fn write_attempts(
    connection: &mut SqliteConnection,
    statement: &'static str,
    records: &[(MessageId, &AttemptRecord)],
) -> Result<u64, StoreError> {
    if records.is_empty() {
        return Ok(0);
    }
    let items: Vec<_> = records.iter().map(|(id, record)| RecordItem::new(*id, record)).collect();
    run(connection, statement, array(&items)?).await
}

/// Writes new states into the log and the outbox.
async fn change<'a>(
    connection: &mut SqliteConnection,
    account: AccountId,
    changes: &[ChangeItem<'_>],
    states: impl IntoIterator<Item = (MessageId, &'a StateRow)>,
) -> Result<(), StoreError> {
    let written = run(connection, sql::SET_STATE, array(changes)?).await?;
    row_count(written, changes.len())?;
    let mut owed = Vec::new();
    let mut done = Vec::new();
    for (id, state) in states {
        match &state.owed {
            Some(row) => owed.push(OwedItem::new(id, row)),
            None => done.push(id),
        }
    }
    if !owed.is_empty() {
        let written = run_for(connection, sql::OWE, array(&owed)?, account).await?;
        row_count(written, owed.len())?;
    }
    if !done.is_empty() {
        // A message that an amendment ends may have had no row here: the rows are not counted.
        run(connection, sql::CLEAR, array(&done)?).await?;
    }
    Ok(())
}

async fn notify(
    connection: &mut SqliteConnection,
    settlements: &[&Settlement],
) -> Result<(), StoreError> {
    let notices: Vec<_> = settlements
        .iter()
        .filter_map(|one| {
            let (id, failure) = (one.lease.message_id, one.state.failed_for_good()?);
            Some(NoticeItem::new(id, failure, one.state.retry_count, one.at))
        })
        .collect();
    if !notices.is_empty() {
        // A message has one notice in its life, so that fewer may be written than are asked for.
        run(connection, sql::NOTIFY, array(&notices)?).await?;
    }
    Ok(())
}

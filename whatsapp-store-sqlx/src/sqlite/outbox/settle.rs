//! Writes the results of messages, under a lease or, for a manager, without one.

use sqlx::SqliteConnection;
use whatsapp_core::message::{AttemptRecord, StateRow};
use whatsapp_core::port::{Amended, Amendment, Aside, Settled, Settlement, StoreError};
use whatsapp_core::{AccountId, MessageId};

use super::super::audit::record;
use super::super::codec::{array, micros};
use super::super::items::{ChangeItem, LeaseItem, NoticeItem, OwedItem, RecordItem};
use super::super::statements as sql;
use super::{passed, run, run_for};
use crate::error::row_count;

pub(super) async fn settle(
    connection: &mut SqliteConnection,
    account: AccountId,
    settlements: &[Settlement],
) -> Result<Vec<Settled>, StoreError> {
    let leases: Vec<_> = settlements.iter().map(|one| LeaseItem::new(&one.lease)).collect();
    let ids: Vec<_> = settlements.iter().map(|s| s.lease.message_id).collect();
    let leases = array(&leases)?;
    // If all of them end, which is nearly always so, the fence removes their outbox rows at once.
    let all_end = settlements.iter().all(|one| one.state.owed.is_none());
    let cleared = all_end && all_cleared(connection, leases.clone(), settlements.len()).await?;
    let may = if cleared {
        vec![true; settlements.len()]
    } else {
        passed(connection, sql::MAY_SETTLE, leases, &ids).await?
    };
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
        let states: Vec<_> = held.iter().map(|s| (s.lease.message_id, &s.state)).collect();
        change(connection, account, &changes, &states).await?;
        if !cleared {
            clear(connection, &states).await?;
        }
        notify(connection, &held).await?;
    }
    Ok(may.into_iter().map(|may| if may { Settled::Done } else { Settled::Fenced }).collect())
}

pub(super) async fn amend(
    connection: &mut SqliteConnection,
    account: AccountId,
    amendment: &Amendment,
) -> Result<Amended, StoreError> {
    let as_seen = sql::query(sql::MAY_AMEND)
        .bind(amendment.message_id.to_string())
        .bind(micros(amendment.seen))
        .bind(micros(amendment.at))
        .bind(amendment.elapsed.base.to_i64())
        .bind(amendment.elapsed.micros)
        .fetch_optional(&mut *connection)
        .await?;
    if as_seen.is_none() {
        return Ok(Amended::Stale);
    }
    let (id, state) = (amendment.message_id, &amendment.state);
    let item = ChangeItem::new(id, state, micros(amendment.at));
    let states = [(id, state)];
    change(connection, account, &[item], &states).await?;
    clear(connection, &states).await?;
    if let Some(other) = &amendment.reschedule {
        let query = sql::query(sql::RESCHEDULE)
            .bind(id.to_string())
            .bind(micros(other.scheduled_for))
            .bind(other.warning.as_deref());
        let written = query.execute(&mut *connection).await?;
        row_count(written.rows_affected(), 1)?;
    }
    record(connection, &amendment.audit).await?;
    Ok(Amended::Done)
}

pub(super) async fn put_aside(
    connection: &mut SqliteConnection,
    aside: &Aside,
) -> Result<Amended, StoreError> {
    let id = aside.message_id.to_string();
    let mark = sql::query(sql::MARK_ASIDE).bind(&id).bind(micros(aside.seen));
    let mark = mark.bind(micros(aside.at)).bind(!aside.is_aside);
    let marked = mark.execute(&mut *connection).await?;
    if marked.rows_affected() == 0 {
        return Ok(Amended::Stale);
    }
    let query = if aside.is_aside {
        sql::query(sql::PUT_ASIDE).bind(&id).bind(micros(aside.at))
    } else {
        sql::query(sql::TAKE_UP).bind(&id)
    };
    let written = query.execute(&mut *connection).await?;
    row_count(written.rows_affected(), 1)?;
    record(connection, &aside.audit).await?;
    Ok(Amended::Done)
}

/// Removes the outbox rows of the messages of a batch, if all of them still hold their lease.
async fn all_cleared(
    connection: &mut SqliteConnection,
    leases: String,
    count: usize,
) -> Result<bool, StoreError> {
    sql::query("SAVEPOINT fence").execute(&mut *connection).await?;
    let all = row_count(run(connection, sql::MAY_CLEAR, leases).await?, count).is_ok();
    if !all {
        sql::query("ROLLBACK TO fence").execute(&mut *connection).await?;
    }
    sql::query("RELEASE fence").execute(&mut *connection).await?;
    Ok(all)
}

/// Writes the new facts about attempts.
pub(super) async fn record_attempts<'a>(
    connection: &mut SqliteConnection,
    records: impl Iterator<Item = (MessageId, &'a AttemptRecord)>,
) -> Result<(), StoreError> {
    let (ended, open): (Vec<_>, Vec<_>) = records.partition(|(_, record)| record.outcome.is_some());
    let new = write_attempts(connection, sql::END_ATTEMPTS, &ended).await?;
    // Nearly always, all of them were open until now.
    if row_count(new, ended.len()).is_err() {
        let known = write_attempts(connection, sql::COMPLETE_ATTEMPTS, &ended).await?;
        row_count(known, ended.len())?;
    }
    // Late facts belong to attempts that have their outcome, the rest to those that stay open.
    let late = write_attempts(connection, sql::COMPLETE_ATTEMPTS, &open).await?;
    if row_count(late, open.len()).is_err() {
        let noted = write_attempts(connection, sql::NOTE_ATTEMPTS, &open).await?;
        row_count(late + noted, open.len())?;
    }
    Ok(())
}

/// Runs a statement that writes records, and returns the number written.
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

/// Writes new states into the log, and the work that they leave into the outbox.
async fn change(
    connection: &mut SqliteConnection,
    account: AccountId,
    changes: &[ChangeItem<'_>],
    states: &[(MessageId, &StateRow)],
) -> Result<(), StoreError> {
    let written = run(connection, sql::SET_STATE, array(changes)?).await?;
    row_count(written, changes.len())?;
    let owed: Vec<_> = states
        .iter()
        .filter_map(|(id, state)| Some(OwedItem::new(*id, state.owed.as_ref()?)))
        .collect();
    if !owed.is_empty() {
        let written = run_for(connection, sql::OWE, array(&owed)?, account).await?;
        row_count(written, owed.len())?;
    }
    Ok(())
}

/// Removes the outbox rows of messages for which nothing is left to do.
async fn clear(
    connection: &mut SqliteConnection,
    states: &[(MessageId, &StateRow)],
) -> Result<(), StoreError> {
    let done: Vec<_> =
        states.iter().filter_map(|(id, state)| state.owed.is_none().then_some(*id)).collect();
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
        // A message has one notice in its life, so that fewer may be written than requested.
        run(connection, sql::NOTIFY, array(&notices)?).await?;
    }
    Ok(())
}

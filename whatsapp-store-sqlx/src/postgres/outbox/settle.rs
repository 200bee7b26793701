//! Writes the results of messages, under a lease or, for a manager, without one.

use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    AttemptOutcome, AttemptRecord, CancelReason, Delivery, HeldFor, OwedRow, StateRow,
};
use whatsapp_core::port::{Amended, Amendment, Aside, Settled, Settlement, StoreError};
use whatsapp_core::time::Elapsed;

use super::super::audit::record;
use super::super::codec::{column, int, json, sparse, text, uuid};
use super::super::statements as sql;
use super::super::work::{Bound, Session};
use super::{in_order, passed, run, uuids};
use crate::binds::binds;
use crate::error::row_count;

/// A message's new state, and the data that comes with it.
struct Change<'a> {
    message_id: MessageId,
    state: &'a StateRow,
    gateway_id: Option<&'a str>,
    api_response: Option<String>,
    at: DateTime<Utc>,
}

pub(super) async fn settle(
    session: &mut Session<'_>,
    settlements: &[Settlement],
) -> Result<Vec<Settled>, StoreError> {
    let ids: Vec<_> = settlements.iter().map(|one| one.lease.message_id).collect();
    let places = in_order(&ids);
    let items: Vec<&Settlement> =
        places.iter().filter_map(|place| settlements.get(*place)).collect();
    // If all of them end, the fence removes their outbox rows at once.
    let all_end = items.iter().all(|one| one.state.owed.is_none());
    let fence = session
        .query(if all_end { sql::MAY_CLEAR } else { sql::MAY_SETTLE })
        .bind(uuids(&items, |one| one.lease.message_id))
        .bind(column(&items, |one| uuid(one.lease.token)));
    let may = passed(session, fence, &places, &ids).await?;
    let held: Vec<&Settlement> =
        settlements.iter().zip(&may).filter_map(|(one, may)| may.then_some(one)).collect();
    if !held.is_empty() {
        let records = held
            .iter()
            .filter_map(|one| one.attempt.as_ref().map(|record| (one.lease.message_id, record)));
        record_attempts(session, records).await?;
        let changes = column(&held, |one| Change {
            message_id: one.lease.message_id,
            state: &one.state,
            gateway_id: one.gateway_id.as_deref(),
            api_response: one.api_response.as_ref().map(json),
            at: one.at,
        });
        change(session, &changes).await?;
        if !all_end {
            clear(session, &changes).await?;
        }
        notify(session, &held).await?;
    }
    Ok(may.into_iter().map(|may| if may { Settled::Done } else { Settled::Fenced }).collect())
}

pub(super) async fn amend(
    session: &mut Session<'_>,
    amendment: &Amendment,
) -> Result<Amended, StoreError> {
    let Amendment { message_id, seen, state, reschedule, at, elapsed, audit } = amendment;
    // Locked first and then checked: a worker may have held it until just now.
    session
        .query(sql::LOCK_MESSAGE)
        .bind(uuid(*message_id))
        .fetch_optional(&mut *session.connection)
        .await?;
    let as_seen = session
        .query(sql::MAY_AMEND)
        .bind(uuid(*message_id))
        .bind(seen)
        .bind(at)
        .bind(elapsed.base.to_i64())
        .bind(elapsed.micros)
        .fetch_optional(&mut *session.connection)
        .await?;
    if as_seen.is_none() {
        return Ok(Amended::Stale);
    }
    let (message_id, at) = (*message_id, *at);
    let item = Change { message_id, state, gateway_id: None, api_response: None, at };
    change(session, std::slice::from_ref(&item)).await?;
    clear(session, &[item]).await?;
    if let Some(other) = reschedule {
        let query = session
            .query(sql::RESCHEDULE)
            .bind(uuid(message_id))
            .bind(other.scheduled_for)
            .bind(other.warning.as_deref().map(text));
        row_count(run(session, query).await?, 1)?;
    }
    record(session, audit).await?;
    Ok(Amended::Done)
}

pub(super) async fn put_aside(
    session: &mut Session<'_>,
    aside: &Aside,
) -> Result<Amended, StoreError> {
    let id = uuid(aside.message_id);
    let mark = session.query(sql::MARK_ASIDE).bind(id).bind(aside.seen).bind(aside.at);
    if run(session, mark.bind(!aside.is_aside)).await? == 0 {
        return Ok(Amended::Stale);
    }
    let query = if aside.is_aside {
        session.query(sql::PUT_ASIDE).bind(id).bind(aside.at)
    } else {
        session.query(sql::TAKE_UP).bind(id)
    };
    row_count(run(session, query).await?, 1)?;
    record(session, &aside.audit).await?;
    Ok(Amended::Done)
}

/// Writes the new facts about attempts.
pub(super) async fn record_attempts<'a>(
    session: &mut Session<'_>,
    records: impl Iterator<Item = (MessageId, &'a AttemptRecord)>,
) -> Result<(), StoreError> {
    let (ended, open): (Vec<_>, Vec<_>) = records.partition(|(_, record)| record.outcome.is_some());
    let new = write_attempts(session, sql::END_ATTEMPTS, &ended).await?;
    // Nearly always, all of them were open until now.
    if row_count(new, ended.len()).is_err() {
        let known = write_attempts(session, sql::COMPLETE_ATTEMPTS, &ended).await?;
        row_count(known, ended.len())?;
    }
    // Late facts belong to attempts that have their outcome, the rest to those that stay open.
    let late = write_attempts(session, sql::COMPLETE_ATTEMPTS, &open).await?;
    if row_count(late, open.len()).is_err() {
        let noted = write_attempts(session, sql::NOTE_ATTEMPTS, &open).await?;
        row_count(late + noted, open.len())?;
    }
    Ok(())
}

/// Runs a statement that writes records, and returns the number written.
async fn write_attempts(
    session: &mut Session<'_>,
    statement: &'static str,
    records: &[(MessageId, &AttemptRecord)],
) -> Result<u64, StoreError> {
    if records.is_empty() {
        return Ok(0);
    }
    let query = session
        .query(statement)
        .bind(uuids(records, |(id, _)| *id))
        .bind(column(records, |(_, record)| int(record.no)))
        .bind(column(records, |(_, record)| record.finished_at))
        .bind(sparse(records, |(_, record)| record.outcome.map(AttemptOutcome::as_str)))
        .bind(sparse(records, |(_, record)| record.http_status.map(i32::from)))
        .bind(sparse(records, |(_, record)| record.detail.as_deref().map(text)))
        .bind(sparse(records, |(_, record)| record.gateway_id.as_deref().map(text)));
    run(session, query).await
}

/// Writes new states into the log, and the work that they leave into the outbox.
async fn change(session: &mut Session<'_>, changes: &[Change<'_>]) -> Result<(), StoreError> {
    let query = bind_states(session.query(sql::SET_STATE), changes);
    row_count(run(session, query).await?, changes.len())?;

    let owed: Vec<(MessageId, &OwedRow)> =
        changes.iter().filter_map(|one| Some((one.message_id, one.state.owed.as_ref()?))).collect();
    if !owed.is_empty() {
        let query = bind_owed(session.query(sql::OWE), &owed, session.account());
        row_count(run(session, query).await?, owed.len())?;
        mark(session, &owed).await?;
    }
    Ok(())
}

binds! {
    /// Binds the columns of new states.
    fn bind_states(changes: &[Change<'_>]) as STATES {
        message_id "uuid[]" = uuids(changes, |one| one.message_id);
        at "timestamptz[]" = column(changes, |one| one.at);
        gateway_id "text[]" = sparse(changes, |one| one.gateway_id.map(text));
        api_response "jsonb[]" = sparse(changes, |one| one.api_response.as_deref());
        status "text[]" = column(changes, |one| one.state.status.as_str());
        retry_count "int[]" = column(changes, |one| int(one.state.retry_count));
        next_attempt_at "timestamptz[]" = sparse(changes, |one| one.state.next_attempt_at);
        sent_at "timestamptz[]" = sparse(changes, |one| one.state.sent_at);
        delivery "text[]" = sparse(changes, |one| one.state.delivery.map(Delivery::as_str));
        failure_kind "text[]" =
            sparse(changes, |one| one.state.failure.as_ref().map(|why| why.kind.as_str()));
        failure_reason "text[]" =
            sparse(changes, |one| one.state.failure.as_ref().map(|why| text(&why.reason)));
        cancel_reason "text[]" =
            sparse(changes, |one| one.state.cancel_reason.map(CancelReason::as_str));
        part "text[]" = column(changes, |one| one.state.part.as_str());
        failure_cause "text[]" =
            sparse(changes, |one| one.state.failure.as_ref().map(|why| why.cause.as_str()));
        held_for "text[]" = sparse(changes, |one| one.state.held_for.map(HeldFor::as_str));
        explanation "text[]" = sparse(changes, |one| {
            one.state.explanation.as_ref().map(|sentence| text(sentence.as_str()))
        });
    }

    /// Binds the columns of work that is left to do.
    fn bind_owed(owed: &[(MessageId, &OwedRow)], account: i16) as OWED {
        message_id "uuid[]" = uuids(owed, |(id, _)| *id);
        step "text[]" = column(owed, |(_, row)| row.step.as_str());
        due_at "timestamptz[]" = column(owed, |(_, row)| row.due_at);
        open_since "timestamptz[]" = sparse(owed, |(_, row)| row.open_since);
        posts "int[]" = column(owed, |(_, row)| int(row.posts));
        free_posts "int[]" = column(owed, |(_, row)| int(row.free_posts));
        looks "int[]" = column(owed, |(_, row)| int(row.looks));
        looks_unavailable "int[]" = column(owed, |(_, row)| int(row.looks_unavailable));
        class "text[]" = column(owed, |(_, row)| row.class.as_str());
        account_id "smallint" = account;
    }
}

/// Writes the elapsed times of attempts that stay open; most settlements leave none.
async fn mark(session: &mut Session<'_>, owed: &[(MessageId, &OwedRow)]) -> Result<(), StoreError> {
    let marked: Vec<_> =
        owed.iter().filter(|(_, row)| row.open_mark.or(row.look_mark).is_some()).collect();
    if marked.is_empty() {
        return Ok(());
    }
    let base = |mark: Option<Elapsed>| mark.map(|mark| mark.base.to_i64());
    let micros = |mark: Option<Elapsed>| mark.map(|mark| mark.micros);
    let query = session
        .query(sql::MARK)
        .bind(uuids(&marked, |(id, _)| *id))
        .bind(sparse(&marked, |(_, row)| base(row.open_mark)))
        .bind(sparse(&marked, |(_, row)| micros(row.open_mark)))
        .bind(sparse(&marked, |(_, row)| base(row.look_mark)))
        .bind(sparse(&marked, |(_, row)| micros(row.look_mark)));
    row_count(run(session, query).await?, marked.len())
}

/// Removes the outbox rows of messages for which nothing is left to do.
async fn clear(session: &mut Session<'_>, changes: &[Change<'_>]) -> Result<(), StoreError> {
    let done: Vec<&Change<'_>> = changes.iter().filter(|one| one.state.owed.is_none()).collect();
    if !done.is_empty() {
        // A message that an amendment ends may have had no row here: the rows are not counted.
        let query = session.query(sql::CLEAR).bind(uuids(&done, |one| one.message_id));
        run(session, query).await?;
    }
    Ok(())
}

async fn notify(session: &mut Session<'_>, settlements: &[&Settlement]) -> Result<(), StoreError> {
    let owed: Vec<_> =
        settlements.iter().filter_map(|one| Some((one, one.state.failed_for_good()?))).collect();
    if owed.is_empty() {
        return Ok(());
    }
    // A message has one notice in its life, so that fewer may be written than requested.
    let query = session
        .query(sql::NOTIFY)
        .bind(uuids(&owed, |(one, _)| one.lease.message_id))
        .bind(column(&owed, |(one, _)| one.at))
        .bind(column(&owed, |(_, failure)| failure.kind.as_str()))
        .bind(column(&owed, |(_, failure)| failure.cause.as_str()))
        .bind(column(&owed, |(_, failure)| text(&failure.reason)))
        .bind(column(&owed, |(one, _)| int(one.state.retry_count)));
    run(session, query).await?;
    Ok(())
}

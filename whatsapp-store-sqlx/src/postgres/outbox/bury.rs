//! Ends messages whose rows cannot be read.

use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::message::Failure;
use whatsapp_core::port::{Burial, Buried, StoreError};

use super::super::audit::record;
use super::super::codec::{text, uuid};
use super::super::statements as sql;
use super::super::work::Session;
use crate::codec::Reader;
use crate::rows::{self, Unreadable};

/// Ends a message whose row cannot be read, with a notice; `false` for a sent message, which stays
/// sent.
pub(super) async fn bury(
    session: &mut Session<'_>,
    row: &Unreadable,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Unreadable { id, column, attempt_is_open } = row;
    tracing::error!(message.id = id, column, "a message that cannot be read has failed");
    let unreadable = StoreError::Corrupt { entity: "message", column: "id" };
    let id = uuid(id.parse::<MessageId>().map_err(|_| unreadable)?);
    let failure = Failure::unreadable(column, *attempt_is_open);
    session
        .query(sql::CLOSE_ATTEMPT)
        .bind(id)
        .bind(now)
        .bind(text(&failure.reason))
        .execute(&mut *session.connection)
        .await?;
    let failed = session
        .query(sql::BURY)
        .bind(id)
        .bind(now)
        .bind(failure.kind.as_str())
        .bind(text(&failure.reason))
        .fetch_optional(&mut *session.connection)
        .await?;
    let has_failed = failed.is_some();
    if let Some(failed) = failed {
        let retry_count: i32 = Reader::new(&failed, "message").number("retry_count")?;
        session
            .query(sql::NOTIFY)
            .bind(vec![id])
            .bind(vec![now])
            .bind(vec![failure.kind.as_str()])
            .bind(vec![failure.cause.as_str()])
            .bind(vec![text(&failure.reason)])
            .bind(vec![retry_count])
            .execute(&mut *session.connection)
            .await?;
    }
    session.query(sql::CLEAR).bind(vec![id]).execute(&mut *session.connection).await?;
    Ok(has_failed)
}

/// Ends this message if nobody holds it and its row cannot be read.
pub(super) async fn bury_one(
    session: &mut Session<'_>,
    burial: &Burial,
) -> Result<Buried, StoreError> {
    let Burial { message_id: id, seen, at: now, elapsed, audit } = burial;
    let owed = session
        .query(sql::NOT_HELD)
        .bind(uuid(*id))
        .bind(now)
        .bind(elapsed.base.to_i64())
        .bind(elapsed.micros)
        .fetch_optional(&mut *session.connection)
        .await?;
    let message = session
        .query(sql::MESSAGE)
        .bind(uuid(*id))
        .fetch_optional(&mut *session.connection)
        .await?;
    let (Some(owed), Some(message)) = (owed, message) else { return Ok(Buried::Nothing) };
    let Some(unreadable) = rows::unreadable(&message, &owed)? else { return Ok(Buried::Nothing) };
    if seen.is_some_and(|seen| !rows::is_as_seen(&message, seen)) {
        return Ok(Buried::Stale);
    }
    // A sent message stays sent: nothing was done to it, and so no act is recorded.
    if !bury(session, &unreadable, *now).await? {
        return Ok(Buried::Nothing);
    }
    record(session, audit).await?;
    Ok(Buried::Done)
}

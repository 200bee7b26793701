//! Ends messages whose rows cannot be read.

use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::message::Failure;
use whatsapp_core::port::{Burial, Buried, StoreError};

use super::super::audit::record;
use super::super::codec::{array, micros};
use super::super::statements as sql;
use super::run;
use crate::codec::Reader;
use crate::rows::{self, Unreadable};

/// Ends a message whose row cannot be read, with a notice; `false` for a sent message, which stays
/// sent.
pub(super) async fn bury(
    connection: &mut SqliteConnection,
    row: &Unreadable,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Unreadable { id, column, attempt_is_open } = row;
    tracing::error!(message.id = id, column, "a message that cannot be read has failed");
    let failure = Failure::unreadable(column, *attempt_is_open);
    sql::query(sql::CLOSE_ATTEMPT)
        .bind(id)
        .bind(micros(now))
        .bind(&failure.reason)
        .execute(&mut *connection)
        .await?;
    let failed = sql::query(sql::BURY)
        .bind(id)
        .bind(micros(now))
        .bind(failure.kind.as_str())
        .bind(&failure.reason)
        .fetch_optional(&mut *connection)
        .await?;
    let has_failed = failed.is_some();
    if let Some(failed) = failed {
        let retry_count: i64 = Reader::new(&failed, "message").number("retry_count")?;
        let Failure { kind, cause, reason } = &failure;
        let notice = (id, micros(now), kind, cause, reason, retry_count);
        run(connection, sql::NOTIFY, array(&[notice])?).await?;
    }
    run(connection, sql::CLEAR, array(&[id])?).await?;
    Ok(has_failed)
}

/// Ends this message if nobody holds it and its row cannot be read.
pub(super) async fn bury_one(
    connection: &mut SqliteConnection,
    burial: &Burial,
) -> Result<Buried, StoreError> {
    let Burial { message_id: id, seen, at: now, elapsed, audit } = burial;
    let owed = sql::query(sql::NOT_HELD)
        .bind(id.to_string())
        .bind(micros(*now))
        .bind(elapsed.base.to_i64())
        .bind(elapsed.micros)
        .fetch_optional(&mut *connection)
        .await?;
    let message =
        sql::query(sql::MESSAGE).bind(id.to_string()).fetch_optional(&mut *connection).await?;
    let (Some(owed), Some(message)) = (owed, message) else { return Ok(Buried::Nothing) };
    let Some(unreadable) = rows::unreadable(&message, &owed)? else { return Ok(Buried::Nothing) };
    if seen.is_some_and(|seen| !rows::is_as_seen(&message, seen)) {
        return Ok(Buried::Stale);
    }
    // A sent message stays sent: nothing was done to it, and so no act is recorded.
    if !bury(connection, &unreadable, *now).await? {
        return Ok(Buried::Nothing);
    }
    record(connection, audit).await?;
    Ok(Buried::Done)
}

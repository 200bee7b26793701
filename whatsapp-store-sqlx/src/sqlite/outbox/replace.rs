//! Replaces a failed message by a new one.

use sqlx::SqliteConnection;
use whatsapp_core::AccountId;
use whatsapp_core::port::{Enqueued, Replaced, Replacement, StoreError};

use super::super::codec::micros;
use super::super::statements as sql;
use super::enqueue::{enqueue, find_keys};
use crate::error::other;
use crate::rows::REPLACES_NONE;

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    account: AccountId,
    replacement: &Replacement,
) -> Result<Replaced, StoreError> {
    let Replacement { message, seen, free } = replacement;
    let facts = &message.facts;
    let old = facts.resend_of.ok_or_else(|| other(REPLACES_NONE))?;
    let there = find_keys(connection, &[facts.key.as_str()]).await?;
    if let Some(there) = there.get(facts.key.as_str()) {
        return Ok(Replaced::Done(there.answer(&facts.fingerprint)));
    }
    let gave_way = sql::query(sql::GIVE_WAY)
        .bind(old.to_string())
        .bind(micros(*seen))
        .bind(micros(facts.created_at))
        .bind(free.as_ref().map(whatsapp_core::message::MessageKey::as_str))
        .execute(&mut *connection)
        .await?;
    if gave_way.rows_affected() == 0 {
        return Ok(Replaced::Stale);
    }
    let done = enqueue(connection, account, std::slice::from_ref(message)).await?;
    Ok(Replaced::Done(done.first().copied().unwrap_or(Enqueued::New(facts.id))))
}

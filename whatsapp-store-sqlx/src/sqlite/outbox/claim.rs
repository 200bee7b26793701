//! Claims due messages.

use sqlx::SqliteConnection;
use whatsapp_core::AccountId;
use whatsapp_core::port::{Claim, Claimed, LEASE_HORIZON, StoreError};

use super::super::codec::{array, micros};
use super::super::statements as sql;
use super::bury::bury;
use crate::error::{row_count, store_error};
use crate::rows;

/// The kind of messages to claim.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// All due messages.
    All,
    /// Messages to be looked up.
    Looks,
}

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    account: AccountId,
    claim: &Claim,
    of: Of,
) -> Result<Vec<Claimed>, StoreError> {
    let until = claim.now + claim.lease;
    let ends = claim.elapsed + claim.lease;
    if claim.only.is_some_and(|id| claim.excluding.contains(&id)) {
        return Ok(Vec::new());
    }
    let statement = match (of, claim.only) {
        (Of::All, None) if claim.excluding.is_empty() => sql::LONGEST_DUE,
        (Of::All, None) => sql::LONGEST_DUE_BUT,
        (Of::All, Some(_)) => sql::ONLY_ONE,
        (Of::Looks, None) if claim.excluding.is_empty() => sql::LOOKS,
        (Of::Looks, None) => sql::LOOKS_BUT,
        (Of::Looks, Some(_)) => sql::ONLY_LOOK,
    };
    let mut query = sqlx::query(statement)
        .bind(claim.lane.as_str())
        .bind(micros(claim.now))
        .bind(micros(until + LEASE_HORIZON))
        // Everything comes after the lowest possible point.
        .bind(claim.after.map_or(i64::MIN, |point| micros(point.due_at)))
        .bind(claim.after.map_or_else(String::new, |point| point.message_id.to_string()))
        .bind(claim.elapsed.base.to_i64())
        .bind(claim.elapsed.micros)
        .bind((ends + LEASE_HORIZON).micros)
        .bind(claim.limit)
        .bind(account.get());
    if let Some(id) = claim.only {
        query = query.bind(id.to_string());
    } else if !claim.excluding.is_empty() {
        query = query.bind(array(&claim.excluding)?);
    }
    let rows = query.fetch_all(&mut *connection).await.map_err(store_error)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }

    let mut ids = Vec::with_capacity(rows.len());
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        match rows::claimed_or_unreadable(row, claim.token)? {
            Ok(one) => {
                ids.push(one.lease.message_id);
                claimed.push(one);
            }
            Err(unreadable) => {
                bury(connection, &unreadable, claim.now).await?;
            }
        }
    }
    let leased = sqlx::query(sql::LEASE)
        .bind(claim.token.to_string())
        .bind(micros(until))
        .bind(array(&ids)?)
        .bind(ends.base.to_i64())
        .bind(ends.micros)
        .execute(connection)
        .await
        .map_err(store_error)?;
    row_count(leased.rows_affected(), ids.len())?;
    Ok(claimed)
}

//! Claims due messages.

use sqlx::SqliteConnection;
use whatsapp_core::port::{Claim, ClaimOf, Claimed, LEASE_HORIZON, StoreError};
use whatsapp_core::{AccountId, MessageId};

use super::super::codec::{array, micros};
use super::super::statements as sql;
use super::super::work::Bound;
use super::bury::bury;
use crate::binds::binds;
use crate::error::row_count;
use crate::rows;

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    account: AccountId,
    claim: &Claim,
) -> Result<Vec<Claimed>, StoreError> {
    let until = claim.now + claim.lease;
    let ends = claim.elapsed + claim.lease;
    if claim.only.is_some_and(|id| claim.excluding.contains(&id)) {
        return Ok(Vec::new());
    }
    let statement = match (claim.of, claim.only) {
        (ClaimOf::All, None) if claim.excluding.is_empty() => sql::LONGEST_DUE,
        (ClaimOf::All, None) => sql::LONGEST_DUE_BUT,
        (ClaimOf::All, Some(_)) => sql::ONLY_ONE,
        (ClaimOf::Looks, None) if claim.excluding.is_empty() => sql::LOOKS,
        (ClaimOf::Looks, None) => sql::LOOKS_BUT,
        (ClaimOf::Looks, Some(_)) => sql::ONLY_LOOK,
        (ClaimOf::Sends, None) if claim.excluding.is_empty() => sql::SENDS,
        (ClaimOf::Sends, None) => sql::SENDS_BUT,
        (ClaimOf::Sends, Some(_)) => sql::ONLY_SEND,
    };
    let mut query = bind_claim(sql::query(statement), claim, account);
    if let Some(id) = claim.only {
        query = bind_only(query, id);
    } else if !claim.excluding.is_empty() {
        query = bind_excluding(query, array(&claim.excluding)?);
    }
    let read = |row: &_| rows::claimed_or_unreadable(row, claim.token);
    let found = query.fetch_each(&mut *connection, read).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }

    let mut ids = Vec::with_capacity(found.len());
    let mut claimed = Vec::with_capacity(found.len());
    for row in found {
        match row {
            Ok(one) => {
                ids.push(one.lease.message_id);
                claimed.push(one);
            }
            Err(unreadable) => {
                bury(connection, &unreadable, claim.now).await?;
            }
        }
    }
    let leased = sql::query(sql::LEASE)
        .bind(claim.token.to_string())
        .bind(micros(until))
        .bind(array(&ids)?)
        .bind(ends.base.to_i64())
        .bind(ends.micros)
        .execute(connection)
        .await?;
    row_count(leased.rows_affected(), ids.len())?;
    Ok(claimed)
}

binds! {
    /// Binds what all claims have.
    fn bind_claim(claim: &Claim, account: AccountId) as CLAIM {
        lane = claim.lane.as_str();
        now = micros(claim.now);
        lease_horizon = micros(claim.now + claim.lease + LEASE_HORIZON);
        // Everything comes after the lowest possible point.
        after_due_at = claim.after.map_or(i64::MIN, |point| micros(point.due_at));
        after_id = claim.after.map_or_else(String::new, |point| point.message_id.to_string());
        lease_base = claim.elapsed.base.to_i64();
        elapsed = claim.elapsed.micros;
        ends_horizon = (claim.elapsed + claim.lease + LEASE_HORIZON).micros;
        most = claim.limit;
        account_id = account.get();
    }

    /// Binds the only message to claim.
    fn bind_only(id: MessageId) as ONLY {
        message_id = id.to_string();
    }

    /// Binds the messages not to claim, as a JSON array.
    fn bind_excluding(ids: String) as EXCLUDING {
        excluding = ids;
    }
}

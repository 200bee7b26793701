//! Claiming what is due.

use sqlx::SqliteConnection;
use whatsapp_core::port::{Claim, Claimed, StoreError};

use super::super::codec::{array, micros};
use super::super::statements as sql;
use super::{LEASE_HORIZON, lane_word};
use crate::codec::Reader;
use crate::error::{row_count, store_error};
use crate::rows;

pub(super) async fn claim(
    connection: &mut SqliteConnection,
    claim: &Claim,
) -> Result<Vec<Claimed>, StoreError> {
    let until = claim.now + claim.lease;
    let statement = match claim.only {
        None => sql::CLAIM,
        Some(_) => sql::CLAIM_ONE,
    };
    let query = sqlx::query(statement)
        .bind(claim.token.to_string())
        .bind(micros(until))
        .bind(lane_word(claim.lane))
        .bind(micros(claim.now))
        .bind(micros(until + LEASE_HORIZON));
    let query = match claim.only {
        None => query.bind(claim.limit),
        Some(id) => query.bind(id.to_string()),
    };
    let leased = query.fetch_all(&mut *connection).await.map_err(store_error)?;
    if leased.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = leased
        .iter()
        .map(|row| Reader::new(row, "outbox row").text("message_id"))
        .collect::<Result<_, _>>()?;

    let rows = sqlx::query(sql::CLAIMED)
        .bind(array(&ids)?)
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    row_count(rows.len() as u64, ids.len())?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        match rows::claimed(row, claim.token) {
            Ok(one) => claimed.push(one),
            // It keeps its lease, and so does not stand in the way of those behind it.
            Err(error) => {
                let id = Reader::new(row, "message").text("message_id")?;
                tracing::error!(message.id = id, %error, "a claimed message cannot be read");
            }
        }
    }
    claimed.sort_unstable_by_key(|(due, one)| (*due, one.lease.message_id));
    Ok(claimed.into_iter().map(|(_, one)| one).collect())
}

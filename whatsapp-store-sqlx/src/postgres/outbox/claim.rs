//! Claims due messages.

use uuid::Uuid;
use whatsapp_core::port::{Claim, Claimed, LEASE_HORIZON, StoreError};

use super::super::codec::{column, uuid};
use super::super::statements as sql;
use super::super::work::Session;
use super::bury::bury;
use crate::error::store_error;
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
    session: &mut Session<'_>,
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
    let mut query = session
        .query(statement)
        .bind(uuid(claim.token))
        .bind(until)
        .bind(claim.lane.as_str())
        .bind(claim.now)
        .bind(until + LEASE_HORIZON)
        .bind(claim.after.map(|point| point.due_at))
        .bind(claim.after.map_or(Uuid::nil(), |point| uuid(point.message_id)))
        .bind(claim.elapsed.base.to_i64())
        .bind(claim.elapsed.micros)
        .bind(ends.micros)
        .bind(i64::from(claim.limit))
        .bind(session.account());
    if let Some(id) = claim.only {
        query = query.bind(uuid(id));
    } else if !claim.excluding.is_empty() {
        query = query.bind(column(&claim.excluding, |id| uuid(*id)));
    }
    let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        match rows::claimed_or_unreadable(row, claim.token)? {
            Ok(one) => claimed.push(one),
            Err(unreadable) => {
                bury(session, &unreadable, claim.now).await?;
            }
        }
    }
    claimed.sort_unstable_by_key(Claimed::point);
    Ok(claimed)
}

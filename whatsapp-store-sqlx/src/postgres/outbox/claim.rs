//! Claims due messages.

use uuid::Uuid;
use whatsapp_core::MessageId;
use whatsapp_core::port::{Claim, ClaimOf, Claimed, LEASE_HORIZON, StoreError};

use super::super::codec::{column, uuid};
use super::super::statements as sql;
use super::super::work::{Bound, Session};
use super::bury::bury;
use crate::binds::binds;
use crate::rows;

pub(super) async fn claim(
    session: &mut Session<'_>,
    claim: &Claim,
) -> Result<Vec<Claimed>, StoreError> {
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
    let mut query = bind_claim(session.query(statement), claim, session.account());
    if let Some(id) = claim.only {
        query = bind_only(query, id);
    } else if !claim.excluding.is_empty() {
        query = bind_excluding(query, &claim.excluding);
    }
    let read = |row: &_| rows::claimed_or_unreadable(row, claim.token);
    let found = query.fetch_each(&mut *session.connection, read).await?;
    let mut claimed = Vec::with_capacity(found.len());
    for row in found {
        match row {
            Ok(one) => claimed.push(one),
            Err(unreadable) => {
                bury(session, &unreadable, claim.now).await?;
            }
        }
    }
    claimed.sort_unstable_by_key(Claimed::point);
    Ok(claimed)
}

binds! {
    /// Binds what all claims have.
    fn bind_claim(claim: &Claim, account: i16) as CLAIM {
        lease_token "uuid" = uuid(claim.token);
        lease_until "timestamptz" = claim.now + claim.lease;
        lane "text" = claim.lane.as_str();
        now "timestamptz" = claim.now;
        lease_horizon "timestamptz" = claim.now + claim.lease + LEASE_HORIZON;
        after_due_at "timestamptz" = claim.after.map(|point| point.due_at);
        after_id "uuid" = claim.after.map_or(Uuid::nil(), |point| uuid(point.message_id));
        lease_base "bigint" = claim.elapsed.base.to_i64();
        elapsed "bigint" = claim.elapsed.micros;
        lease_ends "bigint" = (claim.elapsed + claim.lease).micros;
        most "bigint" = i64::from(claim.limit);
        account_id "smallint" = account;
    }

    /// Binds the only message to claim.
    fn bind_only(id: MessageId) as ONLY {
        message_id "uuid" = uuid(id);
    }

    /// Binds the messages not to claim.
    fn bind_excluding(ids: &[MessageId]) as EXCLUDING {
        excluding "uuid[]" = column(ids, |id| uuid(*id));
    }
}

//! Replaces a failed message by a new one.

use whatsapp_core::port::{Enqueued, Replaced, Replacement, StoreError};

use super::super::codec::uuid;
use super::super::statements as sql;
use super::super::work::Session;
use super::enqueue::{enqueue, find_keys};
use super::run;
use crate::error::other;
use crate::rows::REPLACES_NONE;

pub(super) async fn replace(
    session: &mut Session<'_>,
    replacement: &Replacement,
) -> Result<Replaced, StoreError> {
    let Replacement { message, seen, free } = replacement;
    let facts = &message.facts;
    let old = facts.resend_of.ok_or_else(|| other(REPLACES_NONE))?;
    if let Some(there) = already_there(session, replacement).await? {
        return Ok(there);
    }
    // Of two calls that replace the same message, the later one waits here for the earlier one.
    let query = session
        .query(sql::GIVE_WAY)
        .bind(uuid(old))
        .bind(*seen)
        .bind(facts.created_at)
        .bind(free.as_ref().map(|key| key.as_str().to_owned()));
    if run(session, query).await? == 0 {
        return Ok(already_there(session, replacement).await?.unwrap_or(Replaced::Stale));
    }
    let done = enqueue(session, std::slice::from_ref(message), true).await?;
    Ok(Replaced::Done(done.first().copied().unwrap_or(Enqueued::New(facts.id))))
}

/// Returns the answer if a message with this key exists already.
async fn already_there(
    session: &mut Session<'_>,
    replacement: &Replacement,
) -> Result<Option<Replaced>, StoreError> {
    let facts = &replacement.message.facts;
    let there = find_keys(session, &[facts.key.as_str()]).await?;
    let there = there.get(facts.key.as_str());
    Ok(there.map(|there| Replaced::Done(there.answer(&facts.fingerprint))))
}

//! Mutes.

use async_trait::async_trait;
use chrono::DateTime;
use uuid::Uuid;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError};
use whatsapp_core::{AuditId, UserId};

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, int, text, uuid};
use super::statements as sql;
use super::work::{Pool, Session};
use crate::mutes;

/// Maximum number of tries to set a mute, if the same mute existed and ended before it could be
/// read.
const TRIES: u32 = 3;

#[async_trait]
impl MuteStore for PostgresStore {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        let mute = mute.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { add(&mut session, mute, audit).await })
        })
        .await
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        let end = end.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { finish(&mut session, &end).await })
        })
        .await
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        let filter = filter.clone();
        // Without a cursor, the first page begins after the last possible instant.
        let end = DateTime::from_timestamp(253_402_300_800, 0).unwrap_or(DateTime::UNIX_EPOCH);
        let (at, id) = after.map_or((end, Uuid::nil()), |after| (after.at, uuid(after.id)));
        self.read(Pool::Client, move |session| {
            let MuteFilter { on, ended, ids, .. } = filter.clone();
            Box::pin(async move {
                let rows = session
                    .query(sql::MUTES)
                    .bind(at)
                    .bind(id)
                    .bind(on.as_ref().map(MuteOn::kind))
                    .bind(on.as_ref().map(|on| text(on.key()).into_owned()))
                    .bind(ended)
                    .bind(i64::from(limit))
                    .bind(ids.map(|ids| ids.into_iter().map(uuid).collect::<Vec<_>>()))
                    .fetch_all(&mut *session.connection)
                    .await?;
                rows.iter().map(mutes::mute).collect()
            })
        })
        .await
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let (things, questions) = (mutes::asked(asked), asked.len());
        self.read(Pool::Worker, move |session| {
            let query = session
                .query(sql::MUTED)
                .bind(column(&things, |(place, _)| int(*place)))
                .bind(column(&things, |(_, on)| on.kind()))
                .bind(column(&things, |(_, on)| text(on.key()).into_owned()));
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await?;
                mutes::answers(&rows, questions)
            })
        })
        .await
    }
}

async fn add(session: &mut Session<'_>, mute: Mute, audit: AuditId) -> Result<Mute, StoreError> {
    for _ in 0..TRIES {
        let done = session
            .query(sql::ADD_MUTE)
            .bind(uuid(mute.id))
            .bind(mute.on.kind())
            .bind(text(mute.on.key()).into_owned())
            .bind(mute.of.as_str())
            .bind(mute.by.as_str())
            .bind(mute.by.user().map(|user| user.as_str().to_owned()))
            .bind(mute.at)
            .execute(&mut *session.connection)
            .await?;
        if done.rows_affected() == 1 {
            record(session, [&mute.entry(audit)]).await?;
            return Ok(mute);
        }
        let same = session
            .query(sql::SAME_MUTE)
            .bind(mute.on.kind())
            .bind(text(mute.on.key()).into_owned())
            .bind(mute.of.as_str())
            .fetch_optional(&mut *session.connection)
            .await?;
        if let Some(row) = same {
            return mutes::mute(&row);
        }
    }
    Err(StoreError::Conflict { entity: "mute" })
}

async fn finish(session: &mut Session<'_>, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
    let row = session
        .query(sql::END_MUTE)
        .bind(uuid(end.id))
        .bind(end.at)
        .bind(end.by.as_str())
        .bind(end.by.user().map(UserId::as_str).map(str::to_owned))
        .fetch_optional(&mut *session.connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let ended = mutes::mute(&row)?;
    record(session, [&ended.entry(end.audit)]).await?;
    Ok(Some(ended))
}

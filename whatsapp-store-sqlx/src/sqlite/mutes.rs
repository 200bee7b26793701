//! Mutes.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError};
use whatsapp_core::{AuditId, UserId};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::statements as sql;
use crate::mutes;

#[async_trait]
impl MuteStore for SqliteStore {
    async fn add_mute(&self, mute: &Mute, audit: AuditId) -> Result<Mute, StoreError> {
        let mute = mute.clone();
        self.write(move |connection| Box::pin(async move { add(connection, mute, audit).await }))
            .await
    }

    async fn end_mute(&self, end: &MuteEnd) -> Result<Option<Mute>, StoreError> {
        let end = end.clone();
        self.write(move |connection| Box::pin(async move { finish(connection, &end).await })).await
    }

    async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        let ids = filter.ids.as_ref();
        let ids: Option<Vec<_>> = ids.map(|ids| ids.iter().map(ToString::to_string).collect());
        let rows = sql::query(sql::MUTES)
            .bind(after.map_or(i64::MAX, |after| micros(after.at)))
            .bind(after.map(|after| after.id.to_string()).unwrap_or_default())
            .bind(filter.on.as_ref().map(MuteOn::kind))
            .bind(filter.on.as_ref().map(MuteOn::key))
            .bind(filter.ended)
            .bind(limit)
            .bind(ids.as_deref().map(array).transpose()?)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(mutes::mute).collect()
    }

    async fn muted(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        let things = mutes::asked(asked);
        let items: Vec<_> = things.iter().map(|(no, on)| (no, on.kind(), on.key())).collect();
        let query = sql::query(sql::MUTED).bind(array(&items)?);
        let rows = query.fetch_all(&self.readers).await?;
        mutes::answers(&rows, asked.len())
    }
}

async fn add(
    connection: &mut SqliteConnection,
    mute: Mute,
    audit: AuditId,
) -> Result<Mute, StoreError> {
    let same = sql::query(sql::SAME_MUTE)
        .bind(mute.on.kind())
        .bind(mute.on.key())
        .bind(mute.of.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = same {
        return mutes::mute(&row);
    }
    sql::query(sql::ADD_MUTE)
        .bind(mute.id.to_string())
        .bind(mute.on.kind())
        .bind(mute.on.key())
        .bind(mute.of.as_str())
        .bind(mute.by.as_str())
        .bind(mute.by.user().map(UserId::as_str))
        .bind(micros(mute.at))
        .execute(&mut *connection)
        .await?;
    record(connection, [&mute.entry(audit)]).await?;
    Ok(mute)
}

async fn finish(
    connection: &mut SqliteConnection,
    end: &MuteEnd,
) -> Result<Option<Mute>, StoreError> {
    let row = sql::query(sql::END_MUTE)
        .bind(end.id.to_string())
        .bind(micros(end.at))
        .bind(end.by.as_str())
        .bind(end.by.user().map(UserId::as_str))
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let ended = mutes::mute(&row)?;
    record(connection, [&ended.entry(end.audit)]).await?;
    Ok(Some(ended))
}

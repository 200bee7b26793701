//! Failure notices and the digests that account for them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken};

use super::PostgresStore;
use super::codec::uuid;
use super::outbox::LEASE_HORIZON;
use super::statements as sql;
use super::work::Who;
use crate::codec::Reader;
use crate::error::store_error;
use crate::rows;

#[async_trait]
impl NoticeQueue for PostgresStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        self.read(Who::Worker, |connection| {
            Box::pin(async move {
                let query = sqlx::query(sql::NOTICES_OWED);
                let row = query.fetch_one(connection).await.map_err(store_error)?;
                Reader::new(&row, "notice").number("notices")
            })
        })
        .await
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        self.read(Who::Worker, move |connection| Box::pin(digests(connection, limit))).await
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        let collect = collect.clone();
        self.write(Who::Worker, move |connection| {
            Box::pin(async move { claim(connection, &collect).await })
        })
        .await
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(Who::Worker, move |connection| {
            Box::pin(async move {
                let done = sqlx::query(sql::MARK_SENT)
                    .bind(uuid(id))
                    .bind(uuid(token))
                    .bind(at)
                    .execute(connection)
                    .await
                    .map_err(store_error)?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }
}

async fn digests(connection: &mut PgConnection, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
    let query = sqlx::query(sql::DIGESTS).bind(i64::from(limit));
    let rows = query.fetch_all(connection).await.map_err(store_error)?;
    rows.iter().map(rows::digest_mark).collect()
}

async fn claim(
    connection: &mut PgConnection,
    collect: &Collect,
) -> Result<Option<Collected>, StoreError> {
    let until = collect.now + collect.lease;
    let claimed = match claim_unsent(connection, collect, until).await? {
        Some(unsent) => Some(unsent),
        None => start(connection, collect, until).await?,
    };
    let Some((id, created_at)) = claimed else {
        return Ok(None);
    };
    let digest = Digest { id, created_at, notices: notices(connection, id).await? };
    Ok(Some(Collected { digest, token: collect.token }))
}

async fn claim_unsent(
    connection: &mut PgConnection,
    collect: &Collect,
    until: DateTime<Utc>,
) -> Result<Option<(DigestId, DateTime<Utc>)>, StoreError> {
    let row = sqlx::query(sql::CLAIM_UNSENT)
        .bind(uuid(collect.token))
        .bind(until)
        .bind(collect.now)
        .bind(until + LEASE_HORIZON)
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.map(|row| {
        let row = Reader::new(&row, "digest");
        Ok((row.parsed("id")?, row.instant("created_at")?))
    })
    .transpose()
}

async fn start(
    connection: &mut PgConnection,
    collect: &Collect,
    until: DateTime<Utc>,
) -> Result<Option<(DigestId, DateTime<Utc>)>, StoreError> {
    if !collect.may_start {
        return Ok(None);
    }
    sqlx::query(sql::LOCK_DIGESTS).execute(&mut *connection).await.map_err(store_error)?;
    let newest = digests(connection, 1).await?.first().map(|mark| mark.id);
    if newest != collect.newest_known {
        return Ok(None);
    }
    let started = sqlx::query(sql::START_DIGEST)
        .bind(uuid(collect.id))
        .bind(collect.now)
        .bind(uuid(collect.token))
        .bind(until)
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    if started.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query(sql::ASSIGN_NOTICES)
        .bind(uuid(collect.id))
        .execute(connection)
        .await
        .map_err(store_error)?;
    Ok(Some((collect.id, collect.now)))
}

async fn notices(connection: &mut PgConnection, id: DigestId) -> Result<Vec<Notice>, StoreError> {
    let query = sqlx::query(sql::NOTICES_OF_DIGEST).bind(uuid(id));
    let rows = query.fetch_all(connection).await.map_err(store_error)?;
    rows.iter().map(rows::notice).collect()
}

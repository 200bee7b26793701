//! Failure notices and the digests that contain them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, LEASE_HORIZON, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken, Private};

use super::SqliteStore;
use super::codec::micros;
use super::statements as sql;
use crate::codec::Reader;
use crate::rows::{self, AGAIN_HORIZON};

#[async_trait]
impl NoticeQueue for SqliteStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        let row = sql::query(sql::NOTICES_OWED).fetch_one(&self.readers).await?;
        Reader::new(&row, "notice").number("notices")
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        let rows = sql::query(sql::DIGESTS).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(rows::digest_mark).collect()
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        let collect = collect.clone();
        self.write(move |connection| Box::pin(async move { claim(connection, &collect).await }))
            .await
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let done = sql::query(sql::MARK_SENT)
                    .bind(id.to_string())
                    .bind(token.to_string())
                    .bind(micros(at))
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }

    async fn mark_told(
        &self,
        id: DigestId,
        token: LeaseToken,
        told: &[Private],
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let told = rows::told(told);
        self.write(move |connection| {
            Box::pin(async move {
                let done = sql::query(sql::MARK_TOLD)
                    .bind(id.to_string())
                    .bind(token.to_string())
                    .bind(told)
                    .bind(micros(again_at))
                    .execute(connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }
}

async fn claim(
    connection: &mut SqliteConnection,
    collect: &Collect,
) -> Result<Option<Collected>, StoreError> {
    let until = collect.now + collect.lease;
    let mut claimed = claim_unsent(connection, collect, until, false).await?;
    if claimed.is_none() {
        claimed = start(connection, collect, until).await?;
    }
    if claimed.is_none() {
        claimed = claim_unsent(connection, collect, until, true).await?;
    }
    let Some(mut digest) = claimed else {
        return Ok(None);
    };
    digest.notices = notices(connection, digest.id).await?;
    Ok(Some(Collected { digest, token: collect.token }))
}

/// Claims a digest that nobody has yet, or one that only some recipients have.
async fn claim_unsent(
    connection: &mut SqliteConnection,
    collect: &Collect,
    until: DateTime<Utc>,
    some_have_it: bool,
) -> Result<Option<Digest>, StoreError> {
    let row = sql::query(sql::CLAIM_UNSENT)
        .bind(collect.token.to_string())
        .bind(micros(until))
        .bind(micros(collect.now))
        .bind(micros(until + LEASE_HORIZON))
        .bind(some_have_it)
        .bind(micros(collect.now + AGAIN_HORIZON))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(rows::digest).transpose()
}

async fn start(
    connection: &mut SqliteConnection,
    collect: &Collect,
    until: DateTime<Utc>,
) -> Result<Option<Digest>, StoreError> {
    if !collect.may_start || newest(connection).await? != collect.newest_known {
        return Ok(None);
    }
    sql::query(sql::TAKE_BACK).execute(&mut *connection).await?;
    let started = sql::query(sql::START_DIGEST)
        .bind(collect.id.to_string())
        .bind(micros(collect.now))
        .bind(collect.token.to_string())
        .bind(micros(until))
        .execute(&mut *connection)
        .await?;
    if started.rows_affected() == 0 {
        return Ok(None);
    }
    sql::query(sql::ASSIGN_NOTICES).bind(collect.id.to_string()).execute(connection).await?;
    let (notices, told) = (Vec::new(), Vec::new());
    Ok(Some(Digest { id: collect.id, created_at: collect.now, notices, told }))
}

async fn newest(connection: &mut SqliteConnection) -> Result<Option<DigestId>, StoreError> {
    let row = sql::query(sql::DIGESTS).bind(1).fetch_optional(connection).await?;
    row.map(|row| Reader::new(&row, "digest").parsed("id")).transpose()
}

async fn notices(
    connection: &mut SqliteConnection,
    id: DigestId,
) -> Result<Vec<Notice>, StoreError> {
    let rows =
        sql::query(sql::NOTICES_OF_DIGEST).bind(id.to_string()).fetch_all(connection).await?;
    rows.iter().map(rows::notice).collect()
}

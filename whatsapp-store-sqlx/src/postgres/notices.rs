//! Failure notices and the digests that contain them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::port::{
    Collect, Collected, Digest, DigestMark, LEASE_HORIZON, Notice, NoticeQueue, StoreError,
};
use whatsapp_core::{DigestId, LeaseToken, Private};

use super::PostgresStore;
use super::codec::uuid;
use super::statements as sql;
use super::work::{Pool, Session};
use crate::codec::Reader;
use crate::rows::{self, AGAIN_HORIZON};

#[async_trait]
impl NoticeQueue for PostgresStore {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        self.read(Pool::Worker, |session| {
            Box::pin(async move {
                let query = session.query(sql::NOTICES_OWED);
                let row = query.fetch_one(&mut *session.connection).await?;
                Reader::new(&row, "notice").number("notices")
            })
        })
        .await
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        self.read(Pool::Worker, move |mut session| {
            Box::pin(async move { digests(&mut session, limit).await })
        })
        .await
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        let collect = collect.clone();
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { claim(&mut session, &collect).await })
        })
        .await
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let done = session
                    .query(sql::MARK_SENT)
                    .bind(uuid(id))
                    .bind(uuid(token))
                    .bind(at)
                    .execute(&mut *session.connection)
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
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let done = session
                    .query(sql::MARK_TOLD)
                    .bind(uuid(id))
                    .bind(uuid(token))
                    .bind(told)
                    .bind(again_at)
                    .execute(&mut *session.connection)
                    .await?;
                Ok(done.rows_affected() == 1)
            })
        })
        .await
    }
}

async fn digests(session: &mut Session<'_>, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
    let query = session.query(sql::DIGESTS).bind(i64::from(limit));
    let rows = query.fetch_all(&mut *session.connection).await?;
    rows.iter().map(rows::digest_mark).collect()
}

async fn claim(
    session: &mut Session<'_>,
    collect: &Collect,
) -> Result<Option<Collected>, StoreError> {
    let until = collect.now + collect.lease;
    let mut claimed = claim_unsent(session, collect, until, false).await?;
    if claimed.is_none() {
        claimed = start(session, collect, until).await?;
    }
    if claimed.is_none() {
        claimed = claim_unsent(session, collect, until, true).await?;
    }
    let Some(mut digest) = claimed else {
        return Ok(None);
    };
    digest.notices = notices(session, digest.id).await?;
    Ok(Some(Collected { digest, token: collect.token }))
}

/// Claims a digest that nobody has yet, or one that only some recipients have.
async fn claim_unsent(
    session: &mut Session<'_>,
    collect: &Collect,
    until: DateTime<Utc>,
    some_have_it: bool,
) -> Result<Option<Digest>, StoreError> {
    let row = session
        .query(sql::CLAIM_UNSENT)
        .bind(uuid(collect.token))
        .bind(until)
        .bind(collect.now)
        .bind(until + LEASE_HORIZON)
        .bind(some_have_it)
        .bind(collect.now + AGAIN_HORIZON)
        .fetch_optional(&mut *session.connection)
        .await?;
    row.as_ref().map(rows::digest).transpose()
}

async fn start(
    session: &mut Session<'_>,
    collect: &Collect,
    until: DateTime<Utc>,
) -> Result<Option<Digest>, StoreError> {
    if !collect.may_start {
        return Ok(None);
    }
    session.query(sql::LOCK_DIGESTS).execute(&mut *session.connection).await?;
    let newest = digests(session, 1).await?.first().map(|mark| mark.id);
    if newest != collect.newest_known {
        return Ok(None);
    }
    session.query(sql::TAKE_BACK).execute(&mut *session.connection).await?;
    let started = session
        .query(sql::START_DIGEST)
        .bind(uuid(collect.id))
        .bind(collect.now)
        .bind(uuid(collect.token))
        .bind(until)
        .execute(&mut *session.connection)
        .await?;
    if started.rows_affected() == 0 {
        return Ok(None);
    }
    session
        .query(sql::ASSIGN_NOTICES)
        .bind(uuid(collect.id))
        .execute(&mut *session.connection)
        .await?;
    let (notices, told) = (Vec::new(), Vec::new());
    Ok(Some(Digest { id: collect.id, created_at: collect.now, notices, told }))
}

async fn notices(session: &mut Session<'_>, id: DigestId) -> Result<Vec<Notice>, StoreError> {
    let query = session.query(sql::NOTICES_OF_DIGEST).bind(uuid(id));
    let rows = query.fetch_all(&mut *session.connection).await?;
    rows.iter().map(rows::notice).collect()
}

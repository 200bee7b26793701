//! Bulk acts on many messages.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome};
use whatsapp_core::port::{
    BULK_HORIZON, BulkChange, BulkClaim, BulkStore, BulkWrite, Saved, StoreError,
};
use whatsapp_core::{AuditId, BulkId, Private, UserId};

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, int, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::bulk;
use crate::codec::Reader;
use crate::rows;

#[async_trait]
impl BulkStore for PostgresStore {
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError> {
        let (bulk, items) = (bulk.clone(), items.to_vec());
        self.write(Pool::Client, move |session| {
            Box::pin(async move {
                let add = bind_bulk(session.query(sql::ADD_BULK), &bulk);
                add.execute(&mut *session.connection).await?;
                let add = bind_items(session.query(sql::ADD_BULK_ITEMS), bulk.id, &items);
                add.execute(&mut *session.connection).await.map(drop)
            })
        })
        .await
    }

    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        let query = move |session: &Session<'_>| session.query(sql::BULK).bind(uuid(id));
        Ok(self.rows(query, bulk::bulk).await?.pop())
    }

    async fn bulk_items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError> {
        let query = move |session: &Session<'_>| {
            session
                .query(sql::BULK_ITEMS)
                .bind(uuid(id))
                .bind(outcome.map(BulkOutcome::as_str))
                .bind(after.map_or(-1, int))
                .bind(i64::from(limit))
        };
        self.rows(query, bulk::item).await
    }

    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError> {
        let change = change.clone();
        let changed = self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let update = session
                    .query(sql::CHANGE_BULK)
                    .bind(uuid(change.id))
                    .bind(change.from.as_str())
                    .bind(change.to.as_str())
                    .bind(change.by.as_str())
                    .bind(change.by.user().map(UserId::as_str).map(str::to_owned))
                    .bind(change.agreed.arrived)
                    .bind(change.agreed.hours)
                    .bind(change.at);
                let done = update.execute(&mut *session.connection).await?;
                rows::all_as_seen(done.rows_affected(), 1)?;
                record(&mut session, [&change.audit]).await
            })
        });
        rows::saved(changed.await)
    }

    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
        let claim = *claim;
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { claimed(&mut session, &claim).await })
        })
        .await
    }

    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError> {
        let BulkWrite { id, token, at, results } = write.clone();
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let renew = session.query(sql::HOLD_BULK).bind(uuid(id)).bind(uuid(token)).bind(at);
                let held = renew.execute(&mut *session.connection).await?;
                if held.rows_affected() == 0 {
                    return Ok(false);
                }
                let write = session
                    .query(sql::WRITE_BULK_ITEMS)
                    .bind(uuid(id))
                    .bind(column(&results, |result| int(result.no)))
                    .bind(column(&results, |result| result.outcome.as_str()))
                    .bind(column(&results, |result| result.sentence.as_ref().map(told)))
                    .bind(column(&results, |result| result.fresh.map(uuid)));
                write.execute(&mut *session.connection).await?;
                let release = session.query(sql::RELEASE_BULK).bind(uuid(id));
                release.execute(&mut *session.connection).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError> {
        let ids: Vec<Uuid> = column(entries, |id| uuid(*id));
        let query = move |session: &Session<'_>| session.query(sql::ENTERED).bind(ids.clone());
        self.rows(query, |row| Reader::new(row, "audit entry").parsed("id")).await
    }

    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let forget = session.query(sql::FORGET_BULK_ITEMS).bind(before);
                forget.execute(&mut *session.connection).await?;
                let forget = session.query(sql::FORGET_BULK).bind(before);
                let done = forget.execute(&mut *session.connection).await?;
                Ok(done.rows_affected())
            })
        })
        .await
    }
}

binds! {
    /// Binds an act.
    fn bind_bulk(bulk: &Bulk) as BULK {
        id "uuid" = uuid(bulk.id);
        act "text" = bulk.act.as_str();
        actor "text" = bulk.by.as_str();
        user_id "text" = bulk.by.user().map(UserId::as_str);
        at "timestamptz" = bulk.at;
        state "text" = bulk.state.as_str();
        more "boolean" = bulk.more;
        arrived "boolean" = bulk.agreed.arrived;
        hours "boolean" = bulk.agreed.hours;
        changed_at "timestamptz" = bulk.changed_at;
    }

    /// Binds the columns of an act's messages.
    fn bind_items(id: BulkId, items: &[BulkItem]) as ITEMS {
        bulk_id "uuid" = uuid(id);
        no "int[]" = column(items, |item| int(item.no));
        message_id "uuid[]" = column(items, |item| uuid(item.message_id));
        seen "timestamptz[]" = column(items, |item| item.seen);
        entry "uuid[]" = column(items, |item| uuid(item.entry));
        arrived "boolean[]" = column(items, |item| item.asks.arrived);
        hours "boolean[]" = column(items, |item| item.asks.hours);
        outcome "text[]" = column(items, |item| item.outcome.map(BulkOutcome::as_str));
        sentence "text[]" = column(items, |item| item.sentence.as_ref().map(told));
        fresh "uuid[]" = column(items, |item| item.fresh.map(uuid));
    }
}

/// A sentence in the form that the database can store.
fn told(sentence: &Private) -> String {
    text(sentence.as_str()).into_owned()
}

async fn claimed(
    session: &mut Session<'_>,
    claim: &BulkClaim,
) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
    let query = session
        .query(sql::CLAIM_BULK)
        .bind(uuid(claim.token))
        .bind(claim.now)
        .bind(claim.until)
        .bind(claim.now + BULK_HORIZON);
    let row = query.fetch_optional(&mut *session.connection).await?;
    let Some(row) = row else { return Ok(None) };
    let id: BulkId = Reader::new(&row, "act on many messages").parsed("id")?;
    let query = session.query(sql::BULK).bind(uuid(id));
    let head = query.fetch_one(&mut *session.connection).await?;
    let query = session.query(sql::OPEN_BULK_ITEMS).bind(uuid(id)).bind(i64::from(claim.limit));
    let rows = query.fetch_all(&mut *session.connection).await?;
    let items = rows.iter().map(bulk::item).collect::<Result<_, _>>()?;
    Ok(Some((bulk::bulk(&head)?, items)))
}

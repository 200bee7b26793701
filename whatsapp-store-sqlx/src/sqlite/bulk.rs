//! Bulk acts on many messages.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::bulk::{Bulk, BulkItem, BulkOutcome};
use whatsapp_core::port::{
    BULK_HORIZON, BulkChange, BulkClaim, BulkStore, BulkWrite, Saved, StoreError,
};
use whatsapp_core::{AuditId, BulkId, UserId};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::items::{BulkItemItem, BulkResultItem};
use super::statements as sql;
use super::work::Bound;
use crate::binds::binds;
use crate::bulk;
use crate::codec::Reader;
use crate::rows;

#[async_trait]
impl BulkStore for SqliteStore {
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError> {
        let items = array(&items.iter().map(BulkItemItem::new).collect::<Vec<_>>())?;
        let bulk = bulk.clone();
        self.write(move |connection| {
            Box::pin(async move {
                let add = bind_bulk(sql::query(sql::ADD_BULK), &bulk);
                add.execute(&mut *connection).await?;
                let add = sql::query(sql::ADD_BULK_ITEMS).bind(bulk.id.to_string()).bind(items);
                add.execute(connection).await.map(drop)
            })
        })
        .await
    }

    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError> {
        let query = sql::query(sql::BULK).bind(id.to_string());
        let row = query.fetch_optional(&self.readers).await?;
        row.map(|row| bulk::bulk(&row)).transpose()
    }

    async fn bulk_items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError> {
        let query = sql::query(sql::BULK_ITEMS)
            .bind(id.to_string())
            .bind(outcome.map(BulkOutcome::as_str))
            .bind(after.map_or(-1, i64::from))
            .bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(bulk::item).collect()
    }

    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError> {
        let change = change.clone();
        let changed = self.write(move |connection| {
            Box::pin(async move {
                let update = sql::query(sql::CHANGE_BULK)
                    .bind(change.id.to_string())
                    .bind(change.from.as_str())
                    .bind(change.to.as_str())
                    .bind(change.by.as_str())
                    .bind(change.by.user().map(UserId::as_str))
                    .bind(change.agreed.arrived)
                    .bind(change.agreed.hours)
                    .bind(micros(change.at));
                let done = update.execute(&mut *connection).await?;
                rows::all_as_seen(done.rows_affected(), 1)?;
                record(connection, [&change.audit]).await
            })
        });
        rows::saved(changed.await)
    }

    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
        let claim = *claim;
        self.write(move |connection| Box::pin(async move { claimed(connection, &claim).await }))
            .await
    }

    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError> {
        let results = array(&write.results.iter().map(BulkResultItem::new).collect::<Vec<_>>())?;
        let (id, token, at) = (write.id.to_string(), write.token, write.at);
        self.write(move |connection| {
            Box::pin(async move {
                let renew = sql::query(sql::HOLD_BULK).bind(&id).bind(token.to_string());
                let held = renew.bind(micros(at)).execute(&mut *connection).await;
                if held?.rows_affected() == 0 {
                    return Ok(false);
                }
                let write = sql::query(sql::WRITE_BULK_ITEMS).bind(&id).bind(results);
                write.execute(&mut *connection).await?;
                let release = sql::query(sql::RELEASE_BULK).bind(&id);
                release.execute(connection).await?;
                Ok(true)
            })
        })
        .await
    }

    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError> {
        let query = sql::query(sql::ENTERED).bind(array(entries)?);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Reader::new(row, "audit entry").parsed("id")).collect()
    }

    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let before = micros(before);
        self.write(move |connection| {
            Box::pin(async move {
                let forget = sql::query(sql::FORGET_BULK_ITEMS).bind(before);
                forget.execute(&mut *connection).await?;
                let forget = sql::query(sql::FORGET_BULK).bind(before);
                let done = forget.execute(connection).await?;
                Ok(done.rows_affected())
            })
        })
        .await
    }
}

async fn claimed(
    connection: &mut SqliteConnection,
    claim: &BulkClaim,
) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError> {
    let query = sql::query(sql::CLAIM_BULK)
        .bind(claim.token.to_string())
        .bind(micros(claim.now))
        .bind(micros(claim.until))
        .bind(micros(claim.now + BULK_HORIZON));
    let row = query.fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let id = Reader::new(&row, "act on many messages").text("id")?;
    let query = sql::query(sql::BULK).bind(&id);
    let head = query.fetch_one(&mut *connection).await?;
    let query = sql::query(sql::OPEN_BULK_ITEMS).bind(&id).bind(claim.limit);
    let rows = query.fetch_all(connection).await?;
    let items = rows.iter().map(bulk::item).collect::<Result<_, _>>()?;
    Ok(Some((bulk::bulk(&head)?, items)))
}

binds! {
    /// Binds an act.
    fn bind_bulk(bulk: &Bulk) as BULK {
        id = bulk.id.to_string();
        act = bulk.act.as_str();
        actor = bulk.by.as_str();
        user_id = bulk.by.user().map(UserId::as_str);
        at = micros(bulk.at);
        state = bulk.state.as_str();
        more = bulk.more;
        arrived = bulk.agreed.arrived;
        hours = bulk.agreed.hours;
        changed_at = micros(bulk.changed_at);
    }
}

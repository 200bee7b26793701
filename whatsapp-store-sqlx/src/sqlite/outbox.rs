//! The outbox: each method is one transaction, and one statement handles a whole batch.

mod begin;
mod bury;
pub(super) mod claim;
pub(super) mod enqueue;
pub(super) mod gather;
mod replace;
mod settle;

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::message::{Fingerprint, HeldFor, MessageKey, NewMessage};
use whatsapp_core::port::{
    Amended, Amendment, Aside, Begin, Begun, Burial, Buried, Claim, Claimed, Count, Enqueued, Lane,
    LaneQueue, Lease, NextDue, Outbox, Owed, Redate, Replaced, Replacement, Settled, Settlement,
    Sibling, StoreError,
};
use whatsapp_core::{AccountId, MessageId};

use super::SqliteStore;
use super::codec::{array, micros};
use super::items::LeaseItem;
use super::statements as sql;
use crate::codec::Reader;
use crate::error::store_error;
use crate::log::up_to;
use crate::rows;

#[async_trait]
impl Outbox for SqliteStore {
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        self.enqueue_together(messages).await
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(store_error)?;
        let found = enqueue::find_keys(&mut connection, &[key.as_str()]).await?;
        Ok(found.get(key.as_str()).map(|there| there.answer(fingerprint)))
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.sender.enter(claim.elapsed.base)?;
        let (claim, account) = (claim.clone(), self.account);
        self.lease(move |connection| {
            Box::pin(async move { claim::claim(connection, account, &claim).await })
        })
        .await
    }

    async fn bury(&self, burial: &Burial) -> Result<Buried, StoreError> {
        let burial = burial.clone();
        self.write(move |connection| {
            Box::pin(async move { bury::bury_one(connection, &burial).await })
        })
        .await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        let leases = array(&leases.iter().map(LeaseItem::new).collect::<Vec<_>>())?;
        self.lease(move |connection| {
            Box::pin(async move {
                // A lease that is gone needs no release: no rows are counted.
                run(connection, sql::RELEASE, leases).await.map(|_| ())
            })
        })
        .await
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let (begins, account) = (begins.to_vec(), self.account);
        self.write(move |connection| {
            Box::pin(async move { begin::begin(connection, account, &begins).await })
        })
        .await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let (settlements, account) = (settlements.to_vec(), self.account);
        self.write(move |connection| {
            Box::pin(async move { settle::settle(connection, account, &settlements).await })
        })
        .await
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        let (amendment, account) = (amendment.clone(), self.account);
        self.write(move |connection| {
            Box::pin(async move { settle::amend(connection, account, &amendment).await })
        })
        .await
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let aside = aside.clone();
        self.write(move |connection| {
            Box::pin(async move { settle::put_aside(connection, &aside).await })
        })
        .await
    }

    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError> {
        let (replacement, account) = (replacement.clone(), self.account);
        self.write(move |connection| {
            Box::pin(async move { replace::replace(connection, account, &replacement).await })
        })
        .await
    }

    async fn redate(&self, redate: &Redate) -> Result<(), StoreError> {
        let Redate { now, elapsed, within } = *redate;
        self.write(move |connection| {
            Box::pin(async move {
                sql::query(sql::REDATE)
                    .bind(micros(now))
                    .bind(elapsed.base.to_i64())
                    .bind(elapsed.micros)
                    .bind(micros(now + within))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn make_due(&self, held_for: HeldFor, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                for statement in [sql::MAKE_DUE, sql::MAKE_RETRY_DUE] {
                    sql::query(statement)
                        .bind(held_for.as_str())
                        .bind(micros(now))
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError> {
        let rows = sql::query(sql::SIBLINGS)
            .bind(number_key)
            .bind(micros(since))
            .bind(array(ids)?)
            .bind(self.account.get())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(rows::sibling).collect()
    }

    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let rows = sql::query(sql::UNSETTLED).bind(array(ids)?).fetch_all(&self.readers).await?;
        // An id that cannot be read is not one of the wanted ids.
        Ok(rows
            .iter()
            .filter_map(|row| Reader::new(row, "outbox row").parsed("message_id").ok())
            .collect())
    }

    async fn owed(&self) -> Result<Owed, StoreError> {
        let query = sql::query(sql::OWED).bind(self.account.get());
        rows::owed(&query.fetch_one(&self.readers).await?)
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        let query = sql::query(sql::NEXT_DUE).bind(array(Lane::ALL)?).bind(self.account.get());
        rows::next_due(&query.fetch_all(&self.readers).await?)
    }

    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError> {
        let query = sql::query(sql::BACKLOG).bind(array(Lane::OWED)?).bind(self.account.get());
        let query = query.bind(micros(now)).bind(up_to(most));
        let rows = query.fetch_all(&self.readers).await?;
        let queues: Vec<_> = rows.iter().map(rows::lane_queue).collect::<Result<_, _>>()?;
        Ok(rows::in_order_of_lanes(queues))
    }

    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
        let query = sql::query(sql::ENDING).bind(array(Lane::OWED)?).bind(self.account.get());
        let query = query.bind(micros(until)).bind(up_to(most));
        rows::ending(&query.fetch_one(&self.readers).await?, most)
    }

    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let query = sql::query(sql::LAST_TAKEN).bind(self.account.get());
        let row = query.fetch_one(&self.readers).await?;
        Reader::new(&row, "attempt").instant_or_null("at")
    }
}

/// Runs a statement over a batch of items, given as a JSON array, and returns the number of rows
/// written.
async fn run(
    connection: &mut SqliteConnection,
    statement: &'static str,
    items: String,
) -> Result<u64, StoreError> {
    let done = sql::query(statement).bind(items).execute(connection).await?;
    Ok(done.rows_affected())
}

/// Runs such a statement that also takes the account.
async fn run_for(
    connection: &mut SqliteConnection,
    statement: &'static str,
    items: String,
    account: AccountId,
) -> Result<u64, StoreError> {
    let query = sql::query(statement).bind(items).bind(account.get());
    Ok(query.execute(connection).await?.rows_affected())
}

/// Tells for each item of a batch whether it passes a fence. The fence is a statement that returns
/// the places of those that pass. Of several items of one message only the first passes, because it
/// uses up the right.
async fn passed(
    connection: &mut SqliteConnection,
    fence: &'static str,
    items: String,
    message_ids: &[MessageId],
) -> Result<Vec<bool>, StoreError> {
    let row = sql::query(fence).bind(items).fetch_one(connection).await?;
    let row = Reader::new(&row, "outbox row");
    let places: HashSet<usize> = row.checked("items", |json| serde_json::from_str(&json).ok())?;
    let mut first = HashSet::new();
    let passes = |(place, id)| places.contains(&place) && first.insert(id);
    Ok(message_ids.iter().enumerate().map(passes).collect())
}

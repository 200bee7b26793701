//! The outbox: each method is one transaction, and one statement handles a whole batch.
//!
//! A batch is given to a statement as arrays, one for each column. Rows are locked in the order of
//! their ids, so that two batches with messages in common wait for each other and never deadlock.

pub(super) mod begin;
mod bury;
pub(super) mod claim;
pub(super) mod enqueue;
mod replace;
pub(super) mod settle;

use std::collections::HashSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Fingerprint, HeldFor, MessageKey, NewMessage};
use whatsapp_core::port::{
    Amended, Amendment, Aside, Begin, Begun, Burial, Buried, Claim, Claimed, Count, Enqueued, Lane,
    LaneQueue, Lease, NextDue, Outbox, Owed, Redate, Replaced, Replacement, Settled, Settlement,
    Sibling, StoreError,
};

use super::PostgresStore;
use super::codec::{column, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::codec::Reader;
use crate::log::up_to;
use crate::rows;

#[async_trait]
impl Outbox for PostgresStore {
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        // Two calls with the same messages, as when one was given up and made again, may collide at
        // the ids before they collide at the keys. Then the later one fails. By then the other has
        // committed, and its messages are found.
        let enqueued = match self.enqueue_once(messages).await {
            Err(StoreError::Conflict { .. }) => self.enqueue_once(messages).await?,
            outcome => outcome?,
        };
        if enqueued.iter().any(|one| matches!(one, Enqueued::New(_))) {
            self.shared.wake_up.send(self);
        }
        Ok(enqueued)
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        let wanted = key.as_str().to_owned();
        let found = self
            .read(Pool::Client, move |mut session| {
                let wanted = wanted.clone();
                Box::pin(async move { enqueue::find_keys(&mut session, &[&wanted]).await })
            })
            .await?;
        Ok(found.get(key.as_str()).map(|there| there.answer(fingerprint)))
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        let claim = claim.clone();
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { claim::claim(&mut session, &claim).await })
        })
        .await
    }

    async fn bury(&self, burial: &Burial) -> Result<Buried, StoreError> {
        let burial = burial.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { bury::bury_one(&mut session, &burial).await })
        })
        .await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        let mut leases = leases.to_vec();
        leases.sort_unstable_by_key(|lease| lease.message_id);
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                // A lease that is gone needs no release: no rows are counted.
                session
                    .query(sql::RELEASE)
                    .bind(column(&leases, |lease| uuid(lease.message_id)))
                    .bind(column(&leases, |lease| uuid(lease.token)))
                    .execute(&mut *session.connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let begins = begins.to_vec();
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { begin::begin(&mut session, &begins).await })
        })
        .await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let settlements = settlements.to_vec();
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { settle::settle(&mut session, &settlements).await })
        })
        .await
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        let amendment = amendment.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { settle::amend(&mut session, &amendment).await })
        })
        .await
    }

    async fn put_aside(&self, aside: &Aside) -> Result<Amended, StoreError> {
        let aside = aside.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { settle::put_aside(&mut session, &aside).await })
        })
        .await
    }

    async fn replace(&self, replacement: &Replacement) -> Result<Replaced, StoreError> {
        let replacement = replacement.clone();
        let replaced = self
            .write(Pool::Client, move |mut session| {
                Box::pin(async move { replace::replace(&mut session, &replacement).await })
            })
            .await?;
        if matches!(replaced, Replaced::Done(Enqueued::New(_))) {
            self.shared.wake_up.send(self);
        }
        Ok(replaced)
    }

    async fn redate(&self, redate: &Redate) -> Result<(), StoreError> {
        let Redate { now, elapsed, within } = *redate;
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move {
                let query = session
                    .query(sql::REDATE)
                    .bind(now)
                    .bind(elapsed.base.to_i64())
                    .bind(elapsed.micros)
                    .bind(now + within);
                run(&mut session, query).await.map(|_| ())
            })
        })
        .await
    }

    async fn make_due(&self, held_for: HeldFor, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move {
                let query = session.query(sql::MAKE_DUE).bind(held_for.as_str()).bind(now);
                run(&mut session, query).await.map(|_| ())
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
        let key = text(number_key).into_owned();
        let ids = column(ids, |id| text(id).into_owned());
        self.read(Pool::Worker, move |session| {
            let (key, ids) = (key.clone(), ids.clone());
            Box::pin(async move {
                let query = session.query(sql::SIBLINGS);
                let query = query.bind(key).bind(since).bind(ids).bind(session.account());
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().map(rows::sibling).collect()
            })
        })
        .await
    }

    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let ids = uuids(ids, |id| *id);
        self.read(Pool::Worker, move |session| {
            let ids = ids.clone();
            Box::pin(async move {
                let query = session.query(sql::UNSETTLED).bind(ids);
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().map(|row| Reader::new(row, "outbox row").parsed("message_id")).collect()
            })
        })
        .await
    }

    async fn owed(&self) -> Result<Owed, StoreError> {
        self.read(Pool::Client, |session| {
            Box::pin(async move {
                let query = session.query(sql::OWED).bind(session.account());
                rows::owed(&query.fetch_one(&mut *session.connection).await?)
            })
        })
        .await
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        self.read(Pool::Worker, |session| {
            Box::pin(async move {
                let lanes = column(Lane::ALL, |lane| lane.as_str());
                let query = session.query(sql::NEXT_DUE).bind(lanes).bind(session.account());
                rows::next_due(&query.fetch_all(&mut *session.connection).await?)
            })
        })
        .await
    }

    async fn backlog(&self, now: DateTime<Utc>, most: u64) -> Result<Vec<LaneQueue>, StoreError> {
        let most = up_to(most);
        let query = move |session: &Session<'_>| {
            let lanes = column(Lane::OWED, |lane| lane.as_str());
            let query = session.query(sql::BACKLOG).bind(lanes).bind(session.account());
            query.bind(now).bind(most)
        };
        self.rows(query, rows::lane_queue).await.map(rows::in_order_of_lanes)
    }

    async fn ending(
        &self,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
        let looks = up_to(most);
        self.read(Pool::Client, move |session| {
            let lanes = column(Lane::OWED, |lane| lane.as_str());
            let query = session.query(sql::ENDING).bind(lanes).bind(session.account());
            let query = query.bind(until).bind(looks);
            Box::pin(async move {
                let row = query.fetch_one(&mut *session.connection).await?;
                rows::ending(&row, most)
            })
        })
        .await
    }

    async fn last_taken(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read(Pool::Client, move |session| {
            let query = session.query(sql::LAST_TAKEN).bind(session.account());
            Box::pin(async move {
                let row = query.fetch_one(&mut *session.connection).await?;
                Reader::new(&row, "attempt").instant_or_null("at")
            })
        })
        .await
    }
}

impl PostgresStore {
    async fn enqueue_once(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        let messages = messages.to_vec();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { enqueue::enqueue(&mut session, &messages, false).await })
        })
        .await
    }
}

/// Runs a statement over a batch of items, and returns the number of rows written.
async fn run(session: &mut Session<'_>, statement: Bound) -> Result<u64, StoreError> {
    Ok(statement.execute(&mut *session.connection).await?.rows_affected())
}

/// The places of a batch's items in the order in which their rows are locked.
fn in_order(message_ids: &[MessageId]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..message_ids.len()).collect();
    places.sort_by_key(|place| message_ids.get(*place));
    places
}

/// Tells for each item of a batch whether it passes a fence. The fence is a statement that gets the
/// items in the order of `places` and returns the positions, from 1, of those that pass. Of several
/// items of one message only the first passes, because it uses up the right.
async fn passed(
    session: &mut Session<'_>,
    fence: Bound,
    places: &[usize],
    message_ids: &[MessageId],
) -> Result<Vec<bool>, StoreError> {
    let rows = fence.fetch_all(&mut *session.connection).await?;
    let mut passing = HashSet::with_capacity(rows.len());
    for row in &rows {
        let row = Reader::new(row, "outbox row");
        let position: usize = row.number("place")?;
        passing.extend(places.get(position.wrapping_sub(1)).copied());
    }
    let mut first = HashSet::with_capacity(passing.len());
    let passes = |(place, id)| passing.contains(&place) && first.insert(id);
    Ok(message_ids.iter().enumerate().map(passes).collect())
}

fn uuids<'i, I: 'i>(items: &'i [I], id: impl Fn(&'i I) -> MessageId) -> Vec<Uuid> {
    column(items, |item| uuid(id(item)))
}

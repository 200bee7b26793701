//! The account: its rate limit, its changes, and the events that they leave.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Changed, EventClaim, LEASE_HORIZON,
    PauseReason, Reservation, Reserve, StoreError,
};
use whatsapp_core::{AccountId, LeaseToken};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::statements as sql;
use super::work::Bound;
use crate::binds::binds;
use crate::error::row_count;
use crate::rows;

#[async_trait]
impl AccountStore for SqliteStore {
    fn account_id(&self) -> AccountId {
        self.account
    }

    async fn account(&self) -> Result<Account, StoreError> {
        let query = sql::query(sql::ACCOUNT).bind(self.account.get());
        let row = query.fetch_optional(&self.readers).await?;
        row.as_ref().map_or_else(|| Ok(Account::default()), rows::account)
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        let (reserve, id) = (*reserve, self.account);
        self.write(move |connection| {
            Box::pin(async move { reserve_slots(connection, id, &reserve).await })
        })
        .await
    }

    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError> {
        let (change, id) = (change.clone(), self.account);
        self.write(move |connection| {
            Box::pin(async move { change_account(connection, id, &change).await })
        })
        .await
    }

    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError> {
        let rows = sql::query(sql::ACCOUNT_EVENTS)
            .bind(limit)
            .bind(self.account.get())
            .fetch_all(&self.readers)
            .await?;
        rows.iter().rev().map(rows::account_event).collect()
    }

    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError> {
        let claim = claim.clone();
        let (ids, account) = (array(&claim.ids)?, self.account);
        self.write(move |connection| {
            Box::pin(async move {
                let until = claim.now + claim.lease;
                let done = sql::query(sql::CLAIM_EVENTS)
                    .bind(ids)
                    .bind(claim.token.to_string())
                    .bind(micros(until))
                    .bind(micros(claim.now))
                    .bind(micros(until + LEASE_HORIZON))
                    .bind(account.get())
                    .execute(connection)
                    .await?;
                let all = done.rows_affected() == claim.ids.len() as u64;
                if all { Ok(true) } else { Err(StoreError::Conflict { entity: CLAIM }) }
            })
        })
        .await
        .or_else(|error| match error {
            StoreError::Conflict { entity: CLAIM } => Ok(false),
            error => Err(error),
        })
    }

    async fn account_events_told(
        &self,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                sql::query(sql::EVENTS_TOLD)
                    .bind(token.to_string())
                    .bind(micros(at))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// The error that undoes a claim of a part of the events.
const CLAIM: &str = "claim of account events";

/// Returns the account, in a transaction that may write; its row is created if there is none yet.
async fn read(connection: &mut SqliteConnection, id: AccountId) -> Result<Account, StoreError> {
    let add = sql::query(sql::ADD_ACCOUNT).bind(id.get());
    let query = sql::query(sql::ACCOUNT).bind(id.get());
    if let Some(row) = query.fetch_optional(&mut *connection).await? {
        return rows::account(&row);
    }
    add.execute(connection).await?;
    Ok(Account::default())
}

async fn reserve_slots(
    connection: &mut SqliteConnection,
    id: AccountId,
    reserve: &Reserve,
) -> Result<Reservation, StoreError> {
    let mut account = read(connection, id).await?;
    let slot = account.next_slot;
    let reservation = account.reserve(reserve);
    if account.next_slot != slot {
        let done = sql::query(sql::SET_NEXT_SLOT)
            .bind(account.next_slot.map(|slot| slot.base.to_i64()))
            .bind(account.next_slot.map(|slot| slot.micros))
            .bind(id.get())
            .execute(connection)
            .await?;
        row_count(done.rows_affected(), 1)?;
    }
    Ok(reservation)
}

pub(super) async fn change_account(
    connection: &mut SqliteConnection,
    id: AccountId,
    change: &AccountChange,
) -> Result<Changed, StoreError> {
    let before = read(connection, id).await?;
    let mut account = before.clone();
    let (verdict, event) = change.on(&mut account);
    if account != before {
        write(connection, id, &account).await?;
    }
    if let Some(event) = &event {
        sql::query(sql::ADD_EVENT)
            .bind(event.id.to_string())
            .bind(event.kind.as_str())
            .bind(event.reason.map(PauseReason::as_str))
            .bind(event.detail.as_deref())
            .bind(micros(event.at))
            .bind(id.get())
            .execute(&mut *connection)
            .await?;
    }
    record(connection, change.audited(&before, &account, id).as_ref()).await?;
    Ok(Changed { verdict, event, account })
}

async fn write(
    connection: &mut SqliteConnection,
    id: AccountId,
    account: &Account,
) -> Result<(), StoreError> {
    let query = bind(sql::query(sql::SET_ACCOUNT), account, id);
    let done = query.execute(connection).await?;
    row_count(done.rows_affected(), 1)
}

binds! {
    /// Binds the shared state of an account.
    fn bind(account: &Account, id: AccountId) as ACCOUNT {
        pause_reason = account.pause.as_ref().map(|pause| pause.reason.as_str());
        pause_detail = account.pause.as_ref().and_then(|pause| pause.detail.as_deref());
        pause_since = account.pause.as_ref().map(|pause| micros(pause.since));
        pause_until = account.pause.as_ref().map(|pause| micros(pause.until));
        pause_scout =
            account.pause.as_ref().and_then(|pause| pause.scout).map(|id| id.to_string());
        doubt_cause = account.doubt.map(|doubt| doubt.cause.as_str());
        doubt_message = account.doubt.map(|doubt| doubt.message_id.to_string());
        doubt_at = account.doubt.map(|doubt| micros(doubt.at));
        taken_message = account.taken.map(|(id, _)| id.to_string());
        taken_at = account.taken.map(|(_, at)| micros(at));
        resumed_at = account.resumed_at.map(micros);
        undelivered = account.undelivered;
        undelivered_told = account.undelivered_told;
        stale_told = account.stale_told.map(micros);
        slot_base = account.next_slot.map(|slot| slot.base.to_i64());
        slot_elapsed = account.next_slot.map(|slot| slot.micros);
        id = id.get();
    }
}

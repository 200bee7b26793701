//! The account: its rate limit, its changes, and the events that they leave.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Changed, EventClaim, LEASE_HORIZON,
    PauseReason, Reservation, Reserve, StoreError,
};
use whatsapp_core::{AccountId, LeaseToken};

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, int, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::error::row_count;
use crate::rows;

#[async_trait]
impl AccountStore for PostgresStore {
    fn account_id(&self) -> AccountId {
        self.account
    }

    async fn account(&self) -> Result<Account, StoreError> {
        self.read(Pool::Worker, |mut session| Box::pin(async move { read(&mut session).await }))
            .await
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        let reserve = *reserve;
        if reserve.interval <= TimeDelta::zero() {
            // Without a rate limit nothing is written, and so nobody is waited for.
            return Ok(self.account().await?.reserve(&reserve));
        }
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { reserve_slots(&mut session, &reserve).await })
        })
        .await
    }

    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError> {
        let change = change.clone();
        self.write(Pool::Worker, move |mut session| {
            Box::pin(async move { change_account(&mut session, &change).await })
        })
        .await
    }

    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError> {
        self.read(Pool::Worker, move |session| {
            Box::pin(async move {
                let query = session.query(sql::ACCOUNT_EVENTS).bind(i64::from(limit));
                let query = query.bind(session.account());
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().rev().map(rows::account_event).collect()
            })
        })
        .await
    }

    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let until = claim.now + claim.lease;
                let done = session
                    .query(sql::CLAIM_EVENTS)
                    .bind(column(&claim.ids, |id| uuid(*id)))
                    .bind(uuid(claim.token))
                    .bind(until)
                    .bind(claim.now)
                    .bind(until + LEASE_HORIZON)
                    .bind(session.account())
                    .execute(&mut *session.connection)
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
        self.write(Pool::Worker, move |session| {
            Box::pin(async move {
                let query = session.query(sql::EVENTS_TOLD).bind(uuid(token)).bind(at);
                query.execute(&mut *session.connection).await?;
                Ok(())
            })
        })
        .await
    }
}

/// The error that undoes a claim of a part of the events.
const CLAIM: &str = "claim of account events";

async fn read(session: &mut Session<'_>) -> Result<Account, StoreError> {
    let query = session.query(sql::ACCOUNT).bind(session.account());
    let row = query.fetch_optional(&mut *session.connection).await?;
    row.as_ref().map_or_else(|| Ok(Account::default()), rows::account)
}

/// Returns the account, locked; its row is created if there is none yet.
async fn lock(session: &mut Session<'_>) -> Result<Account, StoreError> {
    let account = session.account();
    let query = session.query(sql::LOCK_ACCOUNT).bind(account);
    let row = query.fetch_optional(&mut *session.connection).await?;
    if let Some(row) = row {
        return rows::account(&row);
    }
    let query = session.query(sql::ADD_ACCOUNT).bind(account);
    query.execute(&mut *session.connection).await?;
    let query = session.query(sql::LOCK_ACCOUNT).bind(account);
    let row = query.fetch_one(&mut *session.connection).await?;
    rows::account(&row)
}

async fn reserve_slots(
    session: &mut Session<'_>,
    reserve: &Reserve,
) -> Result<Reservation, StoreError> {
    let mut account = lock(session).await?;
    let slot = account.next_slot;
    let reservation = account.reserve(reserve);
    if account.next_slot != slot {
        let query = session.query(sql::SET_NEXT_SLOT);
        let query = query.bind(account.next_slot.map(|slot| slot.base.to_i64()));
        let query = query.bind(account.next_slot.map(|slot| slot.micros)).bind(session.account());
        let done = query.execute(&mut *session.connection).await?;
        row_count(done.rows_affected(), 1)?;
    }
    Ok(reservation)
}

pub(super) async fn change_account(
    session: &mut Session<'_>,
    change: &AccountChange,
) -> Result<Changed, StoreError> {
    let before = lock(session).await?;
    let mut account = before.clone();
    let (verdict, event) = change.on(&mut account);
    if account != before {
        write(session, &account).await?;
    }
    if let Some(event) = &event {
        session
            .query(sql::ADD_EVENT)
            .bind(uuid(event.id))
            .bind(event.kind.as_str())
            .bind(event.reason.map(PauseReason::as_str))
            .bind(event.detail.as_deref().map(|words| text(words).into_owned()))
            .bind(event.at)
            .bind(session.account())
            .execute(&mut *session.connection)
            .await?;
    }
    record(session, change.audited(&before, &account, session.account).as_ref()).await?;
    Ok(Changed { verdict, event, account })
}

async fn write(session: &mut Session<'_>, account: &Account) -> Result<(), StoreError> {
    let query = bind(session.query(sql::SET_ACCOUNT), account, session.account());
    let done = query.execute(&mut *session.connection).await?;
    row_count(done.rows_affected(), 1)
}

binds! {
    /// Binds the shared state of an account.
    fn bind(account: &Account, id: i16) as ACCOUNT {
        pause_reason "text" = account.pause.as_ref().map(|pause| pause.reason.as_str());
        pause_detail "text" =
            account.pause.as_ref().and_then(|pause| pause.detail.as_deref().map(text));
        pause_since "timestamptz" = account.pause.as_ref().map(|pause| pause.since);
        pause_until "timestamptz" = account.pause.as_ref().map(|pause| pause.until);
        pause_scout "uuid" = account.pause.as_ref().and_then(|pause| pause.scout).map(uuid);
        doubt_cause "text" = account.doubt.map(|doubt| doubt.cause.as_str());
        doubt_message "uuid" = account.doubt.map(|doubt| uuid(doubt.message_id));
        doubt_at "timestamptz" = account.doubt.map(|doubt| doubt.at);
        taken_message "uuid" = account.taken.map(|(id, _)| uuid(id));
        taken_at "timestamptz" = account.taken.map(|(_, at)| at);
        resumed_at "timestamptz" = account.resumed_at;
        undelivered "int" = int(account.undelivered);
        undelivered_told "boolean" = account.undelivered_told;
        stale_told "timestamptz" = account.stale_told;
        slot_base "bigint" = account.next_slot.map(|slot| slot.base.to_i64());
        slot_elapsed "bigint" = account.next_slot.map(|slot| slot.micros);
        id "smallint" = id;
    }
}

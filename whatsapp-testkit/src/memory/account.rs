//! The account: its pace, its changes, and the events that they leave.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Changed, EventClaim, Reservation, Reserve,
    StoreError,
};
use whatsapp_core::{AccountId, LeaseToken};

use super::{Data, EventRecord, Held, MemoryStore};

#[async_trait]
impl AccountStore for MemoryStore {
    async fn account(&self) -> Result<Account, StoreError> {
        Ok(self.lock().accounts.get(&self.account).cloned().unwrap_or_default())
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        self.transaction(|data| Ok(data.accounts.entry(self.account).or_default().reserve(reserve)))
    }

    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError> {
        self.transaction(|data| self::change(data, change, self.account))
    }

    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError> {
        let mut events = self.every_account_event();
        Ok(events.split_off(events.len().saturating_sub(limit as usize)))
    }

    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError> {
        self.transaction(|data| {
            let until = claim.now + claim.lease;
            let is_free = |record: &&mut EventRecord| {
                let held = record.held.is_some_and(|held| {
                    held.until > claim.now && held.until <= until + TimeDelta::minutes(10)
                });
                let ours = record.account == self.account && claim.ids.contains(&record.event.id);
                ours && record.event.told_at.is_none() && !held
            };
            let free: Vec<_> = data.events.iter_mut().filter(is_free).collect();
            if free.len() != claim.ids.len() {
                return Ok(false);
            }
            for record in free {
                record.held = Some(Held { token: claim.token, ends: None, until });
            }
            Ok(true)
        })
    }

    async fn account_events_told(
        &self,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.transaction(|data| {
            for record in &mut data.events {
                if record.held.is_some_and(|held| held.token == token) {
                    record.event.told_at.get_or_insert(at);
                    record.held = None;
                }
            }
            Ok(())
        })
    }
}

/// Changes an account, within a transaction.
pub(super) fn change(
    data: &mut Data,
    change: &AccountChange,
    id: AccountId,
) -> Result<Changed, StoreError> {
    let account = data.accounts.entry(id).or_default();
    let before = account.clone();
    let (verdict, event) = change.on(account);
    let account = account.clone();
    if let Some(entry) = change.audited(&before, &account, id) {
        data.record_audit(&entry)?;
    }
    if let Some(event) = event.clone() {
        if data.events.iter().any(|record| record.event.id == event.id) {
            return Err(StoreError::Conflict { entity: "account event" });
        }
        data.events.push(EventRecord { event, account: id, held: None });
        data.events.sort_by_key(|record| (record.event.at, record.event.id));
    }
    Ok(Changed { verdict, event, account })
}

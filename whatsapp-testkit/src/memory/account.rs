//! The account: its rate limit, its changes, and the events that they leave.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Changed, EventClaim, Reservation, Reserve,
    StoreError,
};
use whatsapp_core::{AccountEventId, AccountId, LeaseToken};

use super::table::{Table, undo_all};
use super::{Data, Held, MemoryStore};

/// The events of all accounts, in their order.
#[derive(Debug, Default)]
pub(super) struct Events {
    rows: Table<EventKey, EventRecord>,
}

type EventKey = (DateTime<Utc>, AccountEventId);

#[derive(Debug, Clone)]
struct EventRecord {
    event: AccountEvent,
    account: AccountId,
    held: Option<Held>,
}

undo_all!(Events { rows });

impl Events {
    /// The events of an account.
    pub(super) fn of(&self, account: AccountId) -> impl DoubleEndedIterator<Item = &AccountEvent> {
        let of_account = self.rows.values().filter(move |record| record.account == account);
        of_account.map(|record| &record.event)
    }

    /// The keys of the events that `is_one` picks.
    fn keys(&self, is_one: impl Fn(&EventRecord) -> bool) -> Vec<EventKey> {
        let found = self.rows.iter().filter(|(_, record)| is_one(record));
        found.map(|(key, _)| *key).collect()
    }
}

#[async_trait]
impl AccountStore for MemoryStore {
    fn account_id(&self) -> AccountId {
        self.account
    }

    async fn account(&self) -> Result<Account, StoreError> {
        Ok(self.lock().accounts.get(&self.account).cloned().unwrap_or_default())
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        self.transaction(|data| {
            let account = data.accounts.get_or_insert_with(self.account, Account::default);
            Ok(account.reserve(reserve))
        })
    }

    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError> {
        self.transaction(|data| self::change(data, change, self.account))
    }

    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError> {
        let data = self.lock();
        let newest = data.events.of(self.account).rev().take(limit as usize);
        let mut events: Vec<_> = newest.cloned().collect();
        events.reverse();
        Ok(events)
    }

    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError> {
        self.transaction(|data| {
            let until = claim.now + claim.lease;
            let is_free = |record: &EventRecord| {
                let held = record.held.is_some_and(|held| {
                    held.until > claim.now && held.until <= until + TimeDelta::minutes(10)
                });
                let ours = record.account == self.account && claim.ids.contains(&record.event.id);
                ours && record.event.told_at.is_none() && !held
            };
            let free = data.events.keys(is_free);
            if free.len() != claim.ids.len() {
                return Ok(false);
            }
            for key in free {
                if let Some(record) = data.events.rows.get_mut(&key) {
                    record.held = Some(Held { token: claim.token, ends: None, until });
                }
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
            let is_held =
                |record: &EventRecord| record.held.is_some_and(|held| held.token == token);
            for key in data.events.keys(is_held) {
                if let Some(record) = data.events.rows.get_mut(&key) {
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
    let account = data.accounts.get_or_insert_with(id, Account::default);
    let before = account.clone();
    let (verdict, event) = change.on(account);
    let account = account.clone();
    if let Some(entry) = change.audited(&before, &account, id) {
        data.audit.add(&entry)?;
    }
    if let Some(event) = event.clone() {
        if data.events.rows.keys().any(|(_, other)| *other == event.id) {
            return Err(StoreError::Conflict { entity: "account event" });
        }
        let key = (event.at, event.id);
        data.events.rows.insert(key, EventRecord { event, account: id, held: None });
    }
    Ok(Changed { verdict, event, account })
}

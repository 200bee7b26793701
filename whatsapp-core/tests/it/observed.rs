//! A store that notes what it is asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::message::{Attempt, Fingerprint, Message, MessageKey, MessageType, NewMessage};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Amended, Amendment, Begin, Begun, Changed,
    Claim, Claimed, Collect, Collected, Cursor, DigestMark, Enqueued, EventClaim, Fetch, FetchLog,
    Lease, LogFilter, LogPage, MessageLog, NextDue, NoticeQueue, Outbox, Redate, Reservation,
    Reserve, SavedTemplate, SettingRow, SettingsStore, Settled, Settlement, Sibling, Sort,
    StatusCounts, StoreError, StoredTemplate, TemplateStore,
};
use whatsapp_core::time::Elapsed;
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private, TemplateId};
use whatsapp_testkit::MemoryStore;

/// The in-memory store with a list of the calls that reached it.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    store: MemoryStore,
    calls: Arc<Mutex<Vec<&'static str>>>,
    claims: Arc<Mutex<Vec<Claim>>>,
    settling: Arc<tokio::sync::Mutex<()>>,
    away: Arc<AtomicBool>,
}

impl Observed {
    pub(crate) fn over(store: MemoryStore) -> Self {
        Self {
            store,
            calls: Arc::default(),
            claims: Arc::default(),
            settling: Arc::default(),
            away: Arc::default(),
        }
    }

    /// What was called since the last time this was asked.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    /// Settles nothing until this is dropped.
    pub(crate) async fn hold_settlements(&self) -> tokio::sync::OwnedMutexGuard<()> {
        Arc::clone(&self.settling).lock_owned().await
    }

    /// Takes no claim back while it is away.
    pub(crate) fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// What was claimed since the last time this was asked.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        std::mem::take(&mut self.claims.lock().unwrap())
    }
}

/// Methods of a port, noted and passed on, and those that are written out.
macro_rules! passed_on {
    (
        $port:ident { $(fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+ }
        $($written:tt)*
    ) => {
        #[deny(clippy::missing_trait_methods)]
        #[async_trait]
        impl $port for Observed {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, StoreError> {
                self.calls.lock().unwrap().push(stringify!($name));
                self.store.$name($($argument),*).await
            })+
            $($written)*
        }
    };
}

passed_on! {
    Outbox {
        fn enqueue(messages: &[NewMessage]) -> Vec<Enqueued>;
        fn find_key(key: &MessageKey, fingerprint: &Fingerprint) -> Option<Enqueued>;
        fn begin(begins: &[Begin]) -> Vec<Begun>;
        fn amend(amendment: &Amendment) -> Amended;
        fn redate(redate: &Redate) -> ();
        fn siblings(number_key: &str, since: DateTime<Utc>, ids: &[String]) -> Vec<Sibling>;
        fn unsettled(ids: &[MessageId]) -> Vec<MessageId>;
        fn next_due() -> NextDue;
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.calls.lock().unwrap().push("claim");
        self.claims.lock().unwrap().push(claim.clone());
        self.store.claim(claim).await
    }

    async fn bury(
        &self,
        id: MessageId,
        now: DateTime<Utc>,
        elapsed: Elapsed,
    ) -> Result<bool, StoreError> {
        self.store.bury(id, now, elapsed).await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.calls.lock().unwrap().push("release");
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "it is away".to_owned() });
        }
        self.store.release(leases).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.calls.lock().unwrap().push("settle");
        let _held = self.settling.lock().await;
        self.store.settle(settlements).await
    }
}

passed_on! {
    MessageLog {
        fn message(id: MessageId) -> Option<Message>;
        fn attempts(id: MessageId) -> Vec<Attempt>;
        fn resent(ids: &[MessageId]) -> Vec<MessageId>;
        fn page(filter: &LogFilter, sort: Sort, after: Option<Cursor>, limit: u32) -> LogPage;
        fn counts(most: u64) -> StatusCounts;
    }
}

passed_on! {
    TemplateStore {
        fn template(id: TemplateId) -> Option<StoredTemplate>;
        fn active_template(message_type: MessageType) -> Option<StoredTemplate>;
        fn templates() -> Vec<StoredTemplate>;
        fn save_template(template: &SavedTemplate) -> ();
    }
}

passed_on! {
    SettingsStore {
        fn load_settings() -> Vec<SettingRow>;
        fn save_settings(rows: &[SettingRow]) -> ();
    }
}

passed_on! {
    FetchLog {
        fn record_fetch(fetch: &Fetch) -> ();
    }
}

passed_on! {
    AccountStore {
        fn account() -> Account;
        fn reserve(reserve: &Reserve) -> Reservation;
        fn change_account(change: &AccountChange) -> Changed;
        fn account_events(limit: u32) -> Vec<AccountEvent>;
        fn claim_account_events(claim: &EventClaim) -> bool;
        fn account_events_told(token: LeaseToken, at: DateTime<Utc>) -> ();
    }
}

passed_on! {
    NoticeQueue {
        fn notices_owed() -> u64;
        fn digests(limit: u32) -> Vec<DigestMark>;
        fn collect(collect: &Collect) -> Option<Collected>;
        fn mark_sent(id: DigestId, token: LeaseToken, at: DateTime<Utc>) -> bool;
        fn mark_told(id: DigestId, token: LeaseToken, told: &[Private], at: DateTime<Utc>) -> bool;
    }
}

//! Wrappers around the ports that tell somebody of each call that matters, before it reaches the
//! real one and after, and wait for him.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::message::{Attempt, Fingerprint, Message, MessageKey, MessageType, NewMessage};
use whatsapp_core::port::{
    Accepted, Account, AccountChange, AccountEvent, AccountMail, AccountStore, Amended, Amendment,
    AttachmentSource, Begin, Begun, Changed, Claim, Claimed, Collect, Collected, Cursor, Digest,
    DigestMark, Enqueued, EventClaim, Fetch, FetchLog, Lease, LogFilter, LogPage, MessageLog,
    NextDue, NoticeQueue, Notifier, NotifyError, Outbox, OutgoingMessage, Probe, Redate,
    Reservation, Reserve, SavedTemplate, SettingRow, SettingsStore, Settled, Settlement, Sibling,
    Sort, SourceError, StatusCounts, Store, StoreError, StoredTemplate, TemplateStore, Told,
    Transport, TransportError,
};
use whatsapp_core::time::Elapsed;
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private, TemplateId};

/// A call that somebody may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// [`Outbox::claim`], when it gives something.
    Claim,
    /// [`AttachmentSource::read`], when a file is checked before the send.
    Check,
    /// [`Outbox::begin`].
    Begin,
    /// [`Transport::send`].
    Send,
    /// [`Outbox::settle`].
    Settle,
    /// [`Notifier::notify`].
    Notify,
}

/// Before the call reaches the real port, after it has answered, or after it has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Nothing has happened yet.
    Before,
    /// All of it has happened.
    After,
    /// It gave an error.
    Failed,
}

/// Somebody who is told of calls.
#[async_trait]
pub trait Hook: Debug + Send + Sync {
    /// A call is here. It goes on when this returns.
    async fn at(&self, call: Call, when: When);
}

/// A port that is watched.
#[derive(Debug)]
pub struct Watched<P: ?Sized> {
    /// Who is told.
    pub hook: Arc<dyn Hook>,
    /// The real port.
    pub inner: Arc<P>,
}

impl<P: ?Sized> Watched<P> {
    /// Watches a port.
    pub fn new(inner: Arc<P>, hook: Arc<dyn Hook>) -> Self {
        Self { hook, inner }
    }

    async fn after<T: Send, E: Send>(&self, call: Call, result: Result<T, E>) -> Result<T, E>
    where
        P: Send + Sync,
    {
        let when = if result.is_ok() { When::After } else { When::Failed };
        self.hook.at(call, when).await;
        result
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for Watched<dyn Transport> {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        self.hook.at(Call::Send, When::Before).await;
        let reply = self.inner.send(message).await;
        self.after(Call::Send, reply).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AttachmentSource for Watched<dyn AttachmentSource> {
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
        self.hook.at(Call::Check, When::Before).await;
        let found = self.inner.read(place).await;
        self.after(Call::Check, found).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Notifier for Watched<dyn Notifier> {
    async fn notify(&self, recipient: &str, digest: &Digest) -> Result<Told, NotifyError> {
        self.hook.at(Call::Notify, When::Before).await;
        let told = self.inner.notify(recipient, digest).await;
        self.after(Call::Notify, told).await
    }

    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError> {
        self.hook.at(Call::Notify, When::Before).await;
        let told = self.inner.notify_account(recipient, mail).await;
        self.after(Call::Notify, told).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Outbox for Watched<dyn Store> {
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        self.inner.enqueue(messages).await
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        self.inner.find_key(key, fingerprint).await
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.hook.at(Call::Claim, When::Before).await;
        let claimed = self.inner.claim(claim).await;
        match claimed {
            Ok(claimed) if claimed.is_empty() => Ok(claimed),
            claimed => self.after(Call::Claim, claimed).await,
        }
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        self.hook.at(Call::Begin, When::Before).await;
        let begun = self.inner.begin(begins).await;
        self.after(Call::Begin, begun).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.hook.at(Call::Settle, When::Before).await;
        let settled = self.inner.settle(settlements).await;
        self.after(Call::Settle, settled).await
    }

    async fn bury(
        &self,
        id: MessageId,
        now: DateTime<Utc>,
        elapsed: Elapsed,
    ) -> Result<bool, StoreError> {
        self.inner.bury(id, now, elapsed).await
    }

    async fn redate(&self, redate: &Redate) -> Result<(), StoreError> {
        self.inner.redate(redate).await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.inner.release(leases).await
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        self.inner.amend(amendment).await
    }

    async fn siblings(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
        ids: &[String],
    ) -> Result<Vec<Sibling>, StoreError> {
        self.inner.siblings(number_key, since, ids).await
    }

    async fn unsettled(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        self.inner.unsettled(ids).await
    }

    async fn next_due(&self) -> Result<NextDue, StoreError> {
        self.inner.next_due().await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AccountStore for Watched<dyn Store> {
    async fn account(&self) -> Result<Account, StoreError> {
        self.inner.account().await
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        self.inner.reserve(reserve).await
    }

    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError> {
        self.inner.change_account(change).await
    }

    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError> {
        self.inner.account_events(limit).await
    }

    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError> {
        self.inner.claim_account_events(claim).await
    }

    async fn account_events_told(
        &self,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.inner.account_events_told(token, at).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl MessageLog for Watched<dyn Store> {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        self.inner.message(id).await
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        self.inner.attempts(id).await
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        self.inner.page(filter, sort, after, limit).await
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        self.inner.resent(ids).await
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        self.inner.counts(most).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl TemplateStore for Watched<dyn Store> {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        self.inner.template(id).await
    }

    async fn active_template(
        &self,
        message_type: MessageType,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        self.inner.active_template(message_type).await
    }

    async fn templates(&self) -> Result<Vec<StoredTemplate>, StoreError> {
        self.inner.templates().await
    }

    async fn save_template(&self, template: &SavedTemplate) -> Result<(), StoreError> {
        self.inner.save_template(template).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl SettingsStore for Watched<dyn Store> {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        self.inner.load_settings().await
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        self.inner.save_settings(rows).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl FetchLog for Watched<dyn Store> {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        self.inner.record_fetch(fetch).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl NoticeQueue for Watched<dyn Store> {
    async fn notices_owed(&self) -> Result<u64, StoreError> {
        self.inner.notices_owed().await
    }

    async fn digests(&self, limit: u32) -> Result<Vec<DigestMark>, StoreError> {
        self.inner.digests(limit).await
    }

    async fn collect(&self, collect: &Collect) -> Result<Option<Collected>, StoreError> {
        self.inner.collect(collect).await
    }

    async fn mark_sent(
        &self,
        id: DigestId,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.inner.mark_sent(id, token, at).await
    }

    async fn mark_told(
        &self,
        id: DigestId,
        token: LeaseToken,
        told: &[Private],
        again_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.inner.mark_told(id, token, told, again_at).await
    }
}

//! The store as a worker of the kill loop sees it: notes what the fence refused, and is where two of
//! the mutants take a defence out.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use whatsapp_core::message::{Attempt, Fingerprint, Message, MessageKey, MessageType, NewMessage};
use whatsapp_core::port::{
    Amended, Amendment, Begin, Begun, Claim, Claimed, Collect, Collected, Cursor, DigestMark,
    Enqueued, Lane, Lease, LogFilter, LogPage, MessageLog, NoticeQueue, Outbox, Pause, Reservation,
    Reserve, SavedTemplate, SettingRow, SettingsStore, Settled, Settlement, Sibling, Sort,
    StatusCounts, StoreError, StoredTemplate, TemplateStore,
};
use whatsapp_core::{DigestId, LeaseToken, MessageId, TemplateId};
use whatsapp_store_sqlx::SqliteStore;

use super::Mutant;
use super::journal::{Event, Journal};

#[derive(Debug)]
pub(super) struct HarnessStore {
    inner: SqliteStore,
    journal: Arc<Journal>,
    mutant: Option<Mutant>,
    /// A way into the same file past the store, for the mutant without the fence.
    beside: SqlitePool,
    /// What the mutant with the late begin has said is open, and is not.
    pretended: Mutex<HashMap<Lease, Begin>>,
}

impl HarnessStore {
    pub(super) fn new(
        inner: SqliteStore,
        database: &Path,
        journal: Arc<Journal>,
        mutant: Option<Mutant>,
    ) -> Self {
        let options =
            SqliteConnectOptions::new().filename(database).busy_timeout(Duration::from_secs(5));
        let beside = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options);
        Self { inner, journal, mutant, beside, pretended: Mutex::default() }
    }

    fn pretended(&self) -> MutexGuard<'_, HashMap<Lease, Begin>> {
        self.pretended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same lease with whatever token holds the message now, so that a write under it passes; a
    /// message that nobody holds is seized.
    async fn unfenced(&self, lease: Lease, now: DateTime<Utc>) -> Result<Lease, StoreError> {
        let id = lease.message_id.to_string();
        let holder: Option<Option<String>> = sqlx::query_scalar(HOLDER)
            .bind(&id)
            .fetch_optional(&self.beside)
            .await
            .map_err(|error| unavailable(&error))?;
        match holder {
            Some(Some(token)) => {
                let corrupt =
                    |_| StoreError::Corrupt { entity: "outbox row", column: "lease_token" };
                Ok(Lease { token: token.parse().map_err(corrupt)?, ..lease })
            }
            Some(None) => {
                let until = now + TimeDelta::minutes(2);
                sqlx::query(SEIZE)
                    .bind(lease.token.to_string())
                    .bind(until.timestamp_micros())
                    .bind(&id)
                    .execute(&self.beside)
                    .await
                    .map_err(|error| unavailable(&error))?;
                Ok(lease)
            }
            None => Ok(lease),
        }
    }

    /// Begins what was only said to be open.
    async fn begin_late(&self, settlements: &[Settlement]) -> Result<(), StoreError> {
        for settlement in settlements {
            let begin = self.pretended().remove(&settlement.lease);
            if let Some(begin) = begin {
                self.inner.begin(&[begin]).await?;
            }
        }
        Ok(())
    }

    /// Notes each answer that is a refusal.
    fn note_fenced<T: PartialEq>(&self, answers: &[T], fenced: &T) {
        for _ in answers.iter().filter(|answer| *answer == fenced) {
            self.journal.note(Event::Fenced);
        }
    }
}

const HOLDER: &str = "SELECT lease_token FROM whatsapp_outbox WHERE message_id = ?1";
const SEIZE: &str = "UPDATE whatsapp_outbox SET lease_token = ?1, lease_until = ?2 \
     WHERE message_id = ?3 AND lease_token IS NULL";

fn unavailable(error: &sqlx::Error) -> StoreError {
    StoreError::Unavailable { reason: error.to_string() }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Outbox for HarnessStore {
    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let mut begins = begins.to_vec();
        match self.mutant {
            Some(Mutant::Begin) => {
                let answer = vec![Begun::Open; begins.len()];
                self.pretended().extend(begins.into_iter().map(|begin| (begin.lease, begin)));
                return Ok(answer);
            }
            Some(Mutant::Fence) => {
                for begin in &mut begins {
                    begin.lease = self.unfenced(begin.lease, begin.at).await?;
                }
            }
            Some(Mutant::Look) | None => {}
        }
        let begun = self.inner.begin(&begins).await?;
        self.note_fenced(&begun, &Begun::Fenced);
        Ok(begun)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let mut settlements = settlements.to_vec();
        match self.mutant {
            Some(Mutant::Begin) => self.begin_late(&settlements).await?,
            Some(Mutant::Fence) => {
                for settlement in &mut settlements {
                    settlement.lease = self.unfenced(settlement.lease, settlement.at).await?;
                }
            }
            Some(Mutant::Look) | None => {}
        }
        let settled = self.inner.settle(&settlements).await?;
        self.note_fenced(&settled, &Settled::Fenced);
        Ok(settled)
    }

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
        self.inner.claim(claim).await
    }

    async fn release(&self, leases: &[Lease]) -> Result<(), StoreError> {
        self.inner.release(leases).await
    }

    async fn amend(&self, amendment: &Amendment) -> Result<Amended, StoreError> {
        self.inner.amend(amendment).await
    }

    async fn siblings(
        &self,
        number: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<Sibling>, StoreError> {
        self.inner.siblings(number, since).await
    }

    async fn next_due(&self, lane: Lane) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.inner.next_due(lane).await
    }

    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        self.inner.reserve(reserve).await
    }

    async fn set_pause(&self, pause: Option<Pause>) -> Result<(), StoreError> {
        self.inner.set_pause(pause).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl MessageLog for HarnessStore {
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

    async fn counts(&self) -> Result<StatusCounts, StoreError> {
        self.inner.counts().await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl TemplateStore for HarnessStore {
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
impl SettingsStore for HarnessStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        self.inner.load_settings().await
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        self.inner.save_settings(rows).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl NoticeQueue for HarnessStore {
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
}

//! The store as a worker of the harness sees it: counts what the fence refused, can die right after
//! a commit, and is where most mutants take their safeguard out.

use std::io::Write as _;
use std::sync::{Arc, Once};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::message::{Attempt, Fingerprint, Message, MessageKey, MessageType, NewMessage};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountStore, Amended, Amendment, Begin, Begun, Changed,
    Claim, Claimed, Collect, Collected, Cursor, DigestMark, Enqueued, EventClaim, Fetch, FetchLog,
    Lease, LogFilter, LogPage, MessageLog, NextDue, NoticeQueue, Outbox, Redate, Reservation,
    Reserve, SavedTemplate, SettingRow, SettingsStore, Settled, Settlement, Sibling, Sort,
    StatusCounts, Store, StoreError, StoredTemplate, TemplateStore,
};
use whatsapp_core::time::Elapsed;
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private, TemplateId};

use super::journal::{Event, Journal};
use super::mutant::Tamper;

/// A store, with what the harness does around it.
#[derive(Debug)]
pub(super) struct HarnessStore {
    pub(super) inner: Arc<dyn Store>,
    pub(super) journal: Arc<Journal>,
    /// Takes a safeguard out.
    pub(super) tamper: Option<Tamper>,
    /// Where the worker dies: right after the first transaction of its next settlement.
    pub(super) deathbed: Option<Arc<tokio::sync::Notify>>,
    /// Says [`AT_WORK`] on standard output when the first message is there.
    pub(super) at_work: Option<Once>,
}

/// What a worker process says once it has something in its hands.
pub(super) const AT_WORK: &[u8] = b"at work\n";

impl HarnessStore {
    /// Notes the answers that are this one.
    fn note<T: PartialEq>(&self, event: Event, answers: &[T], this: &T) {
        let times = answers.iter().filter(|answer| *answer == this).count();
        self.journal.note(event, times);
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Outbox for HarnessStore {
    async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
        match &self.tamper {
            Some(tamper) => self.inner.enqueue(&tamper.enqueue(messages)).await,
            None => self.inner.enqueue(messages).await,
        }
    }

    async fn find_key(
        &self,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        match &self.tamper {
            Some(tamper) if tamper.knows_no_keys() => Ok(None),
            _ => self.inner.find_key(key, fingerprint).await,
        }
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        if let Some(tamper) = &self.tamper {
            tamper.claim(claim).await?;
        }
        let claimed = self.inner.claim(claim).await?;
        self.journal.note(Event::Taken, claimed.len());
        if let (Some(at_work), false) = (&self.at_work, claimed.is_empty()) {
            // An error means that nobody listens any more, and then nobody kills either.
            at_work.call_once(|| drop(std::io::stdout().write_all(AT_WORK)));
        }
        Ok(claimed)
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        let Some(tamper) = &self.tamper else {
            let begun = self.inner.begin(begins).await?;
            self.note(Event::Fenced, &begun, &Begun::Fenced);
            return Ok(begun);
        };
        if let Some(answer) = tamper.pretends(begins) {
            return Ok(answer);
        }
        let begun = self.inner.begin(&tamper.begin(begins).await?).await?;
        tamper.begun(begins, &begun).await?;
        Ok(begun)
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        let settled = match &self.tamper {
            Some(tamper) => {
                let tampered = tamper.settle(self.inner.as_ref(), settlements).await?;
                self.inner.settle(&tampered).await?
            }
            None => self.inner.settle(settlements).await?,
        };
        if let Some(deathbed) = &self.deathbed {
            deathbed.notify_one();
            std::future::pending::<()>().await;
        }
        if let Some(tamper) = &self.tamper {
            tamper.settled(settlements).await?;
        }
        self.note(Event::Fenced, &settled, &Settled::Fenced);
        self.note(Event::Done, &settled, &Settled::Done);
        Ok(settled)
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
        self.inner.release(leases).await?;
        self.journal.note(Event::Done, leases.len());
        Ok(())
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
impl AccountStore for HarnessStore {
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

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        self.inner.resent(ids).await
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        self.inner.counts(most).await
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
impl FetchLog for HarnessStore {
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError> {
        self.inner.record_fetch(fetch).await
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

//! All storage ports over plain maps behind one lock.

mod account;
mod audit;
mod bulk;
mod campaigns;
mod claims;
mod daily;
mod log;
mod mutes;
mod notices;
mod outbox;
mod planner;
mod record;
mod records;
mod settings;
mod table;
mod templates;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::{Attempt, Message};
use whatsapp_core::port::{
    Account, AccountEvent, Notice, StoreError, StoredTemplate, TemplateVersion,
};
use whatsapp_core::time::Elapsed;
use whatsapp_core::{AccountId, BulkId, LeaseToken, MessageId, TemplateId};

use record::{NoticeRecord, Record};
use table::{Table, Undo, undo_all};

/// A database that forgets everything when it is dropped: every storage port, for tests.
///
/// It is written to be read. Where a contract in `whatsapp_core::port` leaves a question open, this
/// is the answer, and the conformance suites hold every other store to it. Each call is one
/// transaction: the old values are remembered, and put back unless the call succeeds. The cost of a
/// call depends on the rows that it touches and returns, not on finished messages. Clones share
/// their data.
///
/// ```
/// use whatsapp_core::port::{Enqueued, MessageLog, Outbox};
/// use whatsapp_testkit::fixtures::{self, START};
/// use whatsapp_testkit::MemoryStore;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), whatsapp_core::port::StoreError> {
/// let store = MemoryStore::new();
/// let message = fixtures::new_message(7, START);
/// assert_eq!(store.enqueue(&[message.clone()]).await?, [Enqueued::New(message.facts.id)]);
/// assert_eq!(store.counts(u64::MAX).await?.pending, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    data: Arc<Mutex<Data>>,
    account: AccountId,
}

/// All data of all accounts.
#[derive(Debug, Default)]
struct Data {
    records: records::Records,
    digests: notices::Digests,
    accounts: Table<AccountId, Account>,
    events: account::Events,
    templates: Table<TemplateId, StoredTemplate>,
    versions: Table<(TemplateId, u32), TemplateVersion>,
    settings: settings::Rows,
    audit: audit::Entries,
    plans: planner::Plans,
    campaigns: campaigns::Rows,
    mutes: mutes::Rows,
    /// Messages that were put aside, each with the time of its last change by then.
    aside: Table<MessageId, DateTime<Utc>>,
    daily: daily::Counts,
    bulks: Table<BulkId, bulk::Row>,
}

undo_all!(Data {
    records,
    digests,
    accounts,
    events,
    templates,
    versions,
    settings,
    audit,
    plans,
    campaigns,
    mutes,
    aside,
    daily,
    bulks,
});

/// A lease that was given; it may have run out.
#[derive(Debug, Clone, Copy)]
struct Held {
    token: LeaseToken,
    until: DateTime<Utc>,
    /// The end by elapsed time; a digest's lease has none.
    ends: Option<Elapsed>,
}

impl Held {
    /// Tells whether the lease has run out: by elapsed time of its own base, else by the wall
    /// clock.
    fn has_run_out(&self, now: DateTime<Utc>, elapsed: Elapsed) -> bool {
        let left = self.ends.and_then(|ends| ends.since(elapsed));
        left.map_or(self.until <= now, |left| left <= TimeDelta::zero())
    }
}

/// A change that is undone when it is dropped before it was kept, also by a panic.
struct Draft<'a>(&'a mut Data);

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        self.0.put_back();
    }
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the same store for another account of the business.
    #[must_use]
    pub fn with_account(&self, account: AccountId) -> Self {
        Self { account, ..self.clone() }
    }

    /// All messages, by id.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        let data = self.lock();
        data.records.values().map(|r| r.message.clone()).collect()
    }

    /// The whole attempt ledger, by message and number.
    #[must_use]
    pub fn ledger(&self) -> Vec<(MessageId, Attempt)> {
        let data = self.lock();
        let of = |r: &Arc<Record>| {
            let id = r.message.facts.id;
            r.attempts.clone().into_iter().map(move |a| (id, a))
        };
        data.records.values().flat_map(of).collect()
    }

    /// All notices, by message, whether they went out or not.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        let data = self.lock();
        let of = |r: &Arc<Record>| r.notice.as_ref().map(|n| n.notice.clone());
        data.records.values().filter_map(of).collect()
    }

    /// Removes the notice of a message, as if it had never been written: for mutants.
    #[must_use]
    pub fn take_notice(&self, id: MessageId) -> Option<Notice> {
        let taken = self.write(|data| data.records.change(id, |record| record.notice.take()));
        Some(taken??.notice)
    }

    /// Writes the notice of a message, in a transaction of its own: for mutants.
    pub fn put_notice(&self, notice: Notice) {
        let (id, notice) = (notice.message_id, NoticeRecord { notice, digest: None });
        self.write(|data| data.records.change(id, |record| record.notice = Some(notice)));
    }

    /// All events of the account, in their order, told or not.
    #[must_use]
    pub fn every_account_event(&self) -> Vec<AccountEvent> {
        let data = self.lock();
        data.events.of(self.account).cloned().collect()
    }

    /// Writes a row of the settings without the library, as a manager may on Supabase: unchecked,
    /// and without an entry in the audit.
    pub fn put_setting(&self, key: &str, value: &str) {
        self.write(|data| data.settings.rows.insert(key.to_owned(), value.to_owned()));
    }

    /// Writes a template without the library, as a manager may on Supabase: unchecked, and without
    /// a version of its own.
    pub fn put_template(&self, template: StoredTemplate) {
        self.write(|data| data.templates.insert(template.id, template));
    }

    /// Deletes a template without the library; its versions stay.
    pub fn delete_template(&self, id: TemplateId) {
        self.write(|data| data.templates.remove(&id));
    }

    /// The whole audit, the oldest entry first.
    #[must_use]
    pub fn every_audit_entry(&self) -> Vec<AuditEntry> {
        self.lock().audit.rows.values().cloned().collect()
    }

    /// The lease of a message and its end, even if it has run out.
    #[must_use]
    pub fn lease(&self, id: MessageId) -> Option<(LeaseToken, DateTime<Utc>)> {
        let held = self.lock().records.get(&id)?.lease?;
        Some((held.token, held.until))
    }

    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one transaction: all of `change` is there afterwards, or nothing.
    fn transaction<T>(
        &self,
        change: impl FnOnce(&mut Data) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut data = self.lock();
        let draft = Draft(&mut data);
        let answer = change(draft.0)?;
        draft.0.keep();
        Ok(answer)
    }

    /// Runs a write that cannot be refused.
    fn write<T>(&self, change: impl FnOnce(&mut Data) -> T) -> T {
        let mut data = self.lock();
        let draft = Draft(&mut data);
        let answer = change(draft.0);
        draft.0.keep();
        answer
    }
}

//! All storage ports over plain maps behind one lock.

mod account;
mod audit;
mod bulk;
mod campaigns;
mod daily;
mod log;
mod mutes;
mod notices;
mod outbox;
mod planner;
mod settings;
mod templates;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::{Attempt, Failure, Message, MessageKey, Progress, SentText, StateRow};
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{
    Account, AccountEvent, AuditCursor, Claimed, DayCount, DigestMark, Lane, Lease, Notice,
    QueuePoint, StoreError, StoredTemplate, TemplateVersion,
};
use whatsapp_core::settings::{SETTINGS, SettingDef};
use whatsapp_core::time::Elapsed;
use whatsapp_core::{AccountId, BulkId, DigestId, LeaseToken, MessageId, Private, TemplateId};

/// A database that forgets everything when it is dropped: every storage port, for tests.
///
/// It is written to be read. Where a contract in `whatsapp_core::port` leaves a question, this is
/// the answer, and the conformance suites hold every other store to it. Each call is one
/// transaction: it works on a copy, which replaces the data only when the call succeeds. Clones
/// share their data.
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

/// Everything there is.
#[derive(Debug, Clone, Default)]
struct Data {
    records: BTreeMap<MessageId, Arc<Record>>,
    /// The unique index over message keys.
    keys: BTreeMap<MessageKey, MessageId>,
    digests: BTreeMap<DigestId, DigestRecord>,
    accounts: BTreeMap<AccountId, Account>,
    events: Vec<EventRecord>,
    templates: BTreeMap<TemplateId, StoredTemplate>,
    versions: BTreeMap<(TemplateId, u32), TemplateVersion>,
    settings: Settings,
    audit: BTreeMap<AuditCursor, AuditEntry>,
    plans: planner::Plans,
    campaigns: campaigns::Rows,
    mutes: Vec<Mute>,
    /// What was put aside, and when it had changed last by then.
    aside: BTreeMap<MessageId, DateTime<Utc>>,
    daily: Vec<DayCount>,
    bulks: BTreeMap<BulkId, bulk::Row>,
}

/// The rows of the settings that a database has from the beginning.
#[derive(Debug, Clone)]
struct Settings(BTreeMap<String, String>);

impl Default for Settings {
    fn default() -> Self {
        let row = |def: &SettingDef| (def.key.clone().into_owned(), def.default.to_owned());
        Self(SETTINGS.iter().map(row).collect())
    }
}

/// A message with all that belongs to it. The outbox row is `message.state.owed`.
#[derive(Debug, Clone)]
struct Record {
    message: Message,
    account: AccountId,
    lease: Option<Held>,
    reaps: u32,
    attempts: Vec<Attempt>,
    /// What each of the attempts was begun with.
    sent: Vec<Sent>,
    notice: Option<NoticeRecord>,
}

/// What an attempt sent, and to whom.
#[derive(Debug, Clone)]
struct Sent {
    number_key: String,
    number: Private,
    text: SentText,
}

/// A lease that was given; it may have run out.
#[derive(Debug, Clone, Copy)]
struct Held {
    token: LeaseToken,
    until: DateTime<Utc>,
    /// The end by elapsed time; a digest's lease has none.
    ends: Option<Elapsed>,
}

impl Held {
    /// Whether it has run out: by elapsed time of its own base, else by the wall clock.
    fn has_run_out(&self, now: DateTime<Utc>, elapsed: Elapsed) -> bool {
        let left = self.ends.and_then(|ends| ends.since(elapsed));
        left.map_or(self.until <= now, |left| left <= TimeDelta::zero())
    }
}

#[derive(Debug, Clone)]
struct NoticeRecord {
    notice: Notice,
    digest: Option<DigestId>,
}

#[derive(Debug, Clone)]
struct EventRecord {
    event: AccountEvent,
    account: AccountId,
    held: Option<Held>,
}

#[derive(Debug, Clone)]
struct DigestRecord {
    mark: DigestMark,
    held: Option<Held>,
    /// Who has it already, and when it is tried again for the others.
    told: Vec<Private>,
    again_at: Option<DateTime<Utc>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same store for another account of the business.
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

    /// Takes the notice of a message out, as if it had never been written: for mutants.
    pub fn take_notice(&self, id: MessageId) -> Option<Notice> {
        Some(self.lock().record(id)?.notice.take()?.notice)
    }

    /// Writes the notice of a message, in no transaction but its own: for mutants.
    pub fn put_notice(&self, notice: Notice) {
        if let Some(record) = self.lock().record(notice.message_id) {
            record.notice = Some(NoticeRecord { notice, digest: None });
        }
    }

    /// All events of the account, in their order, whether they were told or not.
    #[must_use]
    pub fn every_account_event(&self) -> Vec<AccountEvent> {
        let data = self.lock();
        let of_account = data.events.iter().filter(|record| record.account == self.account);
        of_account.map(|record| record.event.clone()).collect()
    }

    /// Writes a row of the settings past the library, as a manager may on Supabase: unchecked, and
    /// without an entry in the audit.
    pub fn put_setting(&self, key: &str, value: &str) {
        self.lock().settings.0.insert(key.to_owned(), value.to_owned());
    }

    /// Writes a template past the library, as a manager may on Supabase: unchecked, and without a
    /// version of its own.
    pub fn put_template(&self, template: StoredTemplate) {
        self.lock().templates.insert(template.id, template);
    }

    /// Deletes a template past the library; its versions stay.
    pub fn delete_template(&self, id: TemplateId) {
        self.lock().templates.remove(&id);
    }

    /// The whole audit, the oldest entry first.
    #[must_use]
    pub fn every_audit_entry(&self) -> Vec<AuditEntry> {
        self.lock().audit.values().cloned().collect()
    }

    /// The lease of a message and when it runs out, also when it has.
    #[must_use]
    pub fn lease(&self, id: MessageId) -> Option<(LeaseToken, DateTime<Utc>)> {
        let held = self.lock().records.get(&id)?.lease?;
        Some((held.token, held.until))
    }

    fn lock(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction: all of `change` is there afterwards, or nothing.
    fn transaction<T>(
        &self,
        change: impl FnOnce(&mut Data) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut data = self.lock();
        let mut draft = data.clone();
        let answer = change(&mut draft)?;
        *data = draft;
        Ok(answer)
    }
}

impl Data {
    fn by_key(&self, key: &MessageKey) -> Option<&Record> {
        self.records.get(self.keys.get(key)?).map(Arc::as_ref)
    }

    fn record(&mut self, id: MessageId) -> Option<&mut Record> {
        self.records.get_mut(&id).map(Arc::make_mut)
    }

    /// The record that exactly this lease is for, also when it has run out: nobody else has
    /// claimed it since.
    fn held(&mut self, lease: Lease) -> Option<&mut Record> {
        self.record(lease.message_id)
            .filter(|record| record.lease.is_some_and(|held| held.token == lease.token))
    }

    /// The unique index over the gateway ids of an account and a gateway's host.
    fn is_taken(&self, gateway_id: &str, by_other_than: (MessageId, u32)) -> bool {
        let host = |attempt: &Attempt| attempt.via.as_ref().map(|via| via.host().to_owned());
        let record = self.records.get(&by_other_than.0);
        let account = record.map(|record| record.account);
        let attempts = record.map(|record| record.attempts.as_slice()).unwrap_or_default();
        let own = attempts.iter().find(|attempt| attempt.no == by_other_than.1).and_then(host);
        self.records.values().filter(|record| Some(record.account) == account).any(|record| {
            let id = record.message.facts.id;
            record.attempts.iter().any(|attempt| {
                attempt.gateway_id.as_deref() == Some(gateway_id)
                    && host(attempt) == own
                    && (id, attempt.no) != by_other_than
            })
        })
    }
}

impl Record {
    fn new(message: Message, account: AccountId) -> Self {
        Self {
            message,
            account,
            lease: None,
            reaps: 0,
            attempts: Vec::new(),
            sent: Vec::new(),
            notice: None,
        }
    }

    /// Where the message stands, with the attempts counted in the ledger.
    fn progress(&self) -> Result<Progress, StoreError> {
        let state = &self.message.state;
        state
            .progress(state.counts(&self.attempts))
            .map_err(|wrong| StoreError::Corrupt { entity: "message", column: wrong.column })
    }

    fn open_attempt(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|a| a.outcome.is_none())
    }

    /// Its place in the order of claims; `None` when nothing is owed.
    fn point(&self) -> Option<QueuePoint> {
        let Message { facts, state, .. } = &self.message;
        state.owed.map(|owed| QueuePoint { due_at: owed.due_at, message_id: facts.id })
    }

    /// When it is due in `lane`, or the end of its lease; `None` when nothing is owed there.
    fn due_in(&self, lane: Lane) -> Option<DateTime<Utc>> {
        let owed = self.message.state.owed?;
        let of_lane = Lane::of(owed.step, owed.class);
        let at = self.lease.map_or(owed.due_at, |held| held.until);
        (of_lane == lane).then_some(at)
    }

    /// Writes a new state: the one place where a message changes and leases end.
    fn change(&mut self, state: &StateRow, at: DateTime<Utc>) {
        state.clone_into(&mut self.message.state);
        let later = self.message.updated_at + TimeDelta::microseconds(1);
        self.message.updated_at = later.max(at);
        self.lease = None;
        self.reaps = 0;
    }

    /// Owes a notice about the failure, unless one was ever owed before.
    fn owe_notice(&mut self, failure: &Failure, at: DateTime<Utc>) {
        let Message { facts, state, .. } = &self.message;
        let notice = Notice {
            message_id: facts.id,
            subject: facts.subject.clone(),
            customer_id: Some(facts.customer_id.clone()),
            customer_name: facts.customer_name.clone(),
            whatsapp_number: facts.whatsapp_number.clone(),
            message_type: facts.message_type,
            trigger: facts.trigger,
            failure: failure.clone(),
            failed_at: at,
            retry_count: state.retry_count,
        };
        self.notice.get_or_insert(NoticeRecord { notice, digest: None });
    }

    fn claimed(&self, token: LeaseToken) -> Result<Option<Claimed>, StoreError> {
        let Some(owed) = self.message.state.owed else {
            return Ok(None);
        };
        let facts = &self.message.facts;
        Ok(Some(Claimed {
            lease: Lease { message_id: facts.id, token },
            step: owed.step,
            due_at: owed.due_at,
            progress: self.progress()?,
            reaps: self.reaps,
            key: facts.key.clone(),
            message_type: facts.message_type,
            customer_id: facts.customer_id.clone(),
            whatsapp_number: facts.whatsapp_number.clone(),
            text: facts.text.clone(),
            values: facts.values.clone(),
            template_id: facts.template_id,
            template_version: facts.template_version,
            attachment: facts.attachment.clone(),
            invoice_id: facts.invoice_id.clone(),
            created_at: facts.created_at,
            scheduled_for: facts.scheduled_for,
            expires_at: facts.expires_at,
            max_retries: facts.max_retries,
            gateway_id: self.message.gateway_id.clone(),
        }))
    }
}

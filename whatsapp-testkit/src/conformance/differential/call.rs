//! Calls of the storage ports as values, and their answers.

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Attempt, Fingerprint, Message, MessageKey, NewMessage, TypeName};
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, Amended, Amendment, Begin, Begun, Changed, Claim,
    Claimed, Collect, Collected, Count, Cursor, DigestMark, Enqueued, EventClaim, ExportPage,
    Fetch, LaneQueue, Lease, LogFilter, LogPage, NextDue, Owed, Redate, Reservation, Reserve,
    Saved, SettingRow, SettingsSave, Settled, Settlement, Sibling, Sort, StatusCounts, Store,
    StoreError, StoredTemplate, Tally, TemplateList, TemplateSave, TemplateVersions, Turn,
};
use whatsapp_core::{DigestId, LeaseToken, MessageId, Private, TemplateId};

#[derive(Debug, Clone)]
pub(super) enum Call {
    Enqueue(Vec<NewMessage>),
    FindKey(MessageKey, Fingerprint),
    Claim(Claim),
    Release(Vec<Lease>),
    Begin(Vec<Begin>),
    Settle(Vec<Settlement>),
    Amend(Amendment),
    Redate(Redate),
    Siblings(String, DateTime<Utc>, Vec<String>),
    Unsettled(Vec<MessageId>),
    RecordFetch(Fetch),
    NextDue,
    Owed,
    Account,
    Reserve(Reserve),
    ChangeAccount(AccountChange),
    AccountEvents(u32),
    ClaimEvents(EventClaim),
    EventsTold(LeaseToken, DateTime<Utc>),
    Message(MessageId),
    Attempts(MessageId),
    Page(LogFilter, Sort, Turn, u32),
    Count(LogFilter, u64),
    Ids(LogFilter, u32),
    Export(LogFilter, bool, Option<Cursor>, u32),
    Tally(DateTime<Utc>, DateTime<Utc>, u64),
    Backlog(DateTime<Utc>, u64),
    Ending(DateTime<Utc>, u64),
    LastTaken,
    Counts(u64),
    NoticesOwed,
    Digests(u32),
    Collect(Collect),
    MarkSent(DigestId, LeaseToken, DateTime<Utc>),
    MarkTold(DigestId, LeaseToken, Vec<Private>, DateTime<Utc>),
    SaveTemplate(TemplateSave),
    TemplateVersions(TemplateId),
    ActiveTemplate(TypeName),
    Templates,
    SaveSettings(SettingsSave),
    LoadSettings,
}

#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Nothing,
    /// The kind of the error; its words are the adapter's own.
    Error(&'static str),
    Enqueued(Vec<Enqueued>),
    Found(Option<Enqueued>),
    Claimed(Vec<Claimed>),
    Begun(Vec<Begun>),
    Settled(Vec<Settled>),
    Amended(Amended),
    Siblings(Vec<Sibling>),
    Ids(Vec<MessageId>),
    Next(NextDue),
    Owed(Owed),
    Account(Account),
    Changed(Box<Changed>),
    Events(Vec<AccountEvent>),
    Reservation(Reservation),
    Message(Option<Box<Message>>),
    Attempts(Vec<Attempt>),
    Page(LogPage),
    Count(Count),
    Listed(Vec<(MessageId, DateTime<Utc>)>, bool),
    Export(ExportPage),
    Tally(Tally),
    Backlog(Vec<LaneQueue>),
    Ending(Count, Option<DateTime<Utc>>),
    Instant(Option<DateTime<Utc>>),
    Counts(StatusCounts),
    Number(u64),
    Digests(Vec<DigestMark>),
    Collected(Option<Collected>),
    Whether(bool),
    Template(Option<StoredTemplate>),
    Templates(TemplateList),
    Versions(TemplateVersions),
    Settings(Vec<SettingRow>),
    Saved(Saved),
}

impl Call {
    /// Makes the call. If the contract gives no order, the answer is sorted.
    pub(super) async fn on(&self, store: &dyn Store) -> Answer {
        self.answer(store).await.unwrap_or_else(|error| {
            Answer::Error(match error {
                StoreError::Conflict { .. } => "conflict",
                StoreError::Corrupt { .. } => "corrupt",
                StoreError::Unavailable { .. } => "unavailable",
                StoreError::TooMany { .. } => "too many",
                _ => "other",
            })
        })
    }

    async fn answer(&self, store: &dyn Store) -> Result<Answer, StoreError> {
        Ok(match self {
            Self::Enqueue(messages) => Answer::Enqueued(store.enqueue(messages).await?),
            Self::FindKey(key, print) => Answer::Found(store.find_key(key, print).await?),
            Self::Claim(claim) => Answer::Claimed(store.claim(claim).await?),
            Self::Release(leases) => store.release(leases).await.map(nothing)?,
            Self::Begin(begins) => Answer::Begun(store.begin(begins).await?),
            Self::Settle(settlements) => Answer::Settled(store.settle(settlements).await?),
            Self::Amend(amendment) => Answer::Amended(store.amend(amendment).await?),
            Self::Redate(redate) => store.redate(redate).await.map(nothing)?,
            Self::Siblings(number_key, since, ids) => {
                let mut siblings = store.siblings(number_key, *since, ids).await?;
                siblings.sort_by_key(|sibling| (sibling.message_id, sibling.no));
                Answer::Siblings(siblings)
            }
            Self::Unsettled(ids) => {
                let mut unsettled = store.unsettled(ids).await?;
                unsettled.sort_unstable();
                Answer::Ids(unsettled)
            }
            Self::RecordFetch(fetch) => store.record_fetch(fetch).await.map(nothing)?,
            Self::NextDue => Answer::Next(store.next_due().await?),
            Self::Owed => Answer::Owed(store.owed().await?),
            Self::Account => Answer::Account(store.account().await?),
            Self::Reserve(reserve) => Answer::Reservation(store.reserve(reserve).await?),
            Self::ChangeAccount(change) => {
                Answer::Changed(Box::new(store.change_account(change).await?))
            }
            Self::AccountEvents(limit) => Answer::Events(store.account_events(*limit).await?),
            Self::ClaimEvents(claim) => Answer::Whether(store.claim_account_events(claim).await?),
            Self::EventsTold(token, at) => {
                store.account_events_told(*token, *at).await.map(nothing)?
            }
            Self::Message(id) => Answer::Message(store.message(*id).await?.map(Box::new)),
            Self::Attempts(id) => Answer::Attempts(store.attempts(*id).await?),
            Self::Page(filter, sort, turn, limit) => {
                Answer::Page(store.page(filter, *sort, *turn, *limit).await?)
            }
            Self::Export(filter, texts, after, limit) => {
                Answer::Export(store.export(filter, *texts, *after, *limit).await?)
            }
            Self::Count(filter, most) => Answer::Count(store.count(filter, *most).await?),
            Self::Ids(filter, most) => {
                let (ids, more) = store.ids(filter, *most).await?;
                Answer::Listed(ids, more)
            }
            Self::Tally(from, until, most) => {
                Answer::Tally(store.tally(*from, *until, *most).await?)
            }
            Self::Backlog(now, most) => Answer::Backlog(store.backlog(*now, *most).await?),
            Self::Ending(until, most) => {
                let (number, first) = store.ending(*until, *most).await?;
                Answer::Ending(number, first)
            }
            Self::LastTaken => Answer::Instant(store.last_taken().await?),
            Self::Counts(most) => Answer::Counts(store.counts(*most).await?),
            Self::NoticesOwed => Answer::Number(store.notices_owed().await?),
            Self::Digests(limit) => Answer::Digests(store.digests(*limit).await?),
            Self::Collect(collect) => Answer::Collected(store.collect(collect).await?),
            Self::MarkSent(id, token, at) => {
                Answer::Whether(store.mark_sent(*id, *token, *at).await?)
            }
            Self::MarkTold(id, token, told, again_at) => {
                Answer::Whether(store.mark_told(*id, *token, told, *again_at).await?)
            }
            Self::SaveTemplate(save) => Answer::Saved(store.save_template(save).await?),
            Self::TemplateVersions(id) => {
                Answer::Versions(store.template_versions(*id, None, 100).await?)
            }
            Self::ActiveTemplate(kind) => Answer::Template(store.active_template(*kind).await?),
            Self::Templates => Answer::Templates(store.templates().await?),
            Self::SaveSettings(save) => Answer::Saved(store.save_settings(save).await?),
            Self::LoadSettings => Answer::Settings(store.load_settings().await?),
        })
    }
}

/// The answer to a call that says no more than that it was done.
fn nothing((): ()) -> Answer {
    Answer::Nothing
}

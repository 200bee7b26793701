//! The read side of the message log.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::{Attempt, Delivery, FailureKind, Message, Outcome, Status, Step};
use whatsapp_core::port::{
    Attention, AttentionFor, Count, Cursor, EXPORT_MAX, ExportPage, ExportRow, LogFilter, LogPage,
    MessageLog, NAMES_MAX, Sort, StatusCounts, StoreError, Tally, Turn,
};

use super::notices::is_mended;
use super::{Data, MemoryStore, Record};

#[async_trait]
impl MessageLog for MemoryStore {
    async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        let data = self.lock();
        Ok(data.records.get(&id).map(|record| record.message.clone()))
    }

    async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let data = self.lock();
        let found = ids.iter().filter_map(|id| data.records.get(id));
        Ok(found.map(|record| record.message.clone()).collect())
    }

    async fn attempts(&self, id: MessageId) -> Result<Vec<Attempt>, StoreError> {
        let data = self.lock();
        let record = data.records.get(&id);
        Ok(record.map_or_else(Vec::new, |record| record.attempts.clone()))
    }

    async fn page(
        &self,
        filter: &LogFilter,
        sort: Sort,
        turn: Turn,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let mut messages = self.shown(filter)?;
        if sort == Sort::Customer {
            if messages.len() > NAMES_MAX as usize {
                return Err(StoreError::TooMany { most: NAMES_MAX });
            }
            return Ok(self.by_name(messages, turn, limit));
        }
        messages.sort_by_key(|message| place(sort, &cursor(sort, message)));
        match turn {
            Turn::First => {}
            Turn::After(at) | Turn::Before(at) if sort == Sort::Status && at.status.is_none() => {
                return Err(no_status());
            }
            Turn::After(at) => {
                messages.retain(|message| place(sort, &cursor(sort, message)) > place(sort, &at));
            }
            Turn::Before(at) => {
                messages.retain(|message| place(sort, &cursor(sort, message)) < place(sort, &at));
            }
        }
        Ok(cut(messages, sort, turn, limit))
    }

    async fn count(&self, filter: &LogFilter, most: u64) -> Result<Count, StoreError> {
        Ok(Count::up_to(self.shown(filter)?.len() as u64, most, true))
    }

    async fn ids(
        &self,
        filter: &LogFilter,
        most: u32,
    ) -> Result<(Vec<(MessageId, DateTime<Utc>)>, bool), StoreError> {
        let mut messages = self.shown(filter)?;
        messages.sort_by_key(|message| Reverse(age(message)));
        let more = messages.len() > most as usize;
        messages.truncate(most as usize);
        let listed = |message: &Message| (message.facts.id, message.updated_at);
        Ok((messages.iter().map(listed).collect(), more))
    }

    async fn export(
        &self,
        filter: &LogFilter,
        texts: bool,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<ExportPage, StoreError> {
        let mut messages = self.shown(filter)?;
        messages.sort_by_key(|message| Reverse(age(message)));
        let behind = |message: &Message| {
            after.is_none_or(|after| age(message) < (after.created_at, after.id))
        };
        messages.retain(behind);
        let limit = limit.clamp(1, EXPORT_MAX) as usize;
        let more = messages.len() > limit;
        messages.truncate(limit);
        let next = messages.last().filter(|_| more).map(Cursor::of);
        let rows = messages.into_iter().map(|message| taken_out(message, texts)).collect();
        Ok(ExportPage { rows, broken: 0, next })
    }

    async fn note_export(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.transaction(|data| data.audit.add(entry))
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let data = self.lock();
        let is_again = |id: &&MessageId| data.records.by.resend.len(id) > 0;
        let again: BTreeSet<MessageId> = ids.iter().filter(is_again).copied().collect();
        Ok(again.into_iter().collect())
    }

    async fn resends_of(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError> {
        let data = self.lock();
        let resends = data.records.by.resend.of(&id).filter_map(|id| data.records.get(id));
        let mut resends: Vec<_> = resends.map(|record| age(&record.message)).collect();
        resends.sort_unstable();
        Ok(resends.into_iter().map(|(_, id)| id).collect())
    }

    async fn aside(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let data = self.lock();
        let records = ids.iter().filter_map(|id| data.records.get(id));
        let aside = records.filter(|record| is_aside(&data, &record.message));
        let aside: BTreeSet<MessageId> = aside.map(|record| record.message.facts.id).collect();
        Ok(aside.into_iter().collect())
    }

    async fn newest_to(
        &self,
        number_key: &str,
        since: DateTime<Utc>,
    ) -> Result<Option<MessageId>, StoreError> {
        let data = self.lock();
        let of_number = (self.account, number_key.to_owned());
        let newest = data.records.by.number.of(&of_number).next_back();
        Ok(newest.filter(|(started, _)| *started >= since).map(|(_, id)| *id))
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        let data = self.lock();
        let mut counts = StatusCounts::default();
        for record in data.records.values() {
            let state = &record.message.state;
            match state.status {
                Status::Pending => counts.pending += 1,
                Status::Sent => counts.sent += 1,
                Status::Failed => counts.failed += 1,
                Status::Cancelled => counts.cancelled += 1,
            }
            if state.status == Status::Failed && state.next_attempt_at.is_some() {
                counts.retrying += 1;
            }
            counts.held += u64::from(state.held_for.is_some());
        }
        let StatusCounts { pending, sent, failed, cancelled, retrying, held } = counts;
        let [pending, sent, failed, cancelled, retrying, held] =
            [pending, sent, failed, cancelled, retrying, held].map(|count| count.min(most));
        Ok(StatusCounts { pending, sent, failed, cancelled, retrying, held })
    }

    async fn tally(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        most: u64,
    ) -> Result<Tally, StoreError> {
        let data = self.lock();
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut newest = data.records.made(from, until).rev();
        let mut tally = Tally::default();
        for record in newest.by_ref().take(most) {
            tally.add(Outcome::of(&record.message.state), 1);
        }
        tally.is_exact = newest.next().is_none();
        Ok(tally)
    }
}

impl MemoryStore {
    /// A page in the order of customers' names.
    fn by_name(&self, mut messages: Vec<Message>, turn: Turn, limit: u32) -> LogPage {
        let name = |message: &Message| {
            (message.facts.customer_name.as_str().to_lowercase(), Reverse(age(message)))
        };
        messages.sort_by_key(name);
        if let Turn::After(at) | Turn::Before(at) = turn {
            let data = self.lock();
            if let Some(start) = data.records.get(&at.id).map(|record| name(&record.message)) {
                let is_after = matches!(turn, Turn::After(_));
                messages.retain(|it| if is_after { name(it) > start } else { name(it) < start });
            }
        }
        cut(messages, Sort::Customer, turn, limit)
    }

    /// All messages that a filter shows, in any order.
    fn shown(&self, filter: &LogFilter) -> Result<Vec<Message>, StoreError> {
        filter.check()?;
        let data = self.lock();
        let needs = |record: &Record| {
            let needs = |attention| self.needs(attention, record, &data);
            filter.attention.as_ref().is_none_or(needs)
        };
        let shown = data.records.values().filter(|record| shows(filter, &record.message));
        Ok(shown.filter(|record| needs(record)).map(|record| record.message.clone()).collect())
    }

    /// Tells whether a message needs a person for one of these reasons.
    fn needs(&self, asked: &Attention, record: &Record, data: &Data) -> bool {
        let state = &record.message.state;
        let kind = match state.status {
            Status::Failed if state.next_attempt_at.is_none() => {
                let is_settled =
                    || is_mended(&data.records, &record.message) || is_aside(data, &record.message);
                if record.message.updated_at < asked.failed_since || is_settled() {
                    return false;
                }
                match state.failure.as_ref().map(|failure| failure.kind) {
                    Some(FailureKind::UnknownOutcome) => AttentionFor::Unknown,
                    _ => AttentionFor::Failed,
                }
            }
            Status::Sent if state.delivery == Some(Delivery::Accepted) => {
                let is_followed = state.owed.is_some_and(|owed| owed.step == Step::Watch);
                let is_late = state.sent_at.is_some_and(|at| at < asked.silent_before);
                if !is_followed || !is_late || record.account != self.account {
                    return false;
                }
                AttentionFor::Silent
            }
            _ => return false,
        };
        asked.kinds.contains(&kind)
    }
}

/// Tells whether a message was put aside and has not changed since.
fn is_aside(data: &Data, message: &Message) -> bool {
    data.aside.get(&message.facts.id) == Some(&message.updated_at)
}

/// Makes a page of messages that are in order and on the right side of the page's place.
fn cut(mut messages: Vec<Message>, sort: Sort, turn: Turn, limit: u32) -> LogPage {
    let limit = limit.clamp(1, 200) as usize;
    let more = messages.len() > limit;
    if let Turn::Before(_) = turn {
        messages.drain(..messages.len().saturating_sub(limit));
    } else {
        messages.truncate(limit);
    }
    let first = messages.first().map(|message| cursor(sort, message));
    let last = messages.last().map(|message| cursor(sort, message));
    let (previous, next) = match turn {
        Turn::First => (None, last.filter(|_| more)),
        Turn::After(_) => (first, last.filter(|_| more)),
        Turn::Before(_) => (first.filter(|_| more), last),
    };
    LogPage { messages, broken: Vec::new(), previous, next, further: None }
}

/// A message's place by age, equal ones by id.
fn age(message: &Message) -> (DateTime<Utc>, MessageId) {
    (message.facts.created_at, message.facts.id)
}

fn cursor(sort: Sort, message: &Message) -> Cursor {
    let status = Some(message.state.status).filter(|_| sort == Sort::Status);
    Cursor { status, ..Cursor::of(message) }
}

/// A place in an order, smaller ones first: by status, then by age, forwards or backwards.
fn place(sort: Sort, at: &Cursor) -> (Option<usize>, Newest, Oldest) {
    let status = || Sort::STATUSES.iter().position(|status| Some(*status) == at.status);
    let age = (at.created_at, at.id);
    match sort {
        Sort::Oldest => (None, None, Some(age)),
        Sort::Status => (status(), Some(Reverse(age)), None),
        _ => (None, Some(Reverse(age)), None),
    }
}

type Oldest = Option<(DateTime<Utc>, MessageId)>;
type Newest = Option<Reverse<(DateTime<Utc>, MessageId)>>;

fn no_status() -> StoreError {
    StoreError::Other { reason: "the cursor names no status, which this order needs".to_owned() }
}

fn taken_out(message: Message, texts: bool) -> ExportRow {
    let Message { facts, state, .. } = message;
    let withdrawn = state.cancel_reason.map(|reason| reason.label().to_owned());
    ExportRow {
        id: facts.id,
        created_at: facts.created_at,
        customer_id: facts.customer_id,
        customer_name: facts.customer_name,
        whatsapp_number: facts.whatsapp_number,
        message_type: facts.message_type,
        trigger: facts.trigger,
        status: state.status,
        delivery: state.delivery,
        retry_count: state.retry_count,
        reason: state.failure.map(|failure| failure.reason).or(withdrawn),
        subject: facts.subject,
        sent_at: state.sent_at,
        text: texts.then_some(facts.text),
    }
}

/// Tells whether a filter shows a message, apart from its question for attention.
fn shows(filter: &LogFilter, message: &Message) -> bool {
    let Message { facts, state, .. } = message;
    let begins = |subject: &String| {
        filter.spellings().is_none_or(|all| all.iter().any(|one| subject.starts_with(one.as_str())))
    };
    (filter.statuses.is_empty() || filter.statuses.contains(&state.status))
        && (filter.deliveries.is_empty()
            || state.delivery.is_some_and(|delivery| filter.deliveries.contains(&delivery)))
        && (filter.outcomes.is_empty() || filter.outcomes.contains(&Outcome::of(state)))
        && filter.message_type.is_none_or(|only| only == facts.message_type)
        && filter.trigger.is_none_or(|only| only == facts.trigger)
        && (filter.held_for.is_empty()
            || state.held_for.is_some_and(|held_for| filter.held_for.contains(&held_for)))
        && (filter.customers.is_empty() || filter.customers.contains(&facts.customer_id))
        && (filter.about.is_none() || facts.subject.as_ref().is_some_and(begins))
        && filter.key_prefix.as_ref().is_none_or(|key| facts.key.as_str().starts_with(key.as_str()))
        && filter.from.is_none_or(|from| facts.created_at >= from)
        && filter.until.is_none_or(|until| facts.created_at < until)
}

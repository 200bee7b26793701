//! The read side of the message log.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::message::{Attempt, Message, Status};
use whatsapp_core::port::{Cursor, LogFilter, LogPage, MessageLog, Sort, StatusCounts, StoreError};

use super::MemoryStore;

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
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<LogPage, StoreError> {
        let mut messages = self.messages();
        messages.retain(|message| shows(filter, message));
        messages.sort_by_key(place);
        let newest_first = sort == Sort::Newest;
        if newest_first {
            messages.reverse();
        }
        if let Some(cursor) = after {
            let end = (cursor.created_at, cursor.id);
            messages.retain(
                |message| {
                    if newest_first { place(message) < end } else { place(message) > end }
                },
            );
        }
        let limit = limit.clamp(1, 200) as usize;
        let more = messages.len() > limit;
        messages.truncate(limit);
        let last = messages
            .last()
            .map(|message| Cursor { created_at: message.facts.created_at, id: message.facts.id });
        Ok(LogPage { messages, broken: Vec::new(), next: last.filter(|_| more) })
    }

    async fn resent(&self, ids: &[MessageId]) -> Result<Vec<MessageId>, StoreError> {
        let again = self.messages().into_iter().filter_map(|message| message.facts.resend_of);
        let again: BTreeSet<MessageId> = again.filter(|id| ids.contains(id)).collect();
        Ok(again.into_iter().collect())
    }

    async fn counts(&self, most: u64) -> Result<StatusCounts, StoreError> {
        let mut counts = StatusCounts::default();
        for message in self.messages() {
            let state = &message.state;
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
}

/// A message's place in the log: by age, and equal ones by id.
fn place(message: &Message) -> (DateTime<Utc>, MessageId) {
    (message.facts.created_at, message.facts.id)
}

fn shows(filter: &LogFilter, message: &Message) -> bool {
    let facts = &message.facts;
    filter.status.is_none_or(|only| only == message.state.status)
        && filter.message_type.is_none_or(|only| only == facts.message_type)
        && filter.trigger.is_none_or(|only| only == facts.trigger)
        && (filter.held_for.is_empty()
            || message.state.held_for.is_some_and(|held_for| filter.held_for.contains(&held_for)))
        && filter.customer_id.as_ref().is_none_or(|only| *only == facts.customer_id)
        && filter.from.is_none_or(|from| facts.created_at >= from)
        && filter.until.is_none_or(|until| facts.created_at < until)
}

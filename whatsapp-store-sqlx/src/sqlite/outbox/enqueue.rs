//! Putting messages in, once per message key.

use std::collections::{HashMap, HashSet};

use sqlx::SqliteConnection;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Fingerprint, NewMessage, Status};
use whatsapp_core::port::{Enqueued, StoreError};

use super::super::codec::array;
use super::super::items::{NewItem, NoticeItem, OwedItem};
use super::super::statements as sql;
use super::run;
use crate::codec::Reader;
use crate::error::{other, row_count, store_error};

/// The message that has a key.
pub(super) struct KeyHolder {
    id: MessageId,
    fingerprint: String,
}

impl KeyHolder {
    /// What to answer to a message with this fingerprint and the same key.
    pub(super) fn answer(&self, fingerprint: &Fingerprint) -> Enqueued {
        if self.fingerprint == fingerprint.as_str() {
            Enqueued::AlreadyPresent(self.id)
        } else {
            Enqueued::Conflict(self.id)
        }
    }
}

pub(super) async fn find_keys(
    connection: &mut SqliteConnection,
    keys: &[&str],
) -> Result<HashMap<String, KeyHolder>, StoreError> {
    let rows = sqlx::query(sql::FIND_KEYS)
        .bind(array(keys)?)
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    rows.iter()
        .map(|row| {
            let row = Reader::new(row, "message");
            let holder = KeyHolder { id: row.parsed("id")?, fingerprint: row.text("fingerprint")? };
            Ok((row.text("message_key")?, holder))
        })
        .collect()
}

pub(super) async fn enqueue(
    connection: &mut SqliteConnection,
    messages: &[NewMessage],
) -> Result<Vec<Enqueued>, StoreError> {
    let items: Vec<_> = messages.iter().map(NewItem::new).collect();
    let added = sqlx::query(sql::ENQUEUE)
        .bind(array(&items)?)
        .fetch_all(&mut *connection)
        .await
        .map_err(store_error)?;
    let mut added: HashSet<MessageId> = added
        .iter()
        .map(|row| Reader::new(row, "message").parsed("id"))
        .collect::<Result<_, _>>()?;
    // Of two messages with the same id and key, the first is the one that was added.
    let new: Vec<bool> = messages.iter().map(|m| added.remove(&m.id)).collect();

    let there: Vec<_> = messages
        .iter()
        .zip(&new)
        .filter_map(|(message, new)| (!new).then_some(message.key.as_str()))
        .collect();
    let holders = match there.as_slice() {
        [] => HashMap::new(),
        keys => find_keys(connection, keys).await?,
    };

    let mut owed = Vec::new();
    let mut notices = Vec::new();
    let mut answers = Vec::with_capacity(messages.len());
    for (message, new) in messages.iter().zip(new) {
        if !new {
            let holder = holders.get(message.key.as_str());
            let holder = holder.ok_or_else(|| other("a message that has a key is missing"))?;
            answers.push(holder.answer(&message.fingerprint));
            continue;
        }
        answers.push(Enqueued::New(message.id));
        let state = &message.state;
        match &state.owed {
            Some(row) => owed.push(OwedItem::new(message.id, row)),
            None if state.status == Status::Failed => {
                notices.push(NoticeItem::new(message.id, state, message.created_at)?);
            }
            None => {}
        }
    }
    if !owed.is_empty() {
        row_count(run(connection, sql::OWE, array(&owed)?).await?, owed.len())?;
    }
    if !notices.is_empty() {
        let written = run(connection, sql::NOTIFY, array(&notices)?).await?;
        row_count(written, notices.len())?;
    }
    Ok(answers)
}

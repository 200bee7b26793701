//! Puts messages into the outbox, once per message key.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use whatsapp_core::message::{AttachmentRef, CancelReason, Delivery, NewMessage, OwedRow, Status};
use whatsapp_core::port::{Enqueued, StoreError};
use whatsapp_core::{InvoiceId, MessageId};

use super::super::PostgresStore;
use super::super::audit::record;
use super::super::codec::{column, host_id, int, sparse, text, uuid, values};
use super::super::statements as sql;
use super::super::work::{Bound, Session};
use super::uuids;
use crate::codec::Reader;
use crate::error::{other, store_error};
use crate::rows::{KeyHolder, bytes};

impl PostgresStore {
    /// Puts messages into the outbox on a connection of the host's own to the same database, inside
    /// a transaction that the host has begun. The messages exist if, and only if, the host commits.
    /// The messages are those of [`Messenger::draft`](whatsapp_core::Messenger::draft).
    ///
    /// The host's transaction is neither committed nor rolled back here. The call is one statement:
    /// if it fails, none of the messages is added. After that, as after any failed statement,
    /// Postgres allows only a rollback of the host's transaction, or to a savepoint of the host's.
    /// On a connection without a transaction, the messages are durable once this returns.
    ///
    /// Dispatchers that [listen](Self::listen) are woken when the host commits.
    ///
    /// The pool must have the options of [`host_pool`](Self::host_pool). Without them, a client
    /// that disconnects can leave a transaction open on a connection. The writes of the next
    /// request there are then confirmed and lost.
    ///
    /// ```no_run
    /// use sqlx::PgPool;
    /// use whatsapp_core::Draft;
    /// use whatsapp_store_sqlx::PostgresStore;
    ///
    /// # async fn deliver(pool: PgPool, draft: Draft) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut transaction = pool.begin().await?;
    /// sqlx::query("UPDATE orders SET delivered = TRUE WHERE number = 'SO-7'")
    ///     .execute(&mut *transaction)
    ///     .await?;
    /// let enqueued = PostgresStore::enqueue_in(&mut transaction, draft.messages()).await?;
    /// transaction.commit().await?;
    /// let receipts = draft.receipts(enqueued);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Isolation
    /// The isolation is the host's. Under `READ COMMITTED`, the usual one, nothing here fails
    /// because of another transaction. Under `REPEATABLE READ` and `SERIALIZABLE` it can, like any
    /// statement, also at the host's own commit. Then sqlx's error has the code `40001`; the error
    /// from here is [`StoreError::Unavailable`] and says so. The host then runs its whole
    /// transaction again, with the same draft.
    ///
    /// # Errors
    /// [`StoreError`]: then none of the messages was added. [`StoreError::Unavailable`] if the same
    /// transaction may succeed when all of it is run again. It is [`StoreError::Conflict`] also if
    /// another transaction was adding the messages of this same draft at the same moment: run
    /// again, this one finds them.
    pub async fn enqueue_in(
        connection: &mut PgConnection,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        enqueue(&mut Session::of_host(connection), messages, true).await
    }
}

pub(super) async fn find_keys(
    session: &mut Session<'_>,
    keys: &[&str],
) -> Result<HashMap<String, KeyHolder>, StoreError> {
    let query = session.query(sql::FIND_KEYS).bind(keys);
    let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
    rows.iter().map(KeyHolder::read).collect()
}

/// Enqueues messages; with `knock`, dispatchers are woken by the commit.
pub(in super::super) async fn enqueue(
    session: &mut Session<'_>,
    messages: &[NewMessage],
    knock: bool,
) -> Result<Vec<Enqueued>, StoreError> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    for message in messages {
        let state = &message.state;
        if state.owed.is_none() && state.status == Status::Failed && state.failure.is_none() {
            return Err(other("a message that failed for good needs its failure"));
        }
    }
    // Ordered by keys: two batches with keys in common wait for each other and never deadlock. Of
    // messages with the same key the first is added.
    let mut by_key: Vec<&NewMessage> = messages.iter().collect();
    by_key.sort_by(|a, b| a.facts.key.cmp(&b.facts.key));
    by_key.dedup_by(|later, first| later.facts.key == first.facts.key);
    let statement = if messages.iter().any(|message| message.state.owed.is_none()) {
        sql::ENQUEUE_REFUSED
    } else {
        sql::ENQUEUE
    };
    let query = bind(session.query(statement), &by_key).bind(session.account());
    let added = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
    let mut added: HashSet<MessageId> = added
        .iter()
        .map(|row| Reader::new(row, "message").parsed("id"))
        .collect::<Result<_, _>>()?;
    if knock && !added.is_empty() {
        session.query(sql::KNOCK).execute(&mut *session.connection).await.map_err(store_error)?;
    }
    // Of two messages with the same id and key, the first was added.
    let new: Vec<bool> = messages.iter().map(|message| added.remove(&message.facts.id)).collect();
    let entries = messages.iter().zip(&new).filter(|(_, new)| **new);
    record(session, entries.filter_map(|(message, _)| message.audit.as_deref())).await?;
    let there: Vec<_> = messages
        .iter()
        .zip(&new)
        .filter_map(|(message, new)| (!new).then_some(message.facts.key.as_str()))
        .collect();
    let holders = match there.as_slice() {
        [] => HashMap::new(),
        keys => find_keys(session, keys).await?,
    };
    messages
        .iter()
        .zip(new)
        .map(|(message, new)| {
            if new {
                return Ok(Enqueued::New(message.facts.id));
            }
            let holder = holders.get(message.facts.key.as_str());
            let holder = holder.ok_or_else(|| other("a message that has a key is missing"))?;
            Ok(holder.answer(&message.facts.fingerprint))
        })
        .collect()
}

/// The columns of new messages, in the order of the statement.
fn bind<'q>(query: Bound<'q>, messages: &[&NewMessage]) -> Bound<'q> {
    let customers = column(messages, |message| host_id(message.facts.customer_id.as_str()));
    let users = column(messages, |message| {
        message.facts.created_by.as_ref().map(|user| host_id(user.as_str()))
    });
    let failure =
        |message: &&NewMessage| message.state.failure.as_ref().map(|why| why.kind.as_str());
    let cause =
        |message: &&NewMessage| message.state.failure.as_ref().map(|why| why.cause.as_str());
    let reason = |message: &&NewMessage| {
        message.state.failure.as_ref().map(|why| text(&why.reason).into_owned())
    };
    let query = query
        .bind(uuids(messages, |message| message.facts.id))
        .bind(column(&customers, |(id, _)| *id))
        .bind(sparse(&customers, |(_, key)| *key))
        .bind(column(messages, |message| text(message.facts.customer_name.as_str())))
        .bind(column(messages, |message| text(message.facts.whatsapp_number.as_str())))
        .bind(column(messages, |message| message.facts.message_type.as_str()))
        .bind(column(messages, |message| message.facts.trigger.as_str()))
        .bind(column(messages, |message| message.state.status.as_str()))
        .bind(column(messages, |message| int(message.state.retry_count)))
        .bind(column(messages, |message| int(message.facts.max_retries)))
        .bind(column(messages, |message| text(message.facts.text.as_str())))
        .bind(sparse(messages, |message| message.facts.template_id.map(uuid)));
    let file = |message: &&NewMessage| message.facts.attachment.clone();
    let files: Vec<Option<AttachmentRef>> = column(messages, file);
    let query = query
        .bind(sparse(&files, |file| file.as_ref().map(|file| text(&file.url))))
        .bind(sparse(&files, |file| file.as_ref().map(|file| file.kind.as_str())))
        .bind(sparse(messages, reason))
        .bind(sparse(messages, |message| message.facts.scheduled_for))
        .bind(sparse(messages, |message| message.state.sent_at))
        .bind(column(messages, |message| message.facts.created_at))
        .bind(sparse(&users, |user| user.map(|(id, _)| id)))
        .bind(sparse(&users, |user| user.and_then(|(_, key)| key)))
        .bind(column(messages, |message| message.facts.key.as_str()))
        .bind(column(messages, |message| message.facts.fingerprint.as_bytes().as_slice()))
        .bind(sparse(messages, |message| message.state.next_attempt_at))
        .bind(sparse(messages, |message| message.state.delivery.map(Delivery::as_str)))
        .bind(sparse(messages, failure))
        .bind(sparse(messages, |message| message.state.cancel_reason.map(CancelReason::as_str)))
        .bind(sparse(&files, |file| file.as_ref().map(|file| text(&file.name))))
        .bind(sparse(&files, |file| file.as_ref().and_then(|file| file.size).map(bytes)))
        .bind(sparse(&files, |file| {
            file.as_ref().and_then(|file| file.sha256.as_deref().map(text))
        }))
        .bind(sparse(messages, |message| message.facts.invoice_id.as_ref().map(InvoiceId::as_str)))
        .bind(sparse(messages, |message| message.facts.expires_at))
        .bind(sparse(messages, |message| message.facts.warning.as_deref().map(text)))
        .bind(sparse(messages, |message| message.facts.resend_of.map(uuid)));
    let owed: Vec<Option<OwedRow>> = column(messages, |message| message.state.owed);
    query
        .bind(sparse(&owed, |owed| owed.map(|row| row.step.as_str())))
        .bind(sparse(&owed, |owed| owed.map(|row| row.due_at)))
        .bind(sparse(&owed, |owed| owed.and_then(|row| row.open_since)))
        .bind(sparse(&owed, |owed| owed.and_then(|row| begun(row.posts))))
        .bind(sparse(&owed, |owed| owed.and_then(|row| begun(row.free_posts))))
        .bind(sparse(&owed, |owed| owed.and_then(|row| begun(row.looks))))
        .bind(sparse(&owed, |owed| owed.and_then(|row| begun(row.looks_unavailable))))
        .bind(sparse(&files, |file| file.as_ref().and_then(|file| file.until)))
        .bind(column(messages, |message| message.state.part.as_str()))
        .bind(sparse(messages, |message| message.facts.subject.as_deref().map(text)))
        .bind(sparse(messages, cause))
        .bind(sparse(messages, |message| message.facts.values.as_ref().map(values)))
        .bind(sparse(messages, |message| message.facts.template_version.map(int)))
        .bind(sparse(&owed, |owed| owed.map(|row| row.class.as_str())))
}

/// A count in its stored form: NULL stands for 0.
fn begun(count: u32) -> Option<i32> {
    (count > 0).then(|| int(count))
}

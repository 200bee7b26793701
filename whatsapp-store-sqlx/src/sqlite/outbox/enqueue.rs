//! Puts messages into the outbox, once per message key, in a transaction of the store or of the
//! host.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use sqlx::{Connection, SqliteConnection};
use whatsapp_core::message::{NewMessage, Status};
use whatsapp_core::port::{Enqueued, StoreError};
use whatsapp_core::{AccountId, MessageId};

use super::super::SqliteStore;
use super::super::audit::record;
use super::super::codec::array;
use super::super::items::{NewItem, NoticeItem, OwedItem};
use super::super::statements as sql;
use super::{run, run_for};
use crate::codec::Reader;
use crate::error::{other, row_count, store_error};
use crate::rows::KeyHolder;

impl SqliteStore {
    /// Puts messages into the outbox on a connection of the host's own to the same database file,
    /// inside a transaction that the host has begun. The messages exist if, and only if, the host
    /// commits. The messages are those of [`Messenger::draft`](whatsapp_core::Messenger::draft).
    ///
    /// The host's transaction is neither committed nor rolled back here. The call is a savepoint
    /// within it. If it fails, or its future is dropped, none of the messages is added and the
    /// host's own rows are unchanged; the host may go on and commit them. On a connection without a
    /// transaction, the messages are durable once this returns.
    ///
    /// ```
    /// use sqlx::SqlitePool;
    /// use whatsapp_core::Draft;
    /// use whatsapp_store_sqlx::SqliteStore;
    ///
    /// async fn deliver(
    ///     pool: &SqlitePool,
    ///     order: i64,
    ///     draft: Draft,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    ///     sqlx::query("UPDATE orders SET is_delivered = 1 WHERE id = ?1")
    ///         .bind(order)
    ///         .execute(&mut *transaction)
    ///         .await?;
    ///     let enqueued = SqliteStore::enqueue_in(&mut transaction, draft.messages()).await?;
    ///     transaction.commit().await?;
    ///     // Now `ports.wake().wake()`, and the answers:
    ///     let receipts = draft.receipts(enqueued);
    /// #   drop(receipts);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # What the host takes care of
    ///
    /// - The pool has the options of [`host_pool`](Self::host_pool): no connection goes on to the
    ///   next request in the middle of a transaction.
    /// - The store was opened on the file once before, by any process: that creates the tables.
    /// - The transaction begins with sqlx's `begin_with("BEGIN IMMEDIATE")`. A plain `BEGIN` that
    ///   reads first may find at its first write that another transaction was faster, and can then
    ///   only fail. A transaction that was begun by executing a statement is refused: sqlx does not
    ///   know of it, so nothing could be undone when the future is dropped.
    /// - The connection has a busy timeout, for the store's own short transactions and those of
    ///   other processes, and `foreign_keys` on; sqlx sets both unless told otherwise. The
    ///   durability of the commit depends on the connection's `synchronous`: SQLite's default,
    ///   `FULL`, loses nothing.
    /// - The transaction is short. All others that write, including the dispatcher's, wait for it.
    /// - The commit wakes nobody: the host calls `Wake::wake` after it, or the dispatcher finds the
    ///   message at its next poll.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was added. [`StoreError::Unavailable`] if the same transaction
    /// may succeed when it is run again.
    pub async fn enqueue_in(
        connection: &mut SqliteConnection,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        let begun = if connection.is_in_transaction() {
            on_this_thread(connection.begin()).map_err(store_error)
        } else {
            connection.begin_with("BEGIN IMMEDIATE").await.map_err(own_transaction_error)
        };
        let mut part = begun?;
        match enqueue(&mut part, AccountId::DEFAULT, messages).await {
            Ok(enqueued) => part.commit().await.map(|()| enqueued).map_err(store_error),
            Err(error) => {
                // This fails only if SQLite has undone the whole transaction already. The host's
                // commit fails then, and there is an error to return in any case.
                let _ = part.rollback().await;
                Err(error)
            }
        }
    }
}

/// Waits by blocking the thread, so that the caller cannot go away in the middle.
///
/// This is for setting a savepoint, which waits for no lock and no disk. If a caller went away
/// while sqlx sets one, it would be undone twice: by the driver's thread and by the dropped guard.
/// The second time undoes the host's whole transaction, and its commit then succeeds nevertheless.
fn on_this_thread<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// The error if no transaction could be begun. SQLite has no special code for a transaction that is
/// open already.
fn own_transaction_error(error: sqlx::Error) -> StoreError {
    let text = "within a transaction";
    if error.as_database_error().is_some_and(|error| error.message().contains(text)) {
        return other("the host's transaction was not begun with sqlx's `begin` or `begin_with`");
    }
    store_error(error)
}

pub(super) async fn find_keys(
    connection: &mut SqliteConnection,
    keys: &[&str],
) -> Result<HashMap<String, KeyHolder>, StoreError> {
    let rows = sql::query(sql::FIND_KEYS).bind(array(keys)?).fetch_all(connection).await?;
    rows.iter().map(KeyHolder::read).collect()
}

/// The messages in the order in which they are added: by their ids, which is the order in which
/// they will be claimed. So rows that are written together later are on the same pages. Of messages
/// with the same key the first is added.
fn in_order_of_ids(messages: &[NewMessage]) -> Vec<&NewMessage> {
    let mut keys = HashSet::with_capacity(messages.len());
    let firsts = messages.iter().filter(|message| keys.insert(&message.facts.key));
    let mut ordered: Vec<_> = firsts.collect();
    ordered.sort_by_key(|message| message.facts.id);
    ordered
}

pub(in super::super) async fn enqueue(
    connection: &mut SqliteConnection,
    account: AccountId,
    messages: &[NewMessage],
) -> Result<Vec<Enqueued>, StoreError> {
    let items: Vec<_> = in_order_of_ids(messages).into_iter().map(NewItem::new).collect();
    let added = sql::query(sql::ENQUEUE).bind(array(&items)?).fetch_all(&mut *connection).await?;
    let mut added: HashSet<MessageId> = added
        .iter()
        .map(|row| Reader::new(row, "message").parsed("id"))
        .collect::<Result<_, _>>()?;
    // Of two messages with the same id and key, the first was added.
    let new: Vec<bool> = messages.iter().map(|m| added.remove(&m.facts.id)).collect();

    let there: Vec<_> = messages
        .iter()
        .zip(&new)
        .filter_map(|(message, new)| (!new).then_some(message.facts.key.as_str()))
        .collect();
    let holders = match there.as_slice() {
        [] => HashMap::new(),
        keys => find_keys(connection, keys).await?,
    };

    let mut owed = Vec::new();
    let mut notices = Vec::new();
    let mut audit = Vec::new();
    let mut answers = Vec::with_capacity(messages.len());
    for (message, new) in messages.iter().zip(new) {
        if !new {
            let holder = holders.get(message.facts.key.as_str());
            let holder = holder.ok_or_else(|| other("a message that has a key is missing"))?;
            answers.push(holder.answer(&message.facts.fingerprint));
            continue;
        }
        answers.push(Enqueued::New(message.facts.id));
        audit.extend(message.audit.as_deref());
        let state = &message.state;
        match &state.owed {
            Some(row) => owed.push(OwedItem::new(message.facts.id, row)),
            None if state.status == Status::Failed => {
                let failure = state.failure.as_ref();
                let failure = failure
                    .ok_or_else(|| other("a message that failed for good needs its failure"))?;
                let (id, at) = (message.facts.id, message.facts.created_at);
                notices.push(NoticeItem::new(id, failure, state.retry_count, at));
            }
            None => {}
        }
    }
    if !owed.is_empty() {
        let written = run_for(connection, sql::OWE, array(&owed)?, account).await?;
        row_count(written, owed.len())?;
    }
    if !notices.is_empty() {
        let written = run(connection, sql::NOTIFY, array(&notices)?).await?;
        row_count(written, notices.len())?;
    }
    record(connection, audit).await?;
    Ok(answers)
}

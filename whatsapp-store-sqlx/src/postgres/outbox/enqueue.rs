//! Puts messages into the outbox, once per message key.

use std::collections::{HashMap, HashSet};

use sqlx::PgConnection;
use uuid::Uuid;
use whatsapp_core::message::{AttachmentRef, CancelReason, Delivery, NewMessage, OwedRow, Status};
use whatsapp_core::port::{Enqueued, StoreError};
use whatsapp_core::{InvoiceId, MessageId};

use super::super::PostgresStore;
use super::super::audit::record;
use super::super::codec::{column, host_id, int, sparse, text, uuid, values};
use super::super::statements as sql;
use super::super::work::{Bound, Session};
use super::uuids;
use crate::binds::binds;
use crate::codec::Reader;
use crate::error::other;
use crate::rows::{KeyHolder, bytes};

impl PostgresStore {
    /// Puts messages into the outbox on a connection of the host's own to the same database, inside
    /// a transaction that the host has begun. The messages exist if, and only if, the host commits.
    /// The messages are those of [`Messenger::draft`](whatsapp_core::Messenger::draft).
    ///
    /// The host's transaction is neither committed nor rolled back here. One statement adds all
    /// messages: if it fails, none of them is added. After that, as after any failed statement,
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
    let rows = query.fetch_all(&mut *session.connection).await?;
    rows.iter().map(KeyHolder::read).collect()
}

/// Enqueues messages; with `knock`, dispatchers are woken by the commit.
pub(in super::super) async fn enqueue(
    session: &mut Session<'_>,
    messages: &[NewMessage],
    wake_up: bool,
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
    let query = bind(session.query(statement), &Batch::new(&by_key), session.account());
    let added = query.fetch_all(&mut *session.connection).await?;
    let mut added: HashSet<MessageId> = added
        .iter()
        .map(|row| Reader::new(row, "message").parsed("id"))
        .collect::<Result<_, _>>()?;
    if wake_up && !added.is_empty() {
        session.query(sql::WAKE_UP).execute(&mut *session.connection).await?;
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

/// New messages, and their parts that several columns are made of.
struct Batch<'m> {
    messages: &'m [&'m NewMessage],
    customers: Vec<(Uuid, Option<&'m str>)>,
    users: Vec<Option<(Uuid, Option<&'m str>)>>,
    files: Vec<Option<AttachmentRef>>,
    owed: Vec<Option<OwedRow>>,
}

impl<'m> Batch<'m> {
    fn new(messages: &'m [&'m NewMessage]) -> Self {
        Self {
            messages,
            customers: column(messages, |message| host_id(message.facts.customer_id.as_str())),
            users: column(messages, |message| {
                message.facts.created_by.as_ref().map(|user| host_id(user.as_str()))
            }),
            files: column(messages, |message| message.facts.attachment.clone()),
            owed: column(messages, |message| message.state.owed),
        }
    }
}

binds! {
    /// Binds the columns of new messages.
    fn bind(new: &Batch<'_>, account: i16) as NEW_MESSAGES {
        id "uuid[]" = uuids(new.messages, |message| message.facts.id);
        customer_id "uuid[]" = column(&new.customers, |(id, _)| *id);
        customer_key "text[]" = sparse(&new.customers, |(_, key)| *key);
        customer_name "text[]" =
            column(new.messages, |message| text(message.facts.customer_name.as_str()));
        whatsapp_number "text[]" =
            column(new.messages, |message| text(message.facts.whatsapp_number.as_str()));
        message_type "text[]" = column(new.messages, |message| message.facts.message_type.as_str());
        trigger_type "text[]" = column(new.messages, |message| message.facts.trigger.as_str());
        status "text[]" = column(new.messages, |message| message.state.status.as_str());
        retry_count "int[]" = column(new.messages, |message| int(message.state.retry_count));
        max_retries "int[]" = column(new.messages, |message| int(message.facts.max_retries));
        message_content "text[]" =
            column(new.messages, |message| text(message.facts.text.as_str()));
        template_id "uuid[]" = sparse(new.messages, |message| message.facts.template_id.map(uuid));
        attachment_url "text[]" =
            sparse(&new.files, |file| file.as_ref().map(|file| text(&file.url)));
        attachment_type "text[]" =
            sparse(&new.files, |file| file.as_ref().map(|file| file.kind.as_str()));
        failure_reason "text[]" = sparse(new.messages, |message| {
            message.state.failure.as_ref().map(|why| text(&why.reason))
        });
        scheduled_for "timestamptz[]" = sparse(new.messages, |message| message.facts.scheduled_for);
        sent_at "timestamptz[]" = sparse(new.messages, |message| message.state.sent_at);
        created_at "timestamptz[]" = column(new.messages, |message| message.facts.created_at);
        created_by "uuid[]" = sparse(&new.users, |user| user.map(|(id, _)| id));
        created_by_key "text[]" = sparse(&new.users, |user| user.and_then(|(_, key)| key));
        message_key "text[]" = column(new.messages, |message| message.facts.key.as_str());
        fingerprint "bytea[]" =
            column(new.messages, |message| message.facts.fingerprint.as_bytes().as_slice());
        next_attempt_at "timestamptz[]" =
            sparse(new.messages, |message| message.state.next_attempt_at);
        delivery "text[]" =
            sparse(new.messages, |message| message.state.delivery.map(Delivery::as_str));
        failure_kind "text[]" = sparse(new.messages, |message| {
            message.state.failure.as_ref().map(|why| why.kind.as_str())
        });
        cancel_reason "text[]" =
            sparse(new.messages, |message| message.state.cancel_reason.map(CancelReason::as_str));
        attachment_name "text[]" =
            sparse(&new.files, |file| file.as_ref().map(|file| text(&file.name)));
        attachment_size "bigint[]" =
            sparse(&new.files, |file| file.as_ref().and_then(|file| file.size).map(bytes));
        attachment_sha256 "text[]" = sparse(&new.files, |file| {
            file.as_ref().and_then(|file| file.sha256.as_deref().map(text))
        });
        invoice_id "text[]" = sparse(new.messages, |message| {
            message.facts.invoice_id.as_ref().map(InvoiceId::as_str)
        });
        expires_at "timestamptz[]" = sparse(new.messages, |message| message.facts.expires_at);
        warning "text[]" =
            sparse(new.messages, |message| message.facts.warning.as_deref().map(text));
        resend_of "uuid[]" = sparse(new.messages, |message| message.facts.resend_of.map(uuid));
        step "text[]" = sparse(&new.owed, |owed| owed.map(|row| row.step.as_str()));
        due_at "timestamptz[]" = sparse(&new.owed, |owed| owed.map(|row| row.due_at));
        open_since "timestamptz[]" = sparse(&new.owed, |owed| owed.and_then(|row| row.open_since));
        posts "int[]" = sparse(&new.owed, |owed| owed.and_then(|row| begun(row.posts)));
        free_posts "int[]" = sparse(&new.owed, |owed| owed.and_then(|row| begun(row.free_posts)));
        looks "int[]" = sparse(&new.owed, |owed| owed.and_then(|row| begun(row.looks)));
        looks_unavailable "int[]" =
            sparse(&new.owed, |owed| owed.and_then(|row| begun(row.looks_unavailable)));
        attachment_until "timestamptz[]" =
            sparse(&new.files, |file| file.as_ref().and_then(|file| file.until));
        part "text[]" = column(new.messages, |message| message.state.part.as_str());
        subject "text[]" =
            sparse(new.messages, |message| message.facts.subject.as_deref().map(text));
        failure_cause "text[]" = sparse(new.messages, |message| {
            message.state.failure.as_ref().map(|why| why.cause.as_str())
        });
        placeholder_values "text[]" =
            sparse(new.messages, |message| message.facts.values.as_ref().map(values));
        template_version "int[]" =
            sparse(new.messages, |message| message.facts.template_version.map(int));
        class "text[]" = sparse(&new.owed, |owed| owed.map(|row| row.class.as_str()));
        account_id "smallint" = account;
    }
}

/// A count in its stored form: NULL stands for 0.
fn begun(count: u32) -> Option<i32> {
    (count > 0).then(|| int(count))
}

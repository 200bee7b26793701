//! Messages that are ready to be enqueued.

use super::prepare::{self, Prepared};
use super::{Receipt, Request, SendError, SendErrorKind};
use crate::compose::Composer;
use crate::id::{AccountId, MessageId};
use crate::message::NewMessage;
use crate::observe;
use crate::port::{Customer, Enqueued, StoreError};
use crate::wiring::{Ports, SettingsUnread};

/// Requests that were checked and made into messages, and are not in the outbox yet: the result of
/// [`Messenger::draft`](super::Messenger::draft).
///
/// A draft is for a host that wants a message and rows of its own written together or not at all.
/// The host opens its transaction, writes its rows, and gives [`messages`](Self::messages) to its
/// store's `enqueue_in`. After the commit [`receipts`](Self::receipts) turns the store's answers
/// into those of [`Messenger::enqueue_all`](super::Messenger::enqueue_all). A draft that is dropped
/// leaves nothing behind except files that were published for it.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::port::{Customer, Outbox};
/// # use whatsapp_core::template::StockDelivered;
/// # use whatsapp_core::{CustomerId, Messenger, Ports, Request};
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let asha = CustomerId::new("C-1")?;
/// # let customers =
/// #     FixedDirectory::new([Customer::new(asha.clone(), "Asha Traders", Some("+919876543210"))]);
/// # let store = MemoryStore::new();
/// # let ports = Ports::new(Arc::new(store.clone()), Arc::new(customers));
/// # let messenger = Messenger::new(ports.clone());
/// # let order = StockDelivered {
/// #     order_number: "SO-2026-0107".to_owned(),
/// #     delivered_on: "2026-01-27".parse()?,
/// #     items: vec!["20 × LED bulb 9 W".to_owned()],
/// # };
/// // Before the transaction: this reads, and may publish a file.
/// let draft = messenger.draft(&[Request::stock_delivered(asha, order)]).await;
///
/// // In the host's transaction, beside its own rows. On SQLite and Postgres:
/// // `SqliteStore::enqueue_in(&mut transaction, draft.messages())`, then `transaction.commit()`.
/// let enqueued = store.enqueue(draft.messages()).await?;
///
/// // After the commit: the answers, and a ring for the dispatcher of this process.
/// ports.wake().wake();
/// for answer in draft.receipts(enqueued) {
///     assert!(answer?.is_new);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a draft is in no outbox yet"]
pub struct Draft {
    account: AccountId,
    messages: Vec<NewMessage>,
    answers: Vec<Answer>,
}

/// The answer to one request, as far as it is known before anything is written.
#[derive(Debug)]
enum Answer {
    /// The store answers for the next message.
    New,
    /// The next message is one that can never be sent.
    Refused(SendErrorKind),
    /// The message was enqueued before.
    Known(Enqueued),
    /// The request was refused without a message.
    Error(SendErrorKind),
}

/// Result of a request, before anything is written.
#[derive(Debug)]
pub(crate) enum Place<'a> {
    /// The draft's message with this index.
    New(usize),
    /// The draft's message with this index, which can never be sent.
    Refused(usize),
    /// A message that was enqueued before.
    Known(MessageId),
    /// No message.
    Nothing(&'a SendErrorKind),
}

impl Draft {
    /// Drafts messages to customers of the host's directory, or all to one customer that the
    /// directory need not know.
    pub(crate) async fn made(ports: &Ports, requests: &[Request], to: Option<Customer>) -> Self {
        let account = ports.store.account_id();
        match Composer::of_now(ports).await {
            Ok(composer) => {
                // On the heap, so that callers need no room for the large future.
                Self::of(account, Box::pin(prepare::all(composer, requests, to)).await)
            }
            Err(unread) => Self::refused(account, requests.len(), &unread),
        }
    }

    fn of(account: AccountId, prepared: Vec<Prepared>) -> Self {
        let mut messages = Vec::with_capacity(prepared.len());
        let mut keep = |message: Box<NewMessage>| messages.push(*message);
        let answers = prepared
            .into_iter()
            .map(|prepared| match prepared {
                Prepared::New(message) => {
                    keep(message);
                    Answer::New
                }
                Prepared::Refused(message, kind) => {
                    keep(message);
                    Answer::Refused(kind)
                }
                Prepared::Known(enqueued) => Answer::Known(enqueued),
                Prepared::Error(kind) => Answer::Error(kind),
            })
            .collect();
        Self { account, messages, answers }
    }

    /// The answers to requests that cannot even be checked.
    fn refused(account: AccountId, requests: usize, unread: &SettingsUnread) -> Self {
        let refuse = |_| Answer::Error(unread.clone().into());
        Self { account, messages: Vec::new(), answers: (0..requests).map(refuse).collect() }
    }

    /// The messages to enqueue. There is none for a request that was refused without a row, or that
    /// was enqueued before. For an unknown customer or a missing or invalid number there is a
    /// message that has failed already, with the notice that the specification wants (9.2).
    #[must_use]
    pub fn messages(&self) -> &[NewMessage] {
        &self.messages
    }

    /// The answers to the requests, in their order. `enqueued` is the store's answer for
    /// [`messages`](Self::messages); a request whose message has no answer there is an error.
    ///
    /// The answers hold once the host's transaction is committed. If it is rolled back, no message
    /// exists, and the draft is dropped instead.
    ///
    /// # Errors
    /// Each answer may be an error of its own, as [`Messenger::enqueue`](super::Messenger::enqueue)
    /// returns it.
    #[must_use]
    pub fn receipts(self, enqueued: Vec<Enqueued>) -> Vec<Result<Receipt, SendError>> {
        observe::enqueued(self.account, &self.messages, &enqueued);
        let mut enqueued = enqueued.into_iter();
        self.answers
            .into_iter()
            .map(|answer| match answer {
                Answer::New => receipt(enqueued.next()),
                Answer::Known(known) => receipt(Some(known)),
                Answer::Error(kind) => Err(kind.into()),
                Answer::Refused(kind) => {
                    let logged = enqueued.next().map(Enqueued::id);
                    Err(SendError::logged_as(kind, logged))
                }
            })
            .collect()
    }

    /// Returns the result of each request, in their order.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        let mut next = 0..;
        let place = |answer| match answer {
            &Answer::New => Place::New(next.next().unwrap_or(usize::MAX)),
            &Answer::Refused(_) => Place::Refused(next.next().unwrap_or(usize::MAX)),
            &Answer::Known(enqueued) => Place::Known(enqueued.id()),
            Answer::Error(kind) => Place::Nothing(kind),
        };
        self.answers.iter().map(place).collect()
    }

    /// The answers when the store failed, so that no message exists.
    pub(super) fn failed(self, error: &StoreError) -> Vec<Result<Receipt, SendError>> {
        self.answers
            .into_iter()
            .map(|answer| match answer {
                Answer::Error(kind) => Err(kind.into()),
                Answer::Known(known) => receipt(Some(known)),
                Answer::New | Answer::Refused(_) => Err(error.clone().into()),
            })
            .collect()
    }
}

fn receipt(enqueued: Option<Enqueued>) -> Result<Receipt, SendError> {
    match enqueued {
        Some(Enqueued::New(message_id)) => Ok(Receipt { message_id, is_new: true }),
        Some(Enqueued::AlreadyPresent(message_id)) => Ok(Receipt { message_id, is_new: false }),
        Some(Enqueued::Conflict(message_id)) => Err(SendErrorKind::KeyConflict(message_id).into()),
        None => Err(StoreError::Other { reason: "the database gave no answer".to_owned() }.into()),
    }
}

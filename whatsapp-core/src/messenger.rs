//! The messenger, which a host calls to send messages to customers.
//!
//! [`Messenger::tell`] is the call for most places: a customer and a typed payload, in one line.
//! [`Messenger::enqueue`] does the same for a [`Request`], which can say more. Both return as soon
//! as the message is durable; [`Messenger::send`] also waits for the gateway's answer
//! (specification 5.2). With [`Messenger::draft`] a host writes messages in a transaction of its
//! own.

mod address;
mod alone;
mod aside;
mod attach;
mod by_hand;
mod customer;
mod draft;
mod error;
mod manage;
mod outcomes;
mod outlook;
mod prepare;
mod request;
mod reschedule;
mod resend;
mod retry;
mod successors;
mod tell;
mod why;
mod wish;

use std::sync::Arc;

use serde::Serialize;
use tracing::Instrument;

pub use crate::compose::{ComposeError, Preview, PreviewError};
pub use crate::consent::{Consent, HasPassed, OutsideHours};
pub use address::{AddressChangeError, AddressQuestion, AddressShown};
pub use alone::OnlyAlone;
pub use by_hand::{ByHandError, TryOut};
pub use draft::Draft;
pub(crate) use draft::Place;
pub use error::{SendError, SendErrorKind};
pub use manage::ManageError;
pub(crate) use manage::withdraw;
pub use outlook::{FileOutlook, Outlook};
pub use request::Request;
pub use reschedule::Rescheduled;
pub use resend::{LeftOut, Resend, Resent};
pub(crate) use resend::{reached, resend_among_many, speaks_against};
pub use tell::{Tell, Telling};
pub use wish::Wish;

use crate::compose;
use crate::id::MessageId;
use crate::message::{Message, MessageType, Status};
use crate::observe::{field, spans};
use crate::port::StoreError;
use crate::wiring::Ports;
use outcomes::Outcomes;

/// Enqueues messages and manages them. Cheap to clone.
///
/// A store and a directory are enough for a messenger: the messages are sent by any process that
/// has a [`Dispatcher`](crate::Dispatcher) over the same database.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::port::Customer;
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::template::StockDelivered;
/// use whatsapp_core::{CustomerId, Messenger, Ports};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876500001"));
/// # let (store, customers) = (MemoryStore::new(), FixedDirectory::new([asha]));
/// let messenger = Messenger::new(Ports::new(Arc::new(store), Arc::new(customers)));
/// let (order_number, delivered_on) = ("SO-2026-0107".into(), "2026-01-27".parse()?);
/// let order = StockDelivered { order_number, delivered_on, items: vec!["Fan".into()] };
/// let receipt = messenger.tell("C-1", order).await?;
/// // The message is safe, and can still be withdrawn.
/// messenger.cancel(receipt.message_id, &Actor::Host).await?;
/// assert!(messenger.why(receipt.message_id).await?.starts_with("It was not sent"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Messenger {
    ports: Ports,
    outcomes: Arc<Outcomes>,
}

/// A message that is safe in the database. Its result is in the log:
/// [`MessageLog::message`](crate::port::MessageLog::message) returns its row, and
/// [`Message::phase`] tells its phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The message's id.
    pub message_id: MessageId,
    /// `false` when the same message was enqueued before: nothing was added.
    pub is_new: bool,
}

/// Result of [`Messenger::send`], in the specification's form (5.2).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SendOutput {
    /// True if the message is sent, or safely on its way: scheduled, queued, or being checked.
    pub success: bool,
    /// The id of the message's row in the log; `None` when nothing was logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_log_id: Option<MessageId>,
    /// The gateway's reply, without number, text and key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_response: Option<serde_json::Value>,
    /// Reason for the failure, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Messenger {
    /// A messenger over these ports. It wakes the background work of this process that has the same
    /// ports, or the same [`Wake`](crate::Wake).
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, outcomes: Arc::default() }
    }

    /// Checks a message and adds it to the outbox. When this returns `Ok`, the message survives a
    /// crash of everything, and a dispatcher sends it.
    ///
    /// Enqueuing the same message again (the same key and content) returns the same id and sends
    /// nothing twice.
    ///
    /// # Errors
    /// [`SendError`]: nothing is sent then. An unknown customer and a missing or invalid number
    /// leave a failed message in the log, with a notice (specification 9.2).
    pub async fn enqueue(&self, request: Request) -> Result<Receipt, SendError> {
        let mut results = self.enqueue_all(std::slice::from_ref(&request)).await;
        results.pop().unwrap_or_else(|| {
            Err(StoreError::Other { reason: "the database gave no answer".to_owned() }.into())
        })
    }

    /// Enqueues many messages in one transaction; returns one answer for each, in order. A message
    /// that is refused does not affect the others.
    ///
    /// Each message has its type's [`Class`](crate::message::Class). A request that is alone in its
    /// call and is [`Trigger::Manual`](crate::message::Trigger) is transactional, as a person waits
    /// for it. That person is [asked](SendErrorKind::OutsideHours) before the message is sent
    /// outside business hours. Messages to many at once keep to the hours.
    pub async fn enqueue_all(&self, requests: &[Request]) -> Vec<Result<Receipt, SendError>> {
        let span = spans::enqueue(self.ports.store.account_id(), requests.len());
        let answers = written(&self.ports, requests).instrument(span.clone()).await;
        if let [Ok(receipt)] = answers.as_slice() {
            span.record(field::MESSAGE_ID, tracing::field::display(receipt.message_id));
        }
        answers
    }

    /// Does everything that [`enqueue_all`](Self::enqueue_all) does except writing and waking, for
    /// hosts that enqueue inside their own transaction: see [`Draft`], which has an example.
    ///
    /// Draft before the transaction begins. This call asks the host's directory, and reads
    /// templates and settings on connections of their own. These do not see anything that the
    /// transaction has not committed yet. Publishing a file can take a while.
    pub async fn draft(&self, requests: &[Request]) -> Draft {
        Draft::made(&self.ports, requests, None).await
    }

    /// Sends a message and waits for its first outcome, 10 seconds at most: the seven steps of
    /// specification 5.2.
    ///
    /// The message is enqueued, so that a crash loses nothing. The dispatcher of any process sends
    /// it, under the same rules as every other message. A message that is scheduled, whose account
    /// is paused, or that had no outcome in that time is on its way: `success` is true.
    pub async fn send(&self, request: Request) -> SendOutput {
        let receipt = match self.enqueue(request).await {
            Ok(receipt) => receipt,
            Err(error) => {
                return SendOutput {
                    success: false,
                    message_log_id: error.logged(),
                    api_response: None,
                    error: Some(error.to_string()),
                };
            }
        };
        match self.outcome(receipt.message_id).await {
            Some(message) => output(&message),
            None => SendOutput {
                success: true,
                message_log_id: Some(receipt.message_id),
                api_response: None,
                error: None,
            },
        }
    }

    /// Waits for a message's first outcome, 10 seconds at most, and returns the message as it is
    /// then. The gateway has answered, or the message is known to wait for its time or for the
    /// account. `None` where neither happened in that time, or where nothing can wait here; the
    /// message is on its way.
    pub async fn outcome(&self, id: MessageId) -> Option<Message> {
        self.outcomes.first(id, &self.ports).await
    }

    /// Returns a template's text with sample values, as a customer would get it, before it is saved
    /// (specification 7.2).
    ///
    /// # Errors
    /// [`PreviewError`] with every problem of the template.
    ///
    /// ```
    /// use whatsapp_core::message::MessageType;
    /// use whatsapp_core::messenger::Messenger;
    ///
    /// let preview = Messenger::preview(MessageType::INVOICE, "Pay ₹{amount} by {dueDate}")?;
    /// assert_eq!(preview.text, "Pay ₹1,23,456.00 by 11 Feb 2026");
    /// # Ok::<(), whatsapp_core::messenger::PreviewError>(())
    /// ```
    pub fn preview(message_type: MessageType, text: &str) -> Result<Preview, PreviewError> {
        compose::preview(message_type, text)
    }
}

/// Writes messages, and wakes the background work.
async fn written(ports: &Ports, requests: &[Request]) -> Vec<Result<Receipt, SendError>> {
    let draft = Draft::made(ports, requests, None).await;
    let enqueued = match draft.messages() {
        [] => Ok(Vec::new()),
        messages => ports.store.enqueue(messages).await,
    };
    ports.wake.wake();
    match enqueued {
        Ok(enqueued) => draft.receipts(enqueued),
        Err(error) => draft.failed(&error),
    }
}

fn output(message: &Message) -> SendOutput {
    let state = &message.state;
    let failure = state.failure.as_ref().map(|why| why.reason.clone());
    let cancelled = state.cancel_reason.map(|reason| reason.label().to_owned());
    SendOutput {
        success: matches!(state.status, Status::Pending | Status::Sent),
        message_log_id: Some(message.facts.id),
        api_response: message.api_response.clone(),
        error: failure.or(cancelled),
    }
}

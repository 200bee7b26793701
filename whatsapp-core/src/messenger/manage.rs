//! What a manager does with a message: retry, resend, cancel.

use super::{Messenger, attach};
use crate::dispatch::let_go;
use crate::id::{MessageId, UserId};
use crate::message::{
    CancelReason, Change, Event, FailureKind, Fingerprint, Forbidden, Message, MessageKey,
    NewMessage, Part, Progress, State, StateRow, Trigger,
};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::port::{Amended, Amendment, DirectoryError, Enqueued, StoreError};
use crate::private::Private;
use crate::retry::RetryPolicy;

/// A manager's wish could not be carried out; nothing changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManageError {
    /// There is no such message.
    #[error("there is no such message")]
    Unknown,
    /// The message's state forbids it.
    #[error("{0}")]
    Forbidden(#[source] Forbidden),
    /// A message of which it is not known whether it arrived, or whose file did, is resent only when
    /// that is confirmed.
    #[error("the message may have been delivered: confirm that the customer did not get it")]
    Unconfirmed,
    /// The customer's number is missing or wrong.
    #[error("{0}")]
    Number(#[source] InvalidNumber),
    /// The message has no text: it was refused before one was made. Enqueue it again instead.
    #[error("the message was refused before it had a text; correct the cause and send it anew")]
    NoText,
    /// The file of the message is not kept any more, or cannot be fetched any more.
    #[error("the file of the message cannot be had any more: send it anew with its file")]
    FileGone,
    /// The file could not be read just now.
    #[error("the file of the message could not be read just now; try again")]
    FileUnreachable,
    /// The message changed in the meantime; look at it again.
    #[error("the message changed in the meantime")]
    Changed,
    /// The host could not be asked.
    #[error("{0}")]
    Directory(#[source] DirectoryError),
    /// The database did not answer.
    #[error("{0}")]
    Store(#[source] StoreError),
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// Names the click: the same action twice makes one message.
    pub action: String,
    /// The manager knows that the customer did not get it. Needed after an unknown outcome.
    pub confirmed: bool,
    /// Who asks.
    pub by: Option<UserId>,
}

impl Messenger {
    /// Sends a failed message again at once, as one of its remaining attempts; one that waits for
    /// its time goes out now.
    ///
    /// # Errors
    /// [`ManageError::Forbidden`] when no attempt is left, its outcome is unknown, it was sent or
    /// withdrawn: then only [`resend`](Self::resend) helps.
    pub async fn retry(&self, id: MessageId) -> Result<(), ManageError> {
        self.amend(id, &Event::RetryRequested).await?;
        self.dispatcher.wake();
        Ok(())
    }

    /// Withdraws a message before it is sent. A failed message that would be retried is withdrawn
    /// as well.
    ///
    /// One whose row cannot be read, because something else than the library changed it, ends as
    /// failed.
    ///
    /// # Errors
    /// [`ManageError::Forbidden`] when it was sent, has ended, or is being sent just now.
    pub async fn cancel(&self, id: MessageId) -> Result<(), ManageError> {
        let message = match self.amend(id, &Event::Withdrawn(CancelReason::Manager)).await {
            Err(ManageError::Store(StoreError::Corrupt { entity, column })) => {
                let ports = self.dispatcher.ports();
                return if ports.store.bury(id, ports.clock.now()).await? {
                    self.dispatcher.wake();
                    Ok(())
                } else {
                    Err(StoreError::Corrupt { entity, column }.into())
                };
            }
            withdrawn => withdrawn?,
        };
        let Message { new, .. } = message;
        let media = self.dispatcher.ports().media.as_deref();
        let_go(media, id, new.attachment.as_ref(), new.text.as_str()).await;
        Ok(())
    }

    /// Sends a failed message again as a new one, to the customer's number of now; the old one
    /// stays as it is.
    ///
    /// # Errors
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that is
    /// not confirmed, or the customer's number is no good.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        let ports = self.dispatcher.ports();
        let now = ports.clock.now();
        let (message, progress) = self.standing(resend.message_id).await?;
        let failure = match &progress.state {
            State::Failed(failure) => failure,
            State::Sent { .. } => return Err(ManageError::Forbidden(Forbidden::AlreadySent)),
            State::Cancelled(_) => return Err(ManageError::Forbidden(Forbidden::Cancelled)),
            State::Waiting { .. }
            | State::Sending { .. }
            | State::Checking { .. }
            | State::Retrying { .. } => {
                return Err(ManageError::Forbidden(Forbidden::UnderWay));
            }
        };
        // The file of one whose text failed is with the customer.
        let may_have_arrived =
            failure.kind == FailureKind::UnknownOutcome || progress.part == Part::Text;
        if may_have_arrived && !resend.confirmed {
            return Err(ManageError::Unconfirmed);
        }
        let old = message.new;
        if old.text.as_str().is_empty() {
            return Err(ManageError::NoText);
        }
        let customer = ports.customers.find(&old.customer_id).await;
        let customer = customer.map_err(ManageError::Directory)?;
        let number = customer.and_then(|customer| customer.whatsapp_number);
        let number = number.as_ref().map_or("", Private::as_str);
        let number = WhatsAppNumber::parse(number).map_err(ManageError::Number)?;
        let action = Fingerprint::of(&[("action", &resend.action)]);
        let id = old.id.to_string();
        let key = MessageKey::of(old.message_type, &["resend", &id, &action.as_str()[..16]]);
        // A second click may find another number or file: it is still the same click.
        let fingerprint = Fingerprint::of(&[("resend of", &id)]);
        if let Some(Enqueued::AlreadyPresent(id)) = ports.store.find_key(&key, &fingerprint).await?
        {
            return Ok(id);
        }
        let fresh_id = MessageId::new(now, ports.entropy.as_ref());
        let file = attach::again(ports, &old, fresh_id).await?;
        let text = match (&old.attachment, &file) {
            (Some(old_file), Some(file)) => {
                old.text.as_str().replace(&old_file.url, &file.url).into()
            }
            _ => old.text.clone(),
        };
        let part = Part::first(text.as_str(), file.is_some());
        let fresh = NewMessage {
            id: fresh_id,
            key,
            fingerprint,
            whatsapp_number: number.as_str().into(),
            trigger: Trigger::Manual,
            scheduled_for: None,
            expires_at: None,
            resend_of: Some(old.id),
            created_by: resend.by.clone(),
            created_at: now,
            text,
            attachment: file,
            state: StateRow::of(&Progress::new(now).with_part(part)),
            ..old
        };
        let enqueued = ports.store.enqueue(std::slice::from_ref(&fresh)).await?;
        self.dispatcher.wake();
        match enqueued.first() {
            Some(Enqueued::New(id) | Enqueued::AlreadyPresent(id)) => Ok(*id),
            Some(Enqueued::Conflict(_)) | None => Err(ManageError::Changed),
        }
    }

    /// A message, and where it stands by the ledger.
    async fn standing(&self, id: MessageId) -> Result<(Message, Progress), ManageError> {
        let store = &self.dispatcher.ports().store;
        let message = store.message(id).await?.ok_or(ManageError::Unknown)?;
        let attempts = store.attempts(id).await?;
        let counts = message.new.state.counts(&attempts);
        let progress = message
            .new
            .state
            .progress(counts)
            .map_err(|wrong| StoreError::Corrupt { entity: "message", column: wrong.column })?;
        Ok((message, progress))
    }

    /// Changes a message and gives it as it is then.
    async fn amend(&self, id: MessageId, event: &Event) -> Result<Message, ManageError> {
        let ports = self.dispatcher.ports();
        let (mut message, progress) = self.standing(id).await?;
        let now = ports.clock.now();
        let policy = RetryPolicy { max_retries: message.new.max_retries, ..RetryPolicy::default() };
        let next = match progress.on(event, now, &policy) {
            Change::To(next) => next,
            Change::Same => return Ok(message),
            Change::Forbidden(why) => return Err(ManageError::Forbidden(why)),
        };
        let amendment = Amendment {
            message_id: id,
            seen: message.updated_at,
            state: StateRow::of(&next),
            at: now,
        };
        match ports.store.amend(&amendment).await? {
            Amended::Done => {
                message.new.state = amendment.state;
                Ok(message)
            }
            Amended::Stale => Err(ManageError::Changed),
        }
    }
}

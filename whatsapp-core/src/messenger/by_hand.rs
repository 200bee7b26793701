//! Messages that a person writes to one customer.
//!
//! The writer has seen which message was the last that somebody sent to the customer by hand. The
//! key of the new message is made from that one. So the same form sent twice is one message. If two
//! people write at once, the second one is told of the first one's message before another message
//! is sent.

use chrono::TimeDelta;

use super::{Draft, Messenger, Receipt, SendError, SendErrorKind};
use crate::attachment::{CheckedFile, KeptFile};
use crate::audit::Actor;
use crate::compose::Content;
use crate::consent::Consent;
use crate::id::{CustomerId, MessageId};
use crate::message::{Fingerprint, MessageKey, Source, Trigger};
use crate::messenger::request::Request;
use crate::number::WhatsAppNumber;
use crate::port::{Customer, Enqueued, LogFilter, Sort, StoreError, Turn, random};
use crate::private::Private;

/// Time for which a file is kept that was chosen for a message.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// The most messages that are checked for the last one: there are more only where clocks were set
/// back.
const FOLLOWED: usize = 1_000;

/// A person's message was not enqueued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ByHandError {
    /// Somebody sent the customer this other message meanwhile: a person who has seen it may send
    /// theirs as well.
    #[error("somebody sent the customer another message meanwhile")]
    Meanwhile(MessageId),
    /// The message cannot be sent as it is.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl From<StoreError> for ByHandError {
    fn from(error: StoreError) -> Self {
        Self::Send(error.into())
    }
}

/// The recipient of a trial message before the customer gets it: usually the manager who writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TryOut {
    /// The id for the message's row: that of the person who asks.
    pub id: CustomerId,
    /// The name for the message's row.
    pub name: Private,
    /// The number that the message is sent to.
    pub number: WhatsAppNumber,
    /// The name of the customer for whom the message is meant, which its text contains.
    pub meant_for: Private,
}

impl TryOut {
    /// The recipient with this id, name and number, of a message for the customer of that name.
    pub fn new(
        id: CustomerId,
        name: impl Into<Private>,
        number: WhatsAppNumber,
        meant_for: impl Into<Private>,
    ) -> Self {
        Self { id, name: name.into(), number, meant_for: meant_for.into() }
    }
}

impl Messenger {
    /// Keeps a file for a day with the media host, for a message that a person is writing.
    ///
    /// # Errors
    /// [`SendErrorKind::NoMediaHost`] where there is no media host, [`SendErrorKind::Media`] where
    /// it cannot keep the file.
    pub async fn keep(&self, file: &CheckedFile) -> Result<KeptFile, SendErrorKind> {
        let media = self.ports.media.as_ref().ok_or(SendErrorKind::NoMediaHost)?;
        let now = self.ports.clock.now();
        // The link belongs to no message: it only holds the bytes, and the sweep removes them with
        // it.
        let id = MessageId::new(now, random(self.ports.entropy.as_ref()));
        media.publish(id, file, now + KEPT_FOR).await.map_err(SendErrorKind::Media)?;
        Ok(KeptFile::of(file))
    }

    /// Returns the last message that somebody sent to this customer by hand; `None` where nobody
    /// did.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn last_by_hand(
        &self,
        customer: &CustomerId,
    ) -> Result<Option<MessageId>, StoreError> {
        let filter = LogFilter {
            customers: [customer.clone()].into(),
            trigger: Some(Trigger::Manual),
            ..LogFilter::default()
        };
        let (mut last, mut turn) = (None, Turn::First);
        while last.is_none() {
            let page = self.ports.store.page(&filter, Sort::Newest, turn, 1).await?;
            last = page.messages.first().map(|message| message.facts.id);
            let Some(rest) = page.rest() else { break };
            turn = Turn::After(rest);
        }
        // Messages that were sent after the newest one, by a clock that was set back.
        for _ in 0..FOLLOWED {
            let any = Fingerprint::of(&[]);
            let next = self.ports.store.find_key(&key(customer, last), &any).await?;
            let Some(next) = next else { break };
            last = Some(next.id());
        }
        Ok(last)
    }

    /// Returns the message that the same request of a person became before, after the same last
    /// message; `None` where it was not sent.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn sent_by_hand(
        &self,
        customer: &CustomerId,
        same: &Fingerprint,
        seen: Option<MessageId>,
    ) -> Result<Option<MessageId>, StoreError> {
        let known = self.ports.store.find_key(&key(customer, seen), same).await?;
        Ok(known.and_then(|known| match known {
            Enqueued::New(id) | Enqueued::AlreadyPresent(id) => Some(id),
            Enqueued::Conflict(_) => None,
        }))
    }

    /// Enqueues a message that a person wrote, with an audit entry. `seen` is the last message by
    /// hand to the same customer that the person has [seen](Self::last_by_hand).
    ///
    /// `same` is the hash of everything that was asked for. The same request after the same last
    /// message is one message, however often and by whomever it is made.
    ///
    /// # Errors
    /// [`ByHandError`]: nothing is sent then.
    pub async fn send_by_hand(
        &self,
        request: Request,
        same: Fingerprint,
        seen: Option<MessageId>,
        by: Actor,
    ) -> Result<Receipt, ByHandError> {
        let customer = request.customer_id.clone();
        let key = key(&customer, seen);
        match self.ports.store.find_key(&key, &same).await? {
            Some(Enqueued::Conflict(other)) => return Err(ByHandError::Meanwhile(other)),
            Some(known) => return Ok(Receipt { message_id: known.id(), is_new: false }),
            None => {}
        }
        if let Some(last) = self.last_by_hand(&customer).await?
            && Some(last) != seen
        {
            // The same message may have been sent just now.
            let known = self.ports.store.find_key(&key, &same).await?;
            return match known {
                Some(Enqueued::AlreadyPresent(id) | Enqueued::New(id)) => {
                    Ok(Receipt { message_id: id, is_new: false })
                }
                Some(Enqueued::Conflict(other)) => Err(ByHandError::Meanwhile(other)),
                None => Err(ByHandError::Meanwhile(last)),
            };
        }
        let request = by_person(request, &by).with_key(key).with_fingerprint(same).audited(by);
        match self.enqueue(request).await {
            Err(error) => match error.kind() {
                SendErrorKind::KeyConflict(other) => Err(ByHandError::Meanwhile(*other)),
                _ => Err(error.into()),
            },
            sent => Ok(sent?),
        }
    }

    /// Sends a message to the person who writes it, before the customer gets it: at once, at any
    /// hour, and under a key of its own. Mutes and the categories that the customer declined are
    /// ignored.
    ///
    /// # Errors
    /// [`SendError`]: nothing is sent then.
    pub async fn try_out(
        &self,
        request: Request,
        to: &TryOut,
        key: MessageKey,
        by: Actor,
    ) -> Result<Receipt, SendError> {
        let mut request =
            by_person(request, &by).with_key(key).with_consent(Consent::Given).by_key_alone();
        request.content = request.content.meant_for(&to.meant_for);
        request.customer_id = to.id.clone();
        (request.scheduled_for, request.expires_at) = (None, None);
        let customer = Customer::new(to.id.clone(), to.name.clone(), Some(to.number.as_str()));
        let draft = Draft::made(&self.ports, &[request.audited(by)], Some(customer)).await;
        let enqueued = match draft.messages() {
            [] => Vec::new(),
            messages => self.ports.store.enqueue(messages).await?,
        };
        self.ports.wake.wake();
        draft.receipts(enqueued).pop().unwrap_or_else(|| {
            Err(StoreError::Other { reason: "the database gave no answer".to_owned() }.into())
        })
    }
}

/// Marks a request as made by a person.
fn by_person(request: Request, by: &Actor) -> Request {
    let request = request.with_trigger(Trigger::Manual);
    match by.user() {
        Some(user) => request.with_creator(user.clone()),
        None => request,
    }
}

/// The key of the message that follows the last one by hand.
fn key(customer: &CustomerId, after: Option<MessageId>) -> MessageKey {
    let after = after.map_or_else(|| "none".to_owned(), |id| id.to_string());
    MessageKey::of_hand(customer, &after)
}

impl Content {
    /// The same content with the name of a customer, where it has a placeholder for it and no value
    /// was given.
    fn meant_for(mut self, name: &Private) -> Self {
        let of = self.message_type();
        if let Self::Values { values, .. } | Self::Text { values, .. } = &mut self {
            let places = of.placeholders().iter();
            for place in places.filter(|place| place.source == Source::CustomerName) {
                let given = values.entry(place.name.to_owned());
                given.or_insert_with(|| name.as_str().to_owned());
            }
        }
        self
    }
}

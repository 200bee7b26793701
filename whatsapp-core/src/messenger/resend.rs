//! Sending failed messages again as new ones: one that a manager chose, or all that failed for a
//! cause that was not theirs.

mod again;
mod bulk;

pub use bulk::{LeftOut, Resent};

use super::{ManageError, Messenger};
use crate::audit::Actor;
use crate::consent::Consent;
use crate::id::{AuditId, MessageId};
use crate::message::{Arrival, Class, Forbidden, MessageKey, Part, State, Trigger};
use crate::number::WhatsAppNumber;
use crate::port::{Enqueued, StoreError};
use crate::private::Private;
use again::{Again, was_refused};

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// How many resends of it there were when it was looked at: the length of
    /// [`Messenger::resends`]. It is one more then, however often and by whomever that is asked for.
    pub resends: usize,
    /// The number to send it to this once, as in `+919876543210`; `None` for the one in the host's
    /// records, which stays as it is either way.
    pub number: Option<Private>,
    /// The manager knows that the customer did not get it. Needed after an unknown outcome.
    pub confirmed: bool,
    /// A person agreed that it goes out outside the hours. Needed where it would.
    pub outside_hours: Consent,
    /// Who asks.
    pub by: Actor,
}

impl Resend {
    /// A resend of a message that was not sent again before, to the number in the host's records.
    #[must_use]
    pub const fn new(message_id: MessageId, by: Actor) -> Self {
        let outside_hours = Consent::NotAsked;
        Self { message_id, resends: 0, number: None, confirmed: false, outside_hours, by }
    }
}

impl Messenger {
    /// The messages that took a message's place: of a refused one, the message that was enqueued
    /// correctly since, and then those as which it was sent again, the oldest first. Whoever shows how
    /// many there are gives the number back with the next [`Resend`].
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn resends(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError> {
        let store = &self.ports.store;
        let resends = store.resends_of(id).await?;
        let Some(old) = store.messages(&[id]).await?.pop() else { return Ok(resends) };
        let plain = old.facts.key.of_corrected().and_then(|key| MessageKey::new(key).ok());
        let Some(plain) = plain else { return Ok(resends) };
        let corrected = match store.find_key(&plain, &old.facts.fingerprint).await? {
            Some(Enqueued::New(id) | Enqueued::AlreadyPresent(id) | Enqueued::Conflict(id)) => {
                Some(id)
            }
            None => None,
        };
        Ok(corrected.into_iter().chain(resends).collect())
    }

    /// Sends a failed message again as a new one, to the customer's number of now or to the one that is
    /// given; the old one stays as it is.
    ///
    /// # Errors
    /// [`ManageError::Changed`] where somebody who saw the same sent it to another number.
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that is
    /// not confirmed, or the customer's number is no good; [`ManageError::OutsideHours`] where a person
    /// has to be asked first.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        self.resend_as(resend, None).await
    }

    /// The same as one of many: in the class of its type, so that it holds up nobody, and under this entry
    /// of the audit.
    pub(crate) async fn resend_among_many(
        &self,
        resend: &Resend,
        entry: AuditId,
    ) -> Result<MessageId, ManageError> {
        self.resend_as(resend, Some(entry)).await
    }

    async fn resend_as(
        &self,
        resend: &Resend,
        among_many: Option<AuditId>,
    ) -> Result<MessageId, ManageError> {
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
        if Arrival::of(failure, progress.part).is_some() && !resend.confirmed {
            return Err(ManageError::Unconfirmed);
        }
        let was_refused = was_refused(&message);
        let old = message.facts;
        let of = self.type_of(&old)?;
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        self.ask(old.message_type, Part::Whole, now, &settings, resend.outside_hours)?;
        let number = resend.number.as_ref().map(|number| WhatsAppNumber::parse(number.as_str()));
        let again = Again {
            key: MessageKey::resend(old.id, resend.resends),
            number: number.transpose().map_err(ManageError::Number)?,
            trigger: Trigger::Manual,
            expires_at: None,
            by: resend.by.clone(),
            class: if among_many.is_some() { settings.class(of) } else { Class::Transactional },
            of,
            entry: among_many,
        };
        let id = self.send_again(old, was_refused, again).await?;
        self.ports.wake.wake();
        Ok(id)
    }
}

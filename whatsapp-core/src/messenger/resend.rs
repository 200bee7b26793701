//! Sending failed messages again as new ones: one that a manager chose, or all that failed for a
//! cause that was not theirs.

mod again;
mod bulk;
mod many;

pub use bulk::{LeftOut, Resent};

use chrono::{DateTime, Utc};

use super::{ManageError, Messenger};
use crate::audit::Actor;
use crate::consent::Consent;
use crate::id::{AuditId, MessageId};
use crate::message::{
    Arrival, Class, Facts, Failure, Forbidden, NotOffered, Part, Progress, State, Trigger,
};
use crate::number::WhatsAppNumber;
use crate::port::{Enqueued, StoreError};
use crate::private::Private;
pub(crate) use again::reached;
use again::{Again, corrected_key};

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// How many resends of it there were when it was looked at: the length of
    /// [`Messenger::resends`]. It is one more then, however often and by whomever that is asked for.
    pub resends: usize,
    /// When the message had [changed](crate::message::Message::updated_at) last that was looked at; `None` for
    /// whoever looked at nothing.
    pub seen: Option<DateTime<Utc>>,
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
        Self {
            message_id,
            resends: 0,
            seen: None,
            number: None,
            confirmed: false,
            outside_hours,
            by,
        }
    }
}

/// What took a message's place.
pub(super) struct Successors {
    /// Of a refused one, the message that was enqueued correctly since.
    corrected: Option<MessageId>,
    /// Those as which it was sent again, the oldest first.
    resends: Vec<MessageId>,
}

impl Successors {
    pub(super) fn count(&self) -> usize {
        self.resends.len() + usize::from(self.corrected.is_some())
    }

    fn all(self) -> Vec<MessageId> {
        self.corrected.into_iter().chain(self.resends).collect()
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
        match self.ports.store.messages(&[id]).await?.pop() {
            Some(old) => Ok(self.successors(&old.facts).await?.all()),
            None => self.ports.store.resends_of(id).await,
        }
    }

    /// The messages that took a message's place.
    pub(super) async fn successors(&self, old: &Facts) -> Result<Successors, StoreError> {
        let store = &self.ports.store;
        let corrected = match corrected_key(old) {
            Some(plain) => store.find_key(&plain, &old.fingerprint).await?.map(Enqueued::id),
            None => None,
        };
        Ok(Successors { corrected, resends: store.resends_of(old.id).await? })
    }

    /// Sends a failed message again as a new one, to the customer's number of now or to the one that is
    /// given; the old one stays as it is.
    ///
    /// # Errors
    /// [`ManageError::Changed`] where somebody who saw the same sent it to another number, where others took
    /// its place since, where it was put aside since, and where it was tried again meanwhile, such as while its
    /// file was fetched. [`ManageError::Declined`] where the customer wants no such messages any more.
    /// [`ManageError::NotOffered`] for another number where the number was not what was wrong.
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that is
    /// not confirmed, or the customer's number is no good; [`ManageError::OutsideHours`] where a person
    /// has to be asked first.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        self.resend_as(resend, None).await
    }

    /// The same as one of many: in the class of its type, so that it holds up nobody, no later than it was to
    /// go out, and under this entry of the audit. [`ManageError::OnlyAlone`] says what speaks against that.
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
        let failure = failed_for_good(&progress)?;
        if resend.number.is_some() && !NotOffered::number_was_wrong(failure) {
            return Err(ManageError::NotOffered(NotOffered::NumberIsRight));
        }
        if Arrival::of(failure, progress.part).is_some() && !resend.confirmed {
            return Err(ManageError::Unconfirmed);
        }
        let of = self.type_of(&message.facts)?;
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        if among_many.is_some()
            && let Some(why) = self.speaks_against(&message.facts, of, &settings).await?
        {
            return Err(ManageError::OnlyAlone(why));
        }
        self.ask(message.facts.message_type, Part::Whole, now, &settings, resend.outside_hours)?;
        let number = resend.number.as_ref().map(|number| WhatsAppNumber::parse(number.as_str()));
        let again = Again {
            resends: resend.resends,
            seen: resend.seen,
            number: number.transpose().map_err(ManageError::Number)?,
            trigger: Trigger::Manual,
            expires_at: message.facts.expires_at.filter(|_| among_many.is_some()),
            by: resend.by.clone(),
            class: if among_many.is_some() { settings.class(of) } else { Class::Transactional },
            of,
            entry: among_many,
        };
        let id = self.send_again(message, again).await?;
        self.ports.wake.wake();
        Ok(id)
    }
}

/// Why a message failed for good; an error for one that has not.
pub(super) fn failed_for_good(progress: &Progress) -> Result<&Failure, ManageError> {
    match &progress.state {
        State::Failed(failure) => Ok(failure),
        State::Sent { .. } => Err(ManageError::Forbidden(Forbidden::AlreadySent)),
        State::Cancelled(_) => Err(ManageError::Forbidden(Forbidden::Cancelled)),
        State::Waiting { .. }
        | State::Sending { .. }
        | State::Checking { .. }
        | State::Retrying { .. } => Err(ManageError::Forbidden(Forbidden::UnderWay)),
    }
}

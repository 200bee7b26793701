//! Sending failed messages again as new ones: one that a manager chose, or all that failed for a
//! cause outside them.

mod again;
mod bulk;
mod many;

pub use bulk::{LeftOut, Resent};

use chrono::{DateTime, Utc};

use super::manage::{ask, standing};
use super::successors::successors;
use super::{ManageError, Messenger};
use crate::audit::Actor;
use crate::consent::Consent;
use crate::id::{AuditId, MessageId};
use crate::message::{
    Arrival, Class, Failure, Forbidden, NotOffered, Part, Progress, State, Trigger,
};
use crate::number::WhatsAppNumber;
use crate::port::StoreError;
use crate::private::Private;
use crate::wiring::Ports;
pub(crate) use again::reached;
use again::{Again, send_again, type_of};
pub(crate) use many::speaks_against;

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// Number of resends when the manager looked at the message: the length of
    /// [`Messenger::resends`]. The result is one resend more, however often and by whomever that is
    /// asked for.
    pub resends: usize,
    /// Time of the message's last [change](crate::message::Message::updated_at) when the manager
    /// looked at it; `None` for a caller that looked at nothing.
    pub seen: Option<DateTime<Utc>>,
    /// The number for this one resend, as in `+919876543210`. `None` for the number in the host's
    /// records, which stays as it is either way.
    pub number: Option<Private>,
    /// True if the manager knows that the customer did not get the message. Needed after an unknown
    /// outcome, or when the file was sent.
    pub confirmed: bool,
    /// A person's consent to sending outside business hours. Needed where the message would be sent
    /// then.
    pub outside_hours: Consent,
    /// The actor who asks.
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

    /// The same resend by somebody who saw this number of earlier resends.
    #[must_use]
    pub const fn with_resends(mut self, resends: usize) -> Self {
        self.resends = resends;
        self
    }

    /// The same resend by somebody who saw the message as it was after this change.
    #[must_use]
    pub const fn with_seen(mut self, seen: DateTime<Utc>) -> Self {
        self.seen = Some(seen);
        self
    }

    /// The same resend to this number.
    #[must_use]
    pub fn with_number(mut self, number: impl Into<Private>) -> Self {
        self.number = Some(number.into());
        self
    }

    /// The same resend by somebody who knows that the customer did not get the message (`true`).
    #[must_use]
    pub const fn with_confirmed(mut self, confirmed: bool) -> Self {
        self.confirmed = confirmed;
        self
    }

    /// The same resend with a person's consent to sending outside business hours.
    #[must_use]
    pub const fn with_outside_hours(mut self, consent: Consent) -> Self {
        self.outside_hours = consent;
        self
    }
}

impl Messenger {
    /// Returns the messages that replaced a message. For a refused one the first is the message
    /// that was enqueued correctly since. The messages as which it was sent again follow, the
    /// oldest first. A page that shows their number passes that number on in the next [`Resend`].
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn resends(&self, id: MessageId) -> Result<Vec<MessageId>, StoreError> {
        match self.ports.store.messages(&[id]).await?.pop() {
            Some(old) => Ok(successors(&self.ports, &old.facts).await?.all()),
            None => self.ports.store.resends_of(id).await,
        }
    }

    /// Sends a failed message again as a new one, to the customer's current number or to the given
    /// one; the old message stays as it is.
    ///
    /// # Errors
    /// [`ManageError::Changed`] where somebody else, who saw the same state, sent the message to
    /// another number. It is also the error where others replaced the message since, it was put
    /// aside, or it was tried again meanwhile, such as while its file was fetched.
    ///
    /// [`ManageError::Declined`] where the customer wants no such messages any more.
    /// [`ManageError::NotOffered`] for another number where the number was not the cause of the
    /// failure. [`ManageError::OutsideHours`] where a person must be asked first.
    ///
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that
    /// is not confirmed, or the customer's number cannot be used.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        resend_as(&self.ports, resend, None).await
    }
}

/// Sends a message again as one of many: in the class of its type, so that it delays no other,
/// and with its old expiry, under this audit entry. [`ManageError::OnlyAlone`] gives the reason
/// where this is not possible.
pub(crate) async fn resend_among_many(
    ports: &Ports,
    resend: &Resend,
    entry: AuditId,
) -> Result<MessageId, ManageError> {
    resend_as(ports, resend, Some(entry)).await
}

async fn resend_as(
    ports: &Ports,
    resend: &Resend,
    among_many: Option<AuditId>,
) -> Result<MessageId, ManageError> {
    let (message, progress) = standing(ports, resend.message_id).await?;
    let failure = failed_for_good(&progress)?;
    if resend.number.is_some() && !NotOffered::number_was_wrong(failure) {
        return Err(ManageError::NotOffered(NotOffered::NumberIsRight));
    }
    if Arrival::of(failure, progress.part).is_some() && !resend.confirmed {
        return Err(ManageError::Unconfirmed);
    }
    let of = type_of(ports, &message.facts)?;
    let settings = ports.settings().await?;
    let now = ports.clock.now();
    if among_many.is_some()
        && let Some(why) = speaks_against(ports, &message.facts, of, &settings).await?
    {
        return Err(ManageError::OnlyAlone(why));
    }
    ask(ports, message.facts.message_type, Part::Whole, now, &settings, resend.outside_hours)?;
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
    let id = send_again(ports, message, again).await?;
    ports.wake.wake();
    Ok(id)
}

/// Returns the failure of a message that failed for good; an error for one that has not.
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

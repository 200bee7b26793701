//! Actions of a manager on a message.

mod amend;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::error::AHEAD_MAX;
use super::{Messenger, OnlyAlone, Wish};
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::compose::ComposeError;
use crate::consent::{HasPassed, OutsideHours};
use crate::files::let_go;
use crate::id::MessageId;
use crate::message::{CancelReason, Category, Event, Forbidden, Message, NotOffered, TypeName};
use crate::number::InvalidNumber;
use crate::port::{Burial, Buried, DirectoryError, StoreError};
use crate::schedule::StepName;
use crate::settings::SettingsError;
use crate::time::{spoken, spoken_date};
use crate::wiring::{SettingsUnread, audit_entry};
pub(crate) use amend::withdraw;
pub(super) use amend::{amend, ask, standing};

/// A manager's action was not possible; nothing changed.
///
/// The enum is exhaustive on purpose: code that answers people must have a text for each kind.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// There is no such message.
    #[error("there is no such message")]
    Unknown,
    /// The message's state forbids it.
    #[error(transparent)]
    Forbidden(Forbidden),
    /// The action does not help this message.
    #[error(transparent)]
    NotOffered(NotOffered),
    /// The message may have arrived, or its file did. It is sent again only when somebody confirms
    /// that the customer did not get it.
    #[error("the message may have been delivered: confirm that the customer did not get it")]
    Unconfirmed,
    /// The customer's number is missing or wrong.
    #[error("{}", .0.of_record())]
    Number(InvalidNumber),
    /// The message is of a type that this program does not know.
    #[error("the message type {0} is not known here: nothing of it is sent")]
    TypeUnknown(TypeName),
    /// The message was refused before it had a text, and no text can be made from the stored
    /// values.
    #[error("the message cannot be composed: {0}")]
    Compose(ComposeError),
    /// The file of the message is not kept any more, or cannot be fetched any more.
    #[error("the file of the message cannot be had any more: send it anew with its file")]
    FileGone,
    /// The file could not be read just now.
    #[error("the file of the message could not be read just now; try again")]
    FileUnreachable,
    /// Only messages that failed because of the account, the address, something before the gateway,
    /// the gateway or the host are sent again in bulk.
    #[error(
        "only messages that failed because of the account, the address, the gateway or this program \
         are sent again together; resend others one by one"
    )]
    NotInBulk,
    /// The message is not sent again together with others.
    #[error(transparent)]
    OnlyAlone(OnlyAlone),
    /// The customer does not want messages of this category any more: see
    /// [`Customer::declines`](crate::port::Customer::declines).
    #[error("the customer wants no {}", .0.things())]
    Declined(Category),
    /// The message would be sent outside business hours, and a person must be asked first:
    /// [`Consent`](crate::consent::Consent) is the answer.
    #[error(transparent)]
    OutsideHours(OutsideHours),
    /// The instant has passed, and a person must be asked first: [`Wish::at_once`] is the answer.
    #[error(transparent)]
    HasPassed(HasPassed),
    /// The instant is in a year that nobody means.
    #[error("the instant is in the year {0}: a year from 1900 to 2199 is expected")]
    Year(i32),
    /// The message is to be sent more than 366 days from now.
    #[error(
        "{} is too far ahead: a message can be scheduled for at most {AHEAD_MAX} days from now",
        spoken_date(*.day)
    )]
    TooFarAhead {
        /// The day, in the time zone of the business.
        day: NaiveDate,
    },
    /// The message expires by that instant, and is not sent after its expiry.
    #[error("after {} it is not sent any more: choose an earlier instant, or send it anew", spoken(*.0))]
    TooLate(DateTime<FixedOffset>),
    /// The planner made the message for a reminder, whose day decides.
    #[error(
        "it is the reminder {step} of {subject}, whose day is planned: hold the reminder or leave it out, \
         or remind the customer now"
    )]
    OfReminder {
        /// The step of the reminder.
        step: StepName,
        /// The number of the invoice.
        subject: String,
    },
    /// A campaign made the message, and gives its messages their send times.
    #[error(
        "it is part of the festival message {0}, which goes out at its own pace: pause or cancel that"
    )]
    OfCampaign(String),
    /// The message changed meanwhile; look at it again.
    #[error("the message changed in the meantime")]
    Changed,
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(SettingsError),
    /// The host could not be asked.
    #[error(transparent)]
    Directory(DirectoryError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ManageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SettingsUnread> for ManageError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

impl Messenger {
    /// Withdraws a message before it is sent. A failed message that would be retried is withdrawn
    /// as well.
    ///
    /// A message whose row cannot be read, because something else than the library changed it, ends
    /// as failed.
    ///
    /// `by` is an [`Actor`](crate::audit::Actor), or a [`Wish`] that names the state that was read.
    ///
    /// # Errors
    /// [`ManageError::Forbidden`] when the message was sent, has ended, or is being sent just now;
    /// [`ManageError::Changed`] where it is not as it was read.
    pub async fn cancel(
        &self,
        id: MessageId,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        let wish = by.into();
        let event = Event::Withdrawn(CancelReason::Manager);
        let act = Act::MessageCancelled;
        let message = match amend(&self.ports, id, &event, &wish, act, |_, _, _| Ok(())).await {
            Err(ManageError::Store(StoreError::Corrupt { entity, column })) => {
                let ports = &self.ports;
                let change = AuditChange::state("unreadable", "failed");
                let on = AuditTarget::Message(id);
                let audit = Some(wish.entered(audit_entry(ports, &wish.by, act, on, change)));
                let (at, elapsed) = (ports.clock.now(), ports.clock.elapsed());
                let burial = Burial { message_id: id, seen: wish.seen(), at, elapsed, audit };
                return match ports.store.bury(&burial).await? {
                    Buried::Done => {
                        self.ports.wake.wake();
                        Ok(())
                    }
                    Buried::Stale => Err(ManageError::Changed),
                    Buried::Nothing => Err(StoreError::Corrupt { entity, column }.into()),
                };
            }
            withdrawn => withdrawn?,
        };
        let Message { facts, .. } = message;
        let media = self.ports.media.as_deref();
        let_go(media, id, facts.attachment.as_ref(), facts.text.as_str()).await;
        Ok(())
    }
}

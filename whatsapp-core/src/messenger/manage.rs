//! What a manager does with a message, and how it is written.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::error::AHEAD_MAX;
use super::{Messenger, OnlyAlone, Wish};
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::compose::ComposeError;
use crate::consent::{Consent, HasPassed, OutsideHours};
use crate::files::let_go;
use crate::id::MessageId;
use crate::message::{
    CancelReason, Category, Change, Event, Forbidden, Message, NotOffered, Part, Progress,
    StateRow, TypeName,
};
use crate::number::InvalidNumber;
use crate::port::{Amended, Amendment, Burial, Buried, DirectoryError, Reschedule, StoreError};
use crate::private::Private;
use crate::retry::RetryPolicy;
use crate::schedule::StepName;
use crate::settings::{Settings, SettingsError};
use crate::time::{spoken, spoken_date};
use crate::wiring::SettingsUnread;

/// A manager's wish could not be carried out; nothing changed.
///
/// Not to be extended in silence: whoever answers people says something about each kind.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// There is no such message.
    #[error("there is no such message")]
    Unknown,
    /// The message's state forbids it.
    #[error("{0}")]
    Forbidden(#[source] Forbidden),
    /// It is not what helps this message.
    #[error("{0}")]
    NotOffered(#[source] NotOffered),
    /// A message of which it is not known whether it arrived, or whose file did, is resent only when
    /// that is confirmed.
    #[error("the message may have been delivered: confirm that the customer did not get it")]
    Unconfirmed,
    /// The customer's number is missing or wrong.
    #[error("{}", .0.of_record())]
    Number(#[source] InvalidNumber),
    /// The message is of a type that this program does not know.
    #[error("the message type {0} is not known here: nothing of it is sent")]
    TypeUnknown(TypeName),
    /// The message was refused before it had a text, and none can be made of what was kept.
    #[error("the message cannot be composed: {0}")]
    Compose(#[source] ComposeError),
    /// The file of the message is not kept any more, or cannot be fetched any more.
    #[error("the file of the message cannot be had any more: send it anew with its file")]
    FileGone,
    /// The file could not be read just now.
    #[error("the file of the message could not be read just now; try again")]
    FileUnreachable,
    /// Only what failed for the account's, the address's, the gateway's or the host's sake is sent
    /// again in bulk.
    #[error(
        "only messages that failed because of the account, the address, the gateway or this program \
         are sent again together; resend others one by one"
    )]
    NotInBulk,
    /// It is not sent again together with others.
    #[error("{0}")]
    OnlyAlone(#[source] OnlyAlone),
    /// The customer does not want messages of this category any more: see
    /// [`Customer::declines`](crate::port::Customer::declines).
    #[error("the customer wants no {}", .0.things())]
    Declined(Category),
    /// It would go out outside the hours, and a person has to be asked first: [`Consent`] is the answer.
    #[error("{0}")]
    OutsideHours(#[source] OutsideHours),
    /// The instant has passed, and a person has to be asked first: [`Wish::at_once`] is the answer.
    #[error("{0}")]
    HasPassed(#[source] HasPassed),
    /// The instant is in a year that nobody means.
    #[error("the instant is in the year {0}: a year from 1900 to 2199 is expected")]
    Year(i32),
    /// It is to be sent more than 366 days from now.
    #[error(
        "{} is too far ahead: a message can be scheduled for at most {AHEAD_MAX} days from now",
        spoken_date(*.day)
    )]
    TooFarAhead {
        /// The day, by the clocks of the business.
        day: NaiveDate,
    },
    /// It would be too late for it by then.
    #[error("after {} it is not sent any more: choose an earlier instant, or send it anew", spoken(*.0))]
    TooLate(DateTime<FixedOffset>),
    /// The planner made it for a reminder, whose day decides.
    #[error(
        "it is the reminder {step} of {subject}, whose day is planned: hold the reminder or leave it out, \
         or remind the customer now"
    )]
    OfReminder {
        /// Which reminder.
        step: StepName,
        /// The number of the invoice.
        subject: String,
    },
    /// A campaign made it, which gives its messages their instants.
    #[error(
        "it is part of the festival message {0}, which goes out at its own pace: pause or cancel that"
    )]
    OfCampaign(String),
    /// The message changed in the meantime; look at it again.
    #[error("the message changed in the meantime")]
    Changed,
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(SettingsError),
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
    /// One whose row cannot be read, because something else than the library changed it, ends as
    /// failed.
    ///
    /// Who asks is an [`Actor`](crate::audit::Actor), or a [`Wish`] that names what was seen.
    ///
    /// # Errors
    /// [`ManageError::Forbidden`] when it was sent, has ended, or is being sent just now;
    /// [`ManageError::Changed`] where the message is not as it was seen.
    pub async fn cancel(
        &self,
        id: MessageId,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        let wish = by.into();
        let event = Event::Withdrawn(CancelReason::Manager);
        let act = Act::MessageCancelled;
        let message = match self.amend(id, &event, &wish, act, |_, _, _| Ok(())).await {
            Err(ManageError::Store(StoreError::Corrupt { entity, column })) => {
                let ports = &self.ports;
                let change = AuditChange::state("unreadable", "failed");
                let on = AuditTarget::Message(id);
                let audit = Some(wish.entered(ports.entry(&wish.by, act, on, change)));
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

    /// Withdraws a message because something else takes its place, with a sentence; `false` where it is
    /// too late for that. The library does this by itself: nobody's act stands in the audit.
    pub(crate) async fn withdraw(
        &self,
        id: MessageId,
        reason: CancelReason,
        why: Private,
    ) -> Result<bool, ManageError> {
        let ports = &self.ports;
        let (message, progress) = match self.standing(id).await {
            Err(ManageError::Unknown) => return Ok(false),
            standing => standing?,
        };
        let now = ports.clock.now();
        let policy = RetryPolicy::default();
        let Change::To(next) = progress.on(&Event::Withdrawn(reason), now, &policy) else {
            return Ok(false);
        };
        let state = StateRow::of(&next).explained(None, Some(why));
        let (seen, elapsed) = (message.updated_at, ports.clock.elapsed());
        let (reschedule, audit) = (None, None);
        let amendment =
            Amendment { message_id: id, seen, state, reschedule, at: now, elapsed, audit };
        Ok(ports.store.amend(&amendment).await? == Amended::Done)
    }

    /// A message, and where it stands by the ledger.
    pub(super) async fn standing(&self, id: MessageId) -> Result<(Message, Progress), ManageError> {
        let store = &self.ports.store;
        let message = store.message(id).await?.ok_or(ManageError::Unknown)?;
        let attempts = store.attempts(id).await?;
        let counts = message.state.counts(&attempts);
        let progress = message
            .state
            .progress(counts)
            .map_err(|wrong| StoreError::Corrupt { entity: "message", column: wrong.column })?;
        Ok((message, progress))
    }

    /// Asks a person before a message goes out outside the hours. A text that follows its file is not
    /// asked about, and neither is a message of a type that is not known: it is not sent here.
    pub(super) fn ask(
        &self,
        of: TypeName,
        part: Part,
        at: DateTime<Utc>,
        settings: &Settings,
        consent: Consent,
    ) -> Result<(), ManageError> {
        let of = self.ports.types.get(of).filter(|_| part != Part::Text);
        match consent.to(of.and_then(|of| settings.outside_hours(of, at))) {
            Some(question) => Err(ManageError::OutsideHours(question)),
            None => Ok(()),
        }
    }

    /// Changes a message, unless something is to be asked first, and gives it as it is then. `ask` hears
    /// where it stands, and may change what it becomes.
    pub(super) async fn amend(
        &self,
        id: MessageId,
        event: &Event,
        wish: &Wish,
        act: Act,
        ask: impl Fn(&Message, &Progress, &mut Progress) -> Result<(), ManageError> + Send,
    ) -> Result<Message, ManageError> {
        let ports = &self.ports;
        let (mut message, progress) = self.standing(id).await?;
        // Asked after the message was read: what takes its place from here on changes its row.
        let is_retry = matches!(event, Event::RetryRequested);
        if !wish.fits(&message)
            || is_retry && self.successors(&message.facts).await?.count() != wish.resends()
        {
            return Err(ManageError::Changed);
        }
        let now = ports.clock.now();
        let policy =
            RetryPolicy { max_retries: message.facts.max_retries, ..RetryPolicy::default() };
        let mut next = match progress.on(event, now, &policy) {
            Change::To(next) => next,
            Change::Same => progress.clone(),
            Change::Forbidden(why) => return Err(ManageError::Forbidden(why)),
        };
        ask(&message, &progress, &mut next)?;
        if next == progress {
            return Ok(message);
        }
        let before = message.phase(now);
        let (seen, state) = (message.updated_at, StateRow::of(&next));
        message.state.clone_from(&state);
        let change = AuditChange::state(before.word(), message.phase(now).word());
        let entry = ports.entry(&wish.by, act, AuditTarget::Message(id), change);
        let audit = Some(wish.entered(entry));
        let elapsed = ports.clock.elapsed();
        // A person wants it now: how long it may wait for what is not its own counts from here.
        let warning = message.facts.warning.clone();
        let reschedule = is_retry.then_some(Reschedule { scheduled_for: now, warning });
        let amendment =
            Amendment { message_id: id, seen, state, reschedule, at: now, elapsed, audit };
        match ports.store.amend(&amendment).await? {
            Amended::Done => Ok(message),
            Amended::Stale => Err(ManageError::Changed),
        }
    }
}

//! Errors of an enqueue.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use chrono::NaiveDate;

use crate::compose::ComposeError;
use crate::consent::OutsideHours;
use crate::id::{InvalidHostKey, MessageId};
use crate::message::{Category, MessageType, TypeName};
use crate::number::InvalidNumber;
use crate::port::{DirectoryError, MediaError, SourceError, StoreError};
use crate::settings::SettingsError;
use crate::template::{RenderError, TemplateErrors};
use crate::time::spoken_date;
use crate::wiring::SettingsUnread;

/// The most days ahead for which a message can be scheduled.
pub(super) const AHEAD_MAX: i64 = 366;

/// A message was not enqueued. Nothing was or will be sent.
#[derive(Debug)]
pub struct SendError {
    kind: SendErrorKind,
    logged: Option<MessageId>,
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.kind, f)
    }
}

impl Error for SendError {
    /// The source of the kind, whose text is the error's own.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.kind.source()
    }
}

/// The reason why a message was not enqueued.
///
/// The enum is exhaustive on purpose: code that answers people must have a text for each kind.
#[derive(Debug, thiserror::Error)]
pub enum SendErrorKind {
    /// The settings cannot be used.
    #[error("the settings cannot be used: {0}")]
    Settings(SettingsError),
    /// The ports do not know the message type, or know another one with the same name.
    #[error("the message type {0} is not known here: add its definition to `Ports::with_types`")]
    TypeUnknown(TypeName),
    /// The message type, or all of WhatsApp, is switched off.
    #[error("{} messages are switched off in the settings", .0.label())]
    SwitchedOff(MessageType),
    /// The customer's id is none that a host can have: see
    /// [`Messenger::tell`](crate::Messenger::tell).
    #[error(transparent)]
    CustomerId(InvalidHostKey),
    /// The host has no such customer. Logged, with a notice.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The customer's number is missing or invalid. Logged, with a notice.
    #[error("{}", .0.of_record())]
    Number(InvalidNumber),
    /// The customer does not want messages of this category: see
    /// [`Customer::declines`](crate::port::Customer::declines).
    #[error("the customer wants no {}", .0.things())]
    Declined(Category),
    /// No template has the given id.
    #[error("there is no such template")]
    TemplateUnknown,
    /// The given template is for another message type, of this label.
    #[error("the template is for {0} messages")]
    TemplateType(Cow<'static, str>),
    /// The given template is not in use.
    #[error("the template is switched off")]
    TemplateInactive,
    /// The given or active template was not written by the library, and cannot be used.
    #[error("{0}; mend it, or switch it off")]
    TemplateBroken(TemplateErrors),
    /// Values are missing, or the text is empty or too long.
    #[error(transparent)]
    Text(RenderError),
    /// The host's own code may not enqueue a text of its own for this type.
    #[error(
        "{} messages are made from a template: only a manager may write the text of one",
        .0.label()
    )]
    TextByHost(MessageType),
    /// Messages of this type need a file, of certain kinds.
    #[error("{} messages need {}, and none is attached", .0.label(), kinds(*.0))]
    AttachmentMissing(MessageType),
    /// Messages of this type take no file.
    #[error("no file goes with {} messages: leave the attachment out", .0.label())]
    AttachmentForbidden(MessageType),
    /// No media host publishes files (see `Ports::with_media`). This file is not a public link that
    /// ends in the file's name either; only such a link could be passed on as it is.
    #[error(
        "this file cannot be attached: no media host is set up, and it is not a public link that \
         ends in the file's name"
    )]
    NoMediaHost,
    /// The file was given by its place, but nothing reads files: see `Ports::with_sources`.
    #[error("the file cannot be checked: nothing is set up that reads links, paths or keys")]
    NoAttachmentSource,
    /// The file could not be read from its place, or breaks a rule for attachments.
    #[error(transparent)]
    Source(SourceError),
    /// The file could not be published.
    #[error(transparent)]
    Media(MediaError),
    /// The send time or the expiry is in a year that nobody means.
    #[error("the {what} is in the year {year}: a year from 1900 to 2199 is expected")]
    Year {
        /// The instant in question: `schedule` or `expiry`.
        what: &'static str,
        /// The year of that instant.
        year: i32,
    },
    /// The message is to be sent more than 366 days from now.
    #[error(
        "{} is too far ahead: a message can be scheduled for at most {AHEAD_MAX} days from now",
        spoken_date(*.day)
    )]
    TooFarAhead {
        /// The day, in the time zone of the business.
        day: NaiveDate,
    },
    /// A person wants the message sent outside business hours, and must be asked first:
    /// [`Request::with_consent`](crate::Request::with_consent) is the answer.
    #[error(transparent)]
    OutsideHours(OutsideHours),
    /// Another message has the same key.
    #[error("another message was enqueued under the same key with other content")]
    KeyConflict(MessageId),
    /// The host could not be asked.
    #[error(transparent)]
    Directory(DirectoryError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

/// The kinds of file that may go with messages of a type, in words: `a PDF or a JPG image`.
fn kinds(message_type: MessageType) -> String {
    let kinds = message_type.file().kinds().iter().map(|kind| format!("a {}", kind.label()));
    kinds.collect::<Vec<_>>().join(" or ")
}

impl SendError {
    pub(crate) const fn logged_as(kind: SendErrorKind, id: Option<MessageId>) -> Self {
        Self { kind, logged: id }
    }

    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> &SendErrorKind {
        &self.kind
    }

    /// The kind of the error, by value.
    #[must_use]
    pub fn into_kind(self) -> SendErrorKind {
        self.kind
    }

    /// The id of the failed message in the log, where the specification wants one (9.2).
    #[must_use]
    pub const fn logged(&self) -> Option<MessageId> {
        self.logged
    }
}

impl From<SendErrorKind> for SendError {
    fn from(kind: SendErrorKind) -> Self {
        Self { kind, logged: None }
    }
}

impl From<SettingsUnread> for SendErrorKind {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

impl From<ComposeError> for SendErrorKind {
    fn from(error: ComposeError) -> Self {
        match error {
            ComposeError::TemplateUnknown => Self::TemplateUnknown,
            ComposeError::TemplateType(of) => Self::TemplateType(of),
            ComposeError::TemplateInactive => Self::TemplateInactive,
            ComposeError::TemplateBroken(errors) => Self::TemplateBroken(errors),
            ComposeError::Text(error) => Self::Text(error),
            ComposeError::Store(error) => Self::Store(error),
        }
    }
}

impl From<StoreError> for SendError {
    fn from(error: StoreError) -> Self {
        SendErrorKind::Store(error).into()
    }
}

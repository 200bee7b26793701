//! Why a message was not enqueued.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::compose::ComposeError;
use crate::consent::OutsideHours;
use crate::id::MessageId;
use crate::message::{Category, MessageType, TypeName};
use crate::number::InvalidNumber;
use crate::port::{DirectoryError, MediaError, SourceError, StoreError};
use crate::settings::SettingsError;
use crate::template::{RenderError, TemplateErrors};
use crate::time::spoken_date;
use crate::wiring::SettingsUnread;

/// How many days ahead a message can be scheduled.
pub(super) const AHEAD_MAX: i64 = 366;

/// A message was not enqueued. Nothing was or will be sent.
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct SendError {
    #[source]
    kind: SendErrorKind,
    logged: Option<MessageId>,
}

/// Why a message was not enqueued.
///
/// Not to be extended in silence: whoever answers people says something about each kind.
#[derive(Debug, thiserror::Error)]
pub enum SendErrorKind {
    /// The settings cannot be used.
    #[error("the settings cannot be used: {0}")]
    Settings(#[source] SettingsError),
    /// The ports do not know the message type, or know another one of its name.
    #[error("the message type {0} is not known here: add its definition to `Ports::with_types`")]
    TypeUnknown(TypeName),
    /// The type, or all of WhatsApp, is switched off.
    #[error("{} messages are switched off in the settings", .0.label())]
    SwitchedOff(MessageType),
    /// The host has no such customer. Logged, with a notice.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The customer's number is missing or is none. Logged, with a notice.
    #[error("{}", .0.of_record())]
    Number(#[source] InvalidNumber),
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
    /// The given or active template was written past the library, and cannot be used.
    #[error("{0}; mend it, or switch it off")]
    TemplateBroken(#[source] TemplateErrors),
    /// Values are missing, or the text is empty or too long.
    #[error("{0}")]
    Text(#[source] RenderError),
    /// The host may enqueue no text of its own by itself for this type.
    #[error(
        "{} messages are made from a template: only a manager may write the text of one",
        .0.label()
    )]
    TextByHost(MessageType),
    /// Messages of this type need a file, of certain kinds.
    #[error("{} messages need {}, and none is attached", .0.label(), kinds(*.0))]
    AttachmentMissing(MessageType),
    /// No file goes with messages of this type.
    #[error("no file goes with {} messages: leave the attachment out", .0.label())]
    AttachmentForbidden(MessageType),
    /// Nothing publishes files (see `Ports::with_media`), and this one is no public link under the
    /// file's own name, which alone could be passed on as it is.
    #[error(
        "this file cannot be attached: no media host is set up, and it is not a public link that \
         ends in the file's name"
    )]
    NoMediaHost,
    /// The file was given by where it lies, but nothing reads files: see `Ports::with_sources`.
    #[error("the file cannot be checked: nothing is set up that reads links, paths or keys")]
    NoAttachmentSource,
    /// The file could not be read from where it lies, or breaks a rule for attachments.
    #[error("{0}")]
    Source(#[source] SourceError),
    /// The file could not be published.
    #[error("{0}")]
    Media(#[source] MediaError),
    /// The time to send it at, or that after which it is too late, is in a year that nobody means.
    #[error("the {what} is in the year {year}: a year from 1900 to 2199 is expected")]
    Year {
        /// Which of the two: `schedule` or `expiry`.
        what: &'static str,
        /// Its year.
        year: i32,
    },
    /// It is to be sent more than 366 days from now.
    #[error(
        "{} is too far ahead: a message can be scheduled for at most {AHEAD_MAX} days from now",
        spoken_date(*.day)
    )]
    TooFarAhead {
        /// The day, by the clocks of the business.
        day: NaiveDate,
    },
    /// A person wants it to go out outside the hours, and has to be asked first:
    /// [`Request::with_consent`](crate::Request::with_consent) is the answer.
    #[error("{0}")]
    OutsideHours(#[source] OutsideHours),
    /// Another message has the same key.
    #[error("another message was enqueued under the same key with other content")]
    KeyConflict(MessageId),
    /// The host could not be asked.
    #[error("{0}")]
    Directory(#[source] DirectoryError),
    /// The database did not answer.
    #[error("{0}")]
    Store(#[source] StoreError),
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

    /// Why.
    #[must_use]
    pub const fn kind(&self) -> &SendErrorKind {
        &self.kind
    }

    /// The same by value.
    #[must_use]
    pub fn into_kind(self) -> SendErrorKind {
        self.kind
    }

    /// The failed message in the log, where the specification wants one (9.2).
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

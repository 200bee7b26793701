//! The gateway: sending, and asking what became of it.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::line::Line;
use crate::id::{MessageId, TemplateId};
use crate::message::{AttachmentRef, Cause, MessageValues, Reported, TypeName};
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::retry::Disposition;

/// An attempt's name, for gateways that give a word of the sender's back in their reports.
///
/// ```
/// use whatsapp_core::MessageId;
/// use whatsapp_core::port::Reference;
///
/// let message_id: MessageId = "01940000-0000-7000-8000-000000000001".parse()?;
/// let reference = Reference { message_id, attempt: 2 };
/// assert_eq!(reference.to_string(), "01940000-0000-7000-8000-000000000001:2");
/// # Ok::<(), whatsapp_core::InvalidId>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The message.
    pub message_id: MessageId,
    /// The number of its attempt, 1 for the first.
    pub attempt: u32,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.message_id, self.attempt)
    }
}

/// A message as it goes to the gateway: number, text and file, and for gateways that want it in
/// pieces, what the text was made of.
///
/// ```
/// use whatsapp_core::WhatsAppNumber;
/// use whatsapp_core::message::{MessageType, MessageValues};
/// use whatsapp_core::port::OutgoingMessage;
///
/// let number = WhatsAppNumber::parse("+919876543210")?;
/// let values = MessageValues::new([("customerName", "Asha"), ("festivalName", "Diwali")]);
/// let message = OutgoingMessage::new(number, "Happy Diwali, Asha!")
///     .with_type(MessageType::FESTIVAL.name())
///     .with_values(values);
/// assert_eq!(message.attachment, None);
/// # Ok::<(), whatsapp_core::InvalidNumber>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutgoingMessage {
    /// Whom it goes to.
    pub number: WhatsAppNumber,
    /// The finished text; with an attachment it is the caption.
    pub text: Private,
    /// The file that goes with it.
    pub attachment: Option<AttachmentRef>,
    /// The attempt that sends it.
    pub reference: Option<Reference>,
    /// What it is.
    pub message_type: Option<TypeName>,
    /// The values that stand in the text by placeholder; `None` for a text that a person wrote, and
    /// for the name of a file that goes ahead of its text.
    pub values: Option<MessageValues>,
    /// The stored template that the text was made from, and its version; `None` also for built-in
    /// texts.
    pub template: Option<(TemplateId, u32)>,
}

impl OutgoingMessage {
    /// A text to this number.
    pub fn new(number: WhatsAppNumber, text: impl Into<Private>) -> Self {
        Self {
            number,
            text: text.into(),
            attachment: None,
            reference: None,
            message_type: None,
            values: None,
            template: None,
        }
    }

    /// The same with another text.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<Private>) -> Self {
        self.text = text.into();
        self
    }

    /// The same with a file.
    #[must_use]
    pub fn with_attachment(mut self, file: AttachmentRef) -> Self {
        self.attachment = Some(file);
        self
    }

    /// The same as this attempt.
    #[must_use]
    pub const fn with_reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// The same as a message of this type.
    #[must_use]
    pub const fn with_type(mut self, message_type: TypeName) -> Self {
        self.message_type = Some(message_type);
        self
    }

    /// The same with the values that stand in the text.
    #[must_use]
    pub fn with_values(mut self, values: MessageValues) -> Self {
        self.values = Some(values);
        self
    }

    /// The same with the stored template, in this version, that the text was made from.
    #[must_use]
    pub const fn with_template(mut self, id: TemplateId, version: u32) -> Self {
        self.template = Some((id, version));
        self
    }
}

/// The gateway took a message. That means queued, not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Accepted {
    /// The gateway's id of it, if it gave one.
    pub gateway_id: Option<String>,
    /// The HTTP status of the reply.
    pub http_status: Option<u16>,
    /// The reply for the log, without number, text and key.
    pub response: Option<serde_json::Value>,
}

impl Accepted {
    /// An acceptance under this id.
    #[must_use]
    pub fn new(gateway_id: Option<String>) -> Self {
        Self { gateway_id, ..Self::default() }
    }

    /// The same with the HTTP status and the reply.
    #[must_use]
    pub fn with_reply(mut self, status: u16, response: Option<serde_json::Value>) -> Self {
        self.http_status = Some(status);
        self.response = response;
        self
    }
}

/// The gateway did not take a message, or nobody knows, or it could not be asked.
///
/// Never holds the key, a number, a text or a URL: adapters put plain words into `detail`.
#[derive(Clone, PartialEq, Eq)]
pub struct TransportError {
    disposition: Disposition,
    cause: Cause,
    cause_is_sure: bool,
    reached: bool,
    http_status: Option<u16>,
    retry_after: Option<TimeDelta>,
    detail: String,
}

impl TransportError {
    /// An error with its meaning and a sentence for people, at most 300 characters of which are
    /// kept.
    ///
    /// Its cause is the usual one of the disposition: the message for a permanent error, the account
    /// or the address where these were refused, the gateway else.
    #[must_use]
    pub fn new(disposition: Disposition, detail: impl Into<String>) -> Self {
        let mut detail = detail.into();
        if let Some((cut, _)) = detail.char_indices().nth(300) {
            detail.truncate(cut);
        }
        let cause = match disposition {
            Disposition::Permanent => Cause::Message,
            Disposition::Account => Cause::Account,
            Disposition::Misconfigured => Cause::Address,
            Disposition::Transient | Disposition::Unknown => Cause::Gateway,
        };
        Self {
            disposition,
            cause,
            cause_is_sure: true,
            reached: true,
            http_status: None,
            retry_after: None,
            detail,
        }
    }

    /// The same error as the trouble of `cause`, for sure.
    #[must_use]
    pub const fn with_cause(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self.cause_is_sure = true;
        self
    }

    /// The same error as the trouble of `cause`, or of the message: the answer alone does not tell.
    #[must_use]
    pub const fn perhaps(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self.cause_is_sure = false;
        self
    }

    /// The same error, when no byte of the request can have reached the gateway.
    #[must_use]
    pub const fn not_reached(mut self) -> Self {
        self.reached = false;
        self
    }

    /// The same error with the HTTP status of the reply.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// The same error with the time that the gateway asked to wait.
    #[must_use]
    pub const fn with_retry_after(mut self, wait: TimeDelta) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// What it means for the message.
    #[must_use]
    pub const fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// Whose trouble it is, as far as the answer tells.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Whether the answer leaves no doubt whose trouble it is.
    #[must_use]
    pub const fn cause_is_sure(&self) -> bool {
        self.cause_is_sure
    }

    /// Whether any byte may have reached the gateway.
    #[must_use]
    pub const fn reached(&self) -> bool {
        self.reached
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// How long the gateway asked to wait: at least 1 second, at most 1 hour. Set exactly when the
    /// gateway said that it is asked too often.
    #[must_use]
    pub const fn retry_after(&self) -> Option<TimeDelta> {
        self.retry_after
    }

    /// What happened, in plain words.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("disposition", &self.disposition)
            .field("cause", &self.cause)
            .field("cause_is_sure", &self.cause_is_sure)
            .field("reached", &self.reached)
            .field("http_status", &self.http_status)
            .field("retry_after", &self.retry_after)
            .field("detail", &self.detail)
            .finish()
    }
}

impl std::error::Error for TransportError {}

/// What the gateway says about the account itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Probe {
    /// It answers and takes the key.
    Ready,
    /// It answers and refuses the key or the account.
    Refused,
}

/// Sends messages outward.
///
/// # Contract
/// - One call is one attempt: no retry, no redirect, no second request with the message in it.
/// - It ends within 30 seconds.
/// - An error is `Unknown` unless the gateway surely did not take the message. `reached` is false
///   only if no byte of the request can have arrived.
/// - Dropping the future may leave the request under way: the outcome is then unknown.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends one message once.
    ///
    /// # Errors
    /// [`TransportError`], whose disposition says what is known.
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError>;

    /// Asks whether the gateway is there and takes the key, without sending anything.
    ///
    /// # Errors
    /// [`TransportError`] when it does not answer, or its answer says neither.
    async fn probe(&self) -> Result<Probe, TransportError>;

    /// The gateway as it is reached now, held fast: each attempt keeps the way that it went, and goes
    /// over that way alone. A gateway whose host and key never change has only one, `None`.
    ///
    /// Cheap enough to ask before each request. What wraps a transport forwards it.
    ///
    /// # Errors
    /// [`TransportError`] when there is no way just now, as [`send`](Self::send) would say it.
    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        Ok(None)
    }
}

/// A message that the gateway lists as taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMessage {
    /// The gateway's id of it, if the row has one.
    pub gateway_id: Option<String>,
    /// Whom it went to, exactly as listed: a number or an alias, perhaps with a suffix such as
    /// `@c.us`; `None` where the row does not say.
    pub recipient: Option<Private>,
    /// Its text.
    pub text: Private,
    /// The URL of its attachment, if it has one and the listing shows it.
    pub url: Option<Private>,
    /// When the gateway took it, by the gateway's clock.
    pub created_at: Option<DateTime<Utc>>,
}

impl ListedMessage {
    /// A listed text under this id, if the row has one.
    pub fn new(gateway_id: Option<String>, text: impl Into<Private>) -> Self {
        let text = text.into();
        Self { gateway_id, recipient: None, text, url: None, created_at: None }
    }

    /// The same with its recipient, as listed.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Option<Private>) -> Self {
        self.recipient = recipient;
        self
    }

    /// The same with the instant of its acceptance.
    #[must_use]
    pub const fn with_created_at(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.created_at = at;
        self
    }

    /// The same with its attachment's URL.
    #[must_use]
    pub fn with_url(mut self, url: Option<Private>) -> Self {
        self.url = url;
        self
    }
}

/// What the gateway lists as sent to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The messages, in any order; older ones and other people's may be among them.
    pub messages: Vec<ListedMessage>,
    /// Whether all since the instant asked for are in it. An incomplete listing can prove that a
    /// message was accepted, never that it was not.
    pub complete: bool,
}

/// Asks the gateway what became of messages.
///
/// # Contract
/// Reads only, any number of times. Ends within 30 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DeliveryReports: fmt::Debug + Send + Sync + 'static {
    /// How far the message with this gateway id has come. An id that is not known (yet) is
    /// [`Reported::Nothing`].
    ///
    /// # Errors
    /// [`TransportError`] when the gateway could not be asked.
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError>;

    /// What the gateway lists when it is asked for `number`, since `since`; where it files messages
    /// under a number, under every [spelling](WhatsAppNumber::spellings) of this one.
    ///
    /// Every row that may stand for a message to a person is in it, also where its recipient is
    /// another number, an alias or nothing, and where it has no id or no time: what such a row
    /// proves is not the adapter's to decide. Only messages to groups are left out. A row that comes
    /// on two pages is in it once.
    ///
    /// # Errors
    /// [`TransportError`] when the gateway could not be asked, or cannot list.
    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError>;

    /// The gateway as it can be asked now, held fast. A gateway whose host and key never change has
    /// only one way, `None`, as [`Transport::line`] has it.
    ///
    /// What wraps these reports forwards it: over another way than the attempt's own, a list proves
    /// no absence.
    ///
    /// # Errors
    /// [`TransportError`] when there is no way just now.
    async fn line(&self) -> Result<Option<Line<dyn DeliveryReports>>, TransportError> {
        Ok(None)
    }
}

//! The gateway: sending messages.

use std::fmt;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::line::Line;
use crate::id::{MessageId, TemplateId};
use crate::message::{AttachmentRef, Cause, MessageValues, TypeName};
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::retry::Disposition;

/// Name of an attempt, for gateways that return a reference of the sender's in their reports.
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
    /// The number of the attempt, 1 for the first.
    pub attempt: u32,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.message_id, self.attempt)
    }
}

/// A message as it is given to the gateway: number, text and file. Gateways that want the text in
/// parts also find the values and the template that it was made from.
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
    /// The recipient's number.
    pub number: WhatsAppNumber,
    /// The finished text; with an attachment it is the caption.
    pub text: Private,
    /// The file that is sent with the message.
    pub attachment: Option<AttachmentRef>,
    /// The attempt that sends the message.
    pub reference: Option<Reference>,
    /// The type of the message.
    pub message_type: Option<TypeName>,
    /// The values in the text, by placeholder; `None` for a text that a person wrote, and for the
    /// name of a file that is sent ahead of its text.
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

    /// The same message with another text.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<Private>) -> Self {
        self.text = text.into();
        self
    }

    /// The same message with a file.
    #[must_use]
    pub fn with_attachment(mut self, file: AttachmentRef) -> Self {
        self.attachment = Some(file);
        self
    }

    /// The same message, sent by this attempt.
    #[must_use]
    pub const fn with_reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// The same message with this type.
    #[must_use]
    pub const fn with_type(mut self, message_type: TypeName) -> Self {
        self.message_type = Some(message_type);
        self
    }

    /// The same message with the values that the text contains.
    #[must_use]
    pub fn with_values(mut self, values: MessageValues) -> Self {
        self.values = Some(values);
        self
    }

    /// The same message with the stored template, in this version, that the text was made from.
    #[must_use]
    pub const fn with_template(mut self, id: TemplateId, version: u32) -> Self {
        self.template = Some((id, version));
        self
    }
}

/// The gateway accepted a message. Accepted means queued, not delivered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Accepted {
    /// The gateway's id of the message, if it gave one.
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

    /// The same acceptance with the HTTP status and the reply.
    #[must_use]
    pub fn with_reply(mut self, status: u16, response: Option<serde_json::Value>) -> Self {
        self.http_status = Some(status);
        self.response = response;
        self
    }
}

/// The gateway did not accept a message, or nobody knows whether it did, or it could not be asked.
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
    /// An error with its meaning and a sentence for people, of which at most 300 characters are
    /// kept.
    ///
    /// The cause follows from the disposition: the message for a permanent error, the account or
    /// the address where these were refused, otherwise the gateway.
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

    /// The same error with `cause` as its certain cause.
    #[must_use]
    pub const fn with_cause(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self.cause_is_sure = true;
        self
    }

    /// The same error with `cause` as its likely cause. The message may be the cause as well: the
    /// answer alone does not tell.
    #[must_use]
    pub const fn perhaps(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self.cause_is_sure = false;
        self
    }

    /// The same error, marked as one where no byte of the request can have reached the gateway.
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

    /// The meaning of the error for the message.
    #[must_use]
    pub const fn disposition(&self) -> Disposition {
        self.disposition
    }

    /// The cause of the error, as far as the answer tells.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Returns true if the answer leaves no doubt about the cause.
    #[must_use]
    pub const fn cause_is_sure(&self) -> bool {
        self.cause_is_sure
    }

    /// Returns true if any byte may have reached the gateway.
    #[must_use]
    pub const fn reached(&self) -> bool {
        self.reached
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub const fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// The time that the gateway asked to wait: at least 1 second, at most 1 hour. Set exactly when
    /// the gateway said that it gets too many requests (a rate limit).
    #[must_use]
    pub const fn retry_after(&self) -> Option<TimeDelta> {
        self.retry_after
    }

    /// Description of the failure, in plain words.
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

/// The gateway's answer about the account itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Probe {
    /// The gateway answers and accepts the key.
    Ready,
    /// The gateway answers and refuses the key or the account.
    Refused,
}

/// Sends messages to the gateway.
///
/// ```
/// use async_trait::async_trait;
/// use std::sync::mpsc::SyncSender;
/// use whatsapp_core::port::{Accepted, OutgoingMessage, Probe, Transport, TransportError};
/// use whatsapp_core::retry::Disposition;
///
/// /// Hands messages to a thread that types them into a phone.
/// #[derive(Debug)]
/// struct Phone(SyncSender<OutgoingMessage>);
///
/// #[async_trait]
/// impl Transport for Phone {
///     async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
///         let taken = self.0.try_send(message.clone());
///         // Surely not taken: it is tried again. Where that is not sure, it is `Unknown`.
///         let busy = |_| TransportError::new(Disposition::Transient, "The phone is busy.");
///         taken.map(|()| Accepted::new(None)).map_err(busy)
///     }
///
///     async fn probe(&self) -> Result<Probe, TransportError> {
///         Ok(Probe::Ready)
///     }
/// }
/// ```
///
/// # Contract
/// - One call is one attempt: no retry, no redirect, no second request with the message in it.
/// - It ends within 30 seconds.
/// - An error is `Unknown` unless the gateway surely did not accept the message. `reached` is false
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

    /// Asks whether the gateway is there and accepts the key, without sending anything.
    ///
    /// # Errors
    /// [`TransportError`] when the gateway does not answer, or its answer tells neither.
    async fn probe(&self) -> Result<Probe, TransportError>;

    /// A fixed line to the gateway as it is reached now. Each attempt keeps the line that it was
    /// sent by, and uses that line only. `None` for a gateway whose host and key never change.
    ///
    /// It is cheap enough to ask before each request. A transport that wraps another one must
    /// forward this call.
    ///
    /// # Errors
    /// [`TransportError`] when the gateway cannot be reached just now, as [`send`](Self::send)
    /// would report it.
    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        Ok(None)
    }
}

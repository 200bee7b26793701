//! The gateway: asking for the delivery status of messages, and for the messages that it lists.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::line::Line;
use super::transport::TransportError;
use crate::message::Reported;
use crate::number::WhatsAppNumber;
use crate::private::Private;

/// A message that the gateway lists as accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMessage {
    /// The gateway's id of the message, if the row has one.
    pub gateway_id: Option<String>,
    /// The recipient, exactly as listed: a number or an alias, perhaps with a suffix such as
    /// `@c.us`; `None` where the row does not say.
    pub recipient: Option<Private>,
    /// The text of the message.
    pub text: Private,
    /// The URL of the attachment, if there is one and the listing shows it.
    pub url: Option<Private>,
    /// Time at which the gateway accepted the message, by the gateway's clock.
    pub created_at: Option<DateTime<Utc>>,
}

impl ListedMessage {
    /// A listed text under this id, if the row has one.
    pub fn new(gateway_id: Option<String>, text: impl Into<Private>) -> Self {
        let text = text.into();
        Self { gateway_id, recipient: None, text, url: None, created_at: None }
    }

    /// The same message with its recipient, as listed.
    #[must_use]
    pub fn with_recipient(mut self, recipient: Option<Private>) -> Self {
        self.recipient = recipient;
        self
    }

    /// The same message with the time of its acceptance.
    #[must_use]
    pub const fn with_created_at(mut self, at: Option<DateTime<Utc>>) -> Self {
        self.created_at = at;
        self
    }

    /// The same message with its attachment's URL.
    #[must_use]
    pub fn with_url(mut self, url: Option<Private>) -> Self {
        self.url = url;
        self
    }
}

/// The messages that the gateway lists as sent to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// The messages, in any order; older ones and other people's may be among them.
    pub messages: Vec<ListedMessage>,
    /// True if all messages since the requested time are in the list. An incomplete listing can
    /// prove that a message was accepted, never that it was not.
    pub complete: bool,
}

impl Listing {
    /// A list of these messages. It is complete only if it surely has all since the requested time.
    #[must_use]
    pub const fn new(messages: Vec<ListedMessage>, complete: bool) -> Self {
        Self { messages, complete }
    }
}

/// Asks the gateway for the delivery status of messages.
///
/// # Contract
/// Reads only, any number of times. Ends within 30 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DeliveryReports: fmt::Debug + Send + Sync + 'static {
    /// The delivery status of the message with this gateway id. An id that is not known (yet) is
    /// [`Reported::Nothing`].
    ///
    /// # Errors
    /// [`TransportError`] when the gateway could not be asked.
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError>;

    /// Returns the messages that the gateway lists for `number`, since `since`. A gateway that
    /// files messages under a number is asked for every [spelling](WhatsAppNumber::spellings) of
    /// this one.
    ///
    /// Every row that may stand for a message to a person is included. This is so even where its
    /// recipient is another number, an alias or nothing, and where it has no id or no time. The
    /// adapter must not decide what such a row proves. Only messages to groups are left out. A row
    /// that appears on two pages is included once.
    ///
    /// # Errors
    /// [`TransportError`] when the gateway could not be asked, or cannot list.
    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError>;

    /// A fixed line to the gateway as it can be asked now. `None` for a gateway whose host and key
    /// never change, as with [`Transport::line`](super::Transport::line).
    ///
    /// An implementation that wraps these reports must forward this call: a list that was read over
    /// another line than the attempt's own does not prove that a message is absent.
    ///
    /// # Errors
    /// [`TransportError`] when the gateway cannot be reached just now.
    async fn line(&self) -> Result<Option<Line<dyn DeliveryReports>>, TransportError> {
        Ok(None)
    }
}

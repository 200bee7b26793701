//! Messages as the gateway of a scene got them, and what a test asserts of them.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{AttachmentRef, TypeName};
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private, WhatsAppNumber};

use super::chosen::Chosen;
use crate::gateway::Fault;

/// One POST of a message, as the gateway got it.
///
/// `Display` gives the line that failing assertions show. It names the customer by the host's key,
/// and holds neither number nor text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Posted {
    /// Time of the POST.
    pub at: DateTime<Utc>,
    /// Time of the POST since the scene began.
    pub since_start: TimeDelta,
    /// The message in the log; `None` for a POST that no dispatcher made.
    pub message_id: Option<MessageId>,
    /// Number of the attempt, 1 for the first.
    pub attempt: Option<u32>,
    /// The customer, by the host's key.
    pub customer: Option<CustomerId>,
    /// The number that the POST went to.
    pub number: WhatsAppNumber,
    /// The message type.
    pub message_type: Option<TypeName>,
    /// The subject, as people know it: the number of an invoice or an order.
    pub subject: Option<String>,
    /// The host's key of the invoice.
    pub invoice: Option<InvoiceId>,
    /// The text, or the name of a file that goes ahead of its text.
    pub text: Private,
    /// The file.
    pub attachment: Option<AttachmentRef>,
    /// The fault that was played on the POST.
    pub fault: Fault,
    /// The gateway's id of the message, if the gateway accepted it by now; whatever it answered.
    pub gateway_id: Option<String>,
}

impl fmt::Display for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "after {} min: ", self.since_start.num_minutes())?;
        match &self.message_type {
            Some(name) => write!(f, "{name}")?,
            None => f.write_str("a message without a type")?,
        }
        if let Some(subject) = &self.subject {
            write!(f, " about {subject}")?;
        }
        if let Some(customer) = &self.customer {
            write!(f, " to {customer}")?;
        }
        if let Some(attempt) = self.attempt {
            write!(f, ", attempt {attempt}")?;
        }
        write!(f, " ({})", self.fault)
    }
}

/// POSTs or accepted messages, in the order of the POSTs: given by
/// [`RunningScene::posts`](super::RunningScene::posts) and
/// [`RunningScene::sent`](super::RunningScene::sent).
pub type Posts = Chosen<Posted>;

impl Posts {
    /// Only those to this customer: the host's key (`C-1`), or the number (`+919876543210`).
    pub fn to(self, whom: &str) -> Self {
        let is_to = |posted: &Posted| {
            let customer = posted.customer.as_ref().map(CustomerId::as_str);
            customer == Some(whom) || posted.number.as_str() == whom
        };
        self.only("to", whom, is_to)
    }

    /// Only those of this type: a [`MessageType`](whatsapp_core::message::MessageType) or its name.
    pub fn of_type(self, message_type: impl Into<TypeName>) -> Self {
        let name = message_type.into();
        self.only("of type", name.as_str(), |posted| posted.message_type == Some(name))
    }

    /// Only those about this invoice, order or other subject: its number, as people know it, or the
    /// host's key of the invoice. A summary of several invoices has no subject.
    pub fn about(self, subject: &str) -> Self {
        let is_about = |posted: &Posted| {
            let invoice = posted.invoice.as_ref().map(InvoiceId::as_str);
            posted.subject.as_deref() == Some(subject) || invoice == Some(subject)
        };
        self.only("about", subject, is_about)
    }

    /// The times of the POSTs, in whole minutes since the scene began.
    #[must_use]
    pub fn minutes(&self) -> Vec<i64> {
        self.fit.iter().map(|posted| posted.since_start.num_minutes()).collect()
    }
}

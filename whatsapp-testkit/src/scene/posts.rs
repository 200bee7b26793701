//! Messages as the gateway of a scene got them, and what a test asserts of them.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{AttachmentRef, TypeName};
use whatsapp_core::{CustomerId, InvoiceId, MessageId, Private, WhatsAppNumber};

use super::complaint::Wanted;
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
///
/// Words choose, and a number ends the sentence. An assertion that fails says what there was
/// instead:
///
/// ```text
/// expected 1 accepted message to C-1 about SO-2026-0107, and there is none
/// Besides there is 1 other accepted message:
///   after 0 min: stock_delivered about SO-2026-0108 to C-1, attempt 1 (ordinary)
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is asserted before the sentence ends in `once`, `never` or `times`"]
pub struct Posts {
    fit: Vec<Posted>,
    others: Vec<Posted>,
    wanted: Wanted,
}

impl Posts {
    pub(super) fn new(posts: Vec<Posted>, things: [&'static str; 2]) -> Self {
        let wanted = Wanted { things, words: String::new() };
        Self { fit: posts, others: Vec::new(), wanted }
    }

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

    /// Asserts that there is exactly one, and returns it.
    ///
    /// # Panics
    /// Panics if there is none, or more than one.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn once(self) -> Posted {
        let mut fit = self.times(1);
        fit.remove(0)
    }

    /// Asserts that there is none.
    ///
    /// # Panics
    /// Panics if there is one.
    #[track_caller]
    pub fn never(self) {
        self.times(0);
    }

    /// Asserts that there are exactly this many, and returns them.
    ///
    /// # Panics
    /// Panics if there are fewer or more.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "the assertion alone is often enough")]
    pub fn times(self, times: usize) -> Vec<Posted> {
        let Self { fit, others, wanted } = self;
        assert!(fit.len() == times, "{}", wanted.complaint(times, &fit, &others));
        fit
    }

    /// The times of the POSTs, in whole minutes since the scene began.
    #[must_use]
    pub fn minutes(&self) -> Vec<i64> {
        self.fit.iter().map(|posted| posted.since_start.num_minutes()).collect()
    }

    /// All that were chosen, without an assertion.
    #[must_use]
    pub fn all(self) -> Vec<Posted> {
        self.fit
    }

    fn only(self, word: &str, value: &str, fits: impl Fn(&Posted) -> bool) -> Self {
        let (fit, not) = self.fit.into_iter().partition(|posted| fits(posted));
        let mut others = self.others;
        others.extend::<Vec<_>>(not);
        Self { fit, others, wanted: self.wanted.with(word, value) }
    }
}

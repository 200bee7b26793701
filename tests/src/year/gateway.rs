//! A gateway that often refuses, and keeps the POSTs that it got.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::message::{Delivery, Reported};
use whatsapp_core::port::{
    Accepted, Clock as _, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe,
    Transport, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{MessageId, Private, WhatsAppNumber};
use whatsapp_testkit::ManualClock;

use super::books::Books;

/// A POST that arrived.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) message: Option<MessageId>,
    /// Time by the truth.
    pub(super) at: DateTime<Utc>,
    /// Time by the clock of the host that made the POST.
    pub(super) wall: DateTime<Utc>,
    pub(super) number: String,
    /// Numbers of the invoices, as the text says them.
    pub(super) invoices: Vec<String>,
    pub(super) taken: bool,
    text: Private,
    /// Reason why nobody was to be reminded of one of the invoices at that moment.
    pub(super) quiet: Option<&'static str>,
}

impl Post {
    /// Returns the first invoice that the POST is about.
    pub(super) fn first(&self) -> &str {
        self.invoices.first().map_or("", String::as_str)
    }
}

/// State that all hosts' gateways share.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    state: Arc<Mutex<(Vec<Post>, fastrand::Rng)>>,
    /// Number of POSTs out of ten that are refused.
    refused: u8,
}

impl Ledger {
    pub(super) fn new(refused: u8, random: fastrand::Rng) -> Self {
        Self { state: Arc::new(Mutex::new((Vec::new(), random))), refused }
    }

    pub(super) fn posts(&self) -> Vec<Post> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

/// The gateway as one host reaches it.
#[derive(Debug, Clone)]
pub(super) struct Refusing {
    pub(super) ledger: Ledger,
    pub(super) books: Books,
    pub(super) clock: ManualClock,
}

/// Returns the invoices' numbers in a text.
fn invoices_in(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text.split(|c| !is_part(c)).filter(|word| word.starts_with("INV-"));
    words.map(str::to_owned).collect()
}

#[async_trait]
impl Transport for Refusing {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let invoices = invoices_in(message.text.as_str());
        let quiet = invoices.iter().find_map(|invoice| self.books.is_quiet(invoice));
        let mut ledger = self.ledger.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (posts, random) = &mut *ledger;
        let taken = random.u8(0..10) >= self.ledger.refused;
        posts.push(Post {
            message: message.reference.as_ref().map(|reference| reference.message_id),
            at: self.books.now(),
            wall: self.clock.now(),
            number: message.number.as_str().to_owned(),
            invoices,
            taken,
            text: message.text.clone(),
            quiet,
        });
        if taken {
            Ok(Accepted::new(Some(format!("G-{}", posts.len()))))
        } else {
            Err(TransportError::new(Disposition::Transient, "Not just now."))
        }
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        Ok(Probe::Ready)
    }
}

#[async_trait]
impl DeliveryReports for Refusing {
    /// Says nothing about one message in eight. Each of these is asked about for days; with more of
    /// them, little else would happen in a year.
    async fn status(&self, id: &str) -> Result<Reported, TransportError> {
        let no: u64 = id.trim_start_matches("G-").parse().unwrap_or_default();
        let is_silent = no.is_multiple_of(8);
        Ok(if is_silent { Reported::Nothing } else { Reported::Reached(Delivery::Delivered) })
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        _: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let posts = self.ledger.posts();
        let to = posts.iter().enumerate().filter(|(_, p)| p.taken && p.number == number.as_str());
        let listed = |(no, post): (usize, &Post)| {
            ListedMessage::new(Some(format!("G-{}", no + 1)), post.text.clone())
                .with_recipient(Some(number.digits().into()))
                .with_created_at(Some(post.at))
        };
        Ok(Listing::new(to.map(listed).collect(), true))
    }
}

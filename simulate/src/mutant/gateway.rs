//! Adapters of the gateway that are careless with its replies and lists.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Cause, Reported};
use whatsapp_core::port::{
    Accepted, Clock, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Transport,
    TransportError,
};
use whatsapp_core::retry::Disposition;

use super::{Mutant, locked};

/// Texts that were sent, to compare a list with them.
pub(super) type Texts = Mutex<BTreeSet<String>>;

/// A gateway's adapter that is careless with replies.
#[derive(Debug)]
pub(super) struct Careless {
    pub(super) inner: Arc<dyn Transport>,
    pub(super) mutant: Mutant,
    pub(super) texts: Arc<Texts>,
}

#[async_trait]
impl Transport for Careless {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        locked(&self.texts).insert(message.text.as_str().to_owned());
        let reply = self.inner.send(message).await;
        let Err(error) = &reply else { return reply };
        let unknown = error.disposition() == Disposition::Unknown;
        match (self.mutant, error.http_status()) {
            (Mutant::HttpRetries, None) if unknown => self.inner.send(message).await,
            (Mutant::ServerErrorRefuses, Some(500..)) => {
                Err(TransportError::new(Disposition::Transient, error.detail()))
            }
            (Mutant::NoScope, _)
                if matches!(error.cause(), Cause::Account | Cause::Address | Cause::Between) =>
            {
                Err(TransportError::new(Disposition::Permanent, error.detail()))
            }
            (Mutant::AnySuccess, Some(200..300)) => Ok(Accepted::new(None)),
            _ => reply,
        }
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

/// The gateway's list, read carelessly.
#[derive(Debug)]
pub(super) struct CarelessList {
    pub(super) inner: Arc<dyn DeliveryReports>,
    pub(super) mutant: Mutant,
    pub(super) texts: Arc<Texts>,
    pub(super) clock: Arc<dyn Clock>,
}

/// Largest error of the gateway's clock, and of its time zone.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);
const ZONE_DOUBT: TimeDelta = TimeDelta::hours(26);

impl CarelessList {
    /// Tells whether the text is one that was sent, or the time is one at which it can have been
    /// sent.
    fn is_plausible(&self, row: &ListedMessage, since: DateTime<Utc>) -> bool {
        let until = self.clock.now() + TOLERANCE;
        let in_time = row.created_at.is_none_or(|at| at >= since + ZONE_DOUBT && at <= until);
        in_time || locked(&self.texts).contains(row.text.as_str())
    }
}

#[async_trait]
impl DeliveryReports for CarelessList {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.inner.status(gateway_id).await
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut listing = self.inner.sent_to(number, since).await?;
        let digits = number.as_str().trim_start_matches('+');
        let is_the_number = |to: &str| to.trim_start_matches('+') == digits;
        match self.mutant {
            Mutant::NoLook => listing = Listing::new(Vec::new(), true),
            Mutant::ExactRecipient => listing
                .messages
                .retain(|row| row.recipient.as_ref().is_some_and(|to| is_the_number(to.as_str()))),
            Mutant::TwoDoubts => listing.messages.retain(|row| self.is_plausible(row, since)),
            Mutant::AlwaysUnclear => listing.complete = false,
            _ => {}
        }
        Ok(listing)
    }
}

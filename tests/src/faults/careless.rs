//! The mutants on the gateway's side: a client that is careless with replies, and one that is
//! careless with lists.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_360messenger::Gateway;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Cause, Reported};
use whatsapp_core::port::{
    Accepted, Clock as _, DeliveryReports, Line, ListedMessage, Listing, OutgoingMessage, Probe,
    Transport, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::ManualClock;

use super::mutant::Mutant;

/// Texts that were sent, for code that must compare a list with them.
pub(super) type Texts = Mutex<BTreeSet<String>>;

/// The gateway's adapter, with one safeguard removed.
#[derive(Debug)]
pub(super) struct Careless {
    pub(super) inner: Arc<dyn Transport>,
    /// The same gateway, at the address that redirects lead to.
    pub(super) moved: Arc<Gateway>,
    pub(super) mutant: Mutant,
    pub(super) texts: Arc<Texts>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for Careless {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let text = message.text.as_str().to_owned();
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).insert(text);
        let reply = self.inner.send(message).await;
        let Err(error) = &reply else { return reply };
        let unknown = error.disposition() == Disposition::Unknown;
        match (self.mutant, error.http_status()) {
            (Mutant::FollowsRedirects, Some(303 | 307 | 308)) => self.moved.send(message).await,
            (Mutant::HttpRetries, None) if unknown => self.inner.send(message).await,
            (Mutant::ServerErrorRefuses, Some(500..)) => {
                Err(TransportError::new(Disposition::Transient, error.detail()))
            }
            (Mutant::NoScope, _) if is_the_accounts(error) => {
                Err(TransportError::new(Disposition::Permanent, error.detail()))
            }
            (Mutant::AnySuccess, Some(200..300)) => Ok(Accepted::new(None)),
            _ => reply,
        }
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        if self.mutant == Mutant::AnyList {
            return Ok(None);
        }
        let line = self.inner.line().await?;
        let (moved, texts) = (Arc::clone(&self.moved), Arc::clone(&self.texts));
        let careless = |over| Self { inner: over, moved, texts, mutant: self.mutant };
        Ok(line.map(|line| Line::<dyn Transport>::new(line.via, Arc::new(careless(line.over)))))
    }
}

/// Returns true if an error is certainly or perhaps the trouble of the account or its address.
const fn is_the_accounts(error: &TransportError) -> bool {
    matches!(error.cause(), Cause::Account | Cause::Address | Cause::Between)
}

/// The gateway's list, read with one safeguard removed.
#[derive(Debug)]
pub(super) struct CarelessList {
    pub(super) inner: Arc<dyn DeliveryReports>,
    pub(super) mutant: Mutant,
    pub(super) texts: Arc<Texts>,
    pub(super) clock: ManualClock,
}

impl CarelessList {
    /// Returns true if the text is one that was sent, or the time is one at which it can have been
    /// sent.
    fn is_plausible(&self, row: &ListedMessage, since: DateTime<Utc>) -> bool {
        let sent = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let until = self.clock.now() + TOLERANCE;
        let in_time = row.created_at.is_none_or(|at| at >= since + ZONE_DOUBT && at <= until);
        in_time || sent.contains(row.text.as_str())
    }
}

/// Largest error of the gateway's clock; the next constant is that of its zone.
const TOLERANCE: TimeDelta = TimeDelta::minutes(2);
const ZONE_DOUBT: TimeDelta = TimeDelta::hours(26);

#[deny(clippy::missing_trait_methods)]
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
        if self.mutant == Mutant::NoLook {
            return Ok(Listing::new(Vec::new(), true));
        }
        let mut listing = self.inner.sent_to(number, since).await?;
        let is_the_number =
            |to: &str| to.trim_start_matches('+') == number.as_str().trim_start_matches('+');
        match self.mutant {
            Mutant::ExactRecipient => listing
                .messages
                .retain(|row| row.recipient.as_ref().is_some_and(|to| is_the_number(to.as_str()))),
            Mutant::TwoDoubts => listing.messages.retain(|row| self.is_plausible(row, since)),
            Mutant::AlwaysUnclear => listing.complete = false,
            _ => {}
        }
        Ok(listing)
    }

    async fn line(&self) -> Result<Option<Line<dyn DeliveryReports>>, TransportError> {
        if self.mutant == Mutant::AnyList {
            return Ok(None);
        }
        let line = self.inner.line().await?;
        let (texts, clock) = (Arc::clone(&self.texts), self.clock.clone());
        let careless = |over| Self { inner: over, mutant: self.mutant, texts, clock };
        Ok(line
            .map(|line| Line::<dyn DeliveryReports>::new(line.via, Arc::new(careless(line.over)))))
    }
}

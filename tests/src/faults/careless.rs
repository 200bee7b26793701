//! The mutants at the gateway's side: a client that is careless with replies, and a list that shows
//! nothing.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_360messenger::Gateway;
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Reported;
use whatsapp_core::port::{
    Accepted, DeliveryReports, Listing, OutgoingMessage, Probe, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;

use super::mutant::Mutant;

/// The gateway's adapter, with one safeguard taken out.
#[derive(Debug)]
pub(super) struct Careless {
    pub(super) inner: Arc<Gateway>,
    /// The same gateway at the address that redirects lead to.
    pub(super) moved: Gateway,
    pub(super) mutant: Mutant,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for Careless {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let reply = self.inner.send(message).await;
        let Err(error) = &reply else { return reply };
        let unknown = error.disposition() == Disposition::Unknown;
        match (self.mutant, error.http_status()) {
            (Mutant::FollowsRedirects, Some(303 | 307 | 308)) => self.moved.send(message).await,
            (Mutant::HttpRetries, None) if unknown => self.inner.send(message).await,
            (Mutant::ServerErrorRefuses, Some(500..)) => {
                Err(TransportError::new(Disposition::Transient, error.detail()))
            }
            (Mutant::AnySuccess, Some(200..300)) => Ok(Accepted::new(None)),
            _ => reply,
        }
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }
}

/// Without the look: whatever is looked for, the list is complete and empty.
#[derive(Debug)]
pub(super) struct Blind(pub(super) Arc<Gateway>);

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl DeliveryReports for Blind {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.0.status(gateway_id).await
    }

    async fn sent_to(
        &self,
        _number: &WhatsAppNumber,
        _since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        Ok(Listing { messages: Vec::new(), complete: true })
    }
}

//! The gateway itself: both ports, at the current address and with the current key.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::Reported;
use whatsapp_core::port::{
    Accepted, AddressError, AddressedGateway, ApiKey, ApiKeyError, ApiKeySource, DeliveryReports,
    FixedKey, GatewayAddress, Line, Listing, OutgoingMessage, Probe, Transport, TransportError,
};
use whatsapp_core::retry::Disposition;

use crate::address::{self, BuildError, Rule};
use crate::builder::GatewayBuilder;
use crate::reach::{Place, Reach, host_and_path};

/// The 360Messenger gateway, as [`Transport`], as [`DeliveryReports`] and as [`AddressedGateway`].
/// See the [crate's page](crate) for an example.
///
/// Cheap to share behind an [`Arc`]; it keeps its connections open between requests.
pub struct Gateway {
    pub(crate) key_source: Arc<dyn ApiKeySource>,
    pub(crate) rule: Rule,
    pub(crate) now: Mutex<Now>,
}

/// The current address of the gateway.
pub(crate) struct Now {
    pub(crate) place: Arc<Place>,
    /// True if the address comes from the settings.
    pub(crate) is_set: bool,
}

impl Gateway {
    /// Creates the vendor's gateway, version 2, with a key that never changes.
    ///
    /// # Errors
    /// [`BuildError::Client`] when this machine has no usable TLS.
    pub fn new(key: ApiKey) -> Result<Self, BuildError> {
        Self::builder(Arc::new(FixedKey(key))).build()
    }

    /// Prepares a gateway that reads its key from `key_source` for each request.
    pub fn builder(key_source: Arc<dyn ApiKeySource>) -> GatewayBuilder {
        GatewayBuilder::new(key_source)
    }

    async fn key(&self) -> Result<ApiKey, TransportError> {
        self.key_source.api_key().await.map_err(|error| {
            if let ApiKeyError::Missing { .. } = error {
                tracing::warn!(error = %error, "nothing can be sent without the gateway's API key");
            }
            let detail = match error {
                ApiKeyError::Malformed => {
                    "The API key of the gateway holds characters that no key has"
                }
                ApiKeyError::File { .. } => {
                    "The file with the gateway's API key cannot be used; the program's log says why"
                }
                // The hint names variables and files; it is for the host, and not for the page.
                _ => "There is no API key for the gateway; give one to the program, by its environment or a file",
            };
            TransportError::new(Disposition::Misconfigured, detail).not_reached()
        })
    }

    fn place(&self) -> Arc<Place> {
        Arc::clone(&self.now.lock().unwrap_or_else(PoisonError::into_inner).place)
    }

    /// Returns the gateway at the current address with the current key.
    async fn reach(&self) -> Result<Reach, TransportError> {
        let key = self.key().await?;
        Ok(Reach { place: self.place(), key })
    }

    /// Returns the gateway at an address that the settings may name.
    fn at(&self, address: &str) -> Result<Place, AddressError> {
        let base = self.rule.allows(address)?;
        let host = host_and_path(&base);
        self.place()
            .moved(base)
            .ok_or_else(|| AddressError::NoAnswer { host, detail: BuildError::Client.to_string() })
    }

    async fn tried(&self, place: &Arc<Place>) -> Result<(), AddressError> {
        let host = place.host();
        let no_answer = |error: &TransportError| AddressError::NoAnswer {
            host: host.clone(),
            detail: error.detail().to_owned(),
        };
        let key = self.key().await.map_err(|error| no_answer(&error))?;
        let reach = Reach { place: Arc::clone(place), key };
        match reach.probe().await {
            Ok(Probe::Ready) => Ok(()),
            Ok(_) => Err(AddressError::Refused { host }),
            Err(error) => Err(no_answer(&error)),
        }
    }
}

#[async_trait]
impl Transport for Gateway {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        self.reach().await?.send(message).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.reach().await?.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        let reach = self.reach().await?;
        Ok(Some(Line::<dyn Transport>::new(reach.via(), Arc::new(reach))))
    }
}

#[async_trait]
impl DeliveryReports for Gateway {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        self.reach().await?.status(gateway_id).await
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        self.reach().await?.sent_to(number, since).await
    }

    async fn line(&self) -> Result<Option<Line<dyn DeliveryReports>>, TransportError> {
        let reach = self.reach().await?;
        Ok(Some(Line::<dyn DeliveryReports>::new(reach.via(), Arc::new(reach))))
    }
}

#[async_trait]
impl AddressedGateway for Gateway {
    fn address(&self) -> GatewayAddress {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = address::shown(&now.place.writer.base);
        match &self.rule {
            Rule::Fixed => GatewayAddress::fixed(Some(shown), address::FIXED),
            Rule::Settings { .. } => GatewayAddress::set(now.is_set.then_some(shown)),
        }
    }

    fn host_of(&self, address: &str) -> Result<String, AddressError> {
        self.rule.allows(address).map(|base| host_and_path(&base))
    }

    async fn try_address(&self, address: &str) -> Result<(), AddressError> {
        self.tried(&Arc::new(self.at(address)?)).await
    }

    async fn go_to(&self, address: &str) -> Result<(), AddressError> {
        let place = Arc::new(self.at(address)?);
        let (is_set, is_there) = {
            let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
            let is_there = now.place.writer.base == place.writer.base;
            let was_set = now.is_set;
            now.is_set |= is_there;
            (was_set, is_there)
        };
        if is_there {
            return Ok(());
        }
        if is_set {
            self.tried(&place).await?;
        }
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Now { place, is_set: true };
        Ok(())
    }
}

/// Shows the target and the manner of sending, never the key.
impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        f.debug_struct("Gateway")
            .field("base_url", &place.writer.base.as_str())
            .field("dialect", &place.writer.dialect)
            .finish_non_exhaustive()
    }
}

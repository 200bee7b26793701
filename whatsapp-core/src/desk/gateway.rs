//! The gateway as a person asks about it: whose key it is sent with, and whether it answers.

use super::Desk;
use crate::port::{ApiKeyError, KeyOrigin, Probe, TransportError};

/// The gateway's key, as far as it is ever shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyShown {
    /// `••••` and its last 4 characters, or why there is none.
    pub masked: Result<String, ApiKeyError>,
    /// Source of the key.
    pub origin: KeyOrigin,
}

impl Desk {
    /// The key that goes with the next request, with no more of it than its last 4 characters;
    /// `None` where the ports do not say [where it comes from](crate::Ports::with_key).
    pub async fn gateway_key(&self) -> Option<KeyShown> {
        let key = self.ports.key.as_ref()?;
        let masked = key.api_key().await.map(|key| key.masked());
        Some(KeyShown { masked, origin: key.origin() })
    }

    /// Asks the gateway whether it is there and takes the key, without sending anything; `None`
    /// where the ports have [no transport](crate::Ports::with_transport).
    ///
    /// # Errors
    /// [`TransportError`] when it does not answer, or its answer says neither.
    pub async fn probe_gateway(&self) -> Option<Result<Probe, TransportError>> {
        let transport = self.ports.transport.as_ref()?;
        Some(transport.probe().await)
    }
}

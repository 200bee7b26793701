//! Use of the gateway's address in the settings.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::dispatch::locked;
use crate::port::{AddressError, AddressedGateway};

/// An address that could not be used is tried again after this time.
const TRIED_EVERY: Duration = Duration::from_secs(5 * 60);

/// The address in the settings that was used last.
#[derive(Debug, Default)]
pub(crate) struct HeededAddress(Mutex<Option<Heeded>>);

/// The result of using an address in the settings.
#[derive(Debug, Clone)]
struct Heeded {
    address: String,
    at: Duration,
    refused: Option<AddressError>,
}

impl HeededAddress {
    /// Goes to the gateway at this address, if the deployment leaves the address to the settings.
    /// The old address stays in use if the new one cannot be used.
    ///
    /// # Errors
    /// The reason why nothing can be sent: there is no old address.
    pub(crate) async fn heed(
        &self,
        gateway: Option<&Arc<dyn AddressedGateway>>,
        address: &str,
        mark: Duration,
    ) -> Result<(), AddressError> {
        let Some(gateway) = gateway else { return Ok(()) };
        if gateway.address().fixed.is_some() {
            return Ok(());
        }
        let known = locked(&self.0).clone().filter(|known| {
            let rests = mark.saturating_sub(known.at) < TRIED_EVERY;
            known.address == address && (known.refused.is_none() || rests)
        });
        let refused = if let Some(known) = known {
            known.refused
        } else {
            let refused = gateway.go_to(address).await.err();
            match &refused {
                None => tracing::info!("the gateway is at the address in the settings"),
                Some(error) => {
                    tracing::warn!("the gateway's address in the settings is not used: {error}");
                }
            }
            let address = address.to_owned();
            *locked(&self.0) = Some(Heeded { address, at: mark, refused: refused.clone() });
            refused
        };
        match refused {
            Some(error) if gateway.address().in_use.is_none() => Err(error),
            Some(_) | None => Ok(()),
        }
    }

    /// Returns the reason why the address in the settings is not in use in this process, if it is
    /// not.
    pub(crate) fn refused(&self) -> Option<AddressError> {
        locked(&self.0).as_ref()?.refused.clone()
    }
}

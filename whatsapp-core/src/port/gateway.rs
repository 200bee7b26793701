//! Ports of the gateway, and of the host that the gateway fetches files from.

mod address;
mod deliveries;
mod line;
mod media;
mod transport;

pub use address::{AddressError, AddressedGateway, GatewayAddress};
pub use deliveries::{DeliveryReports, ListedMessage, Listing};
pub use line::Line;
pub use media::{MediaError, MediaHost, Published};
pub use transport::{Accepted, OutgoingMessage, Probe, Reference, Transport, TransportError};

#[cfg(feature = "mock")]
pub use self::{
    address::MockAddressedGateway, deliveries::MockDeliveryReports, media::MockMediaHost,
    transport::MockTransport,
};

//! Ports of the gateway, and of the host that the gateway fetches files from.

mod address;
mod line;
mod media;
mod transport;

pub use address::{AddressError, AddressedGateway, GatewayAddress};
pub use line::Line;
pub use media::{MediaError, MediaHost, Published};
pub use transport::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Reference,
    Transport, TransportError,
};

#[cfg(feature = "mock")]
pub use self::{
    address::MockAddressedGateway,
    media::MockMediaHost,
    transport::{MockDeliveryReports, MockTransport},
};

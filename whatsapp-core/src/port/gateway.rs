//! What the core asks of the gateway, and of the host that the gateway fetches files from.

mod media;
mod transport;

pub use media::{MediaError, MediaHost, Published};
pub use transport::{
    Accepted, DeliveryReports, ListedMessage, Listing, OutgoingMessage, Probe, Reference,
    Transport, TransportError,
};

#[cfg(feature = "mock")]
pub use self::{
    media::MockMediaHost,
    transport::{MockDeliveryReports, MockTransport},
};

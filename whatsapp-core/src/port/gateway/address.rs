//! The gateway's address, for gateways whose address the settings may change.

use std::fmt::Debug;

use async_trait::async_trait;

/// The address of a gateway, and who decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GatewayAddress {
    /// The address that this process uses; `None` until one is taken from the settings.
    pub in_use: Option<String>,
    /// Reason why the setting `whatsapp_api_url` does not change the address, in a sentence for
    /// managers; `None` where it does.
    pub fixed: Option<String>,
}

impl GatewayAddress {
    /// An address that the settings decide; `in_use` is the one last taken from them.
    #[must_use]
    pub const fn set(in_use: Option<String>) -> Self {
        Self { in_use, fixed: None }
    }

    /// An address that the settings do not change, for this reason.
    #[must_use]
    pub fn fixed(in_use: Option<String>, reason: impl Into<String>) -> Self {
        Self { in_use, fixed: Some(reason.into()) }
    }
}

/// An address was not accepted; the old one stays in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The address is fixed by the deployment; the settings do not change it.
    #[error("the gateway's address is fixed: {reason}")]
    Fixed {
        /// Reason why it is fixed.
        reason: String,
    },
    /// The text is not an address of a gateway.
    #[error("{reason}")]
    Invalid {
        /// The fault in the address, and what would be right.
        reason: String,
    },
    /// The deployment does not allow the host of the address.
    #[error(
        "the gateway's address leads to {host}, which this program may not send to; it may send to \
         {allowed}"
    )]
    NotAllowed {
        /// The host that the address leads to.
        host: String,
        /// The allowed hosts, as a list for people.
        allowed: String,
    },
    /// The gateway at the address refuses the key or the account.
    #[error("the gateway at {host} answers, and refuses the API key or the account")]
    Refused {
        /// The host that the address leads to.
        host: String,
    },
    /// Nothing at the address answers as a gateway does.
    #[error("no gateway answers at {host}: {detail}")]
    NoAnswer {
        /// The host that the address leads to.
        host: String,
        /// The failure, in plain words.
        detail: String,
    },
}

/// A gateway whose address the settings may change while it runs.
///
/// # Contract
/// - Only hosts that the deployment allows are ever spoken to.
/// - Each call ends within 30 seconds.
/// - A [`Line`](super::Line) that was given before stays as it is.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AddressedGateway: Debug + Send + Sync + 'static {
    /// The address, and whether the settings decide it.
    fn address(&self) -> GatewayAddress;

    /// Returns the host and path of an address, as attempts keep them, if the deployment allows it.
    /// Sends no request.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    fn host_of(&self, address: &str) -> Result<String, AddressError>;

    /// Asks whether a gateway answers at an address and accepts the key. Changes nothing.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    async fn try_address(&self, address: &str) -> Result<(), AddressError>;

    /// Uses this address from the next line on.
    ///
    /// The address is tried first. It is not tried if it is in use already, or if none was taken
    /// from the settings yet, so that there is none to stay with.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used: the old one stays in use.
    async fn go_to(&self, address: &str) -> Result<(), AddressError>;
}

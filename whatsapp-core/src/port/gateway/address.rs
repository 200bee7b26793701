//! The gateway's address, where the settings may change it.

use std::fmt::Debug;

use async_trait::async_trait;

/// Where a gateway is, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GatewayAddress {
    /// The address at work in this process; `None` while none was taken from the settings yet.
    pub in_use: Option<String>,
    /// Why the setting `whatsapp_api_url` does not change it, in a sentence for managers; `None` where
    /// it does.
    pub fixed: Option<String>,
}

impl GatewayAddress {
    /// An address that the settings decide; `in_use` is what was taken from them last.
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

/// An address was not taken; the old one stays at work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// The deployment decides, and not the settings.
    #[error("the gateway's address is fixed: {reason}")]
    Fixed {
        /// Why.
        reason: String,
    },
    /// It is no address of a gateway.
    #[error("{reason}")]
    Invalid {
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// The deployment does not allow its host.
    #[error(
        "the gateway's address leads to {host}, which this program may not send to; it may send to \
         {allowed}"
    )]
    NotAllowed {
        /// Where it leads.
        host: String,
        /// What is allowed, as a list for people.
        allowed: String,
    },
    /// The gateway there refuses the key or the account.
    #[error("the gateway at {host} answers, and refuses the API key or the account")]
    Refused {
        /// Where it leads.
        host: String,
    },
    /// No gateway answers there as one does.
    #[error("no gateway answers at {host}: {detail}")]
    NoAnswer {
        /// Where it leads.
        host: String,
        /// What happened, in plain words.
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
    /// Where it is, and whether the settings decide that.
    fn address(&self) -> GatewayAddress;

    /// What attempts keep of an address, its host and its path, if the deployment allows it. Asks nobody.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    fn host_of(&self, address: &str) -> Result<String, AddressError>;

    /// Asks whether a gateway answers at an address and takes the key. Changes nothing.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    async fn try_address(&self, address: &str) -> Result<(), AddressError>;

    /// Goes by this address from the next line on. It is tried before, unless it is at work already or
    /// none was taken from the settings yet, so that there is none to stay with.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used: the old one stays at work.
    async fn go_to(&self, address: &str) -> Result<(), AddressError>;
}

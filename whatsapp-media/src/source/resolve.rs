//! The resolver of names.

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Looks up the addresses of a name.
///
/// [`Sources`](crate::Sources) asks once for each server that a link leads to. It checks every
/// address of the answer, and connects to these and no others.
///
/// # Contract
/// Returns all addresses that it knows; an empty list or an error if there are none. Ends by
/// itself.
#[async_trait]
pub trait Resolver: Debug + Send + Sync + 'static {
    /// Looks one name up.
    ///
    /// # Errors
    /// Any error; it counts as temporary.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

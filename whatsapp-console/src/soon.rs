//! Short timeout for parts that a page can do without: the host's records, and figures.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;
use whatsapp_core::Ports;
use whatsapp_core::port::{Customer, CustomerSearch, DirectoryError};

/// The timeout.
pub(crate) const SOON: Duration = Duration::from_secs(2);

/// Result of the work, if it comes within the timeout.
pub(crate) async fn soon<T>(work: impl Future<Output = T>) -> Option<T> {
    timeout(SOON, work).await.ok()
}

/// Wraps the host's search, so that it answers or fails within the timeout.
pub(crate) fn in_time(ports: Ports) -> Ports {
    match ports.search().cloned() {
        Some(search) => ports.with_search(Arc::new(InTime(search))),
        None => ports,
    }
}

#[derive(Debug)]
struct InTime(Arc<dyn CustomerSearch>);

#[async_trait]
impl CustomerSearch for InTime {
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError> {
        let late = || DirectoryError::new("no answer within two seconds");
        soon(self.0.search(text, limit)).await.unwrap_or_else(|| Err(late()))
    }
}

//! Where the gateway fetches attachments.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::attachment::CheckedFile;

/// The file could not be published.
#[derive(Debug, thiserror::Error)]
#[error("the attachment could not be made available to the gateway")]
pub struct MediaError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl MediaError {
    /// Wraps the adapter's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Publishes a file where the gateway can fetch it without credentials.
///
/// # Contract
/// - Ends within 30 seconds.
/// - The URL's path ends in the file's name, and nobody can guess it.
/// - The same file published twice may give the same URL or another one; both work.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MediaHost: Debug + Send + Sync + 'static {
    /// Publishes the file and gives its URL.
    ///
    /// # Errors
    /// [`MediaError`] when it could not be stored; nothing was enqueued then.
    async fn publish(&self, file: &CheckedFile) -> Result<String, MediaError>;
}

//! Evidence that the gateway fetched an attached file.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::id::MessageId;

/// Somebody fetched a published file: evidence that the gateway got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetch {
    /// The message that the link is for.
    pub message_id: MessageId,
    /// Time at which the last byte was handed over.
    pub at: DateTime<Utc>,
    /// Number of bytes handed over.
    pub bytes: u64,
}

/// Records that published files were fetched. Every store implements it.
///
/// # Contract
/// The evidence is kept on the message's attempt to send the file that began last before the fetch.
/// An attempt for the text that follows the file does not count. Of several fetches the one that
/// handed over the most bytes counts, of equal ones the first. A fetch before any attempt, or for a
/// message that is not there, changes nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait FetchLog: Debug + Send + Sync + 'static {
    /// Records one fetch, durably.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn record_fetch(&self, fetch: &Fetch) -> Result<(), StoreError>;
}

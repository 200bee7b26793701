//! Evidence that a file was fetched.

use std::sync::Arc;

use whatsapp_core::MessageId;
use whatsapp_core::port::Fetch;

use super::Shared;

/// Counts the bytes of one answer as the server takes them for its connection.
pub(super) struct Tally {
    shared: Arc<Shared>,
    message_id: MessageId,
    due: u64,
    given: u64,
}

impl Tally {
    /// Starts the count: none of `due` bytes was handed over yet.
    pub(super) fn new(shared: Arc<Shared>, message_id: MessageId, due: u64) -> Self {
        Self { shared, message_id, due, given: 0 }
    }

    /// Counts bytes that were handed over. The server asks for no more once it has them all, so the
    /// last byte is the evidence, and not the end of the stream.
    pub(super) fn add(&mut self, bytes: usize) {
        let before = self.given;
        self.given += bytes as u64;
        if before < self.due && self.given >= self.due {
            self.record();
        }
    }

    /// Records the fetch in a task of its own: the answer waits for no database.
    fn record(&self) {
        let at = self.shared.media.clock.now();
        let fetch = Fetch { message_id: self.message_id, at, bytes: self.given };
        let log = Arc::clone(&self.shared.log);
        tokio::spawn(async move {
            if log.record_fetch(&fetch).await.is_err() {
                tracing::warn!(
                    message.id = %fetch.message_id,
                    fetch.bytes = fetch.bytes,
                    "the gateway fetched an attachment, which could not be written down"
                );
            }
        });
    }
}

//! A notifier that keeps what it was given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatsapp_core::port::{Digest, Notifier, NotifyError};

/// A [`Notifier`] that sends nothing and remembers everything. Clones share their memory.
#[derive(Debug, Clone, Default)]
pub struct RecordingNotifier(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    sent: Vec<(String, Digest)>,
    failures: u32,
}

impl RecordingNotifier {
    /// A notifier that takes everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails the next `times` calls; nothing goes out then.
    pub fn fail_next(&self, times: u32) {
        self.told().failures = times;
    }

    /// What went out: recipient and digest, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<(String, Digest)> {
        self.told().sent.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Notifier for RecordingNotifier {
    async fn notify(&self, recipient: &str, digest: &Digest) -> Result<(), NotifyError> {
        let mut told = self.told();
        if let Some(left) = told.failures.checked_sub(1) {
            told.failures = left;
            return Err(NotifyError { reason: "the test asked for a failure".to_owned() });
        }
        told.sent.push((recipient.to_owned(), digest.clone()));
        Ok(())
    }
}

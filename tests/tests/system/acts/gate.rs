//! A media host behind a gate: the first caller while the gate is closed waits there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaError, MediaHost, MediaLink, Published};
use whatsapp_testkit::MemoryMedia;

/// A media host whose next renewal can be held up.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) media: MemoryMedia,
    is_closed: Arc<AtomicBool>,
    reached: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

impl Gate {
    pub(super) fn new() -> Self {
        let none = || Arc::new(Semaphore::new(0));
        let (media, is_closed) = (MemoryMedia::new(), Arc::default());
        Self { media, is_closed, reached: none(), opened: none() }
    }

    /// Closes the gate for the next caller.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Waits until a caller stands before the gate.
    pub(super) async fn reached(&self) {
        self.reached.acquire().await.unwrap().forget();
    }

    /// Lets that caller through.
    pub(super) fn open(&self) {
        self.opened.add_permits(1);
    }
}

#[async_trait]
impl MediaHost for Gate {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        self.media.publish(message_id, file, until).await
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        if self.is_closed.swap(false, Ordering::SeqCst) {
            self.reached.add_permits(1);
            self.opened.acquire().await.unwrap().forget();
        }
        self.media.renew(published, until).await
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        self.media.withdraw(published).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        self.media.withdraw_ended(published, now).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        self.media.ended(now, limit).await
    }
}

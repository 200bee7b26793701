//! The shop's store for the files that go with messages, behind the gate.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaError, MediaHost, MediaLink, Published};

use super::coverage::Phase;
use super::sim::Gate;
use crate::MemoryMedia;

/// Access of one process to the files.
#[derive(Clone)]
pub(super) struct GatedMedia {
    pub(super) media: MemoryMedia,
    pub(super) gate: Gate,
}

impl fmt::Debug for GatedMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedMedia").finish_non_exhaustive()
    }
}

#[async_trait]
impl MediaHost for GatedMedia {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        self.gate.pass("publish", Phase::Before).await;
        let link = self.media.publish(message_id, file, until).await;
        self.gate.pass("publish", Phase::After).await;
        link
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        self.gate.pass("renew", Phase::Before).await;
        let link = self.media.renew(published, until).await;
        self.gate.pass("renew", Phase::After).await;
        link
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        self.gate.pass("withdraw", Phase::Before).await;
        self.media.withdraw(published).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        self.gate.pass("withdraw_ended", Phase::Before).await;
        self.media.withdraw_ended(published, now).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        self.gate.pass("ended", Phase::Before).await;
        self.media.ended(now, limit).await
    }
}

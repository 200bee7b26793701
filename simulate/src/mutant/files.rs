//! A keeper of files whose links end too soon.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaError, MediaHost, MediaLink, Published};

/// A keeper of files that promises a link until an instant, and ends it a week before.
#[derive(Debug)]
pub(super) struct ShortLinks(pub(super) Arc<dyn MediaHost>);

/// Time by which each link ends too soon.
const TOO_SOON: TimeDelta = TimeDelta::days(7);

#[async_trait]
impl MediaHost for ShortLinks {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        let link = self.0.publish(message_id, file, until - TOO_SOON).await?;
        Ok(MediaLink::new(link.url, until))
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        let link = self.0.renew(published, until - TOO_SOON).await?;
        Ok(link.map(|link| MediaLink::new(link.url, until)))
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        self.0.withdraw(published).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        self.0.withdraw_ended(published, now).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        self.0.ended(now, limit).await
    }
}

//! The port: timeouts of its calls, and links.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, SubsecRound as _, Utc};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::CheckedFile;
use whatsapp_core::port::{MediaError, MediaHost, MediaLink, Published};

use super::layout::Address;
use super::objects::StorageFailure;
use super::publications::Keep;
use super::{StoredMedia, disk};

/// Timeout of one call; the contract allows 30 seconds.
const LONGEST_CALL: Duration = Duration::from_secs(25);

async fn within<T>(
    call: impl Future<Output = Result<T, StorageFailure>> + Send,
) -> Result<T, MediaError> {
    let ended = tokio::time::timeout(LONGEST_CALL, call).await;
    Ok(ended.unwrap_or(Err(StorageFailure::TimedOut))?)
}

impl StoredMedia {
    async fn attach(&self, keep: Keep<'_>) -> Result<MediaLink, StorageFailure> {
        let now = self.clock.now();
        // Markers keep whole microseconds, as all stored data does.
        let until = self.links.end(keep.until, now).trunc_subsecs(6);
        let keep = Keep { until, ..keep };
        let kept = self.kept();
        let marker = kept.attach(&keep).await?;
        let url = self.links.link(&kept, &marker, keep.name, now).await?;
        Ok(MediaLink::new(url, marker.until))
    }
}

#[async_trait]
impl MediaHost for StoredMedia {
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError> {
        let address = file.sha256().parse().map_err(|_| StorageFailure::Unable)?;
        let (kind, name, bytes) = (file.kind(), file.name(), file.bytes());
        within(self.attach(Keep { message_id, address, kind, name, bytes, until })).await
    }

    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError> {
        let Ok(address) = published.sha256.parse::<Address>() else { return Ok(None) };
        within(async {
            let Some(bytes) = self.kept().whole(address).await? else { return Ok(None) };
            let Published { message_id, kind, .. } = *published;
            let (name, bytes) = (published.name.as_str(), bytes.as_slice());
            let keep = Keep { message_id, address, kind, name, bytes, until };
            self.attach(keep).await.map(Some)
        })
        .await
    }

    async fn withdraw(&self, published: &Published) -> Result<(), MediaError> {
        let Ok(address) = published.sha256.parse::<Address>() else { return Ok(()) };
        let kept = self.kept();
        within(kept.withdraw(address, published.message_id, &published.name, None)).await
    }

    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError> {
        let Ok(address) = published.sha256.parse::<Address>() else { return Ok(()) };
        let kept = self.kept();
        within(kept.withdraw(address, published.message_id, &published.name, Some(now))).await
    }

    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError> {
        if let Some(folder) = self.folder.clone() {
            let cleared = tokio::task::spawn_blocking(move || disk::clear_unfinished(&folder, now));
            // It reports nothing: the next sweep tries again to remove what is left.
            let _ = cleared.await;
        }
        within(self.kept().ended(now, limit)).await
    }
}

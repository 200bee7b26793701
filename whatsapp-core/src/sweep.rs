//! The sweep: releases hosted files whose links have ended.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::chore::{Chore, Next, Turn};
use crate::id::MessageId;
use crate::port::{MediaError, MediaHost, Published, StoreError};
use crate::settings::SettingsError;
use crate::wake::Wake;
use crate::wiring::{Ports, SettingsUnread};

/// Interval between two searches for links that have ended.
const EVERY: Duration = Duration::from_secs(10 * 60);

/// The batch size: number of links that are looked at together.
const BATCH: usize = 500;

/// Withdraws links that have ended, with the files that no other link leads to.
#[derive(Debug)]
pub struct Sweep {
    ports: Ports,
    stopping: AtomicBool,
    wake: Wake,
}

/// Result of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Swept {
    /// Links that had ended and were withdrawn.
    pub withdrawn: u32,
    /// Links that had ended but whose messages are still to be sent: their files stay.
    pub kept: u32,
}

/// Reason why a sweep broke off; the finished part stays done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// The media host did not answer.
    #[error(transparent)]
    Media(MediaError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
    /// The settings cannot be used.
    #[error("the settings cannot be used")]
    Settings(#[source] SettingsError),
}

impl From<SettingsUnread> for SweepError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

impl Sweep {
    /// A sweep over the ports' media host.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        // New messages are no reason to search for links that have ended.
        Self { ports, stopping: AtomicBool::new(false), wake: Wake::new() }
    }

    /// Withdraws every link that ended before `now`, with the bytes that no other link leads to.
    /// Leftovers of crashed programs and dropped drafts go with them. A file whose message is still
    /// to be sent stays: it waits for a pause to end. A file that cannot be checked just now is
    /// left to the next sweep.
    ///
    /// A [`Runner`](crate::Runner) does this every ten minutes. Without a media host there is
    /// nothing to do.
    ///
    /// # Errors
    /// [`SweepError`] when the media host or the database did not answer.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        let Some(media) = &self.ports.media else { return Ok(swept) };
        let life = self.ports.settings().await?.attachment_link_life;
        let mut handled = HashSet::new();
        loop {
            let ended = media.ended(now, BATCH).await.map_err(SweepError::Media)?;
            let fresh: Vec<&Published> =
                ended.iter().filter(|one| handled.insert(one.message_id)).collect();
            if fresh.is_empty() {
                return Ok(swept);
            }
            let ids: Vec<MessageId> = fresh.iter().map(|one| one.message_id).collect();
            let needed = self.ports.store.unsettled(&ids).await.map_err(SweepError::Store)?;
            for published in fresh {
                if self.stopping.load(Ordering::SeqCst) {
                    return Ok(swept);
                }
                let needed = needed.contains(&published.message_id);
                match look_after(media.as_ref(), published, needed, now, now + life).await {
                    Ok(true) => swept.kept += 1,
                    Ok(false) => swept.withdrawn += 1,
                    Err(error) => {
                        tracing::warn!(
                            message.id = %published.message_id,
                            error = %error,
                            "an attached file could not be looked after; the next sweep tries again"
                        );
                    }
                }
            }
        }
    }
}

#[async_trait]
impl Chore for Sweep {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        if let Err(error) = self.tick(now).await {
            tracing::warn!(error = %error, "files could not be let go; trying again");
        }
        Turn::next(Next::In(EVERY))
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn finish(&self) {}
}

/// Keeps a needed file until then, or releases a file whose link ended before `now`; returns true
/// if it is kept. A link that the message was given since stays.
async fn look_after(
    media: &dyn MediaHost,
    published: &Published,
    needed: bool,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, MediaError> {
    if needed && media.renew(published, until).await?.is_some() {
        return Ok(true);
    }
    media.withdraw_ended(published, now).await?;
    Ok(false)
}

//! The files that the media host keeps: let go when nobody needs them any more.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::Dispatcher;
use crate::id::MessageId;
use crate::message::{AttachmentRef, Delivery, StateRow, Status};
use crate::port::{MediaError, MediaHost, Published, StoreError};
use crate::settings::Settings;

/// So many links are looked at together.
const GROUP: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Swept {
    /// Links that had ended and were withdrawn.
    pub withdrawn: u32,
    /// Links that had ended but whose messages are still to be sent: their files stay.
    pub kept: u32,
}

/// A sweep broke off; what it had done stays done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// The media host did not answer.
    #[error("{0}")]
    Media(#[source] MediaError),
    /// The database did not answer.
    #[error("{0}")]
    Store(#[source] StoreError),
    /// The settings cannot be used.
    #[error("the settings cannot be used: {0}")]
    Settings(#[source] crate::settings::SettingsError),
}

impl Dispatcher {
    /// Withdraws every link that ended before `now`, with the bytes that no other link leads to;
    /// what crashed programs and dropped drafts left behind goes with them. A file whose message is
    /// still to be sent stays: it waits for a pause to end. One that cannot be looked after just now is
    /// left to the next sweep.
    ///
    /// `run` does this by itself, every ten minutes. Without a media host there is nothing to do.
    ///
    /// # Errors
    /// [`SweepError`] when the media host or the database did not answer.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<Swept, SweepError> {
        let mut swept = Swept::default();
        let Some(media) = &self.ports.media else { return Ok(swept) };
        let rows = self.ports.store.load_settings().await.map_err(SweepError::Store)?;
        let life = Settings::read(&rows).map_err(SweepError::Settings)?.attachment_link_life;
        let mut handled = HashSet::new();
        loop {
            let ended = media.ended(now, GROUP).await.map_err(SweepError::Media)?;
            let fresh: Vec<&Published> =
                ended.iter().filter(|one| handled.insert(one.message_id)).collect();
            if fresh.is_empty() {
                return Ok(swept);
            }
            let ids: Vec<MessageId> = fresh.iter().map(|one| one.message_id).collect();
            let needed = self.ports.store.unsettled(&ids).await.map_err(SweepError::Store)?;
            for published in fresh {
                if self.stopping() {
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

/// Keeps a needed file until then, or lets one go whose link ended before `now`; tells whether it is
/// kept. A link that the message was given since stays.
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

/// Whether nothing more can come of a message in this state: it arrived, or was withdrawn.
pub(crate) fn is_over(state: &StateRow) -> bool {
    match state.status {
        Status::Sent => matches!(state.delivery, Some(Delivery::Delivered | Delivery::Read)),
        Status::Cancelled => true,
        Status::Pending | Status::Failed => false,
    }
}

/// Lets the file of a message go that is [over](is_over). A failed one keeps its file until the link
/// ends, because a manager may want it sent again; and a link that stands in the text was given to the
/// customer, who may follow it until it ends.
pub(crate) async fn let_go(
    media: Option<&dyn MediaHost>,
    id: MessageId,
    file: Option<&AttachmentRef>,
    text: &str,
) {
    let (Some(media), Some(file)) = (media, file) else { return };
    let Some(published) = file.published(id).filter(|_| !text.contains(&file.url)) else { return };
    if let Err(error) = media.withdraw(&published).await {
        tracing::warn!(
            message.id = %id,
            error = %error,
            "an attached file could not be let go; it goes when its link has ended"
        );
    }
}

//! The pre-flight: before a delayed send the file is checked once more.
//!
//! The file was checked when the message was made. A message that is sent at once needs no second
//! check. A message that waited for its time, for a retry or for a mended key does. Meanwhile bytes
//! can be lost, links end, and the file behind a public link may have changed.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use chrono::TimeDelta;

use crate::attachment::{CheckedFile, Place};
use crate::dispatch::locked;
use crate::id::MessageId;
use crate::message::{AttachmentRef, Part};
use crate::port::{Claimed, MediaHost, MediaLink, Published, Revision, TransportError};
use crate::retry::Disposition;
use crate::settings::Settings;
use crate::wiring::Ports;

/// A message whose file was checked no longer ago than this is sent without another check.
const CHECK_HOLDS: TimeDelta = TimeDelta::minutes(1);

/// A pre-flight that took longer than this came too late for the slot of the account's rate limit.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The result of a pre-flight is kept for this time.
const OUTCOME_HOLDS: Duration = Duration::from_secs(2 * 60);

/// The result of a pre-flight: a new link, nothing new, or the reason why nothing may be sent.
type PreflightOutcome = Result<Option<MediaLink>, TransportError>;

/// The results of long pre-flights, and their times by the monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct PreflightOutcomes(Mutex<BTreeMap<MessageId, (Duration, PreflightOutcome)>>);

impl PreflightOutcomes {
    fn keep(&self, id: MessageId, mark: Duration, outcome: PreflightOutcome) {
        let mut preflights = locked(&self.0);
        preflights.retain(|_, (kept, _)| mark.saturating_sub(*kept) < OUTCOME_HOLDS);
        preflights.insert(id, (mark, outcome));
    }

    fn take(&self, id: MessageId, mark: Duration) -> Option<PreflightOutcome> {
        let (kept, outcome) = locked(&self.0).remove(&id)?;
        (mark.saturating_sub(kept) < OUTCOME_HOLDS).then_some(outcome)
    }
}

/// A message that is ready for its attempt.
#[derive(Debug)]
pub(crate) struct Preflight<'a> {
    claimed: &'a Claimed,
    /// The message with its new link.
    relinked: Option<Box<Claimed>>,
    /// The revision that is written into the message with the begin.
    pub(crate) revision: Option<Revision>,
    /// The reason why nothing may be sent: the attempt is recorded without a POST.
    pub(crate) refusal: Option<TransportError>,
}

impl<'a> Preflight<'a> {
    const fn clear(claimed: &'a Claimed) -> Self {
        Self { claimed, relinked: None, revision: None, refusal: None }
    }

    /// The message as it is sent.
    pub(crate) fn message(&self) -> &Claimed {
        self.relinked.as_deref().unwrap_or(self.claimed)
    }

    pub(crate) fn refused(claimed: &'a Claimed, why: TransportError) -> Self {
        Self { refusal: Some(why), ..Self::clear(claimed) }
    }

    fn of(
        claimed: &'a Claimed,
        file: &AttachmentRef,
        text_alone: bool,
        outcome: PreflightOutcome,
    ) -> Self {
        match outcome {
            Ok(None) => Self::clear(claimed),
            Ok(Some(link)) => {
                let revision = Revision::of(claimed).behind(file, link);
                let relinked = Some(Box::new(revision.apply(claimed)));
                Self { claimed, relinked, revision: Some(revision), refusal: None }
            }
            // The file is with the customer: its text goes out in any case.
            Err(_) if text_alone => Self::clear(claimed),
            Err(why) => Self::refused(claimed, why),
        }
    }
}

fn permanent(detail: &str) -> TransportError {
    TransportError::new(Disposition::Permanent, detail).not_reached()
}

fn transient(detail: &str) -> TransportError {
    TransportError::new(Disposition::Transient, detail).not_reached()
}

/// Checks a message's file, if it has one that was not checked just now, and gives a hosted
/// file a new link.
///
/// `None` when that took long: the message goes back, because its slot of the account's rate
/// limit has passed. The result is remembered until the message is claimed again.
pub(crate) async fn preflight<'a>(
    ports: &Ports,
    preflights: &PreflightOutcomes,
    claimed: &'a Claimed,
    settings: &Settings,
) -> Option<Preflight<'a>> {
    let Some(file) = &claimed.attachment else { return Some(Preflight::clear(claimed)) };
    let now = ports.clock.now();
    let fresh = now - claimed.created_at <= CHECK_HOLDS && claimed.progress.posts == 0;
    // The text that follows a file needs no check any more, unless the link stands in it.
    let text_alone = claimed.progress.part == Part::Text;
    if fresh || (text_alone && !claimed.text.as_str().contains(&file.url)) {
        return Some(Preflight::clear(claimed));
    }
    let id = claimed.lease.message_id;
    let mark = ports.clock.monotonic();
    if let Some(outcome) = preflights.take(id, mark) {
        return Some(Preflight::of(claimed, file, text_alone, outcome));
    }
    let outcome = match (file.until, &ports.media) {
        (None, _) => check_link(ports, file).await.map(|()| None),
        (Some(_), Some(media)) => {
            check_hosted(ports, claimed, file, media.as_ref(), settings).await
        }
        // Another process keeps the files; this one can only see that the link has not ended.
        (Some(until), None) if until > now => Ok(None),
        (Some(_), None) => Err(permanent(GONE)),
    };
    let end = ports.clock.monotonic();
    if end.saturating_sub(mark) > AT_ONCE {
        preflights.keep(id, end, outcome);
        return None;
    }
    Some(Preflight::of(claimed, file, text_alone, outcome))
}

/// Checks a file that the media host keeps: its bytes must be whole. The file gets a new link,
/// because the old link may be about to end, or have ended with the credentials that signed it.
async fn check_hosted(
    ports: &Ports,
    claimed: &Claimed,
    file: &AttachmentRef,
    media: &dyn MediaHost,
    settings: &Settings,
) -> PreflightOutcome {
    let Some(published) = file.published(claimed.lease.message_id) else { return Ok(None) };
    let until = ports.clock.now() + settings.attachment_link_life;
    let link = media.renew(&published, until).await.map_err(|error| {
        tracing::warn!(
            message.id = %claimed.lease.message_id,
            error = %error,
            "an attached file could not be checked"
        );
        transient("The attached file could not be read just now.")
    })?;
    link.ok_or_else(|| permanent(GONE)).map(Some)
}

/// Checks a public link that is passed on unchanged: it must still lead to the file that was
/// checked.
async fn check_link(ports: &Ports, file: &AttachmentRef) -> Result<(), TransportError> {
    let Some(sources) = &ports.sources else { return Ok(()) };
    let found = match sources.read(&Place::Link(file.url.clone())).await {
        Ok(found) => found,
        Err(error) if error.is_transient() => {
            return Err(transient(&format!("The attached file cannot be fetched: {error}.")));
        }
        Err(error) => {
            return Err(permanent(&format!("The attached file cannot be fetched: {error}.")));
        }
    };
    let found = CheckedFile::found(found, Some(&file.name))
        .map_err(|error| permanent(&format!("The attached file cannot be sent: {error}.")))?;
    let same = file.sha256.as_deref().is_none_or(|sha256| sha256 == found.sha256());
    // The gateway would also get the bytes that were left out here.
    if same && found.is_as_found() {
        return Ok(());
    }
    Err(permanent("The file behind the link has changed since the message was made; send it anew."))
}

const GONE: &str = "The attached file is not kept any more; send the message anew with its file.";

impl AttachmentRef {
    /// Returns what the media host keeps of it for this message; `None` for a link of the host's
    /// own.
    pub(crate) fn published(&self, message_id: MessageId) -> Option<Published> {
        self.until?;
        Some(Published {
            message_id,
            sha256: self.sha256.clone()?,
            kind: self.kind,
            name: self.name.clone(),
        })
    }
}

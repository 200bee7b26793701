//! The file that goes with a message: read and checked before anything is enqueued, then published.

use chrono::{DateTime, Utc};

use super::error::SendErrorKind;
use super::manage::ManageError;
use super::prepare::Desk;
use super::request::Request;
use crate::attachment::{Attachment, AttachmentKind, CheckedFile, FoundFile, Place, link_name};
use crate::id::MessageId;
use crate::message::{AttachmentRef, MessageType, NewMessage};
use crate::port::SourceError;
use crate::settings::Settings;
use crate::wiring::Ports;

/// A request's file on its way to the customer.
#[derive(Debug)]
pub(super) enum Attaching {
    /// There is none.
    Nothing,
    /// Its bytes are here, and pass every rule.
    Checked(CheckedFile),
    /// It is still to be read: a link or a key, which says already which file it is.
    At { place: Place, name: Option<String> },
}

impl Attaching {
    /// Takes a request's file up. One on this machine's disk is read at once: what counts is what
    /// is in it, and not where it lies.
    pub(super) async fn begin(desk: &Desk<'_>, request: &Request) -> Result<Self, SendErrorKind> {
        match request.attachment.clone() {
            // An invoice needs its PDF (specification 3.2); other messages may do without a file.
            None if request.message_type() == MessageType::Invoice => {
                Err(SendErrorKind::AttachmentMissing(MessageType::Invoice))
            }
            None => Ok(Self::Nothing),
            Some(Attachment::File(file)) => Ok(Self::Checked(file)),
            Some(Attachment::At { place: place @ Place::Path(_), name }) => {
                let (file, _) = read(desk, &place, name.as_deref()).await?;
                Ok(Self::Checked(file))
            }
            Some(Attachment::At { place, name }) => Ok(Self::At { place, name }),
        }
    }

    /// What makes it the same file when the same message is enqueued again. A published file has
    /// another address each time, so bytes count; what a link or a key leads to is not read for it.
    pub(super) fn identity(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Checked(file) => format!("sha256:{}:{}", file.sha256(), file.name()),
            Self::At { place, name } => {
                let place = match place {
                    Place::Link(url) => url.clone(),
                    Place::Key(key) => format!("key:{key}"),
                    Place::Path(path) => format!("path:{}", path.display()),
                };
                name.as_ref().map_or(place.clone(), |name| format!("{place}:{name}"))
            }
        }
    }

    /// Makes the file available to the gateway: a copy with the media host, or the link as it was
    /// given where that is wanted and possible. Beside it is what a manager should know about it.
    pub(super) async fn publish(
        self,
        desk: &Desk<'_>,
        message_type: MessageType,
        id: MessageId,
        due: DateTime<Utc>,
    ) -> Result<Option<(AttachmentRef, Vec<String>)>, SendErrorKind> {
        let (file, link) = match self {
            Self::Nothing => return Ok(None),
            Self::Checked(file) => (file, None),
            Self::At { place, name } => {
                let (file, as_given) = read(desk, &place, name.as_deref()).await?;
                let link = match place {
                    Place::Link(url) if as_given && ends_in_name(&url, file.kind()) => Some(url),
                    Place::Link(_) | Place::Key(_) | Place::Path(_) => None,
                };
                (file, link)
            }
        };
        if message_type == MessageType::Invoice && file.kind() != AttachmentKind::Pdf {
            return Err(SendErrorKind::AttachmentMissing(message_type));
        }
        let attached = |url| {
            let attached = AttachmentRef::new(url, file.kind(), file.name());
            let attached = attached.with_bytes(file.bytes().len() as u64, file.sha256());
            (attached, file.warnings().to_vec())
        };
        match (link, &desk.ports.media) {
            (Some(url), media) if desk.settings.pass_on_links || media.is_none() => {
                Ok(Some(attached(url)))
            }
            (_, Some(media)) => {
                let until = due + desk.settings.attachment_link_life;
                let link = media.publish(id, &file, until).await.map_err(SendErrorKind::Media)?;
                let (attached, warnings) = attached(String::new());
                Ok(Some((attached.behind(link), warnings)))
            }
            (_, None) => Err(SendErrorKind::NoMediaHost),
        }
    }
}

/// Reads a file and checks it; tells also whether its link may be passed on as it was given: then it
/// leads to what was checked, and to nothing beside.
async fn read(
    desk: &Desk<'_>,
    place: &Place,
    name: Option<&str>,
) -> Result<(CheckedFile, bool), SendErrorKind> {
    let sources = desk.ports.sources.as_ref().ok_or(SendErrorKind::NoAttachmentSource)?;
    let found: FoundFile = sources.read(place).await.map_err(SendErrorKind::Source)?;
    let as_given = found.as_given;
    let invalid = |why| SendErrorKind::Source(SourceError::Invalid(why));
    let file = CheckedFile::found(found, name).map_err(invalid)?;
    let as_given = as_given && file.is_as_found();
    Ok((file, as_given))
}

/// Whether a recipient would see a file by its own name: the gateway takes it from the link's end.
fn ends_in_name(url: &str, kind: AttachmentKind) -> bool {
    link_name(url).and_then(AttachmentKind::from_name) == Some(kind)
}

/// The file of a message that is sent again, for the new message `id`: a hosted one gets a link of
/// its own, and what a public link leads to is read and checked again.
pub(super) async fn again(
    ports: &Ports,
    old: &NewMessage,
    id: MessageId,
) -> Result<Option<AttachmentRef>, ManageError> {
    let Some(file) = &old.attachment else { return Ok(None) };
    if let Some(published) = file.published(id) {
        let media = ports.media.as_ref().ok_or(ManageError::FileGone)?;
        let rows = ports.store.load_settings().await?;
        let life = Settings::read(&rows).unwrap_or_default().attachment_link_life;
        let renewed = media.renew(&published, ports.clock.now() + life).await;
        let link = renewed.map_err(|_| ManageError::FileUnreachable)?;
        return Ok(Some(file.clone().behind(link.ok_or(ManageError::FileGone)?)));
    }
    let sources = ports.sources.as_ref().ok_or(ManageError::FileGone)?;
    let found = sources.read(&Place::Link(file.url.clone())).await.map_err(|error| {
        if error.is_transient() { ManageError::FileUnreachable } else { ManageError::FileGone }
    })?;
    let found = CheckedFile::found(found, Some(&file.name)).map_err(|_| ManageError::FileGone)?;
    if !found.is_as_found() {
        return Err(ManageError::FileGone);
    }
    let size = found.bytes().len() as u64;
    let fresh = AttachmentRef::new(&file.url, found.kind(), found.name());
    Ok(Some(fresh.with_bytes(size, found.sha256())))
}

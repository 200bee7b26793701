//! The file of a message: read and checked before anything is enqueued, then published.

use chrono::{DateTime, Utc};

use super::error::SendErrorKind;
use super::request::Request;
use crate::attachment::{
    Attachment, AttachmentKind, CheckedFile, FoundFile, KeptFile, Place, link_name,
};
use crate::id::MessageId;
use crate::message::{AttachmentRef, FileRule, MessageType};
use crate::port::{Published, SourceError};
use crate::settings::Settings;
use crate::wiring::Ports;

/// A request's file, as far as it is processed.
#[derive(Debug)]
pub(super) enum PendingFile {
    /// There is no file.
    Nothing,
    /// The bytes were read, and pass every rule.
    Checked(CheckedFile),
    /// The media host keeps the file, and it passes every rule.
    Kept(KeptFile),
    /// The file is still to be read: a link or a key, which identifies it already.
    At { place: Place, name: Option<String> },
}

impl PendingFile {
    /// Starts to process a request's file. A file on this machine's disk is read at once: its
    /// content counts, and not its path.
    pub(super) async fn begin(ports: &Ports, request: &Request) -> Result<Self, SendErrorKind> {
        let message_type = request.message_type();
        match (request.attachment.clone(), message_type.file()) {
            // An invoice needs its PDF (specification 3.2).
            (None, FileRule::Mandatory(_)) => Err(SendErrorKind::AttachmentMissing(message_type)),
            (None, FileRule::None | FileRule::Optional) => Ok(Self::Nothing),
            (Some(_), FileRule::None) => Err(SendErrorKind::AttachmentForbidden(message_type)),
            (Some(file), FileRule::Optional | FileRule::Mandatory(_)) => {
                Self::taken_up(ports, file).await
            }
        }
    }

    async fn taken_up(ports: &Ports, file: Attachment) -> Result<Self, SendErrorKind> {
        match file {
            Attachment::File(file) => Ok(Self::Checked(file)),
            Attachment::Kept(file) => Ok(Self::Kept(file)),
            Attachment::At { place: place @ Place::Path(_), name } => {
                let (file, _) = read(ports, &place, name.as_deref()).await?;
                Ok(Self::Checked(file))
            }
            Attachment::At { place, name } => Ok(Self::At { place, name }),
        }
    }

    /// Returns the text that identifies the file when the same message is enqueued again. A
    /// published file has another address each time, so its bytes count; the target of a link or a
    /// key is not read for it.
    pub(super) fn identity(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Checked(file) => format!("sha256:{}:{}", file.sha256(), file.name()),
            Self::Kept(file) => format!("sha256:{}:{}", file.sha256, file.name),
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

    /// Makes the file available to the gateway: a copy at the media host, or the given link where
    /// that is wanted and possible. Also returns the warnings for the manager about the file.
    pub(super) async fn publish(
        self,
        ports: &Ports,
        settings: &Settings,
        message_type: MessageType,
        id: MessageId,
        due: DateTime<Utc>,
    ) -> Result<Option<(AttachmentRef, Vec<String>)>, SendErrorKind> {
        let (file, link) = match self {
            Self::Nothing => return Ok(None),
            Self::Checked(file) => (file, None),
            Self::Kept(file) => {
                return renewed(ports, settings, message_type, id, due, file).await.map(Some);
            }
            Self::At { place, name } => {
                let (file, as_given) = read(ports, &place, name.as_deref()).await?;
                let link = match place {
                    Place::Link(url) if as_given && ends_in_name(&url, file.kind()) => Some(url),
                    Place::Link(_) | Place::Key(_) | Place::Path(_) => None,
                };
                (file, link)
            }
        };
        if !message_type.file().kinds().contains(&file.kind()) {
            return Err(SendErrorKind::AttachmentMissing(message_type));
        }
        let attached = |url| {
            let attached = AttachmentRef::new(url, file.kind(), file.name());
            let attached = attached.with_bytes(file.bytes().len() as u64, file.sha256());
            (attached, file.warnings().to_vec())
        };
        match (link, &ports.media) {
            (Some(url), media) if settings.pass_on_links || media.is_none() => {
                Ok(Some(attached(url)))
            }
            (_, Some(media)) => {
                let until = due + settings.attachment_link_life;
                let link = media.publish(id, &file, until).await.map_err(SendErrorKind::Media)?;
                let (attached, warnings) = attached(String::new());
                Ok(Some((attached.behind(link), warnings)))
            }
            (_, None) => Err(SendErrorKind::NoMediaHost),
        }
    }
}

/// Gives a message its own link to a file that the media host keeps.
async fn renewed(
    ports: &Ports,
    settings: &Settings,
    message_type: MessageType,
    id: MessageId,
    due: DateTime<Utc>,
    file: KeptFile,
) -> Result<(AttachmentRef, Vec<String>), SendErrorKind> {
    if !message_type.file().kinds().contains(&file.kind) {
        return Err(SendErrorKind::AttachmentMissing(message_type));
    }
    let media = ports.media.as_ref().ok_or(SendErrorKind::NoMediaHost)?;
    let KeptFile { sha256, kind, name, bytes } = file;
    let published = Published { message_id: id, sha256, kind, name };
    let until = due + settings.attachment_link_life;
    let link = media.renew(&published, until).await.map_err(SendErrorKind::Media)?;
    let link = link.ok_or_else(|| {
        let gone = "the file that was uploaded is not kept any more: choose it once more";
        SendErrorKind::Source(SourceError::refused(gone))
    })?;
    let attached = AttachmentRef::new(String::new(), kind, published.name);
    Ok((attached.with_bytes(bytes, published.sha256).behind(link), Vec::new()))
}

/// Reads and checks a file. Also returns whether its link may be passed on as it was given: then
/// the link leads to exactly the file that was checked.
pub(super) async fn read(
    ports: &Ports,
    place: &Place,
    name: Option<&str>,
) -> Result<(CheckedFile, bool), SendErrorKind> {
    let sources = ports.sources.as_ref().ok_or(SendErrorKind::NoAttachmentSource)?;
    let found: FoundFile = sources.read(place).await.map_err(SendErrorKind::Source)?;
    let as_given = found.as_given;
    let invalid = |why| SendErrorKind::Source(SourceError::Invalid(why));
    let file = CheckedFile::found(found, name).map_err(invalid)?;
    let as_given = as_given && file.is_as_found();
    Ok((file, as_given))
}

/// Returns true if a recipient would see the file's own name: the gateway takes the name from the
/// end of the link.
fn ends_in_name(url: &str, kind: AttachmentKind) -> bool {
    link_name(url).and_then(AttachmentKind::from_name) == Some(kind)
}

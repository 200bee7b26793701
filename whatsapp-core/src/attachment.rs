//! Attachments: the places where a host keeps its files, and the rules that a file must pass before
//! it goes to a customer. Files are never parsed or decoded.

mod content;
mod file;
mod invalid;
mod jpeg;
mod kept;
mod kind;
mod link;
mod name;
mod other;
mod pdf;
mod png;
mod read;

use std::fmt;
use std::path::PathBuf;

pub use file::{CheckedFile, FoundFile};
pub use invalid::InvalidAttachment;
pub use kept::KeptFile;
pub use kind::AttachmentKind;
pub use link::{InvalidLink, LINK_MAX_CHARS, MediaLink};
pub use name::FILE_NAME_MAX_BYTES;
pub(crate) use name::link_name;

/// The most bytes an attachment may have: 10 MiB, inclusive (specification 9.1).
pub const ATTACHMENT_MAX_BYTES: u64 = 10 * 1024 * 1024;

/// The place where a host keeps a file. An [`AttachmentSource`](crate::port::AttachmentSource)
/// reads the file.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// An https link to the file itself, or a sharing link of Google Drive, OneDrive,
    /// SharePoint or Dropbox.
    Link(String),
    /// A file on this machine's disk.
    Path(PathBuf),
    /// A key in the host's object store.
    Key(String),
}

/// A place may be a secret, so `Debug` does not show it.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link(_) => "Place(link)",
            Self::Path(_) => "Place(path)",
            Self::Key(_) => "Place(key)",
        })
    }
}

/// An attachment as the host gives it.
///
/// ```
/// use whatsapp_core::Attachment;
///
/// # fn main() -> Result<(), whatsapp_core::attachment::InvalidAttachment> {
/// let pdf = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
/// let bytes = Attachment::file("INV-2026-0042.pdf", pdf)?;
/// let on_disk = Attachment::path("invoices/INV-2026-0042.pdf");
/// let in_a_bucket = Attachment::key("2026/01/0042.pdf").named("INV-2026-0042.pdf");
/// let shared = Attachment::link("https://drive.google.com/file/d/1a2B3c4D5e6F7g8H9/view")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attachment {
    /// The file itself, already checked.
    File(CheckedFile),
    /// A file that the media host [keeps](crate::Messenger::keep) already.
    Kept(KeptFile),
    /// A file that is still to be read from its place.
    At {
        /// The place of the file.
        place: Place,
        /// The name that the recipient sees; `None` takes the name that the file has at its place.
        name: Option<String>,
    },
}

impl Attachment {
    /// A link: an absolute https URL (http only to this machine), of at most [`LINK_MAX_CHARS`].
    /// Blanks and invisible characters at its ends are dropped, and other scripts encoded.
    ///
    /// # Errors
    /// [`InvalidAttachment::Link`], which says what is wrong with the link.
    pub fn link(url: impl AsRef<str>) -> Result<Self, InvalidAttachment> {
        Ok(Self::at(Place::Link(link::tidy(url.as_ref())?)))
    }

    /// A file on this machine's disk.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::Path(path.into()))
    }

    /// A key in the host's object store.
    #[must_use]
    pub fn key(key: impl Into<String>) -> Self {
        Self::at(Place::Key(key.into()))
    }

    /// A file's bytes under its name.
    ///
    /// # Errors
    /// As [`CheckedFile::new`].
    pub fn file(name: impl AsRef<str>, bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        CheckedFile::new(name, bytes).map(Self::File)
    }

    /// Sets the name under which the recipient sees a file that is read from its place. A file that
    /// was given as bytes, or that is kept, has its name already.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        match self {
            Self::At { place, .. } => Self::At { place, name: Some(name.into()) },
            Self::File(_) | Self::Kept(_) => self,
        }
    }

    const fn at(place: Place) -> Self {
        Self::At { place, name: None }
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At { place, .. } => write!(f, "Attachment({place:?})"),
            Self::File(file) => file.fmt(f),
            Self::Kept(file) => file.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_place() {
        let link = Attachment::link("https://files.example/secret/INV-7.pdf").unwrap();
        let path = Attachment::path("secret/INV-7.pdf");
        let key = Attachment::key("secret/INV-7.pdf").named("secret.pdf");
        assert!(!format!("{link:?} {path:?} {key:?}").contains("secret"));
    }
}

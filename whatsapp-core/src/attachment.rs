//! Rules for attachments: kind, size and file name. Files are never parsed or decoded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::message::UnknownWord;

crate::message::words!(
    /// The kinds of file that may be attached (specification 9.1), as `attachment_type` holds them.
    AttachmentKind, "attachment type", "pdf, jpg, png",
    {
        /// A PDF document.
        Pdf => "pdf", "PDF";
        /// A JPEG image.
        Jpg => "jpg", "JPG image";
        /// A PNG image.
        Png => "png", "PNG image";
    }
);

/// The most bytes an attachment may have: 10 MiB, inclusive (specification 9.1).
pub const ATTACHMENT_MAX_BYTES: u64 = 10 * 1024 * 1024;

/// The longest file name, in bytes of UTF-8.
pub const FILE_NAME_MAX_BYTES: usize = 120;

/// How far from the end the PDF trailer is looked for, in bytes.
const PDF_TRAILER_WINDOW: usize = 1024;

/// Why a file may not be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAttachment {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// More than [`ATTACHMENT_MAX_BYTES`].
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// A web page, such as the warning page of a cloud drive.
    #[error(
        "the link leads to a web page, not to the file: make it public or give the file itself"
    )]
    WebPage,
    /// Neither PDF nor JPG nor PNG.
    #[error("the file is not a PDF, JPG or PNG")]
    WrongKind,
    /// It begins like one of the allowed kinds but does not end like it.
    #[error("the file is incomplete: its end is missing")]
    Truncated,
    /// Its name ends in something else than its kind.
    #[error("the file's name does not fit what is in it")]
    NameDisagrees,
    /// The address is not an absolute http or https URL.
    #[error("the attachment's address must be a complete https link")]
    NotAUrl,
}

impl AttachmentKind {
    /// The Content-Type of files of this kind.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// What the end of a file name says, without case; `None` for other and missing extensions.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "jpg" | "jpeg" => Some(Self::Jpg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }

    /// Reads the kind off the first and last bytes.
    ///
    /// # Errors
    /// [`InvalidAttachment`] for an empty or too large file, a web page, another kind, or a file
    /// that ends too early.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, InvalidAttachment> {
        if bytes.is_empty() {
            return Err(InvalidAttachment::Empty);
        }
        if bytes.len() as u64 > ATTACHMENT_MAX_BYTES {
            return Err(InvalidAttachment::TooLarge);
        }
        let (kind, complete) = if bytes.starts_with(b"%PDF-") {
            let tail = &bytes[bytes.len().saturating_sub(PDF_TRAILER_WINDOW)..];
            (Self::Pdf, tail.windows(5).any(|window| window == b"%%EOF"))
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            (Self::Jpg, bytes.ends_with(&[0xFF, 0xD9]))
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            (Self::Png, bytes.ends_with(b"IEND\xAE\x42\x60\x82"))
        } else if looks_like_web_page(bytes) {
            return Err(InvalidAttachment::WebPage);
        } else {
            return Err(InvalidAttachment::WrongKind);
        };
        if complete { Ok(kind) } else { Err(InvalidAttachment::Truncated) }
    }
}

fn looks_like_web_page(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<!--"]
        .iter()
        .any(|start| head.starts_with(start))
}

/// Bytes that passed every rule, under a safe name: what a [`MediaHost`](crate::port::MediaHost)
/// may publish.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedFile {
    name: String,
    kind: AttachmentKind,
    sha256: String,
    bytes: Vec<u8>,
}

impl CheckedFile {
    /// Checks bytes and makes their name safe. The kind is read off the bytes; a name that claims
    /// another kind is refused, one without an extension gets it.
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule that is broken.
    ///
    /// ```
    /// use whatsapp_core::attachment::{CheckedFile, InvalidAttachment};
    ///
    /// let page = CheckedFile::new("INV-7.pdf", b"<html>Sign in</html>".to_vec());
    /// assert_eq!(page.unwrap_err(), InvalidAttachment::WebPage);
    /// ```
    pub fn new(name: &str, bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        let kind = AttachmentKind::of_bytes(&bytes)?;
        let name = match (AttachmentKind::from_name(name), name.rsplit_once('.')) {
            (Some(named), _) if named == kind => safe_file_name(name),
            (Some(_), _) => return Err(InvalidAttachment::NameDisagrees),
            (None, _) => format!("{}.{kind}", safe_file_name(name)),
        };
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Ok(Self { name, kind, sha256, bytes })
    }

    /// The safe name, with the extension of its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What kind of file it is.
    #[must_use]
    pub const fn kind(&self) -> AttachmentKind {
        self.kind
    }

    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for CheckedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckedFile({}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// A file name without folders, control and bidi characters or characters that some system
/// forbids; letters of any script stay. Never empty, at most 120 bytes, extension kept.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = name
        .chars()
        .filter(|c| !crate::template::is_unsafe(*c))
        .map(|c| if c.is_control() || "<>:\"|?*#%&;".contains(c) { '_' } else { c })
        .collect();
    let cleaned = cleaned.trim().trim_start_matches('.').trim();
    let (stem, extension) = match cleaned.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 5 => (stem, Some(extension)),
        _ => (cleaned, None),
    };
    let room = FILE_NAME_MAX_BYTES - extension.map_or(0, |e| e.len() + 1);
    let mut end = stem.len().min(room);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = match stem[..end].trim_end_matches(['.', ' ']) {
        "" => "file",
        stem => stem,
    };
    extension.map_or_else(|| stem.to_owned(), |extension| format!("{stem}.{extension}"))
}

/// What a host gives as an attachment.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attachment {
    /// A public link that the gateway can fetch as it is. Its path must end in the file's name.
    Link {
        /// The link.
        url: String,
    },
    /// The file itself: checked, then published by the [`MediaHost`](crate::port::MediaHost).
    File(CheckedFile),
}

impl Attachment {
    /// A public link, which must be an absolute https URL (http only to this machine) whose path
    /// ends in a PDF, JPG or PNG file name.
    ///
    /// # Errors
    /// [`InvalidAttachment::NotAUrl`] or [`InvalidAttachment::WrongKind`].
    pub fn link(url: impl Into<String>) -> Result<Self, InvalidAttachment> {
        let url = url.into();
        let clean = url.len() <= 2_000 && url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        let rest = if let Some(rest) = url.strip_prefix("https://") {
            rest
        } else {
            let rest = url.strip_prefix("http://").ok_or(InvalidAttachment::NotAUrl)?;
            let host = rest.split(['/', ':']).next().unwrap_or_default();
            if host != "127.0.0.1" && host != "localhost" {
                return Err(InvalidAttachment::NotAUrl);
            }
            rest
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !clean || authority.is_empty() || authority.contains('@') {
            return Err(InvalidAttachment::NotAUrl);
        }
        link_name(&url).and_then(AttachmentKind::from_name).ok_or(InvalidAttachment::WrongKind)?;
        Ok(Self::Link { url })
    }

    /// A file's bytes under its name.
    ///
    /// # Errors
    /// As [`CheckedFile::new`].
    pub fn file(name: &str, bytes: Vec<u8>) -> Result<Self, InvalidAttachment> {
        CheckedFile::new(name, bytes).map(Self::File)
    }
}

/// The last segment of a URL's path.
pub(crate) fn link_name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let (_, rest) = path.split_once("://")?;
    let (_, name) = rest.rsplit_once('/')?;
    (!name.is_empty()).then_some(name)
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { .. } => f.write_str("Attachment(link)"),
            Self::File(file) => file.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

    #[test]
    fn kinds_are_read_off_both_ends() {
        let kind = AttachmentKind::of_bytes;
        assert_eq!(kind(PDF), Ok(AttachmentKind::Pdf));
        assert_eq!(kind(b"\xFF\xD8\xFFabc\xFF\xD9"), Ok(AttachmentKind::Jpg));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nabcIEND\xAE\x42\x60\x82"), Ok(AttachmentKind::Png));
        assert_eq!(kind(b""), Err(InvalidAttachment::Empty));
        assert_eq!(kind(b"%PDF"), Err(InvalidAttachment::WrongKind));
        assert_eq!(kind(b"%PDF-1.7 cut off"), Err(InvalidAttachment::Truncated));
        assert_eq!(kind(b"\n%PDF-1.7 %%EOF"), Err(InvalidAttachment::WrongKind));
        assert_eq!(kind(b"GIF89a"), Err(InvalidAttachment::WrongKind));
        assert_eq!(kind(b"  <!DOCTYPE html><title>"), Err(InvalidAttachment::WebPage));
    }

    #[test]
    fn ten_mebibytes_are_the_limit() {
        let mut bytes = PDF.to_vec();
        bytes.splice(9..9, std::iter::repeat_n(b' ', 10 * 1024 * 1024 - PDF.len()));
        assert_eq!(AttachmentKind::of_bytes(&bytes), Ok(AttachmentKind::Pdf));
        bytes.insert(9, b' ');
        assert_eq!(AttachmentKind::of_bytes(&bytes), Err(InvalidAttachment::TooLarge));
    }

    #[test]
    fn names_are_made_safe_and_fit_the_bytes() {
        let name = |name| CheckedFile::new(name, PDF.to_vec()).map(|f| f.name().to_owned());
        assert_eq!(name("INV-7.pdf").unwrap(), "INV-7.pdf");
        assert_eq!(name("INV-7").unwrap(), "INV-7.pdf");
        assert_eq!(name("../../etc/चालान 7.PDF").unwrap(), "चालान 7.PDF");
        assert_eq!(name("a\u{202e}fdp.pdf").unwrap(), "afdp.pdf");
        assert_eq!(name("INV-7.png"), Err(InvalidAttachment::NameDisagrees));
        assert_eq!(safe_file_name(".."), "file");
        assert!(safe_file_name(&format!("{}.pdf", "चा".repeat(200))).len() <= FILE_NAME_MAX_BYTES);
        let cut = safe_file_name(&format!("{}.pdf", "चा".repeat(200)));
        assert_eq!(AttachmentKind::from_name(&cut), Some(AttachmentKind::Pdf));
    }

    #[test]
    fn links_are_https_and_end_in_a_file_name() {
        assert!(Attachment::link("https://files.example/a/INV-7.pdf?sig=1").is_ok());
        assert!(Attachment::link("http://127.0.0.1:8080/INV-7.pdf").is_ok());
        for bad in [
            "INV-7.pdf",
            "http://files.example/INV-7.pdf",
            "ftp://files.example/INV-7.pdf",
            "https:///INV-7.pdf",
            "https://user@files.example/INV-7.pdf",
            "http://127.0.0.1@files.example/INV-7.pdf",
            "https://files.example/INV 7.pdf",
            "https://files.example\\INV-7.pdf",
        ] {
            assert_eq!(Attachment::link(bad), Err(InvalidAttachment::NotAUrl), "{bad}");
        }
        for bad in ["https://files.example/", "https://files.example/view?id=7"] {
            assert_eq!(Attachment::link(bad), Err(InvalidAttachment::WrongKind), "{bad}");
        }
    }

    #[test]
    fn debug_shows_no_address() {
        let link = Attachment::link("https://files.example/secret/INV-7.pdf").unwrap();
        assert!(!format!("{link:?}").contains("secret"));
    }
}

//! What a file is, by its bytes; and what it may be.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ATTACHMENT_MAX_BYTES;
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

/// How far from the end the PDF trailer is looked for, in bytes.
const PDF_TRAILER_WINDOW: usize = 1024;

/// The most pixels that an image may claim to have: a small file that unpacks to gigabytes brings
/// down whoever opens it.
const PIXELS_MAX: u64 = 50_000_000;

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
    /// An image that claims more than 50 million pixels.
    #[error("the image is larger than 50 million pixels")]
    TooManyPixels,
    /// Its name ends in something else than its kind.
    #[error("the file's name does not fit what is in it")]
    NameDisagrees,
    /// Its server says that it is something else than its bytes are.
    #[error("the file is served as something else than what is in it")]
    ContentTypeDisagrees,
    /// Neither the host nor the place where it lies says how it is called.
    #[error("the file has no name: give one that ends in .pdf, .jpg or .png")]
    NameMissing,
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

    /// Reads the kind off the first and last bytes. The file is not parsed or decoded.
    ///
    /// # Errors
    /// [`InvalidAttachment`] for an empty or too large file, a web page, another kind, one that
    /// ends too early, or a PNG whose header claims too many pixels.
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
            if png_pixels(bytes).is_some_and(|pixels| pixels > PIXELS_MAX) {
                return Err(InvalidAttachment::TooManyPixels);
            }
            (Self::Png, bytes.ends_with(b"IEND\xAE\x42\x60\x82"))
        } else if looks_like_web_page(bytes) {
            return Err(InvalidAttachment::WebPage);
        } else {
            return Err(InvalidAttachment::WrongKind);
        };
        if complete { Ok(kind) } else { Err(InvalidAttachment::Truncated) }
    }

    /// Whether a `Content-Type` may stand over bytes of this kind. One that says nothing in
    /// particular may, because object stores give it to whatever they hold.
    pub(super) fn agrees_with(self, content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        let own = match self {
            Self::Pdf => matches!(essence.as_str(), "application/pdf" | "application/x-pdf"),
            Self::Jpg => matches!(essence.as_str(), "image/jpeg" | "image/jpg" | "image/pjpeg"),
            Self::Png => matches!(essence.as_str(), "image/png" | "image/x-png"),
        };
        own || matches!(
            essence.as_str(),
            "" | "application/octet-stream" | "binary/octet-stream" | "application/x-download"
        )
    }
}

/// The pixels of a PNG by its header, which always comes first (RFC 2083, 11.2.2).
fn png_pixels(bytes: &[u8]) -> Option<u64> {
    let side = |from: usize| {
        let side: [u8; 4] = bytes.get(from..from + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(side)))
    };
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some(side(16)?.saturating_mul(side(20)?))
}

fn looks_like_web_page(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_ascii_lowercase();
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    ["<!doctype html", "<html", "<head", "<body", "<script", "<meta", "<!--"]
        .iter()
        .any(|start| head.starts_with(start))
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
        assert_eq!(kind(b"\xEF\xBB\xBF%PDF-1.7 %%EOF"), Err(InvalidAttachment::WrongKind));
        assert_eq!(kind(b"GIF89a"), Err(InvalidAttachment::WrongKind));
        assert_eq!(
            kind(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            Err(InvalidAttachment::WrongKind)
        );
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
    fn a_png_that_claims_too_many_pixels_is_refused_by_its_header() {
        let png = |side: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec();
            bytes.extend(side.to_be_bytes());
            bytes.extend(side.to_be_bytes());
            bytes.extend(b"\x08\x02\0\0\0IEND\xAE\x42\x60\x82");
            bytes
        };
        assert_eq!(AttachmentKind::of_bytes(&png(7_000)), Ok(AttachmentKind::Png));
        let large = AttachmentKind::of_bytes(&png(65_500));
        assert_eq!(large, Err(InvalidAttachment::TooManyPixels));
    }

    #[test]
    fn a_content_type_agrees_or_says_nothing() {
        for fine in
            ["application/pdf", "Application/PDF; charset=binary", "binary/octet-stream", ""]
        {
            assert!(AttachmentKind::Pdf.agrees_with(fine), "{fine}");
        }
        for other in ["image/png", "text/html", "application/zip", "pdf"] {
            assert!(!AttachmentKind::Pdf.agrees_with(other), "{other}");
        }
    }
}

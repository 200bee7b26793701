//! PDF files: the beginning and end of the document, and the facts that its names show. Nothing is
//! parsed.

mod damage;
mod streams;

use memchr::{memchr_iter, memmem};

use super::InvalidAttachment;
use super::content::{Content, is_blank};
use super::kind::AttachmentKind;

/// Viewers look for the beginning of a PDF in this many bytes at the start of a file.
const START_WINDOW: usize = 1024;

/// Viewers look for the end of a PDF in this many bytes at the end of a file.
const END_WINDOW: usize = 1024;

/// This many replacement characters are no accident.
const MANY_REPLACED: usize = 16;

const REPLACED: &str = "\u{fffd}";

/// Returns the position where a PDF begins. ISO 32000 counts all positions in it from there.
pub(super) fn start(bytes: &[u8]) -> Option<usize> {
    memmem::find(&bytes[..bytes.len().min(START_WINDOW)], b"%PDF-")
}

/// Finds the document that begins at `start`.
pub(super) fn read(bytes: &[u8], start: usize) -> Result<Content, InvalidAttachment> {
    let file = bytes.get(start..).unwrap_or_default();
    let end = memmem::rfind(file, b"%%EOF").ok_or(InvalidAttachment::Truncated)? + b"%%EOF".len();
    let (document, rest) = file.split_at(end);
    // If objects follow the last end, it belongs to an older version or to the first page.
    if holds_objects(rest) {
        return Err(InvalidAttachment::Truncated);
    }
    let names = Names::of(document);
    if names.read_as_text(document) || damage::is_sure(document) {
        return Err(InvalidAttachment::ReadAsText);
    }
    if !names.page {
        return Err(InvalidAttachment::NothingInside);
    }
    let kept = if rest.len() < END_WINDOW && rest.iter().all(|b| is_blank(*b)) {
        rest.len()
    } else if rest.starts_with(b"\r\n") {
        2
    } else {
        usize::from(rest.starts_with(b"\n") || rest.starts_with(b"\r"))
    };
    let doubt = "The PDF is encrypted. Open it yourself: if it asks for a password, the customer \
                 needs that password too, and sees nothing without it.";
    Ok(Content {
        kind: AttachmentKind::Pdf,
        range: start..start + end + kept,
        warnings: if names.encrypted { vec![doubt.to_owned()] } else { Vec::new() },
    })
}

/// Returns whether there are objects of a PDF, or their beginnings: `12 0 obj`.
fn holds_objects(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"obj").any(|at| {
        let (before, after) = bytes.split_at(at);
        if after.get(3).is_some_and(u8::is_ascii_alphanumeric) {
            return false;
        }
        before.ends_with(b"end") || number_at_end(before).and_then(number_at_end).is_some()
    })
}

/// Returns the bytes before a number and the blanks that follow it, if `bytes` ends so.
fn number_at_end(bytes: &[u8]) -> Option<&[u8]> {
    let number = bytes.trim_ascii_end();
    let digits = number.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let before = number.get(..number.len() - digits)?;
    (number.len() < bytes.len() && digits > 0).then_some(before)
}

/// The facts that the names in a PDF show. Names are readable in every PDF, also in an encrypted
/// one.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a name that is there or not")]
struct Names {
    /// Set where there is a page, or a packed part that may hold one.
    page: bool,
    encrypted: bool,
    /// Set where a stream is packed in a way that gives bytes of every value. Words and comments
    /// that only name such a way do not count.
    packed: bool,
    /// Set where a stream is written in ASCII.
    ascii: bool,
}

impl Names {
    fn of(document: &[u8]) -> Self {
        let mut names = Self { packed: streams::are_packed(document), ..Self::default() };
        for at in memchr_iter(b'/', document) {
            let rest = document.get(at + 1..).unwrap_or_default();
            match streams::name_at(rest) {
                b"Page" | b"Contents" | b"ObjStm" => names.page = true,
                b"Encrypt" => names.encrypted = true,
                name => names.ascii |= streams::ASCII.contains(&name),
            }
        }
        names
    }

    /// Returns whether a program took the document for text: no packed stream is ever valid text.
    /// The program dropped bytes that it could not read, or replaced them by U+FFFD.
    fn read_as_text(&self, document: &[u8]) -> bool {
        if !self.packed {
            return false;
        }
        let replaced = || memmem::find_iter(document, REPLACED).count();
        if str::from_utf8(document).is_ok() {
            // Streams in ASCII are not damaged.
            return !self.ascii || replaced() >= MANY_REPLACED;
        }
        // Other bytes were added later. By chance, packed bytes are hardly ever U+FFFD.
        let replaced = replaced();
        let high = || document.iter().filter(|b| !b.is_ascii()).count();
        replaced >= MANY_REPLACED && 2 * replaced * REPLACED.len() > high()
    }
}

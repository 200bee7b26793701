//! The content of a file: its kind, where it begins and ends, and the doubts about it.

use std::ops::Range;

use super::InvalidAttachment;
use super::kind::AttachmentKind;

/// The most pixels that an image may claim to have. A small file that unpacks to gigabytes crashes
/// the device that opens it.
const PIXELS_MAX: u64 = 50_000_000;

/// The facts about a file that may be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kind: AttachmentKind,
    /// The position of the document or the picture. Bytes outside were added by servers.
    pub(super) range: Range<usize>,
    /// The doubts about the file, as sentences for managers.
    pub(super) warnings: Vec<String>,
}

impl Content {
    pub(super) fn tell_what_is_left_out(&mut self, length: usize) {
        let kind = self.kind.label();
        let (before, behind) = (self.range.start, length - self.range.end);
        for (count, place) in [(before, "before the beginning"), (behind, "behind the end")] {
            if count > 0 {
                let bytes = if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") };
                self.warnings.push(format!(
                    "The file had {bytes} {place} of the {kind}, such as a server adds. They are \
                     left out; what is sent is the {kind} alone."
                ));
            }
        }
    }
}

/// Checks that an image with sides of this many pixels may be sent.
pub(super) fn fits(width: u32, height: u32) -> Result<(), InvalidAttachment> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX { Err(InvalidAttachment::TooManyPixels) } else { Ok(()) }
}

/// Returns whether a byte is white space or padding.
pub(super) const fn is_blank(byte: u8) -> bool {
    byte == 0 || byte == 0x0B || byte.is_ascii_whitespace()
}

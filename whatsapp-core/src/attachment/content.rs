//! The content of a file: its kind, where it begins and ends, and what is doubtful about it.

use std::ops::Range;

use super::InvalidAttachment;
use super::kind::AttachmentKind;

/// The most pixels that an image may claim to have: a small file that unpacks to gigabytes brings
/// down whoever opens it.
const PIXELS_MAX: u64 = 50_000_000;

/// What was learnt about a file that may be attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kind: AttachmentKind,
    /// Where the document or the picture lies. What is outside was added by others.
    pub(super) range: Range<usize>,
    /// What is doubtful, as sentences for managers.
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

/// Whether an image with sides of this many pixels may be sent.
pub(super) fn fits(width: u32, height: u32) -> Result<(), InvalidAttachment> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS_MAX { Err(InvalidAttachment::TooManyPixels) } else { Ok(()) }
}

/// Whether a byte is white space or padding.
pub(super) const fn is_blank(byte: u8) -> bool {
    byte == 0 || byte == 0x0B || byte.is_ascii_whitespace()
}

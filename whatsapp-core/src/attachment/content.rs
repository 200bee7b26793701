//! What a file is and where it begins and ends, by its bytes: lengths and markers only. Nothing is
//! decoded, and no PDF is parsed.

use std::ops::Range;

use super::kind::AttachmentKind;
use super::{ATTACHMENT_MAX_BYTES, InvalidAttachment, jpeg, other, pdf, png};

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
    /// Reads a file off its bytes, in one pass and without a copy.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, InvalidAttachment> {
        if bytes.is_empty() {
            return Err(InvalidAttachment::Empty);
        }
        if bytes.len() as u64 > ATTACHMENT_MAX_BYTES {
            return Err(InvalidAttachment::TooLarge);
        }
        let mut content = if bytes.starts_with(jpeg::START) {
            jpeg::read(bytes)?
        } else if bytes.starts_with(png::START) {
            png::read(bytes)?
        } else if let Some(start) = pdf::start(bytes) {
            // A page that shows how a PDF begins is still a page.
            let before = other::refusal_before(bytes.get(..start).unwrap_or_default())?;
            pdf::read(bytes, start).map_err(|why| match why {
                InvalidAttachment::Truncated | InvalidAttachment::NothingInside => {
                    before.unwrap_or(why)
                }
                _ => why,
            })?
        } else {
            return Err(other::refusal(bytes));
        };
        content.tell_what_is_left_out(bytes.len());
        Ok(content)
    }

    fn tell_what_is_left_out(&mut self, length: usize) {
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

/// Where what is sent of an image ends whose picture ends at `end`: there, if a server has added a
/// page or a notice, otherwise where the file ends.
pub(super) fn without_added_page(bytes: &[u8], end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    if other::refusal(rest) == InvalidAttachment::WebPage { end } else { bytes.len() }
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

//! Recognition of a file by its bytes: lengths and markers only. Nothing is decoded, and no PDF is
//! parsed.

use super::content::Content;
use super::kind::AttachmentKind;
use super::{ATTACHMENT_MAX_BYTES, InvalidAttachment, jpeg, other, pdf, png};

impl AttachmentKind {
    /// Reads the kind from the bytes: their markers and lengths. Nothing is decoded, and no PDF is
    /// parsed.
    ///
    /// # Errors
    /// [`InvalidAttachment`], the first rule for content that is broken.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, InvalidAttachment> {
        Content::of(bytes).map(|content| content.kind)
    }
}

impl Content {
    /// Reads a file's facts from its bytes, in one pass and without a copy.
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
            // A page that quotes the beginning of a PDF is still a page.
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
}

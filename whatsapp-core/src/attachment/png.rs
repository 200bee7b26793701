//! PNG files: walked along their chunks (RFC 2083, chapter 3).

use super::InvalidAttachment;
use super::content::{Content, fits};
use super::kind::AttachmentKind;
use super::other::without_added_page;

/// The first bytes of every PNG.
pub(super) const START: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Walks from chunk to chunk to the picture's end.
pub(super) fn read(bytes: &[u8]) -> Result<Content, InvalidAttachment> {
    let mut at = START.len();
    let mut size = None;
    let mut drawn = false;
    while let Some(chunk) = Chunk::at(bytes, at) {
        at += chunk.data.len() + 12;
        match &chunk.kind {
            b"CgBI" if size.is_none() => {
                return Err(InvalidAttachment::Other {
                    what: "a PNG image of Apple's own kind, which other phones cannot show",
                });
            }
            b"IHDR" => {
                let width = number(chunk.data, 0).ok_or(InvalidAttachment::Truncated)?;
                let height = number(chunk.data, 4).ok_or(InvalidAttachment::Truncated)?;
                fits(width, height)?;
                size = Some((width, height));
            }
            b"IDAT" => drawn |= !chunk.data.is_empty(),
            b"IEND" => {
                return match size {
                    Some((1.., 1..)) if drawn => Ok(Content {
                        kind: AttachmentKind::Png,
                        range: 0..without_added_page(bytes, at),
                        warnings: Vec::new(),
                    }),
                    _ => Err(InvalidAttachment::NothingInside),
                };
            }
            _ => {}
        }
    }
    Err(InvalidAttachment::Truncated)
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// Returns the chunk that begins at a position, if all of it is there: its length, its kind,
    /// its data and its checksum.
    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let chunk = bytes.get(at..)?;
        let length = usize::try_from(number(chunk, 0)?).ok()?;
        let kind = chunk.get(4..8)?.try_into().ok()?;
        let whole = chunk.get(8..)?.get(..length.checked_add(4)?)?;
        Some(Self { kind, data: whole.get(..length)? })
    }
}

/// Returns the four bytes at a position as a number.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

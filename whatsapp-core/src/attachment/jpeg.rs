//! JPEG files: walked along their markers and lengths (ITU-T T.81, annex B).

use super::InvalidAttachment;
use super::content::{Content, fits};
use super::kind::AttachmentKind;
use super::other::without_added_page;

/// The first bytes of every JPEG.
pub(super) const START: &[u8] = b"\xFF\xD8\xFF";

/// The values of a frame's header.
#[derive(Default)]
struct Frame {
    width: u32,
    height: u32,
    /// Set for baseline, extended or progressive JPEG in 8 bits, which every phone shows.
    usual: bool,
}

/// Walks from marker to marker to the picture's end. Thumbnails lie inside segments and are stepped
/// over. Bytes that cameras put after the end (a film, a second picture) are left as they are.
pub(super) fn read(bytes: &[u8]) -> Result<Content, InvalidAttachment> {
    let mut at = 2;
    let mut frame: Option<Frame> = None;
    let mut scanned = false;
    while let Some((marker, next)) = marker_from(bytes, at) {
        at = next;
        match marker {
            // The end of the picture.
            0xD9 => {
                let Some(Frame { width: 1.., height: 1.., usual }) = frame.filter(|_| scanned)
                else {
                    return Err(InvalidAttachment::NothingInside);
                };
                let doubt = "The JPG is of an unusual kind, which many phones cannot show. Save it \
                             again as an ordinary JPG if a customer sees nothing.";
                return Ok(Content {
                    kind: AttachmentKind::Jpg,
                    range: 0..without_added_page(bytes, at),
                    warnings: if usual { Vec::new() } else { vec![doubt.to_owned()] },
                });
            }
            // Restarts within a scan, which have no length; and reserved markers, which are noise
            // within a scan that viewers skip.
            0x01..=0xBF | 0xD0..=0xD8 => {}
            _ => {
                let segment = segment(bytes, at).ok_or(InvalidAttachment::Truncated)?;
                at += segment.len();
                match marker {
                    0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF | 0xF7 => {
                        let header = Frame::of(marker, segment);
                        let header = header.ok_or(InvalidAttachment::Truncated)?;
                        fits(header.width, header.height)?;
                        frame = Some(header);
                    }
                    // The number of lines, where the frame's header left it open.
                    0xDC => {
                        if let (Some(frame), Some(lines)) = (&mut frame, number(segment, 2)) {
                            frame.height = lines;
                            fits(frame.width, lines)?;
                        }
                    }
                    0xDA => scanned = true,
                    _ => {}
                }
            }
        }
    }
    Err(InvalidAttachment::Truncated)
}

/// Returns the next marker, and the position after it. Skips the bytes of a scan, in which `FF 00`
/// stands for `FF`, fill bytes before a marker, and bytes that do not belong there.
fn marker_from(bytes: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut at = from;
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        while bytes.get(at) == Some(&0xFF) {
            at += 1;
        }
        let marker = *bytes.get(at)?;
        at += 1;
        if marker != 0 {
            return Some((marker, at));
        }
    }
}

/// Returns a segment, its length included.
fn segment(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    let length = number(rest, 0)? as usize;
    rest.get(..length).filter(|_| length >= 2)
}

/// Returns the two bytes at a position as a number.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u32::from(u16::from_be_bytes(bytes)))
}

impl Frame {
    fn of(marker: u8, segment: &[u8]) -> Option<Self> {
        let usual = matches!(marker, 0xC0..=0xC2) && segment.get(2) == Some(&8);
        Some(Self { width: number(segment, 5)?, height: number(segment, 3)?, usual })
    }
}

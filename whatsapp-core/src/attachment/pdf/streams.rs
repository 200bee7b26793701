//! The streams of a PDF, and the ways in which they are packed.

use memchr::memmem;

use crate::attachment::content::is_blank;

/// Ways of packing that give bytes of every value.
const PACKED: [&[u8]; 4] = [b"FlateDecode", b"DCTDecode", b"JPXDecode", b"LZWDecode"];

/// Ways of writing bytes in ASCII.
pub(super) const ASCII: [&[u8]; 4] = [b"ASCII85Decode", b"ASCIIHexDecode", b"A85", b"AHx"];

/// The longest name that counts.
const NAME_MAX: usize = 16;

/// A stream's dictionary begins at most this many bytes before the stream.
const HEAD_WINDOW: usize = 4_096;

/// The ways in which a stream's dictionary says that it is packed.
#[derive(Debug, Default, Clone, Copy)]
struct Filters {
    packed: bool,
    ascii: bool,
    /// Set where the dictionary refers to another object for it.
    elsewhere: bool,
}

/// Returns the name that begins after a slash.
pub(super) fn name_at(rest: &[u8]) -> &[u8] {
    let ends = |b: &u8| is_blank(*b) || b"()<>[]{}/%".contains(b);
    let length = rest.iter().take(NAME_MAX).position(ends).unwrap_or(rest.len().min(NAME_MAX));
    rest.get(..length).unwrap_or_default()
}

/// Returns whether a stream of the document is packed.
pub(super) fn are_packed(document: &[u8]) -> bool {
    let mut elsewhere = false;
    for (filters, _) in Streams(document) {
        if filters.packed {
            return true;
        }
        elsewhere |= filters.elsewhere;
    }
    elsewhere && PACKED.iter().any(|name| memmem::find(document, name).is_some())
}

/// Returns the bytes of all packed streams that are not written in ASCII.
pub(super) fn packed(document: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes_of =
        |(filters, bytes): (Filters, _)| (filters.packed && !filters.ascii).then_some(bytes);
    Streams(document).filter_map(bytes_of)
}

/// The streams in the rest of a document. A stream that is not packed may hold others.
struct Streams<'a>(&'a [u8]);

impl<'a> Iterator for Streams<'a> {
    type Item = (Filters, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let at = memmem::find(self.0, b"stream")?;
            let (before, rest) = self.0.split_at(at);
            let rest = rest.get(b"stream".len()..)?;
            let window = before.get(before.len().saturating_sub(HEAD_WINDOW)..)?.trim_ascii_end();
            let line_ends = [b"\r\n".as_slice(), b"\n", b"\r"];
            let bytes = line_ends.iter().find_map(|end| rest.strip_prefix(*end));
            let Some(bytes) = bytes.filter(|_| window.ends_with(b">>")) else {
                self.0 = rest;
                continue;
            };
            let head = memmem::rfind(window, b"obj").and_then(|at| window.get(at + b"obj".len()..));
            let filters = Filters::of(head.unwrap_or(window));
            if !filters.packed {
                self.0 = bytes;
                return Some((filters, &[]));
            }
            let end = memmem::find(bytes, b"endstream").unwrap_or(bytes.len());
            let (bytes, rest) = bytes.split_at(end);
            self.0 = rest.get(b"endstream".len()..).unwrap_or_default();
            return Some((filters, bytes));
        }
    }
}

impl Filters {
    /// Returns the filters that a dictionary names. Its texts and comments do not count.
    fn of(dictionary: &[u8]) -> Self {
        let mut filters = Self::default();
        let mut depth = 0_usize;
        let mut rest = dictionary;
        while let Some((byte, behind)) = rest.split_first() {
            rest = behind;
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b'\\' if depth > 0 => rest = behind.get(1..).unwrap_or_default(),
                b'%' if depth == 0 => {
                    let end = behind.iter().position(|b| matches!(b, b'\n' | b'\r'));
                    rest = behind.get(end.unwrap_or(behind.len())..).unwrap_or_default();
                }
                b'/' if depth == 0 => {
                    let name = name_at(behind);
                    filters.packed |= PACKED.contains(&name);
                    filters.ascii |= ASCII.contains(&name);
                    let value = behind.get(name.len()..).unwrap_or_default().trim_ascii_start();
                    filters.elsewhere |=
                        name == b"Filter" && value.first().is_some_and(u8::is_ascii_digit);
                }
                _ => {}
            }
        }
        filters
    }
}

//! The common part of JPGs and PNGs: the data added after them, and their damage as text.

use super::noise;

/// Data that cameras, phones and servers put after a picture: it is left where it is.
pub(crate) fn trailers() -> Vec<(&'static str, Vec<u8>)> {
    let film = |brand: &[u8]| [b"\0\0\0\x18ftyp", brand, b"\0\0\0\0", &noise(9_000)].concat();
    let samsung = [
        b"\0\0\x01\x0A\x0E\0\0\0Image_UTC_Data1700000000000".as_slice(),
        b"SEFH\x6B\0\0\0\x01\0\0\0\0\0\x01\x0A$\0\0\0$\0\0\0\x18\0\0\0SEFT",
    ]
    .concat();
    vec![
        ("Samsung's trailer", samsung),
        ("a film", film(b"mp42")),
        ("36,864 zeros", vec![0; 36_864]),
        ("a line end", b"\n".to_vec()),
        ("CR LF", b"\r\n".to_vec()),
        ("blanks", b" \t\r\n\0".repeat(10)),
        ("a film of Apple", film(b"qt  ")),
        ("one byte", vec![7]),
        ("an archive", [b"PK\x03\x04".as_slice(), &noise(500)].concat()),
        ("noise", noise(20_000)),
        ("words", b"processed by x".to_vec()),
    ]
}

/// Text that a server appends: it is left out.
pub(crate) fn pages() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a page", b"<!DOCTYPE html><html><body>served by x</body></html>".repeat(50)),
        ("a notice", b"\n<br />\n<b>Notice</b>: Undefined index".to_vec()),
        ("a comment", b"\r\n<!-- made in 0.2 s -->".to_vec()),
    ]
}

/// A picture damaged by programs that read it as text.
pub(crate) fn read_as_text(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let latin: String = bytes.iter().map(|b| char::from(*b)).collect();
    vec![
        ("read as UTF-8", String::from_utf8_lossy(bytes).into_owned().into_bytes()),
        ("read as Latin-1", latin.into_bytes()),
    ]
}

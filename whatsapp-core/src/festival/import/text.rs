//! From bytes to lines.

use super::Unreadable;

/// Kinds of files that are neither table nor calendar, by their first bytes.
const OTHERS: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
];

/// The mark that stands in a text for invalid bytes.
const DAMAGED: char = '\u{fffd}';

/// The largest number of characters of a text that are shown.
const SHOWN: usize = 40;

/// The text of a file.
pub(super) struct Text {
    text: String,
    damaged: bool,
}

impl Text {
    /// Reads UTF-8, and UTF-16 with its mark.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Unreadable> {
        if let Some((_, kind)) = OTHERS.iter().find(|(head, _)| bytes.starts_with(head)) {
            return Err(Unreadable::OtherKind(kind));
        }
        let (text, damaged) = match bytes {
            [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
            _ => (String::from_utf8_lossy(bytes).into_owned(), std::str::from_utf8(bytes).is_err()),
        };
        // Some programs put several marks before a text, and DOS puts a mark after it.
        let marks = |c: char| matches!(c, '\u{feff}' | '\u{1a}');
        let text = text.trim_matches(marks).to_owned();
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        if text.trim_start().starts_with('<') {
            return Err(Unreadable::OtherKind("a web page or XML"));
        }
        Ok(Self { text, damaged })
    }

    /// The lines, whether they end in LF, CRLF or CR.
    pub(super) fn lines(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((line, after)) = rest.split_once(['\n', '\r']) {
            let ended_in_cr = rest[line.len()..].starts_with('\r');
            lines.push(line);
            rest = if ended_in_cr { after.strip_prefix('\n').unwrap_or(after) } else { after };
        }
        lines.push(rest);
        lines
    }

    /// Returns true if a part of the text holds bytes that are not UTF-8, or zero bytes.
    pub(super) fn is_damaged(&self, part: &str) -> bool {
        part.contains('\0') || self.damaged && part.contains(DAMAGED)
    }
}

/// The problem of a damaged part.
pub(super) const NO_TEXT: &str = "it holds bytes that are no text; save the file as UTF-8";

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, bool) {
    let units: Vec<u16> = bytes.as_chunks().0.iter().map(|pair| unit(*pair)).collect();
    let whole = String::from_utf16(&units);
    let damaged = whole.is_err() || bytes.len() % 2 == 1;
    (whole.unwrap_or_else(|_| String::from_utf16_lossy(&units)), damaged)
}

/// A text in quotes for a sentence, without control characters, and cut.
pub(super) fn quoted(text: &str) -> String {
    let mut seen = text.chars().filter(|c| !c.is_control());
    let shown: String = seen.by_ref().take(SHOWN).collect();
    let more = if seen.next().is_some() { "…" } else { "" };
    format!("\"{shown}{more}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_text_is_read() {
        let text = "date,name\n2026-11-08,दिवाली\n";
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
        };
        let marked = format!("\u{feff}{text}\u{1a}").into_bytes();
        for bytes in
            [text.as_bytes().to_vec(), marked, utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes)]
        {
            let read = Text::of(&bytes).ok().unwrap();
            assert_eq!(read.text, text);
            assert!(!read.is_damaged(text));
        }
    }

    #[test]
    fn lines_end_as_every_system_ends_them() {
        let lines = |text: &str| {
            let read = Text { text: text.to_owned(), damaged: false };
            read.lines().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines("a\r\nb\nc\rd"), ["a", "b", "c", "d"]);
        assert_eq!(lines("a\r\n\r\nb\r\r\n\n"), ["a", "", "b", "", "", ""]);
        assert_eq!(lines(""), [""]);
    }

    #[test]
    fn bytes_that_mean_nothing_are_found_where_they_are() {
        let read = Text::of(b"a\nCaf\xe9\nb\0").ok().unwrap();
        let damaged: Vec<bool> = read.lines().iter().map(|line| read.is_damaged(line)).collect();
        assert_eq!(damaged, [false, true, true]);
        let written = Text::of("\u{fffd}".as_bytes()).ok().unwrap();
        assert!(!written.is_damaged("\u{fffd}"), "somebody wrote it");
    }

    #[test]
    fn other_kinds_of_files_are_named() {
        for (bytes, error) in [
            (&b"PK\x03\x04\x14\0"[..], Unreadable::OtherKind("an Excel workbook")),
            (b" <html>", Unreadable::OtherKind("a web page or XML")),
            (b"%PDF-1.7", Unreadable::OtherKind("a PDF")),
            (b"", Unreadable::Empty),
            (b"\xef\xbb\xbf\r\n ", Unreadable::Empty),
            (b"\xff\xfe", Unreadable::Empty),
        ] {
            assert_eq!(Text::of(bytes).err(), Some(error));
        }
    }

    #[test]
    fn what_is_shown_is_cut() {
        assert_eq!(quoted("31/02\n"), "\"31/02\"");
        assert_eq!(quoted(&"x".repeat(41)), format!("\"{}…\"", "x".repeat(40)));
    }
}

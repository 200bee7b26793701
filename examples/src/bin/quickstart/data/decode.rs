//! From bytes to text: the encodings that spreadsheets save in, as far as they can be recognised.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Text of a file, with a note.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Text of the file, with U+FFFD for each byte that means nothing: rows with U+FFFD are refused
    /// one by one.
    pub(super) text: String,
    /// Note on the encoding for the reader of the summary.
    pub(super) note: Option<String>,
}

/// Kinds of files that are no tables, by their first bytes.
const OTHERS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "an Excel workbook (or another zip archive)"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook"),
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xff\xfe\0\0", "text in UTF-32"),
    (b"\0\0\xfe\xff", "text in UTF-32"),
];

/// Reads UTF-8 and UTF-16, and Windows-1252 if it can be recognised.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    if let Some((_, what)) = OTHERS.iter().find(|(head, _)| bytes.starts_with(head)) {
        return Err(format!("it is {what}: save it as \"CSV UTF-8\""));
    }
    let (text, note) = match Encoding::for_bom(bytes).map(|(known, _)| known).or(utf_16(bytes)) {
        Some(known) => (known.decode(bytes).0.into_owned(), None),
        None => unmarked(bytes),
    };
    // This is the mark at which DOS programs end a file.
    let text = text.trim_end_matches('\u{1a}').to_owned();
    let start = text.trim_start();
    if start.is_empty() {
        return Err("it is empty: its first line must name the columns".to_owned());
    }
    if start.starts_with('<') {
        return Err("it is a web page or XML: save it as \"CSV UTF-8\"".to_owned());
    }
    Ok(Decoded { text, note })
}

/// Recognises UTF-16 without its mark: every second byte of the first letters is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Some(UTF_16LE),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Reads text without a mark of its encoding: UTF-8, or surely Windows-1252, or UTF-8 with damage.
fn unmarked(bytes: &[u8]) -> (String, Option<String>) {
    let lossy = String::from_utf8_lossy(bytes);
    let has_utf_8 = lossy.chars().any(|c| !c.is_ascii() && c != '\u{fffd}');
    if has_utf_8 || bytes.is_ascii() || !is_western(bytes) {
        return (lossy.into_owned(), None);
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let word = text.split([',', ';', '\t', '"', '\n', '\r']).find(|cell| !cell.is_ascii());
    let word = word.map(|cell| format!(", such as {:?}", cell.trim())).unwrap_or_default();
    let note = format!("it is not UTF-8, and was read as Windows-1252{word}");
    (text.into_owned(), Some(note))
}

/// Returns true if bytes beyond ASCII can only be Windows-1252: single letters within Latin words,
/// and signs between words. In other encodings letters come in rows, or signs stand where letters
/// belong.
fn is_western(bytes: &[u8]) -> bool {
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    (0..bytes.len()).filter(|here| !bytes[*here].is_ascii()).all(|here| {
        let [before, after] = [at(here.checked_sub(1)), at(Some(here + 1))];
        let within = is_letter(before) && is_letter(after);
        match bytes[here] {
            // O’Brien, Asha’s
            0x92 if within => {
                let start = !is_letter(at(here.checked_sub(2)));
                start || after == b's' && !is_letter(at(Some(here + 2)))
            }
            0x80 | 0x85 | 0x91..=0x97 | 0x99 | 0xa0..=0xbf | 0xd7 | 0xf7 => !within,
            // These are the Icelandic letters, which are Turkish ones elsewhere.
            0xd0 | 0xdd | 0xde | 0xf0 | 0xfd | 0xfe => false,
            0xc0..=0xff => before.is_ascii_alphabetic() || after.is_ascii_alphabetic(),
            _ => false,
        }
    })
}

const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0xc0 && byte != 0xd7 && byte != 0xf7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16_bytes(text: &str, bom: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = bom.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn every_unicode_form_gives_the_same_text() {
        let text = "id,name\nC-1,Sharma (शर्मा)\n";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            marked.into_bytes(),
            utf_16_bytes(text, true, u16::to_le_bytes),
            utf_16_bytes(text, true, u16::to_be_bytes),
            utf_16_bytes(text, false, u16::to_le_bytes),
            utf_16_bytes(text, false, u16::to_be_bytes),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!(decoded, Decoded { text: text.to_owned(), note: None });
        }
    }

    #[test]
    fn windows_1252_is_read_where_it_can_be_told_and_said() {
        for (bytes, text) in [
            (&b"id\nAl Noor Caf\xe9"[..], "id\nAl Noor Café"),
            (b"D\x92Souza, Asha\x92s", "D’Souza, Asha’s"),
            (b"3 \xd7 tap \x96 12\xbd inch", "3 × tap – 12½ inch"),
            (b"M\xfcller & S\xf6hne, Stra\xdfe", "Müller & Söhne, Straße"),
        ] {
            let decoded = decode(bytes).unwrap();
            assert_eq!(decoded.text, text);
            assert!(decoded.note.unwrap().contains("Windows-1252"), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_marked_and_not_guessed() {
        for bytes in [
            &b"id\n\xd8\xe0\xf0\xec\xe0"[..], // Cyrillic, Windows-1251
            b"id\n\xc9\xd5\xbe\xab \xb5\xc6", // Chinese, GBK
            b"id\nCaf\x8e",                   // Mac Roman
            b"id\nSe\x96or",                  // Mac Roman
            b"id\nGarc\x92a",                 // Mac Roman
            b"id\nPe\xa4a",                   // DOS
            b"id\nCaf\x82",                   // DOS
            b"id\ng\xfcne\xfe",               // Turkish
            b"id\n\xe0\xa4\xb6 and Caf\xe9",  // UTF-8 with a damaged row
        ] {
            let decoded = decode(bytes).unwrap();
            assert!(decoded.text.contains('\u{fffd}'), "{decoded:?}");
            assert_eq!(decoded.note, None);
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (bytes, what) in [
            (&b"PK\x03\x04\x14\0"[..], "Excel workbook"),
            (b"\xd0\xcf\x11\xe0\xa1", "Excel workbook"),
            (b"%PDF-1.7", "a PDF"),
            (b"\xff\xfe\0\0i\0\0\0", "UTF-32"),
            (b"\n <html><table>", "a web page"),
            (b"", "it is empty"),
            (b"\xef\xbb\xbf\r\n", "it is empty"),
        ] {
            let why = decode(bytes).unwrap_err();
            assert!(why.contains(what), "{why}");
        }
    }

    #[test]
    fn the_mark_at_the_end_of_a_dos_file_is_no_row() {
        assert_eq!(decode(b"id\nC-1\n\x1a").unwrap().text, "id\nC-1\n");
    }
}

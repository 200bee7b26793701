//! Files of kinds that may not be attached: recognised so far as it helps the error message.

use super::InvalidAttachment;
use super::content::is_blank;

/// The number of bytes at a file's beginning that are looked at.
const HEAD: usize = 1024;

const JSON: &str = "a JSON text, as servers send for an error";
const XML: &str = "an XML text, as servers send for an error";
const PLAIN: &str = "a plain text, as servers send for an error";

/// The beginnings of other kinds of files: the position of the bytes, the bytes, and the kind.
const SIGNATURES: [(usize, &[u8], &str); 20] = [
    (0, b"PK\x03\x04", "a ZIP archive, or a Word or Excel document"),
    (0, b"\xD0\xCF\x11\xE0", "an old Word or Excel document, or an e-mail"),
    (0, b"{\\rtf", "a text document (RTF)"),
    (0, b"Rar!", "an archive (RAR)"),
    (0, b"7z\xBC\xAF", "an archive (7z)"),
    (0, b"\x1F\x8B", "a compressed file (gzip)"),
    (257, b"ustar", "an archive (tar)"),
    (0, b"GIF8", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (4, b"ftypheic", "an HEIC photo"),
    (4, b"ftypheix", "an HEIC photo"),
    (4, b"ftypheim", "an HEIC photo"),
    (4, b"ftypheis", "an HEIC photo"),
    (4, b"ftyphevc", "an HEIC photo"),
    (4, b"ftypmif1", "an HEIC photo"),
    (4, b"ftypmsf1", "an HEIC photo"),
    (4, b"ftypavif", "an AVIF image"),
    (4, b"ftyp", "a film or a sound"),
];

/// The beginnings of PNG and JPG files that a program took for text.
const READ_AS_TEXT: [&str; 4] =
    ["\u{fffd}PNG", "\u{89}PNG", "\u{fffd}\u{fffd}\u{fffd}", "\u{ff}\u{d8}\u{ff}"];

/// The byte order mark of UTF-8 at the beginning of a text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The beginnings of files that were written as Base64 text.
const BASE64: [&str; 4] = ["JVBERi0", "/9j/", "iVBORw0KGgo", "data:"];

/// The beginnings of a web page, or a piece of one, after the `<`.
const PAGE: [&str; 30] = [
    "!doctype html",
    "html",
    "head",
    "body",
    "script",
    "meta",
    "!--",
    "title",
    "style",
    "link",
    "br",
    "b>",
    "i>",
    "p>",
    "p ",
    "div",
    "span",
    "center",
    "h1",
    "h2",
    "pre",
    "table",
    "form",
    "font",
    "iframe",
    "strong",
    "hr",
    "ul",
    "img",
    "a ",
];

/// Returns the reason for refusing a file that is none of the allowed kinds.
pub(super) fn refusal(bytes: &[u8]) -> InvalidAttachment {
    let other = |what| InvalidAttachment::Other { what };
    let begins = |(at, start, _): &&(usize, &[u8], &str)| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(start))
    };
    if let Some((_, _, what)) = SIGNATURES.iter().find(begins) {
        return other(what);
    }
    let (text, wide) = text_of(bytes);
    let destroyed = READ_AS_TEXT.iter().any(|start| bytes.starts_with(start.as_bytes()));
    if destroyed || wide && text.starts_with("%PDF-") {
        return InvalidAttachment::ReadAsText;
    }
    if let Some(markup) = text.strip_prefix('<') {
        return of_markup(&markup.to_ascii_lowercase());
    }
    if BASE64.iter().any(|start| text.trim_start_matches('"').starts_with(start)) {
        return other("the Base64 text of a file");
    }
    if is_json(&text) {
        return other(JSON);
    }
    let readable = |c: char| !c.is_control() && c != char::REPLACEMENT_CHARACTER;
    if !text.is_empty() && text.chars().all(|c| c.is_whitespace() || readable(c)) {
        return other(PLAIN);
    }
    InvalidAttachment::WrongKind
}

/// Judges the bytes before the beginning of a PDF. Blanks, notices of a server, the head of an HTTP
/// answer and the like may stand there. If no PDF follows, the file itself is the page or the XML
/// text that stands there.
///
/// # Errors
/// The kind of the file instead, such as an archive that holds the PDF.
pub(super) fn refusal_before(head: &[u8]) -> Result<Option<InvalidAttachment>, InvalidAttachment> {
    match refusal(head) {
        page @ (InvalidAttachment::WebPage | InvalidAttachment::Other { what: XML }) => {
            Ok(Some(page))
        }
        InvalidAttachment::Other { what: PLAIN } => Ok(None),
        other @ InvalidAttachment::Other { .. } => Err(other),
        _ => Ok(None),
    }
}

/// Judges a text that begins with `<`. It is given in lower case and without the `<`.
fn of_markup(markup: &str) -> InvalidAttachment {
    let page = PAGE.iter().any(|start| markup.starts_with(start));
    if page || markup.starts_with("?xml") && markup.contains("<html") {
        InvalidAttachment::WebPage
    } else if markup.contains("http://www.w3.org/2000/svg") {
        InvalidAttachment::Other { what: "an SVG image" }
    } else if markup.starts_with(|c: char| c.is_ascii_alphabetic() || c == '?') {
        InvalidAttachment::Other { what: XML }
    } else {
        InvalidAttachment::WrongKind
    }
}

/// Tells whether a text is JSON: `{"error": …}` and `[{…}]` are, `[2026-10-01] an error` is not.
fn is_json(text: &str) -> bool {
    let within = |open, marks: &str| {
        let rest = text.strip_prefix(open).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c| marks.contains(c)))
    };
    within('{', "\"}") || within('[', "{[\"]")
}

/// Returns the beginning of a file as text, from its first character that is not blank, and whether
/// its characters have two bytes each.
fn text_of(bytes: &[u8]) -> (String, bool) {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] | [1..=255, 0, 1..=255, 0, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] | [0, 1..=255, 0, 1..=255, ..] => u16::from_be_bytes,
        _ => {
            let mut rest = bytes;
            while let [first, after @ ..] = rest
                && (is_blank(*first) || rest.starts_with(BOM))
            {
                rest = rest.strip_prefix(BOM).unwrap_or(after);
            }
            let head = &rest[..rest.len().min(HEAD)];
            // The head may end inside a character.
            let text = String::from_utf8_lossy(head);
            return (text.trim_end_matches('\u{fffd}').to_owned(), false);
        }
    };
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let blank = |unit: &u16| *unit == 0xFEFF || u8::try_from(*unit).is_ok_and(is_blank);
    let units = units.skip_while(blank).take(HEAD);
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    (text.collect(), true)
}

/// Returns where the bytes to send of an image end. If a server has added a page, that is `end`,
/// the end of the picture; otherwise it is the end of the file.
pub(super) fn without_added_page(bytes: &[u8], end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    if refusal(rest) == InvalidAttachment::WebPage { end } else { bytes.len() }
}

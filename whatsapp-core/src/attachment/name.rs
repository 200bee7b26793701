//! File names that are safe everywhere.

use super::InvalidAttachment;
use super::kind::AttachmentKind;

/// The longest file name, in bytes of UTF-8.
pub const FILE_NAME_MAX_BYTES: usize = 120;

/// Makes a name safe: without folders, control or bidi characters, or characters that some system
/// forbids. Letters of any script stay. The result is never empty, has the extension of its kind
/// once, and at most [`FILE_NAME_MAX_BYTES`].
///
/// # Errors
/// [`InvalidAttachment::NameDisagrees`] if the extension is that of another allowed kind.
pub(super) fn file_name(name: &str, kind: AttachmentKind) -> Result<String, InvalidAttachment> {
    let name = without_folders(without_query(name));
    let cleaned: String = name
        .chars()
        .filter(|c| !crate::visible::is_unsafe(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut stem = cleaned.trim_matches(is_edge).trim_end_matches('.');
    let mut extension = None;
    while let Some(named) = AttachmentKind::from_name(stem) {
        if named != kind {
            if extension.is_none() {
                return Err(InvalidAttachment::NameDisagrees);
            }
            break;
        }
        let (before, after) = stem.rsplit_once('.').unwrap_or_default();
        extension.get_or_insert(after);
        stem = before.trim_end_matches(|c| is_edge(c) || c == '.');
    }
    let extension = extension.unwrap_or(kind.as_str());
    let stem: String = stem
        .trim_start_matches(|c| is_edge(c) || c == '.')
        .chars()
        .map(|c| if "<>:\"|?*#%&;".contains(c) { '_' } else { c })
        .collect();
    let mut end = stem.len().min(FILE_NAME_MAX_BYTES - extension.len() - 1);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    Ok(match stem[..end].trim_end_matches(['.', ' ']) {
        "" => format!("file.{extension}"),
        stem if is_device(stem) => format!("file-{stem}.{extension}"),
        stem => format!("{stem}.{extension}"),
    })
}

/// Returns whether Windows takes the name for a device, with any extension.
fn is_device(stem: &str) -> bool {
    match stem.to_ascii_lowercase().as_bytes() {
        b"con" | b"prn" | b"aux" | b"nul" => true,
        [port @ .., b'1'..=b'9'] => port == b"com" || port == b"lpt",
        _ => false,
    }
}

/// Returns whether a character is dropped at the ends of a name: a blank, or a quotation mark that
/// was copied along.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}')
}

/// Removes the query from a name that was cut off a link: `INV-7.pdf` from `INV-7.pdf?v=2`.
fn without_query(name: &str) -> &str {
    let files = name.match_indices(['?', '#', '&', ';']).map(|(at, _)| &name[..at]);
    files.into_iter().find(|file| AttachmentKind::from_name(file).is_some()).unwrap_or(name)
}

/// Turns the slashes of a name into dashes, as in the invoice number `GST/25-26/0042`. Of a path
/// from the root, or a path with `..`, only the last part is kept: the folders are private.
fn without_folders(name: &str) -> String {
    let name = name.trim();
    let parts = || name.split(['/', '\\']).filter(|part| !matches!(part.trim(), "" | "."));
    let drive = || name.get(1..3).is_some_and(|after| matches!(after, ":\\" | ":/"));
    if name.starts_with(['/', '\\', '~']) || drive() || parts().any(|part| part.trim() == "..") {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        return last.trim_start_matches('~').to_owned();
    }
    parts().collect::<Vec<_>>().join("-")
}

/// Returns the last segment of a URL's path, not decoded.
pub(crate) fn link_name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let (_, rest) = path.split_once("://")?;
    let (_, name) = rest.rsplit_once('/')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf(name: &str) -> String {
        file_name(name, AttachmentKind::Pdf).unwrap()
    }

    #[test]
    fn a_name_has_no_folders_and_the_extension_of_its_kind_once() {
        for (given, name) in [
            ("INV-7.pdf", "INV-7.pdf"),
            ("INV-7", "INV-7.pdf"),
            ("INV-7.PDF", "INV-7.PDF"),
            // Slashes, as in the numbers of GST invoices; remains of links.
            ("GST/25-26/0042.pdf", "GST-25-26-0042.pdf"),
            ("GST/25-26/0042", "GST-25-26-0042.pdf"),
            ("GST\\25-26\\0042.pdf", "GST-25-26-0042.pdf"),
            (".pdf", "file.pdf"),
            ("INV-7.pdf?v=2", "INV-7.pdf"),
            ("a.PDF.pdf", "a.pdf"),
            ("INV/7 .pdf", "INV-7.pdf"),
            ("GST/25-26/", "GST-25-26.pdf"),
            ("", "file.pdf"),
            ("..", "file.pdf"),
            ("/", "file.pdf"),
            ("...pdf", "file.pdf"),
            (".pdf.pdf", "file.pdf"),
            ("\"INV-7.pdf\"", "INV-7.pdf"),
            ("INV-7.pdf.", "INV-7.pdf"),
            ("INV-7 .pdf ", "INV-7.pdf"),
            ("INV-7..pdf", "INV-7.pdf"),
            ("a.pdf.PDF.pdf", "a.pdf"),
            ("INV-7.pdf#page=2", "INV-7.pdf"),
            ("INV-7.pdf;jsessionid=5F", "INV-7.pdf"),
            ("INV-7.pdf?path=a/b.pdf", "INV-7.pdf"),
            ("Q&A: 7?.pdf", "Q_A_ 7_.pdf"),
            ("INV-7.v2", "INV-7.v2.pdf"),
            ("scan.jpg.pdf", "scan.jpg.pdf"),
            ("Rs. 500", "Rs. 500.pdf"),
            ("NUL.pdf", "file-NUL.pdf"),
            ("com7.pdf", "file-com7.pdf"),
            ("COM12.pdf", "COM12.pdf"),
            ("Smith's.pdf", "Smith's.pdf"),
            // Only the last part of a path is kept.
            ("../../etc/चालान 7.PDF", "चालान 7.PDF"),
            ("/var/lib/shop/INV-7.pdf", "INV-7.pdf"),
            ("C:\\bills\\INV-7.pdf", "INV-7.pdf"),
            ("\\\\server\\bills\\INV-7.pdf", "INV-7.pdf"),
            ("~/bills/INV-7.pdf", "INV-7.pdf"),
            ("a\u{202e}fdp.pdf", "afdp.pdf"),
        ] {
            assert_eq!(pdf(given), name, "{given:?}");
        }
        let jpg = |name| file_name(name, AttachmentKind::Jpg).unwrap();
        assert_eq!(jpg("scan.jpeg"), "scan.jpeg");
        assert_eq!(jpg("scan.jpeg.JPG"), "scan.JPG");
        assert_eq!(jpg("scan"), "scan.jpg");
        for other in ["INV-7.png", "INV-7.pdf.jpg", ".png", "INV-7.jpeg?v=2"] {
            let disagrees = file_name(other, AttachmentKind::Pdf);
            assert_eq!(disagrees, Err(InvalidAttachment::NameDisagrees), "{other}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_keeps_its_extension() {
        for long in ["चा".repeat(200), format!("{}.pdf", "चा".repeat(200)), "a".repeat(120)]
        {
            let name = pdf(&long);
            assert!((110..=FILE_NAME_MAX_BYTES).contains(&name.len()), "{name}");
            assert_eq!(AttachmentKind::from_name(&name), Some(AttachmentKind::Pdf));
        }
    }
}

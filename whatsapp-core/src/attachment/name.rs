//! File names that are safe everywhere.

/// The longest file name, in bytes of UTF-8.
pub const FILE_NAME_MAX_BYTES: usize = 120;

/// A file name without folders, control and bidi characters or characters that some system
/// forbids; letters of any script stay. Never empty, at most 120 bytes, extension kept.
#[must_use]
pub fn safe_file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = name
        .chars()
        .filter(|c| !crate::template::is_unsafe(*c))
        .map(|c| if c.is_control() || "<>:\"|?*#%&;".contains(c) { '_' } else { c })
        .collect();
    let cleaned = cleaned.trim().trim_start_matches('.').trim();
    let (stem, extension) = match cleaned.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 5 => (stem, Some(extension)),
        _ => (cleaned, None),
    };
    let room = FILE_NAME_MAX_BYTES - extension.map_or(0, |e| e.len() + 1);
    let mut end = stem.len().min(room);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = match stem[..end].trim_end_matches(['.', ' ']) {
        "" => "file",
        stem => stem,
    };
    extension.map_or_else(|| stem.to_owned(), |extension| format!("{stem}.{extension}"))
}

/// The last segment of a URL's path, as it stands there.
pub(crate) fn link_name(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let (_, rest) = path.split_once("://")?;
    let (_, name) = rest.rsplit_once('/')?;
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::AttachmentKind;

    #[test]
    fn names_are_made_safe_and_keep_their_extension() {
        assert_eq!(safe_file_name("INV-7.pdf"), "INV-7.pdf");
        assert_eq!(safe_file_name("../../etc/चालान 7.PDF"), "चालान 7.PDF");
        assert_eq!(safe_file_name("a\u{202e}fdp.pdf"), "afdp.pdf");
        assert_eq!(safe_file_name(".."), "file");
        let cut = safe_file_name(&format!("{}.pdf", "चा".repeat(200)));
        assert!(cut.len() <= FILE_NAME_MAX_BYTES);
        assert_eq!(AttachmentKind::from_name(&cut), Some(AttachmentKind::Pdf));
    }
}

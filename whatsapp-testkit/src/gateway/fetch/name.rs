//! The file name that a recipient sees.

use percent_encoding::percent_decode_str;

/// The name of a document that has no other name.
pub(super) const UNTITLED: &str = "Untitled";

/// The name in a Content-Disposition, or else the file name at the end of a URL's path.
pub(super) fn file_name(disposition: Option<&str>, path: &str) -> Option<String> {
    let disposed = disposition.and_then(disposition_name);
    let last = path.rsplit('/').next().filter(|last| last.contains('.'));
    disposed.or_else(|| percent_decode_str(last?).decode_utf8().ok().map(String::from))
}

/// The `filename*` of a Content-Disposition, or else its `filename` (RFC 6266), without folders.
fn disposition_name(value: &str) -> Option<String> {
    let (_, mut rest) = value.split_once(';')?;
    let (mut plain, mut extended) = (None, None);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']);
        let (text, after) = parameter(after.trim_start());
        if name.eq_ignore_ascii_case("filename*") {
            extended = decoded(&text);
        } else if name.eq_ignore_ascii_case("filename") {
            plain = Some(text);
        }
        rest = after;
    }
    let name = extended.or(plain)?;
    let name = name.rsplit(['/', '\\']).next().map(str::trim)?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// Reads a parameter's value, a token or a quoted string, and returns it with the text after it.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, rest) = text.split_once(';').unwrap_or((text, ""));
        return (token.trim_end().to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => value.extend(chars.next()),
            char => value.push(char),
        }
    }
    (value, chars.as_str())
}

/// Decodes `UTF-8''` and percent-encoded text (RFC 8187).
fn decoded(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_disposition_names_the_file() {
        let name = |disposition| file_name(Some(disposition), "/a/b").unwrap();
        assert_eq!(name("attachment; filename=INV-7.pdf"), "INV-7.pdf");
        assert_eq!(name("inline; filename=\"INV;=\\\"7\\\".pdf\"; size=3"), "INV;=\"7\".pdf");
        assert_eq!(name("inline; FileName*=utf-8'en'%E0%A4%9A%207.pdf"), "च 7.pdf");
        assert_eq!(name("inline; filename*=UTF-8''b.pdf; filename=a.pdf"), "b.pdf");
        assert_eq!(name("inline; filename*=EBCDIC''b.pdf; filename=a.pdf"), "a.pdf");
        assert_eq!(name("inline; filename=\"../etc/a.pdf\""), "a.pdf");
    }

    #[test]
    fn the_end_of_the_path_names_a_file_that_has_no_better_name() {
        for nameless in
            [None, Some("inline"), Some("inline; filename=\"\""), Some("inline; size=3")]
        {
            assert_eq!(file_name(nameless, "/a/INV%207.pdf").unwrap(), "INV 7.pdf");
            assert_eq!(file_name(nameless, "/files.d/download"), None);
            assert_eq!(file_name(nameless, "/"), None);
        }
    }
}

//! File names in links and headers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// Characters that stay unchanged: the unreserved characters of RFC 3986, 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A name as one segment of a path.
pub(super) fn segment(name: &str) -> PercentEncode<'_> {
    utf8_percent_encode(name, UNRESERVED)
}

/// The header Content-Disposition (RFC 6266), with the name twice: in ASCII for old readers, and
/// whole.
pub(super) fn content_disposition(name: &str) -> String {
    let plain = |c: char| c == ' ' || (c.is_ascii_graphic() && !"\"\\%".contains(c));
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    format!("inline; filename=\"{ascii}\"; filename*=UTF-8''{}", segment(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_but_for_what_needs_none() {
        assert_eq!(segment("INV-2026_0042~a.pdf").to_string(), "INV-2026_0042~a.pdf");
        assert_eq!(segment("a b/%\"?.pdf").to_string(), "a%20b%2F%25%22%3F.pdf");
        assert_eq!(segment("चा.pdf").to_string(), "%E0%A4%9A%E0%A4%BE.pdf");
    }

    #[test]
    fn a_disposition_has_the_name_in_ascii_and_whole() {
        assert_eq!(
            content_disposition("चा \"7\".pdf"),
            "inline; filename=\"__ _7_.pdf\"; filename*=UTF-8''%E0%A4%9A%E0%A4%BE%20%227%22.pdf"
        );
    }
}

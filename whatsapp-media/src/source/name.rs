//! The names of files in their places.

use mail_parser::{MessageParser, MimeHeaders};
use percent_encoding::percent_decode_str;
use url::Url;
use whatsapp_core::attachment::AttachmentKind;

/// Maximum length of a Content-Disposition that is read: the time for reading one grows with its
/// square.
const DISPOSITION_MOST_BYTES: usize = 2 * 1024;

/// Returns the file name in a Content-Disposition (RFC 6266), in whatever form it is written.
pub(super) fn of_disposition(value: &[u8]) -> Option<String> {
    if value.len() > DISPOSITION_MOST_BYTES {
        return None;
    }
    let header = [b"Content-Disposition: ", value, b"\r\n\r\n"].concat();
    let message = MessageParser::new().parse(&header)?;
    let attributes = message.content_disposition()?.attributes()?.iter();
    let names = attributes.filter(|a| a.name == "filename").map(|a| a.value.trim());
    // If there are two, the one in plain ASCII is for clients that cannot read the other.
    let name = names.filter(|name| !name.is_empty()).max_by_key(|name| !name.is_ascii())?;
    Some(name.to_owned())
}

/// Returns the end of a link's path, if it looks like the name of a file that may be attached.
pub(super) fn of_link(url: &Url) -> Option<String> {
    let name = percent_decode_str(url.path_segments()?.next_back()?).decode_utf8().ok()?;
    AttachmentKind::from_name(&name).map(|_| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disposition_without_an_end_is_not_looked_at() {
        let fits = format!("inline; filename=\"{}.pdf\"", "a".repeat(2_000));
        assert!(of_disposition(fits.as_bytes()).is_some());
        let hostile = format!("inline; filename=\"{}.pdf\"", " =?aa?q?".repeat(50_000));
        assert_eq!(of_disposition(hostile.as_bytes()), None);
    }

    #[test]
    fn a_disposition_is_read_however_it_is_written() {
        for (value, name) in [
            ("attachment; filename=INV-7.pdf", "INV-7.pdf"),
            ("attachment; filename=\"INV 7; a.pdf\"", "INV 7; a.pdf"),
            ("inline; FILENAME = \"a \\\"b\\\".pdf\"", "a \"b\".pdf"),
            ("attachment; filename*=UTF-8''%E2%82%B9%20500.pdf", "₹ 500.pdf"),
            ("attachment; filename=\"x.pdf\"; filename*=UTF-8''%E2%82%B9.pdf", "₹.pdf"),
            ("attachment; filename*=UTF-8''%E2%82%B9.pdf; filename=\"x.pdf\"", "₹.pdf"),
            ("attachment; filename*=iso-8859-1'en'%A3.pdf", "£.pdf"),
            ("attachment; filename=\"चालान.pdf\"", "चालान.pdf"),
            ("attachment; filename=\"INV%207.pdf\"", "INV%207.pdf"),
        ] {
            assert_eq!(of_disposition(value.as_bytes()).as_deref(), Some(name), "{value}");
        }
        for nameless in ["", "attachment", "attachment; filename=", "attachment; filename=\"  \""] {
            assert_eq!(of_disposition(nameless.as_bytes()), None, "{nameless}");
        }
    }

    #[test]
    fn a_path_gives_a_name_if_it_ends_like_a_file_that_may_be_attached() {
        let name = |url: &str| of_link(&Url::parse(url).unwrap());
        assert_eq!(name("https://a.example/b/INV%207.PDF?x=1#y").as_deref(), Some("INV 7.PDF"));
        assert_eq!(name("https://a.example/%E2%82%B9.jpeg").as_deref(), Some("₹.jpeg"));
        for nameless in ["download.aspx?f=a.pdf", "a.pdf/", "", "invoice", "%FF.pdf"] {
            assert_eq!(name(&format!("https://a.example/{nameless}")), None, "{nameless}");
        }
    }
}

//! Links as hosts give them: tidied up, or refused for one reason.

use std::fmt;

use chrono::{DateTime, Utc};
use url::Url;

use crate::address::is_https_or_loopback;
use crate::visible::is_unsafe;

/// The longest link, in characters after encoding. Signed links have some thousand characters.
pub const LINK_MAX_CHARS: usize = 8_000;

/// The reason why a link cannot lead to an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLink {
    /// Nothing but blanks.
    #[error("the attachment's link is empty: give a complete https link")]
    Empty,
    /// More than [`LINK_MAX_CHARS`].
    #[error("the attachment's link is longer than 8,000 characters")]
    TooLong,
    /// A blank or a line break within it: often two links, or a link and words.
    #[error(
        "the attachment's link has a blank in it: give one link alone, and write %20 for a blank \
         that belongs to it"
    )]
    Blank,
    /// An invisible character within it.
    #[error("the attachment's link holds an invisible character: type it, or copy it anew")]
    Invisible,
    /// A backslash, which programs read in different ways.
    #[error("the attachment's link holds a \\: write / instead")]
    Backslash,
    /// It does not begin with `https://`.
    #[error("the attachment's link is not complete: it must begin with https://")]
    NoScheme,
    /// `http://`, and not to this machine.
    #[error("the attachment's link begins with http://: it must be a complete https link")]
    PlainHttp,
    /// Another scheme, such as `ftp://`.
    #[error("the attachment's link is of another kind: it must begin with https://")]
    OtherScheme,
    /// A user name before the server's name.
    #[error(
        "the attachment's link holds a user name or a password: give a link that needs neither"
    )]
    UserName,
    /// No server name, or one that cannot exist.
    #[error("the attachment's link is not complete: it names no server that could exist")]
    NoServer,
}

/// A message's own link to a file that is kept for the message.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MediaLink {
    /// The link. Anybody who has it can fetch the file, so `Debug` does not show it.
    pub url: String,
    /// End of the link, unless it is withdrawn before.
    pub until: DateTime<Utc>,
}

impl MediaLink {
    /// A link that ends at this instant.
    pub fn new(url: impl Into<String>, until: DateTime<Utc>) -> Self {
        Self { url: url.into(), until }
    }
}

impl fmt::Debug for MediaLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaLink").field("until", &self.until).finish_non_exhaustive()
    }
}

/// Tidies up a link: drops characters that were copied along at its ends, and encodes characters
/// outside ASCII. Nothing else changes, for the link may be signed.
pub(super) fn tidy(given: &str) -> Result<String, InvalidLink> {
    let link = given.trim_matches(|c: char| c.is_whitespace() || hidden(c) || "<>\"".contains(c));
    if link.is_empty() {
        return Err(InvalidLink::Empty);
    }
    // Before parsing: the parser drops line ends and tabs, and takes `\` for `/`.
    if link.contains(char::is_whitespace) {
        return Err(InvalidLink::Blank);
    }
    if link.contains(hidden) {
        return Err(InvalidLink::Invisible);
    }
    if link.contains('\\') {
        return Err(InvalidLink::Backslash);
    }
    let (scheme, rest) = link.split_once("://").ok_or(InvalidLink::NoScheme)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let https = scheme.eq_ignore_ascii_case("https");
    if !https && !scheme.eq_ignore_ascii_case("http") {
        let is_scheme = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        return Err(if is_scheme { InvalidLink::OtherScheme } else { InvalidLink::NoScheme });
    }
    if authority.contains('@') {
        return Err(InvalidLink::UserName);
    }
    // The parser would take the first part of the path for the server.
    if authority.is_empty() {
        return Err(InvalidLink::NoServer);
    }
    let url = Url::parse(link).map_err(|_| InvalidLink::NoServer)?;
    if !url.has_host() {
        return Err(InvalidLink::NoServer);
    }
    if !is_https_or_loopback(&url) {
        return Err(InvalidLink::PlainHttp);
    }
    let link = String::from(url);
    if link.len() > LINK_MAX_CHARS { Err(InvalidLink::TooLong) } else { Ok(link) }
}

/// Returns whether a character is invisible. ZWJ and ZWNJ stay: Hindi needs them, in file names
/// too.
const fn hidden(c: char) -> bool {
    let without_width = matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}');
    is_unsafe(c) || without_width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_kept_as_it_was_given() {
        let signed = format!(
            "https://bucket.s3.ap-south-1.amazonaws.com/INV-7.pdf?X-Amz-Signature={}&a=b%2Fc+d'e",
            "0a".repeat(1_100)
        );
        for link in [
            signed.as_str(), // of 2,232 characters and more
            "https://files.example/a/INV-7.pdf?sig=1",
            "https://drive.google.com/file/d/1a2B3c/view?usp=sharing",
            "https://docs.google.com/spreadsheets/d/1a2B/edit?gid=7#gid=7",
            "https://files.example/a@b/INV-7.pdf",
            "https://files.example/a%20b//INV%2D7.pdf",
            "https://files.example:8443/",
            "http://127.0.0.1:8080/INV-7.pdf",
            "http://[::1]:8080/INV-7.pdf",
            "http://localhost/INV-7.pdf",
        ] {
            let tidied = tidy(link);
            assert_eq!(tidied.as_deref().map(|l| l.replace("%27", "'")), Ok(link.to_owned()));
        }
        let path = "https://files.example/";
        let longest = format!("{path}{}", "a".repeat(LINK_MAX_CHARS - path.len()));
        assert_eq!(tidy(&longest).as_deref(), Ok(longest.as_str()));
        assert_eq!(tidy(&format!("{longest}a")), Err(InvalidLink::TooLong));
    }

    #[test]
    fn a_link_is_https_or_http_to_this_machine() {
        use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

        for host in THIS_MACHINE {
            assert!(tidy(&format!("http://{host}:8080/INV-7.pdf")).is_ok(), "{host}");
        }
        for host in OTHER_MACHINES {
            let plain = tidy(&format!("http://{host}:8080/INV-7.pdf"));
            assert_eq!(plain, Err(InvalidLink::PlainHttp), "{host}");
            assert!(tidy(&format!("https://{host}:8443/INV-7.pdf")).is_ok(), "{host}");
        }
    }

    #[test]
    fn what_was_copied_along_is_dropped_and_other_scripts_are_encoded() {
        for (given, link) in [
            (
                "https://shop.example/चालान-7.pdf",
                "https://shop.example/%E0%A4%9A%E0%A4%BE%E0%A4%B2%E0%A4%BE%E0%A4%A8-7.pdf",
            ),
            ("HTTPS://Files.Example/INV-7.pdf", "https://files.example/INV-7.pdf"),
            (" https://files.example/INV-7.pdf", "https://files.example/INV-7.pdf"),
            ("https://files.example/INV-7.pdf \r\n", "https://files.example/INV-7.pdf"),
            // No-break spaces, marks of direction, a BOM, brackets and quotes of mails.
            ("\u{a0}https://files.example/7.pdf\u{3000}", "https://files.example/7.pdf"),
            ("\u{202a}https://files.example/7.pdf\u{202c}", "https://files.example/7.pdf"),
            ("\u{feff}https://files.example/7.pdf\u{200b}", "https://files.example/7.pdf"),
            ("<https://files.example/7.pdf>", "https://files.example/7.pdf"),
            ("\"https://files.example/7.pdf\"", "https://files.example/7.pdf"),
            ("https://files.example/?q=₹500", "https://files.example/?q=%E2%82%B9500"),
            ("https://दुकान.example/7.pdf", "https://xn--11b7ah1gn.example/7.pdf"),
            ("https://files.example", "https://files.example/"),
        ] {
            assert_eq!(tidy(given).as_deref(), Ok(link), "{given:?}");
        }
    }

    #[test]
    fn each_cause_has_its_own_words() {
        use InvalidLink as No;
        for (given, why) in [
            ("", No::Empty),
            (" \u{200b}\n", No::Empty),
            ("INV-7.pdf", No::NoScheme),
            ("www.files.example/INV-7.pdf", No::NoScheme),
            ("//files.example/INV-7.pdf", No::NoScheme),
            ("https:/files.example/INV-7.pdf", No::NoScheme),
            ("https:files.example", No::NoScheme),
            ("Link:https://files.example/INV-7.pdf", No::NoScheme),
            ("data:application/pdf;base64,JVBERi0", No::NoScheme),
            ("http://files.example/INV-7.pdf", No::PlainHttp),
            ("http://127.0.0.1.files.example/INV-7.pdf", No::PlainHttp),
            ("http://[::ffff:203.0.113.7]/INV-7.pdf", No::PlainHttp),
            ("ftp://files.example/INV-7.pdf", No::OtherScheme),
            ("file:///srv/INV-7.pdf", No::OtherScheme),
            ("https:///INV-7.pdf", No::NoServer),
            ("https://?q=INV-7.pdf", No::NoServer),
            ("https://files.example:99999/", No::NoServer),
            ("https://[::1/INV-7.pdf", No::NoServer),
            ("https://user@files.example/INV-7.pdf", No::UserName),
            ("https://user:secret@files.example/INV-7.pdf", No::UserName),
            ("http://127.0.0.1@files.example/INV-7.pdf", No::UserName),
            ("https://files.example/INV 7.pdf", No::Blank),
            ("https://files.example/7.pdf https://files.example/8.pdf", No::Blank),
            ("https://files.example/7.pdf\nhttps://files.example/8.pdf", No::Blank),
            ("https://files.example/INV\u{200b}-7.pdf", No::Invisible),
            ("https://files.example/INV\u{202e}-7.pdf", No::Invisible),
            ("https://files.example/INV\u{0}-7.pdf", No::Invisible),
            ("https://files.example\\INV-7.pdf", No::Backslash),
        ] {
            assert_eq!(tidy(given), Err(why), "{given:?}");
        }
    }
}

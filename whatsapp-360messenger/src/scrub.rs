//! Cleans what the gateway says of what nobody may read in a log.

use url::Url;
use whatsapp_core::port::{ApiKey, OutgoingMessage};

/// Stands for what was taken out.
const HIDDEN: &str = "•••";

/// The most that is kept of what the gateway says, in characters.
const MOST_CHARACTERS: usize = 200;

/// So many digits may be a phone number.
const NUMBER_DIGITS: usize = 7;

/// Lines of a text that are shorter than this are words that anybody may use.
const LINE_CHARACTERS: usize = 4;

/// What must not come back out of a reply. Has no `Debug`.
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// The key, also as it looks in a URL, and all that a message says: number, text (as a whole
    /// and line by line) and URL.
    pub(crate) fn of_message(key: &ApiKey, message: &OutgoingMessage) -> Self {
        let mut secrets = Self(vec![key.expose().to_owned()]);
        if let Ok(mut url) = Url::parse("http://localhost/") {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.push(key.expose());
            }
            let encoded = url.path().trim_start_matches('/').to_owned();
            secrets.add(encoded);
        }
        secrets.add(message.number.digits());
        secrets.add(message.text.as_str());
        for line in message.text.as_str().lines().map(str::trim) {
            if line.chars().count() >= LINE_CHARACTERS {
                secrets.add(line);
            }
        }
        if let Some(attachment) = &message.attachment {
            secrets.add(attachment.url.as_str());
        }
        // A whole is taken out before its parts.
        secrets.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }

    fn add(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        if !secret.trim().is_empty() && !self.0.contains(&secret) {
            self.0.push(secret);
        }
    }

    /// `said` without the secrets.
    pub(crate) fn hide(&self, said: &str) -> String {
        self.0.iter().fold(said.to_owned(), |said, secret| {
            if said.contains(secret) { said.replace(secret, HIDDEN) } else { said }
        })
    }

    /// `said` on one line, without the secrets and whatever looks like a number or a link, cut to
    /// 200 characters.
    pub(crate) fn scrub(&self, said: &str) -> String {
        let line: Vec<String> = self
            .hide(said)
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .map(|word| {
                if word.contains("://") {
                    HIDDEN.to_owned()
                } else {
                    word.chars().filter(|c| !is_invisible(*c)).collect()
                }
            })
            .collect();
        without_numbers(&line.join(" ")).chars().take(MOST_CHARACTERS).collect()
    }
}

/// Characters that turn the reading direction or show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Hides each run of 7 digits or more, also when spaces, dots, dashes or brackets part them.
fn without_numbers(said: &str) -> String {
    let mut clean = String::with_capacity(said.len());
    let mut rest = said;
    while let Some(start) = rest.find(char::is_numeric) {
        let (before, run) = rest.split_at(start);
        let mut digits = 0;
        let mut end = 0;
        for (at, c) in run.char_indices() {
            if c.is_numeric() {
                digits += 1;
                end = at + c.len_utf8();
            } else if !" .-()/".contains(c) {
                break;
            }
        }
        clean.push_str(before);
        clean.push_str(if digits >= NUMBER_DIGITS { HIDDEN } else { &run[..end] });
        rest = &run[end..];
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use whatsapp_core::WhatsAppNumber;
    use whatsapp_core::attachment::AttachmentKind;
    use whatsapp_core::message::AttachmentRef;

    fn secrets() -> Secrets {
        let message = OutgoingMessage {
            number: WhatsAppNumber::parse("+919876543210").unwrap(),
            text: "Dear Asha,\n₹500 is due\nOK".into(),
            attachment: Some(AttachmentRef::new(
                "https://files.example/secret/INV-7.pdf",
                AttachmentKind::Pdf,
                "INV-7.pdf",
            )),
        };
        Secrets::of_message(&ApiKey::new("key/with%odd?signs").unwrap(), &message)
    }

    #[test]
    fn what_the_request_held_does_not_come_back() {
        for said in [
            "key/with%odd?signs",
            "Cannot POST /sendMessage/key%2Fwith%25odd%3Fsigns",
            "no 919876543210",
            "no +91 98765-43210.",
            "no (0) 98765 43210",
            "no ९१९८७६५४३२१०",
            "bad text: Dear Asha,\n₹500 is due\nOK",
            "bad line: ₹500 is due",
            "bad url https://files.example/secret/INV-7.pdf",
            "see http://10.0.0.1/secret",
        ] {
            let clean = secrets().scrub(said);
            assert!(clean.contains(HIDDEN), "{clean}");
            for hidden in ["odd", "98765", "43210", "९८७", "Asha", "500", "secret"] {
                assert!(!clean.contains(hidden), "{clean}");
            }
        }
    }

    #[test]
    fn plain_words_stay_on_one_line_of_200_characters() {
        let scrub = |said: &str| secrets().scrub(said);
        assert_eq!(scrub("Text is\r\n too long (4096)"), "Text is too long (4096)");
        assert_eq!(scrub("a\u{202e}b\u{0}c"), "ab c");
        assert_eq!(scrub("OK"), "OK");
        assert_eq!(scrub(&"é".repeat(500)).chars().count(), 200);
        let across_the_cut = format!("{}919876543210", "x ".repeat(97));
        assert!(!scrub(&across_the_cut).contains("91987"));
    }
}

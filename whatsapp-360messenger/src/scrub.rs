//! Removes from the gateway's words everything that nobody may read in a log.

use std::collections::HashSet;

use url::Url;
use whatsapp_core::port::{ApiKey, OutgoingMessage};

use crate::words::Clauses;

/// Replacement for text that was removed.
const HIDDEN: &str = "•••";

/// Maximum number of characters kept of the gateway's words.
const MOST_CHARACTERS: usize = 200;

/// Minimum number of digits that may be a phone number.
const NUMBER_DIGITS: usize = 7;

/// Minimum length of a line of text to be hidden: a shorter one is a word that anybody may use.
const LINE_CHARACTERS: usize = 4;

/// Number of consecutive words, shared with the message, that count as taken from it.
const ECHO_WORDS: usize = 3;

/// Text that must not come back out of a reply. Has no `Debug`.
#[derive(Default)]
pub(crate) struct Secrets {
    hidden: Vec<String>,
    /// All words of the message.
    said: Clauses,
    /// Each run of a few consecutive words of its text.
    runs: HashSet<Vec<String>>,
}

impl Secrets {
    /// The secrets of a message: the key, also in its form in a URL, and all contents of the
    /// message. These are the number, the text (as a whole, line by line and in parts), and the
    /// name and URL of its file.
    pub(crate) fn of_message(key: &ApiKey, message: &OutgoingMessage) -> Self {
        let text = message.text.as_str();
        let mut secrets = Self { hidden: vec![key.expose().to_owned()], ..Self::default() };
        if let Ok(mut url) = Url::parse("http://localhost/") {
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.push(key.expose());
            }
            let encoded = url.path().trim_start_matches('/').to_owned();
            secrets.add(encoded);
        }
        secrets.add(message.number.digits());
        secrets.add_text(text);
        if let Some(attachment) = &message.attachment {
            secrets.add(attachment.url.as_str());
            secrets.add(attachment.name.as_str());
        }
        let file = message.attachment.as_ref();
        let file = file.map(|file| format!("{}\n{}", file.url, file.name)).unwrap_or_default();
        secrets.said = Clauses::of_all(&[text, &file]);
        secrets.sorted()
    }

    /// The secrets in the record of a message, which its shown status must not contain.
    pub(crate) fn of_record(values: impl IntoIterator<Item = String>) -> Self {
        let mut secrets = Self::default();
        for value in values {
            secrets.add_text(&value);
        }
        secrets.sorted()
    }

    /// Returns all words of the message.
    pub(crate) const fn said(&self) -> &Clauses {
        &self.said
    }

    fn add_text(&mut self, text: &str) {
        self.add(text);
        for line in text.lines().map(str::trim) {
            if line.chars().count() >= LINE_CHARACTERS {
                self.add(line);
            }
        }
        let words: Vec<_> = text.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect();
        self.runs.extend(words.windows(ECHO_WORDS).map(<[String]>::to_vec));
    }

    /// Sorts the secrets, so that a whole is removed before its parts.
    fn sorted(mut self) -> Self {
        self.hidden.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        self
    }

    fn add(&mut self, secret: impl Into<String>) {
        let secret = secret.into();
        if !secret.trim().is_empty() && !self.hidden.contains(&secret) {
            self.hidden.push(secret);
        }
    }

    /// Returns `said` without the secrets.
    pub(crate) fn hide(&self, said: &str) -> String {
        self.hidden.iter().fold(said.to_owned(), |said, secret| {
            if said.contains(secret) { said.replace(secret, HIDDEN) } else { said }
        })
    }

    /// Returns `said` on one line, without the secrets and anything that looks like a number or a
    /// link, cut to 200 characters.
    pub(crate) fn scrub(&self, said: &str) -> String {
        let hidden = self.hide(said);
        let line: Vec<String> = hidden
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
        without_numbers(&self.without_echo(line)).chars().take(MOST_CHARACTERS).collect()
    }

    /// Returns the words without those that repeat a part of the message's text, whatever is
    /// between them.
    fn without_echo(&self, mut line: Vec<String>) -> String {
        let words: Vec<_> = line.iter().map(|word| plain(word)).collect();
        for (start, run) in words.windows(ECHO_WORDS).enumerate() {
            if self.runs.contains(run) {
                line.iter_mut()
                    .skip(start)
                    .take(ECHO_WORDS)
                    .for_each(|word| HIDDEN.clone_into(word));
            }
        }
        line.dedup_by(|one, next| one == HIDDEN && next == HIDDEN);
        line.join(" ")
    }
}

/// A word without its punctuation, in small letters.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns true for characters that turn the reading direction or show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Hides each run of 7 digits or more, also if spaces, dots, dashes or brackets separate them.
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
        let number = WhatsAppNumber::parse("+919876543210").unwrap();
        let message = OutgoingMessage::new(number, "Dear Asha,\n₹500 is due\nOK").with_attachment(
            AttachmentRef::new(
                "https://files.example/secret/INV-7.pdf",
                AttachmentKind::Pdf,
                "INV-7.pdf",
            ),
        );
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
            "bad part: «dear asha ₹500 is…»",
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

//! The text of an attempt, as a hash that outlives the text.

use std::fmt;

use sha2::{Digest as _, Sha256};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Returns a text in the form in which lookups compare it: composed characters, and each run of
/// blanks and line ends as one space.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut composed = true;
    for line in text.split('\n').map(|line| line.trim_matches(' ')) {
        // Most lines are in this form already, and checking that is much faster than building it.
        if is_plain(line.as_bytes()) {
            push(&mut plain, line);
            continue;
        }
        composed &= line.is_ascii() || is_nfc_quick(line.chars()) == IsNormalized::Yes;
        for word in line.split_whitespace() {
            push(&mut plain, word);
        }
    }
    if composed { plain } else { plain.nfc().collect() }
}

/// Returns true if a line has only ASCII's visible characters and single spaces between them; the
/// line has no spaces at its ends. The loops do not end early, so that the compiler can check many
/// bytes at once.
fn is_plain(line: &[u8]) -> bool {
    let any = |found: u8, one: bool| found | u8::from(one);
    let hidden = line.iter().fold(0, |found, byte| any(found, !(b' '..=b'~').contains(byte)));
    let pairs = line.iter().zip(line.get(1..).unwrap_or_default());
    let double = pairs.fold(0, |found, (one, next)| any(found, *one == b' ' && *next == b' '));
    hidden | double == 0
}

fn push(plain: &mut String, words: &str) {
    if !plain.is_empty() && !words.is_empty() {
        plain.push(' ');
    }
    plain.push_str(words);
}

/// The SHA-256 of a text that was sent, in the form in which a lookup compares texts: composed
/// characters, and each run of blanks and line ends as one space.
///
/// An attempt keeps it, so that a row of the gateway's list can be recognized even if the message's
/// text has changed since.
///
/// ```
/// use whatsapp_core::message::SentText;
///
/// assert_eq!(SentText::of("Hello\r\n Asha"), SentText::of("Hello Asha"));
/// assert_ne!(SentText::of("Hello Asha"), SentText::of("hello Asha"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SentText([u8; 32]);

impl SentText {
    /// Hashes a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(plain(text).as_bytes()).into())
    }

    /// A hash as a store reads it back; `None` when it is not 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        let sent = Self(hash);
        (sent.to_hex() == text).then_some(sent)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for SentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SentText({}…)", self.to_hex().get(..8).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_line_ends_and_composed_characters_are_not_told_apart() {
        assert_eq!(plain(" Hello\r\n  Asha\t"), "Hello Asha");
        for text in ["a b", " a b", "a b ", "a  b", "a\nb", "a\n\nb\n", "\na b", "a\tb", "a \n b"] {
            assert_eq!(plain(text), "a b", "{text:?}");
        }
        assert_eq!(plain("Cafe\u{301}"), plain("Café"));
        assert_eq!(plain("\u{a0}a\u{2003}\u{b}b \u{301}c\u{2028}"), "a b \u{301}c");
        assert_ne!(plain("Hello"), plain("hello"));
    }

    #[test]
    fn a_hash_reads_back() {
        let hash = SentText::of("Hello");
        let hex = hash.to_hex();
        assert_eq!(SentText::from_hex(&hex), Some(hash));
        for other in ["zz", &hex[1..], &hex.to_uppercase()] {
            assert_eq!(SentText::from_hex(other), None, "{other}");
        }
        assert_eq!(format!("{hash:?}"), format!("SentText({}…)", &hex[..8]));
    }
}

//! What an attempt said, as a hash that outlives the text.

use std::fmt;

use sha2::{Digest as _, Sha256};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// A text as a look compares it: composed characters, and each run of blanks and line ends as one
/// space.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut composed = true;
    // Most of most texts is ASCII, whose bytes need no decoding and never are a reason to compose. The
    // vertical tab is the one blank of ASCII at which this does not split.
    for piece in text.split_ascii_whitespace() {
        if piece.is_ascii() && !piece.as_bytes().contains(&0x0b) {
            push_word(&mut plain, piece);
            continue;
        }
        composed &= is_nfc_quick(piece.chars()) == IsNormalized::Yes;
        for word in piece.split_whitespace() {
            push_word(&mut plain, word);
        }
    }
    if composed { plain } else { plain.nfc().collect() }
}

fn push_word(plain: &mut String, word: &str) {
    if !plain.is_empty() && !word.is_empty() {
        plain.push(' ');
    }
    plain.push_str(word);
}

/// The SHA-256 of a text that was sent, in the form in which a look compares texts: composed
/// characters, and each run of blanks and line ends as one space.
///
/// An attempt keeps it, so that a row of the gateway's list can be recognized after the message's
/// text has changed.
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
        let [a, b, c, d, ..] = self.0;
        write!(f, "SentText({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_line_ends_and_composed_characters_are_not_told_apart() {
        assert_eq!(plain(" Hello\r\n  Asha\t"), "Hello Asha");
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

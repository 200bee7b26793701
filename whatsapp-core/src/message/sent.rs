//! What an attempt said, as a hash that outlives the text.

use std::fmt;

use sha2::{Digest as _, Sha256};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// A text as a look compares it: composed characters, and each run of blanks and line ends as one
/// space.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    // Nearly every text is composed already, which is much quicker to see than to do. An ASCII character
    // never is a reason to compose.
    match is_nfc_quick(plain.chars().filter(|c| !c.is_ascii())) {
        IsNormalized::Yes => plain,
        IsNormalized::No | IsNormalized::Maybe => plain.nfc().collect(),
    }
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

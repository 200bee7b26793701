//! Message keys, which make an enqueue idempotent.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use crate::id::{CustomerId, MessageId};
use crate::types::MessageType;
use crate::types::TypeName;

/// The longest message key, in bytes.
pub const MESSAGE_KEY_MAX: usize = 200;

/// The length of the suffix of a refused message's key: `!` and 16 digits.
const REFUSED: usize = 17;

/// The idempotency key of a message, such as `payment_reminder:INV-7:T+3`.
///
/// Two enqueues with the same key and the same content are one message; with other content the
/// second is refused. A key has 1 to 200 visible ASCII characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey(String);

/// The text is not a message key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message key has 1 to {MESSAGE_KEY_MAX} visible ASCII characters without spaces")]
pub struct InvalidKey;

impl MessageKey {
    /// Checks a key.
    ///
    /// # Errors
    /// [`InvalidKey`] when the key is empty, too long or holds anything but visible ASCII.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidKey> {
        let key = Self(key.into());
        // The suffix of a refused message's key comes on top.
        let plain = key.of_corrected().unwrap_or(key.as_str());
        let fits = !plain.is_empty()
            && plain.len() <= MESSAGE_KEY_MAX
            && key.as_str().bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(key) } else { Err(InvalidKey) }
    }

    /// A key made of a message type and parts that identify the message, such as an invoice number.
    ///
    /// Parts may be any text: characters that a key may not hold are percent-encoded, and a key
    /// that would be too long ends in a hash instead.
    ///
    /// ```
    /// use whatsapp_core::message::{MessageKey, MessageType};
    ///
    /// let key = MessageKey::of(MessageType::PAYMENT_REMINDER, &["INV 7", "T+3"]);
    /// assert_eq!(key.as_str(), "payment_reminder:INV%207:T+3");
    /// ```
    #[must_use]
    pub fn of(kind: impl Into<TypeName>, parts: &[&str]) -> Self {
        let kind: TypeName = kind.into();
        let mut key = kind.as_str().to_owned();
        for part in parts {
            key.push(':');
            for byte in part.bytes() {
                if byte.is_ascii_graphic() && !matches!(byte, b':' | b'%' | b'!') {
                    key.push(char::from(byte));
                } else {
                    key.push('%');
                    key.push_str(&hex::encode_upper([byte]));
                }
            }
        }
        if key.len() > MESSAGE_KEY_MAX {
            let hash = hex::encode(Sha256::digest(key.as_bytes()));
            key = format!("{kind}:sha256:{hash}");
        }
        Self(key)
    }

    /// The key of a message that a person sends to a customer by hand; `after` names the message
    /// before it.
    pub(crate) fn of_hand(customer: &CustomerId, after: &str) -> Self {
        // 64 characters of a customer and 36 of an id fit.
        Self(format!("by_hand:{customer}:{after}"))
    }

    /// The key of the planner's summary for a customer and date.
    pub(crate) fn of_summary(customer: &CustomerId, day: NaiveDate) -> Self {
        Self::of(MessageType::PAYMENT_SUMMARY, &[customer.as_str(), &day.to_string()])
    }

    /// Returns true if this is the key of a summary that the planner made for a customer at about
    /// this time.
    pub(crate) fn is_of_summary(&self, customer: &CustomerId, made: DateTime<Utc>) -> bool {
        let plain = self.of_corrected().unwrap_or(self.as_str());
        // The planner's date is a local one, and at most two days ahead of the local date.
        let first = made.date_naive().checked_sub_days(Days::new(3)).unwrap_or(made.date_naive());
        first.iter_days().take(7).any(|day| Self::of_summary(customer, day).as_str() == plain)
    }

    /// The key of a message that sends another one again, where `resends` earlier resends of it are
    /// known. Callers that know the same number make the same key.
    #[must_use]
    pub fn resend(id: MessageId, resends: usize) -> Self {
        if resends == 0 {
            Self(format!("resend:{id}"))
        } else {
            Self(format!("resend:{id}:{resends}"))
        }
    }

    /// The key under which a message that was refused before its first attempt is kept.
    ///
    /// The plain key stays free for the corrected message. The same mistake made again is still one
    /// row and one notice. Its 17 characters more do not count towards [`MESSAGE_KEY_MAX`].
    #[must_use]
    pub fn refused(&self, fingerprint: &Fingerprint) -> Self {
        Self(format!("{}!{}", self.0, &fingerprint.to_hex()[..REFUSED - 1]))
    }

    /// Returns the plain key of the corrected message, where this is the key of a
    /// [refused](Self::refused) one.
    #[must_use]
    pub fn of_corrected(&self) -> Option<&str> {
        let (plain, rest) = self.0.split_at_checked(self.0.len().checked_sub(REFUSED)?)?;
        (rest.starts_with('!') && !plain.is_empty()).then_some(plain)
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageKey({})", self.0)
    }
}

/// The content of a message as a hash, a SHA-256. It tells a repeated enqueue from another message
/// under the same key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Hashes labelled parts; each is framed by its length, so that parts cannot run together.
    #[must_use]
    pub fn of(parts: &[(&str, &str)]) -> Self {
        let mut hash = Sha256::new();
        for (label, part) in parts {
            for text in [label, part] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
        Self(hash.finalize().into())
    }

    /// The fingerprint of a message that sends another one again: to the customer's current number,
    /// whichever that is, or to a number that is given for this message only.
    pub(crate) fn of_resend(id: MessageId, number: Option<&str>) -> Self {
        let id = id.to_string();
        match number {
            None => Self::of(&[("resend of", &id)]),
            Some(number) => Self::of(&[("resend of", &id), ("number", number)]),
        }
    }

    /// A fingerprint as a store reads it back; `None` when it is not 64 lower-case hexadecimal
    /// digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash).ok()?;
        let print = Self(hash);
        (print.to_hex() == text).then_some(print)
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

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({}…)", self.to_hex().get(..8).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::MessageType;

    #[test]
    fn keys_take_any_text_and_stay_short() {
        let key = MessageKey::of(MessageType::INVOICE, &["चालान 7", "a:b"]);
        assert!(key.as_str().starts_with("invoice:%E0%A4%9A"));
        assert!(key.as_str().ends_with(":a%3Ab"));
        let long = MessageKey::of(MessageType::INVOICE, &["चालान".repeat(50).as_str()]);
        assert!(long.as_str().len() <= MESSAGE_KEY_MAX);
        assert_ne!(long, MessageKey::of(MessageType::INVOICE, &["चालान".repeat(51).as_str()]));
    }

    #[test]
    fn a_refused_key_depends_on_what_was_refused() {
        let key = MessageKey::new("invoice:INV-7").unwrap();
        let a = Fingerprint::of(&[("text", "a")]);
        let b = Fingerprint::of(&[("text", "b")]);
        assert_ne!(key.refused(&a), key.refused(&b));
        assert_eq!(key.refused(&a), key.refused(&a));
        assert!(MessageKey::new(key.refused(&a).as_str()).is_ok());
        for plain in ["k".repeat(183), "k".repeat(184), "k".repeat(200)] {
            let refused = MessageKey::new(plain.clone()).unwrap().refused(&a);
            let read = MessageKey::new(refused.as_str()).unwrap();
            assert_eq!(read.of_corrected(), Some(plain.as_str()));
        }
        assert!(MessageKey::new("k".repeat(201)).is_err());
        assert!(MessageKey::new(format!("{}!0123456789abcdef", "k".repeat(201))).is_err());
    }

    #[test]
    fn fingerprints_do_not_run_together() {
        assert_ne!(
            Fingerprint::of(&[("a", "bc"), ("d", "")]),
            Fingerprint::of(&[("a", "b"), ("cd", "")])
        );
        let print = Fingerprint::of(&[("a", "b")]);
        assert_eq!(Fingerprint::from_hex(&print.to_hex()), Some(print));
        assert_eq!(Fingerprint::from_hex("zz"), None);
    }
}

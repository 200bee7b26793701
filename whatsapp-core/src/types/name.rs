//! The name of a message type, as databases keep it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name of a message type, in characters.
pub const TYPE_NAME_MAX: usize = 50;

/// The name of a message type, such as `payment_reminder`: 1 to 50 lower-case letters (a to z),
/// digits and underscores, of which the first is a letter.
///
/// Rows and filters hold names, and a name says nothing about whether its type is known here. The
/// [`Types`](crate::template::Types) of the ports find the [`MessageType`](super::MessageType).
///
/// ```
/// use whatsapp_core::message::{MessageType, TypeName};
///
/// let name = TypeName::new("payment_reminder")?;
/// assert_eq!(name, MessageType::PAYMENT_REMINDER);
/// assert!(TypeName::new("Payment reminder").is_err());
/// # Ok::<(), whatsapp_core::message::InvalidTypeName>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    /// The characters, followed by zeros.
    bytes: [u8; TYPE_NAME_MAX],
    length: u8,
}

/// Error for a text that is no name of a message type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the name of a message type has 1 to {TYPE_NAME_MAX} lower-case letters (a to z), digits and \
     underscores, and begins with a letter"
)]
pub struct InvalidTypeName;

impl TypeName {
    /// The name of a type whose definition has an impossible name.
    pub(super) const NONE: Self = {
        let mut bytes = [0; TYPE_NAME_MAX];
        bytes[0] = b'x';
        Self { bytes, length: 1 }
    };

    /// Checks a name.
    ///
    /// # Errors
    /// [`InvalidTypeName`] when it is empty, too long, or holds other characters.
    pub const fn new(name: &str) -> Result<Self, InvalidTypeName> {
        let given = name.as_bytes();
        if given.is_empty() || given.len() > TYPE_NAME_MAX || !given[0].is_ascii_lowercase() {
            return Err(InvalidTypeName);
        }
        let mut bytes = [0; TYPE_NAME_MAX];
        let mut at = 0;
        while at < given.len() {
            if !matches!(given[at], b'a'..=b'z' | b'0'..=b'9' | b'_') {
                return Err(InvalidTypeName);
            }
            bytes[at] = given[at];
            at += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 50")]
        let length = given.len() as u8;
        Ok(Self { bytes, length })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let name = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypeName({self})")
    }
}

impl FromStr for TypeName {
    type Err = InvalidTypeName;

    fn from_str(name: &str) -> Result<Self, InvalidTypeName> {
        Self::new(name)
    }
}

impl Serialize for TypeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::new(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words_of_at_most_fifty_characters() {
        let longest = "a".repeat(TYPE_NAME_MAX);
        for name in ["invoice", "payment_received", "step2", "x", longest.as_str()] {
            let checked = TypeName::new(name).unwrap();
            assert_eq!(checked.as_str(), name);
            assert_eq!(checked, name.parse::<TypeName>().unwrap());
        }
        let long = "a".repeat(TYPE_NAME_MAX + 1);
        for name in
            ["", "Invoice", "pay-now", "pay now", "2nd", "_x", "zahlung_für", "x\0", long.as_str()]
        {
            assert_eq!(TypeName::new(name), Err(InvalidTypeName), "{name:?}");
        }
    }

    #[test]
    fn names_are_in_alphabetical_order() {
        let mut names = ["b", "ab", "a_", "a", "a1"].map(|name| TypeName::new(name).unwrap());
        names.sort_unstable();
        assert_eq!(names.map(|name| name.to_string()), ["a", "a1", "a_", "ab", "b"]);
    }

    #[test]
    fn json_holds_the_name_and_takes_no_other_text() {
        let name = TypeName::new("invoice").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"invoice\"");
        assert_eq!(serde_json::from_str::<TypeName>("\"invoice\"").unwrap(), name);
        assert!(serde_json::from_str::<TypeName>("\"In voice\"").is_err());
    }
}

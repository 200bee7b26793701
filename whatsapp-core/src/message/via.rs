//! The gateway and key that an attempt used.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;

/// The longest host that an attempt keeps, in bytes: the longest name that DNS allows, and a port.
pub const GATEWAY_HOST_MAX: usize = 260;

/// The route of an attempt: the gateway's host, and a mark of the API key that it used.
///
/// Another host, or another key, has another list. A message that this list does not show may have
/// been accepted all the same.
///
/// ```
/// use whatsapp_core::message::{KeyMark, Via};
///
/// let via = |host: &str, key: &str| Via::new(host, KeyMark::of(host, key));
/// let before = via("api.360messenger.com", "an old key of the account");
/// let after = via("api.360messenger.com", "a new key of the account");
/// assert_ne!(before, after);
/// assert_eq!(before.host(), after.host());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Via {
    host: String,
    key: KeyMark,
}

impl Via {
    /// The route over this host (with its port and its path, where they are not the usual ones)
    /// with the key that has this mark. A host is cut at [`GATEWAY_HOST_MAX`] bytes.
    #[must_use]
    pub fn new(host: &str, key: KeyMark) -> Self {
        let end =
            (0..=host.len().min(GATEWAY_HOST_MAX)).rev().find(|at| host.is_char_boundary(*at));
        Self { host: host.get(..end.unwrap_or(0)).unwrap_or_default().to_owned(), key }
    }

    /// The gateway's host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The mark of the key.
    #[must_use]
    pub const fn key(&self) -> &KeyMark {
        &self.key
    }
}

/// A mark that tells one API key of a gateway from another without being the key. It is 8
/// hexadecimal digits of an HMAC whose key is the API key itself.
///
/// Every process that has the key makes the same mark, also after a restart. The mark is short on
/// purpose: one guess in four billion has the same mark, so it gives away no random key. A key that
/// was chosen from fewer possibilities than that can be found by its mark.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct KeyMark(String);

impl KeyMark {
    /// The mark of a key at a host.
    #[must_use]
    pub fn of(host: &str, key: &str) -> Self {
        let mut mac = mac_under(key);
        mac.update(b"whatsapp: the key that an attempt was made with\0");
        mac.update(host.as_bytes());
        let mut digits = hex::encode(mac.finalize().into_bytes());
        digits.truncate(8);
        Self(digits)
    }

    /// A mark as a store reads it back; `None` when it is not 8 lower-case hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let fits = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The 8 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyMark({})", self.0)
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, 2)")]
fn mac_under(key: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(key.as_bytes()).expect("any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_stays_and_tells_keys_and_hosts_apart() {
        let mark = KeyMark::of("api.360messenger.com", "sk-canary-4f7a0b");
        assert_eq!(mark, KeyMark::of("api.360messenger.com", "sk-canary-4f7a0b"));
        // The value in databases: a change here would make every key look like a new one.
        assert_eq!(mark.as_str(), "bba9f326");
        assert_ne!(mark, KeyMark::of("api.360messenger.com", "sk-canary-4f7a0c"));
        assert_ne!(mark, KeyMark::of("gate.example", "sk-canary-4f7a0b"));
        assert_eq!(KeyMark::from_hex(mark.as_str()), Some(mark.clone()));
        assert!(!format!("{mark:?}").contains("canary"));
    }

    #[test]
    fn other_texts_are_no_marks() {
        for text in ["", "0a1b2c3", "0a1b2c3d4", "0A1B2C3D", "0a1b2c3g"] {
            assert_eq!(KeyMark::from_hex(text), None, "{text}");
        }
    }

    #[test]
    fn a_host_without_an_end_is_cut_where_a_character_ends() {
        let mark = KeyMark::of("", "");
        assert_eq!(Via::new(&"ä".repeat(200), mark.clone()).host().len(), 260);
        assert_eq!(Via::new(&format!("x{}", "ä".repeat(200)), mark).host().len(), 259);
    }
}

//! The secret that makes the tokens of forms.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

/// The fewest bytes of a secret: as many as what it makes has.
const MIN_BYTES: usize = 32;

/// The secret has too few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the console's secret has {0} bytes; it needs {MIN_BYTES} or more, from a source of randomness"
)]
pub struct WeakSecret(usize);

/// Makes the tokens by which a form proves that it comes from these pages. Clones share one copy, which
/// is wiped when the last is dropped.
///
/// ```
/// use whatsapp_console::ConsoleSecret;
///
/// let secret = ConsoleSecret::new(vec![7; 32])?; // In earnest: 32 random bytes out of a vault.
/// assert_eq!(format!("{secret:?}"), "ConsoleSecret");
/// assert!(ConsoleSecret::new(b"too short".to_vec()).is_err());
/// # Ok::<(), whatsapp_console::WeakSecret>(())
/// ```
#[derive(Clone)]
pub struct ConsoleSecret(Arc<SecretSlice<u8>>);

impl ConsoleSecret {
    /// A secret of 32 random bytes or more.
    ///
    /// # Errors
    /// [`WeakSecret`] for fewer.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let bytes = bytes.into();
        if bytes.len() < MIN_BYTES {
            return Err(WeakSecret(bytes.len()));
        }
        Ok(Self::of(bytes))
    }

    /// A secret of this process alone.
    pub(crate) fn fresh(random: [u8; MIN_BYTES]) -> Self {
        Self::of(random.to_vec())
    }

    fn of(bytes: Vec<u8>) -> Self {
        Self(Arc::new(SecretSlice::from(bytes)))
    }

    /// HMAC-SHA256 over texts of which none can pass for a part of another.
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, 2)")]
    pub(crate) fn over(&self, texts: &[&str]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).expect("any length");
        for text in texts {
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text.as_bytes());
        }
        mac
    }
}

impl fmt::Debug for ConsoleSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsoleSecret")
    }
}

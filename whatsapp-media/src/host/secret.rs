//! The secret that links are signed with.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use whatsapp_core::port::Entropy;

use super::HostError;
use super::layout::Nonce;

/// Minimum length of a secret, in bytes: that of a signature.
const SECRET_MIN_BYTES: usize = 32;

/// Maximum length of a key file, in bytes; our own files are shorter.
const SECRET_MAX_BYTES: usize = 4096;

/// Signs links: whoever has the secret can make links to any published file. Clones share one copy,
/// which is wiped when the last is dropped.
///
/// ```
/// use whatsapp_media::LinkSecret;
///
/// # fn main() -> Result<(), whatsapp_media::HostError> {
/// let old = LinkSecret::new(vec![7; 32])?; // In earnest: 32 random bytes out of a vault.
/// let new = LinkSecret::new(vec![8; 32])?.accepting(old); // Links of yesterday still work.
/// assert_eq!(format!("{new:?}"), "LinkSecret");
/// assert!(LinkSecret::new(b"too short".to_vec()).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LinkSecret {
    current: Arc<SecretSlice<u8>>,
    previous: Vec<Arc<SecretSlice<u8>>>,
}

impl LinkSecret {
    /// Creates a secret of 32 random bytes or more. All processes that serve one store need the
    /// same.
    ///
    /// # Errors
    /// [`HostError::WeakSecret`] for fewer than 32 bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, HostError> {
        let secret = SecretSlice::from(bytes.into());
        if secret.expose_secret().len() < SECRET_MIN_BYTES {
            return Err(HostError::WeakSecret);
        }
        Ok(Self { current: Arc::new(secret), previous: Vec::new() })
    }

    /// Reads the secret from a file, which is created with 32 random bytes if it does not exist:
    /// for a host on a single machine. Only its owner may read the file. Processes that start at
    /// the same time get the same secret.
    ///
    /// # Errors
    /// [`HostError::SecretFile`] when it can be neither read nor created,
    /// [`HostError::SecretReadable`] when others may read it, [`HostError::WeakSecret`] when it
    /// holds fewer than 32 bytes, [`HostError::LongSecret`] when it holds more than 4,096.
    pub fn kept_in(file: impl AsRef<Path>, entropy: &dyn Entropy) -> Result<Self, HostError> {
        let path = file.as_ref();
        let refused = |failed: Failed| failed.of(path);
        let bytes = match read(path) {
            Err(Failed::Io(error)) if error.kind() == ErrorKind::NotFound => {
                make(path, entropy).map_err(|error| refused(error.into()))?;
                read(path)
            }
            read => read,
        };
        Self::new(bytes.map_err(refused)?)
    }

    /// Accepts also links signed with an earlier secret. Leave the earlier secret out once the last
    /// of its links has ended.
    #[must_use]
    pub fn accepting(mut self, earlier: Self) -> Self {
        self.previous.push(earlier.current);
        self.previous.extend(earlier.previous);
        self
    }

    /// Signs some bytes.
    pub(super) fn write_marker(&self, parts: [&[u8]; 2]) -> [u8; 32] {
        mac(&self.current, parts).finalize().into_bytes().into()
    }

    /// Verifies the signature of these bytes, in constant time whichever byte is wrong.
    #[cfg(any(feature = "axum", test))]
    pub(super) fn signed(&self, parts: [&[u8]; 2], signature: &[u8]) -> bool {
        let mut secrets = std::iter::once(&self.current).chain(&self.previous);
        secrets.any(|secret| mac(secret, parts).verify_slice(signature).is_ok())
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret")
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, 2)")]
fn mac(secret: &SecretSlice<u8>, parts: [&[u8]; 2]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret()).expect("any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

enum Failed {
    Io(io::Error),
    Readable,
    Long,
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Failed {
    /// Returns the error that names the file.
    fn of(self, path: &Path) -> HostError {
        let path = path.to_owned();
        match self {
            Self::Io(_) => HostError::SecretFile { path },
            Self::Readable => HostError::SecretReadable { path },
            Self::Long => HostError::LongSecret { path },
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let file = File::open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            return Err(Failed::Readable);
        }
    }
    let mut bytes = Vec::new();
    file.take(SECRET_MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > SECRET_MAX_BYTES { Err(Failed::Long) } else { Ok(bytes) }
}

/// Creates the file completely under another name first: nobody ever reads half a secret. A process
/// whose hard link comes second uses the other's secret.
fn make(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let mut secret = [0; SECRET_MIN_BYTES];
    entropy.fill(&mut secret);
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", Nonce::new(entropy)));
    let beside = PathBuf::from(beside);
    let made = write(&beside, &secret).and_then(|()| match fs::hard_link(&beside, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    fs::remove_file(&beside).and(made)
}

fn write(path: &Path, secret: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(secret)?;
    file.sync_all()
}

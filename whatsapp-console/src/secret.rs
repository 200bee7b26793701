//! The secret of forms' tokens and of sign-ins' cookies.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;
use whatsapp_core::port::{Entropy, random};

/// The fewest bytes of a secret: as many as the codes have that it makes.
const MIN_BYTES: usize = 32;

/// Number of bytes of a sealed text's nonce.
const NONCE: usize = 24;

/// The most bytes of a secret's file: a larger file is no secret of ours.
const MAX_BYTES: u64 = 4096;

/// The secret has too few bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the console's secret has {0} bytes; it needs {MIN_BYTES} or more, from a source of randomness"
)]
pub struct WeakSecret(usize);

/// Makes the tokens by which a form proves that it comes from these pages, and encrypts the cookies
/// of sign-ins. Clones share one copy, which is wiped when the last is dropped.
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
    /// Makes a secret of 32 random bytes or more.
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

    /// Reads the secret in a file, which is made with 32 random bytes if it is not there: for a
    /// host on a single machine. Forms and sign-ins outlive the process then. Only its owner may
    /// read the file. Processes that start at once end up with one and the same secret.
    ///
    /// # Errors
    /// [`SecretFileError`] when it can be neither read nor made, when others may read it, and when
    /// it holds fewer than 32 bytes.
    pub fn kept_in(file: impl AsRef<Path>, entropy: &dyn Entropy) -> Result<Self, SecretFileError> {
        let path = file.as_ref();
        let problem = |problem| SecretFileError { path: path.display().to_string(), problem };
        let read = match read(path) {
            Err(SecretFileProblem::Absent) => {
                make(path, entropy).map_err(|_| problem(SecretFileProblem::Unusable))?;
                read(path)
            }
            read => read,
        };
        Ok(Self::of(read.map_err(problem)?))
    }

    /// Makes a secret of this process alone.
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

    /// Encrypts a text for one purpose: nobody reads it or makes such a text without this secret.
    /// The same text is sealed alike each time: its nonce is made of it.
    pub(crate) fn seal(&self, purpose: &[&str], text: &str) -> Option<String> {
        let code = self.over(&[&["nonce", text], purpose].concat()).finalize().into_bytes();
        let nonce = code.first_chunk::<NONCE>()?;
        let sealed = self.cipher(purpose).encrypt(&XNonce::from(*nonce), text.as_bytes()).ok()?;
        Some(hex::encode([&nonce[..], &sealed].concat()))
    }

    /// Decrypts a text that was sealed for this purpose; `None` for anything else.
    pub(crate) fn open(&self, purpose: &[&str], sealed: &str) -> Option<String> {
        let bytes = hex::decode(sealed).ok().filter(|bytes| hex::encode(bytes) == sealed)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let text = self.cipher(purpose).decrypt(&XNonce::from(*nonce), sealed).ok()?;
        String::from_utf8(text).ok()
    }

    fn cipher(&self, purpose: &[&str]) -> XChaCha20Poly1305 {
        let key: [u8; 32] = self.over(&[&["key"], purpose].concat()).finalize().into_bytes().into();
        XChaCha20Poly1305::new(&key.into())
    }
}

impl fmt::Debug for ConsoleSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsoleSecret")
    }
}

/// The secret's file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the console's secret in {path}: {problem}")]
pub struct SecretFileError {
    path: String,
    problem: SecretFileProblem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum SecretFileProblem {
    #[error("there is no such file")]
    Absent,
    #[error("it can be neither read nor made; look at the rights of its folder")]
    Unusable,
    #[error("others than its owner can read or write it; run chmod 600 on it")]
    Exposed,
    #[error("it has fewer than {MIN_BYTES} bytes; delete it, and a new one is made")]
    Weak,
}

fn read(path: &Path) -> Result<Vec<u8>, SecretFileProblem> {
    let failed = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => SecretFileProblem::Absent,
        _ => SecretFileProblem::Unusable,
    };
    let file = File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretFileProblem::Exposed);
        }
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() < MIN_BYTES { Err(SecretFileProblem::Weak) } else { Ok(bytes) }
}

/// Makes the whole file under another name first: nobody ever reads half a secret. If two processes
/// make one at once, the second to link takes the other's.
fn make(path: &Path, entropy: &dyn Entropy) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", hex::encode(random::<8>(entropy))));
    let beside = PathBuf::from(beside);
    let made = write(&beside, &random::<MIN_BYTES>(entropy));
    let made = made.and_then(|()| match fs::hard_link(&beside, path) {
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

#[cfg(test)]
mod tests {
    use whatsapp_core::port::SystemEntropy;

    use super::*;

    fn code(secret: &ConsoleSecret) -> Vec<u8> {
        secret.over(&["x"]).finalize().into_bytes().to_vec()
    }

    #[test]
    fn a_secret_in_a_file_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let kept = || ConsoleSecret::kept_in(&path, &SystemEntropy);
        let made = code(&kept().unwrap());
        assert_eq!(made, code(&kept().unwrap()), "the same after a restart");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(kept().unwrap_err().to_string().contains("chmod 600"));
        }
        fs::remove_file(&path).unwrap();
        assert_ne!(made, code(&kept().unwrap()), "a new one is another one");
        fs::write(&path, b"too short").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        assert!(kept().unwrap_err().to_string().contains("fewer than 32 bytes"));
        let nowhere = ConsoleSecret::kept_in(folder.path().join("none/secret"), &SystemEntropy);
        assert!(nowhere.unwrap_err().to_string().contains("neither read nor made"));
    }
}

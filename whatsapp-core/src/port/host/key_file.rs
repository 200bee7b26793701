//! The key in a file, which may be replaced while the program runs.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};

use super::clock::Clock;
use super::key::{ApiKey, ApiKeyError, ApiKeySource, KeyFileProblem, KeyOrigin};

/// The most bytes of a file that holds a key.
const SIZE_MAX: u64 = 4 * 1024;

/// Time for which a read result is reused: a new key is used within this time.
const HOLD: Duration = Duration::from_secs(1);

/// The key in a file of its own, read at most once a second: a replaced key is used within a
/// second, without a restart.
///
/// On Unix only the file's owner may be able to read it. Replace the file by renaming another one
/// over it, as `mv` and secret managers do. If it is written in place, half a key may be read. The
/// file is small and read at once, so that nothing waits for it noticeably.
///
/// ```
/// use std::sync::Arc;
///
/// use whatsapp_core::port::{FileKey, SystemClock};
///
/// let key = FileKey::new("/run/secrets/whatsapp", Arc::new(SystemClock::new()));
/// ```
#[derive(Debug)]
pub struct FileKey {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    read: Mutex<Option<(Duration, Result<ApiKey, ApiKeyError>)>>,
}

impl FileKey {
    /// Reads from this file, and takes the time from `clock`.
    pub fn new(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { path: path.into(), clock, read: Mutex::default() }
    }

    fn key(&self) -> Result<ApiKey, ApiKeyError> {
        let unusable =
            |problem| ApiKeyError::File { path: self.path.display().to_string(), problem };
        let text = self.text().map_err(unusable)?;
        if text.expose_secret().trim().is_empty() {
            return Err(unusable(KeyFileProblem::Empty));
        }
        ApiKey::new(text.expose_secret())
    }

    fn text(&self) -> Result<SecretString, KeyFileProblem> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => KeyFileProblem::Absent,
            _ => KeyFileProblem::Unreadable,
        };
        // A pipe is not opened: that would wait for somebody to write into it.
        if !self.path.metadata().map_err(failed)?.is_file() {
            return Err(KeyFileProblem::NoFile);
        }
        let file = File::open(&self.path).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(KeyFileProblem::NoFile);
        }
        if is_exposed(&found) {
            return Err(KeyFileProblem::Exposed);
        }
        let mut bytes = Vec::new();
        file.take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > SIZE_MAX {
            return Err(KeyFileProblem::TooLong);
        }
        // Bytes that are no text are no key either, and are refused as a key.
        Ok(SecretString::from(String::from_utf8_lossy(&bytes).into_owned()))
    }
}

#[async_trait]
impl ApiKeySource for FileKey {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        let now = self.clock.monotonic();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, key)) = &*read
            && now.saturating_sub(*at) < HOLD
        {
            return key.clone();
        }
        let key = self.key();
        let before = read.as_ref().and_then(|(_, before)| before.as_ref().err());
        if let Err(error) = &key
            && before != Some(error)
        {
            tracing::error!("{error}");
        }
        *read = Some((now, key.clone()));
        key
    }

    fn origin(&self) -> KeyOrigin {
        KeyOrigin::File { path: self.path.display().to_string() }
    }
}

/// Returns true if others than the file's owner can read it.
#[cfg(unix)]
fn is_exposed(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    found.mode() & 0o044 != 0
}

/// Returns false: on systems other than Unix it is not known whether others than the owner can read
/// the file.
#[cfg(not(unix))]
const fn is_exposed(_found: &std::fs::Metadata) -> bool {
    false
}

//! The source of the gateway's API key.

use std::fmt;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::message::KeyMark;

/// The gateway's API key. Never printed: `Debug` shows its last 4 characters at most, and those
/// only of a key with 12 or more.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// There is no usable key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// No key was given.
    #[error("there is no API key for the gateway: {hint}")]
    Missing {
        /// The place where a key is expected.
        hint: String,
    },
    /// The key holds spaces, control characters or something else that no key holds.
    #[error("the API key holds characters that no key has: visible ASCII only, without spaces")]
    Malformed,
    /// The file that should hold the key cannot be used.
    #[error("the file {path} with the API key cannot be used: {}", problem.told(path))]
    File {
        /// The path of the file.
        path: String,
        /// The problem with the file, and what to do.
        problem: KeyFileProblem,
    },
}

/// A problem with a key's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFileProblem {
    /// There is no such file.
    Absent,
    /// The file cannot be opened or read.
    Unreadable,
    /// The path is a folder, a pipe or a device.
    NoFile,
    /// Others than the file's owner can read it.
    Exposed,
    /// The file is longer than any key.
    TooLong,
    /// The file is empty.
    Empty,
}

impl KeyFileProblem {
    /// Returns a text for people: the problem with the file at this path, and what to do.
    fn told(self, path: &str) -> String {
        match self {
            Self::Absent => "there is no such file; put the key into it".to_owned(),
            Self::Unreadable => {
                "it cannot be read; give it to the user that the program runs as".to_owned()
            }
            Self::NoFile => "it is no ordinary file; put the key into one".to_owned(),
            Self::Exposed => {
                format!("its group or everybody can read it; run: chmod 600 {path}")
            }
            Self::TooLong => {
                "it is longer than 4 KiB; put the key and nothing else into it".to_owned()
            }
            Self::Empty => "it is empty; put the key into it".to_owned(),
        }
    }
}

impl ApiKey {
    /// Checks and takes over a key; spaces and line ends around it are cut off.
    ///
    /// # Errors
    /// [`ApiKeyError`] for an empty key, or one with anything but visible ASCII inside.
    pub fn new(key: impl Into<String>) -> Result<Self, ApiKeyError> {
        let key = SecretString::from(key.into());
        let trimmed = key.expose_secret().trim();
        if trimmed.is_empty() {
            return Err(ApiKeyError::Missing { hint: "an empty one was given".to_owned() });
        }
        if !trimmed.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ApiKeyError::Malformed);
        }
        Ok(Self(SecretString::from(trimmed)))
    }

    /// The key itself, for the request and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A mark that tells this key from others at a gateway's host, for the ledger.
    #[must_use]
    pub fn mark(&self, host: &str) -> KeyMark {
        KeyMark::of(host, self.expose())
    }

    /// `••••` and the last 4 characters, for pages; only dots when the key is shorter than 12.
    #[must_use]
    pub fn masked(&self) -> String {
        let key = self.expose();
        match key.len() {
            0..12 => "••••".to_owned(),
            len => format!("••••{}", &key[len - 4..]),
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.masked())
    }
}

/// Gives the gateway's key. It is asked for each request, so that the key can be rotated without a
/// restart.
///
/// # Contract
/// Cheap enough to ask before each request; never logs the key.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ApiKeySource: fmt::Debug + Send + Sync + 'static {
    /// The current key.
    ///
    /// # Errors
    /// [`ApiKeyError`] when there is none: sending then pauses, and nothing is lost.
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError>;

    /// The source of the key, for the person who is to change it.
    fn origin(&self) -> KeyOrigin {
        KeyOrigin::Elsewhere
    }
}

/// The source of a key. Holds nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyOrigin {
    /// The key was given to the program when it started.
    Program,
    /// An environment variable.
    Environment {
        /// The name of the variable.
        variable: String,
    },
    /// A file, which may be replaced while the program runs.
    File {
        /// The path of the file.
        path: String,
    },
    /// A source of the host's own.
    Elsewhere,
}

/// A source that always gives the same key.
#[derive(Debug, Clone)]
pub struct FixedKey(pub ApiKey);

#[async_trait]
impl ApiKeySource for FixedKey {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        Ok(self.0.clone())
    }

    fn origin(&self) -> KeyOrigin {
        KeyOrigin::Program
    }
}

/// The key in an environment variable, read again each time.
#[derive(Debug, Clone)]
pub struct EnvironmentKey {
    variable: String,
}

impl EnvironmentKey {
    /// Reads from this variable, such as `WHATSAPP_API_KEY`.
    pub fn new(variable: impl Into<String>) -> Self {
        Self { variable: variable.into() }
    }
}

#[async_trait]
impl ApiKeySource for EnvironmentKey {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        let key = std::env::var(&self.variable).map_err(|_| ApiKeyError::Missing {
            hint: format!("set the environment variable {}", self.variable),
        })?;
        ApiKey::new(key)
    }

    fn origin(&self) -> KeyOrigin {
        KeyOrigin::Environment { variable: self.variable.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_trimmed_checked_and_masked() {
        let key = ApiKey::new(" abcdefghijkl9876\n").unwrap();
        assert_eq!(key.expose(), "abcdefghijkl9876");
        assert_eq!(format!("{key:?}"), "ApiKey(••••9876)");
        assert_eq!(format!("{:?}", ApiKey::new("short").unwrap()), "ApiKey(••••)");
        assert_eq!(ApiKey::new("a b").unwrap_err(), ApiKeyError::Malformed);
        assert!(matches!(ApiKey::new("  "), Err(ApiKeyError::Missing { .. })));
    }
}

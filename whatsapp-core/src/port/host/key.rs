//! Where the gateway's key comes from.

use std::fmt;

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

/// The gateway's API key. Never printed: `Debug` shows its last 4 characters at most, and those
/// only of a key with 12 or more.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// There is no usable key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// None was given.
    #[error("there is no API key for the gateway: {hint}")]
    Missing {
        /// Where one is expected.
        hint: String,
    },
    /// It holds spaces, control characters or something else that no key holds.
    #[error("the API key holds characters that no key has: visible ASCII only, without spaces")]
    Malformed,
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

/// Gives the gateway's key, anew for each request, so that it can be rotated without a restart.
///
/// # Contract
/// Cheap enough to ask before each request; never logs the key.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ApiKeySource: fmt::Debug + Send + Sync + 'static {
    /// The key of now.
    ///
    /// # Errors
    /// [`ApiKeyError`] when there is none: sending then pauses, and nothing is lost.
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError>;
}

/// Always the same key.
#[derive(Debug, Clone)]
pub struct FixedKey(pub ApiKey);

#[async_trait]
impl ApiKeySource for FixedKey {
    async fn api_key(&self) -> Result<ApiKey, ApiKeyError> {
        Ok(self.0.clone())
    }
}

/// The key in an environment variable, read anew each time.
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

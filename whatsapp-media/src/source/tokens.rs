//! The host's own access to cloud drives.

use std::fmt::Debug;

use async_trait::async_trait;
use secrecy::SecretString;

/// A cloud drive that the host may have access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cloud {
    /// Google Drive. Reading needs the scope `https://www.googleapis.com/auth/drive.readonly`. The
    /// token goes to `www.googleapis.com`, and for one tab of a spreadsheet to `docs.google.com`.
    GoogleDrive,
    /// OneDrive and SharePoint, through Microsoft Graph. Reading needs the permission
    /// `Files.Read.All`, and for SharePoint `Sites.Read.All`.
    MicrosoftGraph,
}

/// The host could not get an access token at the moment.
#[derive(Debug, thiserror::Error)]
#[error("there is no access to the cloud drive just now")]
pub struct CloudTokenError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl CloudTokenError {
    /// Wraps the host's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Supplies the host's access tokens, so that files can be read that are not shared with everybody.
///
/// # Contract
/// - Returns a token that is valid now: a token about to end is replaced first.
/// - Cheap enough to ask before each file; never logs the token.
/// - The token goes to the cloud's own interface and to no other server.
///
/// ```
/// use async_trait::async_trait;
/// use secrecy::SecretString;
/// use whatsapp_media::{Cloud, CloudTokenError, CloudTokens};
///
/// #[derive(Debug)]
/// struct OurGoogleAccount;
///
/// #[async_trait]
/// impl CloudTokens for OurGoogleAccount {
///     async fn access_token(&self, cloud: Cloud) -> Result<Option<SecretString>, CloudTokenError> {
///         match cloud {
///             Cloud::GoogleDrive => Ok(Some("invented".into())),
///             _ => Ok(None),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait CloudTokens: Debug + Send + Sync + 'static {
    /// Returns the access token for a cloud drive; `None` if the host has no access of its own, and
    /// the link is to be followed as anybody would.
    ///
    /// # Errors
    /// [`CloudTokenError`]: the file is then unreachable for the moment.
    async fn access_token(&self, cloud: Cloud) -> Result<Option<SecretString>, CloudTokenError>;
}

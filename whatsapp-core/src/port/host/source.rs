//! The place where the host keeps its files.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::attachment::{FoundFile, InvalidAttachment, Place};

/// A file could not be read from its place.
///
/// Its text is a clause for people and holds no address, path or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be had just now: the same call may succeed later.
    #[error("{reason}")]
    Unreachable {
        /// Reason, in plain words.
        reason: String,
    },
    /// The file cannot be had from there: the same call would fail again.
    #[error("{reason}")]
    Refused {
        /// Reason, and what would be right.
        reason: String,
    },
    /// The file breaks a rule for attachments.
    #[error(transparent)]
    Invalid(#[from] InvalidAttachment),
}

impl SourceError {
    /// An error for a file that cannot be had just now.
    pub fn unreachable(reason: impl Into<String>) -> Self {
        Self::Unreachable { reason: reason.into() }
    }

    /// An error for a file that can never be had from there.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    /// Returns true if the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// Reads a host's files from their places, so that they can be checked before anything is sent.
///
/// ```
/// # use std::collections::BTreeMap;
/// use async_trait::async_trait;
/// use whatsapp_core::attachment::{FoundFile, Place};
/// use whatsapp_core::port::{AttachmentSource, SourceError};
///
/// #[derive(Debug)]
/// struct Archive(BTreeMap<String, Vec<u8>>);
///
/// #[async_trait]
/// impl AttachmentSource for Archive {
///     async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
///         let Place::Key(key) = place else {
///             return Err(SourceError::refused("the archive has keys, and no links or paths"));
///         };
///         // What does not answer just now would be `SourceError::unreachable`.
///         let bytes = self.0.get(key).ok_or_else(|| SourceError::refused("it has no such file"))?;
///         Ok(FoundFile::new(bytes.clone()).with_name(Some(key)))
///     }
/// }
/// ```
///
/// # Contract
/// - Reads only, any number of times. Ends within 30 seconds.
/// - Gives all bytes of the file or an error, never a part of it. A file of more than
///   [`ATTACHMENT_MAX_BYTES`](crate::attachment::ATTACHMENT_MAX_BYTES) is
///   [`InvalidAttachment::TooLarge`]; to find this out, at most one byte more than that is read.
/// - Checks nothing else: the bytes' kind, the name and the Content-Type are checked by the caller.
/// - For a [`Place::Link`] it never connects to an address that is not public, unless the host has
///   allowed just that one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AttachmentSource: Debug + Send + Sync + 'static {
    /// Reads one file.
    ///
    /// # Errors
    /// [`SourceError`], which says whether waiting helps.
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError>;
}

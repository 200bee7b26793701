//! Hosting of attachments, so that the gateway can fetch them.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::attachment::{AttachmentKind, CheckedFile, MediaLink};
use crate::id::MessageId;

/// A file could not be published, looked after or withdrawn just now.
#[derive(Debug, thiserror::Error)]
#[error("the attachment could not be made available to the gateway")]
pub struct MediaError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl MediaError {
    /// Wraps the adapter's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// A published file: these bytes, under this name, for this message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The message that the file is for.
    pub message_id: MessageId,
    /// The SHA-256 of the bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The kind of the file.
    pub kind: AttachmentKind,
    /// The file's name, as [`CheckedFile::name`] gives it.
    pub name: String,
}

impl Published {
    /// The file with this hash, kind and name, published for this message.
    pub fn new(
        message_id: MessageId,
        sha256: impl Into<String>,
        kind: AttachmentKind,
        name: impl Into<String>,
    ) -> Self {
        Self { message_id, sha256: sha256.into(), kind, name: name.into() }
    }

    /// Describes this file as published for this message.
    #[must_use]
    pub fn of(message_id: MessageId, file: &CheckedFile) -> Self {
        Self::new(message_id, file.sha256(), file.kind(), file.name())
    }
}

/// Keeps files, and publishes them where the gateway can fetch them without credentials.
///
/// # Contract
/// - Each call ends within 30 seconds.
/// - The same bytes are kept once, however many messages have a link to them. They are removed when
///   the last of these links is withdrawn. A crash at any point leaves nothing behind that
///   [`ended`](Self::ended) does not report.
/// - A link's path ends in the file's name, percent-encoded, and nobody can guess the path. Until
///   its end the link gives the bytes, with the Content-Type of their kind and the name in
///   Content-Disposition. Afterwards it gives nothing.
/// - Any number of processes may share one host's store.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait MediaHost: Debug + Send + Sync + 'static {
    /// Keeps a file for a message and returns a link to it. The link ends at `until`, or earlier if
    /// the host cannot give one for so long.
    ///
    /// Publishing the same file again is the same as [`renew`](Self::renew).
    ///
    /// # Errors
    /// [`MediaError`] when it could not be stored.
    async fn publish(
        &self,
        message_id: MessageId,
        file: &CheckedFile,
        until: DateTime<Utc>,
    ) -> Result<MediaLink, MediaError>;

    /// Returns a link with a new end to bytes that are kept already, for a message that has a link
    /// to them or for another one. `None` when the bytes are no longer there or no longer whole:
    /// their SHA-256 is compared.
    ///
    /// # Errors
    /// [`MediaError`] when the store does not answer.
    async fn renew(
        &self,
        published: &Published,
        until: DateTime<Utc>,
    ) -> Result<Option<MediaLink>, MediaError>;

    /// Ends a message's link at once, and removes the bytes if it was the last link to them.
    ///
    /// A link that has ended already is no error. A host that does not serve the bytes itself may
    /// keep a link alive until the last one to the same bytes under the same name is withdrawn.
    ///
    /// # Errors
    /// [`MediaError`] when the store does not answer; [`ended`](Self::ended) continues to report
    /// the link.
    async fn withdraw(&self, published: &Published) -> Result<(), MediaError>;

    /// Removes those links of a message that ended before `now`, as [`ended`](Self::ended) reported
    /// them, and the bytes if no other link to them lives. A link that the message was given since
    /// then stays.
    ///
    /// # Errors
    /// [`MediaError`] when the store does not answer; [`ended`](Self::ended) continues to report
    /// them.
    async fn withdraw_ended(
        &self,
        published: &Published,
        now: DateTime<Utc>,
    ) -> Result<(), MediaError>;

    /// Files whose link ended before `now` and was not withdrawn, at most `limit` of them.
    ///
    /// # Errors
    /// [`MediaError`] when the store does not answer.
    async fn ended(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<Published>, MediaError>;
}

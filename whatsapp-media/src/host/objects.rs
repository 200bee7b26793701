//! The store, one operation at a time, with errors that give nothing away.

use std::io;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, ObjectStore, ObjectStoreExt, PutOptions, PutPayload,
};
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::port::MediaError;

use super::layout::{Layout, Marker, MarkerKind};
use super::name::content_disposition;

/// Reason why the store did not do an operation, without its own words, which contain keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum StorageFailure {
    #[error("the store of the attachments does not answer")]
    Unavailable,
    #[error("the store of the attachments took too long")]
    TimedOut,
    #[error("the store of the attachments refuses the credentials")]
    Refused,
    #[error("the store of the attachments cannot do what is needed")]
    Unable,
    #[error("the file's name cannot be kept in the store of the attachments")]
    Name,
    #[error("the file was withdrawn again and again while it was published")]
    Contended,
}

impl From<Error> for StorageFailure {
    fn from(error: Error) -> Self {
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Self::Refused,
            Error::NotSupported { .. } | Error::NotImplemented { .. } => Self::Unable,
            _ => Self::Unavailable,
        }
    }
}

impl From<StorageFailure> for MediaError {
    fn from(trouble: StorageFailure) -> Self {
        Self::new(trouble)
    }
}

/// Maximum number of attempts to write a key while its folder disappears.
const WRITES: usize = 20;

/// Returns true if the cause of an error is that something was not found.
fn is_not_found(error: &Error) -> bool {
    let causes =
        std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |cause| {
            cause.source()
        });
    let mut io = causes.filter_map(|cause| cause.downcast_ref::<io::Error>());
    matches!(error, Error::NotFound { .. })
        || io.any(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The store, and the layout of its keys.
pub(super) struct Objects {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) layout: Layout,
}

impl Objects {
    /// Returns all markers below a key; keys that are not ours are left out.
    pub(super) async fn markers(
        &self,
        below: &Path,
    ) -> Result<Vec<(Marker, MarkerKind)>, StorageFailure> {
        let keys = self.keys(below).await?;
        Ok(keys.iter().filter_map(|key| self.layout.read(key)).collect())
    }

    pub(super) async fn keys(&self, below: &Path) -> Result<Vec<Path>, StorageFailure> {
        let found = self.store.list(Some(below)).map_ok(|meta| meta.location);
        Ok(found.try_collect().await?)
    }

    pub(super) async fn write_marker(
        &self,
        marker: &Marker,
        kind: MarkerKind,
        name: &str,
    ) -> Result<(), StorageFailure> {
        let key = self.layout.key(marker, kind);
        self.write(&key, name.as_bytes(), PutOptions::default()).await
    }

    pub(super) async fn put(
        &self,
        key: &Path,
        bytes: &[u8],
        seen_as: Option<(AttachmentKind, &str)>,
    ) -> Result<(), StorageFailure> {
        let mut attributes = Attributes::new();
        if let Some((kind, name)) = seen_as {
            attributes.insert(Attribute::ContentType, kind.content_type().into());
            attributes.insert(Attribute::ContentDisposition, content_disposition(name).into());
            attributes.insert(Attribute::CacheControl, "private, no-store".into());
        }
        self.write(key, bytes, PutOptions { attributes, ..PutOptions::default() }).await
    }

    /// Writes a key. On a disk its folders are created first. A process that removes the last file
    /// of a folder, or clears empty folders, may remove them again before the file is written.
    async fn write(
        &self,
        key: &Path,
        bytes: &[u8],
        options: PutOptions,
    ) -> Result<(), StorageFailure> {
        let payload = PutPayload::from(bytes.to_vec());
        for _ in 1..WRITES {
            match self.store.put_opts(key, payload.clone(), options.clone()).await {
                Err(error) if is_not_found(&error) => {}
                written => return Ok(written.map(drop)?),
            }
        }
        Ok(self.store.put_opts(key, payload, options).await.map(drop)?)
    }

    pub(super) async fn read(&self, key: &Path) -> Result<Option<Vec<u8>>, StorageFailure> {
        match self.store.get(key).await {
            Ok(found) => match found.bytes().await {
                Ok(bytes) => Ok(Some(bytes.to_vec())),
                Err(Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error.into()),
            },
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn is_there(&self, key: &Path) -> Result<bool, StorageFailure> {
        match self.store.head(key).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn remove(&self, key: &Path) -> Result<(), StorageFailure> {
        match self.store.delete(key).await {
            Ok(()) => Ok(()),
            // On a disk the folder may be gone too, before the removal could be flushed.
            Err(error) if is_not_found(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

//! Files in the host's object store.

use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Attribute, Error, GetOptions, ObjectStore};
use whatsapp_core::attachment::{ATTACHMENT_MAX_BYTES, FoundFile, InvalidAttachment};
use whatsapp_core::port::SourceError;

/// Reads an object.
pub(super) async fn read(
    store: &Arc<dyn ObjectStore>,
    key: &str,
) -> Result<FoundFile, SourceError> {
    let path = Path::parse(key).map_err(|_| SourceError::refused("no object has such a key"))?;
    let object = store.get_opts(&path, GetOptions::default()).await;
    let object = object.map_err(|error| failure(&error))?;
    if object.meta.size > ATTACHMENT_MAX_BYTES {
        return Err(InvalidAttachment::TooLarge.into());
    }
    let content_type = object.attributes.get(&Attribute::ContentType).map(|kind| kind.to_string());
    let mut bytes = Vec::new();
    let mut chunks = object.into_stream();
    while let Some(chunk) = chunks.try_next().await.map_err(|error| failure(&error))? {
        if (bytes.len() + chunk.len()) as u64 > ATTACHMENT_MAX_BYTES {
            return Err(InvalidAttachment::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(FoundFile::new(bytes).with_name(path.filename()).with_content_type(content_type))
}

/// The error for a failure of the store. Its own text contains keys.
fn failure(error: &Error) -> SourceError {
    match error {
        Error::NotFound { .. } => {
            SourceError::refused("there is no object by that key in the object store")
        }
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            SourceError::refused("the object store does not let its host read the object")
        }
        Error::InvalidPath { .. } => SourceError::refused("no object has such a key"),
        _ => SourceError::unreachable("the object store does not give the object just now"),
    }
}

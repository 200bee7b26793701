//! Reads a host's files from where they lie.

mod address;
mod answer;
mod api;
mod builder;
mod cloud;
mod folder;
mod name;
mod policy;
mod resolve;
#[cfg(feature = "object-store")]
mod store;
mod tokens;
mod web;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
#[cfg(feature = "object-store")]
use object_store::ObjectStore;
use whatsapp_core::attachment::{ATTACHMENT_MAX_BYTES, FoundFile, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};

pub use builder::{InvalidSources, SourcesBuilder};
pub use resolve::{Resolver, SystemResolver};
pub use tokens::{Cloud, CloudTokenError, CloudTokens};

use api::Interfaces;
use cloud::Shared;
use folder::Folder;
use web::{Request, Web};

/// Reads files from wherever the host was told that they may lie: an [`AttachmentSource`].
///
/// Links are always followed, within the rules of [this crate](crate#links). Whatever else is to be
/// read has to be set up.
pub struct Sources {
    folder: Option<Folder>,
    #[cfg(feature = "object-store")]
    store: Option<Arc<dyn ObjectStore>>,
    tokens: Option<Arc<dyn CloudTokens>>,
    web: Web,
    interfaces: Interfaces,
    time: Duration,
}

impl Sources {
    /// Prepares sources that follow links to public servers and nothing else.
    pub fn builder() -> SourcesBuilder {
        SourcesBuilder::new()
    }

    async fn read_link(&self, link: &str) -> Result<FoundFile, SourceError> {
        let url = self.web.policy.check(None, link)?.url;
        let Some(shared) = Shared::by(&url)? else {
            let reply = self.fetch(link).await?;
            let found = FoundFile::new(reply.bytes)
                .with_name(reply.name)
                .with_content_type(reply.content_type);
            return Ok(if reply.anybody { found.as_given() } else { found });
        };
        if let Some(tokens) = &self.tokens {
            let token = tokens.access_token(shared.cloud()).await;
            let token = token.map_err(|error| SourceError::unreachable(error.to_string()))?;
            if let Some(token) = token {
                return self.interfaces.read(&self.web, &shared, &token).await;
            }
        }
        let reply = self.fetch(&shared.download()).await?;
        Ok(FoundFile::new(reply.bytes).with_name(reply.name).with_content_type(reply.content_type))
    }

    async fn fetch(&self, link: &str) -> Result<answer::Reply, SourceError> {
        let request = Request { link, credentials: None, most: ATTACHMENT_MAX_BYTES };
        self.web.fetch(request).await
    }

    async fn read_key(&self, key: &str) -> Result<FoundFile, SourceError> {
        #[cfg(feature = "object-store")]
        if let Some(store) = &self.store {
            return store::read(store, key).await;
        }
        let _ = key;
        Err(SourceError::refused("keys are not read: set up the object store that they are in"))
    }
}

#[async_trait]
impl AttachmentSource for Sources {
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
        let reading = async {
            match (place, &self.folder) {
                (Place::Link(link), _) => self.read_link(link).await,
                (Place::Path(path), Some(folder)) => folder.read(path).await,
                (Place::Path(_), None) => Err(SourceError::refused(
                    "files on disk are not read: set up the folder that they are in",
                )),
                (Place::Key(key), _) => self.read_key(key).await,
                _ => Err(SourceError::refused("files are not read from such a place")),
            }
        };
        tokio::time::timeout(self.time, reading)
            .await
            .unwrap_or_else(|_| Err(SourceError::unreachable("the file did not arrive in time")))
    }
}

/// What is set up, and nothing of where it leads.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Sources");
        all.field("folder", &self.folder.is_some());
        #[cfg(feature = "object-store")]
        all.field("store", &self.store.is_some());
        all.field("cloud_tokens", &self.tokens.is_some()).finish_non_exhaustive()
    }
}

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
/// | Place | Is read | Once there is |
/// | --- | --- | --- |
/// | [`Place::Link`] | to public servers, within the rules below | nothing to set up |
/// | … of a cloud drive, shared with everybody | from where anybody downloads the file | nothing to set up |
/// | … of a cloud drive, not shared so | through the drive's own interface | [`cloud_tokens`](SourcesBuilder::cloud_tokens) |
/// | … to a server of the host's own | as other links, by http too | [`allow`](SourcesBuilder::allow) |
/// | [`Place::Path`] | inside one folder | [`folder`](SourcesBuilder::folder) |
/// | [`Place::Key`] | from one object store (feature `object-store`) | `store` |
///
/// A path that leads out of the folder, by `..` or by a symbolic link, is refused, and so are
/// pipes, devices and whatever else is no file.
///
/// # Links
///
/// Somebody who can choose a link must not be able to look round in the host's network with it.
///
/// - Only https, and only port 443 unless [another](SourcesBuilder::allow_port) is allowed. No user
///   names, control characters, spaces or backslashes.
/// - Only public addresses, in whatever way they are written, and no names that are private by
///   their nature (`localhost`, `x.local`, `x.internal`, a name of one part).
/// - A name is looked up once. One address that is not public spoils them all, and only the
///   addresses that were checked are connected to.
/// - At most 3 redirects, each checked as if the link had been given; none from https to http.
/// - 30 seconds in all, 5 seconds without a byte, 10 MiB and no byte more. An announced length is
///   believed only when it is too large.
/// - No cookies, no Referer, no proxy, no retry, and no compression: a compressed answer is refused.
///
/// A file counts as [`as_given`](FoundFile::as_given) if its link is not of a cloud drive and every
/// server on the way to it is public.
///
/// # Cloud drives
///
/// Sharing links lead to pages about a file. The links to the files themselves are known from the
/// drives' documentation, or only from others who use them:
///
/// | Link | Is read from | How sure |
/// | --- | --- | --- |
/// | Google Drive: `/file/d/ID`, `/open?id=`, `/uc?id=` | `drive.usercontent.google.com/download` with `confirm=t` | not documented, used by very many |
/// | Google documents, spreadsheets, presentations, drawings | `/export` as PDF | well known for the first two, likely for the others |
/// | OneDrive: `1drv.ms/b/c/OWNER/TOKEN`, and these as browsers show them | `my.microsoftpersonalcontent.com/…/download.aspx?share=` | not documented, said to work by several |
/// | OneDrive, older links | `api.onedrive.com/v1.0/shares/u!…/root/content` | was documented; drives that were moved answer 401 |
/// | SharePoint: `/:b:/g/…/TOKEN`, `/:b:/s/…`, `/:b:/t/…`, `/:b:/p/…` | `…/_layouts/15/download.aspx?share=` | not documented, used by many for `g/personal`; likely for the others |
/// | SharePoint, other links | the same with `download=1` | often needs a cookie, and then gives a web page |
/// | with the host's access: Google Drive | Drive API v3, `files/ID?alt=media`, else `/export` | documented |
/// | with the host's access: OneDrive, SharePoint | Microsoft Graph, `/shares/u!…/driveItem/content` | documented |
///
/// Where a drive gives a page nevertheless, the file is refused as
/// [`WebPage`](whatsapp_core::attachment::InvalidAttachment::WebPage) and nothing goes out.
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
}

#[async_trait]
impl AttachmentSource for Sources {
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
        let reading = async {
            #[cfg(feature = "object-store")]
            if let (Place::Key(key), Some(store)) = (place, &self.store) {
                return store::read(store, key).await;
            }
            match (place, &self.folder) {
                (Place::Link(link), _) => self.read_link(link).await,
                (Place::Path(path), Some(folder)) => folder.read(path).await,
                (Place::Path(_), None) => Err(SourceError::refused(
                    "files on disk are not read: set up the folder that they are in",
                )),
                (Place::Key(_), _) => Err(SourceError::refused(
                    "keys are not read: set up the object store that they are in",
                )),
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

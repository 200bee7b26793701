//! Reads a host's files from their places.

mod address;
mod answer;
mod api;
mod builder;
mod cloud;
mod folder;
mod name;
mod onedrive;
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
use url::Url;
use whatsapp_core::attachment::{
    ATTACHMENT_MAX_BYTES, AttachmentKind, FoundFile, InvalidAttachment, Place,
};
use whatsapp_core::port::{AttachmentSource, SourceError};

pub use builder::{InvalidSources, SourcesBuilder};
pub use resolve::{Resolver, SystemResolver};
pub use tokens::{Cloud, CloudTokenError, CloudTokens};

use answer::Reply;
use api::Interfaces;
use cloud::{Shared, Way};
use folder::Folder;
use onedrive::OneDrive;
use web::{Followed, Request, Web};

/// Reads files from the places that the host has set up: an [`AttachmentSource`].
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
/// A path that leads out of the folder, by `..` or by a symbolic link, is refused. So are pipes,
/// devices and everything else that is not a file.
///
/// # Links
///
/// A person who can choose a link must not be able to explore the host's network with it.
///
/// - Only https, and only port 443 unless [another](SourcesBuilder::allow_port) is allowed. No user
///   names, control characters, spaces or backslashes.
/// - Only public addresses, in whatever form they are written, and no names that are private by
///   their nature (`localhost`, `x.local`, `x.internal`, a name of one part).
/// - A name is looked up once. If one address is not public, the link is refused, and connections
///   are made only to addresses that were checked.
/// - At most 3 redirects, each checked like a given link; none from https to http.
/// - 30 seconds in all, 5 seconds without a byte, and at most 10 MiB. An announced length is
///   believed only if it is too large.
/// - No cookies, Referer, proxy or retry, and no compression: a compressed answer is refused.
///
/// A file counts as [`as_given`](FoundFile::as_given) if its link is not of a cloud drive and every
/// server on the way to it is public.
///
/// # Cloud drives
///
/// Sharing links lead to pages about a file. The links to the files themselves are known from the
/// drives' documentation, or only from the experience of others:
///
/// | Link | Is read from | How sure |
/// | --- | --- | --- |
/// | Google Drive: `/file/d/ID`, `/open?id=`, `/uc?id=` | `drive.usercontent.google.com/download` with `confirm=t` | not documented, used by very many |
/// | Google documents, spreadsheets, presentations, drawings | `/export` as PDF | well known for the first two, likely for the others |
/// | … one tab of a spreadsheet (`gid=`, in the query or behind `#`) | the same with `gid=`: that tab alone | well known |
/// | … a spreadsheet that was published (`/d/e/…/pubhtml`) | `/pub?output=pdf` | well known |
/// | OneDrive of people: `1drv.ms/b/c/OWNER/TOKEN`, older `1drv.ms/b/s!TOKEN`, and these as browsers show them | `my.microsoftpersonalcontent.com/_api/v2.0/shares/u!…/driveitem`, with an anonymous token of `api-badgerp.svc.ms`, which OneDrive's own page asks for | not documented; all ten public programs that were looked at do so for new links, most for older ones |
/// | SharePoint: `/:b:/g/…/TOKEN`, `/:b:/s/…`, `/:b:/t/…`, `/:b:/p/…` | `…/_layouts/15/download.aspx?share=` | not documented, used by many for `g/personal`; likely for the others |
/// | SharePoint: `…/guestaccess.aspx?…` | `…/download.aspx` with the same query | not documented, said to work by several |
/// | SharePoint, other links | the same with `download=1` | often needs a cookie, and then gives a web page |
/// | Dropbox: `/s/…`, `/scl/fi/…`, a file in `/sh/…` or `/scl/fo/…` | the same with `dl=1` | documented |
/// | with the host's access: Google Drive | Drive API v3, `files/ID?alt=media`, else `/export` | documented |
/// | … one tab of a spreadsheet | `docs.google.com/spreadsheets/d/ID/export`, with the token | well known |
/// | with the host's access: OneDrive, SharePoint | Microsoft Graph, `/shares/u!…/driveItem/content` | documented |
///
/// Encoding that mail programs add to such links (`%5F` for `_`) is undone. If a drive returns a
/// page nevertheless, or asks for an account, the link is refused. The error says which link to
/// give instead, and nothing goes out.
pub struct Sources {
    folder: Option<Folder>,
    #[cfg(feature = "object-store")]
    store: Option<Arc<dyn ObjectStore>>,
    tokens: Option<Arc<dyn CloudTokens>>,
    web: Web,
    interfaces: Interfaces,
    onedrive: OneDrive,
    time: Duration,
}

impl Sources {
    /// Prepares sources that follow links to public servers and nothing else.
    pub fn builder() -> SourcesBuilder {
        SourcesBuilder::new()
    }

    async fn read_link(&self, link: &str) -> Result<FoundFile, SourceError> {
        let url = self.web.policy.check(None, link)?.url;
        if let Some(shared) = Shared::by(&url)? {
            return self.read_shared(&url, &shared).await;
        }
        // Short links, and links rewritten by a mail program, redirect to a sharing link.
        let is_shared = |url: &Url| !matches!(Shared::by(url), Ok(None));
        let request = Request::plain(link, ATTACHMENT_MAX_BYTES);
        match self.web.follow(request, is_shared).await.map_err(|why| better(&url, why))? {
            Followed::Stopped(url) => match Shared::by(&url)? {
                Some(shared) => self.read_shared(&url, &shared).await,
                None => self.fetch(url.as_str()).await,
            },
            Followed::File(reply) => {
                let anybody = reply.anybody;
                let found = no_page(found(reply)).map_err(|why| better(&url, why))?;
                Ok(if anybody { found.as_given() } else { found })
            }
        }
    }

    async fn read_shared(&self, url: &Url, shared: &Shared) -> Result<FoundFile, SourceError> {
        if let (Some(tokens), Some(cloud)) = (&self.tokens, shared.cloud()) {
            let token = tokens.access_token(cloud).await;
            let token = token.map_err(|error| SourceError::unreachable(error.to_string()))?;
            if let Some(token) = token {
                return self.interfaces.read(&self.web, shared, &token).await;
            }
        }
        let found = match shared.way() {
            Way::Link(link) => self.fetch(&link).await,
            Way::OneDrive(share) => self.onedrive.read(&self.web, &share).await,
        };
        found.and_then(no_page).map_err(|why| better(url, why))
    }

    async fn fetch(&self, link: &str) -> Result<FoundFile, SourceError> {
        self.web.fetch(Request::plain(link, ATTACHMENT_MAX_BYTES)).await.map(found)
    }
}

fn found(reply: Reply) -> FoundFile {
    let found = FoundFile::new(reply.bytes).with_name(reply.name);
    found.with_content_type(reply.content_type)
}

/// Refuses a web page that was returned instead of a file. The caller judges everything else about
/// the bytes.
fn no_page(found: FoundFile) -> Result<FoundFile, SourceError> {
    match AttachmentKind::of_bytes(&found.bytes) {
        Err(page @ InvalidAttachment::WebPage) => Err(page.into()),
        _ => Ok(found),
    }
}

/// Improves the error for a link that leads to a page or asks for an account. For a cloud drive it
/// says which link to give instead.
fn better(url: &Url, why: SourceError) -> SourceError {
    let shut = [answer::SIGN_IN, web::TOO_FAR].map(SourceError::refused);
    let page = why == SourceError::Invalid(InvalidAttachment::WebPage) || shut.contains(&why);
    cloud::instead(url).filter(|_| page).map_or(why, SourceError::refused)
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

/// Shows the parts that are set up, without their targets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Sources");
        all.field("folder", &self.folder.is_some());
        #[cfg(feature = "object-store")]
        all.field("store", &self.store.is_some());
        all.field("cloud_tokens", &self.tokens.is_some()).finish_non_exhaustive()
    }
}

//! The builder of sources.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "object-store")]
use object_store::ObjectStore;
use reqwest::Certificate;
use url::Url;

use super::Sources;
use super::api::Interfaces;
use super::folder::Folder;
use super::onedrive::OneDrive;
use super::policy::Policy;
use super::resolve::{Resolver, SystemResolver};
use super::tokens::CloudTokens;
use super::web::Web;

/// The longest time for reading a file, by the contract of
/// [`AttachmentSource`](whatsapp_core::port::AttachmentSource).
const LONGEST: Duration = Duration::from_secs(30);

/// Timeout for a server that sends nothing.
const SILENCE: Duration = Duration::from_secs(5);

/// Errors of building [`Sources`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSources {
    /// The folder does not exist or may not be read.
    #[error("there is no folder of attachments that may be read at {}", path.display())]
    Folder {
        /// The folder as it was given.
        path: PathBuf,
    },
    /// The value to be allowed is not a host and a port.
    #[error("a server is allowed by its host and port, such as files.example:8443")]
    NotAHostAndPort,
    /// The address of a cloud drive's interface is no absolute URL.
    #[error("the address of a cloud drive's interface must be a complete link")]
    NotAUrl,
    /// The given text is not a certificate, or this machine has no trusted certificates at all.
    #[error("a certificate cannot be read, or this machine trusts none")]
    Certificate,
    /// A time of zero or more than 30 seconds.
    #[error("timeouts must be greater than zero and at most 30 seconds")]
    Time,
}

/// Prepares [`Sources`]; made by [`Sources::builder`].
#[must_use = "nothing is read until `build` is called"]
pub struct SourcesBuilder {
    folder: Option<PathBuf>,
    #[cfg(feature = "object-store")]
    store: Option<Arc<dyn ObjectStore>>,
    tokens: Option<Arc<dyn CloudTokens>>,
    allowed: Vec<String>,
    ports: Vec<u16>,
    roots: Vec<String>,
    resolver: Arc<dyn Resolver>,
    google: String,
    google_documents: String,
    microsoft: String,
    onedrive_tokens: String,
    onedrive: String,
    time: Duration,
    silence: Duration,
}

impl SourcesBuilder {
    pub(super) fn new() -> Self {
        Self {
            folder: None,
            #[cfg(feature = "object-store")]
            store: None,
            tokens: None,
            allowed: Vec::new(),
            ports: Vec::new(),
            roots: Vec::new(),
            resolver: Arc::new(SystemResolver),
            google: "https://www.googleapis.com".to_owned(),
            google_documents: "https://docs.google.com".to_owned(),
            microsoft: "https://graph.microsoft.com".to_owned(),
            onedrive_tokens: "https://api-badgerp.svc.ms/v1.0/token".to_owned(),
            onedrive: "https://my.microsoftpersonalcontent.com/_api/v2.0".to_owned(),
            time: LONGEST,
            silence: SILENCE,
        }
    }

    /// Reads files of this machine's disk, within this folder and nowhere else. A path is given
    /// whole, or as the part within the folder.
    pub fn folder(mut self, root: impl Into<PathBuf>) -> Self {
        self.folder = Some(root.into());
        self
    }

    /// Reads keys from this object store.
    #[cfg(feature = "object-store")]
    pub fn store(mut self, store: Arc<dyn ObjectStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Reads files of cloud drives with the host's own access, so that they need not be shared with
    /// everybody.
    pub fn cloud_tokens(mut self, tokens: Arc<dyn CloudTokens>) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Follows links to exactly this `host:port` as well, also by http, and to whatever address the
    /// name leads. It is for a file server within the host's network, or on this machine.
    pub fn allow(mut self, host_and_port: impl Into<String>) -> Self {
        self.allowed.push(host_and_port.into());
        self
    }

    /// Follows https links to this port of public servers as well, beside 443.
    pub fn allow_port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Trusts [allowed](Self::allow) servers also by this certificate (PEM).
    pub fn add_root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Looks names up with this resolver instead of the operating system's.
    pub fn resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = resolver;
        self
    }

    /// Sets the address of Google Drive's interface. Default: `https://www.googleapis.com`. It gets
    /// the host's access token.
    pub fn google_interface(mut self, url: impl Into<String>) -> Self {
        self.google = url.into();
        self
    }

    /// Sets the address at which Google exports one tab of a spreadsheet to the host's access,
    /// which Drive's interface cannot. Default: `https://docs.google.com`. It gets the host's
    /// access token.
    pub fn google_documents(mut self, url: impl Into<String>) -> Self {
        self.google_documents = url.into();
        self
    }

    /// Sets the address of Microsoft Graph, which differs in the clouds of some countries. Default:
    /// `https://graph.microsoft.com`. It gets the host's access token.
    pub fn microsoft_interface(mut self, url: impl Into<String>) -> Self {
        self.microsoft = url.into();
        self
    }

    /// Sets the address at which personal OneDrive gives anonymous tokens, and the address of its
    /// files. Neither is documented; if Microsoft moves them, this adapts without a new version.
    pub fn onedrive_interface(
        mut self,
        tokens: impl Into<String>,
        files: impl Into<String>,
    ) -> Self {
        self.onedrive_tokens = tokens.into();
        self.onedrive = files.into();
        self
    }

    /// Sets the timeout for reading one file. Default and maximum: 30 seconds.
    pub const fn time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets the timeout for a server that sends nothing. Default: 5 seconds.
    pub const fn silence(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    /// Builds the sources.
    ///
    /// # Errors
    /// [`InvalidSources`], for the first fault.
    pub fn build(self) -> Result<Sources, InvalidSources> {
        let mut policy = Policy::default();
        for pair in &self.allowed {
            policy.allow(pair).ok_or(InvalidSources::NotAHostAndPort)?;
        }
        self.ports.into_iter().for_each(|port| policy.allow_port(port));
        if [self.time, self.silence].iter().any(|time| time.is_zero() || *time > LONGEST) {
            return Err(InvalidSources::Time);
        }
        let interface = |url: &str| {
            let url = Url::parse(url).ok().filter(Url::has_host);
            url.ok_or(InvalidSources::NotAUrl)
        };
        let interfaces = Interfaces {
            google: interface(&self.google)?,
            google_documents: interface(&self.google_documents)?,
            microsoft: interface(&self.microsoft)?,
        };
        let onedrive = OneDrive::new(interface(&self.onedrive_tokens)?, interface(&self.onedrive)?);
        let mut web =
            Web { policy, resolver: self.resolver, silence: self.silence, roots: Vec::new() };
        for pem in &self.roots {
            let roots = Certificate::from_pem_bundle(pem.as_bytes()).ok();
            let roots = roots.filter(|roots| !roots.is_empty());
            web.roots.extend(roots.ok_or(InvalidSources::Certificate)?);
        }
        // The contents of the certificates are read only now.
        web.client(true).build().map_err(|_| InvalidSources::Certificate)?;
        let open = |path: PathBuf| Folder::open(&path).map_err(|_| InvalidSources::Folder { path });
        Ok(Sources {
            folder: self.folder.map(open).transpose()?,
            #[cfg(feature = "object-store")]
            store: self.store,
            tokens: self.tokens,
            web,
            interfaces,
            onedrive,
            time: self.time,
        })
    }
}

/// Hides folder, hosts and addresses: they are private.
impl fmt::Debug for SourcesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourcesBuilder")
            .field("time", &self.time)
            .field("silence", &self.silence)
            .finish_non_exhaustive()
    }
}

//! Keeps files and publishes them for the gateway to fetch: a [`MediaHost`] of `whatsapp-core` over
//! any store of the crate `object_store`.
//!
//! # What lies in the store
//!
//! | Key | Holds |
//! | --- | --- |
//! | `links/{sha256}/{message}/{until}.{bytes_id}.{publication_id}` | a *marker*: this message has a link to these bytes, which lie in the folder `bytes_id`. Its content is the file's name |
//! | `links/{sha256}/{message}/{until}.{bytes_id}.{publication_id}.ending` | the marker is being withdrawn |
//! | `files/{sha256}/{bytes_id}/bytes` | the bytes; with presigned links the key ends in the file's name instead, because the recipient sees it |
//!
//! `until` is in microseconds since 1970. Both ids are random; `bytes_id` is the `publication_id`
//! of the publication that stored the bytes. Every key is written once and later removed, but never
//! changed. So a late step of a frozen process can at worst write or remove keys that only it
//! knows. A listing contains everything; only names are read from contents.
//!
//! # Two processes at once
//!
//! Publishing writes its marker, for a folder of bytes that is open already or for a new one. It
//! writes the bytes unless they are there whole. Then it lists the markers, and checks that the
//! bytes are there.
//!
//! Withdrawing writes `.ending` beside its markers, and lists the markers. It removes the bytes if
//! no other marker that is not ending names their folder. Then it removes its markers, each before
//! its `.ending`.
//!
//! - Publishing wrote its marker before its listing; withdrawing wrote `.ending` before its own. So
//!   at least one of them sees the other. If withdrawing sees the marker, the bytes stay. If
//!   publishing sees `.ending`, it goes to a new folder, which nobody else is about to clear.
//! - If publishing sees neither a marker nor `.ending`, withdrawing has ended. Then the check for
//!   the bytes tells whether it left them.
//! - Of two withdrawals, the one that lists last sees the other's `.ending`, so that the bytes are
//!   removed.
//! - No step depends on clocks or on the time for which a process was frozen.
//! - A crash leaves a marker or an `.ending` wherever it leaves bytes, and
//!   [`ended`](MediaHost::ended) reports both. It reports a marker once its link has ended, and an
//!   `.ending` without a live marker at once.
//!
//! One thing is left to the core, and ensured by its leases: one message's file is not published by
//! one process while another withdraws it. Even then all ends well, and nothing is left. Only if
//! the publishing process dies at the same time may its bytes stay without a marker.
//!
//! A listing of the store must show everything that was written before it, as on S3, Azure, Google
//! Cloud Storage and a local disk.

mod disk;
mod layout;
mod links;
mod media;
mod name;
mod objects;
mod publications;
#[cfg(feature = "axum")]
mod route;
mod secret;
mod token;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
#[cfg(feature = "presigned")]
use object_store::signer::Signer;
#[cfg(doc)]
use whatsapp_core::port::MediaHost;
use whatsapp_core::port::{Clock, Entropy, SystemClock, SystemEntropy};

use self::layout::Layout;
use self::links::{Links, base};
use self::objects::Objects;
use self::publications::Publications;
pub use self::secret::LinkSecret;

/// Errors of setting up a host of files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The address is not an absolute https URL (http only to this machine), or it has a query.
    #[error("the address under which attachments are served must be a complete https link")]
    BaseUrl,
    /// The folder cannot be created or read.
    #[error("the folder for attachments can be neither made nor opened: {}", path.display())]
    Folder {
        /// The folder as it was given.
        path: PathBuf,
    },
    /// Fewer than 32 bytes.
    #[error("the secret for links must have at least 32 bytes")]
    WeakSecret,
    /// The file of the secret is too long for one.
    #[error(
        "the file with the secret for links, {}, holds more than 4096 bytes: it is another file",
        path.display()
    )]
    LongSecret {
        /// The file as it was given.
        path: PathBuf,
    },
    /// The file of the secret can be neither read nor created.
    #[error("the file with the secret for links can be neither read nor made: {}", path.display())]
    SecretFile {
        /// The file as it was given.
        path: PathBuf,
    },
    /// Others than its owner may read the file of the secret.
    #[error(
        "the file with the secret for links, {}, must be readable by its owner only (mode 0600)",
        path.display()
    )]
    SecretReadable {
        /// The file as it was given.
        path: PathBuf,
    },
}

/// Keeps files and publishes them for the gateway to fetch: a
/// [`MediaHost`](whatsapp_core::port::MediaHost) over any store of the crate `object_store`. Clones
/// share everything.
///
/// | | [`StoredMedia::on_disk`] | [`StoredMedia::over`] | [`StoredMedia::presigned`] |
/// | --- | --- | --- | --- |
/// | Bytes lie | in a folder of this machine | in any object store | in S3, Azure or Google Cloud Storage |
/// | The gateway fetches from | the host's own web server | the host's own web server | the store |
/// | The host mounts the route | yes | yes | no |
/// | A fetch leaves evidence | yes | yes | no |
///
/// ```
/// use whatsapp_core::attachment::CheckedFile;
/// use whatsapp_core::port::{MediaHost, SystemClock};
/// use whatsapp_media::{LinkSecret, StoredMedia};
/// # use whatsapp_core::port::Clock;
/// # use whatsapp_testkit::fixtures::new_message;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("media");
/// let secret = LinkSecret::new(vec![7; 32])?; // In earnest: random bytes.
/// let media = StoredMedia::on_disk(folder, "https://shop.example.com/media", secret)?;
///
/// // Core does this when a message with a file is enqueued.
/// # let now = SystemClock::new().now();
/// # let message_id = new_message(7, now).facts.id;
/// let file = CheckedFile::new("INV-2026-0042.pdf", b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec())?;
/// let until = now + chrono::TimeDelta::hours(24);
/// let link = media.publish(message_id, &file, until).await?;
/// assert!(link.url.starts_with("https://shop.example.com/media/"));
/// assert!(link.url.ends_with("/INV-2026-0042.pdf"));
/// # Ok(())
/// # }
/// ```
///
/// # What is promised, and what is not
///
/// - On disk, data is flushed before a call returns. A removed file may come back after a power
///   cut, and is removed by the next sweep. A file that was lost nevertheless is noticed before its
///   message is sent, because [`renew`](whatsapp_core::port::MediaHost::renew) reads the bytes and
///   compares them.
/// - On Unix, the folder is readable by its owner only. A folder that existed before keeps its
///   permissions.
/// - A presigned link ends with its bytes: when the last link to them under the same name is
///   withdrawn. It also ends at its own end, at most 7 days after it was made. It ends earlier if
///   the credentials that signed it do.
/// - With presigned links, the same bytes are kept once for each name, because the name is part of
///   the served key. Messages that get the same file under the same name in the same second have
///   the same link.
/// - Errors, `Debug` and logs hold no link, name, key or address.
#[derive(Clone)]
pub struct StoredMedia {
    store: Arc<dyn ObjectStore>,
    layout: Layout,
    links: Links,
    folder: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl StoredMedia {
    /// Keeps files in a folder of this machine. The host mounts the route at `base_url`.
    ///
    /// # Errors
    /// [`HostError::Folder`] when the folder can be neither created nor opened,
    /// [`HostError::BaseUrl`].
    pub fn on_disk(
        folder: impl AsRef<Path>,
        base_url: impl AsRef<str>,
        secret: LinkSecret,
    ) -> Result<Self, HostError> {
        let folder = folder.as_ref();
        let store = Arc::new(disk::open(folder)?);
        Ok(Self { folder: Some(folder.to_owned()), ..Self::over(store, base_url, secret)? })
    }

    /// Keeps files in any object store. The host mounts the route at `base_url`.
    ///
    /// # Errors
    /// [`HostError::BaseUrl`].
    pub fn over(
        store: Arc<dyn ObjectStore>,
        base_url: impl AsRef<str>,
        secret: LinkSecret,
    ) -> Result<Self, HostError> {
        let base = base(base_url.as_ref()).ok_or(HostError::BaseUrl)?;
        Ok(Self::new(store, Links::Ours { base, secret }))
    }

    /// Keeps files in S3, Azure or Google Cloud Storage. The store itself serves them under links
    /// that it has signed. No route is needed, but there is no evidence of fetches.
    #[cfg(feature = "presigned")]
    #[must_use]
    pub fn presigned<S: ObjectStore + Signer>(store: Arc<S>) -> Self {
        Self::new(store.clone(), Links::Presigned(store))
    }

    /// Puts all keys below this prefix of the store, such as `shop/media`.
    #[must_use]
    pub fn below(mut self, prefix: impl AsRef<str>) -> Self {
        self.layout = Layout::under(prefix.as_ref());
        let root = self.layout.root();
        self.folder = self.folder.map(|folder| folder.join(root));
        self
    }

    /// Sets another clock than this machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets another source of random bytes than the operating system.
    #[must_use]
    pub fn with_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    fn new(store: Arc<dyn ObjectStore>, links: Links) -> Self {
        Self {
            store,
            layout: Layout::default(),
            links,
            folder: None,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
        }
    }

    fn kept(&self) -> Publications {
        Publications {
            objects: Objects { store: Arc::clone(&self.store), layout: self.layout.clone() },
            entropy: Arc::clone(&self.entropy),
            named: self.links.show_keys(),
        }
    }
}

/// Hides the store: its own description would contain its address.
impl fmt::Debug for StoredMedia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let presigned = self.links.show_keys();
        f.write_str(if presigned { "StoredMedia(presigned)" } else { "StoredMedia(served here)" })
    }
}

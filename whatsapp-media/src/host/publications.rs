//! Publishing and withdrawing: the order of the steps is explained in [`host`](super).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use object_store::path::Path;
use sha2::{Digest, Sha256};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::port::{Entropy, Published};

use super::layout::{Address, Marker, MarkerKind, Nonce};
use super::objects::{Objects, StorageFailure};

/// Name of every file in its folder, if only this crate sees its key.
const PLAIN_NAME: &str = "bytes";

/// A file to be kept for a message.
pub(super) struct Keep<'a> {
    pub(super) message_id: MessageId,
    pub(super) address: Address,
    pub(super) kind: AttachmentKind,
    pub(super) name: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) until: DateTime<Utc>,
}

/// The files and their markers.
pub(super) struct Publications {
    pub(super) objects: Objects,
    pub(super) entropy: Arc<dyn Entropy>,
    /// True if recipients see the store's own keys: then the keys end in the files' names.
    pub(super) named: bool,
}

/// The markers of the same bytes, as returned by one listing.
struct Markers(Vec<(Marker, MarkerKind)>);

impl Markers {
    fn ending(&self) -> impl Iterator<Item = &Marker> {
        self.0.iter().filter(|(_, kind)| *kind == MarkerKind::Ending).map(|(marker, _)| marker)
    }

    fn live(&self) -> impl Iterator<Item = &Marker> {
        let made =
            self.0.iter().filter(|(_, kind)| *kind == MarkerKind::Made).map(|(marker, _)| marker);
        made.filter(|made| !self.ending().any(|ending| ending == *made))
    }

    /// Returns true if a marker holds the folder and nobody is about to clear it.
    fn is_open(&self, bytes_id: Nonce) -> bool {
        let held = self.live().any(|marker| marker.bytes_id == bytes_id);
        held && !self.ending().any(|marker| marker.bytes_id == bytes_id)
    }
}

impl Publications {
    /// Keeps the bytes for a message.
    pub(super) async fn attach(&self, keep: &Keep<'_>) -> Result<Marker, StorageFailure> {
        for share in [true, false, false] {
            let marker = self.mark(keep, share).await?;
            if self.holds(keep, &marker).await? {
                return Ok(marker);
            }
            self.retire(&[marker], keep.name).await?;
        }
        Err(StorageFailure::Contended)
    }

    /// Writes the marker, then the bytes unless they are in its folder already, whole.
    async fn mark(&self, keep: &Keep<'_>, share: bool) -> Result<Marker, StorageFailure> {
        let publication_id = Nonce::new(&*self.entropy);
        let shared = if share { self.open_bytes(keep).await? } else { None };
        let bytes_id = shared.unwrap_or(publication_id);
        let Keep { address, message_id, until, .. } = *keep;
        let marker = Marker { address, message_id, until, bytes_id, publication_id };
        let file = self.file(&marker, keep.name)?;
        self.objects.write_marker(&marker, MarkerKind::Made, keep.name).await?;
        let there = if shared.is_some() { self.objects.read(&file).await? } else { None };
        if there.as_deref() != Some(keep.bytes) {
            let seen_as = self.named.then_some((keep.kind, keep.name));
            self.objects.put(&file, keep.bytes, seen_as).await?;
        }
        Ok(marker)
    }

    /// Finds a folder to share. If recipients see keys, each folder has one name only, so that a
    /// link ends with the last one to the same bytes under the same name.
    async fn open_bytes(&self, keep: &Keep<'_>) -> Result<Option<Nonce>, StorageFailure> {
        let markers = self.markers(keep.address).await?;
        let bytes_ids: BTreeSet<_> = markers.live().map(|marker| marker.bytes_id).collect();
        for bytes_id in bytes_ids.into_iter().filter(|bytes_id| markers.is_open(*bytes_id)) {
            let file = self.file_in(keep.address, bytes_id, keep.name)?;
            if !self.named || self.objects.is_there(&file).await? {
                return Ok(Some(bytes_id));
            }
        }
        Ok(None)
    }

    /// Tells whether the publication is valid. If so, anybody who would clear the folder sees the
    /// marker from now on.
    async fn holds(&self, keep: &Keep<'_>, marker: &Marker) -> Result<bool, StorageFailure> {
        let markers = self.markers(keep.address).await?;
        let stands = markers.live().any(|live| live == marker) && markers.is_open(marker.bytes_id);
        Ok(stands && self.objects.is_there(&self.file(marker, keep.name)?).await?)
    }

    /// Returns whole bytes that are kept under this address, in whatever folder.
    pub(super) async fn whole(&self, address: Address) -> Result<Option<Vec<u8>>, StorageFailure> {
        let markers = self.markers(address).await?;
        let bytes_ids: BTreeSet<_> = markers.live().map(|marker| marker.bytes_id).collect();
        for bytes_id in bytes_ids {
            for key in self.objects.keys(&self.objects.layout.bytes(address, bytes_id)).await? {
                let read = self.objects.read(&key).await?;
                if let Some(bytes) = read.filter(|bytes| Sha256::digest(bytes)[..] == address.0) {
                    return Ok(Some(bytes));
                }
            }
        }
        Ok(None)
    }

    /// Ends the links of a message to these bytes: all of them, or those that ended by the given
    /// time.
    pub(super) async fn withdraw(
        &self,
        address: Address,
        message_id: MessageId,
        name: &str,
        ended_by: Option<DateTime<Utc>>,
    ) -> Result<(), StorageFailure> {
        let below = self.objects.layout.links_of(address, message_id);
        let over = |marker: &Marker| ended_by.is_none_or(|now| marker.until <= now);
        let mut ended: Vec<_> = self
            .objects
            .markers(&below)
            .await?
            .into_iter()
            .filter(|(marker, kind)| *kind == MarkerKind::Ending || over(marker))
            .map(|(marker, _)| marker)
            .collect();
        ended.sort_unstable();
        ended.dedup();
        self.retire(&ended, name).await
    }

    /// Removes markers of the same bytes, and the bytes if no other marker holds their folder.
    async fn retire(&self, own: &[Marker], name: &str) -> Result<(), StorageFailure> {
        let Some(address) = own.first().map(|marker| marker.address) else {
            return Ok(());
        };
        for marker in own {
            self.objects.write_marker(marker, MarkerKind::Ending, name).await?;
        }
        let markers = self.markers(address).await?;
        let bytes_ids: BTreeSet<_> = own.iter().map(|marker| marker.bytes_id).collect();
        for bytes_id in bytes_ids {
            let mut others = markers.live().filter(|live| !own.contains(live));
            if others.any(|other| other.bytes_id == bytes_id) {
                continue;
            }
            for key in self.objects.keys(&self.objects.layout.bytes(address, bytes_id)).await? {
                self.objects.remove(&key).await?;
            }
        }
        for marker in own {
            self.objects.remove(&self.objects.layout.key(marker, MarkerKind::Made)).await?;
            self.objects.remove(&self.objects.layout.key(marker, MarkerKind::Ending)).await?;
        }
        Ok(())
    }

    /// Returns the publications that have ended and are still there, the longest ended first.
    pub(super) async fn ended(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Published>, StorageFailure> {
        let mut of_messages = BTreeMap::<_, Vec<_>>::new();
        for (marker, kind) in self.objects.markers(&self.objects.layout.links()).await? {
            let of = (marker.address, marker.message_id);
            of_messages.entry(of).or_default().push((marker, kind));
        }
        let mut ended: Vec<_> = of_messages
            .into_values()
            .map(Markers)
            .filter(|markers| markers.live().all(|live| live.until <= now))
            .filter_map(|markers| markers.0.into_iter().max_by_key(|(marker, _)| marker.until))
            .collect();
        ended.sort_unstable_by_key(|(marker, _)| marker.until);
        let mut told = Vec::new();
        for (marker, kind) in ended {
            if told.len() == limit {
                break;
            }
            let key = self.objects.layout.key(&marker, kind);
            // If it is absent, it was withdrawn meanwhile.
            if let Some(name) = self.objects.read(&key).await? {
                told.push(published(&marker, name));
            }
        }
        Ok(told)
    }

    /// Returns the key of a marker's file.
    pub(super) fn file(&self, marker: &Marker, name: &str) -> Result<Path, StorageFailure> {
        self.file_in(marker.address, marker.bytes_id, name)
    }

    fn file_in(
        &self,
        address: Address,
        bytes_id: Nonce,
        name: &str,
    ) -> Result<Path, StorageFailure> {
        let name = if self.named { name } else { PLAIN_NAME };
        self.objects.layout.file(address, bytes_id, name).ok_or(StorageFailure::Name)
    }

    async fn markers(&self, address: Address) -> Result<Markers, StorageFailure> {
        self.objects.markers(&self.objects.layout.links_to(address)).await.map(Markers)
    }

    /// Returns the marker with this nonce, unless the message's link was withdrawn.
    #[cfg(feature = "axum")]
    pub(super) async fn marker(
        &self,
        address: Address,
        message_id: MessageId,
        publication_id: Nonce,
    ) -> Result<Option<Marker>, StorageFailure> {
        let below = self.objects.layout.links_of(address, message_id);
        let markers = Markers(self.objects.markers(&below).await?);
        Ok(markers.live().find(|marker| marker.publication_id == publication_id).copied())
    }
}

/// The publication that a marker describes. A name that cannot be read must not keep the bytes from
/// being removed.
fn published(marker: &Marker, name: Vec<u8>) -> Published {
    let name = String::from_utf8(name).unwrap_or_default();
    let kind = AttachmentKind::from_name(&name).unwrap_or(AttachmentKind::Pdf);
    Published::new(marker.message_id, marker.address.to_string(), kind, name)
}

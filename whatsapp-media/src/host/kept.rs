//! Publishing and withdrawing: the order of the steps is explained in [`host`](super).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use object_store::path::Path;
use sha2::{Digest, Sha256};
use whatsapp_core::MessageId;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::port::{Entropy, Published};

use super::layout::{Address, Marker, Nonce, Sign};
use super::shelf::{Shelf, Trouble};

/// Name of every file in its home, if only this crate sees its key.
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
pub(super) struct Kept {
    pub(super) shelf: Shelf,
    pub(super) entropy: Arc<dyn Entropy>,
    /// True if recipients see the store's own keys: then the keys end in the files' names.
    pub(super) named: bool,
}

/// The markers of the same bytes, as returned by one listing.
struct Markers(Vec<(Marker, Sign)>);

impl Markers {
    fn ending(&self) -> impl Iterator<Item = &Marker> {
        self.0.iter().filter(|(_, sign)| *sign == Sign::Ending).map(|(marker, _)| marker)
    }

    fn live(&self) -> impl Iterator<Item = &Marker> {
        let made = self.0.iter().filter(|(_, sign)| *sign == Sign::Made).map(|(marker, _)| marker);
        made.filter(|made| !self.ending().any(|ending| ending == *made))
    }

    /// Returns true if a marker holds the home and nobody is about to clear it.
    fn is_open(&self, home: Nonce) -> bool {
        let held = self.live().any(|marker| marker.home == home);
        held && !self.ending().any(|marker| marker.home == home)
    }
}

impl Kept {
    /// Keeps the bytes for a message.
    pub(super) async fn attach(&self, keep: &Keep<'_>) -> Result<Marker, Trouble> {
        for share in [true, false, false] {
            let marker = self.mark(keep, share).await?;
            if self.holds(keep, &marker).await? {
                return Ok(marker);
            }
            self.retire(&[marker], keep.name).await?;
        }
        Err(Trouble::Contended)
    }

    /// Writes the marker, then the bytes unless they are in its home already, whole.
    async fn mark(&self, keep: &Keep<'_>, share: bool) -> Result<Marker, Trouble> {
        let own = Nonce::new(&*self.entropy);
        let shared = if share { self.open_home(keep).await? } else { None };
        let home = shared.unwrap_or(own);
        let Keep { address, message_id, until, .. } = *keep;
        let marker = Marker { address, message_id, until, home, own };
        let file = self.file(&marker, keep.name)?;
        self.shelf.sign(&marker, Sign::Made, keep.name).await?;
        let there = if shared.is_some() { self.shelf.read(&file).await? } else { None };
        if there.as_deref() != Some(keep.bytes) {
            let seen_as = self.named.then_some((keep.kind, keep.name));
            self.shelf.put(&file, keep.bytes, seen_as).await?;
        }
        Ok(marker)
    }

    /// Finds a home to share. If recipients see keys, each home has one name only, so that a link
    /// ends with the last one to the same bytes under the same name.
    async fn open_home(&self, keep: &Keep<'_>) -> Result<Option<Nonce>, Trouble> {
        let markers = self.markers(keep.address).await?;
        let homes: BTreeSet<_> = markers.live().map(|marker| marker.home).collect();
        for home in homes.into_iter().filter(|home| markers.is_open(*home)) {
            let file = self.file_in(keep.address, home, keep.name)?;
            if !self.named || self.shelf.is_there(&file).await? {
                return Ok(Some(home));
            }
        }
        Ok(None)
    }

    /// Tells whether the publication is valid. If so, anybody who would clear the home sees the
    /// marker from now on.
    async fn holds(&self, keep: &Keep<'_>, marker: &Marker) -> Result<bool, Trouble> {
        let markers = self.markers(keep.address).await?;
        let stands = markers.live().any(|live| live == marker) && markers.is_open(marker.home);
        Ok(stands && self.shelf.is_there(&self.file(marker, keep.name)?).await?)
    }

    /// Returns whole bytes that are kept under this address, in whatever home.
    pub(super) async fn whole(&self, address: Address) -> Result<Option<Vec<u8>>, Trouble> {
        let markers = self.markers(address).await?;
        let homes: BTreeSet<_> = markers.live().map(|marker| marker.home).collect();
        for home in homes {
            for key in self.shelf.keys(&self.shelf.layout.home(address, home)).await? {
                let read = self.shelf.read(&key).await?;
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
    ) -> Result<(), Trouble> {
        let below = self.shelf.layout.links_of(address, message_id);
        let over = |marker: &Marker| ended_by.is_none_or(|now| marker.until <= now);
        let mut own: Vec<_> = self
            .shelf
            .signs(&below)
            .await?
            .into_iter()
            .filter(|(marker, sign)| *sign == Sign::Ending || over(marker))
            .map(|(marker, _)| marker)
            .collect();
        own.sort_unstable();
        own.dedup();
        self.retire(&own, name).await
    }

    /// Removes markers of the same bytes, and the bytes if no other marker holds their home.
    async fn retire(&self, own: &[Marker], name: &str) -> Result<(), Trouble> {
        let Some(address) = own.first().map(|marker| marker.address) else { return Ok(()) };
        for marker in own {
            self.shelf.sign(marker, Sign::Ending, name).await?;
        }
        let markers = self.markers(address).await?;
        let homes: BTreeSet<_> = own.iter().map(|marker| marker.home).collect();
        for home in homes {
            let mut others = markers.live().filter(|live| !own.contains(live));
            if others.any(|other| other.home == home) {
                continue;
            }
            for key in self.shelf.keys(&self.shelf.layout.home(address, home)).await? {
                self.shelf.remove(&key).await?;
            }
        }
        for marker in own {
            self.shelf.remove(&self.shelf.layout.key(marker, Sign::Made)).await?;
            self.shelf.remove(&self.shelf.layout.key(marker, Sign::Ending)).await?;
        }
        Ok(())
    }

    /// Returns the publications that have ended and are still there, the longest ended first.
    pub(super) async fn ended(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<Published>, Trouble> {
        let mut of_messages = BTreeMap::<_, Vec<_>>::new();
        for (marker, sign) in self.shelf.signs(&self.shelf.layout.links()).await? {
            let of = (marker.address, marker.message_id);
            of_messages.entry(of).or_default().push((marker, sign));
        }
        let mut ended: Vec<_> = of_messages
            .into_values()
            .map(Markers)
            .filter(|markers| markers.live().all(|live| live.until <= now))
            .filter_map(|markers| markers.0.into_iter().max_by_key(|(marker, _)| marker.until))
            .collect();
        ended.sort_unstable_by_key(|(marker, _)| marker.until);
        let mut told = Vec::new();
        for (marker, sign) in ended {
            if told.len() == limit {
                break;
            }
            let key = self.shelf.layout.key(&marker, sign);
            // If it is absent, it was withdrawn meanwhile.
            if let Some(name) = self.shelf.read(&key).await? {
                told.push(published(&marker, name));
            }
        }
        Ok(told)
    }

    /// Returns the key of a marker's file.
    pub(super) fn file(&self, marker: &Marker, name: &str) -> Result<Path, Trouble> {
        self.file_in(marker.address, marker.home, name)
    }

    fn file_in(&self, address: Address, home: Nonce, name: &str) -> Result<Path, Trouble> {
        let name = if self.named { name } else { PLAIN_NAME };
        self.shelf.layout.file(address, home, name).ok_or(Trouble::Name)
    }

    async fn markers(&self, address: Address) -> Result<Markers, Trouble> {
        self.shelf.signs(&self.shelf.layout.links_to(address)).await.map(Markers)
    }

    /// Returns the marker with this nonce, unless the message's link was withdrawn.
    #[cfg(feature = "axum")]
    pub(super) async fn marker(
        &self,
        address: Address,
        message_id: MessageId,
        own: Nonce,
    ) -> Result<Option<Marker>, Trouble> {
        let below = self.shelf.layout.links_of(address, message_id);
        let markers = Markers(self.shelf.signs(&below).await?);
        Ok(markers.live().find(|marker| marker.own == own).copied())
    }
}

/// The publication that a marker describes. A name that cannot be read must not keep the bytes from
/// being removed.
fn published(marker: &Marker, name: Vec<u8>) -> Published {
    let name = String::from_utf8(name).unwrap_or_default();
    let kind = AttachmentKind::from_name(&name).unwrap_or(AttachmentKind::Pdf);
    Published { message_id: marker.message_id, sha256: marker.address.to_string(), kind, name }
}

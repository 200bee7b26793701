//! Layout of the store: builds keys from their parts, and reads them back.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use object_store::path::Path;
use whatsapp_core::MessageId;
use whatsapp_core::port::Entropy;

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address(pub(super) [u8; 32]);

impl FromStr for Address {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut address = [0; 32];
        hex::decode_to_slice(text, &mut address)?;
        Ok(Self(address))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A random name that is used once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nonce(pub(super) [u8; 8]);

impl Nonce {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        let mut nonce = [0; 8];
        entropy.fill(&mut nonce);
        Self(nonce)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut nonce = [0; 8];
        hex::decode_to_slice(text, &mut nonce).ok()?;
        Some(Self(nonce))
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One publication: a message has a link to bytes, which are in this folder. Markers never change:
/// a renewed link is another marker.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Marker {
    pub(super) address: Address,
    pub(super) message_id: MessageId,
    pub(super) until: DateTime<Utc>,
    /// The folder of the bytes, named by the id of the publication that stored them.
    pub(super) bytes_id: Nonce,
    /// The nonce that distinguishes this publication from every other.
    pub(super) publication_id: Nonce,
}

/// The meaning of a key below `links`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkerKind {
    /// The publication was made.
    Made,
    /// The publication is being withdrawn.
    Ending,
}

const ENDING: &str = "ending";

/// The keys, under the host's prefix.
#[derive(Clone, Default)]
pub(super) struct Layout {
    root: Path,
}

impl Layout {
    pub(super) fn under(prefix: &str) -> Self {
        Self { root: Path::from(prefix) }
    }

    /// The prefix, without slashes at its ends.
    pub(super) fn root(&self) -> String {
        self.root.to_string()
    }

    pub(super) fn links(&self) -> Path {
        self.root.clone().join("links")
    }

    pub(super) fn links_to(&self, address: Address) -> Path {
        self.links().join(address.to_string())
    }

    pub(super) fn links_of(&self, address: Address, message_id: MessageId) -> Path {
        self.links_to(address).join(message_id.to_string())
    }

    pub(super) fn bytes(&self, address: Address, bytes_id: Nonce) -> Path {
        self.root.clone().join("files").join(address.to_string()).join(bytes_id.to_string())
    }

    /// Returns the key of a file in a folder, if the name can be a key unchanged: letters of all
    /// scripts.
    pub(super) fn file(&self, address: Address, bytes_id: Nonce, name: &str) -> Option<Path> {
        let file = Path::parse(format!("{}/{name}", self.bytes(address, bytes_id))).ok()?;
        (file.parts_count() == self.bytes(address, bytes_id).parts_count() + 1).then_some(file)
    }

    pub(super) fn key(&self, marker: &Marker, kind: MarkerKind) -> Path {
        let until = marker.until.timestamp_micros();
        let name = format!("{until}.{}.{}", marker.bytes_id, marker.publication_id);
        let name = match kind {
            MarkerKind::Made => name,
            MarkerKind::Ending => format!("{name}.{ENDING}"),
        };
        self.links_of(marker.address, marker.message_id).join(name)
    }

    /// Reads a key below `links`; `None` for a key that is not ours.
    pub(super) fn read(&self, key: &Path) -> Option<(Marker, MarkerKind)> {
        let mut parts = key.prefix_match(&self.links())?;
        let address = parts.next()?.as_ref().parse().ok()?;
        let message_id = parts.next()?.as_ref().parse().ok()?;
        let name = parts.next()?;
        if parts.next().is_some() {
            return None;
        }
        let mut words = name.as_ref().split('.');
        let until = DateTime::from_timestamp_micros(words.next()?.parse().ok()?)?;
        let bytes_id = Nonce::parse(words.next()?)?;
        let publication_id = Nonce::parse(words.next()?)?;
        let kind = match words.next() {
            None => MarkerKind::Made,
            Some(ENDING) => MarkerKind::Ending,
            Some(_) => return None,
        };
        Some((Marker { address, message_id, until, bytes_id, publication_id }, kind))
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::SeededEntropy;
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::*;

    fn marker() -> Marker {
        let nonce = |seed| Nonce::new(&SeededEntropy::new(seed));
        Marker {
            address: Address([7; 32]),
            message_id: new_message(1, START).facts.id,
            until: START,
            bytes_id: nonce(1),
            publication_id: nonce(2),
        }
    }

    #[test]
    fn a_key_reads_back_as_what_it_names() {
        for layout in [Layout::default(), Layout::under("shop/media")] {
            for kind in [MarkerKind::Made, MarkerKind::Ending] {
                let read = layout.read(&layout.key(&marker(), kind));
                assert!(read == Some((marker(), kind)));
            }
        }
    }

    #[test]
    fn a_key_of_somebody_else_is_passed_over() {
        let layout = Layout::default();
        for other in ["links/x", "files/a/b", "links/07/x/y", "readme.txt"] {
            assert!(layout.read(&Path::from(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn a_name_never_leads_out_of_its_home() {
        let layout = Layout::default();
        let file = |name| layout.file(Address([7; 32]), Nonce([1; 8]), name);
        assert!(file("चालान 7.pdf").is_some_and(|file| file.as_ref().ends_with("/चालान 7.pdf")));
        for bad in ["..", ".", "a/b.pdf", "../x.pdf", "/x.pdf", "", "a\n.pdf"] {
            assert!(file(bad).is_none(), "{bad:?}");
        }
    }
}

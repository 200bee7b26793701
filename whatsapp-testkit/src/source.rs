//! Places whose files a test decides.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};

/// An [`AttachmentSource`] over a list of places, which may change while it is used. A place that
/// is not in it is refused. Clones share their state.
///
/// ```
/// use whatsapp_core::attachment::{FoundFile, Place};
/// use whatsapp_core::port::{AttachmentSource, SourceError};
/// use whatsapp_testkit::FixedSource;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), SourceError> {
/// let place = Place::Key("2026/01/0042.pdf".to_owned());
/// let source = FixedSource::new();
/// source.put(place.clone(), FoundFile::new(b"%PDF-1.7 a file".to_vec()));
/// assert_eq!(source.read(&place).await?.bytes.len(), 15);
/// source.fail(place.clone(), SourceError::unreachable("the drive does not answer"));
/// assert!(source.read(&place).await.is_err());
/// assert_eq!(source.reads(&place), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct FixedSource(Arc<Mutex<Places>>);

#[derive(Debug, Default)]
struct Places {
    // A place has no order and no hash: it may be a secret.
    known: Vec<(Place, Result<FoundFile, SourceError>)>,
    read: Vec<Place>,
}

impl FixedSource {
    /// A source that knows no place.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on this file is there.
    pub fn put(&self, place: Place, file: FoundFile) {
        self.set(place, Ok(file));
    }

    /// From now on this place cannot be read.
    pub fn fail(&self, place: Place, error: SourceError) {
        self.set(place, Err(error));
    }

    /// How often this place was read, with success or without.
    #[must_use]
    pub fn reads(&self, place: &Place) -> usize {
        self.places().read.iter().filter(|read| *read == place).count()
    }

    /// How often any place was read.
    #[must_use]
    pub fn all_reads(&self) -> usize {
        self.places().read.len()
    }

    fn set(&self, place: Place, found: Result<FoundFile, SourceError>) {
        let mut places = self.places();
        places.known.retain(|(known, _)| *known != place);
        places.known.push((place, found));
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl AttachmentSource for FixedSource {
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
        let mut places = self.places();
        places.read.push(place.clone());
        let known = places.known.iter().find(|(known, _)| known == place);
        known.map_or_else(
            || Err(SourceError::refused("there is no file at this place")),
            |(_, found)| found.clone(),
        )
    }
}

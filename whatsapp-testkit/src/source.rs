//! An attachment source whose files a test decides.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};

/// An [`AttachmentSource`] over a list of places, which may change while it is used. A place that
/// is not in the list is refused. Clones share their state.
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
    /// Makes a source that knows no place.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts this file at the place, from now on.
    pub fn put(&self, place: Place, file: FoundFile) {
        self.set(place, Ok(file));
    }

    /// Makes the place fail with this error, from now on.
    pub fn fail(&self, place: Place, error: SourceError) {
        self.set(place, Err(error));
    }

    /// Number of reads of this place, successful or not.
    #[must_use]
    pub fn reads(&self, place: &Place) -> usize {
        self.places().read.iter().filter(|read| *read == place).count()
    }

    /// Number of reads of all places together.
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

//! The settings as the passes of one dispatcher read them.

pub(super) mod address;
pub(super) mod tried;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, WeakShared};

use super::locked;
use crate::port::StoreError;
use crate::settings::{Settings, SettingsError};
use crate::wiring::{Ports, SettingsUnread};

/// The settings are read again after this time, so a change is obeyed within it.
const HOLD: Duration = Duration::from_secs(1);

/// The result of reading the settings.
type Read = Result<Result<Arc<Settings>, SettingsError>, StoreError>;

/// The settings that were read last.
#[derive(Debug, Default)]
pub(super) struct LatestSettings(Arc<Latest>);

#[derive(Debug, Default)]
struct Latest {
    known: Mutex<Known>,
    /// Set once the odd settings were logged.
    noted: AtomicBool,
}

#[derive(Debug, Default)]
struct Known {
    /// The settings, and the time by the monotonic clock at which their reading began.
    read: Option<(Duration, Arc<Settings>)>,
    /// The reading under way, for which all callers wait together. It ends when nobody waits.
    reading: Option<WeakShared<BoxFuture<'static, Read>>>,
}

impl LatestSettings {
    /// Returns the settings, read at most once a second: under a backlog, passes come much faster,
    /// and hundreds of messages in flight ask at the same time.
    pub(super) async fn at(&self, ports: &Ports, mark: Duration) -> Read {
        let reading = {
            let mut known = locked(&self.0.known);
            if let Some((read, settings)) = &known.read
                && mark.saturating_sub(*read) < HOLD
            {
                return Ok(Ok(Arc::clone(settings)));
            }
            let joined = known.reading.as_ref().and_then(WeakShared::upgrade);
            joined.unwrap_or_else(|| {
                let begun = Arc::clone(&self.0).read(ports.clone(), mark).boxed().shared();
                known.reading = begun.downgrade();
                begun
            })
        };
        reading.await
    }
}

impl Latest {
    async fn read(self: Arc<Self>, ports: Ports, mark: Duration) -> Read {
        let read = ports.settings().await;
        let mut known = locked(&self.known);
        known.reading = None;
        let settings = match read {
            Ok(settings) => Arc::new(settings),
            Err(SettingsUnread::Broken(error)) => return Ok(Err(error)),
            Err(SettingsUnread::Store(error)) => return Err(error),
        };
        known.read = Some((mark, Arc::clone(&settings)));
        drop(known);
        if !self.noted.swap(true, Ordering::SeqCst) {
            let idle = settings.idle_switches(&ports.types);
            for note in settings.notes.iter().chain(&idle) {
                tracing::warn!(note = %note, "a setting has no effect");
            }
        }
        Ok(Ok(settings))
    }
}

//! The settings as the passes of one dispatcher read them.

pub(super) mod address;
pub(super) mod tried;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::locked;
use crate::port::StoreError;
use crate::settings::{Settings, SettingsError};
use crate::wiring::{Ports, SettingsUnread};

/// The settings are read again after this time, so a change is obeyed within it.
const HOLD: Duration = Duration::from_secs(1);

/// The settings that were read last.
#[derive(Debug, Default)]
pub(super) struct LatestSettings {
    /// The settings, and the time by the monotonic clock at which they were read.
    read: Mutex<Option<(Duration, Arc<Settings>)>>,
    /// Set once the odd settings were logged.
    noted: AtomicBool,
}

impl LatestSettings {
    /// Returns the settings, read at most once a second: under a backlog, passes come much faster.
    pub(super) async fn at(
        &self,
        ports: &Ports,
        mark: Duration,
    ) -> Result<Result<Arc<Settings>, SettingsError>, StoreError> {
        if let Some((read, settings)) = &*locked(&self.read)
            && mark.saturating_sub(*read) < HOLD
        {
            return Ok(Ok(Arc::clone(settings)));
        }
        let settings = match ports.settings().await {
            Ok(settings) => Arc::new(settings),
            Err(SettingsUnread::Broken(error)) => return Ok(Err(error)),
            Err(SettingsUnread::Store(error)) => return Err(error),
        };
        if !self.noted.swap(true, Ordering::SeqCst) {
            let idle = settings.idle_switches(&ports.types);
            for note in settings.notes.iter().chain(&idle) {
                tracing::warn!(note = %note, "a setting has no effect");
            }
        }
        *locked(&self.read) = Some((mark, Arc::clone(&settings)));
        Ok(Ok(settings))
    }
}

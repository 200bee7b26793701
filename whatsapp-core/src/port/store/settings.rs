//! Storage of settings.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::audit::{Act, Actor, AuditEntry, AuditTarget};
use crate::id::AuditId;
use crate::settings::{SettingChange, SettingRow};

/// Checked changes of settings, each with its audit entry.
#[derive(Debug, Clone)]
pub struct SettingsSave {
    changes: Vec<SettingChange>,
    entries: Vec<AuditEntry>,
}

impl SettingsSave {
    /// Changes that `by` makes at `at`; `id` is called once for each audit entry.
    pub fn new(
        changes: Vec<SettingChange>,
        by: &Actor,
        at: DateTime<Utc>,
        mut id: impl FnMut() -> AuditId,
    ) -> Self {
        let entry = |change: &SettingChange| AuditEntry {
            id: id(),
            at,
            by: by.clone(),
            act: Act::SettingSaved,
            on: AuditTarget::Setting(change.key().to_owned()),
            change: change.audited(),
        };
        let entries = changes.iter().map(entry).collect();
        Self { changes, entries }
    }

    /// The changes.
    #[must_use]
    pub fn changes(&self) -> &[SettingChange] {
        &self.changes
    }

    /// The audit entries, one for each change.
    #[must_use]
    pub fn entries(&self) -> &[AuditEntry] {
        &self.entries
    }
}

/// Result of a save over a version that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// The change was saved.
    Done,
    /// Somebody else saved first; nothing was written.
    Stale,
}

/// The `whatsapp_*` rows of `invoice_configurations`: raw text, which
/// [`Settings`](crate::settings::Settings) reads.
///
/// # Contract
/// - Rows whose key does not begin with `whatsapp_` are the host's and are never changed or
///   returned.
/// - [`save_settings`](Self::save_settings) is one transaction with its audit entries; a key that
///   is not there is added.
/// - A value that is `NULL` reads as an empty one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SettingsStore: Debug + Send + Sync + 'static {
    /// All rows, sorted by key.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError>;

    /// Writes these changes and leaves the other rows. If a changed row is not as the change knows
    /// it, nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing is changed then.
    async fn save_settings(&self, save: &SettingsSave) -> Result<Saved, StoreError>;
}

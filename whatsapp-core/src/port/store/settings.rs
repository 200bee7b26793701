//! Where settings are kept.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::settings::SettingRow;

/// The `whatsapp_*` rows of `invoice_configurations`: raw text, which
/// [`Settings`](crate::settings::Settings) reads.
///
/// # Contract
/// - Rows whose key does not begin with `whatsapp_` are the host's and are never touched or given;
///   an attempt to save one is [`StoreError::Other`].
/// - [`save_settings`](Self::save_settings) is one transaction; a key that is not there is added.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SettingsStore: Debug + Send + Sync + 'static {
    /// All rows, sorted by key.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError>;

    /// Writes these rows and leaves the others.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing is changed then.
    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError>;
}

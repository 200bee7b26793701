//! The settings rows.

use async_trait::async_trait;
use whatsapp_core::port::{Saved, SettingRow, SettingsSave, SettingsStore, StoreError};
use whatsapp_core::settings::{SETTINGS, SettingDef};

use super::MemoryStore;
use super::table::{Table, undo_all};

/// The rows of the settings; a database has them from the beginning.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) rows: Table<String, String>,
}

undo_all!(Rows { rows });

impl Default for Rows {
    fn default() -> Self {
        let row = |def: &SettingDef| (def.key.clone().into_owned(), def.default.to_owned());
        Self { rows: SETTINGS.iter().map(row).collect() }
    }
}

#[async_trait]
impl SettingsStore for MemoryStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let data = self.lock();
        let row = |(key, value): (&String, &String)| SettingRow {
            key: key.clone(),
            value: value.clone(),
        };
        Ok(data.settings.rows.iter().map(row).collect())
    }

    async fn save_settings(&self, save: &SettingsSave) -> Result<Saved, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.settings.rows;
            let is_as_seen =
                |key: &str, was: Option<&str>| rows.get(key).map(String::as_str) == was;
            if !save.changes().iter().all(|change| is_as_seen(change.key(), change.was())) {
                return Ok(Saved::Stale);
            }
            for change in save.changes() {
                rows.insert(change.key().to_owned(), change.value().to_owned());
            }
            for entry in save.entries() {
                data.audit.add(entry)?;
            }
            Ok(Saved::Done)
        })
    }
}

//! The settings rows.

use async_trait::async_trait;
use whatsapp_core::port::{Saved, SettingRow, SettingsSave, SettingsStore, StoreError};

use super::MemoryStore;

#[async_trait]
impl SettingsStore for MemoryStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let data = self.lock();
        let row = |(key, value): (&String, &String)| SettingRow {
            key: key.clone(),
            value: value.clone(),
        };
        Ok(data.settings.0.iter().map(row).collect())
    }

    async fn save_settings(&self, save: &SettingsSave) -> Result<Saved, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.settings.0;
            let is_as_seen =
                |key: &str, was: Option<&str>| rows.get(key).map(String::as_str) == was;
            if !save.changes().iter().all(|change| is_as_seen(change.key(), change.was())) {
                return Ok(Saved::Stale);
            }
            for change in save.changes() {
                rows.insert(change.key().to_owned(), change.value().to_owned());
            }
            for entry in save.entries() {
                data.record_audit(entry)?;
            }
            Ok(Saved::Done)
        })
    }
}

//! The settings rows.

use async_trait::async_trait;
use whatsapp_core::port::{SettingRow, SettingsStore, StoreError};

use super::MemoryStore;

/// The rows that are the library's; all others are the host's.
const PREFIX: &str = "whatsapp_";

#[async_trait]
impl SettingsStore for MemoryStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let data = self.lock();
        let row = |(key, value): (&String, &String)| SettingRow {
            key: key.clone(),
            value: value.clone(),
        };
        Ok(data.settings.iter().map(row).collect())
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        self.transaction(|data| {
            for row in rows {
                if !row.key.starts_with(PREFIX) {
                    return Err(StoreError::Other {
                        reason: "a setting's key must begin with whatsapp_".to_owned(),
                    });
                }
                data.settings.insert(row.key.clone(), row.value.clone());
            }
            Ok(())
        })
    }
}

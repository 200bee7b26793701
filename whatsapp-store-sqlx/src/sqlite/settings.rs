//! Settings.

use async_trait::async_trait;
use whatsapp_core::port::{SettingRow, SettingsStore, StoreError};

use super::SqliteStore;
use super::codec::array;
use super::items::SettingItem;
use super::statements as sql;
use crate::codec::Reader;
use crate::error::{other, row_count, store_error};

#[async_trait]
impl SettingsStore for SqliteStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let rows =
            sqlx::query(sql::LOAD_SETTINGS).fetch_all(&self.readers).await.map_err(store_error)?;
        rows.iter()
            .map(|row| {
                let row = Reader::new(row, "setting");
                Ok(SettingRow { key: row.text("config_key")?, value: row.text("config_value")? })
            })
            .collect()
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        if rows.iter().any(|row| !row.key.starts_with("whatsapp_")) {
            return Err(other("a key that does not begin with whatsapp_ is the host's"));
        }
        let count = rows.len();
        let items = array(&rows.iter().map(SettingItem::new).collect::<Vec<_>>())?;
        self.write(move |connection| {
            Box::pin(async move {
                let done = sqlx::query(sql::SAVE_SETTINGS)
                    .bind(items)
                    .execute(connection)
                    .await
                    .map_err(store_error)?;
                row_count(done.rows_affected(), count)
            })
        })
        .await
    }
}

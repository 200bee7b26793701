//! Settings.

use async_trait::async_trait;
use whatsapp_core::port::{SettingRow, SettingsStore, StoreError};

use super::SqliteStore;
use super::codec::array;
use super::items::SettingItem;
use super::statements as sql;
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl SettingsStore for SqliteStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let rows =
            sqlx::query(sql::LOAD_SETTINGS).fetch_all(&self.readers).await.map_err(store_error)?;
        rows.iter().map(rows::setting).collect()
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        rows::only_own_settings(rows)?;
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

//! Settings.

use async_trait::async_trait;
use whatsapp_core::port::{SettingRow, SettingsStore, StoreError};

use super::PostgresStore;
use super::codec::{column, text};
use super::statements as sql;
use super::work::Who;
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl SettingsStore for PostgresStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        self.read(Who::Worker, |connection| {
            Box::pin(async move {
                let query = sqlx::query(sql::LOAD_SETTINGS);
                let rows = query.fetch_all(connection).await.map_err(store_error)?;
                rows.iter().map(rows::setting).collect()
            })
        })
        .await
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        rows::only_own_settings(rows)?;
        let rows = rows.to_vec();
        self.write(Who::Visitor, move |connection| {
            Box::pin(async move {
                let done = sqlx::query(sql::SAVE_SETTINGS)
                    .bind(column(&rows, |row| row.key.as_str()))
                    .bind(column(&rows, |row| text(&row.value)))
                    .execute(connection)
                    .await
                    .map_err(store_error)?;
                row_count(done.rows_affected(), rows.len())
            })
        })
        .await
    }
}

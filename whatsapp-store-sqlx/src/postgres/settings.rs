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
        self.read(Who::Worker, |session| {
            Box::pin(async move {
                let query = session.query(sql::LOAD_SETTINGS);
                let rows = query.fetch_all(&mut *session.connection).await.map_err(store_error)?;
                rows.iter().map(rows::setting).collect()
            })
        })
        .await
    }

    async fn save_settings(&self, rows: &[SettingRow]) -> Result<(), StoreError> {
        rows::only_own_settings(rows)?;
        let rows = rows.to_vec();
        self.write(Who::Visitor, move |session| {
            Box::pin(async move {
                let done = session
                    .query(sql::SAVE_SETTINGS)
                    .bind(column(&rows, |row| row.key.as_str()))
                    .bind(column(&rows, |row| text(&row.value)))
                    .execute(&mut *session.connection)
                    .await
                    .map_err(store_error)?;
                row_count(done.rows_affected(), rows.len())
            })
        })
        .await
    }
}

//! Settings.

use async_trait::async_trait;
use whatsapp_core::port::{Saved, SettingRow, SettingsSave, SettingsStore, StoreError};

use super::SqliteStore;
use super::audit::record;
use super::codec::array;
use super::items::SettingItem;
use super::statements as sql;
use crate::rows;

#[async_trait]
impl SettingsStore for SqliteStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        let rows = sql::query(sql::LOAD_SETTINGS).fetch_all(&self.readers).await?;
        rows.iter().map(rows::setting).collect()
    }

    async fn save_settings(&self, save: &SettingsSave) -> Result<Saved, StoreError> {
        let save = save.clone();
        let items = array(&save.changes().iter().map(SettingItem::new).collect::<Vec<_>>())?;
        let written = self.write(move |connection| {
            Box::pin(async move {
                let query = sql::query(sql::SAVE_SETTINGS).bind(items);
                let done = query.execute(&mut *connection).await?;
                rows::all_as_seen(done.rows_affected(), save.changes().len())?;
                record(connection, save.entries()).await
            })
        });
        rows::saved(written.await)
    }
}

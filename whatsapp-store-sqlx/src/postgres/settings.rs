//! Settings.

use async_trait::async_trait;
use whatsapp_core::port::{Saved, SettingRow, SettingsSave, SettingsStore, StoreError};
use whatsapp_core::settings::SettingChange;

use super::PostgresStore;
use super::audit::record;
use super::codec::{column, text};
use super::statements as sql;
use super::work::Pool;
use crate::rows;

#[async_trait]
impl SettingsStore for PostgresStore {
    async fn load_settings(&self) -> Result<Vec<SettingRow>, StoreError> {
        self.read(Pool::Worker, |session| {
            Box::pin(async move {
                let query = session.query(sql::LOAD_SETTINGS);
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows.iter().map(rows::setting).collect()
            })
        })
        .await
    }

    async fn save_settings(&self, save: &SettingsSave) -> Result<Saved, StoreError> {
        let save = save.clone();
        let written = self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let changes = save.changes();
                let done = session
                    .query(sql::SAVE_SETTINGS)
                    .bind(column(changes, SettingChange::key))
                    .bind(column(changes, |change| text(change.value())))
                    .bind(column(changes, |change| change.was()))
                    .bind(column(changes, |change| change.def().kind.word()))
                    .bind(column(changes, |change| change.def().description.as_ref()))
                    .execute(&mut *session.connection)
                    .await?;
                rows::all_as_seen(done.rows_affected(), changes.len())?;
                record(&mut session, save.entries()).await
            })
        });
        rows::saved(written.await)
    }
}

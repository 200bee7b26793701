//! Templates.

use async_trait::async_trait;
use whatsapp_core::TemplateId;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{SavedTemplate, StoreError, StoredTemplate, TemplateStore};

use super::SqliteStore;
use super::codec::{array, micros};
use super::statements as sql;
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl TemplateStore for SqliteStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        let row = sqlx::query(sql::TEMPLATE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.map(|row| rows::template(&row)).transpose()
    }

    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let row = sqlx::query(sql::ACTIVE_TEMPLATE)
            .bind(message_type.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.map(|row| rows::template(&row)).transpose()
    }

    async fn templates(&self) -> Result<Vec<StoredTemplate>, StoreError> {
        let rows =
            sqlx::query(sql::TEMPLATES).fetch_all(&self.readers).await.map_err(store_error)?;
        rows::templates(&rows)
    }

    async fn save_template(&self, template: &SavedTemplate) -> Result<(), StoreError> {
        let placeholders = array(&template.placeholders)?;
        let save = sqlx::query(sql::SAVE_TEMPLATE)
            .bind(template.id.to_string())
            .bind(template.name.clone())
            .bind(template.message_type.as_str())
            .bind(template.content.clone())
            .bind(placeholders)
            .bind(template.is_active)
            .bind(micros(template.at))
            .bind(template.by.as_ref().map(|by| by.as_str().to_owned()));
        self.write(move |connection| {
            Box::pin(async move {
                let done = save.execute(connection).await.map_err(store_error)?;
                row_count(done.rows_affected(), 1)
            })
        })
        .await
    }
}

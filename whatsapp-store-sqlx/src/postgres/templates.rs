//! Templates.

use async_trait::async_trait;
use whatsapp_core::TemplateId;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{SavedTemplate, StoreError, StoredTemplate, TemplateStore};

use super::PostgresStore;
use super::codec::{column, host_id, text, uuid};
use super::statements as sql;
use super::work::Who;
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl TemplateStore for PostgresStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        self.read(Who::Visitor, move |session| {
            Box::pin(async move {
                let query = session.query(sql::TEMPLATE).bind(uuid(id));
                let row =
                    query.fetch_optional(&mut *session.connection).await.map_err(store_error)?;
                row.map(|row| rows::template(&row)).transpose()
            })
        })
        .await
    }

    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        self.read(Who::Visitor, move |session| {
            Box::pin(async move {
                let query = session.query(sql::ACTIVE_TEMPLATE).bind(message_type.as_str());
                let row =
                    query.fetch_optional(&mut *session.connection).await.map_err(store_error)?;
                row.map(|row| rows::template(&row)).transpose()
            })
        })
        .await
    }

    async fn templates(&self) -> Result<Vec<StoredTemplate>, StoreError> {
        self.read(Who::Visitor, |session| {
            Box::pin(async move {
                let query = session.query(sql::TEMPLATES);
                rows::templates(
                    &query.fetch_all(&mut *session.connection).await.map_err(store_error)?,
                )
            })
        })
        .await
    }

    async fn save_template(&self, template: &SavedTemplate) -> Result<(), StoreError> {
        let template = template.clone();
        self.write(Who::Visitor, move |session| {
            Box::pin(async move {
                let by = template.by.as_ref().map(|user| host_id(user.as_str()));
                let done = session
                    .query(sql::SAVE_TEMPLATE)
                    .bind(uuid(template.id))
                    .bind(text(&template.name))
                    .bind(template.message_type.as_str())
                    .bind(text(&template.content))
                    .bind(column(&template.placeholders, |name| text(name)))
                    .bind(template.is_active)
                    .bind(template.at)
                    .bind(by.map(|(id, _)| id))
                    .bind(by.and_then(|(_, key)| key))
                    .execute(&mut *session.connection)
                    .await
                    .map_err(store_error)?;
                row_count(done.rows_affected(), 1)
            })
        })
        .await
    }
}

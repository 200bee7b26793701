//! Templates and their versions.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{
    Saved, StoreError, StoredTemplate, TemplateList, TemplateOutside, TemplateSave, TemplateStore,
    TemplateVersions,
};
use whatsapp_core::{TemplateId, UserId};

use super::SqliteStore;
use super::audit::record;
use super::codec::{array, micros};
use super::statements as sql;
use crate::codec::Reader;
use crate::error::row_count;
use crate::rows;

#[async_trait]
impl TemplateStore for SqliteStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        let row =
            sql::query(sql::TEMPLATE).bind(id.to_string()).fetch_optional(&self.readers).await?;
        row.map(|row| rows::template(&row)).transpose()
    }

    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let row = sql::query(sql::ACTIVE_TEMPLATE)
            .bind(message_type.as_str())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| rows::template(&row)).transpose()
    }

    async fn templates(&self) -> Result<TemplateList, StoreError> {
        let rows = sql::query(sql::TEMPLATES).fetch_all(&self.readers).await?;
        rows::templates(&rows)
    }

    async fn save_template(&self, save: &TemplateSave) -> Result<Saved, StoreError> {
        let save = save.clone();
        let written = self
            .write(move |connection| Box::pin(async move { write(connection, &save).await }))
            .await;
        rows::saved(written)
    }

    async fn record_template(
        &self,
        outside: &TemplateOutside,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let outside = outside.clone();
        self.write(move |connection| {
            Box::pin(async move { record_outside(connection, &outside).await })
        })
        .await
    }

    async fn template_versions(
        &self,
        id: TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<TemplateVersions, StoreError> {
        let rows = sql::query(sql::TEMPLATE_VERSIONS)
            .bind(id.to_string())
            .bind(before.map_or(i64::MAX, i64::from))
            // One row more tells whether another page follows.
            .bind(rows::version_rows(limit) + 1)
            .fetch_all(&self.readers)
            .await?;
        rows::template_versions(&rows, limit)
    }
}

async fn write(connection: &mut SqliteConnection, save: &TemplateSave) -> Result<(), StoreError> {
    let (draft, entry) = (save.draft(), save.entry());
    let statement = if save.over().is_some() { sql::CHANGE_TEMPLATE } else { sql::ADD_TEMPLATE };
    let query = sql::query(statement)
        .bind(save.id().to_string())
        .bind(draft.name())
        .bind(draft.message_type().as_str())
        .bind(draft.text())
        .bind(array(draft.placeholders())?)
        .bind(draft.is_active())
        .bind(micros(entry.at));
    let query = match save.over() {
        Some(over) => query.bind(over),
        None => query.bind(entry.by.user().map(UserId::as_str)),
    };
    let done = query.execute(&mut *connection).await?;
    rows::all_as_seen(done.rows_affected(), 1)?;
    keep(connection, save.id(), entry, save.draft().note()).await?;
    record(connection, [entry]).await
}

/// Adds the present state of a template to its versions, as described by an entry of the audit.
async fn keep(
    connection: &mut SqliteConnection,
    id: TemplateId,
    entry: &AuditEntry,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let done = sql::query(sql::KEEP_VERSION)
        .bind(id.to_string())
        .bind(micros(entry.at))
        .bind(entry.by.as_str())
        .bind(entry.by.user().map(UserId::as_str))
        .bind(note)
        .execute(connection)
        .await?;
    row_count(done.rows_affected(), 1)
}

async fn record_outside(
    connection: &mut SqliteConnection,
    outside: &TemplateOutside,
) -> Result<Option<StoredTemplate>, StoreError> {
    let id = outside.id.to_string();
    let query = sql::query(sql::TEMPLATE).bind(id.clone());
    let row = query.fetch_optional(&mut *connection).await?;
    let Some(stored) = row.map(|row| rows::template(&row)).transpose()? else { return Ok(None) };
    if stored.is_recorded {
        return Ok(Some(stored));
    }
    let query = sql::query(sql::NEWEST_VERSION).bind(id.clone());
    let row = query.fetch_one(&mut *connection).await?;
    let newest = Reader::new(&row, "template version").number_or_null("version")?;
    let version = TemplateOutside::version(newest);
    let done =
        sql::query(sql::SET_VERSION).bind(id).bind(version).execute(&mut *connection).await?;
    row_count(done.rows_affected(), 1)?;
    let entry = outside.entry(newest, version);
    keep(connection, outside.id, &entry, None).await?;
    record(connection, [&entry]).await?;
    Ok(Some(StoredTemplate { version, is_recorded: true, ..stored }))
}

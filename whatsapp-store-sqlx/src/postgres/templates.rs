//! Templates and their versions.

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{
    Saved, StoreError, StoredTemplate, TemplateList, TemplateOutside, TemplateSave, TemplateStore,
    TemplateVersions,
};
use whatsapp_core::{TemplateId, UserId};

use super::PostgresStore;
use super::audit::record;
use super::codec::{host_id, int, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::codec::Reader;
use crate::error::row_count;
use crate::rows;

#[async_trait]
impl TemplateStore for PostgresStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        self.read(Pool::Client, move |mut session| {
            Box::pin(async move { read(&mut session, id).await })
        })
        .await
    }

    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::ACTIVE_TEMPLATE).bind(message_type.as_str());
                let row = query.fetch_optional(&mut *session.connection).await?;
                row.map(|row| rows::template(&row)).transpose()
            })
        })
        .await
    }

    async fn templates(&self) -> Result<TemplateList, StoreError> {
        self.read(Pool::Client, |session| {
            Box::pin(async move {
                let query = session.query(sql::TEMPLATES);
                rows::templates(&query.fetch_all(&mut *session.connection).await?)
            })
        })
        .await
    }

    async fn save_template(&self, save: &TemplateSave) -> Result<Saved, StoreError> {
        let save = save.clone();
        let written = self
            .write(Pool::Client, move |mut session| {
                Box::pin(async move { write(&mut session, &save).await })
            })
            .await;
        rows::saved(written)
    }

    async fn record_template(
        &self,
        outside: &TemplateOutside,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let outside = outside.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { record_outside(&mut session, &outside).await })
        })
        .await
    }

    async fn template_versions(
        &self,
        id: TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<TemplateVersions, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session
                    .query(sql::TEMPLATE_VERSIONS)
                    .bind(uuid(id))
                    .bind(before.map_or(i32::MAX, int))
                    // One row more tells whether another page follows.
                    .bind(i64::from(rows::version_rows(limit)) + 1);
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows::template_versions(&rows, limit)
            })
        })
        .await
    }
}

async fn read(
    session: &mut Session<'_>,
    id: TemplateId,
) -> Result<Option<StoredTemplate>, StoreError> {
    let query = session.query(sql::TEMPLATE).bind(uuid(id));
    let row = query.fetch_optional(&mut *session.connection).await?;
    row.map(|row| rows::template(&row)).transpose()
}

async fn write(session: &mut Session<'_>, save: &TemplateSave) -> Result<(), StoreError> {
    let entry = save.entry();
    let statement = if save.over().is_some() { sql::CHANGE_TEMPLATE } else { sql::ADD_TEMPLATE };
    let query = bind_template(session.query(statement), save);
    let query = if let Some(over) = save.over() {
        query.bind(int(over))
    } else {
        bind_creator(query, entry.by.user().map(|user| host_id(user.as_str())))
    };
    let done = query.execute(&mut *session.connection).await?;
    rows::all_as_seen(done.rows_affected(), 1)?;
    keep(session, save.id(), entry, save.draft().note()).await?;
    record(session, [entry]).await
}

binds! {
    /// Binds what a template has when it is added and when it is changed.
    fn bind_template(save: &TemplateSave) as TEMPLATE {
        id "uuid" = uuid(save.id());
        template_name "varchar" = text(save.draft().name());
        message_type "varchar" = save.draft().message_type().as_str();
        template_content "text" = text(save.draft().text());
        placeholders "text[]" = save.draft().placeholders();
        is_active "boolean" = save.draft().is_active();
        created_at "timestamptz" = save.entry().at;
    }

    /// Binds the user who adds a template: the UUID, and the text if the UUID lacks some of it.
    fn bind_creator(by: Option<(Uuid, Option<&str>)>) as CREATOR {
        created_by "uuid" = by.map(|(id, _)| id);
        created_by_key "text" = by.and_then(|(_, key)| key);
    }
}

/// Adds the present state of a template to its versions, as described by an entry of the audit.
async fn keep(
    session: &mut Session<'_>,
    id: TemplateId,
    entry: &AuditEntry,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let done = session
        .query(sql::KEEP_VERSION)
        .bind(uuid(id))
        .bind(entry.at)
        .bind(entry.by.as_str())
        .bind(entry.by.user().map(UserId::as_str))
        .bind(note)
        .execute(&mut *session.connection)
        .await?;
    row_count(done.rows_affected(), 1)
}

async fn record_outside(
    session: &mut Session<'_>,
    outside: &TemplateOutside,
) -> Result<Option<StoredTemplate>, StoreError> {
    let id = uuid(outside.id);
    // Locked first and then checked: somebody else may just have recorded it.
    let query = session.query(sql::LOCK_TEMPLATE).bind(id);
    query.fetch_optional(&mut *session.connection).await?;
    let Some(stored) = read(session, outside.id).await? else { return Ok(None) };
    if stored.is_recorded {
        return Ok(Some(stored));
    }
    let query = session.query(sql::NEWEST_VERSION).bind(id);
    let row = query.fetch_one(&mut *session.connection).await?;
    let newest = Reader::new(&row, "template version").number_or_null("version")?;
    let version = TemplateOutside::version(newest);
    let query = session.query(sql::SET_VERSION).bind(id).bind(int(version));
    let done = query.execute(&mut *session.connection).await?;
    row_count(done.rows_affected(), 1)?;
    let entry = outside.entry(newest, version);
    keep(session, outside.id, &entry, None).await?;
    record(session, [&entry]).await?;
    Ok(Some(StoredTemplate { version, is_recorded: true, ..stored }))
}

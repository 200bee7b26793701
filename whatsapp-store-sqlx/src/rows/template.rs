//! Rows of templates and their versions.

use whatsapp_core::UserId;
use whatsapp_core::port::{
    StoreError, StoredTemplate, TemplateList, TemplateVersion, TemplateVersions,
};

use super::audit::actor;
use super::page::{or_broken, shown};
use crate::codec::{Columns, Reader};

pub(crate) fn template(row: &impl Columns) -> Result<StoredTemplate, StoreError> {
    let row = &Reader::new(row, "template");
    Ok(StoredTemplate {
        id: row.parsed("id")?,
        name: row.text("template_name")?,
        message_type: row.parsed("message_type")?,
        content: row.text("template_content")?,
        placeholders: row.checked("placeholders", |json| serde_json::from_str(&json).ok())?,
        is_active: row.flag("is_active")?,
        version: row.number("version")?,
        is_recorded: row.flag("is_recorded")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
        created_by: row.checked_or_null("created_by", |id| UserId::new(id).ok())?,
    })
}

/// All templates, by type and name in the order of bytes, which no collation of a database changes.
pub(crate) fn templates(rows: &[impl Columns]) -> Result<TemplateList, StoreError> {
    let mut list = TemplateList::default();
    for row in rows {
        match or_broken(row, "created_at", template(row))? {
            Ok(template) => list.templates.push(template),
            Err(broken) => list.broken.push(broken),
        }
    }
    let order = |a: &StoredTemplate, b: &StoredTemplate| {
        (a.message_type, &a.name).cmp(&(b.message_type, &b.name))
    };
    list.templates.sort_unstable_by(order);
    list.broken.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

fn template_version(row: &impl Columns) -> Result<TemplateVersion, StoreError> {
    let row = &Reader::new(row, "template version");
    Ok(TemplateVersion {
        version: row.number("version")?,
        name: row.text("template_name")?,
        message_type: row.parsed("message_type")?,
        content: row.text("template_content")?,
        is_active: row.flag("is_active")?,
        at: row.instant("at")?,
        by: actor(row)?,
        note: row.text_or_null("note")?,
    })
}

/// Maximum number of versions on a page.
const VERSIONS_MAX: u32 = 200;

/// The number of versions on a page with this limit.
pub(crate) fn version_rows(limit: u32) -> u32 {
    limit.clamp(1, VERSIONS_MAX)
}

/// A page of versions, made from its rows. There is one row more than fits if another page follows.
pub(crate) fn template_versions<R: Columns>(
    rows: &[R],
    limit: u32,
) -> Result<TemplateVersions, StoreError> {
    let (rows, last) = shown(rows, version_rows(limit));
    let mut page = TemplateVersions::default();
    for row in rows {
        match or_broken(row, "at", template_version(row))? {
            Ok(version) => page.versions.push(version),
            Err(broken) => page.broken.push(broken),
        }
    }
    let version = |row| Reader::new(row, "template version").number("version");
    page.next = last.map(version).transpose()?;
    Ok(page)
}

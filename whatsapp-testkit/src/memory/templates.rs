//! The stored templates and their versions.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::TemplateId;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{
    Saved, StoreError, StoredTemplate, TemplateList, TemplateOutside, TemplateSave, TemplateStore,
    TemplateVersion, TemplateVersions,
};

use super::{Data, MemoryStore};

#[async_trait]
impl TemplateStore for MemoryStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        let data = self.lock();
        Ok(data.templates.get(&id).map(|template| data.read(template)))
    }

    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        let data = self.lock();
        let active = data
            .templates
            .values()
            .filter(|template| template.is_active && template.message_type == message_type)
            .max_by_key(|template| (template.updated_at, template.id));
        Ok(active.map(|template| data.read(template)))
    }

    async fn templates(&self) -> Result<TemplateList, StoreError> {
        let data = self.lock();
        let mut templates: Vec<_> =
            data.templates.values().map(|template| data.read(template)).collect();
        templates.sort_by(|a, b| (a.message_type, &a.name).cmp(&(b.message_type, &b.name)));
        Ok(TemplateList { templates, broken: Vec::new() })
    }

    async fn save_template(&self, save: &TemplateSave) -> Result<Saved, StoreError> {
        self.transaction(|data| {
            let (id, draft, entry) = (save.id(), save.draft(), save.entry());
            let before = data.templates.get(&id).map(|before| data.read(before));
            let as_seen = match (&before, save.over()) {
                (Some(before), Some(over)) => before.version == over && before.is_recorded,
                (None, None) => true,
                (Some(_), None) => return Err(StoreError::Conflict { entity: "template" }),
                (None, Some(_)) => false,
            };
            if !as_seen {
                return Ok(Saved::Stale);
            }
            let mut others = data.templates.values().filter(|other| other.id != id);
            if others.any(|other| other.name == draft.name()) {
                return Err(StoreError::Conflict { entity: "template" });
            }
            let (created_at, created_by) = match before {
                Some(before) => (before.created_at, before.created_by),
                None => (entry.at, entry.by.user().cloned()),
            };
            let template = StoredTemplate {
                id,
                name: draft.name().to_owned(),
                message_type: draft.message_type().name(),
                content: draft.text().to_owned(),
                placeholders: draft.placeholders().iter().map(|&name| name.to_owned()).collect(),
                is_active: draft.is_active(),
                version: save.version(),
                is_recorded: true,
                created_at,
                updated_at: entry.at,
                created_by,
            };
            data.keep(&template, entry.at, &entry.by, save.draft().note())?;
            data.templates.insert(id, template);
            data.audit.add(entry)?;
            Ok(Saved::Done)
        })
    }

    async fn record_template(
        &self,
        outside: &TemplateOutside,
    ) -> Result<Option<StoredTemplate>, StoreError> {
        self.transaction(|data| {
            let stored = data.templates.get(&outside.id).map(|stored| data.read(stored));
            let stored = match stored {
                Some(stored) if !stored.is_recorded => stored,
                known => return Ok(known),
            };
            let newest = data.versions_of(outside.id).map(|version| version.version).max();
            let version = TemplateOutside::version(newest);
            let template = StoredTemplate { version, is_recorded: true, ..stored };
            data.keep(&template, outside.at, &Actor::Outside, None)?;
            data.templates.insert(outside.id, template.clone());
            data.audit.add(&outside.entry(newest, version))?;
            Ok(Some(template))
        })
    }

    async fn template_versions(
        &self,
        id: TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<TemplateVersions, StoreError> {
        let data = self.lock();
        let asked_for = |version: &&TemplateVersion| before.is_none_or(|end| version.version < end);
        let limit = limit.clamp(1, 200) as usize;
        let versions = data.versions_of(id).rev().filter(asked_for);
        let mut versions: Vec<_> = versions.take(limit + 1).cloned().collect();
        let more = versions.len() > limit;
        versions.truncate(limit);
        let next = versions.last().map(|last| last.version).filter(|_| more);
        Ok(TemplateVersions { versions, broken: Vec::new(), next })
    }
}

impl Data {
    fn versions_of(&self, id: TemplateId) -> impl DoubleEndedIterator<Item = &TemplateVersion> {
        self.versions.range((id, 0)..=(id, u32::MAX)).map(|(_, version)| version)
    }

    /// Reads a template: its newest version tells whether something else wrote the row.
    fn read(&self, template: &StoredTemplate) -> StoredTemplate {
        let newest = self.versions_of(template.id).next_back();
        let is_recorded = newest.is_some_and(|kept| {
            kept.version == template.version
                && kept.name == template.name
                && kept.message_type == template.message_type
                && kept.content == template.content
                && kept.is_active == template.is_active
        });
        StoredTemplate { is_recorded, ..template.clone() }
    }

    /// Keeps the template's present state as a version.
    fn keep(
        &mut self,
        template: &StoredTemplate,
        at: DateTime<Utc>,
        by: &Actor,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        let version = TemplateVersion {
            version: template.version,
            name: template.name.clone(),
            message_type: template.message_type,
            content: template.content.clone(),
            is_active: template.is_active,
            at,
            by: by.clone(),
            note: note.map(str::to_owned),
        };
        if self.versions.insert((template.id, template.version), version) {
            Ok(())
        } else {
            Err(StoreError::Conflict { entity: "template version" })
        }
    }
}

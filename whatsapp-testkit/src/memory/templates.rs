//! The stored templates.

use async_trait::async_trait;
use whatsapp_core::TemplateId;
use whatsapp_core::message::TypeName;
use whatsapp_core::port::{SavedTemplate, StoreError, StoredTemplate, TemplateStore};

use super::MemoryStore;

#[async_trait]
impl TemplateStore for MemoryStore {
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError> {
        Ok(self.lock().templates.get(&id).cloned())
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
        Ok(active.cloned())
    }

    async fn templates(&self) -> Result<Vec<StoredTemplate>, StoreError> {
        let mut templates: Vec<_> = self.lock().templates.values().cloned().collect();
        templates.sort_by(|a, b| (a.message_type, &a.name).cmp(&(b.message_type, &b.name)));
        Ok(templates)
    }

    async fn save_template(&self, saved: &SavedTemplate) -> Result<(), StoreError> {
        self.transaction(|data| {
            let mut others = data.templates.values().filter(|other| other.id != saved.id);
            if others.any(|other| other.name == saved.name) {
                return Err(StoreError::Conflict { entity: "template" });
            }
            let before = data.templates.get(&saved.id);
            let (version, created_at, created_by) = match before {
                Some(before) => (before.version + 1, before.created_at, before.created_by.clone()),
                None => (1, saved.at, saved.by.clone()),
            };
            let template = StoredTemplate {
                id: saved.id,
                name: saved.name.clone(),
                message_type: saved.message_type,
                content: saved.content.clone(),
                placeholders: saved.placeholders.clone(),
                is_active: saved.is_active,
                version,
                created_at,
                updated_at: saved.at,
                created_by,
            };
            data.templates.insert(saved.id, template);
            Ok(())
        })
    }
}

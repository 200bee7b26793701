//! The text that the messages of each type are made with, and since when.

use chrono::{DateTime, Utc};

use super::{TemplateNow, TemplatesNow};
use crate::desk::Desk;
use crate::id::TemplateId;
use crate::message::{MessageType, TypeName};
use crate::port::{Store, StoreError};

/// Number of versions of a template searched for the time of its switch-off.
const LOOKED_AT: u32 = 50;

/// The text that messages of a type are made with where nobody names another one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UsedText {
    /// The type.
    pub message_type: MessageType,
    /// The template; `None` for the built-in text.
    pub template: Option<TemplateId>,
    /// Time since which it is this text; `None` for a built-in one that was never another.
    pub since: Option<DateTime<Utc>>,
}

impl TemplatesNow {
    /// The template of a type that is in use and changed last, except this one; `None` where that
    /// is the built-in text.
    #[must_use]
    pub fn used(&self, of: TypeName, but_for: Option<TemplateId>) -> Option<&TemplateNow> {
        let is_used = |now: &&TemplateNow| {
            let template = &now.template;
            template.is_active && template.message_type == of && Some(template.id) != but_for
        };
        let used = self.templates.iter().filter(is_used);
        used.max_by_key(|now| (now.template.updated_at, now.template.id))
    }
}

impl Desk {
    /// The text that messages of each known type are made with, in the order of the types.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn used_texts(&self, now: &TemplatesNow) -> Result<Vec<UsedText>, StoreError> {
        let (store, mut used) = (self.ports.store.as_ref(), Vec::new());
        for message_type in self.ports.types.iter() {
            let name = message_type.name();
            let template = now.used(name, None).map(|now| &now.template);
            let changed = template.map(|template| template.updated_at);
            let mut since = changed;
            // A template that was switched off since then was used until that moment.
            let others = now.templates.iter().map(|now| &now.template).filter(|other| {
                !other.is_active
                    && other.message_type == name
                    && changed.is_none_or(|changed| other.updated_at > changed)
            });
            for other in others {
                let until = used_until(store, other.id, name, changed).await?;
                since = since.max(until);
            }
            let template = template.map(|template| template.id);
            used.push(UsedText { message_type, template, since });
        }
        Ok(used)
    }
}

/// The time at which a template of this type was switched off, if it had been in use and had
/// changed later than the one that is used now.
async fn used_until(
    store: &dyn Store,
    id: TemplateId,
    of: TypeName,
    changed: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let versions = store.template_versions(id, None, LOOKED_AT).await?.versions;
    let mut until = None;
    for version in versions {
        if version.is_active && version.message_type == of {
            let was_used = changed.is_none_or(|changed| version.at > changed);
            return Ok(until.filter(|_| was_used));
        }
        until = Some(version.at);
    }
    Ok(None)
}

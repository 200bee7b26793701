//! Changing templates: checked, kept in every version, and never over what somebody else wrote
//! meanwhile.

mod preview;
mod used;

pub use preview::{PreviewOf, TextPreview, TextPreviewError};
pub use used::UsedText;

use super::Desk;
use crate::audit::{Act, Actor};
use crate::compose::met;
use crate::id::TemplateId;
use crate::message::{MessageType, TypeName};
use crate::port::{
    BrokenRow, Saved, StoreError, StoredTemplate, TemplateSave, TemplateVersions, random,
};
use crate::template::{InvalidTemplate, Template, TemplateDraft, TemplateErrors, Types};
use crate::wiring::{Ports, audit_id};

/// A template with its current state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateNow {
    /// The template.
    pub template: StoredTemplate,
    /// Reason why the template cannot be used: messages of its type wait for somebody to mend it,
    /// or switch it off.
    pub broken: Option<TemplateFault>,
}

/// Reason why a stored template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateFault {
    /// The message type is not registered here.
    #[error("the message type {0} is not known here")]
    TypeUnknown(TypeName),
    /// Its text is wrong.
    #[error(transparent)]
    Text(TemplateErrors),
}

/// All templates with their current state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TemplatesNow {
    /// Templates, sorted by message type and name.
    pub templates: Vec<TemplateNow>,
    /// Rows that cannot be read.
    pub broken: Vec<BrokenRow>,
}

/// A version that somebody saw and acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenTemplate {
    /// The template.
    pub id: TemplateId,
    /// The version that was seen.
    pub version: u32,
}

/// An edit of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateEdit {
    /// The template that it changes; `None` for a new one.
    pub over: Option<SeenTemplate>,
    /// Its name, 1 to 100 characters, unique.
    pub name: String,
    /// The message type that it is for.
    pub message_type: MessageType,
    /// Its text with placeholders.
    pub text: String,
    /// True if the template is in use.
    pub is_active: bool,
    /// A note for those who look at the versions later: up to 200 characters on one line; empty
    /// for none.
    pub note: String,
}

impl TemplateEdit {
    /// A new template that is in use, without a note.
    pub fn new(
        name: impl Into<String>,
        message_type: MessageType,
        text: impl Into<String>,
    ) -> Self {
        Self {
            over: None,
            name: name.into(),
            message_type,
            text: text.into(),
            is_active: true,
            note: String::new(),
        }
    }

    /// The same edit as a change of a template: the id and the version that somebody saw.
    #[must_use]
    pub const fn over(mut self, seen: SeenTemplate) -> Self {
        self.over = Some(seen);
        self
    }

    /// The same edit of a template that is in use (`true`), or switched off.
    #[must_use]
    pub const fn with_active(mut self, is_active: bool) -> Self {
        self.is_active = is_active;
        self
    }

    /// The same edit with a note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A template was not saved; nothing changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveTemplateError {
    /// There is no such template, or no such version of it.
    #[error("there is no such template, or no such version of it")]
    Unknown,
    /// The message type is not registered here: a template of it could not be checked.
    #[error("the message type {0} is not known here: add its definition to `Ports::with_types`")]
    TypeUnknown(TypeName),
    /// The name or text cannot be saved.
    #[error(transparent)]
    Invalid(#[from] InvalidTemplate),
    /// Another template has the name.
    #[error("another template has this name: choose another one")]
    NameTaken,
    /// Somebody else changed the template meanwhile: look at both, and save over the
    /// current version.
    #[error("somebody else changed the template meanwhile; look at both texts and save anew")]
    Changed {
        /// The template that was to be saved.
        yours: Box<TemplateDraft>,
        /// The template that is there now.
        theirs: Box<StoredTemplate>,
    },
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for SaveTemplateError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { entity: "template" } => Self::NameTaken,
            error => Self::Store(error),
        }
    }
}

impl Desk {
    /// Reads all templates. One that was written by something other than the library gets its
    /// version here, if no message met it before.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn templates(&self) -> Result<TemplatesNow, StoreError> {
        let list = self.ports.store.templates().await?;
        let mut all = TemplatesNow { templates: Vec::new(), broken: list.broken };
        for stored in list.templates {
            let Some(template) = met(&self.ports, stored).await? else { continue };
            all.templates.push(now(&self.ports.types, template));
        }
        Ok(all)
    }

    /// Reads one template; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or the row cannot be read.
    pub async fn template(&self, id: TemplateId) -> Result<Option<TemplateNow>, StoreError> {
        let Some(stored) = self.ports.store.template(id).await? else { return Ok(None) };
        Ok(met(&self.ports, stored).await?.map(|template| now(&self.ports.types, template)))
    }

    /// A page of at most `limit` versions (1 to 200) of a template before this version, the newest
    /// first; also of a deleted template.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn template_versions(
        &self,
        id: TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<TemplateVersions, StoreError> {
        self.ports.store.template_versions(id, before, limit).await
    }

    /// Checks a template and saves it: a new template, or the next version of an existing one.
    ///
    /// # Errors
    /// [`SaveTemplateError`]: nothing was saved.
    pub async fn save_template(
        &self,
        edit: &TemplateEdit,
        by: &Actor,
    ) -> Result<SeenTemplate, SaveTemplateError> {
        let TemplateEdit { over, name, message_type, text, is_active, note } = edit;
        if !self.ports.types.has(*message_type) {
            return Err(SaveTemplateError::TypeUnknown(message_type.name()));
        }
        let draft = TemplateDraft::check(name, *message_type, text, *is_active)?.with_note(note)?;
        save(&self.ports, *over, draft, Act::TemplateSaved, by).await
    }

    /// Makes an earlier version of a template its newest: its name, type and text. The template
    /// stays in or out of use as it is now.
    ///
    /// # Errors
    /// [`SaveTemplateError`]: nothing was saved. [`SaveTemplateError::Invalid`] also where the
    /// earlier version cannot be used.
    pub async fn roll_back_template(
        &self,
        seen: SeenTemplate,
        to: u32,
        by: &Actor,
    ) -> Result<SeenTemplate, SaveTemplateError> {
        let is_active = stored(&self.ports, seen.id).await?.is_active;
        let old = self.ports.store.template_versions(seen.id, to.checked_add(1), 1).await?;
        let broken = old.broken.iter().find(|row| row.id == to.to_string());
        if let Some(BrokenRow { column, .. }) = broken {
            return Err(StoreError::Corrupt { entity: "template version", column }.into());
        }
        let old = old.versions.into_iter().find(|old| old.version == to);
        let old = old.ok_or(SaveTemplateError::Unknown)?;
        let of = known(&self.ports.types, old.message_type)?;
        let draft = TemplateDraft::check(&old.name, of, &old.content, is_active)?;
        save(&self.ports, Some(seen), draft, Act::TemplateRolledBack, by).await
    }

    /// Switches a template on or off. The template that is switched on last is the default of its
    /// type; one that cannot be used can only be switched off.
    ///
    /// # Errors
    /// [`SaveTemplateError`]: nothing was saved.
    pub async fn switch_template(
        &self,
        seen: SeenTemplate,
        on: bool,
        by: &Actor,
    ) -> Result<SeenTemplate, SaveTemplateError> {
        let StoredTemplate { name, message_type, content, .. } =
            stored(&self.ports, seen.id).await?;
        let of = known(&self.ports.types, message_type)?;
        let draft = if on {
            TemplateDraft::check(&name, of, &content, true)?
        } else {
            TemplateDraft::switched_off(&name, of, &content)?
        };
        save(&self.ports, Some(seen), draft, Act::TemplateSwitched, by).await
    }
}

/// Returns a template with the reason why it cannot be used, where there is one.
fn now(types: &Types, template: StoredTemplate) -> TemplateNow {
    let broken = match types.get(template.message_type) {
        None => Some(TemplateFault::TypeUnknown(template.message_type)),
        Some(known) => Template::check(known, &template.content).err().map(TemplateFault::Text),
    };
    TemplateNow { template, broken }
}

/// Returns the type with this name; an error for one that is not known here.
fn known(types: &Types, name: TypeName) -> Result<MessageType, SaveTemplateError> {
    types.get(name).ok_or(SaveTemplateError::TypeUnknown(name))
}

/// Reads the template, with its version.
async fn stored(ports: &Ports, id: TemplateId) -> Result<StoredTemplate, SaveTemplateError> {
    let stored = ports.store.template(id).await?.ok_or(SaveTemplateError::Unknown)?;
    met(ports, stored).await?.ok_or(SaveTemplateError::Unknown)
}

/// Saves a checked template over the version that was seen, or as a new one.
async fn save(
    ports: &Ports,
    over: Option<SeenTemplate>,
    draft: TemplateDraft,
    act: Act,
    by: &Actor,
) -> Result<SeenTemplate, SaveTemplateError> {
    let at = ports.clock.now();
    let id =
        over.map_or_else(|| TemplateId::new(at, random(ports.entropy.as_ref())), |over| over.id);
    let version = over.map(|over| over.version);
    let audit = audit_id(ports);
    let save = TemplateSave::new(id, version, draft, act, by.clone(), at, audit);
    match ports.store.save_template(&save).await? {
        Saved::Done => Ok(SeenTemplate { id, version: save.version() }),
        Saved::Stale => {
            let theirs = Box::new(stored(ports, id).await?);
            Err(SaveTemplateError::Changed { yours: Box::new(save.draft().clone()), theirs })
        }
    }
}

//! The choice of a template.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Composer, Content, met};
use crate::campaign::FrozenText;
use crate::id::TemplateId;
use crate::message::{MessageType, TypeName};
use crate::port::{StoreError, StoredTemplate};
use crate::template::{RenderError, Template, TemplateErrors, free_text};
use crate::visible::sentence;

/// Reason why a message could not be composed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// No template has the given id.
    #[error("there is no such template")]
    TemplateUnknown,
    /// The given template is for another message type. The text is the label of the
    /// template's type.
    #[error("the template is for {0} messages")]
    TemplateType(Cow<'static, str>),
    /// The given template is not in use.
    #[error("the template is switched off")]
    TemplateInactive,
    /// The given or active template was written past the library, and cannot be used.
    #[error("{0}; mend it, or switch it off")]
    TemplateBroken(TemplateErrors),
    /// Values are missing, or the text is empty or too long.
    #[error(transparent)]
    Text(RenderError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

/// A template, ready to take values.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) template: Template,
    /// The stored template and its version; `None` for built-in and free texts.
    pub(crate) stored: Option<(TemplateId, u32)>,
    /// Warnings for the manager about the template's text, a sentence each.
    pub(crate) warnings: Vec<String>,
}

/// The templates that were read in one call, so that none is read twice.
#[derive(Debug, Default)]
pub(super) struct Templates {
    by_id: BTreeMap<TemplateId, Arc<Chosen>>,
    by_type: BTreeMap<TypeName, Arc<Chosen>>,
}

impl Chosen {
    fn of_text(message_type: MessageType, text: &str) -> Self {
        let (template, problems) = Template::lenient(message_type, text);
        let warnings = problems.iter().map(|problem| sentence(&problem.kind.to_string())).collect();
        Self { template, stored: None, warnings }
    }

    /// The template of a frozen text, which was checked when it was frozen.
    pub(crate) fn frozen(message_type: MessageType, frozen: &FrozenText) -> Self {
        let (template, _) = Template::lenient(message_type, frozen.text.as_str());
        Self { template, stored: frozen.template, warnings: Vec::new() }
    }

    /// The text that takes the template's place where the template would say "0 days overdue".
    fn instead_for(&self, content: &Content) -> Option<&'static str> {
        let (placeholder, text) = self.template.message_type().text_for_zero()?;
        (content.is_zero(placeholder) && self.template.uses(placeholder)).then_some(text)
    }

    /// Returns true if the template would say "0 days overdue".
    pub(crate) fn is_false_of(&self, content: &Content) -> bool {
        self.instead_for(content).is_some()
    }

    /// The template is checked again: managers may write templates past the library.
    fn of_stored(message_type: MessageType, stored: &StoredTemplate) -> Result<Self, ComposeError> {
        let template = Template::check(message_type, &stored.content);
        Ok(Self {
            template: template.map_err(ComposeError::TemplateBroken)?,
            stored: Some((stored.id, stored.version)),
            warnings: Vec::new(),
        })
    }
}

impl Composer<'_> {
    /// The template: the one that was asked for, the active one of the type, or the built-in one. A
    /// reminder for an invoice that is not overdue yet never says "0 days overdue".
    pub(crate) async fn choose(
        &self,
        content: &Content,
        asked_for: Option<TemplateId>,
    ) -> Result<Arc<Chosen>, ComposeError> {
        let message_type = content.message_type();
        if let Content::Text { text, .. } = content {
            let text = free_text(text.as_str()).map_err(ComposeError::Text)?;
            return Ok(Arc::new(Chosen::of_text(message_type, &text)));
        }
        if let Some(id) = asked_for {
            return self.stored(id, message_type).await;
        }
        let chosen = self.of_type(message_type).await?;
        match chosen.instead_for(content) {
            Some(text) => Ok(Arc::new(Chosen::of_text(message_type, text))),
            None => Ok(chosen),
        }
    }

    /// The stored template with this id, which must be for this type and in use.
    async fn stored(
        &self,
        id: TemplateId,
        message_type: MessageType,
    ) -> Result<Arc<Chosen>, ComposeError> {
        let of_type = |other: TypeName| {
            let label = || ComposeError::TemplateType(self.ports.types.label(other));
            if other == message_type { Ok(()) } else { Err(label()) }
        };
        let mut read = self.templates.lock().await;
        if let Some(chosen) = read.by_id.get(&id) {
            of_type(chosen.template.message_type().name())?;
            return Ok(Arc::clone(chosen));
        }
        let stored = self.ports.store.template(id).await.map_err(ComposeError::Store)?;
        let stored = self.met(stored).await?.ok_or(ComposeError::TemplateUnknown)?;
        of_type(stored.message_type)?;
        if !stored.is_active {
            return Err(ComposeError::TemplateInactive);
        }
        let chosen = Arc::new(Chosen::of_stored(message_type, &stored)?);
        read.by_id.insert(id, Arc::clone(&chosen));
        Ok(chosen)
    }

    async fn met(
        &self,
        stored: Option<StoredTemplate>,
    ) -> Result<Option<StoredTemplate>, ComposeError> {
        let Some(stored) = stored else { return Ok(None) };
        met(self.ports, stored).await.map_err(ComposeError::Store)
    }

    async fn of_type(&self, message_type: MessageType) -> Result<Arc<Chosen>, ComposeError> {
        let mut read = self.templates.lock().await;
        if let Some(chosen) = read.by_type.get(&message_type.name()) {
            return Ok(Arc::clone(chosen));
        }
        let chosen = Arc::new(match self.default_of(message_type.name()).await? {
            Some(stored) => Chosen::of_stored(message_type, &stored)?,
            None => Chosen::of_text(message_type, message_type.built_in_text()),
        });
        read.by_type.insert(message_type.name(), Arc::clone(&chosen));
        Ok(chosen)
    }
    /// The default template of a type. A template that stops being the default while it gets its
    /// version is not used: the default is read again.
    async fn default_of(&self, name: TypeName) -> Result<Option<StoredTemplate>, ComposeError> {
        loop {
            let stored = self.ports.store.active_template(name).await;
            let Some(stored) = stored.map_err(ComposeError::Store)? else { return Ok(None) };
            let met = self.met(Some(stored)).await?;
            if let Some(met) = met.filter(|met| met.is_active && met.message_type == name) {
                return Ok(Some(met));
            }
        }
    }
}

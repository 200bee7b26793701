//! Where templates are kept.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::StoreError;
use crate::id::{TemplateId, UserId};
use crate::message::TypeName;

/// A template that is to be saved; its text was checked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedTemplate {
    /// Its id: a new one, or that of the template to change.
    pub id: TemplateId,
    /// Its name, unique, 1 to 100 characters.
    pub name: String,
    /// The message type that it is for.
    pub message_type: TypeName,
    /// Its text with placeholders.
    pub content: String,
    /// The placeholders in it, in order of first use.
    pub placeholders: Vec<String>,
    /// Whether it is in use. The newest active template of a type is its default.
    pub is_active: bool,
    /// When it is saved.
    pub at: DateTime<Utc>,
    /// The manager who saves it.
    pub by: Option<UserId>,
}

/// A row of `whatsapp_templates`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    /// Its id.
    pub id: TemplateId,
    /// Its name.
    pub name: String,
    /// The message type that it is for.
    pub message_type: TypeName,
    /// Its text with placeholders.
    pub content: String,
    /// The placeholders in it.
    pub placeholders: Vec<String>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Its version: 1 when it was made, one more with each save.
    pub version: u32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who made it.
    pub created_by: Option<UserId>,
}

/// The table `whatsapp_templates`.
///
/// # Contract
/// - Names are unique; a taken name is [`StoreError::Conflict`] and changes nothing.
/// - Saving over an id keeps `created_at` and `created_by`, and raises the version by one.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TemplateStore: Debug + Send + Sync + 'static {
    /// The template with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError>;

    /// The active template of a type that changed last; `None` when the built-in default is used.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError>;

    /// All templates, sorted by message type and name.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn templates(&self) -> Result<Vec<StoredTemplate>, StoreError>;

    /// Adds or changes a template.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken by another template.
    async fn save_template(&self, template: &SavedTemplate) -> Result<(), StoreError>;
}

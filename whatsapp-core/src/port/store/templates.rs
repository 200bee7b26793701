//! Storage of templates, with all their versions.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{BrokenRow, Saved, StoreError};
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::{AuditId, TemplateId, UserId};
use crate::message::TypeName;
use crate::template::TemplateDraft;

/// A checked template that is to be saved, with its audit entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSave {
    id: TemplateId,
    over: Option<u32>,
    draft: TemplateDraft,
    entry: AuditEntry,
}

impl TemplateSave {
    /// A template that `by` makes, or changes from the version `over`, at `at`; `audit` is the id
    /// of the audit entry.
    #[must_use]
    pub fn new(
        id: TemplateId,
        over: Option<u32>,
        draft: TemplateDraft,
        act: Act,
        by: Actor,
        at: DateTime<Utc>,
        audit: AuditId,
    ) -> Self {
        let change = AuditChange::Version { before: over, after: next(over) };
        let entry = AuditEntry { id: audit, at, by, act, on: AuditTarget::Template(id), change };
        Self { id, over, draft, entry }
    }

    /// The template's id: a new one, or that of the template to change.
    #[must_use]
    pub const fn id(&self) -> TemplateId {
        self.id
    }

    /// The version that is changed; `None` for a new template.
    #[must_use]
    pub const fn over(&self) -> Option<u32> {
        self.over
    }

    /// The version that the save makes.
    #[must_use]
    pub fn version(&self) -> u32 {
        next(self.over)
    }

    /// The template's new content.
    #[must_use]
    pub const fn draft(&self) -> &TemplateDraft {
        &self.draft
    }

    /// The audit entry: who saves the template, and when.
    #[must_use]
    pub const fn entry(&self) -> &AuditEntry {
        &self.entry
    }
}

fn next(version: Option<u32>) -> u32 {
    version.unwrap_or(0).saturating_add(1)
}

/// A stored template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTemplate {
    /// The template's id.
    pub id: TemplateId,
    /// The template's name.
    pub name: String,
    /// The message type that the template is for.
    pub message_type: TypeName,
    /// The text with placeholders.
    pub content: String,
    /// The placeholders in the text.
    pub placeholders: Vec<String>,
    /// True if the template is in use.
    pub is_active: bool,
    /// The version: 1 for a new template, one more with each change.
    pub version: u32,
    /// True if the newest of the versions is equal to the template; false where something else than
    /// the library wrote the template.
    pub is_recorded: bool,
    /// Time at which the template was made.
    pub created_at: DateTime<Utc>,
    /// Time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The user who made the template.
    pub created_by: Option<UserId>,
}

/// All templates, and the rows that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateList {
    /// Templates, sorted by message type and name.
    pub templates: Vec<StoredTemplate>,
    /// Rows that cannot be read, because something else than the library wrote them.
    pub broken: Vec<BrokenRow>,
}

/// A version of a template: an earlier one, or the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// The number of the version.
    pub version: u32,
    /// The template's name then.
    pub name: String,
    /// The message type that it was for.
    pub message_type: TypeName,
    /// The text with placeholders.
    pub content: String,
    /// True if the template was in use.
    pub is_active: bool,
    /// Time at which the version was saved, or first found.
    pub at: DateTime<Utc>,
    /// The actor who saved it.
    pub by: Actor,
    /// The note of the actor who saved it.
    pub note: Option<String>,
}

/// A page of a template's versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TemplateVersions {
    /// Versions, the newest first.
    pub versions: Vec<TemplateVersion>,
    /// Rows of this page that cannot be read, because something else than the library wrote them:
    /// the id is the version. They count towards the page's limit.
    pub broken: Vec<BrokenRow>,
    /// The version before which the next page begins; `None` on the last one.
    pub next: Option<u32>,
}

/// A template that something else than the library wrote, found for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateOutside {
    /// The template's id.
    pub id: TemplateId,
    /// The current time.
    pub at: DateTime<Utc>,
    /// The id of the audit entry.
    pub audit: AuditId,
}

impl TemplateOutside {
    /// Returns the version that the template gets, where `newest` is the newest of its versions,
    /// whatever its row says.
    #[must_use]
    pub fn version(newest: Option<u32>) -> u32 {
        next(newest)
    }

    /// The audit entry for the change from outside.
    #[must_use]
    pub fn entry(&self, before: Option<u32>, after: u32) -> AuditEntry {
        AuditEntry {
            id: self.audit,
            at: self.at,
            by: Actor::Outside,
            act: Act::ChangedOutside,
            on: AuditTarget::Template(self.id),
            change: AuditChange::Version { before, after },
        }
    }
}

/// The tables `whatsapp_templates` and `whatsapp_template_versions`.
///
/// # Contract
/// - Names are unique; a taken name is [`StoreError::Conflict`] and changes nothing.
/// - Saving over a version keeps `created_at` and `created_by`, and makes the next version.
/// - The newest of a template's versions is equal to the template, or something else wrote the
///   template: also where an earlier version has the same text.
/// - Each save is one transaction with its row of the versions, which are never changed, and its
///   audit entry.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TemplateStore: Debug + Send + Sync + 'static {
    /// The template with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or the row cannot be read.
    async fn template(&self, id: TemplateId) -> Result<Option<StoredTemplate>, StoreError>;

    /// The active template of a type that changed last; `None` when the built-in default is used.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or the row cannot be read.
    async fn active_template(
        &self,
        message_type: TypeName,
    ) -> Result<Option<StoredTemplate>, StoreError>;

    /// All templates, with the rows that cannot be read.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn templates(&self) -> Result<TemplateList, StoreError>;

    /// Adds a template, or changes one that is in the version which the save names, and whose
    /// newest version is equal to it. Otherwise the result is [`Saved::Stale`] and nothing is
    /// written.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken by another template.
    async fn save_template(&self, save: &TemplateSave) -> Result<Saved, StoreError>;

    /// Gives [the next version](TemplateOutside::version) to a template whose newest version is not
    /// equal to it, with an audit entry. Any other template stays as it is. Returns the template as
    /// it is then.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written.
    async fn record_template(
        &self,
        outside: &TemplateOutside,
    ) -> Result<Option<StoredTemplate>, StoreError>;

    /// A page of at most `limit` versions (1 to 200) of a template before this one, the newest
    /// first; also of a template that was deleted. A row that cannot be read is shown as broken,
    /// and the others as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn template_versions(
        &self,
        id: TemplateId,
        before: Option<u32>,
        limit: u32,
    ) -> Result<TemplateVersions, StoreError>;
}

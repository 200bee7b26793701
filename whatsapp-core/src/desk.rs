//! The desk: changes that people make, each with its entry in the audit.

mod account;
mod gateway;
mod mutes;
mod settings;
mod shift;
mod templates;

pub use account::{PauseOutlook, PauseWish};
pub use gateway::KeyShown;

pub use crate::consent::Consent;
pub use crate::settings::SettingEdit;
pub use settings::{SaveSettingsError, SettingClash};
pub use shift::ReminderShift;
pub use templates::{
    PreviewOf, SaveTemplateError, SeenTemplate, TemplateEdit, TemplateFault, TemplateNow,
    TemplatesNow, TextPreview, TextPreviewError, UsedText,
};

use crate::port::{AuditCursor, AuditFilter, AuditPage, StoreError};
use crate::wiring::{Ports, audit_page};

/// Changes settings, templates and mutes, and pauses or resumes the account, for people and for the
/// host's own code. Cheap to clone.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::desk::{Consent, SettingEdit};
/// use whatsapp_core::port::AuditFilter;
/// use whatsapp_core::{Desk, Ports, UserId};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (store, customers) = (MemoryStore::new(), FixedDirectory::default());
/// let desk = Desk::new(Ports::over(Arc::new(store), Arc::new(customers)));
/// let asha = Actor::Person(UserId::new("asha")?);
///
/// desk.save_settings(&[SettingEdit::retry_max(2)?], Consent::NotAsked, &asha).await?;
/// let audit = desk.audit(&AuditFilter::default(), None, 20).await?;
/// assert_eq!(audit.entries[0].by, asha);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Desk {
    ports: Ports,
}

impl Desk {
    /// A desk over these ports.
    #[must_use]
    pub const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A page of the audit, the newest entries first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or nothing reads the audit (see
    /// [`Ports::with_audit`]).
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        audit_page(&self.ports, filter, after, limit).await
    }
}

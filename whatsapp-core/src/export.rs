//! Taking messages out of the log, and entries out of the audit: each leaves an entry there.

use crate::audit::{Act, Actor, AuditChange, AuditTarget};
use crate::port::{
    AuditCursor, AuditFilter, AuditPage, Cursor, EXPORT_MAX, ExportPage, LogFilter, StoreError,
};
use crate::wiring::{Ports, audit_entry, audit_page};

/// Export of messages from the log, batch by batch: the rows of a file. The audit has its entry
/// before the first message is read.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::{Ports, UserId};
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::export::Export;
/// use whatsapp_core::port::LogFilter;
/// use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// let manager = Actor::Person(UserId::new("manager-1")?);
/// let mut export = Export::begin(&ports, LogFilter::default(), false, &manager).await?;
/// while let Some(page) = export.next().await? {
///     for row in page.rows {
///         println!("{},{}", row.id, row.status);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Export {
    ports: Ports,
    filter: LogFilter,
    texts: bool,
    after: Option<Cursor>,
    is_over: bool,
}

impl Export {
    /// Writes down who takes out what, and begins with the newest message.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or where the filter does not
    /// [check](LogFilter::check).
    pub async fn begin(
        ports: &Ports,
        filter: LogFilter,
        texts: bool,
        by: &Actor,
    ) -> Result<Self, StoreError> {
        filter.check()?;
        let change = AuditChange::Exported { filter: filter.in_words(), texts };
        let entry = audit_entry(ports, by, Act::Exported, AuditTarget::Log, change);
        ports.store.note_export(&entry).await?;
        Ok(Self { ports: ports.clone(), filter, texts, after: None, is_over: false })
    }

    /// The next rows, at most [`EXPORT_MAX`]; `None` at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer. The next call tries the same rows again.
    pub async fn next(&mut self) -> Result<Option<ExportPage>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let store = &self.ports.store;
        let page = store.export(&self.filter, self.texts, self.after, EXPORT_MAX).await?;
        self.after = page.next;
        self.is_over = page.next.is_none();
        Ok(Some(page))
    }
}

/// Export of entries from the audit, page by page: the rows of a file. The audit has its entry
/// before the first entry is read.
#[derive(Debug)]
pub struct AuditExport {
    ports: Ports,
    filter: AuditFilter,
    after: Option<AuditCursor>,
    is_over: bool,
}

/// Number of entries read at once.
const PAGE: u32 = 200;

impl AuditExport {
    /// Writes down who takes out what, and begins with the newest entry.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn begin(ports: &Ports, filter: AuditFilter, by: &Actor) -> Result<Self, StoreError> {
        let change = AuditChange::Exported { filter: filter.in_words(), texts: false };
        let entry = audit_entry(ports, by, Act::Exported, AuditTarget::Audit, change);
        ports.store.note_export(&entry).await?;
        Ok(Self { ports: ports.clone(), filter, after: None, is_over: false })
    }

    /// The next entries; `None` at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or nothing reads the audit. The next call
    /// tries the same entries again.
    pub async fn next(&mut self) -> Result<Option<AuditPage>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let page = audit_page(&self.ports, &self.filter, self.after, PAGE).await?;
        self.after = page.next;
        self.is_over = page.next.is_none();
        Ok(Some(page))
    }
}

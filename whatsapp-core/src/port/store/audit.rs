//! Reading the audit.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{BrokenRow, StoreError};
use crate::audit::{Act, Actor, AuditEntry, AuditTarget};
use crate::id::AuditId;

/// Which entries are asked for: those that fit all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Of this actor.
    pub by: Option<Actor>,
    /// Of this act.
    pub act: Option<Act>,
    /// About this.
    pub on: Option<AuditTarget>,
}

/// An entry's place in the order of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Its id.
    pub id: AuditId,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// Entries, the newest first.
    pub entries: Vec<AuditEntry>,
    /// Rows of this page that cannot be read, because something else than the library wrote them.
    /// They count towards the page's limit.
    pub broken: Vec<BrokenRow>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<AuditCursor>,
}

/// The table `whatsapp_audit`, which this only reads.
///
/// # Contract
/// - Each method of the storage ports that takes an entry writes it in its own transaction, when it
///   does what it is asked for, and never else.
/// - Entries are not changed and not deleted by anybody.
/// - Pages neither repeat nor leave out an entry that was there when the first of them was read.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditLog: Debug + Send + Sync + 'static {
    /// A page of at most `limit` entries (1 to 200), the newest first. A row that cannot be read is
    /// shown as broken, and the others as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError>;
}

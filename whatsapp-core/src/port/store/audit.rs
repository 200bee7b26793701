//! Reading of the audit.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};

use super::{BrokenRow, StoreError};
use crate::audit::{Act, Actor, AuditEntry, AuditTarget, TargetKind};
use crate::id::AuditId;

/// A filter for audit entries. An entry must fit all of its fields.
///
/// Either `on` or `kind` is enough; where they contradict each other, no entry fits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuditFilter {
    /// Entries by this actor.
    pub by: Option<Actor>,
    /// Entries with this action.
    pub act: Option<Act>,
    /// Entries about this target.
    pub on: Option<AuditTarget>,
    /// Entries about a target of this kind.
    pub kind: Option<TargetKind>,
    /// Entries of this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Entries before this instant.
    pub until: Option<DateTime<Utc>>,
}

impl AuditFilter {
    /// All entries about this target.
    #[must_use]
    pub fn about(target: AuditTarget) -> Self {
        Self { on: Some(target), ..Self::default() }
    }

    /// All entries with this act.
    #[must_use]
    pub fn only(act: Act) -> Self {
        Self { act: Some(act), ..Self::default() }
    }

    /// Returns true if an entry fits all fields of the filter.
    #[must_use]
    pub fn fits(&self, entry: &AuditEntry) -> bool {
        self.by.as_ref().is_none_or(|by| *by == entry.by)
            && self.act.is_none_or(|act| act == entry.act)
            && self.on.as_ref().is_none_or(|on| *on == entry.on)
            && self.kind.is_none_or(|kind| kind == entry.on.is_a())
            && self.from.is_none_or(|from| from <= entry.at)
            && self.until.is_none_or(|until| entry.at < until)
    }

    /// Returns the filter in words, without anybody's name.
    #[must_use]
    pub fn in_words(&self) -> String {
        let at = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let by = self.by.as_ref().map(|by| match by {
            Actor::Person(_) => "of one person",
            Actor::Host => "of the host",
            Actor::Outside => "of somebody outside",
        });
        let parts = [
            by.map(str::to_owned),
            self.act.map(|act| format!("act: {act}")),
            self.on.as_ref().map(|on| format!("about one {}", on.kind())),
            self.kind.map(|kind| format!("about: {kind}")),
            self.from.map(|from| format!("from {}", at(from))),
            self.until.map(|until| format!("before {}", at(until))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "all entries".to_owned() } else { parts.join("; ") }
    }
}

/// The place of an entry in the order of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    /// Time at which the entry was written.
    pub at: DateTime<Utc>,
    /// The id of the entry.
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
    /// Start of the next page; `None` on the last one.
    pub next: Option<AuditCursor>,
}

/// The table `whatsapp_audit`, for reading only.
///
/// # Contract
/// - Each method of the storage ports that takes an entry writes it in its own transaction. The
///   entry is written if the method does what it is asked for, and never otherwise.
/// - Nobody changes or deletes entries.
/// - Pages neither repeat nor leave out an entry that existed when the first of them was read.
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

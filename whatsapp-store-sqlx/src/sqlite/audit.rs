//! The audit.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::audit::{Act, Actor, AuditEntry, AuditTarget, TargetKind};
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};
use whatsapp_core::{AuditId, UserId};

use super::SqliteStore;
use super::codec::{array, micros};
use super::items::AuditItem;
use super::statements as sql;
use super::work::Bound;
use crate::binds::binds;
use crate::error::row_count;
use crate::rows;

#[async_trait]
impl AuditLog for SqliteStore {
    async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let statement = if filter.on.is_some() { sql::AUDIT_OF } else { sql::AUDIT };
        let before = rows::audit_before(filter, after);
        let query = bind_page(sql::query(statement), filter, before, limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows::audit_page(&rows, limit)
    }
}

binds! {
    /// Binds the filter of a page, and the point before which it begins.
    fn bind_page(
        filter: &AuditFilter,
        before: (Option<DateTime<Utc>>, Option<AuditId>),
        limit: u32,
    ) as PAGE {
        before_at = before.0.map_or(i64::MAX, micros);
        before_id = before.1.map(|id| id.to_string()).unwrap_or_default();
        actor = filter.by.as_ref().map(Actor::as_str);
        user_id = filter.by.as_ref().and_then(Actor::user).map(UserId::as_str);
        act = filter.act.map(Act::as_str);
        target = filter.on.as_ref().map(AuditTarget::kind);
        target_id = filter.on.as_ref().map(AuditTarget::id);
        // One row more tells whether another page follows.
        most = rows::audit_rows(limit) + 1;
        since = filter.from.map_or(i64::MIN, micros);
        kind = filter.kind.map(TargetKind::as_str);
    }
}

/// Writes entries of the audit; most acts have one, and an act of the library itself has none.
pub(super) async fn record<'a>(
    connection: &mut SqliteConnection,
    entries: impl IntoIterator<Item = &'a AuditEntry>,
) -> Result<(), StoreError> {
    let items: Vec<_> = entries.into_iter().map(AuditItem::new).collect();
    if items.is_empty() {
        return Ok(());
    }
    let add = sql::query(sql::ADD_AUDIT).bind(array(&items)?);
    let done = add.execute(connection).await?;
    row_count(done.rows_affected(), items.len())
}

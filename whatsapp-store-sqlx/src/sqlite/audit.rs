//! The audit.

use async_trait::async_trait;
use sqlx::SqliteConnection;
use whatsapp_core::UserId;
use whatsapp_core::audit::{Act, Actor, AuditEntry, AuditTarget, TargetKind};
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};

use super::SqliteStore;
use super::codec::{array, micros};
use super::items::AuditItem;
use super::statements as sql;
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl AuditLog for SqliteStore {
    async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let AuditFilter { by, act, on, kind, from, .. } = filter;
        let (at, id) = rows::audit_before(filter, after);
        let rows = sqlx::query(if on.is_some() { sql::AUDIT_OF } else { sql::AUDIT })
            .bind(at.map_or(i64::MAX, micros))
            .bind(id.map(|id| id.to_string()).unwrap_or_default())
            .bind(by.as_ref().map(Actor::as_str))
            .bind(by.as_ref().and_then(Actor::user).map(UserId::as_str))
            .bind(act.map(Act::as_str))
            .bind(on.as_ref().map(AuditTarget::kind))
            .bind(on.as_ref().map(AuditTarget::id))
            // One row more tells whether another page follows.
            .bind(rows::audit_rows(limit) + 1)
            .bind(from.map_or(i64::MIN, micros))
            .bind(kind.map(TargetKind::as_str))
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows::audit_page(&rows, limit)
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
    let add = sqlx::query(sql::ADD_AUDIT).bind(array(&items)?);
    let done = add.execute(connection).await.map_err(store_error)?;
    row_count(done.rows_affected(), items.len())
}

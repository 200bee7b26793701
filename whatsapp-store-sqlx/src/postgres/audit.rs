//! The audit.

use async_trait::async_trait;
use chrono::DateTime;
use uuid::Uuid;
use whatsapp_core::UserId;
use whatsapp_core::audit::{Act, Actor, AuditEntry, AuditTarget, TargetKind};
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};

use super::PostgresStore;
use super::codec::{column, text, uuid};
use super::statements as sql;
use super::work::{Session, Who};
use crate::error::{row_count, store_error};
use crate::rows;

#[async_trait]
impl AuditLog for PostgresStore {
    async fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage, StoreError> {
        let filter = filter.clone();
        // Without a filter, the first page begins after the last possible instant, and the last
        // page ends with the first.
        let far = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH);
        let (at, id) = rows::audit_before(&filter, after);
        let at = at.unwrap_or_else(|| far(253_402_300_800));
        let id = id.map_or_else(Uuid::nil, uuid);
        let from = filter.from.unwrap_or_else(|| far(-62_135_596_800));
        self.read(Who::Visitor, move |session| {
            let AuditFilter { by, act, on, kind, .. } = filter.clone();
            Box::pin(async move {
                let rows = session
                    .query(if on.is_some() { sql::AUDIT_OF } else { sql::AUDIT })
                    .bind(at)
                    .bind(id)
                    .bind(by.as_ref().map(Actor::as_str))
                    .bind(by.as_ref().and_then(|by| by.user()).map(|user| user.as_str().to_owned()))
                    .bind(act.map(Act::as_str))
                    .bind(on.as_ref().map(AuditTarget::kind))
                    .bind(on.as_ref().map(AuditTarget::id))
                    // One row more tells whether another page follows.
                    .bind(i64::from(rows::audit_rows(limit)) + 1)
                    .bind(from)
                    .bind(kind.map(TargetKind::as_str))
                    .fetch_all(&mut *session.connection)
                    .await
                    .map_err(store_error)?;
                rows::audit_page(&rows, limit)
            })
        })
        .await
    }
}

/// Writes entries of the audit; most acts have one, and an act of the library itself has none.
pub(super) async fn record<'a>(
    session: &mut Session<'_>,
    entries: impl IntoIterator<Item = &'a AuditEntry>,
) -> Result<(), StoreError> {
    let entries: Vec<&AuditEntry> = entries.into_iter().collect();
    if entries.is_empty() {
        return Ok(());
    }
    let done = session
        .query(sql::ADD_AUDIT)
        .bind(column(&entries, |entry| uuid(entry.id)))
        .bind(column(&entries, |entry| entry.at))
        .bind(column(&entries, |entry| entry.by.as_str()))
        .bind(column(&entries, |entry| entry.by.user().map(UserId::as_str)))
        .bind(column(&entries, |entry| entry.act.as_str()))
        .bind(column(&entries, |entry| entry.on.kind()))
        .bind(column(&entries, |entry| entry.on.id()))
        .bind(column(&entries, |entry| text(&entry.change.to_json()).into_owned()))
        .execute(&mut *session.connection)
        .await
        .map_err(store_error)?;
    row_count(done.rows_affected(), entries.len())
}

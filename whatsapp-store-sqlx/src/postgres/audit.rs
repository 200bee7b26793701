//! The audit.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;
use whatsapp_core::UserId;
use whatsapp_core::audit::{Act, Actor, AuditEntry, AuditTarget, TargetKind};
use whatsapp_core::port::{AuditCursor, AuditFilter, AuditLog, AuditPage, StoreError};

use super::PostgresStore;
use super::codec::{column, text, uuid};
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::error::row_count;
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
        self.read(Pool::Client, move |session| {
            let statement = if filter.on.is_some() { sql::AUDIT_OF } else { sql::AUDIT };
            let query = bind_page(session.query(statement), &filter, (at, id), from, limit);
            Box::pin(async move {
                let rows = query.fetch_all(&mut *session.connection).await?;
                rows::audit_page(&rows, limit)
            })
        })
        .await
    }
}

binds! {
    /// Binds the filter of a page, the point before which it begins, and where it ends.
    fn bind_page(
        filter: &AuditFilter,
        before: (DateTime<Utc>, Uuid),
        since: DateTime<Utc>,
        limit: u32,
    ) as PAGE {
        before_at "timestamptz" = before.0;
        before_id "uuid" = before.1;
        actor "text" = filter.by.as_ref().map(Actor::as_str);
        user_id "text" = filter.by.as_ref().and_then(Actor::user).map(UserId::as_str);
        act "text" = filter.act.map(Act::as_str);
        target "text" = filter.on.as_ref().map(AuditTarget::kind);
        target_id "text" = filter.on.as_ref().map(AuditTarget::id);
        // One row more tells whether another page follows.
        most "bigint" = i64::from(rows::audit_rows(limit)) + 1;
        since "timestamptz" = since;
        kind "text" = filter.kind.map(TargetKind::as_str);
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
        .await?;
    row_count(done.rows_affected(), entries.len())
}

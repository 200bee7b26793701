//! The entries of the audit as a file for spreadsheets.

use axum::body::{Body, Bytes};
use axum::http::Method;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt as _};
use whatsapp_core::audit::AuditEntry;
use whatsapp_core::export::AuditExport;
use whatsapp_core::port::{AuditPage, StoreError};

use super::{Named, told};
use crate::links::audit::AuditQuery;
use crate::oops::Oops;
use crate::page::csv::{MARK, line};
use crate::page::eyes::{Eyes, Sight};
use crate::page::refused;
use crate::visit::Visit;

/// Gives the entries that the address names as a file.
pub(crate) async fn show(method: Method, visit: Visit) -> Result<Response, Oops> {
    let query = AuditQuery::read(&visit.query).map_err(|bad| refused(&bad, &visit))?;
    file(&method, &visit, &query).await
}

/// Writes entries as a file: all of them, the newest first. The reading ends when the browser hangs
/// up. A `HEAD` takes nothing out.
pub(crate) async fn file(
    method: &Method,
    visit: &Visit,
    query: &AuditQuery,
) -> Result<Response, Oops> {
    if !visit.ports().offers().reads_audit {
        return Err(Oops::Bad(visit.texts().no_audit_here().to_owned()));
    }
    let sight = Sight::of(visit).await?;
    let zone = &sight.settings().time_zone;
    let disposition =
        format!("attachment; filename=\"audit-{}.csv\"", zone.date(visit.now).format("%F"));
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    if *method == Method::HEAD {
        return Ok(headers.into_response());
    }
    let filter = query.filter(visit.now, zone);
    let (ports, by) = (visit.ports().clone(), visit.actor());
    let begun = async move { AuditExport::begin(&ports, filter, &by).await };
    let export = visit.inner.work.finish(begun).await??;
    let file = File { visit: visit.clone(), sight };
    let head = stream::iter([Ok(Bytes::from(file.head()))]);
    let rows = stream::unfold(Some((export, file)), |going_on| async {
        let (mut export, file) = going_on?;
        match next(&mut export, &file).await {
            Ok(Some(rows)) => Some((Ok(Bytes::from(rows)), Some((export, file)))),
            Ok(None) => None,
            Err(error) => {
                tracing::error!("an export of the audit broke off: {error}");
                Some((Err(error), None))
            }
        }
    });
    // Middleware that compresses the answer asks once more after its end.
    Ok((headers, Body::from_stream(head.chain(rows).fuse())).into_response())
}

async fn next(export: &mut AuditExport, file: &File) -> Result<Option<String>, StoreError> {
    let Some(page) = export.next().await? else { return Ok(None) };
    let named = Named::of(&page.entries, &file.visit).await?;
    Ok(Some(file.rows(&page, &named)))
}

/// The visit and the sight that the rows of a file are written with.
struct File {
    visit: Visit,
    sight: Sight,
}

impl File {
    /// The mark of the file, and the names of its columns.
    fn head(&self) -> String {
        let t = self.visit.texts();
        let zone = self.sight.settings().time_zone.as_str();
        let when = t.csv_zoned(t.audit_when(), zone);
        let columns = [
            when.as_str(),
            t.audit_who(),
            t.audit_what(),
            t.audit_about(),
            t.audit_id(),
            t.csv_sentence(),
            t.csv_before(),
            t.csv_after(),
            t.csv_entry_id(),
        ];
        let mut file = MARK.to_string();
        line(&mut file, &columns);
        file
    }

    fn rows(&self, page: &AuditPage, named: &Named) -> String {
        let eyes = self.sight.eyes(&self.visit);
        let mut file = String::with_capacity(page.entries.len() * 256);
        for entry in &page.entries {
            row(&mut file, entry, named, &eyes);
        }
        for row in &page.broken {
            let at = row.created_at.map(|at| local(at, &eyes)).unwrap_or_default();
            let told = eyes.t.audit_unreadable();
            line(&mut file, &[&at, "", "", "", "", told, "", "", &row.id]);
        }
        file
    }
}

fn local(at: chrono::DateTime<chrono::Utc>, eyes: &Eyes<'_>) -> String {
    eyes.settings.time_zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn row(file: &mut String, entry: &AuditEntry, named: &Named, eyes: &Eyes<'_>) {
    // The file is the same whoever saves it.
    let told = told(entry, named, &eyes.by_keys());
    let (id, on) = (entry.id.to_string(), entry.on.id());
    let (at, by) = (local(entry.at, eyes), eyes.by_keys().who(&entry.by));
    let sentence = format!("{} {}", told.text, told.change);
    let cells = [
        at.as_str(),
        by.as_str(),
        entry.act.label(),
        entry.on.is_a().label(),
        on.as_str(),
        sentence.trim_end(),
        told.before.as_str(),
        told.after.as_str(),
        id.as_str(),
    ];
    line(file, &cells);
}

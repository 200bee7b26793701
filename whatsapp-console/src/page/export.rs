//! The messages of a list as a file for spreadsheets.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::Method;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use url::form_urlencoded;
use whatsapp_core::Private;
use whatsapp_core::export::Export;
use whatsapp_core::port::{ExportPage, ExportRow};
use whatsapp_core::time::Zone;

use super::csv::{self, MARK};
use super::eyes::Sight;
use super::refused;
use crate::inner::Inner;
use crate::links::query::{BadQuery, Query};
use crate::oops::Oops;
use crate::visit::Visit;

/// The parameter that asks for texts as well.
const TEXTS: &str = "texts";

/// Gives the list that the address names as a file. The address of any page of the list will do:
/// the file has the whole list, in one order.
pub(crate) async fn show(method: Method, visit: Visit) -> Result<Response, Oops> {
    let (texts, query) = asked(&visit.query).map_err(|bad| refused(&bad, &visit))?;
    let query = Query::read(&query).map_err(|bad| refused(&bad, &visit))?;
    file(&method, &visit, &query, texts).await
}

/// Writes a list as a file: all of it, by date, the newest message first. The reading ends when the
/// browser hangs up. A `HEAD` takes nothing out.
pub(crate) async fn file(
    method: &Method,
    visit: &Visit,
    query: &Query,
    texts: bool,
) -> Result<Response, Oops> {
    let sight = Sight::of(visit).await?;
    let zone = sight.settings().time_zone.clone();
    let disposition =
        format!("attachment; filename=\"messages-{}.csv\"", zone.date(visit.now).format("%F"));
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    if *method == Method::HEAD {
        return Ok(headers.into_response());
    }
    let filter = query.filter(visit.now, &zone);
    let (ports, by) = (visit.ports().clone(), visit.actor());
    let begun = async move { Export::begin(&ports, filter, texts, &by).await };
    let export = visit.inner.work.finish(begun).await??;
    let file = File { inner: visit.inner.clone(), zone, texts, broken: 0 };
    let head = stream::iter([Ok(Bytes::from(file.head()))]);
    let rows = stream::unfold(Some((export, file)), |going_on| async {
        let (mut export, mut file) = going_on?;
        match export.next().await {
            Ok(Some(page)) => Some((Ok(Bytes::from(file.rows(page))), Some((export, file)))),
            Ok(None) => file.end().map(|end| (Ok(Bytes::from(end)), None)),
            Err(error) => {
                tracing::error!("an export broke off: {error}");
                Some((Err(error), None))
            }
        }
    });
    // Middleware that compresses the answer asks once more after its end.
    Ok((headers, Body::from_stream(head.chain(rows).fuse())).into_response())
}

/// Splits an address's part after the `?`: the parameter that asks for texts, and the rest.
fn asked(query: &str) -> Result<(bool, String), BadQuery> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let (texts, rest): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name == TEXTS);
    let rest = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
    match texts.as_slice() {
        [] => Ok((false, rest)),
        [(_, value)] if value == "0" => Ok((false, rest)),
        [(_, value)] if value == "1" => Ok((true, rest)),
        _ => Err(BadQuery { name: TEXTS, expected: "0 or 1, once".into() }),
    }
}

/// The file of a list, from the console's root; with texts, or without.
pub(super) fn address(query: &Query, texts: bool) -> String {
    let query = query.filters().to_string();
    let texts = if texts { "texts=1" } else { "" };
    let between = if query.is_empty() || texts.is_empty() { "" } else { "&" };
    let mark = if query.is_empty() && texts.is_empty() { "" } else { "?" };
    format!("messages.csv{mark}{query}{between}{texts}")
}

/// The context that the rows of a file are written with.
#[derive(Debug)]
struct File {
    inner: Arc<Inner>,
    zone: Zone,
    texts: bool,
    /// Number of rows so far that could not be read.
    broken: u64,
}

impl File {
    /// The mark of the file, and the names of its columns.
    fn head(&self) -> String {
        let t = self.inner.texts.as_ref();
        let (made, sent) = (t.csv_made(self.zone.as_str()), t.csv_sent(self.zone.as_str()));
        let mut columns = vec![
            made.as_str(),
            t.customer(),
            t.number_of(),
            t.type_of_message(),
            t.trigger(),
            t.status(),
            t.delivery(),
            t.csv_retries(),
            t.csv_reason(),
            t.about(),
            sent.as_str(),
            t.csv_customer_id(),
            t.csv_message_id(),
        ];
        columns.extend(self.texts.then(|| t.csv_text()));
        let mut file = MARK.to_string();
        csv::line(&mut file, &columns);
        file
    }

    fn rows(&mut self, page: ExportPage) -> String {
        self.broken += page.broken;
        let mut file = String::with_capacity(page.rows.len() * 256);
        for row in page.rows {
            self.row(&mut file, &row);
        }
        file
    }

    fn row(&self, file: &mut String, row: &ExportRow) {
        let at = |at| self.zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
        let (made, sent) = (at(row.created_at), row.sent_at.map(at).unwrap_or_default());
        let kind = self.inner.ports.types().get(row.message_type);
        let (retries, id) = (row.retry_count.to_string(), row.id.to_string());
        let mut cells = vec![
            made.as_str(),
            row.customer_name.as_str(),
            row.whatsapp_number.as_str(),
            kind.as_ref().map_or(row.message_type.as_str(), |kind| kind.label()),
            row.trigger.label(),
            row.status.label(),
            row.delivery.map_or("", |delivery| delivery.label()),
            retries.as_str(),
            row.reason.as_deref().unwrap_or_default(),
            row.subject.as_deref().unwrap_or_default(),
            sent.as_str(),
            row.customer_id.as_str(),
            id.as_str(),
        ];
        let text = row.text.as_ref().map(Private::as_str).unwrap_or_default();
        cells.extend(self.texts.then_some(text));
        csv::line(file, &cells);
    }

    /// A last line after all rows, where some could not be read.
    fn end(&self) -> Option<String> {
        (self.broken > 0).then(|| {
            let mut file = String::new();
            csv::line(&mut file, &[&self.inner.texts.csv_left_out(self.broken)]);
            file
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{address, asked};
    use crate::links::query::Query;

    #[test]
    fn the_address_of_a_file_has_the_lists_filters_alone() {
        for (list, texts, file) in [
            ("", false, "messages.csv"),
            ("", true, "messages.csv?texts=1"),
            ("sort=oldest", false, "messages.csv"),
            ("status=failed&sort=oldest", true, "messages.csv?status=failed&texts=1"),
            ("status=failed", false, "messages.csv?status=failed"),
        ] {
            let address = address(&Query::read(list).unwrap(), texts);
            assert_eq!(address, file);
            let query = address.split_once('?').map_or("", |(_, query)| query);
            let (with_texts, rest) = asked(query).unwrap();
            assert_eq!(
                (with_texts, Query::read(&rest)),
                (texts, Ok(Query::read(list).unwrap().filters()))
            );
        }
    }
}

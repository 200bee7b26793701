//! The audit page: entries in plain words, filtered, page by page, and as a file.

mod file;
mod filters;
mod line;
mod named;

use axum::response::Response;
use whatsapp_core::port::AuditPage as Entries;

pub(crate) use file::{file, show as export};
pub(crate) use line::told;
pub(crate) use named::Named;

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::{Nav, html, refused, shell};
use crate::links::audit::AuditQuery;
use crate::oops::Oops;
use crate::view::{AuditLine, AuditPage};
use crate::visit::Visit;

/// Number of entries on a page.
const ROWS: u32 = 25;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let query = AuditQuery::read(&visit.query).map_err(|bad| refused(&bad, &visit))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let reads = visit.ports().offers().reads_audit;
    let filter = query.filter(eyes.now, &eyes.settings.time_zone);
    let page = if reads {
        visit.inner.desk.audit(&filter, query.after, ROWS).await?
    } else {
        Entries::default()
    };
    let named = Named::of(&page.entries, &visit).await?;
    let mut s = shell(&visit, t.audit(), Nav::Audit);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let chips = filters::chips(&query, &named, &eyes);
    let in_words = filters::in_words(&chips, &eyes);
    s.say.clone_from(&in_words);
    let is_all = query.first() == AuditQuery::default();
    let nothing = match (reads, is_all) {
        (false, _) => t.no_audit_here(),
        (true, true) => t.no_entry_text(),
        (true, false) => t.no_message_fits_text(),
    };
    let to = |query: AuditQuery| eyes.links.page(query.address("audit"));
    html(&AuditPage {
        t,
        in_words,
        csv: if reads {
            eyes.links.page(query.first().address("audit.csv"))
        } else {
            String::new()
        },
        whos: filters::whos(&query, &eyes),
        person: filters::person(&query),
        acts: filters::acts(&query, &eyes),
        whens: filters::whens(&query, &eyes),
        kinds: filters::kinds(&query, &eyes),
        id: query.on.as_ref().map(whatsapp_core::audit::AuditTarget::id).unwrap_or_default(),
        from: query.from.map(|day| day.to_string()).unwrap_or_default(),
        until: query.until.map(|day| day.to_string()).unwrap_or_default(),
        more_open: filters::is_open(&query),
        chips,
        lines: lines(&page, &named, &eyes),
        nothing: nothing.to_owned(),
        all: if is_all { String::new() } else { to(AuditQuery::default()) },
        first: if query.after.is_some() { to(query.first()) } else { String::new() },
        older: page.next.map(|next| to(query.at(next))).unwrap_or_default(),
        s,
    })
}

/// The entries, and the rows that cannot be read, each in its place.
fn lines(page: &Entries, named: &Named, eyes: &Eyes<'_>) -> Vec<AuditLine> {
    let read = page.entries.iter().map(|entry| (Some(entry.at), line::line(entry, named, eyes)));
    let broken = page.broken.iter().map(|row| (row.created_at, line::broken(row, eyes)));
    let mut lines: Vec<_> = read.chain(broken).collect();
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    lines.into_iter().map(|(_, line)| line).collect()
}

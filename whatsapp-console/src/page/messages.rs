//! The list of messages.

mod chips;
mod form;

use std::collections::BTreeSet;

use axum::response::Response;
use whatsapp_core::MessageId;
use whatsapp_core::bulk::BulkAct;
use whatsapp_core::message::{Message, Outcome, Status};
use whatsapp_core::port::{AttentionFor, BrokenRow, Count, LogPage, Sort, StoreError, Turn};

use super::done::flash;
use super::export;
use super::eyes::{Eyes, Sight};
use super::overview::{in_need, mark};
use super::row::{broken, row};
use super::{Nav, html, shell};
use crate::cache::Seen;
use crate::links::query::{BadQuery, Query, Wanted};
use crate::oops::Oops;
use crate::view::{Choice, Head, MessagesPage, Nothing, Row, Shell, Tab};
use crate::visit::Visit;

/// How many messages a page has.
const ROWS: u32 = 20;

/// How far they are counted.
const COUNTED: u64 = 10_000;

/// What the list shows.
#[derive(Debug)]
struct Listed<'a> {
    query: &'a Query,
    page: LogPage,
    count: Count,
    /// Which of the messages were sent again already.
    resent: BTreeSet<MessageId>,
    /// What needs a person, for the ready-made filters.
    seen: &'a Seen,
    /// Whether messages can be chosen for an act on many.
    may_select: bool,
}

/// Shows the list that the address names.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let query = Query::read(&visit.query).map_err(|bad| refused(&bad, &visit))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    let listed = read(&query, &visit, &eyes, &seen).await?;
    let mut s = shell(&visit, eyes.t.messages(), Nav::Messages);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, &seen, &eyes);
    html(&page(&listed, s, &eyes))
}

/// An address that cannot be: which of its parameters, and what would be right.
pub(super) fn refused(bad: &BadQuery, visit: &Visit) -> Oops {
    let t = visit.texts();
    if bad.name.is_empty() {
        return Oops::Bad(t.unknown_parameter(&bad.expected));
    }
    Oops::Bad(t.bad_parameter(bad.name, &bad.expected))
}

async fn read<'a>(
    query: &'a Query,
    visit: &Visit,
    eyes: &Eyes<'_>,
    seen: &'a Seen,
) -> Result<Listed<'a>, Oops> {
    let log = visit.ports().log();
    let filter = query.filter(eyes.now, &eyes.settings.time_zone);
    let page = match log.page(&filter, query.sort, query.turn, ROWS).await {
        Err(StoreError::TooMany { most }) => {
            return Err(Oops::Bad(eyes.t.too_many_names(most.into())));
        }
        page => page?,
    };
    let count = log.count(&filter, COUNTED).await?;
    let failed = |message: &&Message| message.state.status == Status::Failed;
    let ids: Vec<_> = page.messages.iter().filter(failed).map(|it| it.facts.id).collect();
    let resent = if ids.is_empty() { Vec::new() } else { log.resent(&ids).await? };
    let may_select = visit.may_act() && visit.inner.bulks.is_some();
    Ok(Listed { query, page, count, resent: resent.into_iter().collect(), seen, may_select })
}

/// The page of a list.
fn page<'a>(listed: &Listed<'_>, mut s: Shell, eyes: &Eyes<'a>) -> MessagesPage<'a> {
    let Listed { query, page, .. } = listed;
    let t = eyes.t;
    let to = |turn| eyes.links.page(query.at(turn).address());
    let (newer_label, older_label) = match query.sort {
        Sort::Newest => (t.newer(), t.older()),
        _ => (t.previous_page(), t.next_page()),
    };
    let chips = chips::chips(query, &page.messages, eyes);
    let in_words = chips::in_words(query, &chips, eyes);
    let shown = shown(listed, eyes);
    format!("{in_words} {shown}").trim_end().clone_into(&mut s.say);
    let file = |texts| {
        let address = eyes.may_act.then(|| export::address(query, texts));
        address.map(|address| eyes.links.page(address)).unwrap_or_default()
    };
    let further = page.further.map(|at| match query.turn {
        Turn::Before(_) => Turn::Before(at),
        Turn::First | Turn::After(_) => Turn::After(at),
    });
    MessagesPage {
        t,
        heading: t.messages().to_owned(),
        caption: t.caption(&in_words),
        in_words: format!("{in_words} {}.", eyes.times().clocks()),
        csv: file(false),
        csv_texts: file(true),
        may_select: listed.may_select,
        query: query.filters().to_string(),
        all_that_match: t.all_that_match(listed.count),
        bulk_acts: BulkAct::ALL.iter().map(|act| bulk_act(*act)).collect(),
        tabs: tabs(query, listed.seen, eyes),
        f: form::form(query, eyes),
        chips,
        hint: String::new(),
        rows: rows(listed, eyes),
        nothing: nothing(query, eyes),
        heads: heads(query, eyes),
        newer: page.previous.map(|at| to(Turn::Before(at))).unwrap_or_default(),
        newer_label: newer_label.to_owned(),
        older: page.next.map(|at| to(Turn::After(at))).unwrap_or_default(),
        older_label: older_label.to_owned(),
        further: further.map(to).unwrap_or_default(),
        shown,
        s,
    }
}

/// A button of an act on many messages.
fn bulk_act(act: BulkAct) -> Choice {
    Choice { value: act.to_string(), label: act.label().to_owned(), on: false }
}

/// A page of a list that is not read: what stands in the place of its rows, and what was typed to find it.
pub(super) fn empty<'a>(
    nothing: Nothing,
    hint: String,
    seen: &Seen,
    s: Shell,
    eyes: &Eyes<'a>,
) -> MessagesPage<'a> {
    let page = LogPage {
        messages: Vec::new(),
        broken: Vec::new(),
        previous: None,
        next: None,
        further: None,
    };
    let (query, count) = (&Query::default(), Count { number: 0, is_exact: true });
    let may_select = false;
    let listed = Listed { query, page, count, resent: BTreeSet::new(), seen, may_select };
    let mut page = self::page(&listed, s, eyes);
    (page.nothing, page.hint) = (nothing, hint);
    page.shown.clear();
    page.in_words.clear();
    page.csv.clear();
    for tab in &mut page.tabs {
        tab.current = false;
    }
    page
}

/// The rows, those that cannot be read in their place among the others.
fn rows(listed: &Listed<'_>, eyes: &Eyes<'_>) -> Vec<Row> {
    let told = |it: &Message| row(it, listed.resent.contains(&it.facts.id), eyes);
    let mut rows: Vec<_> = listed.page.messages.iter().map(told).collect();
    for one in &listed.page.broken {
        let place = place(one, &listed.page.messages, listed.query.sort);
        rows.insert(place.min(rows.len()), broken(one, eyes));
    }
    rows
}

/// Before which message a row that cannot be read stands; behind all where its instant cannot be read either.
fn place(broken: &BrokenRow, messages: &[Message], sort: Sort) -> usize {
    let is_before = |message: &Message| match (broken.created_at, sort) {
        (None, _) | (_, Sort::Status | Sort::Customer) => false,
        (Some(at), Sort::Oldest) => at < message.facts.created_at,
        (Some(at), _) => at > message.facts.created_at,
    };
    messages.iter().position(is_before).unwrap_or(messages.len())
}

/// How many are shown of how many.
fn shown(listed: &Listed<'_>, eyes: &Eyes<'_>) -> String {
    let (t, page) = (eyes.t, &listed.page);
    let rows = page.messages.len() + page.broken.len();
    if let Some(at) = page.further {
        return t.looked_back_to(&eyes.times().short(at.created_at));
    }
    match (rows, listed.query.turn) {
        (0, _) => String::new(),
        (rows, Turn::First) => t.first_of(rows as u64, listed.count),
        (rows, Turn::After(_) | Turn::Before(_)) => t.some_of(rows as u64, listed.count),
    }
}

/// The ready-made filters.
fn tabs(query: &Query, seen: &Seen, eyes: &Eyes<'_>) -> Vec<Tab> {
    let t = eyes.t;
    let now = &seen.now;
    let tab = |of: Query, label: &str, count: Option<Count>| Tab {
        href: eyes.links.page(of.address()),
        label: label.to_owned(),
        count: count.filter(|it| it.number > 0).map(|it| t.count(it)).unwrap_or_default(),
        current: query.filters() == of,
    };
    let silent = Wanted::Only(AttentionFor::Silent);
    vec![
        tab(Query::default(), t.tab_all(), None),
        tab(Query::wanting(Wanted::All), t.tab_need_you(), Some(in_need(now))),
        tab(Query::wanting(silent), t.tab_silent(), Some(now.silent)),
        tab(Query::coming_to(Outcome::WAITING), t.tab_waiting(), None),
        tab(Query::coming_to(Outcome::SENT), t.sent(), None),
        tab(Query::coming_to(Outcome::FAILED), t.failed(), None),
        tab(Query::coming_to(&[Outcome::Cancelled]), t.cancelled(), None),
    ]
}

/// The heads of the columns, of which some sort.
fn heads(query: &Query, eyes: &Eyes<'_>) -> Vec<Head> {
    let t = eyes.t;
    let head = |label: &str, sort: Option<Sort>, sorted| Head {
        label: label.to_owned(),
        href: sort
            .map(|sort| eyes.links.page(query.with(|query| query.sort = sort).address()))
            .unwrap_or_default(),
        sorted,
    };
    let by = |sort| if query.sort == sort { "ascending" } else { "" };
    let (other, sorted) = match query.sort {
        Sort::Newest => (Sort::Oldest, "descending"),
        Sort::Oldest => (Sort::Newest, "ascending"),
        _ => (Sort::Newest, ""),
    };
    vec![
        head(t.customer(), Some(Sort::Customer), by(Sort::Customer)),
        head(t.status(), Some(Sort::Status), by(Sort::Status)),
        head(t.type_of_message(), None, ""),
        head(t.made(), Some(other), sorted),
    ]
}

/// What stands in the place of rows where there are none.
fn nothing(query: &Query, eyes: &Eyes<'_>) -> Nothing {
    let t = eyes.t;
    let told = |title: &str, text: &str| Nothing {
        title: title.to_owned(),
        text: text.to_owned(),
        ..Nothing::default()
    };
    let leads = |to: &Query, label: &str| (eyes.links.page(to.address()), label.to_owned());
    let mut nothing = if query.turn != Turn::First {
        told(t.page_is_empty(), t.page_is_empty_text())
    } else if query.is_all() {
        return told(t.no_message_at_all(), t.no_message_at_all_text());
    } else if query.filters() == Query::wanting(Wanted::All) {
        told(t.nothing_needs_you(), t.what_would_need_you())
    } else {
        told(t.no_message_fits(), t.no_message_fits_text())
    };
    (nothing.href, nothing.label) = if query.turn == Turn::First {
        leads(&Query::default(), t.show_all())
    } else {
        leads(&query.at(Turn::First), t.first_page())
    };
    nothing
}

//! The list of messages.

mod chips;
mod form;

use std::collections::BTreeSet;

use axum::response::Response;
use whatsapp_core::MessageId;
use whatsapp_core::bulk::BulkAct;
use whatsapp_core::message::{Message, Outcome};
use whatsapp_core::port::{AttentionFor, Count, LogPage, Sort, StoreError, Turn};

pub(crate) use chips::called;

use super::done::flash;
use super::export;
use super::eyes::{Eyes, Sight};
use super::mark::{in_need, mark};
use super::row::row;
use super::{Nav, html, list, refused, shell};
use crate::cache::Seen;
use crate::links::query::{Query, Wanted};
use crate::live;
use crate::oops::Oops;
use crate::view::{Choice, Head, Link, MessagesPage, Nothing, Shell, Tab};
use crate::views::{self, View};
use crate::visit::Visit;

/// The facts that the list shows.
#[derive(Debug)]
struct Listed<'a> {
    query: &'a Query,
    /// The visitor's own views.
    views: Vec<View>,
    page: LogPage,
    count: Count,
    /// The messages that were sent again already.
    resent: BTreeSet<MessageId>,
    /// Counts of what needs a person, for the ready-made filters.
    seen: &'a Seen,
    /// Set if messages can be chosen for an act on many.
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
    s.events = live::of_list(live::On::Messages, &query, &listed.page, &visit);
    html(&page(&listed, s, &eyes))
}

async fn read<'a>(
    query: &'a Query,
    visit: &Visit,
    eyes: &Eyes<'_>,
    seen: &'a Seen,
) -> Result<Listed<'a>, Oops> {
    let log = visit.ports().log();
    let filter = query.filter(eyes.now, &eyes.settings.time_zone);
    let page = match log.page(&filter, query.sort, query.turn, list::ROWS).await {
        Err(StoreError::TooMany { most }) => {
            return Err(Oops::Bad(eyes.t.too_many_names(most.into())));
        }
        page => page?,
    };
    let count = list::counted(&page, query.turn, &filter, log).await?;
    let resent = list::resent(&page.messages, log).await?;
    let (views, may_select) = (views::read(&visit.views), visit.may_select());
    Ok(Listed { query, views, page, count, resent, seen, may_select })
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
    let shown = list::shown(page, query.sort, query.turn, listed.count, eyes);
    let tabs = tabs(listed, eyes);
    let mine = listed.views.iter().find(|view| view.query == query.at(Turn::First));
    let row = |it: &Message| row(it, listed.resent.contains(&it.facts.id), eyes);
    let is_watched = query.turn == Turn::First && query.sort == Sort::Newest;
    let own = query.at(Turn::First);
    format!("{in_words} {shown}").trim_end().clone_into(&mut s.say);
    // An empty list has no file.
    let is_nothing = page.messages.is_empty()
        && page.broken.is_empty()
        && page.further.is_none()
        && query.turn == Turn::First;
    let file = |texts| {
        let address = (eyes.may_act && !is_nothing).then(|| export::address(query, texts));
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
        csv_label: match query.sort {
            Sort::Newest => t.export_csv(),
            _ => t.export_csv_newest_first(),
        }
        .to_owned(),
        csv_texts: file(true),
        may_select: listed.may_select,
        all_that_match: t.all_that_match(listed.count),
        bulk_acts: BulkAct::ALL.iter().map(|act| bulk_act(*act)).collect(),
        customer: customer(listed, eyes),
        may_save: mine.is_none() && ready_made().iter().all(|of| *of != own),
        mine: mine.map(|view| view.name.clone()).unwrap_or_default(),
        remove: mine.map(|view| t.remove_view(&view.name)).unwrap_or_default(),
        query: own.to_string(),
        fresh: if is_watched { eyes.links.page(own.address()) } else { String::new() },
        tabs,
        f: form::form(query, eyes),
        chips,
        rows: list::rows(page, query.sort, row, eyes),
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

/// The page of a list that is not read: a text in the place of its rows, and the search text.
pub(super) fn empty<'a>(
    nothing: Nothing,
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
    let (views, resent, may_select) = (Vec::new(), BTreeSet::new(), false);
    let listed = Listed { query, views, page, count, resent, seen, may_select };
    let mut page = self::page(&listed, s, eyes);
    page.nothing = nothing;
    eyes.t.search().clone_into(&mut page.heading);
    page.shown.clear();
    page.in_words.clear();
    page.csv.clear();
    // Nothing is filtered here.
    page.tabs.clear();
    page.fresh.clear();
    page
}

/// A link to the page of the customer, where the list is of one customer.
fn customer(listed: &Listed<'_>, eyes: &Eyes<'_>) -> Option<Link> {
    let mut all = listed.query.customers.iter();
    let (Some(id), None) = (all.next(), all.next()) else { return None };
    let name = chips::customer(id, &listed.page.messages);
    let (href, label) = (eyes.links.customer(id), eyes.t.all_about(name));
    Some(Link { href, label, outside: false, is_best: false })
}

/// The filters that everybody has.
fn ready_made() -> [Query; 7] {
    [
        Query::default(),
        Query::wanting(Wanted::All),
        Query::wanting(Wanted::Only(AttentionFor::Silent)),
        Query::coming_to(Outcome::WAITING),
        Query::coming_to(Outcome::SENT),
        Query::coming_to(Outcome::FAILED),
        Query::coming_to(&[Outcome::Cancelled]),
    ]
}

/// The ready-made filters, and the visitor's own.
fn tabs(listed: &Listed<'_>, eyes: &Eyes<'_>) -> Vec<Tab> {
    let t = eyes.t;
    let (query, now) = (listed.query, &listed.seen.now);
    let is_mine = listed.views.iter().any(|view| view.query == query.at(Turn::First));
    let tab = |of: Query, label: &str, count: Option<Count>| Tab {
        href: eyes.links.page(of.address()),
        label: label.to_owned(),
        count: count.filter(|it| it.number > 0).map(|it| t.count(it)).unwrap_or_default(),
        // A view of the visitor's own with the same filters, in another order, is the one
        // that is shown.
        current: !is_mine && query.filters() == of,
    };
    let labels = [
        (t.tab_all(), None),
        (t.tab_need_you(), Some(in_need(now))),
        (t.tab_silent(), Some(now.silent)),
        (t.tab_waiting(), None),
        (t.sent(), None),
        (t.failed(), None),
        (t.cancelled(), None),
    ];
    let of = ready_made().into_iter().zip(labels);
    let mut tabs: Vec<_> = of.map(|(of, (label, count))| tab(of, label, count)).collect();
    tabs.extend(listed.views.iter().map(|view| Tab {
        href: eyes.links.page(view.query.address()),
        label: view.name.clone(),
        count: String::new(),
        current: query.at(Turn::First) == view.query,
    }));
    tabs
}

/// The heads of the columns; some of them sort.
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

/// Text in the place of rows where there are none.
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
        let nothing = told(t.no_message_at_all(), t.no_message_at_all_text());
        if !eyes.may_act {
            return nothing;
        }
        let label = t.write_to_customer().to_owned();
        return Nothing { href: eyes.links.page("send"), label, ..nothing };
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

//! Finding messages by what a person knows: a customer, a number, an invoice or order, an id.

use std::collections::BTreeSet;

use axum::response::Response;
use whatsapp_core::find::{CUSTOMERS_FOUND, Customers, FindError, Found, find, subject};
use whatsapp_core::message::SUBJECT_MAX;
use whatsapp_core::port::{LogFilter, Sought};

use super::eyes::Sight;
use super::mark::mark;
use super::{Nav, html, messages, see_other, shell};
use crate::links;
use crate::links::query::Query;
use crate::oops::Oops;
use crate::typed::Typed;
use crate::view::Nothing;
use crate::visit::Visit;

/// Number of characters that are shown back of a search text longer than any name.
const SHOWN: usize = 60;

/// Leads to the list, from the address that takes the search form, where it was gone back to or
/// opened once more.
pub(crate) async fn again(visit: Visit) -> Result<Response, Oops> {
    see_other(&visit.links.page("messages"))
}

/// Leads to the messages found, or says on the same page that there are none. The search text comes
/// in a form and not in an address, because addresses are kept and passed on.
pub(crate) async fn show(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let text = typed.get("q");
    let to = |address: &str| see_other(&visit.links.page(address));
    if text.is_empty() {
        return to("messages");
    }
    if text.chars().count() > SUBJECT_MAX {
        // Nothing has so long a name, and a text that was pasted by mistake is not shown
        // back whole.
        let begin: String = text.chars().take(SHOWN).collect();
        return nothing(&visit, &format!("{}…", begin.trim_end()), Reason::Nothing).await;
    }
    // Whoever may not see whole numbers may not ask for their digits one by one either.
    if !visit.may_act() && Sought::new(text).digits.is_some() {
        return match subject(visit.ports(), text).await? {
            None => nothing(&visit, "…", Reason::Nothing).await,
            about => to(&Query { about, ..Query::default() }.address()),
        };
    }
    let found = match find(visit.ports(), text).await {
        // The host's records do not answer, and nothing else is of this text.
        Err(FindError::Directory(_)) => return nothing(&visit, text, Reason::NotNow).await,
        found => found?,
    };
    match found {
        Found::Message(id) => see_other(&visit.links.message(id)),
        Found::Subject(about) => to(&Query { about: Some(about), ..Query::default() }.address()),
        Found::Customers(customers) | Found::Number { customers, .. } if customers.are_more => {
            nothing(&visit, text, Reason::TooMany).await
        }
        Found::Number { any: Some(id), customers, .. } if customers.found.is_empty() => {
            see_other(&visit.links.message(id))
        }
        Found::Customers(customers) | Found::Number { customers, .. } => {
            to(&messages_of(customers, &visit).await?)
        }
        Found::Nothing { no_directory: true } => nothing(&visit, text, Reason::NoNames).await,
        _ => nothing(&visit, text, Reason::Nothing).await,
    }
}

/// The address of the list of these customers' messages, or of the customer's page for a customer
/// without messages.
async fn messages_of(customers: Customers, visit: &Visit) -> Result<String, Oops> {
    let customers: BTreeSet<_> = customers.found.into_iter().map(|it| it.id).collect();
    if let (Some(only), 1) = (customers.first(), customers.len()) {
        let mut filter = LogFilter::default();
        filter.customers.clone_from(&customers);
        if visit.ports().log().count(&filter, 1).await?.number == 0 {
            return Ok(links::customer(only));
        }
    }
    Ok(Query { customers, ..Query::default() }.address())
}

/// Reason for showing nothing.
enum Reason {
    Nothing,
    /// Names cannot be searched, because the host does not search them.
    NoNames,
    /// More customers fit than are shown at once.
    TooMany,
    /// The host's records do not answer just now.
    NotNow,
}

/// Shows the list without rows, with the search text back in its field.
async fn nothing(visit: &Visit, text: &str, reason: Reason) -> Result<Response, Oops> {
    let sight = Sight::of(visit).await?;
    let eyes = sight.eyes(visit);
    let t = eyes.t;
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    let (title, told) = match reason {
        Reason::Nothing => (t.nothing_found(text), t.nothing_found_text()),
        Reason::NoNames => (t.nothing_found(text), t.names_not_searched()),
        Reason::NotNow => (t.nothing_found(text), t.names_not_searched_now()),
        Reason::TooMany => (t.too_many_customers(CUSTOMERS_FOUND as u64), t.type_more()),
    };
    let mut s = shell(visit, t.search(), Nav::Messages);
    text.clone_into(&mut s.q);
    // This page has no address that a browser could come back to.
    "messages".clone_into(&mut s.back);
    mark(&mut s, &seen, &eyes);
    let nothing = Nothing {
        title,
        text: told.to_owned(),
        href: visit.links.page("messages"),
        label: t.show_all().to_owned(),
    };
    html(&messages::empty(nothing, &seen, s, &eyes))
}

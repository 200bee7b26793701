//! The request for a stream, as the page's address for it says it.

use chrono::{DateTime, Utc};
use url::form_urlencoded;
use whatsapp_core::MessageId;
use whatsapp_core::message::Message;
use whatsapp_core::port::{LogPage, Sort, Turn};

use crate::cache::Seen;
use crate::links::query::Query;
use crate::visit::Visit;

/// The most rows that a page shows.
const ROWS: usize = 20;

/// The page that the stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Overview,
    Messages,
    Customer,
    Message,
}

impl On {
    const ALL: [Self; 4] = [Self::Overview, Self::Messages, Self::Customer, Self::Message];

    const fn word(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Messages => "messages",
            Self::Customer => "customer",
            Self::Message => "message",
        }
    }
}

/// The changes that a page asks to be told of.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) on: On,
    /// The rows that the page shows, with the last change of each.
    pub(super) rows: Vec<(MessageId, DateTime<Utc>)>,
    /// Messages made after this are new to the page; `None` where new messages are not watched.
    pub(super) newest: Option<DateTime<Utc>>,
    /// Short hash of what the overview shows.
    pub(super) mark: String,
    /// The filters and the order of the list.
    pub(super) query: Query,
}

/// Address of the stream for the first page.
pub(crate) fn of_overview(seen: &Seen, visit: &Visit) -> String {
    address(On::Overview, [("mark", seen.mark())], &Query::default(), visit)
}

/// Address of the stream for a message's page.
pub(crate) fn of_message(message: &Message, visit: &Visit) -> String {
    let row = format!("{}.{}", message.facts.id, message.updated_at.timestamp_micros());
    address(On::Message, [("ids", row)], &Query::default(), visit)
}

/// Address of the stream for a list. Its script adds the ids of the rows, which the page
/// has already.
pub(crate) fn of_list(on: On, query: &Query, page: &LogPage, visit: &Visit) -> String {
    let newest = page.messages.first().map_or(visit.now, |message| message.facts.created_at);
    let is_watched = query.turn == Turn::First && query.sort == Sort::Newest;
    let newest = is_watched.then(|| ("new", newest.timestamp_micros().to_string()));
    address(on, newest, query, visit)
}

fn address(
    on: On,
    more: impl IntoIterator<Item = (&'static str, String)>,
    query: &Query,
    visit: &Visit,
) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("on", on.word()).extend_pairs(more);
    let query = query.to_string();
    let and = if query.is_empty() { "" } else { "&" };
    visit.links.page(format!("events?{}{and}{query}", pairs.finish()))
}

impl Asked {
    /// Reads the request; `None` for an address that asks for nothing, and the name of a parameter
    /// that cannot be used.
    pub(super) fn read(visit: &Visit) -> Result<Option<Self>, &'static str> {
        let (mut on, mut rows, mut newest, mut mark) = (None, Vec::new(), None, String::new());
        let mut list = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(visit.query.as_bytes()) {
            match &*name {
                "on" => {
                    let found = On::ALL.into_iter().find(|on| on.word() == value);
                    on = Some(found.ok_or("on")?);
                }
                "ids" => {
                    for one in value.split(',').filter(|one| !one.is_empty()) {
                        rows.push(row(one).ok_or("ids")?);
                    }
                }
                "new" => newest = Some(instant(&value).ok_or("new")?),
                "mark" if value.len() <= 64 => mark = value.into_owned(),
                _ => _ = list.append_pair(&name, &value),
            }
        }
        if rows.len() > ROWS {
            return Err("ids");
        }
        let query = Query::read(&list.finish()).map_err(|bad| bad.name)?;
        let asked = on.map(|on| Self { on, rows, newest, mark, query });
        // Nothing changes on a list that is empty and not watched.
        Ok(asked.filter(|it| it.on == On::Overview || !it.rows.is_empty() || it.newest.is_some()))
    }
}

fn row(text: &str) -> Option<(MessageId, DateTime<Utc>)> {
    let (id, at) = text.split_once('.')?;
    Some((id.parse().ok()?, instant(at)?))
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(text.parse().ok()?)
}

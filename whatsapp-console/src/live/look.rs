//! One look at what a page shows: the rows that changed, and the number of new messages.

use askama::Template as _;
use chrono::TimeDelta;
use whatsapp_core::message::Message;
use whatsapp_core::port::{Count, LogFilter};

use super::asked::{Asked, On};
use super::event;
use crate::links::query::Query;
use crate::links::{self, Links};
use crate::oops::Oops;
use crate::page::eyes::Sight;
use crate::page::list;
use crate::page::row::{of_customer, row};
use crate::soon::soon;
use crate::view::RowPart;
use crate::visit::Visit;

/// Number up to which new messages are counted.
const COUNTED: u64 = 99;

/// The state of a stream between two looks.
#[derive(Debug)]
pub(super) struct Look {
    /// The visit as the page has it: its rows' links lead from there.
    pub(super) visit: Visit,
    asked: Asked,
    /// The filter that new messages fit.
    fresh: Option<LogFilter>,
    /// Number of new messages that the page was told of.
    told: Count,
}

impl Look {
    pub(super) async fn new(visit: Visit, asked: Asked) -> Result<Self, Oops> {
        let visit = on_page(visit, &asked);
        let fresh = match asked.newest {
            None => None,
            Some(newest) => {
                let sight = Sight::of(&visit).await?;
                let mut filter = asked.query.filter(visit.now, &sight.settings().time_zone);
                let since = newest.checked_add_signed(TimeDelta::microseconds(1));
                filter.from = filter.from.max(since);
                Some(filter)
            }
        };
        Ok(Self { visit, asked, fresh, told: Count { number: 0, is_exact: true } })
    }

    /// The events of what changed since the last look; empty for nothing.
    pub(super) async fn look(&mut self) -> Result<String, Oops> {
        self.visit.now = self.visit.ports().clock().now();
        if self.asked.on == On::Overview {
            let seen = self.visit.inner.cache.seen(self.visit.ports()).await?;
            let mark = seen.mark();
            let is_new = mark != std::mem::replace(&mut self.asked.mark, mark.clone());
            return Ok(if is_new { event("again", "") } else { String::new() });
        }
        let mut events = self.changed().await?;
        events.push_str(&self.came().await?);
        Ok(events)
    }

    /// The rows that changed, as the page is to show them.
    async fn changed(&mut self) -> Result<String, Oops> {
        if self.asked.rows.is_empty() {
            return Ok(String::new());
        }
        let ids: Vec<_> = self.asked.rows.iter().map(|(id, _)| *id).collect();
        let log = self.visit.ports().log();
        let mut changed = log.messages(&ids).await?;
        changed.retain(|message| {
            let shown = self.asked.rows.iter().find(|(id, _)| *id == message.facts.id);
            shown.is_some_and(|(_, at)| *at != message.updated_at)
        });
        if changed.is_empty() {
            return Ok(String::new());
        }
        let told = if self.asked.on == On::Message {
            event("again", "")
        } else {
            event("rows", &self.rendered(&changed).await?)
        };
        for (id, at) in &mut self.asked.rows {
            let now = changed.iter().find(|message| message.facts.id == *id);
            *at = now.map_or(*at, |message| message.updated_at);
        }
        Ok(told)
    }

    async fn rendered(&self, changed: &[Message]) -> Result<String, Oops> {
        let resent = list::resent(changed, self.visit.ports().log()).await?;
        let sight = Sight::of(&self.visit).await?;
        let eyes = sight.eyes(&self.visit);
        let is_gone = self.is_gone().await;
        let may_select = self.asked.on == On::Messages && self.visit.may_select();
        let mut rows = serde_json::Map::new();
        for message in changed {
            let id = message.facts.id;
            let shown = match self.asked.on {
                On::Customer => of_customer(message, (resent.contains(&id), is_gone), &eyes),
                _ => row(message, resent.contains(&id), &eyes),
            };
            rows.insert(id.to_string(), RowPart { row: &shown, may_select }.render()?.into());
        }
        Ok(serde_json::Value::Object(rows).to_string())
    }

    /// Returns true on a page of a customer whom the host's records do not have any more.
    async fn is_gone(&self) -> bool {
        let customer = self.asked.query.customers.first().filter(|_| self.asked.on == On::Customer);
        let Some(id) = customer else { return false };
        matches!(soon(self.visit.inner.messenger.customer(id)).await, Some(Ok(None)))
    }

    /// The event of the messages made since the page was, if their number is another one by now.
    async fn came(&mut self) -> Result<String, Oops> {
        let Some(filter) = &self.fresh else { return Ok(String::new()) };
        let count = self.visit.ports().log().count(filter, COUNTED).await?;
        if count == std::mem::replace(&mut self.told, count) {
            return Ok(String::new());
        }
        Ok(event("new", &self.visit.texts().count(count)))
    }
}

/// The visit as if the page itself were asked for: links and ways back are the page's.
fn on_page(visit: Visit, asked: &Asked) -> Visit {
    let (path, query) = match (asked.on, asked.query.customers.first()) {
        (On::Customer, Some(id)) => {
            let turn = Query { turn: asked.query.turn, ..Query::default() };
            (links::customer(id), turn.to_string())
        }
        _ => ("messages".to_owned(), asked.query.to_string()),
    };
    let inner = format!("/{path}");
    let links = Links::on(visit.inner.public_path.as_deref(), &inner, &inner);
    Visit { links, path, query, ..visit }
}

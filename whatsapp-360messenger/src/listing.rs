//! What was sent to a number, put together from pages.

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use serde_json::Value;
use whatsapp_core::port::{ListedMessage, Listing};
use whatsapp_core::{Private, WhatsAppNumber};

use crate::json;

/// The most pages that are read of one listing.
pub(crate) const MOST_PAGES: u64 = 50;

/// Numbers from here on are milliseconds since 1970; as seconds they would lie 3,000 years ahead.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// Puts a listing together. A page too few never looks like a complete listing: that could prove
/// wrongly that a message was not accepted, and so send it twice.
pub(crate) struct Pages<'a> {
    number: &'a WhatsAppNumber,
    since: DateTime<Utc>,
    /// The zone of the times that do not say theirs.
    zone: FixedOffset,
    seen: HashSet<String>,
    messages: Vec<ListedMessage>,
    complete: bool,
    read: u64,
    last: Option<Value>,
    order: Order,
}

/// What comes after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Page(u64),
    Done,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(number: &'a WhatsAppNumber, since: DateTime<Utc>, zone: FixedOffset) -> Self {
        Self {
            number,
            since,
            zone,
            seen: HashSet::new(),
            messages: Vec::new(),
            complete: true,
            read: 0,
            last: None,
            order: Order::default(),
        }
    }

    /// Takes in the next page. `None` if the reply is no page at all.
    pub(crate) fn take(&mut self, reply: &Value) -> Option<Next> {
        let page = Page::of(reply)?;
        let asked = self.read + 1;
        self.read = asked;
        let rows = Value::Array(page.rows.to_vec());
        let repeated = !page.rows.is_empty() && self.last.as_ref() == Some(&rows);
        if repeated || page.number.is_some_and(|number| number != asked) {
            // It is not the page that was asked for, so nobody knows what is on that one.
            self.complete = false;
        }
        if repeated {
            return Some(Next::Done);
        }
        self.last = Some(rows);
        let mut all_older = true;
        for row in page.rows {
            let at = created_at(row, self.zone);
            self.order.see(at);
            all_older &= at.is_some_and(|at| at < self.since);
            self.take_row(row, at);
        }
        if page.rows.is_empty() {
            // The gateway said that there is something here, and shows nothing.
            let empty = |count| asked > count || (asked == 1 && count <= 1);
            self.complete &= page.count.is_none_or(empty);
            return Some(Next::Done);
        }
        let was_last = page.count.is_some_and(|count| asked >= count);
        if was_last || (all_older && self.order.is_newest_first()) {
            return Some(Next::Done);
        }
        if asked == MOST_PAGES {
            self.complete = false;
            return Some(Next::Done);
        }
        Some(Next::Page(asked + 1))
    }

    pub(crate) fn finish(self) -> Listing {
        Listing { messages: self.messages, complete: self.complete }
    }

    fn take_row(&mut self, row: &Value, at: Option<DateTime<Utc>>) {
        if at.is_some_and(|at| at < self.since) || json::text(row.get("groupId")).is_some() {
            return;
        }
        match recipient(row) {
            Some(digits) if digits != self.number.digits() => return,
            Some(_) => {}
            None => {
                // It may be to this number.
                self.complete = false;
                return;
            }
        }
        let Some(id) = json::id(row) else {
            self.complete = false;
            return;
        };
        if self.seen.insert(id.clone()) {
            let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
            self.messages.push(
                ListedMessage::new(id, text)
                    .with_created_at(at)
                    .with_url(json::text(row.get("url")).map(Private::new)),
            );
        }
    }
}

/// One page of a listing.
struct Page<'a> {
    rows: &'a [Value],
    /// How many pages there are.
    count: Option<u64>,
    /// Which one this is.
    number: Option<u64>,
}

impl<'a> Page<'a> {
    /// Rows are under `data.data` (v2), `result.data` (as documented) or `data` (v1).
    fn of(reply: &'a Value) -> Option<Self> {
        if reply.get("success") == Some(&Value::Bool(false)) {
            return None;
        }
        let mut holder = reply;
        let rows = loop {
            match json::payload(holder)? {
                Value::Array(rows) => break rows,
                inner @ Value::Object(_) => holder = inner,
                _ => return None,
            }
        };
        let number = json::text(holder.get("page"))
            .and_then(|page| page.split(' ').next().and_then(|page| page.parse().ok()));
        Some(Self { rows, count: json::number(holder.get("pageCount")), number })
    }
}

/// Whether times only fall. That the gateway lists the newest first is likely, not sure; stopping
/// early in a list that begins with the oldest would miss what is asked for.
#[derive(Default)]
struct Order {
    last: Option<DateTime<Utc>>,
    fell: bool,
    rose: bool,
}

impl Order {
    fn see(&mut self, at: Option<DateTime<Utc>>) {
        if let (Some(last), Some(at)) = (self.last, at) {
            self.fell |= at < last;
            self.rose |= at > last;
        }
        self.last = at.or(self.last);
    }

    const fn is_newest_first(&self) -> bool {
        self.fell && !self.rose
    }
}

/// The digits of whom a row went to.
fn recipient(row: &Value) -> Option<String> {
    let number = ["phonenumber", "to"].into_iter().find_map(|name| json::text(row.get(name)))?;
    let number = number.split('@').next().unwrap_or_default();
    Some(number.chars().filter(char::is_ascii_digit).collect())
}

/// When the gateway took the message of a row, if it can be read.
fn created_at(row: &Value, zone: FixedOffset) -> Option<DateTime<Utc>> {
    let written = ["createdAt", "created_at", "timestamp"]
        .into_iter()
        .find_map(|name| json::text(row.get(name)))?;
    if let Ok(epoch) = written.parse::<i64>() {
        return if epoch < MILLISECONDS_FROM {
            DateTime::from_timestamp_secs(epoch)
        } else {
            DateTime::from_timestamp_millis(epoch)
        };
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(&written) {
        return Some(at.to_utc());
    }
    ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&written, format).ok())
        .and_then(|at| at.and_local_timezone(zone).single())
        .map(|at| at.to_utc())
}

#[cfg(test)]
mod tests;

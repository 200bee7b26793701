//! The list of messages sent to a number, put together from pages.

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDateTime, Utc};
use serde_json::Value;
use whatsapp_core::Private;
use whatsapp_core::port::{ListedMessage, Listing};

use crate::json;

/// Maximum number of pages read of one listing.
pub(crate) const MOST_PAGES: u64 = 50;

/// Numbers from here on are milliseconds since 1970; as seconds they would be 3,000 years ahead.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// The year in which WhatsApp began.
const FIRST_YEAR: i32 = 2009;

/// Number of rows that show a list to be newest first, if each is older than the one before and
/// none lacks a time.
const ORDER_SHOWN_BY: u32 = 20;

/// Puts a listing together. A missing page must never look like a complete listing. That could
/// wrongly prove that a message was not accepted, and so send it twice.
pub(crate) struct Pages {
    since: DateTime<Utc>,
    /// The time zone of times that do not name theirs.
    zone: FixedOffset,
    messages: Vec<ListedMessage>,
    complete: bool,
    read: u64,
    last: Option<Value>,
    order: Order,
}

/// The step that follows a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Page(u64),
    Done,
}

impl Pages {
    pub(crate) fn new(since: DateTime<Utc>, zone: FixedOffset) -> Self {
        Self {
            since,
            zone,
            messages: Vec::new(),
            complete: true,
            read: 0,
            last: None,
            order: Order::default(),
        }
    }

    /// Adds the next page. `None` if the reply is no page at all.
    pub(crate) fn take(&mut self, reply: &Value) -> Option<Next> {
        let page = Page::of(reply)?;
        let asked = self.read + 1;
        self.read = asked;
        let rows = Value::Array(page.rows.to_vec());
        let repeated = !page.rows.is_empty() && self.last.as_ref() == Some(&rows);
        if repeated || page.number.is_some_and(|number| number != asked) {
            // The reply is another page than requested, so the contents of the requested page are
            // unknown.
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
            // The gateway said that there are messages here, but shows none.
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
        Listing::new(self.messages, self.complete)
    }

    /// Prepares for the pages of another request about the same messages, which add to those read
    /// before.
    pub(crate) fn asked_again(self) -> Self {
        Self {
            messages: self.messages,
            complete: self.complete,
            ..Self::new(self.since, self.zone)
        }
    }

    /// Keeps a row, whatever is missing in it: only a message to a group is certainly none to a
    /// person.
    fn take_row(&mut self, row: &Value, at: Option<DateTime<Utc>>) {
        if is_to_a_group(row) {
            return;
        }
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
        let listed = ListedMessage::new(json::id(row), text)
            .with_recipient(recipient(row).map(Private::new))
            .with_created_at(at)
            .with_url(json::text(row.get("url")).map(Private::new));
        // A row that comes again is the same row if it has an id: the list grew while it was read.
        if listed.gateway_id.is_none() || !self.messages.contains(&listed) {
            self.messages.push(listed);
        }
    }
}

/// One page of a listing.
struct Page<'a> {
    rows: &'a [Value],
    /// Number of pages.
    count: Option<u64>,
    /// Number of this page.
    number: Option<u64>,
}

impl<'a> Page<'a> {
    /// Reads a page. Rows are under `data.data` (v2), `result.data` (as documented) or `data` (v1).
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

/// Tracks whether times only decrease. It is likely, but not certain, that the gateway lists the
/// newest first. Stopping early in a list with another order would miss messages.
#[derive(Default)]
struct Order {
    last: Option<DateTime<Utc>>,
    fell: u32,
    broken: bool,
}

impl Order {
    fn see(&mut self, at: Option<DateTime<Utc>>) {
        match (self.last, at) {
            (_, None) => self.broken = true,
            (Some(last), Some(at)) => {
                self.fell += u32::from(at < last);
                self.broken |= at > last;
            }
            (None, Some(_)) => {}
        }
        self.last = at;
    }

    const fn is_newest_first(&self) -> bool {
        self.fell >= ORDER_SHOWN_BY && !self.broken
    }
}

/// Returns the recipient of a row; `None` if the row names none, or two different ones.
const RECIPIENT: [&str; 2] = ["phonenumber", "to"];

/// Returns the recipient of a row; `None` if the row names two.
fn recipient(row: &Value) -> Option<String> {
    let mut named = RECIPIENT.into_iter().filter_map(|name| json::text(row.get(name)));
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// Ids of groups are longer than telephone numbers: 18 digits, or a number and a time with a
/// hyphen.
const GROUP_FROM: usize = 16;

/// Returns true for a message to a group: its recipient is a group, or it has a group's id. Words,
/// short numbers and zeros in the place of the id (`0`, `N/A`,
/// `00000000-0000-0000-0000-000000000000`) do not count.
fn is_to_a_group(row: &Value) -> bool {
    let is_group = |to: String| to.to_ascii_lowercase().ends_with("@g.us");
    let is_id = |id: String| {
        id.len() >= GROUP_FROM
            && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
            && id.bytes().any(|byte| !matches!(byte, b'0' | b'-'))
    };
    RECIPIENT.into_iter().filter_map(|name| json::text(row.get(name))).any(is_group)
        || json::text(row.get("groupId")).is_some_and(|id| is_id(id.clone()) || is_group(id))
}

/// Returns the time at which the gateway accepted the message of a row, if it can be read.
///
/// A year before WhatsApp existed means no time (`0001-01-01T00:00:00Z`, `0`) or another calendar
/// than ours: the row would look older than every message.
fn created_at(row: &Value, zone: FixedOffset) -> Option<DateTime<Utc>> {
    written_time(row, zone).filter(|at| at.year() >= FIRST_YEAR)
}

fn written_time(row: &Value, zone: FixedOffset) -> Option<DateTime<Utc>> {
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

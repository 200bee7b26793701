//! Parts that lists of messages have in common.

use std::collections::BTreeSet;

use whatsapp_core::MessageId;
use whatsapp_core::message::{Message, Status};
use whatsapp_core::port::{
    BrokenRow, Count, LogFilter, LogPage, MessageLog, Sort, StoreError, Turn,
};

use super::eyes::Eyes;
use super::pill;
use super::row::broken;
use crate::view::Row;

/// Number of messages on a page.
pub(crate) const ROWS: u32 = 20;

/// Limit up to which messages are counted beside a page: a page takes milliseconds, and counting on
/// to ten thousand would take ten times as long.
const COUNTED: u64 = 1_000;

/// Counts the messages of the list. A page that has all of them is its own count. A page that ended
/// at its bound is not counted: the same rows would be passed over once more.
pub(crate) async fn counted(
    page: &LogPage,
    turn: Turn,
    filter: &LogFilter,
    log: &dyn MessageLog,
) -> Result<Count, StoreError> {
    let number = (page.messages.len() + page.broken.len()) as u64;
    if page.further.is_some() {
        return Ok(Count { number, is_exact: false });
    }
    if turn == Turn::First && page.next.is_none() {
        return Ok(Count { number, is_exact: true });
    }
    log.count(filter, COUNTED).await
}

/// The messages among these that were sent again already.
pub(crate) async fn resent(
    messages: &[Message],
    log: &dyn MessageLog,
) -> Result<BTreeSet<MessageId>, StoreError> {
    let failed = messages.iter().filter(|it| it.state.status == Status::Failed);
    let ids: Vec<_> = failed.map(|message| message.facts.id).collect();
    let resent = if ids.is_empty() { Vec::new() } else { log.resent(&ids).await? };
    Ok(resent.into_iter().collect())
}

/// Builds the rows; those that cannot be read are in their place among the others.
pub(crate) fn rows(
    page: &LogPage,
    sort: Sort,
    row: impl Fn(&Message) -> Row,
    eyes: &Eyes<'_>,
) -> Vec<Row> {
    let mut rows: Vec<_> = page.messages.iter().map(row).collect();
    for one in &page.broken {
        let place = place(one, &page.messages, sort);
        rows.insert(place.min(rows.len()), broken(one, eyes));
    }
    rows
}

/// Position of a row that cannot be read, before one of the messages; after all where its instant
/// cannot be read either.
fn place(broken: &BrokenRow, messages: &[Message], sort: Sort) -> usize {
    let is_before = |message: &Message| match (broken.created_at, sort) {
        (None, _) | (_, Sort::Status | Sort::Customer) => false,
        (Some(at), Sort::Oldest) => at < message.facts.created_at,
        (Some(at), _) => at > message.facts.created_at,
    };
    messages.iter().position(is_before).unwrap_or(messages.len())
}

/// Says where in the list the page is, and how many messages there are. A page that is not the
/// first gives its first and last row. The number of rows before it would have to be counted, and
/// would change while somebody reads.
pub(crate) fn shown(
    page: &LogPage,
    sort: Sort,
    turn: Turn,
    count: Count,
    eyes: &Eyes<'_>,
) -> String {
    let t = eyes.t;
    if let Some(at) = page.further {
        return t.looked_back_to(&eyes.times().short(at.created_at));
    }
    let rows = page.messages.len() + page.broken.len();
    match (turn, page.messages.first(), page.messages.last()) {
        _ if rows == 0 => String::new(),
        (Turn::First, ..) => t.first_of(rows as u64, count),
        (_, Some(first), Some(last)) => {
            t.between(&named(first, sort, eyes), &named(last, sort, eyes), count)
        }
        _ => t.some_of(rows as u64, count),
    }
}

/// Names a row by the list's order.
fn named(message: &Message, sort: Sort, eyes: &Eyes<'_>) -> String {
    let made = eyes.times().short(message.facts.created_at);
    match sort {
        Sort::Status => {
            let status = pill::status(message.state.status, eyes.t);
            eyes.t.status_at(status, &made)
        }
        Sort::Customer => eyes.customer(message),
        _ => made,
    }
}

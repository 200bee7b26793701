//! The page that a question leads back to.

use url::form_urlencoded;
use whatsapp_core::port::Turn;
use whatsapp_core::{CustomerId, MessageId};

use crate::links::query::Query;
use crate::links::{customer, held, schedule, segment};

/// Checks an address that a form or a link brought along, from the console's root: only pages of
/// the console on which something can be done pass.
pub(crate) fn checked(back: &str) -> Option<String> {
    let (path, query) = split(back);
    let Some(id) = path.strip_prefix("messages/") else { return checked_list(back) };
    let own = format!("messages/{}", id.parse::<MessageId>().ok()?);
    // The way back to the list stays known.
    Some(match came_from(query) {
        Some(list) => with_back(&own, &list),
        None => own,
    })
}

/// The same check for pages that lead to messages.
fn checked_list(back: &str) -> Option<String> {
    let (path, query) = split(back);
    if let Some(id) = path.strip_prefix("customers/") {
        let id = CustomerId::new(segment::read(id)?).ok()?;
        let turn = Query::read(query).ok()?.turn;
        return Some(with_turn(&customer(&id), turn));
    }
    if path.starts_with("schedule") {
        return Some(schedule::Wanted::at(path, query)?.address());
    }
    match path {
        "overview" => Some(path.to_owned()),
        "messages" => Some(Query::read(query).ok()?.address()),
        "held" => Some(held::address(held::read(query).ok()?.as_ref())),
        _ => None,
    }
}

/// Reads the list from which one came to a page, from the page's query.
pub(crate) fn came_from(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, back) = pairs.find(|(name, _)| name == "back")?;
    checked_list(&back)
}

/// An address that knows the list one came from. The list of all messages is left out: the way back
/// leads there anyway.
pub(crate) fn with_back(address: &str, list: &str) -> String {
    if matches!(list, "" | "messages") || list.starts_with("messages/") {
        return address.to_owned();
    }
    let back: String = form_urlencoded::byte_serialize(list.as_bytes()).collect();
    format!("{address}?back={back}")
}

/// A page of a list that has no filters.
pub(crate) fn with_turn(address: &str, turn: Turn) -> String {
    let query = Query { turn, ..Query::default() }.to_string();
    if query.is_empty() { address.to_owned() } else { format!("{address}?{query}") }
}

fn split(address: &str) -> (&str, &str) {
    address.split_once('?').unwrap_or((address, ""))
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::{checked, with_back};

    #[test]
    fn pages_of_the_console_alone_are_gone_back_to() {
        let id = new_message(7, START).facts.id;
        let message = format!("messages/{id}");
        let of_a_list = with_back(&message, "messages?status=failed&about=INV+7");
        let place = format!("customers/C-1?after=1769488200000000.{id}");
        for back in [
            "overview",
            "messages",
            "messages?status=failed&about=INV+7",
            &message,
            &of_a_list,
            "customers/a~2Fb",
            &place,
            "held",
            "held?after=2026-01-27.T%2B3.INV%2F7",
            "schedule",
            "schedule/2026-01-27?show=kept&after=reminders.T%2B3.INV%2F7",
        ] {
            assert_eq!(checked(back).as_deref(), Some(back));
        }
        // A message leads back to a list, and to nothing else.
        for to in ["https://evil.example", "messages/1", &message, "keys"] {
            assert_eq!(
                checked(&format!("{message}?back={to}")).as_deref(),
                Some(&*message),
                "{to}"
            );
        }
        for back in [
            "",
            "/",
            "//evil.example",
            "https://evil.example",
            "messages/1",
            "messages/../x",
            "messages?evil=1",
            "messagesx",
            "overview/",
            "customers/",
            "held?after=1",
            "schedule/skip",
            "schedule/2026-01-27?x=1",
            "keys",
            "javascript:alert(1)",
        ] {
            assert_eq!(checked(back), None, "{back}");
        }
    }
}

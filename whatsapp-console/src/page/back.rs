//! The page from which one came to a question, and to which one goes back.

use whatsapp_core::MessageId;

use crate::links::query::Query;

/// Checks an address that a form or a link brought along, from the console's root: only pages of the console
/// that show messages.
pub(crate) fn checked(back: &str) -> Option<String> {
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    match path.strip_prefix("messages/") {
        Some(id) => Some(format!("messages/{}", id.parse::<MessageId>().ok()?)),
        None if path == "overview" => Some(path.to_owned()),
        None if path == "messages" => Some(Query::read(query).ok()?.address()),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::checked;

    #[test]
    fn pages_of_the_console_alone_are_gone_back_to() {
        let message = format!("messages/{}", new_message(7, START).facts.id);
        for back in ["overview", "messages", "messages?status=failed&about=INV+7", &message] {
            assert_eq!(checked(back).as_deref(), Some(back));
            // What was done there before is not said again.
            let mark = if back.contains('?') { '&' } else { '?' };
            assert_eq!(checked(&format!("{back}{mark}done=paused")).as_deref(), Some(back));
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
            "keys",
            "javascript:alert(1)",
        ] {
            assert_eq!(checked(back), None, "{back}");
        }
    }
}

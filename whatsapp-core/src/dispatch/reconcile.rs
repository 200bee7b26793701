//! The look: is an attempt whose outcome is unknown in the gateway's list?

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;

use crate::id::MessageId;
use crate::message::AttemptOutcome;
use crate::port::{ListedMessage, Listing, Sibling};

/// The gateway writes its times without a zone: an entry that is off by up to so much may still be
/// the one that is looked for.
pub(crate) const ZONE_DOUBT: TimeDelta = TimeDelta::hours(26);

/// The attempt that is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) message_id: MessageId,
    pub(crate) no: u32,
    pub(crate) text: &'a str,
    pub(crate) url: Option<&'a str>,
    /// The text is no more than a file's name: another file may have the same.
    pub(crate) is_a_name: bool,
    pub(crate) started: DateTime<Utc>,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Look {
    /// The gateway took it, under this id.
    Listed(String),
    /// The gateway did not take it, as far as its list tells.
    Absent,
    /// The list proves nothing.
    Unclear,
}

/// Compares a listing with what this side knows.
///
/// An entry is the attempt's if its text and link are the same, it was taken between `tolerance`
/// before the attempt's start and `tolerance` after now, and no other attempt owns its id. Entries
/// that may belong to another attempt with the same text (accepted without an id) are left to it.
/// Where that leaves doubt, where an entry fits but for its time, and where one in the window is
/// explained by no attempt at all (the gateway may show a text or link otherwise than it was sent),
/// the answer is `Unclear`: better to tell the manager than to send twice.
pub(crate) fn compare(
    wanted: &Wanted<'_>,
    siblings: &[Sibling],
    listing: &Listing,
    now: DateTime<Utc>,
    tolerance: TimeDelta,
) -> Look {
    let others = siblings
        .iter()
        .filter(|other| (other.message_id, other.no) != (wanted.message_id, wanted.no));
    let owned = |id: &str| others.clone().any(|other| other.gateway_id.as_deref() == Some(id));
    let text = plain(wanted.text);
    let same_link = |entry: &ListedMessage| match (wanted.url, &entry.url) {
        (Some(sent), Some(listed)) => sent == listed.as_str(),
        _ => true,
    };
    let explained = |listed: &str| others.clone().any(|other| plain(other.text.as_str()) == listed);
    let from = wanted.started - tolerance;
    let until = now + tolerance;
    let (mut near, mut doubtful) = (Vec::new(), false);
    for entry in listing.messages.iter().filter(|entry| !owned(&entry.gateway_id)) {
        let in_window = entry.created_at.is_none_or(|at| at >= from && at <= until);
        let listed = plain(entry.text.as_str());
        match (listed == text && same_link(entry), in_window) {
            (true, true) => near.push(entry),
            (true, false) => {
                doubtful |= entry
                    .created_at
                    .is_some_and(|at| at >= from - ZONE_DOUBT && at <= until + ZONE_DOUBT);
            }
            (false, true) => doubtful |= listed == text || !explained(&listed),
            (false, false) => {}
        }
    }
    // Of two files with one name, an entry without a link may be either.
    let by_name_alone = wanted.is_a_name && near.iter().any(|entry| entry.url.is_none());
    let rivals = others
        .clone()
        .filter(|other| {
            let may_own = match other.outcome {
                Some(AttemptOutcome::Accepted) => other.gateway_id.is_none(),
                None => by_name_alone,
                Some(_) => false,
            };
            may_own && plain(other.text.as_str()) == text
        })
        .count();
    near.sort_by_key(|entry| (entry.created_at, &entry.gateway_id));
    match near.first() {
        Some(entry) if near.len() > rivals => Look::Listed(entry.gateway_id.clone()),
        Some(_) => Look::Unclear,
        None if doubtful || !listing.complete || rivals > 0 => Look::Unclear,
        None => Look::Absent,
    }
}

/// A text as it compares: composed characters, and each run of blanks and line ends as one space.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::Private;

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
    }

    fn entry(id: &str, text: &str, minute: i64) -> ListedMessage {
        ListedMessage::new(id, text).with_created_at(Some(at(minute)))
    }

    fn sibling(n: u8, outcome: Option<AttemptOutcome>, gateway_id: Option<&str>) -> Sibling {
        Sibling {
            message_id: id(n),
            no: 1,
            text: Private::new("Hello"),
            started_at: at(0),
            outcome,
            gateway_id: gateway_id.map(str::to_owned),
        }
    }

    fn look(siblings: &[Sibling], messages: Vec<ListedMessage>, complete: bool) -> Look {
        let wanted = Wanted {
            message_id: id(1),
            no: 1,
            text: "Hello",
            url: None,
            is_a_name: false,
            started: at(0),
        };
        let listing = Listing { messages, complete };
        compare(&wanted, siblings, &listing, at(30), TimeDelta::minutes(2))
    }

    #[test]
    fn the_same_text_in_the_window_is_the_message() {
        assert_eq!(look(&[], vec![entry("a", "Hello", 0)], true), Look::Listed("a".into()));
        assert_eq!(look(&[], vec![entry("a", " Hello\r\n", 1)], false), Look::Listed("a".into()));
        assert_eq!(look(&[], vec![], true), Look::Absent);
    }

    #[test]
    fn an_entry_that_nothing_explains_leaves_doubt() {
        for changed in ["", "Hello!", "Hel", "&lt;Hello&gt;"] {
            assert_eq!(look(&[], vec![entry("a", changed, 0)], true), Look::Unclear, "{changed}");
        }
        assert_eq!(look(&[], vec![entry("a", "Bye", -60)], true), Look::Absent);
        let mut other = sibling(2, None, None);
        other.text = Private::new("Bye");
        assert_eq!(look(&[other], vec![entry("a", "Bye", 0)], true), Look::Absent);
    }

    #[test]
    fn an_incomplete_list_proves_no_absence() {
        assert_eq!(look(&[], vec![], false), Look::Unclear);
    }

    #[test]
    fn an_entry_that_another_attempt_owns_is_not_the_message() {
        let other = sibling(2, Some(AttemptOutcome::Accepted), Some("a"));
        assert_eq!(look(&[other], vec![entry("a", "Hello", 0)], true), Look::Absent);
    }

    #[test]
    fn an_entry_may_be_this_attempts_own() {
        let own = sibling(1, None, None);
        assert_eq!(look(&[own], vec![entry("a", "Hello", 0)], true), Look::Listed("a".into()));
    }

    #[test]
    fn two_open_attempts_with_one_text_share_out_the_entries() {
        let other = sibling(2, None, None);
        assert_eq!(look(&[other], vec![entry("a", "Hello", 0)], true), Look::Listed("a".into()));
        let taken = sibling(2, Some(AttemptOutcome::Accepted), Some("a"));
        assert_eq!(look(&[taken], vec![entry("a", "Hello", 0)], true), Look::Absent);
    }

    #[test]
    fn an_acceptance_without_id_leaves_doubt() {
        let other = sibling(2, Some(AttemptOutcome::Accepted), None);
        assert_eq!(
            look(std::slice::from_ref(&other), vec![entry("a", "Hello", 0)], true),
            Look::Unclear
        );
        let both = vec![entry("a", "Hello", 0), entry("b", "Hello", 0)];
        assert_eq!(look(std::slice::from_ref(&other), both, true), Look::Listed("a".into()));
    }

    #[test]
    fn a_wrong_time_zone_leaves_doubt_and_never_leads_to_a_resend() {
        assert_eq!(look(&[], vec![entry("a", "Hello", 330)], true), Look::Unclear);
        assert_eq!(look(&[], vec![entry("a", "Hello", -330)], true), Look::Unclear);
        assert_eq!(look(&[], vec![entry("a", "Hello", -60 * 48)], true), Look::Absent);
    }

    #[test]
    fn a_link_that_the_gateway_changed_leaves_doubt() {
        let url = "https://files.example/1/INV-7.pdf";
        let wanted = Wanted {
            message_id: id(1),
            no: 1,
            text: "Hello",
            url: Some(url),
            is_a_name: false,
            started: at(0),
        };
        let listed = |link: &str| Listing {
            messages: vec![entry("a", "Hello", 0).with_url(Some(Private::new(link)))],
            complete: true,
        };
        let look = |listing| compare(&wanted, &[], &listing, at(30), TimeDelta::minutes(2));
        assert_eq!(look(listed(url)), Look::Listed("a".into()));
        let moved = listed("https://gateway.example/stored/1.pdf");
        assert_eq!(look(moved), Look::Unclear, "it may be the same, kept elsewhere");
    }

    #[test]
    fn an_entry_without_a_link_is_not_taken_for_one_of_two_files_with_the_same_name() {
        let wanted = Wanted {
            message_id: id(1),
            no: 1,
            text: "card.pdf",
            url: Some("https://media.example/1/card.pdf"),
            is_a_name: true,
            started: at(0),
        };
        let other = Sibling { text: Private::new("card.pdf"), ..sibling(2, None, None) };
        let one = Listing { messages: vec![entry("G-1", "card.pdf", 1)], complete: true };
        let look = |siblings: &[Sibling], listing: &Listing| {
            compare(&wanted, siblings, listing, at(2), TimeDelta::minutes(2))
        };
        assert_eq!(look(&[], &one), Look::Listed("G-1".to_owned()));
        assert_eq!(look(std::slice::from_ref(&other), &one), Look::Unclear);
        let link = Some(Private::new("https://media.example/1/card.pdf"));
        let told = vec![entry("G-1", "card.pdf", 1).with_url(link)];
        let told = Listing { messages: told, complete: true };
        assert_eq!(look(&[other], &told), Look::Listed("G-1".to_owned()));
    }
}

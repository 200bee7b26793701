use super::*;
use crate::message::KeyMark;
use crate::private::Private;

const NUMBER: &str = "+5531987654321";

/// The recipient of a row, unless a test gives another.
const TO: &str = "5531987654321";

fn id(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
}

fn entry(id: &str, text: &str, minute: i64) -> ListedMessage {
    let id = Some(id.to_owned()).filter(|id| !id.is_empty());
    ListedMessage::new(id, text).with_recipient(Some(TO.into())).with_created_at(Some(at(minute)))
}

fn to(recipient: &str, entry: ListedMessage) -> ListedMessage {
    entry.with_recipient(Some(recipient.into()))
}

fn sibling(n: u8, outcome: Option<AttemptOutcome>, gateway_id: Option<&str>) -> Sibling {
    Sibling {
        message_id: id(n),
        no: 1,
        number: NUMBER.into(),
        text: SentText::of("Hello"),
        via: None,
        started_at: at(0),
        outcome,
        gateway_id: gateway_id.map(str::to_owned),
    }
}

fn saying(text: &str, sibling: Sibling) -> Sibling {
    Sibling { text: SentText::of(text), ..sibling }
}

/// Looks for `text`, sent at minute 0, half an hour later.
fn look_for(text: &str, siblings: &[Sibling], messages: Vec<ListedMessage>) -> Look {
    find(text, None, false, siblings, &Listing { messages, complete: true })
}

fn look(siblings: &[Sibling], messages: Vec<ListedMessage>) -> Look {
    look_for("Hello", siblings, messages)
}

fn find(
    text: &str,
    url: Option<&str>,
    is_a_name: bool,
    siblings: &[Sibling],
    listing: &Listing,
) -> Look {
    let number = WhatsAppNumber::parse(NUMBER).unwrap();
    let wanted = Wanted {
        message_id: id(1),
        no: 1,
        number: &number,
        text,
        url,
        is_a_name,
        started: at(0),
        tolerance: TimeDelta::minutes(2),
    };
    compared(wanted, sibling(1, None, None), siblings, listing, None)
}

fn compared(
    wanted: Wanted<'_>,
    own: Sibling,
    others: &[Sibling],
    listing: &Listing,
    via: Option<&Via>,
) -> Look {
    let siblings: Vec<_> = [own].into_iter().chain(others.iter().cloned()).collect();
    Suspects::new(wanted, listing, via, at(30)).compare(&siblings)
}

const HOURS: i64 = 60;

#[test]
fn the_same_text_in_the_window_is_the_message() {
    assert_eq!(look(&[], vec![entry("a", "Hello", 0)]), Look::Listed("a".into()));
    assert_eq!(look(&[], vec![entry("a", " Hello\r\n", 1)]), Look::Listed("a".into()));
    assert_eq!(look(&[], vec![]), Look::Absent);
    let incomplete = Listing { messages: vec![entry("a", "Hello", 1)], complete: false };
    assert_eq!(find("Hello", None, false, &[], &incomplete), Look::Listed("a".into()));
}

#[test]
fn an_incomplete_list_proves_no_absence() {
    let nothing = Listing { messages: vec![], complete: false };
    assert_eq!(find("Hello", None, false, &[], &nothing), Look::Unclear);
}

#[test]
fn a_row_is_the_messages_under_every_spelling_of_its_number() {
    for recipient in [
        TO,
        "5531987654321:12@s.whatsapp.net",
        "5531987654321@c.us",
        "553187654321",
        "553187654321@c.us",
    ] {
        let row = to(recipient, entry("a", "Hello", 0));
        assert_eq!(look(&[], vec![row]), Look::Listed("a".into()), "{recipient}");
    }
}

#[test]
fn a_row_whose_recipient_says_nothing_proves_nothing() {
    for recipient in ["100000000000042@lid", "100000000000042", "31987654321", "Asha", ""] {
        for text in ["Hello", "Bye", "????", "&lt;Hello&gt;", ""] {
            let row = to(recipient, entry("a", text, 0));
            assert_eq!(look(&[], vec![row]), Look::Unclear, "{recipient} {text}");
        }
    }
    let row = entry("a", "Hello", 0).with_recipient(None);
    assert_eq!(look(&[], vec![row]), Look::Unclear);
}

#[test]
fn a_row_to_another_telephone_is_another_messages() {
    for recipient in ["919876543210", "919876543210@c.us", "5531987654322", "447700900123:3"] {
        let rows = vec![
            to(recipient, entry("a", "Hello", 0)),
            to(recipient, entry("", "Hello", 0)).with_created_at(None),
        ];
        assert_eq!(look(&[], rows), Look::Absent, "{recipient}");
    }
}

#[test]
fn a_row_that_nothing_explains_leaves_doubt_whatever_its_time_in_every_zone() {
    for text in ["Hello", "", "Hello!", "Hel", "&lt;Hello&gt;", "????", "Bye"] {
        for minute in [-26 * HOURS, -330, 0, 330, 26 * HOURS, 40 * HOURS] {
            let expected = match (text, minute) {
                ("Hello", 0) => Look::Listed("a".into()),
                _ => Look::Unclear,
            };
            assert_eq!(look(&[], vec![entry("a", text, minute)]), expected, "{text} {minute}");
        }
        let old = entry("a", text, -27 * HOURS);
        assert_eq!(look(&[], vec![old.clone()]), Look::Absent, "{text}");
        if text != "Hello" {
            assert_eq!(look(&[], vec![old.with_created_at(None)]), Look::Unclear, "{text}");
        }
    }
}

#[test]
fn the_samples_of_texts_that_are_shown_otherwise_leave_doubt() {
    let sons = "Dear D'Souza & Sons, your order is on its way.";
    let hindi = "नमस्ते आशा, आपका ऑर्डर तैयार है";
    let long = "word ".repeat(60);
    let forms = [
        (sons, "Dear D&#039;Souza &amp; Sons, your order is on its way.".to_owned()),
        (sons, "Dear D&amp;#039;Souza &amp;amp; Sons, your order is on its way.".to_owned()),
        (hindi, hindi.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()),
        (long.as_str(), long.chars().take(100).collect()),
    ];
    for (text, listed) in &forms {
        for minute in [0, 330, -330] {
            let row = entry("a", listed, minute);
            assert_eq!(look_for(text, &[], vec![row.clone()]), Look::Unclear, "{listed} {minute}");
            // An attempt with this very text explains nothing.
            let other = saying(listed, sibling(2, None, None));
            assert_eq!(look_for(text, &[other], vec![row]), Look::Unclear, "{listed} {minute}");
        }
    }
}

#[test]
fn a_row_that_another_attempt_owns_is_not_the_message_whoever_that_went_to() {
    let owner = sibling(2, Some(AttemptOutcome::Accepted), Some("a"));
    let stranger = Sibling { number: "+919876543210".into(), ..owner.clone() };
    let old = Sibling { started_at: at(-400 * 24 * HOURS), ..owner.clone() };
    for owner in [owner, stranger, old] {
        for row in [
            entry("a", "Hello", 0),
            to("100000000000042@lid", entry("a", "Hello", 0)),
            entry("a", "????", 330),
            entry("a", "Hello", 0).with_created_at(None),
        ] {
            assert_eq!(look(std::slice::from_ref(&owner), vec![row]), Look::Absent);
        }
    }
}

#[test]
fn an_id_that_two_rows_have_says_nothing() {
    let owner = sibling(2, Some(AttemptOutcome::Accepted), Some("a"));
    let rows = vec![entry("a", "Hello", 0), entry("a", "Bye", 0)];
    assert_eq!(look(&[owner], rows.clone()), Look::Unclear);
    assert_eq!(look(&[], rows), Look::Unclear);
}

#[test]
fn an_attempt_that_may_have_been_taken_explains_one_row_with_its_text() {
    for (outcome, explains) in [
        (None, true),
        (Some(AttemptOutcome::Accepted), true),
        (Some(AttemptOutcome::UnknownHeld), true),
        (Some(AttemptOutcome::Rejected), false),
        (Some(AttemptOutcome::NotSent), false),
        (Some(AttemptOutcome::AccountRefused), false),
        (Some(AttemptOutcome::NotAccepted), false),
    ] {
        let other = || saying("Bye", sibling(2, outcome, None));
        let expected = if explains { Look::Absent } else { Look::Unclear };
        for row in [
            entry("a", "Bye", 0),
            entry("", "Bye", 330),
            to("100000000000042@lid", entry("a", "Bye", 0)),
            entry("a", "Bye", 0).with_created_at(None),
        ] {
            assert_eq!(look(&[other()], vec![row]), expected, "{outcome:?}");
        }
        let two = vec![entry("a", "Bye", 0), entry("b", "Bye", 0)];
        assert_eq!(look(&[other()], two), Look::Unclear, "it explains one");
    }
}

#[test]
fn what_cannot_have_been_listed_here_explains_nothing() {
    let bye = saying("Bye", sibling(2, Some(AttemptOutcome::Accepted), None));
    let row = || vec![entry("a", "Bye", 0)];
    let variant = Sibling { number: "+553187654321".into(), ..bye.clone() };
    assert_eq!(look(&[variant], row()), Look::Absent);
    let early = Sibling { started_at: at(-52 * HOURS), ..bye.clone() };
    assert_eq!(look(&[early], row()), Look::Absent);
    let too_early = Sibling { started_at: at(-53 * HOURS), ..bye.clone() };
    assert_eq!(look(&[too_early], row()), Look::Unclear);
    let elsewhere = Sibling { number: "+919876543210".into(), ..bye.clone() };
    assert_eq!(look(&[elsewhere], row()), Look::Unclear);
    // Its own row is there under its id.
    let owner = Sibling { gateway_id: Some("b".to_owned()), ..bye };
    let both = vec![entry("a", "Bye", 0), entry("b", "Bye", 0)];
    assert_eq!(look(std::slice::from_ref(&owner), both), Look::Unclear);
    // The list calls its row by another id than the reply did.
    assert_eq!(look(&[owner], row()), Look::Absent);
}

#[test]
fn a_row_without_an_id_can_be_claimed_by_nobody() {
    assert_eq!(look(&[], vec![entry("", "Hello", 0)]), Look::Unclear);
    let both = vec![entry("", "Hello", 0), entry("a", "Hello", 0)];
    assert_eq!(look(&[], both), Look::Listed("a".into()));
}

#[test]
fn an_entry_may_be_this_attempts_own() {
    let own = sibling(1, None, None);
    assert_eq!(look(&[own], vec![entry("a", "Hello", 0)]), Look::Listed("a".into()));
}

#[test]
fn two_open_attempts_with_one_text_share_out_the_entries() {
    let other = sibling(2, None, None);
    assert_eq!(look(&[other], vec![entry("a", "Hello", 0)]), Look::Listed("a".into()));
    let taken = sibling(2, Some(AttemptOutcome::Accepted), Some("a"));
    assert_eq!(look(&[taken], vec![entry("a", "Hello", 0)]), Look::Absent);
}

#[test]
fn a_row_that_may_be_of_a_customer_with_a_like_number_leaves_doubt() {
    let other = Sibling { number: "+5521987654321".into(), ..sibling(2, None, None) };
    let row = to("5521987654321", entry("a", "Hello", 0));
    assert_eq!(look(std::slice::from_ref(&other), vec![row.clone()]), Look::Unclear);
    // Of two rows, the row to the exact number is taken.
    let own = to(TO, entry("b", "Hello", 1));
    assert_eq!(look(&[other], vec![row, own]), Look::Listed("b".into()));
}

#[test]
fn an_acceptance_without_id_leaves_doubt() {
    let other = sibling(2, Some(AttemptOutcome::Accepted), None);
    let one = vec![entry("a", "Hello", 0)];
    assert_eq!(look(std::slice::from_ref(&other), one), Look::Unclear);
    let both = vec![entry("a", "Hello", 0), entry("b", "Hello", 0)];
    assert_eq!(look(std::slice::from_ref(&other), both), Look::Listed("a".into()));
    let long_ago = Sibling { started_at: at(-27 * HOURS), ..other };
    assert_eq!(look(&[long_ago], vec![]), Look::Absent, "its row is older than the list");
}

#[test]
fn a_link_that_the_gateway_changed_leaves_doubt() {
    let url = "https://files.example/1/INV-7.pdf";
    let listed = |link: &str| Listing {
        messages: vec![entry("a", "Hello", 0).with_url(Some(Private::new(link)))],
        complete: true,
    };
    let look = |listing| find("Hello", Some(url), false, &[], &listing);
    assert_eq!(look(listed(url)), Look::Listed("a".into()));
    let moved = listed("https://gateway.example/stored/1.pdf");
    assert_eq!(look(moved), Look::Unclear, "it may be the same, kept elsewhere");
}

#[test]
fn an_entry_without_a_link_is_not_taken_for_one_of_two_files_with_the_same_name() {
    let url = "https://media.example/1/card.pdf";
    let other = saying("card.pdf", sibling(2, None, None));
    let one = Listing { messages: vec![entry("G-1", "card.pdf", 1)], complete: true };
    let look = |siblings: &[Sibling], listing: &Listing| {
        find("card.pdf", Some(url), true, siblings, listing)
    };
    assert_eq!(look(&[], &one), Look::Listed("G-1".to_owned()));
    assert_eq!(look(std::slice::from_ref(&other), &one), Look::Unclear);
    let told = vec![entry("G-1", "card.pdf", 1).with_url(Some(Private::new(url)))];
    let told = Listing { messages: told, complete: true };
    assert_eq!(look(&[other], &told), Look::Listed("G-1".to_owned()));
}

#[test]
fn a_time_before_whatsapp_proves_no_absence() {
    // Times that programs write for no time, and years of other calendars and of two digits.
    for zero in [
        "0001-01-01T00:00:00Z",
        "0026-11-28T10:00:00Z",
        "1405-09-07T10:00:00Z",
        "1899-12-30T00:00:00Z",
        "1948-09-07T10:00:00Z",
        "1970-01-01T00:00:00Z",
    ] {
        let dated = |row: ListedMessage| row.with_created_at(Some(zero.parse().unwrap()));
        let row = dated(entry("a", "Hello", 0));
        assert_eq!(look(&[], vec![row]), Look::Listed("a".into()), "{zero}");
        let row = dated(entry("a", "????", 0));
        assert_eq!(look(&[], vec![row]), Look::Unclear, "{zero}");
        let anothers = dated(to("919876543210", entry("a", "Hello", 0)));
        assert_eq!(look(&[], vec![anothers]), Look::Absent, "{zero}");
    }
}

const HERE: &str = "api.360messenger.com";

fn via(host: &str, key: &str) -> Via {
    Via::new(host, KeyMark::of(host, key))
}

/// Looks for the text that was sent by one way in a list that was asked for by the other.
fn look_over(sent: &Via, asked: &Via, others: &[Sibling], messages: Vec<ListedMessage>) -> Look {
    let number = WhatsAppNumber::parse(NUMBER).unwrap();
    let wanted = Wanted {
        message_id: id(1),
        no: 1,
        number: &number,
        text: "Hello",
        url: None,
        is_a_name: false,
        started: at(0),
        tolerance: TimeDelta::minutes(2),
    };
    let own = went(sent, sibling(1, None, None));
    compared(wanted, own, others, &Listing { messages, complete: true }, Some(asked))
}

fn went(via: &Via, sibling: Sibling) -> Sibling {
    Sibling { via: Some(via.clone()), ..sibling }
}

#[test]
fn the_list_of_another_gateway_or_key_proves_presence_and_never_absence() {
    let sent = via(HERE, "old");
    assert_eq!(look_over(&sent, &sent, &[], vec![]), Look::Absent);
    for asked in [via(HERE, "new"), via("gate.example", "old"), via("gate.example", "new")] {
        assert_eq!(look_over(&sent, &asked, &[], vec![]), Look::Elsewhere, "{asked:?}");
        let there = vec![entry("a", "Hello", 0)];
        assert_eq!(look_over(&sent, &asked, &[], there), Look::ListedElsewhere, "{asked:?}");
    }
}

#[test]
fn an_attempt_that_is_not_in_the_ledger_is_not_proved_absent() {
    let number = WhatsAppNumber::parse(NUMBER).unwrap();
    let wanted = Wanted {
        message_id: id(1),
        no: 2,
        number: &number,
        text: "Hello",
        url: None,
        is_a_name: false,
        started: at(0),
        tolerance: TimeDelta::minutes(2),
    };
    let nothing = Listing { messages: vec![], complete: true };
    let rejected = sibling(1, Some(AttemptOutcome::Rejected), None);
    let known = Sibling { no: 2, ..sibling(1, None, None) };
    let others = std::slice::from_ref(&rejected);
    assert_eq!(compared(wanted, known, others, &nothing, None), Look::Absent);
    let without = Suspects::new(wanted, &nothing, None, at(30)).compare(others);
    assert_eq!(without, Look::Elsewhere, "nobody knows which way it went");
}

#[test]
fn an_id_of_another_gateway_explains_no_row_and_is_nobody_elses() {
    let (here, there) = (via(HERE, "key"), via("gate.example", "key"));
    let old_key = via(HERE, "old");
    let accepted = |via: &Via| went(via, sibling(2, Some(AttemptOutcome::Accepted), Some("7")));
    // At the same gateway the row is the other message's, by any key.
    let row = || vec![entry("7", "Bye", 0)];
    assert_eq!(look_over(&here, &here, &[accepted(&here)], row()), Look::Absent);
    assert_eq!(look_over(&here, &here, &[accepted(&old_key)], row()), Look::Absent);
    // At another gateway it may be anybody's.
    assert_eq!(look_over(&here, &here, &[accepted(&there)], row()), Look::Unclear);
    // Two names of one gateway: the row may still be the other message's.
    let same_text = vec![entry("7", "Hello", 0)];
    assert_eq!(look_over(&here, &here, &[accepted(&there)], same_text), Look::Unclear);
}

#[test]
fn a_text_that_went_to_another_gateway_explains_no_row() {
    let (here, there) = (via(HERE, "key"), via("gate.example", "key"));
    let bye = saying("Bye", sibling(2, Some(AttemptOutcome::Accepted), None));
    let row = || vec![entry("a", "Bye", 0)];
    assert_eq!(look_over(&here, &here, &[went(&here, bye.clone())], row()), Look::Absent);
    assert_eq!(look_over(&here, &here, &[went(&there, bye)], row()), Look::Unclear);
}

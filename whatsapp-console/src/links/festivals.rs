//! The list of festivals and the recipients of one, and places in them, as addresses have them.

use std::borrow::Cow;

use hmac::Mac as _;
use url::form_urlencoded;
use whatsapp_core::campaign::RecipientState;
use whatsapp_core::festival::Place;
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::{CampaignId, Private};

use super::query::{BadQuery, read_day};
use crate::secret::ConsoleSecret;

/// Which part of the list an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Listed {
    /// The entry behind which it begins; none for the first page.
    pub(crate) after: Option<CampaignCursor>,
    /// Whose festivals are suggested.
    pub(crate) place: Option<Place>,
}

/// Reads the address of the list.
pub(crate) fn read(query: &str) -> Result<Listed, BadQuery> {
    let mut listed = Listed::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "after" => {
                let right = || bad("after", "a place of the list, as its own links have it");
                listed.after = Some(place(&value).ok_or_else(right)?);
            }
            "place" => {
                let right = |_| bad("place", "IN, or a state of India such as IN-MH");
                listed.place = Some(value.parse().map_err(right)?);
            }
            _ => return Err(bad("", "after, place")),
        }
    }
    Ok(listed)
}

const fn bad(name: &'static str, expected: &'static str) -> BadQuery {
    BadQuery { name, expected: Cow::Borrowed(expected) }
}

/// A place in the list as a text of an address.
pub(crate) fn written(place: CampaignCursor) -> String {
    format!("{}.{}", place.date, place.id)
}

/// The place of an address; `None` for anything else.
pub(crate) fn place(text: &str) -> Option<CampaignCursor> {
    let (date, id) = text.split_once('.')?;
    Some(CampaignCursor { date: read_day(date)?, id: id.parse().ok()? })
}

/// Which recipients of an entry an address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct People {
    pub(crate) state: Option<RecipientState>,
    /// The number behind which they begin.
    pub(crate) after: Option<Private>,
}

/// Reads the address of an entry's page.
pub(crate) fn read_people(
    query: &str,
    id: CampaignId,
    secret: &ConsoleSecret,
) -> Result<People, BadQuery> {
    let mut people = People::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "state" => {
                let right = |_| bad("state", "waiting, queued, sent, failed or left_out");
                people.state = Some(value.parse().map_err(right)?);
            }
            "after" => {
                let right = || bad("after", "a place of the list, as its own links have it");
                people.after = Some(number(&value, id, secret).ok_or_else(right)?);
            }
            _ => return Err(bad("", "state, after")),
        }
    }
    Ok(people)
}

/// Numbers have at most as many digits, so that what was not made here is hardly ever one.
const DIGITS_MAX: u64 = 1_000_000_000_000_000;

/// How often the halves of a number are mixed: Luby and Rackoff show that four times suffice.
const ROUNDS: u8 = 8;

/// A number as a place in an address, which tells nothing of it; `None` for what has other letters than digits.
pub(crate) fn sealed(number: &str, id: CampaignId, secret: &ConsoleSecret) -> Option<String> {
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    let number: u64 = number.parse().ok().filter(|number| is_plain && *number < DIGITS_MAX)?;
    let (mut left, mut right) = halves(number);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ mixed(right, round, id, secret));
    }
    Some(format!("{left:08x}{right:08x}"))
}

/// The number of such a place; `None` for what was not made here.
pub(crate) fn number(text: &str, id: CampaignId, secret: &ConsoleSecret) -> Option<Private> {
    let is_hex = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let sealed = u64::from_str_radix(text, 16).ok().filter(|_| is_hex && text.len() == 16)?;
    let (mut left, mut right) = halves(sealed);
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ mixed(left, round, id, secret), left);
    }
    let number = u64::from(left) << 32 | u64::from(right);
    (number < DIGITS_MAX).then(|| Private::from(number.to_string()))
}

fn halves(number: u64) -> (u32, u32) {
    let half = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    (half(number >> 32), half(number))
}

fn mixed(half: u32, round: u8, id: CampaignId, secret: &ConsoleSecret) -> u32 {
    let (half, round, id) = (half.to_string(), round.to_string(), id.to_string());
    let code = secret.over(&["recipient", &id, &round, &half]).finalize().into_bytes();
    code.iter().take(4).fold(0, |word, byte| word << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(no: u8) -> CampaignId {
        CampaignId::from_bytes([no; 16])
    }

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let place = CampaignCursor { date: "2026-11-08".parse().unwrap(), id: id(7) };
        let query = format!("after={}&place=IN-MH", written(place));
        let listed = Listed { after: Some(place), place: "IN-MH".parse().ok() };
        assert_eq!(read(&query), Ok(listed));
        assert_eq!(read(""), Ok(Listed::default()));
        for (query, name) in [
            ("after=x", "after"),
            ("after=2026-11-08.x", "after"),
            ("place=BR", "place"),
            ("x=1", ""),
        ] {
            assert_eq!(read(query).unwrap_err().name, name, "{query}");
        }
    }

    #[test]
    fn a_recipient_is_a_place_that_tells_no_number() {
        let (secret, other) = (ConsoleSecret::fresh([7; 32]), ConsoleSecret::fresh([8; 32]));
        let mut places = Vec::new();
        for no in 0..200 {
            let digits = format!("9198765{no:05}");
            let place = sealed(&digits, id(1), &secret).unwrap();
            assert_eq!(number(&place, id(1), &secret), Some(digits.as_str().into()));
            assert!(!place.contains(&digits) && place.len() == 16, "{place}");
            assert_eq!(number(&place, id(2), &secret), None, "another entry");
            assert_eq!(number(&place, id(1), &other), None, "another secret");
            places.push(place);
        }
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 200);
        for text in ["", "0", "0123456789abcdef0", "0123456789ABCDEF", "+123456789abcdef"] {
            assert_eq!(number(text, id(1), &secret), None, "{text}");
        }
        for digits in ["", "0911", "+91", "9".repeat(16).as_str()] {
            assert_eq!(sealed(digits, id(1), &secret), None, "{digits}");
        }
        assert_eq!(sealed("999999999999999", id(1), &secret).map(|it| it.len()), Some(16));
    }

    #[test]
    fn recipients_are_asked_for_by_state_and_place() {
        let secret = ConsoleSecret::fresh([7; 32]);
        let read = |query: &str| read_people(query, id(1), &secret);
        let place = sealed("919876500001", id(1), &secret).unwrap();
        let people =
            People { state: Some(RecipientState::LeftOut), after: Some("919876500001".into()) };
        assert_eq!(read(&format!("state=left_out&after={place}")), Ok(people));
        for (query, name) in [("state=x", "state"), ("after=1", "after"), ("x=1", "")] {
            assert_eq!(read(query).unwrap_err().name, name, "{query}");
        }
    }
}

//! The list of festivals and the recipients of one, and places in them, as addresses have them.

use std::borrow::Cow;

use url::form_urlencoded;
use whatsapp_core::campaign::RecipientState;
use whatsapp_core::festival::Place;
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::{CampaignId, Private};

use super::query::{BadQuery, read_day};
use crate::secret::ConsoleSecret;

/// The part of the list that an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Listed {
    /// The entry after which the page begins; `None` for the first page.
    pub(crate) after: Option<CampaignCursor>,
    /// The place whose festivals are suggested.
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

/// The recipients of an entry that an address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct People {
    pub(crate) state: Option<RecipientState>,
    /// The number after which the page begins; `None` for the first page.
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

/// A number as a place in an address, encrypted so that the address does not give it away.
pub(crate) fn sealed(number: &str, id: CampaignId, secret: &ConsoleSecret) -> Option<String> {
    secret.seal(&["recipient", &id.to_string()], number)
}

/// The number in such a place; `None` for what was not made here.
pub(crate) fn number(text: &str, id: CampaignId, secret: &ConsoleSecret) -> Option<Private> {
    secret.open(&["recipient", &id.to_string()], text).map(Private::from)
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
            assert!(!place.contains(&digits) && place.len() == 104, "{place}");
            assert_eq!(
                sealed(&digits, id(1), &secret).as_ref(),
                Some(&place),
                "the same each time"
            );
            assert_eq!(number(&place, id(2), &secret), None, "another entry");
            assert_eq!(number(&place, id(1), &other), None, "another secret");
            places.push(place);
        }
        places.sort();
        places.dedup();
        assert_eq!(places.len(), 200);
        let (place, mut changed) = (places[0].clone(), places[0].clone().into_bytes());
        changed[100] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        for text in ["", "0", "00", &place[2..], &place.to_uppercase(), &changed, &"0".repeat(104)]
        {
            assert_eq!(number(text, id(1), &secret), None, "{text}");
        }
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

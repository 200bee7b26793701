//! Places in the log as addresses have them:
//! `1769488200000000.01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f`, with the status after it where the list
//! is in order of status.

use chrono::{DateTime, Datelike as _};
use whatsapp_core::port::Cursor;

/// A place as a text of an address.
pub(crate) fn written(place: Cursor) -> String {
    let status = place.status.map(|status| format!(".{status}")).unwrap_or_default();
    format!("{}.{}{status}", place.created_at.timestamp_micros(), place.id)
}

/// The place of an address; `None` for anything else.
pub(crate) fn read(text: &str) -> Option<Cursor> {
    let mut parts = text.split('.');
    let micros = parts.next()?.parse().ok()?;
    let created_at = DateTime::from_timestamp_micros(micros)?;
    // No message is older than telephones that could get it, and no database has all instants.
    if !(1970..=9998).contains(&created_at.year()) {
        return None;
    }
    let id = parts.next()?.parse().ok()?;
    let status = parts.next().map(str::parse).transpose().ok()?;
    parts.next().is_none().then_some(Cursor { created_at, id, status })
}

#[cfg(test)]
mod tests {
    use whatsapp_core::message::Status;
    use whatsapp_core::port::Cursor;
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::{read, written};

    #[test]
    fn a_place_comes_back_as_it_was_written() {
        let id = new_message(7, START).facts.id;
        for status in [None, Some(Status::Failed)] {
            let place = Cursor { created_at: START, id, status };
            assert_eq!(read(&written(place)), Some(place));
        }
    }

    #[test]
    fn anything_else_is_no_place() {
        for text in ["", ".", "1", "1.x", "x.01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f"] {
            assert_eq!(read(text), None, "{text}");
        }
        let place = format!("1.{}", new_message(7, START).facts.id);
        for text in [
            format!("{place}.gone"),
            format!("{place}.failed."),
            format!("9{}", i64::MAX),
            format!("-300000000000000000{}", &place[1..]),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}

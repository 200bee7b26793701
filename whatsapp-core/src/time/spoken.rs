//! Instants and dates as people read them in sentences.

use chrono::{DateTime, FixedOffset, NaiveDate};

/// A local instant in an English sentence, such as `Monday, 2 Feb 2026, 09:00`.
pub(crate) fn spoken(at: DateTime<FixedOffset>) -> String {
    at.format("%A, %-d %b %Y, %H:%M").to_string()
}

/// A date in an English sentence, such as `Monday, 2 Feb 2026`.
pub(crate) fn spoken_date(date: NaiveDate) -> String {
    date.format("%A, %-d %b %Y").to_string()
}

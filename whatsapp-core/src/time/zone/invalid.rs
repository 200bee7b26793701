//! Reasons why a text is no time zone, with suggestions.

use std::fmt;

use super::meant;

/// Error for a text that names no time zone. Never holds the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidZone {
    why: Why,
    meant: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    Missing,
    Abbreviation,
    Distance,
    Unknown,
}

impl InvalidZone {
    /// The zones that were probably meant, the likeliest first; often none.
    #[must_use]
    pub fn meant(&self) -> &[String] {
        &self.meant
    }

    /// Finds the reason why this text is no zone.
    pub(super) fn of(text: &str) -> Self {
        let (why, meant) = if text.is_empty() {
            (Why::Missing, Vec::new())
        } else if let Some(places) = meant::by_abbreviation(text) {
            (Why::Abbreviation, owned(places))
        } else if let Some(minutes) = meant::distance(text) {
            (Why::Distance, owned(meant::by_distance(minutes)))
        } else {
            (Why::Unknown, meant::by_name(text))
        };
        Self { why, meant }
    }

    /// Returns true if a text is an abbreviation; the database has some of them, without
    /// summer time.
    pub(super) fn is_abbreviation(text: &str) -> bool {
        meant::by_abbreviation(text).is_some()
    }
}

fn owned(places: &[&str]) -> Vec<String> {
    places.iter().map(ToString::to_string).collect()
}

impl std::error::Error for InvalidZone {}

impl fmt::Display for InvalidZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.why {
            Why::Missing => "no time zone is given",
            Why::Abbreviation => "an abbreviation is no time zone, for places share it",
            Why::Distance => "a distance from UTC is no time zone, for it has no summer time",
            Why::Unknown => "no time zone has this name",
        })?;
        match self.meant.as_slice() {
            [] => f.write_str("; a name such as Asia/Kolkata is expected"),
            meant => write!(f, "; did you mean {}?", meant.join(" or ")),
        }
    }
}
